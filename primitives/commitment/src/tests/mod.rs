mod bitmaps;
mod claims;
mod histories;
mod operations;
mod vectors;

use codec::{Decode, DecodeAll, Encode};

/// Every proof that is this one but for one byte, where the bytes still make one.
fn altered<Proof: Encode + Decode + PartialEq>(proof: &Proof) -> impl Iterator<Item = Proof> {
	let bytes = proof.encode();
	(0..bytes.len()).flat_map(move |place| {
		let bytes = bytes.clone();
		[0x01, 0x80, 0xff].into_iter().filter_map(move |mask| {
			let mut other = bytes.clone();
			other[place] ^= mask;
			Proof::decode_all(&mut other.as_slice()).ok()
		})
	})
}
