//! What holds after any sequence of operations, by anyone who may.
//!
//! Ten thousand operations by default; a million where `SMARTLAYER_LONG_TESTS` is set.

use crate::{Destination, Slashes, Stage, mock::*};
use frame_support::traits::fungible::Inspect;
use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use smartlayer_primitives::{Action, Bonding, Cause, Offence, Role, Severity, Slasher, Victim, Window};
use sp_runtime::{DispatchError, Perbill};
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};
use std::{cell::RefCell, collections::BTreeMap};

const OPERATIONS_A_CASE: usize = 100;

fn cases() -> ProptestConfig {
	let operations = if std::env::var_os("SMARTLAYER_LONG_TESTS").is_some() { 1_000_000 } else { 10_000 };
	ProptestConfig::with_cases((operations / OPERATIONS_A_CASE) as u32)
}

#[derive(Clone, Debug)]
enum Operation {
	Bond(AccountId, Role, u128),
	BondExtra(AccountId, u128),
	Unbond(AccountId, u128),
	Rebond(AccountId, u128),
	Withdraw(AccountId),
	Chill(AccountId),
	Activate(AccountId),
	SetOperator(AccountId, Option<AccountId>),
	/// By the operator that the account has named, or by one that it has not.
	OperateFor(AccountId, Option<AccountId>),
	StopOperating(AccountId),
	SetServiceKey(AccountId, u8),
	Refresh(AccountId),
	SetDestination(AccountId, AccountId),
	/// The offender, the victim with its limit, the severity, whether it is a theft, and the window of an outage.
	Slash(AccountId, Option<(AccountId, Option<u128>)>, Severity, bool, Option<Window>),
	Equivocate(AccountId, u32, u32),
	// Of the slashes that are pending, one by its place among them.
	Appeal(usize),
	Rule(usize, bool),
	Cancel(usize),
	Apply(usize),
	Fund(Role, u128),
	Parameters {
		budget: u128,
		minimum: u128,
		weight: u128,
	},
	Payout(AccountId),
	Score(AccountId, u32),
	Seat(AccountId, bool),
	/// Blocks without room for the hook.
	Full(u64),
	Pass(u64),
}

fn who() -> impl Strategy<Value = AccountId> {
	1u128..6
}

fn role() -> impl Strategy<Value = Role> {
	prop_oneof![Just(Role::ServiceNode), Just(Role::Anchor)]
}

fn amount() -> impl Strategy<Value = u128> {
	prop_oneof![
		1 => prop_oneof![Just(0), Just(1), Just(ED), Just(FUNDS), Just(u128::MAX)],
		3 => 1u128..20_000 * UNIT,
	]
}

fn victim() -> impl Strategy<Value = Option<(AccountId, Option<u128>)>> {
	proptest::option::of((1u128..12, proptest::option::of(0u128..1_000 * UNIT)))
}

fn severity() -> impl Strategy<Value = Severity> {
	prop_oneof![
		1 => Just(Severity::Rate),
		1 => Just(Severity::Whole),
		4 => (0u32..=1_000_000_000).prop_map(|parts| Severity::Fraction(Perbill::from_parts(parts)))
	]
}

