//! The cache of compiled runtimes.
//!
//! Compiling the wasm runtime takes several seconds on two cores at every start. Wasmtime can cache the result in a folder,
//! but executes whatever it finds there without authentication. So only the user of the node may be able to write to the
//! folder, or to replace it.

use rustix::process::geteuid;
use sc_service::Error;
use std::{
	fs::{self, DirBuilder, Metadata},
	io,
	os::unix::fs::{DirBuilderExt, MetadataExt},
	path::{Path, PathBuf},
	str::FromStr,
};

/// The default name of the folder, in the base path.
const DEFAULT_NAME: &str = "runtime-cache";

/// The value of `--runtime-cache`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuntimeCache {
	/// Compile at every start.
	Off,
	/// Cache compiled runtimes in this folder.
	Folder(PathBuf),
}

impl FromStr for RuntimeCache {
	type Err = &'static str;

	fn from_str(value: &str) -> Result<Self, Self::Err> {
		match value {
			"off" => Ok(Self::Off),
			_ if value.contains('/') => Ok(Self::Folder(value.into())),
			_ => Err("neither `off` nor the path of a folder: write ./<folder> for one in the current folder"),
		}
	}
}

impl RuntimeCache {
	/// Returns the cache folder, creating it if necessary. `None` if nothing is cached.
	///
	/// An explicitly given folder that cannot be used is an error. If the default folder cannot be used, the node logs a warning
	/// and continues without a cache, so that a default never prevents a start.
	pub fn open(choice: Option<&Self>, base_path: &Path) -> Result<Option<PathBuf>, Error> {
		match choice {
			Some(Self::Off) => Ok(None),
			Some(Self::Folder(folder)) => open(folder).map(Some).map_err(Error::Other),
			None => Ok(open(&base_path.join(DEFAULT_NAME)).inspect_err(|why| log::warn!("{why}")).ok()),
		}
	}
}

fn open(folder: &Path) -> Result<PathBuf, String> {
	let choose = "choose another one with --runtime-cache=<folder>, or none with --runtime-cache=off";
	let failed = |error: io::Error| {
		format!("the folder for compiled runtimes, {}, can't be used: {error}. You can {choose}", folder.display())
	};
	make(folder).map_err(failed)?;
	// Wasmtime requires an absolute path.
	let folder = folder.canonicalize().map_err(failed)?;
	for path in folder.ancestors() {
		let metadata = fs::metadata(path).map_err(failed)?;
		let why = if path == folder { not_private(&metadata) } else { replaceable(&metadata) };
		if let Some(why) = why {
			return Err(format!(
				"the folder for compiled runtimes, {folder}, is not used: {path} {why}, and anyone who can write there \
				 decides what this node runs. Delete the folder (`rm -r {folder}`), and the node creates a new one; or {choose}",
				folder = folder.display(),
				path = path.display(),
			));
		}
	}
	Ok(folder)
}

/// Creates the folder for its user only. Parent folders are created as usual, and another node may create it concurrently.
fn make(folder: &Path) -> io::Result<()> {
	if let Some(parent) = folder.parent() {
		fs::create_dir_all(parent)?;
	}
	match DirBuilder::new().mode(0o700).create(folder) {
		Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
		result => result,
	}
}

/// Returns why other users could write to a folder, or to those that wasmtime creates in it with the current umask.
fn not_private(folder: &Metadata) -> Option<String> {
	let mode = folder.mode() & 0o7777;
	if folder.uid() != geteuid().as_raw() {
		return Some(format!("belongs to another user ({})", folder.uid()));
	}
	(mode & 0o077 != 0).then(|| format!("is open to others (mode {mode:04o}, not 0700)"))
}

