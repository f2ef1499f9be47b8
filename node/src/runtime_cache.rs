//! The folder in which compiled runtimes are kept between starts.
//!
//! Compiling the runtime's wasm takes seconds of two cores at every start. Wasmtime can keep the result in a folder, but runs
//! whatever it finds there: nothing is authenticated. So the folder must be writable by the node's own user alone.

use rustix::process::geteuid;
use sc_service::Error;
use std::{
	convert::Infallible,
	fs::{self, DirBuilder, Metadata},
	io,
	os::unix::fs::{DirBuilderExt, MetadataExt},
	path::{Path, PathBuf},
	str::FromStr,
};

/// The folder's name where none was chosen: it lies in the base path, next to the chains.
const DEFAULT_NAME: &str = "runtime-cache";

/// The value of `--runtime-cache`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuntimeCache {
	/// Compile the runtime anew at every start.
	Off,
	/// Keep compiled runtimes in this folder.
	Folder(PathBuf),
}

impl FromStr for RuntimeCache {
	type Err = Infallible;

	fn from_str(value: &str) -> Result<Self, Infallible> {
		Ok(if value == "off" { Self::Off } else { Self::Folder(value.into()) })
	}
}

impl RuntimeCache {
	/// The folder to keep compiled runtimes in, made if it was missing. `None` if they are not kept.
	pub fn open(choice: Option<&Self>, base_path: &Path) -> Result<Option<PathBuf>, Error> {
		let folder = match choice {
			Some(Self::Off) => return Ok(None),
			Some(Self::Folder(folder)) => folder.clone(),
			None => base_path.join(DEFAULT_NAME),
		};
		let failed = |error: io::Error| {
			Error::Other(format!(
				"the folder for compiled runtimes, {}, can't be used: {error}. Choose another one with \
				 --runtime-cache=<folder>, or none with --runtime-cache=off",
				folder.display(),
			))
		};
		make(&folder).map_err(failed)?;
		// Wasmtime wants an absolute path.
		let folder = folder.canonicalize().map_err(failed)?;
		if let Some(why) = unsafe_to_run_from(&fs::metadata(&folder).map_err(failed)?, geteuid().as_raw()) {
			return Err(Error::Other(format!(
				"the folder for compiled runtimes, {folder}, {why}: whoever can write there decides what this node runs. \
				 Make it your own (`chown $(id -u) {folder} && chmod 700 {folder}`), choose another one with \
				 --runtime-cache=<folder>, or none with --runtime-cache=off",
				folder = folder.display(),
			)));
		}
		Ok(Some(folder))
	}
}

/// Makes the folder for its user alone. Folders above it are made as any others, and another node may make it at the same time.
fn make(folder: &Path) -> io::Result<()> {
	if let Some(parent) = folder.parent() {
		fs::create_dir_all(parent)?;
	}
	match DirBuilder::new().mode(0o700).create(folder) {
		Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
		result => result,
	}
}

/// Why what lies in a folder can't be trusted by this user, if it can't.
///
/// The folders above it are not looked at: the default one lies beside the database and the keys.
fn unsafe_to_run_from(folder: &Metadata, user: u32) -> Option<String> {
	if folder.uid() != user {
		return Some(format!("belongs to another user ({})", folder.uid()));
	}
	let mode = folder.mode() & 0o7777;
	(mode & 0o022 != 0).then(|| format!("can be written by others (mode {mode:04o})"))
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::os::unix::fs::PermissionsExt;

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
		let chosen = RuntimeCache::Folder(base.path().join("a/b"));
		assert!(RuntimeCache::open(Some(&chosen), base.path()).unwrap().unwrap().ends_with("a/b"));
	}

	#[test]
	fn open_should_make_nothing_when_it_is_off() {
		let base = tempfile::tempdir().unwrap();
		assert_eq!(RuntimeCache::open(Some(&RuntimeCache::Off), base.path()).unwrap(), None);
		assert_eq!(fs::read_dir(base.path()).unwrap().count(), 0);
	}

	#[test]
	fn open_should_refuse_a_folder_that_others_can_write() {
		let base = tempfile::tempdir().unwrap();
		for mode in [0o720, 0o702, 0o777] {
			let folder = base.path().join(format!("{mode:o}"));
			fs::create_dir(&folder).unwrap();
			fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
			let refused = RuntimeCache::open(Some(&RuntimeCache::Folder(folder)), base.path()).unwrap_err();
			assert!(refused.to_string().contains(&format!("(mode 0{mode:o})")), "{refused}");
		}
	}

	#[test]
	fn a_folder_of_another_user_should_not_be_trusted() {
		let base = tempfile::tempdir().unwrap();
		let metadata = fs::metadata(base.path()).unwrap();
		assert_eq!(unsafe_to_run_from(&metadata, metadata.uid()), None);
		assert!(unsafe_to_run_from(&metadata, metadata.uid() + 1).is_some());
	}

	#[test]
	fn open_should_say_what_is_wrong_when_a_file_is_in_its_place() {
		let base = tempfile::tempdir().unwrap();
		let file = base.path().join("file");
		fs::write(&file, "").unwrap();
		let refused = RuntimeCache::open(Some(&RuntimeCache::Folder(file)), base.path()).unwrap_err().to_string();
		assert!(refused.contains("--runtime-cache=off"), "{refused}");
	}
}