fn operation() -> impl Strategy<Value = Operation> {
	prop_oneof![
		4 => (who(), role(), amount()).prop_map(|(a, b, c)| Operation::Bond(a, b, c)),
		3 => (who(), amount()).prop_map(|(a, b)| Operation::BondExtra(a, b)),
		4 => (who(), amount()).prop_map(|(a, b)| Operation::Unbond(a, b)),
		4 => (who(), amount()).prop_map(|(a, b)| Operation::Rebond(a, b)),
		3 => who().prop_map(Operation::Withdraw),
		2 => who().prop_map(Operation::Chill),
		3 => who().prop_map(Operation::Activate),
		4 => (who(), proptest::option::weighted(0.9, 5u128..9)).prop_map(|(a, b)| Operation::SetOperator(a, b)),
		6 => (who(), proptest::option::weighted(0.3, 1u128..9)).prop_map(|(a, b)| Operation::OperateFor(a, b)),
		5 => who().prop_map(Operation::StopOperating),
		1 => (who(), any::<u8>()).prop_map(|(a, b)| Operation::SetServiceKey(a, b)),
		1 => who().prop_map(Operation::Refresh),
		1 => (who(), 0u128..12).prop_map(|(a, b)| Operation::SetDestination(a, b)),
		2 => (who(), 0u32..=100, 0u32..3).prop_map(|(a, b, c)| Operation::Equivocate(a, b, c)),
		5 => (who(), victim(), severity(), any::<bool>(), proptest::option::of(0u32..100))
			.prop_map(|(a, b, c, d, e)| Operation::Slash(a, b, c, d, e)),
		3 => (0usize..30).prop_map(Operation::Appeal),
		3 => (0usize..30, any::<bool>()).prop_map(|(a, b)| Operation::Rule(a, b)),
		1 => (0usize..30).prop_map(Operation::Cancel),
		8 => (0usize..8).prop_map(Operation::Apply),
		3 => (role(), amount()).prop_map(|(a, b)| Operation::Fund(a, b)),
		1 => (0u128..50 * UNIT, ED..2_000 * UNIT, 1u128..1_000_000_000_000_000).prop_map(|(budget, minimum, weight)| {
			Operation::Parameters { budget, minimum, weight }
		}),
		4 => who().prop_map(Operation::Payout),
		4 => (who(), 0u32..=100).prop_map(|(a, b)| Operation::Score(a, b)),
		2 => (who(), any::<bool>()).prop_map(|(a, b)| Operation::Seat(a, b)),
		2 => prop_oneof![1u64..5, Just(PERIOD), Just(DEFERRAL)].prop_map(Operation::Full),
		8 => prop_oneof![1u64..5, Just(PERIOD), Just(DEFERRAL), Just(UNBONDING)].prop_map(Operation::Pass),
	]
}

/// The slash at a place among those that are pending.
fn pending(place: usize) -> Option<(u64, crate::PendingSlashOf<Test>)> {
	let mut all: Vec<_> = Slashes::<Test>::iter().collect();
	all.sort_by_key(|(id, _)| *id);
	if all.is_empty() { None } else { Some(all.swap_remove(place % all.len())) }
}

/// As a dispatch does: a call that fails leaves nothing behind. Whether it succeeded.
fn dispatch(call: impl FnOnce() -> Result<(), DispatchError>) -> bool {
	frame_support::storage::with_storage_layer(call).is_ok()
}

