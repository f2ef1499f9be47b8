use super::{
	accesses::{Accesses, accesses},
	chain::{begin_block, chain, chain_of, end_block, genesis, run_to},
};
use crate::{
	AccountId, Balance, Balances, ConvictionVoting, Runtime, RuntimeHoldReason, RuntimeOrigin, Sla, StakingSlash,
	System,
	configs::{DEVELOPMENT, LOCAL, PunishOffenders, TreasuryAccount},
	constants::{EXISTENTIAL_DEPOSIT, SLN},
	governance::pallet_origins::Origin,
	presets, weights,
};
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		PalletInfoAccess,
		fungible::{Inspect, InspectHold, Mutate},
		tokens::Preservation,
	},
};
use pallet_staking_slash::{Activity, HoldReason, WeightInfo as _};
use smartlayer_primitives::{Action, Bonding, Cause, Offence, Role, Score, ServiceLevel, Severity, Slasher, Victim};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Eve, Ferdie};
use sp_runtime::{DispatchError, Perbill};
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

const BOND: Balance = 1_000 * SLN;

fn by(key: Sr25519Keyring) -> RuntimeOrigin {
	RuntimeOrigin::signed(key.to_account_id())
}

fn node(key: Sr25519Keyring) -> AccountId {
	StakingSlash::bond(by(key), Role::ServiceNode, BOND).unwrap();
	key.to_account_id()
}

fn held(who: &AccountId) -> Balance {
	Balances::balance_on_hold(&RuntimeHoldReason::StakingSlash(HoldReason::Bond), who)
}

fn treasury() -> Balance {
	Balances::balance(&TreasuryAccount::get())
}

/// Lets blocks pass from here.
fn pass(blocks: u32) {
	run_to(System::block_number() + blocks);
}

#[test]
fn presets_should_bond_and_seat_their_anchors_and_endow_the_pots() {
	for preset in presets::names() {
		chain(preset.as_ref()).execute_with(|| {
			for seat in crate::Session::validators() {
				assert_eq!(StakingSlash::activity(seat), Activity::Active);
			}
			for role in Role::ALL {
				assert_eq!(Balances::balance(&StakingSlash::pot(role)), EXISTENTIAL_DEPOSIT);
			}
		});
	}
}

#[test]
#[should_panic(expected = "the schedule of this genesis contradicts itself")]
fn a_genesis_should_be_refused_when_a_bond_does_not_outlast_a_fault() {
	let mut genesis = genesis(presets::DEVELOPMENT_PRESET);
	let schedule = &mut genesis["tempo"]["schedule"];
	schedule["unbondingBlocks"] = schedule["reportWindowBlocks"].clone();
	chain_of(genesis);
}

#[test]
fn a_fault_should_settle_when_its_slash_is_applied_and_not_before() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		run_to(1);
		let (eve, victim) = (node(Eve), Ferdie.to_account_id());
		assert_ok!(Sla::force_score(RuntimeOrigin::root(), Role::ServiceNode, eve.clone(), Score::from_u32(100)));
		let before = Balances::balance(&victim);
		let (weight, _) = StakingSlash::weight(eve.clone());
		let offence = Offence {
			offender: eve.clone(),
			severity: Severity::Rate,
			victim: Some(Victim { account: victim.clone(), at_most: None }),
			cause: Cause::NoData,
			action: Some(Action::FailedRedeem),
			outage: None,
		};
		assert_ok!(StakingSlash::slash(offence));
		// The best score loses the least. Until then, it keeps its score, its place and its weight.
		assert_eq!(StakingSlash::ledger(eve.clone()).unwrap().aside(), BOND / 10);
		assert_eq!(Sla::score(Role::ServiceNode, eve.clone()), Score::from_u32(100));
		assert_eq!(StakingSlash::weight(eve.clone()).0, weight);
		let fees = treasury();
		pass(DEVELOPMENT.slash_deferral_blocks);
		assert_eq!(held(&eve), BOND * 9 / 10);
		assert_eq!(Balances::balance(&victim), before + BOND / 20);
		assert_eq!(treasury(), fees + BOND / 20);
		assert_eq!(Sla::score(Role::ServiceNode, eve.clone()), Score::default());
		assert!(StakingSlash::weight(eve).0.is_zero());
	});
}

#[test]
fn a_score_should_weigh_in_the_pool_at_once() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		run_to(1);
		let eve = node(Eve);
		assert!(StakingSlash::weight(eve.clone()).0.is_zero());
		<Sla as ServiceLevel<_, _>>::record(&eve, Action::SubmitIssueProof);
		assert_eq!(StakingSlash::weight(eve).0, (BOND * 1_000_000_000).into());
	});
}

