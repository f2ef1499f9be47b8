use super::altered;
use crate::{AncestryProof, History, HistoryTree, Snapshot};

fn snapshots(count: u32) -> Vec<Snapshot> {
	(0..count).map(|interval| Snapshot { interval, ..Default::default() }).collect()
}

#[test]
fn every_snapshot_should_be_proved_at_every_length() {
	let snapshots = snapshots(70);
	let (mut history, mut tree) = (History::default(), HistoryTree::default());
	for (index, snapshot) in snapshots.iter().enumerate() {
		assert_eq!(history.append(snapshot), Some(index as u64));
		tree.append(snapshot.leaf());
		assert_eq!(tree.count(), history.count);
		assert_eq!(history.peaks.len() as u32, history.count.count_ones());
		for (old, snapshot) in snapshots.iter().enumerate().take(index + 1) {
			let proof = tree.prove(old as u64).unwrap();
			assert!(history.verify(snapshot, &proof), "{old} of {}", index + 1);
			assert!(!history.verify(&Snapshot { void: 1, ..*snapshot }, &proof));
		}
		assert_eq!(tree.prove(history.count), None);
	}
}

#[test]
fn an_altered_proof_should_fail() {
	let snapshots = snapshots(21);
	let (mut history, mut tree) = (History::default(), HistoryTree::default());
	for snapshot in &snapshots {
		history.append(snapshot).unwrap();
		tree.append(snapshot.leaf());
	}
	for index in [0u64, 7, 15, 16, 19, 20] {
		let proof = tree.prove(index).unwrap();
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
	assert_eq!(HistoryTree::default().prove(0), None);
}
