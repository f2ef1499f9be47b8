use sp_core::H256;
use std::fmt;

/// The maximum length of a target.
pub const MAX_TARGET: usize = 512;

/// The method of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
	/// Reads.
	Get,
	/// Writes.
	Post,
}

impl fmt::Display for Method {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::Get => "GET",
			Self::Post => "POST",
		})
	}
}

/// A call: what the hash of the request in a statement is of, and what is demanded on the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
	/// The method.
	pub method: Method,
	/// The path from `/v1/` on, with the query, as it was sent.
	pub target: String,
	/// The body.
	pub body: Vec<u8>,
}

impl Request {
	/// Creates a request that reads.
	pub fn get(target: impl Into<String>) -> Self {
		Self { method: Method::Get, target: target.into(), body: Vec::new() }
	}

	/// Creates a request that writes.
	pub fn post(target: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
		Self { method: Method::Post, target: target.into(), body: body.into() }
	}

	/// Returns the bytes that are hashed: the method, a space, the target, a line feed, and the body.
	pub fn bytes(&self) -> Vec<u8> {
		[self.method.to_string().as_bytes(), b" ", self.target.as_bytes(), b"\n", &self.body].concat()
	}

	/// Reads a request. None if it is not one of the token API.
	pub fn parse(bytes: &[u8]) -> Option<Self> {
		let end = bytes.iter().position(|byte| *byte == b'\n')?;
		let (line, rest) = bytes.split_at_checked(end)?;
		let (method, target) = std::str::from_utf8(line).ok()?.split_once(' ')?;
		let method = match method {
			"GET" => Method::Get,
			"POST" => Method::Post,
			_ => return None,
		};
		let is_target = target.starts_with("/v1/")
			&& target.len() <= MAX_TARGET
			&& target.bytes().all(|byte| byte.is_ascii_graphic());
		let body = rest.get(1..)?.to_vec();
		is_target.then(|| Self { method, target: target.into(), body })
	}

	/// Returns the hash that the statement of the answer contains.
	pub fn hash(&self) -> H256 {
		smartlayer_statement::hash(&self.bytes())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn requests_should_be_read_as_they_were_written() {
		for request in [
			Request::get("/v1/tokens/0x1/0x2?from=3"),
			Request::post("/v1/x", "body\nwith lines"),
			Request::post("/v1/x", ""),
		] {
			assert_eq!(Request::parse(&request.bytes()), Some(request));
		}
		assert_eq!(Request::get("/v1/x").bytes(), b"GET /v1/x\n");
	}

	#[test]
	fn other_bytes_should_be_refused() {
		let long = format!("GET /v1/{}\n", "x".repeat(MAX_TARGET));
		let bad: [&[u8]; 9] = [
			b"",
			b"GET /v1/x",
			b"GET\n",
			b"PUT /v1/x\n",
			b"get /v1/x\n",
			b"GET /v2/x\n",
			b"GET /v1/a b\n",
			b"GET /v1/\xff\n",
			long.as_bytes(),
		];
		for bytes in bad {
			assert_eq!(Request::parse(bytes), None, "{bytes:?}");
		}
	}
}