#[test]
fn an_equivocation_should_disable_and_slash() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		let bob = Bob.to_account_id();
		let offence = OffenceDetails { offender: (bob.clone(), ()), reporters: Vec::new() };
		let bond = held(&bob);
		PunishOffenders::on_offence(&[offence], &[Perbill::from_percent(9)], crate::Session::current_index());
		assert_eq!(crate::Session::disabled_validators().len(), 1);
		assert_eq!(StakingSlash::ledger(bob.clone()).unwrap().aside(), bond * 9 / 100);
		pass(LOCAL.slash_deferral_blocks);
		assert_eq!(held(&bob), bond * 91 / 100);
	});
}

#[test]
fn offences_should_be_forgotten_when_they_can_no_more_be_reported() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		run_to(1);
		let alice = Alice.to_account_id();
		let offence = OffenceDetails { offender: (alice.clone(), ()), reporters: Vec::new() };
		let session = crate::Session::current_index();
		PunishOffenders::on_offence(&[offence], &[Perbill::from_percent(1)], session);
		let known = || pallet_staking_slash::ConsensusOffences::<Runtime>::contains_key(session, &alice);
		pass(DEVELOPMENT.offence_longevity_sessions() * DEVELOPMENT.epoch_slots);
		assert!(known());
		pass(2 * DEVELOPMENT.epoch_slots);
		assert!(!known());
	});
}

#[test]
fn a_bond_should_be_slashed_whole_when_a_vote_locks_the_same_tokens() {
	use pallet_conviction_voting::{AccountVote, Conviction, Vote};
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		run_to(1);
		let proposal = frame_support::traits::Bounded::Inline(
			codec::Encode::encode(&crate::RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() }))
				.try_into()
				.unwrap(),
		);
		let root = Box::new(frame_system::RawOrigin::Root.into());
		let when = frame_support::traits::schedule::DispatchTime::After(1);
		assert_ok!(crate::Referenda::submit(by(Alice), root, proposal, when));
		let eve = node(Eve);
		let vote = Vote { aye: true, conviction: Conviction::Locked6x };
		let balance = Balances::total_balance(&eve);
		assert_ok!(ConvictionVoting::vote(by(Eve), 0, AccountVote::Standard { vote, balance }));
		assert_ok!(StakingSlash::force_slash(RuntimeOrigin::root(), eve.clone(), Severity::Whole, None));
		let before = treasury();
		pass(DEVELOPMENT.slash_deferral_blocks);
		assert_eq!((held(&eve), treasury()), (0, before + BOND));
	});
}

#[test]
fn what_is_sent_to_a_pot_should_be_streamed() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		run_to(1);
		let pot = StakingSlash::pot(Role::ServiceNode);
		// As a spend of the treasury arrives: a transfer like any other.
		assert_ok!(<Balances as Mutate<_>>::transfer(&Bob.to_account_id(), &pot, SLN, Preservation::Preserve));
		let eve = node(Eve);
		assert_ok!(Sla::force_score(RuntimeOrigin::root(), Role::ServiceNode, eve.clone(), Score::from_u32(50)));
		run_to(DEVELOPMENT.reward_period_blocks);
		assert_eq!(pallet_staking_slash::Pools::<Runtime>::get(Role::ServiceNode).incoming, SLN);
		pass(2 * DEVELOPMENT.reward_period_blocks);
		assert!(StakingSlash::claimable(eve) + 1 >= SLN);
	});
}

#[test]
fn each_power_should_have_its_track() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		run_to(1);
		let eve = node(Eve);
		let slash = || StakingSlash::force_slash(RuntimeOrigin::root(), eve.clone(), Severity::Rate, None);
		assert_ok!(slash());
		assert_ok!(StakingSlash::cancel(Origin::SlashReview.into(), 0));
		assert_ok!(slash());
		assert_ok!(StakingSlash::appeal(by(Eve), 1));
		assert_ok!(StakingSlash::rule(Origin::SlashReview.into(), 1, false));
		let params = pallet_staking_slash::Parameters::<Runtime>::get();
		assert_ok!(StakingSlash::set_params(Origin::SlaAdmin.into(), params));
		for origin in [Origin::SlaAdmin.into(), Origin::Treasurer.into(), by(Eve)] {
			assert_noop!(StakingSlash::cancel(origin, 1), DispatchError::BadOrigin);
		}
		for origin in [Origin::SlashReview.into(), Origin::SlaAdmin.into(), by(Eve)] {
			assert_noop!(
				StakingSlash::force_slash(origin, eve.clone(), Severity::Whole, None),
				DispatchError::BadOrigin
			);
		}
		assert_noop!(StakingSlash::set_params(Origin::SlashReview.into(), params), DispatchError::BadOrigin);
	});
}