/// Does an operation, and says whether it succeeded. What is refused must change nothing, which the invariants then
/// show.
fn apply(operation: &Operation) -> bool {
	let by = RuntimeOrigin::signed;
	let root = RuntimeOrigin::root;
	macro_rules! call {
		($call:expr) => {
			dispatch(|| $call.map_err(DispatchError::from).map(|_| ()))
		};
	}
	match *operation {
		Operation::Bond(who, role, amount) => call!(StakingSlash::bond(by(who), role, amount)),
		Operation::BondExtra(who, amount) => call!(StakingSlash::bond_extra(by(who), amount)),
		Operation::Unbond(who, amount) => call!(StakingSlash::unbond(by(who), amount)),
		Operation::Rebond(who, amount) => call!(StakingSlash::rebond(by(who), amount)),
		Operation::Withdraw(who) => call!(StakingSlash::withdraw_unbonded(by(who))),
		Operation::Chill(who) => call!(StakingSlash::chill(by(who))),
		Operation::Activate(who) => call!(StakingSlash::activate(by(who))),
		Operation::SetOperator(who, operator) => call!(StakingSlash::set_operator(by(who), operator)),
		Operation::OperateFor(who, operator) => {
			let named = || StakingSlash::ledger(who).and_then(|ledger| ledger.operator);
			operator.or_else(named).is_some_and(|operator| call!(StakingSlash::operate_for(by(operator), who)))
		},
		Operation::StopOperating(who) => {
			let named = StakingSlash::ledger(who).and_then(|ledger| ledger.operator);
			named.is_some_and(|operator| call!(StakingSlash::stop_operating(by(operator))))
		},
		Operation::SetServiceKey(who, key) => call!(StakingSlash::set_service_key(by(who), [key; 4])),
		Operation::Refresh(who) => call!(StakingSlash::refresh(by(8), who)),
		Operation::Equivocate(who, percent, session) => {
			let details = OffenceDetails { offender: (who, ()), reporters: Vec::new() };
			StakingSlash::on_offence(&[details], &[Perbill::from_percent(percent)], session);
			true
		},
		Operation::SetDestination(who, to) => {
			let destination = match to {
				0 => Destination::Own,
				1 => Destination::Bond,
				other => Destination::Account(other),
			};
			call!(StakingSlash::set_destination(by(who), destination))
		},
		Operation::Slash(offender, victim, severity, theft, outage) => {
			let cause = if theft { Cause::Theft } else { Cause::NoData };
			call!(StakingSlash::slash(Offence {
				offender,
				severity,
				victim: victim.map(|(account, at_most)| Victim { account, at_most }),
				cause,
				action: Some(Action::FailedRedeem),
				outage
			}))
		},
		Operation::Appeal(place) => {
			pending(place).is_some_and(|(id, slash)| call!(StakingSlash::appeal(by(slash.offender), id)))
		},
		Operation::Rule(place, uphold) => {
			pending(place).is_some_and(|(id, _)| call!(StakingSlash::rule(root(), id, uphold)))
		},
		Operation::Cancel(place) => pending(place).is_some_and(|(id, _)| call!(StakingSlash::cancel(root(), id))),
		Operation::Apply(place) => pending(place)
			.is_some_and(|(id, _)| call!(StakingSlash::apply_slash(by(8), id).map_err(|error| error.error))),
		Operation::Fund(role, amount) => call!(StakingSlash::fund_pool(by(8), role, amount)),
		Operation::Parameters { budget, minimum, weight } => {
			let mut changed = params();
			changed.period_budget = budget;
			changed.min_service_node_bond = minimum;
			changed.min_total_weight = weight;
			call!(StakingSlash::set_params(root(), changed))
		},
		Operation::Payout(who) => call!(StakingSlash::payout(by(8), who)),
		Operation::Score(who, points) => {
			for role in Role::ALL {
				set_score(role, who, points);
			}
			true
		},
		Operation::Seat(who, seat) => {
			let anchor = StakingSlash::qualifies(Role::Anchor, &who);
			if seat && anchor {
				StakingSlash::seated(Role::Anchor, &who);
			} else if !seat {
				StakingSlash::unseated(Role::Anchor, &who);
			}
			!seat || anchor
		},
		Operation::Full(blocks) => {
			System::set_block_number(System::block_number() + blocks);
			true
		},
		Operation::Pass(blocks) => {
			pass(blocks);
			true
		},
	}
}

