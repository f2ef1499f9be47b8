//! Why a call was refused.

use crate::store::StoreError;
use hyper::StatusCode;
use smartlayer_client::api::x402::Required;

/// A refusal: what happened, in a word for programs and a sentence for people that says what to do.
#[derive(Debug)]
pub struct Problem {
	/// The status.
	pub status: StatusCode,
	/// The word.
	pub error: &'static str,
	/// The sentence.
	pub message: String,
	/// What to pay.
	pub required: Option<Box<Required>>,
	/// After how many seconds to try again.
	pub retry_after: Option<u64>,
}

impl Problem {
	fn new(status: StatusCode, error: &'static str, message: impl Into<String>) -> Self {
		Self { status, error, message: message.into(), required: None, retry_after: None }
	}

	/// The call has a wrong form.
	pub fn malformed(message: impl Into<String>) -> Self {
		Self::new(StatusCode::BAD_REQUEST, "malformed", message)
	}

	/// There is no such path.
	pub fn no_such_path() -> Self {
		Self::new(StatusCode::NOT_FOUND, "noSuchPath", "there is no such path: /v1/openapi.json lists all")
	}

	/// The path has another method.
	pub fn wrong_method() -> Self {
		Self::new(
			StatusCode::METHOD_NOT_ALLOWED,
			"wrongMethod",
			"this path has another method: /v1/openapi.json lists all",
		)
	}

	/// The body is too long.
	pub fn too_large(limit: usize) -> Self {
		Self::new(StatusCode::PAYLOAD_TOO_LARGE, "tooLarge", format!("the body of this call has at most {limit} bytes"))
	}

	/// The body took too long.
	pub fn too_slow() -> Self {
		Self::new(StatusCode::REQUEST_TIMEOUT, "tooSlow", "the body did not arrive in time")
	}

	/// The node does not serve the class.
	pub fn another_class() -> Self {
		Self::new(
			StatusCode::NOT_FOUND,
			"classNotServed",
			"this node does not serve this class: /v1/prices lists those that it does",
		)
	}

	/// There is nothing to show.
	pub fn unknown(message: impl Into<String>) -> Self {
		Self::new(StatusCode::NOT_FOUND, "unknown", message)
	}

	/// The caller has called too often.
	pub fn too_many(message: impl Into<String>) -> Self {
		Self { retry_after: Some(60), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "tooMany", message) }
	}

	/// The node cannot serve at present.
	pub fn unavailable(message: impl Into<String>) -> Self {
		Self { retry_after: Some(10), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message) }
	}

	/// The call must be paid, or paid otherwise.
	pub fn payment(error: &'static str, message: impl Into<String>, required: Required) -> Self {
		Self { required: Some(Box::new(required)), ..Self::new(StatusCode::PAYMENT_REQUIRED, error, message) }
	}

	/// The write was refused.
	pub fn refused(error: &StoreError) -> Self {
		match error {
			StoreError::Refused(refusal) => Self::new(StatusCode::CONFLICT, "refused", refusal.to_string()),
			// Another node answers: nothing is wrong with the call.
			StoreError::Moved(_) => Self::new(StatusCode::MISDIRECTED_REQUEST, "anotherNode", error.to_string()),
			StoreError::Restored | StoreError::Ending => Self::unavailable(error.to_string()),
			// Promises are answered with what to pay. What is left is a fault of the node.
			error => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", error.to_string()),
		}
	}
}