/// A chain on which so many have bonded, whose first one has rewards to claim.
fn crowd(size: u32) -> (sp_io::TestExternalities, AccountId) {
	let mut externalities = chain(presets::DEVELOPMENT_PRESET);
	let account = |index: u32| AccountId::from(sp_io::hashing::blake2_256(&index.to_le_bytes()));
	externalities.execute_with(|| {
		run_to(1);
		for index in 0..size {
			let who = account(index);
			assert_ok!(Balances::mint_into(&who, 2 * BOND));
			assert_ok!(StakingSlash::bond(RuntimeOrigin::signed(who), Role::ServiceNode, BOND));
		}
		System::reset_events();
		assert_ok!(Sla::force_score(RuntimeOrigin::root(), Role::ServiceNode, account(0), Score::from_u32(50)));
		assert_ok!(StakingSlash::fund_pool(by(Bob), Role::ServiceNode, SLN));
		pass(2 * DEVELOPMENT.reward_period_blocks);
	});
	(externalities, account(0))
}

#[test]
fn no_cost_should_grow_with_the_number_of_accounts_that_have_bonded() {
	let measured = [10, 1_000, 100_000].map(|size| {
		let (mut externalities, who) = crowd(size);
		let next = externalities.execute_with(|| System::block_number() + 1);
		let block = accesses(&mut externalities, || {
			begin_block(next);
			end_block();
		});
		let payout = accesses(&mut externalities, || {
			assert_ok!(StakingSlash::payout(by(Charlie), who.clone()));
		});
		let score = accesses(&mut externalities, || {
			assert_ok!(Sla::force_score(RuntimeOrigin::root(), Role::ServiceNode, who.clone(), Score::from_u32(60)));
		});
		[block, payout, score]
	});
	assert_eq!(measured[0], measured[1]);
	assert_eq!(measured[1], measured[2]);
	assert!(measured[0].iter().all(|Accesses { reads, writes, .. }| *reads > 0 && *writes > 0), "{measured:?}");
}

#[test]
fn a_change_of_score_should_touch_as_little_storage_as_the_specification_says() {
	let file = include_str!("../weights/pallet_staking_slash.rs");
	let body = file.split("fn on_score_change(").nth(1).unwrap().split("fn ").next().unwrap();
	let of = |access: &str| -> u64 {
		let number = body.split(&format!("{access}(")).nth(1).unwrap();
		number.split('_').next().unwrap().parse().unwrap()
	};
	// Two of the reads are the schedule and the clock, which every block reads.
	assert!(of("reads") <= 4 + 2 && of("writes") <= 3, "{body}");
}

#[test]
fn the_queue_should_have_room_for_many_slashes_in_a_block() {
	type Weights = weights::pallet_staking_slash::WeightInfo<Runtime>;
	let one = Weights::apply_slash().saturating_add(Weights::queue_step());
	let room = <Runtime as pallet_staking_slash::Config>::HookWeight::get();
	assert!(room.ref_time() / one.ref_time() >= 50, "{} slashes", room.ref_time() / one.ref_time());
}

#[test]
fn answers_to_a_slash_should_not_be_paused() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		let name = |text: &str| text.as_bytes().to_vec().try_into().unwrap();
		let pause =
			|call: &str| crate::TxPause::pause(Origin::Emergency.into(), (name(StakingSlash::name()), name(call)));
		for call in ["appeal", "rule", "cancel", "apply_slash", "set_params"] {
			assert_noop!(pause(call), pallet_tx_pause::Error::<Runtime>::Unpausable);
		}
		assert_ok!(pause("bond"));
	});
}

#[test]
fn a_seat_should_be_rewarded_for_its_score() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		run_to(1);
		let alice = Alice.to_account_id();
		assert!(StakingSlash::qualifies(Role::Anchor, &alice));
		<Sla as ServiceLevel<_, _>>::record(&alice, Action::BlockSubmission);
		assert!(!StakingSlash::weight(alice.clone()).0.is_zero());
		StakingSlash::unseated(Role::Anchor, &alice);
		assert!(StakingSlash::weight(alice).0.is_zero());
	});
}
