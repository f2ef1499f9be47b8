use super::chain::{chain, run_to};
use crate::{
	AccountId, Balance, Balances, ConvictionVoting, Payments, Runtime, RuntimeOrigin, Sla, StakingSlash, System,
	configs::{BlockWeights, DEVELOPMENT},
	constants::SLN,
	presets, weights,
};
use frame_support::{
	BoundedVec, assert_noop, assert_ok,
	dispatch::{DispatchClass, GetDispatchInfo},
	traits::{Get, fungible::Inspect},
	weights::Weight,
};
use pallet_balances::WeightInfo as _;
use pallet_conviction_voting::{AccountVote, Conviction, Vote};
use pallet_payments::WeightInfo as _;
use smartlayer_primitives::{Role, Score, ServiceLevel, SessionId, Severity};
use smartlayer_promise::{Promise, Scheme, Signature, SignedPromise, Signer};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve};
use sp_runtime::TokenError;

type Measured = weights::pallet_payments::WeightInfo<Runtime>;

fn by(key: Sr25519Keyring) -> RuntimeOrigin {
	RuntimeOrigin::signed(key.to_account_id())
}

fn node(key: Sr25519Keyring) -> AccountId {
	StakingSlash::bond(by(key), Role::ServiceNode, 1_000 * SLN).unwrap();
	key.to_account_id()
}

/// Opens a session of Bob's with a node, for as long as there can be one.
fn open(node: &AccountId, amount: Balance) -> SessionId {
	let id = pallet_payments::NextSessionId::<Runtime>::get();
	let expiry = crate::Tempo::now() + DEVELOPMENT.longest_session_blocks;
	assert_ok!(Payments::open_session(by(Bob), node.clone(), amount, Signer::Sr25519(Bob.public().0), expiry));
	id
}

/// Bob closes a session, and waits until the last block of its thaw.
fn close_and_wait(id: SessionId) {
	assert_ok!(Payments::close(by(Bob), id, None));
	run_to(System::block_number() + <Runtime as pallet_payments::Config>::Thaw::get() - 1);
	assert_noop!(Payments::settle(by(Bob), id), pallet_payments::Error::<Runtime>::ThawNotEnded);
}

fn promise(session: SessionId, amount: Balance) -> SignedPromise {
	let promise = Promise { genesis: System::block_hash(0), session, amount };
	let bytes = BoundedVec::truncate_from(Bob.sign(&promise.bytes()).0.to_vec());
	let signature = Signature { scheme: Scheme::Sr25519, bytes };
	SignedPromise { promise, signer: Signer::Sr25519(Bob.public().0), signature }
}

#[test]
fn the_pools_should_count_their_shares_when_the_next_period_begins() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		run_to(1);
		let eve = node(Eve);
		let id = open(&eve, 1_000 * SLN);
		let issued = Balances::total_issuance();
		assert_ok!(Payments::cash_out(by(Charlie), id, promise(id, 400 * SLN)));
		assert_eq!(issued - Balances::total_issuance(), 20 * SLN);
		run_to(DEVELOPMENT.reward_period_blocks);
		for role in Role::ALL {
			assert_eq!(pallet_staking_slash::Pools::<Runtime>::get(role).incoming, 10 * SLN);
		}
	});
}

#[test]
fn deposited_tokens_should_not_vote_and_votes_should_not_prevent_a_payment() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		run_to(1);
		let eve = node(Eve);
		let id = open(&eve, 1_000 * SLN);
		let proposal = frame_support::traits::Bounded::Inline(BoundedVec::truncate_from(vec![0; 4]));
		let root = Box::new(frame_system::RawOrigin::Root.into());
		let when = frame_support::traits::schedule::DispatchTime::After(1);
		assert_ok!(crate::Referenda::submit(by(Alice), root, proposal, when));
		let vote = Vote { aye: true, conviction: Conviction::Locked6x };
		let balance = Balances::total_balance(&Bob.to_account_id());
		let more = AccountVote::Standard { vote, balance: balance + 1 };
		assert_noop!(
			ConvictionVoting::vote(by(Bob), 0, more),
			pallet_conviction_voting::Error::<Runtime>::InsufficientFunds
		);
		assert_ok!(ConvictionVoting::vote(by(Bob), 0, AccountVote::Standard { vote, balance }));
		assert_noop!(Payments::top_up(by(Bob), id, SLN), TokenError::Frozen);
		let before = Balances::balance(&eve);
		close_and_wait(id);
		assert_ok!(Payments::cash_out(by(Charlie), id, promise(id, 1_000 * SLN)));
		assert_eq!(Balances::balance(&eve), before + 900 * SLN);
	});
}

#[test]
fn a_node_should_be_paid_when_it_is_chilled_slashed_and_has_left() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		run_to(1);
		let eve = node(Eve);
		let id = open(&eve, 1_000 * SLN);
		assert_ok!(StakingSlash::chill(by(Eve)));
		assert_ok!(Payments::cash_out(by(Charlie), id, promise(id, 10 * SLN)));
		assert_ok!(StakingSlash::force_slash(RuntimeOrigin::root(), eve.clone(), Severity::Rate, None));
		assert_ok!(Payments::cash_out(by(Charlie), id, promise(id, 20 * SLN)));
		run_to(DEVELOPMENT.slash_deferral_blocks + 2);
		let left = StakingSlash::ledger(eve.clone()).unwrap().active;
		assert_ok!(StakingSlash::unbond(by(Eve), left));
		run_to(System::block_number() + DEVELOPMENT.unbonding_blocks);
		assert_ok!(StakingSlash::withdraw_unbonded(by(Eve)));
		assert!(StakingSlash::ledger(eve.clone()).is_none());
		assert_ok!(Payments::cash_out(by(Charlie), id, promise(id, 30 * SLN)));
		// Its account is gone, and is created anew.
		let rest = Balances::balance(&eve);
		assert_ok!(Balances::transfer_allow_death(by(Eve), Alice.to_account_id().into(), rest));
		assert!(!System::account_exists(&eve));
		close_and_wait(id);
		assert_ok!(Payments::cash_out(by(Charlie), id, promise(id, 40 * SLN)));
		assert_eq!(Balances::balance(&eve), 9 * SLN);
	});
}

