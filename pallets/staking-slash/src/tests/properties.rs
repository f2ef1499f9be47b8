//! What holds after any sequence of operations, by anyone who may.
//!
//! Ten thousand operations by default; a million where `SMARTLAYER_LONG_TESTS` is set.

use crate::{Destination, Slashes, Stage, mock::*};
use frame_support::traits::fungible::Inspect;
use proptest::{collection::vec, prelude::*};
use smartlayer_primitives::{Action, Bonding, Cause, Offence, Role, Severity, Slasher};
use sp_runtime::{DispatchError, Perbill};
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

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
	OperateFor(AccountId, AccountId),
	StopOperating(AccountId),
	SetServiceKey(AccountId, u8),
	Refresh(AccountId),
	SetDestination(AccountId, AccountId),
	Slash(AccountId, Option<AccountId>, Severity, bool),
	Equivocate(AccountId, u32, u32),
	Appeal(u64),
	Rule(u64, bool),
	Cancel(u64),
	Apply(u64),
	Fund(Role, u128),
	Parameters { budget: u128, minimum: u128, weight: u128 },
	Payout(AccountId),
	Score(AccountId, u32),
	Seat(AccountId, bool),
	Pass(u64),
}

fn who() -> impl Strategy<Value = AccountId> {
	1u128..6
}

fn role() -> impl Strategy<Value = Role> {
	prop_oneof![Just(Role::ServiceNode), Just(Role::Anchor)]
}

fn amount() -> impl Strategy<Value = u128> {
	prop_oneof![Just(0), Just(1), Just(ED), 1u128..20_000 * UNIT, Just(FUNDS), Just(u128::MAX)]
}

fn severity() -> impl Strategy<Value = Severity> {
	prop_oneof![
		Just(Severity::Rate),
		Just(Severity::Whole),
		(0u32..=1_000_000_000).prop_map(|parts| Severity::Fraction(Perbill::from_parts(parts)))
	]
}

fn operation() -> impl Strategy<Value = Operation> {
	prop_oneof![
		4 => (who(), role(), amount()).prop_map(|(a, b, c)| Operation::Bond(a, b, c)),
		3 => (who(), amount()).prop_map(|(a, b)| Operation::BondExtra(a, b)),
		4 => (who(), amount()).prop_map(|(a, b)| Operation::Unbond(a, b)),
		2 => (who(), amount()).prop_map(|(a, b)| Operation::Rebond(a, b)),
		3 => who().prop_map(Operation::Withdraw),
		1 => who().prop_map(Operation::Chill),
		1 => who().prop_map(Operation::Activate),
		1 => (who(), proptest::option::of(1u128..9)).prop_map(|(a, b)| Operation::SetOperator(a, b)),
		2 => (1u128..9, who()).prop_map(|(a, b)| Operation::OperateFor(a, b)),
		1 => (1u128..9).prop_map(Operation::StopOperating),
		1 => (who(), any::<u8>()).prop_map(|(a, b)| Operation::SetServiceKey(a, b)),
		1 => who().prop_map(Operation::Refresh),
		1 => (who(), 0u128..12).prop_map(|(a, b)| Operation::SetDestination(a, b)),
		2 => (who(), 0u32..=100, 0u32..3).prop_map(|(a, b, c)| Operation::Equivocate(a, b, c)),
		5 => (who(), proptest::option::of(1u128..12), severity(), any::<bool>()).prop_map(|(a, b, c, d)| Operation::Slash(a, b, c, d)),
		2 => (0u64..30).prop_map(Operation::Appeal),
		2 => (0u64..30, any::<bool>()).prop_map(|(a, b)| Operation::Rule(a, b)),
		1 => (0u64..30).prop_map(Operation::Cancel),
		1 => (0u64..30).prop_map(Operation::Apply),
		3 => (role(), amount()).prop_map(|(a, b)| Operation::Fund(a, b)),
		1 => (0u128..50 * UNIT, ED..2_000 * UNIT, 1u128..1_000_000_000_000_000).prop_map(|(budget, minimum, weight)| {
			Operation::Parameters { budget, minimum, weight }
		}),
		4 => who().prop_map(Operation::Payout),
		4 => (who(), 0u32..=100).prop_map(|(a, b)| Operation::Score(a, b)),
		2 => (who(), any::<bool>()).prop_map(|(a, b)| Operation::Seat(a, b)),
		8 => prop_oneof![1u64..5, Just(PERIOD), Just(DEFERRAL), Just(UNBONDING)].prop_map(Operation::Pass),
	]
}

