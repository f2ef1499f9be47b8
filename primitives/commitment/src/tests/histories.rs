use super::altered;
use crate::{AncestryProof, History, Snapshot};

fn snapshots(count: u32) -> Vec<Snapshot> {
	(0..count).map(|interval| Snapshot { interval, ..Default::default() }).collect()
}

#[test]
fn every_snapshot_should_be_proved_at_every_length() {
	let snapshots = snapshots(70);
	let leaves: Vec<_> = snapshots.iter().map(Snapshot::leaf).collect();
	let mut history = History::default();
	for (index, snapshot) in snapshots.iter().enumerate() {
		assert_eq!(history.append(snapshot), Some(index as u64));
		assert_eq!(history.peaks.len() as u32, history.count.count_ones());
		for (old, snapshot) in snapshots.iter().enumerate().take(index + 1) {
			let proof = history.prove(&leaves, old as u64).unwrap();
			assert!(history.verify(snapshot, &proof), "{old} of {}", index + 1);
			assert!(!history.verify(&Snapshot { void: 1, ..*snapshot }, &proof));
		}
		assert_eq!(history.prove(&leaves, history.count), None);
	}
}

#[test]
fn an_altered_proof_should_fail() {
	let snapshots = snapshots(21);
	let leaves: Vec<_> = snapshots.iter().map(Snapshot::leaf).collect();
	let mut history = History::default();
	for snapshot in &snapshots {
		history.append(snapshot).unwrap();
	}
	for index in [0u64, 7, 15, 16, 19, 20] {
		let proof = history.prove(&leaves, index).unwrap();
		for other in altered(&proof) {
			assert!(!history.verify(&snapshots[index as usize], &other), "{other:?}");
		}
		let elsewhere = AncestryProof { index: index + 1, ..proof };
		assert!(!history.verify(&snapshots[index as usize], &elsewhere));
	}
}

#[test]
fn an_empty_history_should_contain_nothing() {
	let proof = AncestryProof { index: 0, siblings: Default::default() };
	assert!(!History::default().verify(&Snapshot::default(), &proof));
}
