use super::chain::{chain, run_to};
use crate::{
	Balance, Balances, ConvictionVoting, OriginCaller, Preimage, Referenda, Runtime, RuntimeCall, RuntimeEvent,
	RuntimeOrigin, Scheduler, StakingSlash, System,
	configs::{DEVELOPMENT, MaxScheduledPerBlock},
	constants::SLN,
	governance::{Tracks, pallet_origins::Origin, tracks::LEAST_SUPPORT},
	presets,
};
use frame_support::traits::{StorePreimage, schedule::DispatchTime};
use frame_system::RawOrigin;
use pallet_conviction_voting::{AccountVote, Conviction, Vote};
use pallet_referenda::{
	DecidingCount, ReferendumInfo, ReferendumInfoFor, ReferendumInfoOf, ReferendumStatus, TracksInfo,
};
use pallet_scheduler::Agenda;
use smartlayer_primitives::{Role, Severity};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie};
use sp_runtime::Perbill;

#[test]
fn every_origin_should_have_the_track_of_its_name() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		for (origin, name) in [
			(OriginCaller::system(RawOrigin::Root), "root"),
			(Origin::SlaAdmin.into(), "sla_admin"),
			(Origin::AnchorAdmin.into(), "anchor_admin"),
			(Origin::SlashReview.into(), "slash_review"),
			(Origin::Treasurer.into(), "treasurer"),
			(Origin::Emergency.into(), "emergency"),
			(Origin::Canceller.into(), "canceller"),
			(Origin::Killer.into(), "killer"),
		] {
			let id = Tracks::track_for(&origin).unwrap();
			let info = Tracks::info(id).unwrap();
			let found = core::str::from_utf8(&info.name).unwrap().trim_end_matches('\0');
			assert_eq!(found, name);
		}
		assert!(Tracks::track_for(&OriginCaller::system(RawOrigin::None)).is_err());
		assert!(Tracks::track_for(&OriginCaller::system(RawOrigin::Signed(Alice.to_account_id()))).is_err());
	});
}

#[test]
fn tracks_should_have_the_periods_of_the_chain() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		for (track, (_, periods)) in Tracks::tracks().zip(DEVELOPMENT.tracks()) {
			assert_eq!(track.info.prepare_period, periods.prepare);
			assert_eq!(track.info.decision_period, periods.decide);
			assert_eq!(track.info.confirm_period, periods.confirm);
			assert_eq!(track.info.min_enactment_period, periods.enact);
		}
	});
}

#[test]
fn check_integrity_should_need_no_storage() {
	Tracks::check_integrity().unwrap();
}

#[test]
fn thresholds_should_fall_and_stay_shares() {
	for track in Tracks::tracks() {
		for curve in [&track.info.min_approval, &track.info.min_support] {
			let at = |percent| curve.threshold(Perbill::from_percent(percent));
			assert!(at(0) >= at(50) && at(50) >= at(100));
		}
		// Nor by the votes of a few, when nobody else cares.
		assert!(track.info.min_support.threshold(Perbill::one()) >= LEAST_SUPPORT);
		// A proposal never passes against a majority of the votes.
		assert!(track.info.min_approval.threshold(Perbill::one()) >= Perbill::from_percent(50));
	}
}

#[test]
fn a_referendum_on_an_appeal_should_fit_into_the_appeal_period() {
	for schedule in [crate::configs::DEVELOPMENT, crate::configs::LOCAL, crate::configs::LIVE] {
		schedule.check().unwrap();
		let course = schedule.governance.slash_review.longest_course();
		// Twice, for the track can be full when it is submitted.
		assert!(2 * course < u64::from(schedule.appeal_blocks));
	}
}

/// Submits a referendum and places its decision deposit. Returns its index.
fn refer(origin: impl Into<OriginCaller>, call: RuntimeCall, by: Sr25519Keyring) -> u32 {
	let index = pallet_referenda::ReferendumCount::<Runtime>::get();
	let signed = || RuntimeOrigin::signed(by.to_account_id());
	let proposal = Preimage::bound(call).unwrap();
	let after = DispatchTime::After(1);
	Referenda::submit(signed(), Box::new(origin.into()), proposal, after).unwrap();
	Referenda::place_decision_deposit(signed(), index).unwrap();
	index
}

/// Votes aye with an amount, and without a lock.
fn aye(index: u32, by: Sr25519Keyring, balance: Balance) {
	let vote = Vote { aye: true, conviction: Conviction::None };
	let vote = AccountVote::Standard { vote, balance };
	ConvictionVoting::vote(RuntimeOrigin::signed(by.to_account_id()), index, vote).unwrap();
}

fn status(index: u32) -> ReferendumInfoOf<Runtime, ()> {
	ReferendumInfoFor::<Runtime>::get(index).unwrap()
}

fn is_deciding(index: u32) -> bool {
	matches!(status(index), ReferendumInfo::Ongoing(status) if status.deciding.is_some())
}

