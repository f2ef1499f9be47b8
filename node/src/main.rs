//! The program `smartlayer-node`. All of it is in `node/cli`: here is only the commit that it was built from, so that another commit
//! links the node anew and does not compile it.

use std::process::ExitCode;

fn main() -> ExitCode {
	match smartlayer_node_cli::run(env!("SUBSTRATE_CLI_IMPL_VERSION")) {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("error: {error}");
			ExitCode::FAILURE
		},
	}
}