#[test]
fn the_storage_deposit_of_a_session_should_be_that_of_the_documentation() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		run_to(1);
		let eve = node(Eve);
		let before = Balances::balance(&Bob.to_account_id());
		open(&eve, SLN);
		let deposit = before - SLN - Balances::balance(&Bob.to_account_id());
		// 0.3 SLN for three items, and 0.0001 SLN for each byte.
		let bytes = (deposit - 3 * SLN / 10) / (SLN / 10_000);
		assert!((250..400).contains(&bytes), "{bytes}");
	});
}

#[test]
fn a_period_of_payments_should_raise_the_score_once() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		run_to(1);
		let eve = node(Eve);
		let id = open(&eve, 1_000 * SLN);
		for amount in [10, 20, 30] {
			assert_ok!(Payments::cash_out(by(Charlie), id, promise(id, amount * SLN)));
		}
		run_to(DEVELOPMENT.reward_period_blocks - 1);
		assert_eq!(Sla::score(Role::ServiceNode, eve.clone()), Score::default());
		run_to(DEVELOPMENT.reward_period_blocks + 1);
		// The first volume is the mean of all, which earns the most.
		assert_eq!(<Sla as ServiceLevel<_, _>>::score(Role::ServiceNode, &eve), Score::from_u32(4));
		run_to(4 * DEVELOPMENT.reward_period_blocks);
		assert_eq!(Sla::score(Role::ServiceNode, eve), Score::from_u32(4));
	});
}

#[test]
fn a_batch_to_one_node_should_be_cheaper_than_one_to_several() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		run_to(1);
		let nodes = [Charlie, Dave, Eve].map(node);
		let weight_of_batch = |to: [&AccountId; 3]| {
			let ids = to.map(|node| open(node, 10 * SLN));
			let promises: Vec<_> = ids.iter().map(|id| (*id, promise(*id, SLN))).collect();
			let promises = BoundedVec::truncate_from(promises);
			let charged = pallet_payments::Call::<Runtime>::cash_out_many { promises: promises.clone() };
			let charged = charged.get_dispatch_info().call_weight;
			(Payments::cash_out_many(by(Alice), promises).unwrap().actual_weight.unwrap(), charged)
		};
		let weight_of_one = {
			let id = open(&nodes[0], 10 * SLN);
			let promises = BoundedVec::truncate_from(vec![(id, promise(id, SLN))]);
			Payments::cash_out_many(by(Alice), promises).unwrap().actual_weight.unwrap()
		};
		let (to_several, charged) = weight_of_batch([&nodes[0], &nodes[1], &nodes[2]]);
		assert_eq!(to_several, charged);
		let (to_one, charged) = weight_of_batch([&nodes[0]; 3]);
		// An account and a volume less are read and written, twice.
		let time = |weight: Weight| weight.ref_time();
		let verify = time(Measured::verify_sr25519());
		assert!(time(to_one) >= time(Measured::cash_out_many(3)) + 3 * verify);
		assert!(time(weight_of_one) >= time(Measured::cash_out()) + verify);
		let saved = time(charged) - time(to_one);
		assert!(
			saved >= 2 * <Runtime as frame_system::Config>::DbWeight::get().reads_writes(2, 2).ref_time(),
			"{saved}"
		);
	});
}

#[test]
fn costs_should_stay_within_their_bounds() {
	let time = |weight: Weight| weight.ref_time();
	let transfer = time(weights::pallet_balances::WeightInfo::<Runtime>::transfer_keep_alive());
	let verify = time(Measured::verify_sr25519());
	assert!(time(Measured::cash_out()) <= 7 * transfer, "{} > 7 × {transfer}", time(Measured::cash_out()));

	let single = time(Measured::cash_out()) + verify;
	let batch = time(Measured::cash_out_many(100)) + 100 * verify;
	assert!(2 * batch <= 100 * single, "a batch of 100 costs {batch}, 100 single ones {}", 100 * single);

	// Ordinary transactions have three quarters of a block, one each six seconds.
	let limits: frame_system::limits::BlockWeights = BlockWeights::get();
	let room = time(limits.get(DispatchClass::Normal).max_total.unwrap());
	let a_second = room / (batch / 100) / 6;
	assert!(a_second >= 700, "{a_second} cash-outs a second");

	// A batch to as many nodes is no dearer than single ones either, and a block's hook records the volumes of hundreds.
	let to_several = time(Measured::cash_out_many_to(100)) + 100 * verify;
	assert!(to_several <= 100 * single, "a batch to 100 nodes costs {to_several}, 100 single ones {}", 100 * single);
	let hook = time(<Runtime as pallet_payments::Config>::HookWeight::get());
	let volumes =
		(hook - time(Measured::hook_base()) - time(Measured::period_step())) / time(Measured::record_volume());
	assert!(volumes >= 300, "{volumes} volumes a block");
}
