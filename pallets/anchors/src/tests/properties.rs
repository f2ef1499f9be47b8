//! What holds after any sequence of operations, by anyone who may, with real sessions under it.
//!
//! Ten thousand operations by default; a million where `SMARTLAYER_LONG_TESTS` is set.

use crate::{Seats, Standing, mock::*};
use frame_support::{BoundedVec, pallet_prelude::DispatchResult};
use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use smartlayer_primitives::{LeaveGate, OnBondLost, Role};
use std::{cell::RefCell, collections::BTreeMap};

const OPERATIONS_A_CASE: usize = 100;

fn cases() -> ProptestConfig {
	let operations = if std::env::var_os("SMARTLAYER_LONG_TESTS").is_some() { 1_000_000 } else { 10_000 };
	ProptestConfig::with_cases((operations / OPERATIONS_A_CASE) as u32)
}

#[derive(Clone, Debug)]
enum Operation {
	Bond(u8),
	LoseBond(u8),
	Leave(u8),
	SetKeys(u8, u8),
	LoseKeys(u8),
	Apply(u8),
	Admit(u8),
	Withdraw(u8),
	Resign(u8),
	Remove(u8),
	CallElection,
	Vote(u8, Vec<u8>, u128),
	Retract(u8),
	WithdrawStake(u8, u64),
	SetParams(u32, u32),
	Write,
	Migrate(u64),
	RemoveKeys(u8),
	Pass(u64),
}

fn index() -> impl Strategy<Value = u8> {
	1u8..12
}

fn operation() -> impl Strategy<Value = Operation> {
	prop_oneof![
		4 => index().prop_map(Operation::Bond),
		2 => index().prop_map(Operation::LoseBond),
		2 => index().prop_map(Operation::Leave),
		1 => (index(), 1u8..60).prop_map(|(a, b)| Operation::SetKeys(a, b)),
		1 => index().prop_map(Operation::LoseKeys),
		4 => index().prop_map(Operation::Apply),
		6 => index().prop_map(Operation::Admit),
		3 => index().prop_map(Operation::Withdraw),
		2 => index().prop_map(Operation::Resign),
		2 => index().prop_map(Operation::Remove),
		1 => Just(Operation::CallElection),
		5 => (20u8..24, vec(index(), 0..5), 0u128..200_000 * UNIT).prop_map(|(a, b, c)| Operation::Vote(a, b, c)),
		5 => (20u8..24).prop_map(Operation::Retract),
		// At once, or when a stake that was retracted before has thawed.
		8 => (20u8..24, prop_oneof![Just(0), Just(2 * u64::from(TERM) * SESSION)])
			.prop_map(|(voter, blocks)| Operation::WithdrawStake(voter, blocks)),
		1 => (0u32..12, 0u32..6).prop_map(|(a, b)| Operation::SetParams(a, b)),
		3 => Just(Operation::Write),
		1 => (1u64..3 * SESSION).prop_map(Operation::Migrate),
		1 => index().prop_map(Operation::RemoveKeys),
		6 => prop_oneof![1u64..5, Just(SESSION), Just(u64::from(TERM) * SESSION)].prop_map(Operation::Pass),
	]
}