/// As a dispatch does: a call that fails leaves nothing behind.
fn dispatch(call: impl FnOnce() -> Result<(), DispatchError>) {
	let _refused_or_done = frame_support::storage::with_storage_layer(call);
}

/// Does an operation. What is refused must change nothing, which the invariants then show.
fn apply(operation: &Operation) {
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
		Operation::OperateFor(operator, who) => call!(StakingSlash::operate_for(by(operator), who)),
		Operation::StopOperating(who) => call!(StakingSlash::stop_operating(by(who))),
		Operation::SetServiceKey(who, key) => call!(StakingSlash::set_service_key(by(who), [key; 4])),
		Operation::Refresh(who) => call!(StakingSlash::refresh(by(8), who)),
		Operation::Equivocate(who, percent, session) => {
			let details = OffenceDetails { offender: (who, ()), reporters: Vec::new() };
			StakingSlash::on_offence(&[details], &[Perbill::from_percent(percent)], session);
		},
		Operation::SetDestination(who, to) => {
			let destination = match to {
				0 => Destination::Own,
				1 => Destination::Bond,
				other => Destination::Account(other),
			};
			call!(StakingSlash::set_destination(by(who), destination));
		},
		Operation::Slash(offender, victim, severity, theft) => {
			let cause = if theft { Cause::Theft } else { Cause::NoData };
			call!(StakingSlash::slash(Offence {
				offender,
				severity,
				victim,
				cause,
				action: Some(Action::FailedRedeem)
			}));
		},
		Operation::Appeal(id) => {
			if let Some(slash) = Slashes::<Test>::get(id) {
				call!(StakingSlash::appeal(by(slash.offender), id));
			}
		},
		Operation::Rule(id, uphold) => call!(StakingSlash::rule(root(), id, uphold)),
		Operation::Cancel(id) => call!(StakingSlash::cancel(root(), id)),
		Operation::Apply(id) => call!(StakingSlash::apply_slash(by(8), id).map_err(|error| error.error)),
		Operation::Fund(role, amount) => call!(StakingSlash::fund_pool(by(8), role, amount)),
		Operation::Parameters { budget, minimum, weight } => {
			let mut changed = params();
			changed.period_budget = budget;
			changed.min_service_node_bond = minimum;
			changed.min_total_weight = weight;
			call!(StakingSlash::set_params(root(), changed));
		},
		Operation::Payout(who) => call!(StakingSlash::payout(by(8), who)),
		Operation::Score(who, points) => {
			for role in Role::ALL {
				set_score(role, who, points);
			}
		},
		Operation::Seat(who, seat) => {
			let anchor = StakingSlash::qualifies(Role::Anchor, &who);
			if seat && anchor {
				StakingSlash::seated(&who);
			} else if !seat {
				StakingSlash::unseated(&who);
			}
		},
		Operation::Pass(blocks) => pass(blocks),
	}
}

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn every_sequence_should_keep_the_invariants(operations in vec(operation(), OPERATIONS_A_CASE)) {
		chain().execute_with(|| {
			let issued = Balances::total_issuance();
			let mut minted = 0;
			for operation in &operations {
				let budget = crate::Parameters::<Test>::get().period_budget;
				let before = System::block_number();
				let id = match operation { Operation::Rule(id, _) => Slashes::<Test>::get(*id), _ => None };
				apply(operation);
				if let (Some(slash), Operation::Rule(id, _)) = (id, operation) {
					// Nobody rules on what nobody has appealed.
					let appealed = matches!(slash.stage, Stage::Appealed(_));
					let after = Slashes::<Test>::get(*id).map(|slash| slash.stage);
					prop_assert!(appealed || after == Some(slash.stage));
				}
				minted += u128::from(System::block_number() / PERIOD - before / PERIOD) * budget;
				StakingSlash::do_try_state().unwrap();
				// Nothing is burned, only the budget is minted, and all that there is belongs to somebody.
				prop_assert_eq!(Balances::total_issuance(), issued + minted);
				let pots = Role::ALL.map(StakingSlash::pot);
				let all = (1..13).chain([TREASURY]).chain(pots).map(|who| Balances::total_balance(&who)).sum::<u128>();
				prop_assert_eq!(all, issued + minted);
			}
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
