//! Tells the node which commit it was built from.

fn main() {
	substrate_build_script_utils::generate_cargo_keys();
	substrate_build_script_utils::rerun_if_git_head_changed();
	// A detached head has no branch to watch.
	println!("cargo:rerun-if-changed=../.git/HEAD");
}
