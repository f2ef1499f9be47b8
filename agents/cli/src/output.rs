//! What is printed, and how the command ends.

use serde::Serialize;
use smartlayer_client::{CallError, Error, verify::Lie};
use std::{fmt::Display, io::IsTerminal, process::ExitCode};

/// Prints results to the standard output: sentences, or a line of JSON. Everything else goes to the standard error.
#[derive(Clone, Copy)]
pub struct Output {
	/// Whether results are JSON.
	pub json: bool,
}

/// Why a command failed, and the exit code.
pub struct Failure {
	message: String,
	code: u8,
}

impl Failure {
	/// The command failed.
	pub fn failed(message: impl Display) -> Self {
		Self { message: message.to_string(), code: 1 }
	}

	/// The command cannot be understood.
	pub fn usage(message: impl Display) -> Self {
		Self { message: message.to_string(), code: 2 }
	}
}

impl From<Error> for Failure {
	fn from(error: Error) -> Self {
		let code = match error {
			Error::Unreachable { .. } | Error::TimedOut(_) | Error::NoAnswer { .. } => 4,
			_ => 1,
		};
		Self { message: error.to_string(), code }
	}
}

impl From<Lie> for Failure {
	fn from(lie: Lie) -> Self {
		match lie {
			Lie::Chain(error) => error.into(),
			// Nobody has lied.
			lie @ (Lie::NotYet | Lie::NoSnapshot) => Self::failed(lie),
			lie => Self { message: lie.to_string(), code: 3 },
		}
	}
}

impl From<CallError> for Failure {
	fn from(error: CallError) -> Self {
		match error {
			CallError::Lie(lie) => lie.into(),
			CallError::Error(error) => error.into(),
			error => Self::failed(error),
		}
	}
}

impl Output {
	/// Says what the command is waiting for, to somebody who watches.
	pub fn progress(self, what: &str) {
		if !self.json && std::io::stderr().is_terminal() {
			eprintln!("… {what}");
		}
	}

	/// Prints a result.
	pub fn result(self, result: &impl Serialize, text: &str) -> Result<(), Failure> {
		if self.json {
			println!("{}", serde_json::to_string(result).map_err(Failure::failed)?);
		} else {
			println!("{text}");
		}
		Ok(())
	}

	/// Prints why the command failed.
	pub fn failed(self, failure: &Failure) -> ExitCode {
		if self.json {
			eprintln!("{}", serde_json::json!({ "error": failure.message }));
		} else {
			eprintln!("error: {}", failure.message);
		}
		failure.code.into()
	}
}