fn free(key: Sr25519Keyring) -> Balance {
	Balances::free_balance(key.to_account_id())
}

fn remark() -> RuntimeCall {
	RuntimeCall::System(frame_system::Call::remark { remark: vec![1] })
}

#[test]
fn a_slash_should_not_be_overturned_by_the_vote_of_its_offender_alone() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		run_to(1);
		let bob = RuntimeOrigin::signed(Bob.to_account_id());
		StakingSlash::bond(bob.clone(), Role::ServiceNode, 1_000 * SLN).unwrap();
		let severity = Severity::Fraction(Perbill::from_percent(30));
		StakingSlash::force_slash(RuntimeOrigin::root(), Bob.to_account_id(), severity, None).unwrap();
		StakingSlash::appeal(bob, 0).unwrap();
		let call = pallet_staking_slash::Call::rule { id: 0, uphold: false };
		let index = refer(Origin::SlashReview, call.into(), Bob);
		aye(index, Bob, 1_000 * SLN);
		let review = DEVELOPMENT.governance.slash_review;
		run_to(u32::try_from(review.longest_course()).unwrap() + 5);
		assert!(matches!(status(index), ReferendumInfo::Rejected(..)), "{:?}", status(index));
		run_to(DEVELOPMENT.appeal_blocks + 5);
		let slashed = StakingSlash::ledger(Bob.to_account_id()).unwrap();
		assert_eq!(slashed.total(), 700 * SLN);
	});
}

#[test]
fn a_full_agenda_should_neither_keep_a_track_occupied_nor_lose_what_was_approved() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		run_to(1);
		let junk = refer(RawOrigin::Root, remark(), Bob);
		let good = refer(RawOrigin::Root, RuntimeCall::System(frame_system::Call::remark { remark: vec![2] }), Charlie);
		run_to(DEVELOPMENT.governance.root.prepare + 3);
		let ReferendumInfo::Ongoing(ReferendumStatus { deciding: Some(deciding), .. }) = status(junk) else { panic!() };
		for key in [Alice, Bob, Charlie, Dave, Eve, Ferdie] {
			aye(good, key, free(key));
		}
		// Somebody has something happen in every slot of the blocks in which the referenda are done with.
		let end = deciding.since + DEVELOPMENT.governance.root.decide;
		let fill = |block| {
			while Scheduler::schedule(RuntimeOrigin::root(), block, None, 127, Box::new(remark())).is_ok() {}
			assert_eq!(Agenda::<Runtime>::get(block).len() as u32, MaxScheduledPerBlock::get());
		};
		fill(end + 1);
		run_to(System::block_number() + 2);
		while !matches!(status(good), ReferendumInfo::Approved(..)) {
			for ahead in [1, 2, DEVELOPMENT.governance.root.enact, DEVELOPMENT.governance.root.enact + 1] {
				fill(System::block_number() + ahead);
			}
			run_to(System::block_number() + 1);
		}
		let ReferendumInfo::Approved(approved, ..) = status(good) else { unreachable!() };
		let enacted = |event: &frame_system::EventRecord<_, _>| {
			matches!(event.event, RuntimeEvent::Scheduler(pallet_scheduler::Event::Dispatched { id: Some(_), .. }))
		};
		let mut seen = false;
		while System::block_number() < end {
			run_to(System::block_number() + 1);
			seen |= System::events().iter().any(enacted);
		}
		assert!(seen, "approved in block {approved}, and never enacted");
		assert!(matches!(status(junk), ReferendumInfo::Rejected(at, ..) if at == end), "{:?}", status(junk));
		run_to(end + 3);
		assert_eq!(DecidingCount::<Runtime>::get(0), 0);
	});
}

#[test]
fn referenda_that_block_a_track_should_be_cancelled_within_their_preparation_and_the_queue_go_on() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		run_to(1);
		let junk = [Bob, Charlie].map(|key| refer(RawOrigin::Root, remark(), key));
		let upgrade = refer(RawOrigin::Root, remark(), Alice);
		run_to(DEVELOPMENT.governance.root.prepare + 3);
		assert!(is_deciding(junk[0]) && is_deciding(junk[1]) && !is_deciding(upgrade));
		// A majority of holders cancels one and kills the other.
		let cancel = refer(Origin::Canceller, pallet_referenda::Call::cancel { index: junk[0] }.into(), Dave);
		let kill = refer(Origin::Killer, pallet_referenda::Call::kill { index: junk[1] }.into(), Eve);
		for index in [cancel, kill] {
			for key in [Alice, Bob, Charlie, Dave, Eve, Ferdie] {
				aye(index, key, free(key));
			}
		}
		run_to(System::block_number() + 15);
		assert!(matches!(status(junk[0]), ReferendumInfo::Cancelled(..)), "{:?}", status(junk[0]));
		assert!(matches!(status(junk[1]), ReferendumInfo::Killed(..)), "{:?}", status(junk[1]));
		assert!(is_deciding(upgrade));
	});
}
