//! What an observer has to show of what it has claimed.

use crate::SAMPLES;
use sp_runtime::traits::{BlakeTwo256, Hash};

/// Which of the nodes that an observer claims to have reached it has to show an answer of, and which samples come first. Drawn by
/// randomness that is known only after all observers have committed to their claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw([u8; 96]);

impl Draw {
	/// Draws for an observer and a page.
	pub fn new(seed: &[u8; 32], observer: &[u8; 32], page: u32) -> Self {
		let mut bytes = [0; 96];
		for (number, part) in (0u8..).zip(bytes.chunks_mut(32)) {
			let parts: [&[u8]; 4] = [seed, observer, &page.to_be_bytes(), &[number]];
			part.copy_from_slice(BlakeTwo256::hash(&parts.concat()).as_bytes());
		}
		Self(bytes)
	}

	/// Returns which of so many nodes it is. None if there are none.
	pub fn node(&self, of: usize) -> Option<usize> {
		let number = self.0.last_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
		number.checked_rem(of as u64).map(|nth| nth as usize)
	}

	/// Returns how many samples come before a sample. None if there is no such sample.
	pub fn rank(&self, sample: u8) -> Option<u8> {
		let key = |sample: u8| (self.0.get(usize::from(sample)).copied(), sample);
		(sample < SAMPLES).then(|| (0..SAMPLES).filter(|other| key(*other) < key(sample)).count() as u8)
	}

	/// Returns whether an answer to a sample is enough for an observer that claims so many good samples. As many samples as it calls
	/// bad may come before it: so who has made all of its samples can always show one, and who has made few of them seldom.
	pub fn is_enough(&self, sample: u8, good: u8) -> bool {
		self.rank(sample).is_some_and(|rank| rank <= SAMPLES.saturating_sub(good))
	}
}
