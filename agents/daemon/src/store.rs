//! The thread that writes to a database, and its backups.

use std::{
	fmt::Display,
	io,
	panic::{AssertUnwindSafe, catch_unwind},
	path::{Path, PathBuf},
	thread,
	time::{SystemTime, UNIX_EPOCH},
};
use tokio::sync::mpsc;

/// Implements `From` for the errors of redb, for an error that has `From<redb::Error>`.
#[macro_export]
macro_rules! from_redb {
	($own:ident) => {
		$crate::from_redb!($own: CommitError DatabaseError StorageError TableError TransactionError);
	};
	($own:ident: $($error:ident)*) => { $(
		impl From<redb::$error> for $own {
			fn from(error: redb::$error) -> Self {
				redb::Error::from(error).into()
			}
		}
	)* };
}

/// How many rows [`copy_tables`](crate::copy_tables) copies in a transaction, whose pages are in memory.
pub const ROWS: usize = 16_384;

/// Copies tables from a transaction that reads to another database. Stands in a function whose error has `From` those of redb.
#[macro_export]
macro_rules! copy_tables {
	($from:expr, $to:expr, $($table:ident)*) => { $({
		let table = $from.open_table($table)?;
		let mut rows = table.iter()?.peekable();
		while rows.peek().is_some() {
			let to = $to.begin_write()?;
			{
				let mut target = to.open_table($table)?;
				for row in rows.by_ref().take($crate::store::ROWS) {
					let (key, value) = row?;
					target.insert(key.value(), value.value())?;
				}
			}
			to.commit()?;
		}
	})* };
}

/// Starts the thread that writes: it takes the orders that wait, at most `most`, and applies them together, until nobody can order any
/// more. Ends the process if that fails: what the database then holds is unknown, and nothing may be signed on top of it.
pub fn start_writer<O: Send + 'static, E: Display>(
	most: usize,
	mut write: impl FnMut(Vec<O>) -> Result<(), E> + Send + 'static,
) -> io::Result<mpsc::Sender<O>> {
	let (orders, mut waiting) = mpsc::channel::<O>(most);
	let work = move || {
		while let Some(first) = waiting.blocking_recv() {
			let mut together = vec![first];
			while together.len() < most
				&& let Ok(order) = waiting.try_recv()
			{
				together.push(order);
			}
			if let Err(error) = write(together) {
				tracing::error!("{error}: the program ends, and repairs the database when it is started");
				std::process::exit(70);
			}
		}
	};
	thread::Builder::new().name("store".into()).spawn(move || {
		if catch_unwind(AssertUnwindSafe(work)).is_err() {
			tracing::error!("the thread that writes has panicked: the program ends");
			std::process::exit(70);
		}
	})?;
	Ok(orders)
}

/// Makes a backup in a folder, under another name until it is complete, and returns its path.
pub async fn backup(
	folder: &Path,
	write: impl FnOnce(&Path) -> Result<(), String> + Send + 'static,
) -> Result<PathBuf, String> {
	let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
	let path = folder.join(format!("backup-{now}.redb"));
	if path.exists() {
		return Err(format!("{} exists already", path.display()));
	}
	let target = path.clone();
	let written = tokio::task::spawn_blocking(move || {
		let partial = target.with_extension("partial");
		drop(std::fs::remove_file(&partial));
		write(&partial)?;
		std::fs::rename(&partial, &target).map_err(|error| error.to_string())
	});
	written.await.map_err(|error| error.to_string())??;
	Ok(path)
}