#[test]
fn every_sequence_should_keep_the_invariants() {
	// How often each operation was tried, and how often it succeeded.
	let counts = RefCell::new(BTreeMap::<String, (u32, u32)>::new());
	let config = ProptestConfig { source_file: Some(file!()), ..cases() };
	let checked = TestRunner::new(config).run(&vec(operation(), OPERATIONS_A_CASE), |operations| {
		chain().execute_with(|| {
			let issued = Balances::total_issuance();
			let mut minted = 0;
			let mut period = 0;
			for (who, role) in [(1, Role::ServiceNode), (2, Role::ServiceNode), (3, Role::Anchor)] {
				assert!(apply(&Operation::Bond(who, role, 15_000 * UNIT)));
			}
			for operation in &operations {
				let budget = crate::Parameters::<Test>::get().period_budget;
				let before = System::block_number();
				let ruled_on = match operation {
					Operation::Rule(place, _) => pending(*place),
					_ => None,
				};
				let succeeded = apply(operation);
				let name = format!("{operation:?}");
				let name = name.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
				let mut counts = counts.borrow_mut();
				let count = counts.entry(name.into()).or_default();
				*count = (count.0 + 1, count.1 + u32::from(succeeded));
				if let Some((_, slash)) = ruled_on {
					// Nobody rules on what nobody has appealed.
					prop_assert_eq!(succeeded, matches!(slash.stage, Stage::Appealed(_)));
				}
				if matches!(operation, Operation::Pass(_)) {
					// The hook begins a period with the first block of it that has room: one, however many went by without.
					let first = (before + 1) / PERIOD;
					let last = System::block_number() / PERIOD;
					minted += u128::from(u64::from(first > period) + last - first) * budget;
					period = last;
				}
				StakingSlash::do_try_state().unwrap();
				// Nothing is burned, only the budget is minted, and all that there is belongs to somebody.
				prop_assert_eq!(Balances::total_issuance(), issued + minted);
				let pots = Role::ALL.map(StakingSlash::pot);
				let all = (1..13).chain([TREASURY]).chain(pots).map(|who| Balances::total_balance(&who)).sum::<u128>();
				prop_assert_eq!(all, issued + minted);
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

/// What a naive model says that accounts have earned: block by block, with the weights that follow from bonds and scores.
#[derive(Default)]
struct Model {
	/// What streams in this period, what comes in for the next one, by role.
	streaming: [f64; 2],
	incoming: [f64; 2],
	earned: BTreeMap<AccountId, f64>,
}

impl Model {
	/// The weight of an account's work in a role, from what everybody can see of it.
	fn weight(role: Role, who: AccountId) -> f64 {
		let Some(ledger) = StakingSlash::ledger(who).filter(|ledger| ledger.role == role) else { return 0.0 };
		let bond = ledger.active + ledger.aside_from_active;
		let works = ledger.willing && bond >= params().min_bond(role) && (role == Role::ServiceNode || ledger.seated);
		let score = Scores::get().get(&(role, who)).map_or(0.0, |score| score.to_float());
		if works { bond as f64 * score } else { 0.0 }
	}

	/// Lets a block pass that ends at a height.
	fn pass(&mut self, height: u64) {
		for (index, role) in Role::ALL.into_iter().enumerate() {
			let begun = height - 1;
			let left = PERIOD - begun % PERIOD;
			let out = self.streaming[index] / left as f64;
			self.streaming[index] -= out;
			let weights: Vec<_> = (1..6).map(|who| (who, Self::weight(role, who))).collect();
			let all: f64 = weights.iter().map(|(_, weight)| weight).sum();
			if all * 1e9 >= params().min_total_weight as f64 {
				for (who, weight) in weights {
					*self.earned.entry(who).or_default() += out * weight / all;
				}
			} else {
				self.incoming[index] += out;
			}
			if height.is_multiple_of(PERIOD) {
				self.streaming[index] = core::mem::take(&mut self.incoming[index]);
			}
		}
	}
}

#[derive(Clone, Debug)]
enum Reward {
	Do(Operation),
	Fund(Role, u128),
	Payout(AccountId),
	Pass(u64),
}

fn reward() -> impl Strategy<Value = Reward> {
	let work = prop_oneof![
		3 => (who(), role(), 500u128..20_000).prop_map(|(a, b, c)| Operation::Bond(a, b, c * UNIT)),
		1 => (who(), 1u128..2_000).prop_map(|(a, b)| Operation::BondExtra(a, b * UNIT)),
		2 => (who(), 1u128..20_000).prop_map(|(a, b)| Operation::Unbond(a, b * UNIT)),
		1 => (who(), 1u128..20_000).prop_map(|(a, b)| Operation::Rebond(a, b * UNIT)),
		1 => who().prop_map(Operation::Chill),
		1 => who().prop_map(Operation::Activate),
		1 => (who(), severity()).prop_map(|(a, b)| Operation::Slash(a, None, b, false, None)),
		4 => (who(), 0u32..=100).prop_map(|(a, b)| Operation::Score(a, b)),
		2 => (who(), any::<bool>()).prop_map(|(a, b)| Operation::Seat(a, b)),
	];
	prop_oneof![
		6 => work.prop_map(Reward::Do),
		2 => (role(), 1u128..50_000).prop_map(|(role, amount)| Reward::Fund(role, amount * UNIT)),
		2 => who().prop_map(Reward::Payout),
		4 => (1u64..2 * PERIOD).prop_map(Reward::Pass),
	]
}

/// What an account can do to its own bond.
fn own_operation() -> impl Strategy<Value = Operation> {
	prop_oneof![
		2 => (0u128..10_000).prop_map(|amount| Operation::BondExtra(1, amount * UNIT)),
		4 => (0u128..10_000).prop_map(|amount| Operation::Unbond(1, amount * UNIT)),
		2 => (0u128..10_000).prop_map(|amount| Operation::Rebond(1, amount * UNIT)),
		4 => Just(Operation::Withdraw(1)),
		1 => Just(Operation::Chill(1)),
		1 => Just(Operation::Activate(1)),
		1 => Just(Operation::SetOperator(1, Some(7))),
		1 => any::<u8>().prop_map(|key| Operation::SetServiceKey(1, key)),
		1 => Just(Operation::SetDestination(1, 1)),
		1 => Just(Operation::Payout(1)),
		1 => Just(Operation::Bond(1, Role::Anchor, 10_000 * UNIT)),
	]
}

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn everybody_should_earn_what_a_naive_model_says(operations in vec(reward(), OPERATIONS_A_CASE)) {
		chain().execute_with(|| {
			let mut model = Model::default();
			let mut paid = BTreeMap::<AccountId, u128>::new();
			// Every settlement rounds down by less than one.
			let mut rounded = 5.0;
			for operation in operations {
				rounded += 1.0;
				match operation {
					Reward::Do(operation) => drop(apply(&operation)),
					Reward::Fund(role, amount) => {
						if StakingSlash::fund_pool(by(8), role, amount).is_ok() {
							model.incoming[role as usize] += amount as f64;
						}
					},
					Reward::Payout(who) => {
						let amount = StakingSlash::claimable(who);
						if StakingSlash::payout(by(8), who).is_ok() {
							*paid.entry(who).or_default() += amount;
						}
					},
					Reward::Pass(blocks) => {
						for _ in 0..blocks {
							model.pass(System::block_number() + 1);
							pass(1);
						}
					},
				}
				for who in 1..6 {
					let real = (StakingSlash::claimable(who) + paid.get(&who).copied().unwrap_or_default()) as f64;
					let naive = model.earned.get(&who).copied().unwrap_or_default();
					prop_assert!((real - naive).abs() <= rounded, "{who} earned {real}, and should have {naive}");
				}
			}
			Ok(())
		})?;
	}

	/// What counted at a fault is at stake when it is judged, whatever its owner does in between.
	#[test]
	fn nobody_should_escape(
		before in vec(own_operation(), 0..20),
		after in vec(own_operation(), 0..20),
		blocks in vec(0u64..40, 20),
	) {
		chain().execute_with(|| {
			assert!(apply(&Operation::Bond(1, Role::ServiceNode, 5_000 * UNIT)));
			for (operation, blocks) in before.iter().zip(&blocks) {
				apply(operation);
				pass(*blocks);
			}
			let Some(ledger) = StakingSlash::ledger(1) else { return Ok(()) };
			// The fault is now.
			let counted = ledger.active;
			let fault = System::block_number();
			for (operation, blocks) in after.iter().zip(&blocks) {
				// It is judged before what begins its way out now can be free.
				if System::block_number() + blocks >= fault + UNBONDING {
					break;
				}
				apply(operation);
				pass(*blocks);
			}
			prop_assert!(StakingSlash::at_stake(&1) >= counted);
			let had = Balances::balance(&TREASURY);
			if counted > 0 {
				let offence =
					Offence { offender: 1, severity: Severity::Whole, victim: None, cause: Cause::NoData, action: None, outage: None };
				StakingSlash::slash(offence).unwrap();
				for operation in &before {
					apply(operation);
				}
				pass(DEFERRAL);
				prop_assert!(Balances::balance(&TREASURY) >= had + counted);
			}
			StakingSlash::do_try_state().unwrap();
			Ok(())
		})?;
	}

	#[test]
	fn a_stream_should_neither_lose_nor_make(
		streaming in any::<u64>(),
		incoming in any::<u64>(),
		steps in vec((0u64..100, any::<bool>()), 1..OPERATIONS_A_CASE),
		period in 1u64..50,
	) {
		let mut stream = crate::math::Stream { streaming: streaming.into(), incoming: incoming.into() };
		let whole = u128::from(streaming) + u128::from(incoming);
		let (mut now, mut released) = (0, 0);
		for (step, flowing) in steps {
			released += stream.advance(now, now + step, period, flowing);
			now += step;
			prop_assert_eq!(stream.streaming + stream.incoming + released, whole);
		}
		released += stream.advance(now, now + 3 * period, period, true);
		prop_assert_eq!(released, whole);
	}
}
