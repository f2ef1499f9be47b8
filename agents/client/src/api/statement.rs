use crate::{Address, Error, verify::Signed};
use base64::{Engine, prelude::BASE64_STANDARD};
use codec::{DecodeAll, Encode};
use smartlayer_statement::{STATEMENT_BYTES, Statement};
use sp_runtime::MultiSignature;

/// The header of an answer that contains its statement.
pub const STATEMENT_HEADER: &str = "smartlayer-statement";

/// Returns the value of the header: the statement, the key, and the signature with a byte for its scheme, in base64.
pub fn encode_statement(signed: &Signed) -> String {
	BASE64_STANDARD.encode([&signed.statement.bytes()[..], &signed.key.0, &signed.signature.encode()].concat())
}

/// Reads the value of the header.
pub fn decode_statement(value: &str) -> Result<Signed, Error> {
	let invalid = |why: &str| Error::Invalid(format!("the header {STATEMENT_HEADER} is no statement: {why}"));
	let bytes = BASE64_STANDARD.decode(value).map_err(|error| invalid(&error.to_string()))?;
	let (statement, rest) = bytes.split_at_checked(STATEMENT_BYTES).ok_or_else(|| invalid("it is too short"))?;
	let statement = Statement::parse(statement).map_err(|error| invalid(&error.to_string()))?;
	let (key, signature) = rest.split_first_chunk().ok_or_else(|| invalid("it is too short"))?;
	let signature =
		MultiSignature::decode_all(&mut &signature[..]).map_err(|_| invalid("its signature has no known scheme"))?;
	Ok(Signed { statement, key: Address(*key), signature })
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::Key;
	use sp_core::H256;

	#[test]
	fn statements_should_be_read_as_they_were_written() {
		let statement = Statement {
			genesis: H256::repeat_byte(1),
			node: [2; 32],
			class: H256::repeat_byte(3),
			instance: H256::repeat_byte(4),
			sequence: 5,
			block: 6,
			block_hash: H256::repeat_byte(7),
			state: H256::repeat_byte(8),
			request: H256::repeat_byte(9),
			response: H256::repeat_byte(10),
		};
		for uri in ["//Node", "ed25519://Node", "ecdsa://Node"] {
			let key = Key::from_uri(uri).unwrap();
			let signed = Signed { statement, key: key.address(), signature: key.sign(&statement.bytes()) };
			let value = encode_statement(&signed);
			assert_eq!(decode_statement(&value).unwrap(), signed);
			for cut in 0..value.len() {
				assert!(decode_statement(value.get(..cut).unwrap()).is_err(), "{cut}");
			}
			assert!(decode_statement(&format!("{value}AAAA")).is_err());
		}
	}
}