/// Returns why another user could replace a folder that lies in this one. Groups are trusted, because a group is mostly the
/// user's own.
fn replaceable(parent: &Metadata) -> Option<String> {
	let mode = parent.mode() & 0o7777;
	if ![0, geteuid().as_raw()].contains(&parent.uid()) {
		return Some(format!("belongs to another user ({})", parent.uid()));
	}
	(mode & 0o002 != 0 && mode & 0o1000 == 0).then(|| format!("can be written by everybody (mode {mode:04o})"))
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::os::unix::fs::PermissionsExt;

	fn folder_of_mode(path: PathBuf, mode: u32) -> PathBuf {
		fs::create_dir(&path).unwrap();
		fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
		path
	}

	fn open_chosen(folder: PathBuf) -> Result<Option<PathBuf>, String> {
		RuntimeCache::open(Some(&RuntimeCache::Folder(folder)), Path::new("/does/not/matter"))
			.map_err(|error| error.to_string())
	}

	#[test]
	fn open_should_make_a_folder_of_its_own_and_use_it_again() {
		let base = tempfile::tempdir().unwrap();
		let opened = RuntimeCache::open(None, base.path()).unwrap().unwrap();
		assert_eq!(opened, base.path().canonicalize().unwrap().join(DEFAULT_NAME));
		assert_eq!(fs::metadata(&opened).unwrap().mode() & 0o777, 0o700);
		assert_eq!(RuntimeCache::open(None, base.path()).unwrap(), Some(opened));
	}

	#[test]
	fn open_should_make_missing_folders_above_the_chosen_one() {
		let base = tempfile::tempdir().unwrap();
		assert!(open_chosen(base.path().join("a/b")).unwrap().unwrap().ends_with("a/b"));
	}

	#[test]
	fn open_should_make_nothing_when_it_is_off() {
		let base = tempfile::tempdir().unwrap();
		assert_eq!(RuntimeCache::open(Some(&RuntimeCache::Off), base.path()).unwrap(), None);
		assert_eq!(fs::read_dir(base.path()).unwrap().count(), 0);
	}

	#[test]
	fn open_should_refuse_a_chosen_folder_that_is_open_to_others() {
		let base = tempfile::tempdir().unwrap();
		for mode in [0o720, 0o702, 0o750, 0o755, 0o777] {
			let folder = folder_of_mode(base.path().join(format!("{mode:o}")), mode);
			let refused = open_chosen(folder).unwrap_err();
			assert!(refused.contains(&format!("(mode 0{mode:o}, not 0700)")), "{refused}");
		}
	}

	#[test]
	fn open_should_refuse_a_chosen_folder_that_another_user_could_replace() {
		let base = tempfile::tempdir().unwrap();
		let parent = folder_of_mode(base.path().join("parent"), 0o777);
		let refused = open_chosen(parent.join("cache")).unwrap_err();
		assert!(refused.contains("parent can be written by everybody (mode 0777)"), "{refused}");
		// As in `/tmp`: all users can create files, and none can replace those of others.
		let sticky = folder_of_mode(base.path().join("sticky"), 0o1777);
		assert!(open_chosen(sticky.join("cache")).is_ok());
	}

	#[test]
	fn open_should_do_without_the_default_folder_when_it_is_not_safe() {
		let base = tempfile::tempdir().unwrap();
		folder_of_mode(base.path().join(DEFAULT_NAME), 0o755);
		assert_eq!(RuntimeCache::open(None, base.path()).unwrap(), None);
	}

	#[test]
	fn a_folder_of_another_user_should_not_be_trusted() {
		let base = tempfile::tempdir().unwrap();
		if !geteuid().is_root() {
			// A folder of root can contain the cache, but cannot be the cache.
			let root = fs::metadata("/").unwrap();
			assert!(not_private(&root).is_some() && replaceable(&root).is_none());
			return;
		}
		std::os::unix::fs::chown(base.path(), Some(1), None).unwrap();
		let metadata = fs::metadata(base.path()).unwrap();
		for why in [not_private(&metadata), replaceable(&metadata)] {
			assert_eq!(why.as_deref(), Some("belongs to another user (1)"));
		}
	}

	#[test]
	fn open_should_say_what_is_wrong_when_a_file_is_in_its_place() {
		let base = tempfile::tempdir().unwrap();
		let file = base.path().join("file");
		fs::write(&file, "").unwrap();
		let refused = open_chosen(file).unwrap_err();
		assert!(refused.contains("--runtime-cache=off"), "{refused}");
	}

	#[test]
	fn a_value_should_be_a_path_or_off() {
		assert_eq!("off".parse(), Ok(RuntimeCache::Off));
		assert_eq!("./cache".parse(), Ok(RuntimeCache::Folder("./cache".into())));
		for typo in ["Off", "none", ""] {
			assert!(typo.parse::<RuntimeCache>().is_err());
		}
	}
}