/// Does an operation as a dispatch does: what fails leaves nothing behind. Whether it succeeded.
fn apply(operation: Operation) -> bool {
	if let Operation::WithdrawStake(_, blocks) = operation {
		pass(blocks);
	}
	let done: DispatchResult = frame_support::storage::with_storage_layer(|| match operation {
		Operation::Bond(index) => {
			Bonded::mutate(|bonded| {
				bonded.insert(who(index), Role::Anchor);
			});
			if !pallet_session::NextKeys::<Test>::contains_key(who(index)) {
				set_keys(index, index);
			}
			Ok(())
		},
		Operation::LoseBond(index) => {
			Bonded::mutate(|bonded| {
				bonded.remove(&who(index));
			});
			Anchors::on_bond_lost(Role::Anchor, &who(index));
			Ok(())
		},
		// What `chill` and `unbond` do.
		Operation::Leave(index) => Anchors::may_leave(Role::Anchor, &who(index)).map(|()| {
			Bonded::mutate(|bonded| {
				bonded.remove(&who(index));
			});
			Anchors::on_bond_lost(Role::Anchor, &who(index));
		}),
		Operation::SetKeys(index, seed) => {
			set_keys(index, seed);
			Ok(())
		},
		// Root alone can, and not the last ones.
		Operation::LoseKeys(index) => {
			let keyed =
				|other: &AccountId| *other != who(index) && pallet_session::NextKeys::<Test>::contains_key(other);
			if Session::validators().iter().any(keyed) && Seats::<Test>::get().iter().any(|seat| keyed(&seat.who)) {
				pallet_session::NextKeys::<Test>::remove(who(index));
			}
			Ok(())
		},
		Operation::Apply(index) => Anchors::apply_candidacy(by(index), organisation("Somebody")),
		Operation::Admit(index) => Anchors::admit(by_admin(), who(index)),
		Operation::Withdraw(index) => Anchors::withdraw_candidacy(by(index)),
		Operation::Resign(index) => Anchors::resign(by(index)),
		Operation::Remove(index) => Anchors::remove_anchor(by_admin(), who(index)),
		Operation::CallElection => Anchors::call_election(by_admin()),
		Operation::Vote(voter, candidates, stake) => vote(voter, &candidates, stake),
		Operation::Retract(voter) => Anchors::retract_vote(by(voter)),
		Operation::WithdrawStake(voter, _) => Anchors::withdraw_stake(by(voter)),
		Operation::SetParams(desired_seats, floor) => {
			Anchors::set_params(by_admin(), crate::Params { desired_seats, floor, ..params() })
		},
		Operation::Write => {
			let Some(first) = Anchors::may_write().first().map(index_of) else { return Ok(()) };
			let snapshot = snapshot();
			let duty = Anchors::duty().unwrap();
			let payload = Anchors::payload(&snapshot, &who(first));
			let signatures = duty.order.iter().filter_map(|anchor| {
				let seed = (1..=60).find(|seed| key(*seed) == anchor.key)?;
				Some(signature(index_of(&anchor.who), seed, &payload))
			});
			let signatures = BoundedVec::truncate_from(signatures.collect());
			Anchors::submit_snapshot(by(first), snapshot, signatures).map(drop).map_err(|error| error.error)
		},
		Operation::Migrate(blocks) => {
			Migrating::set(true);
			pass(blocks);
			Migrating::set(false);
			Ok(())
		},
		Operation::RemoveKeys(index) => Anchors::remove_keys(by(index)),
		Operation::Pass(blocks) => {
			pass(blocks);
			Ok(())
		},
	});
	done.is_ok()
}

#[test]
fn every_sequence_should_keep_the_invariants_and_the_chain_alive() {
	// How often each operation was tried, and how often it succeeded.
	let counts = RefCell::new(BTreeMap::<String, (u32, u32)>::new());
	let config = ProptestConfig { source_file: Some(file!()), ..cases() };
	let checked = TestRunner::new(config).run(&vec(operation(), OPERATIONS_A_CASE), |operations| {
		chain().execute_with(|| {
			let issued = Balances::total_issuance();
			for operation in operations {
				let name = format!("{operation:?}");
				let name = name.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default().to_string();
				let succeeded = apply(operation);
				let mut counts = counts.borrow_mut();
				let count = counts.entry(name).or_default();
				*count = (count.0 + 1, count.1 + u32::from(succeeded));
				Anchors::do_try_state().unwrap();
				prop_assert_eq!(Balances::total_issuance(), issued);
				// The chain has authors, whatever happens, and each of them has keys.
				prop_assert!(!Session::validators().is_empty());
				prop_assert!(!Seats::<Test>::get().is_empty());
				let active = crate::ActiveSeats::<Test>::get();
				prop_assert_eq!(active.len(), Session::validators().len());
				// Who sits has bonded, and is rewarded; nobody else is.
				for seat in Seats::<Test>::get() {
					let sits = seat.standing == Standing::Sitting;
					prop_assert!(!sits || Bonded::get().contains_key(&seat.who));
					prop_assert_eq!(Rewarded::get().contains(&seat.who), sits);
				}
				let sitting = Seats::<Test>::get().iter().filter(|seat| seat.standing == Standing::Sitting).count();
				prop_assert_eq!(Rewarded::get().len(), sitting);
			}
			Ok(())
		})
	});
	if let Err(error) = checked {
		panic!("{error}");
	}
	let never: Vec<_> = counts.take().into_iter().filter(|(_, (_, succeeded))| *succeeded == 0).collect();
	assert!(never.is_empty(), "tried, and never succeeded: {never:?}");
}
