//! What an operation reads and writes, counted on a state that is there.

use sp_core::Blake2Hasher;
use sp_io::TestExternalities;
use sp_state_machine::Backend;
use sp_trie::recorder::Recorder;
use std::collections::HashMap;

/// How many values of the state were read, and how many are others afterwards. Bytes are those of the values, without their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accesses {
	pub reads: usize,
	pub read_bytes: usize,
	pub writes: usize,
	pub written_bytes: usize,
}

/// Counts what an operation does to the state. Values that the block has read before count as well.
pub fn accesses(externalities: &mut TestExternalities, operation: impl FnOnce()) -> Accesses {
	let state = |externalities: &mut TestExternalities| -> HashMap<Vec<u8>, Vec<u8>> {
		externalities.commit_all().unwrap();
		externalities.backend.pairs(Default::default()).unwrap().map(Result::unwrap).collect()
	};
	let before = state(externalities);
	let recorder = Recorder::<Blake2Hasher>::default();
	externalities.execute_with_recorder(recorder.clone(), operation);
	let after = state(externalities);
	let changed: Vec<_> = after.iter().filter(|(key, value)| before.get(*key) != Some(value)).collect();
	let removed = before.keys().filter(|key| !after.contains_key(*key)).count();
	let recorded = recorder.recorded_keys();
	let read: Vec<_> = recorded.values().flat_map(|keys| keys.keys()).collect();
	Accesses {
		reads: read.len(),
		read_bytes: read.iter().filter_map(|key| before.get(&key[..])).map(Vec::len).sum(),
		writes: changed.len() + removed,
		written_bytes: changed.iter().map(|(_, value)| value.len()).sum(),
	}
}
