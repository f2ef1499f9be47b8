use std::{fmt::Display, path::Path};

/// What the command `check` finds: printed at once, what is right, and what is missing and how to mend it.
#[derive(Debug, Default)]
pub struct Report {
	misses: bool,
}

impl Report {
	/// Prints what is right.
	pub fn good(&mut self, text: impl Display) {
		println!("ok       {text}");
	}

	/// Prints what is missing.
	pub fn missing(&mut self, text: impl Display) {
		self.misses = true;
		println!("missing  {text}");
	}

	/// Prints which of both it is.
	pub fn require(&mut self, is_good: bool, good: impl Display, missing: impl Display) {
		if is_good { self.good(good) } else { self.missing(missing) }
	}

	/// Prints whether there is a database, which `init` creates for `whom`.
	pub fn database(&mut self, path: &Path, whom: &str) {
		let shown = path.display();
		match path.try_exists() {
			Ok(true) => self.good(format!("the database is {shown}")),
			Ok(false) => self.missing(format!(
				"there is no database {shown}: `init` creates one for {whom} that has never signed anything"
			)),
			Err(error) => self.missing(format!("{shown} cannot be seen by this user: {error}")),
		}
	}

	/// Returns whether nothing is missing.
	pub const fn is_good(&self) -> bool {
		!self.misses
	}
}
