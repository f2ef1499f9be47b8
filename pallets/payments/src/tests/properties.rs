//! What holds after any sequence of calls.
//!
//! Ten thousand operations by default; a million where `SMARTLAYER_LONG_TESTS` is set.

use crate::{Event, Params, Payment, mock::*};
use frame_support::{
	BoundedVec,
	pallet_prelude::{DispatchError, DispatchResult},
	storage::{TransactionOutcome, with_storage_layer, with_transaction},
	traits::{LockableCurrency, WithdrawReasons, fungible::Inspect},
};
use proptest::{collection::vec, option, prelude::*, test_runner::TestRunner};
use smartlayer_promise::{SessionId, SignedPromise};
use sp_runtime::Perbill;
use std::{cell::RefCell, collections::BTreeMap};

const OPERATIONS_A_CASE: usize = 100;

fn cases() -> ProptestConfig {
	let operations = if std::env::var_os("SMARTLAYER_LONG_TESTS").is_some() { 1_000_000 } else { 10_000 };
	ProptestConfig::with_cases((operations / OPERATIONS_A_CASE) as u32)
}

#[derive(Clone, Debug)]
enum Operation {
	Open(AccountId, AccountId, u128, u64),
	TopUp(SessionId, u128),
	Extend(SessionId, u64),
	ReplaceSigner(SessionId, u8),
	// The amount is relative to what the session has spent.
	CashOut(SessionId, By, i128),
	CashOutMany(Vec<(SessionId, By, i128)>),
	CloseByPayer(SessionId),
	CloseByNode(SessionId, Option<(By, i128)>),
	Settle(SessionId),
	Credit(u32),
	SetParams(u32, u32, u32),
	Vote(AccountId, bool),
	Leave(AccountId, bool),
	Pass(u64),
}

fn payer() -> impl Strategy<Value = AccountId> {
	// The last one is a node that pays.
	prop_oneof![1u64..5, Just(14)]
}

fn node() -> impl Strategy<Value = AccountId> {
	prop_oneof![4 => 11u64..15, 1 => Just(NOBODY)]
}

fn amount() -> impl Strategy<Value = u128> {
	prop_oneof![
		1 => prop_oneof![Just(0), Just(1), Just(ED), Just(FUNDS), Just(u128::MAX)],
		4 => 1u128..2_000 * UNIT,
	]
}

fn step() -> impl Strategy<Value = i128> {
	prop_oneof![
		1 => prop_oneof![Just(-1), Just(0), Just(i128::MAX)],
		4 => 1i128..1_000_000,
	]
}

fn id() -> impl Strategy<Value = SessionId> {
	0u64..8
}

fn by_key() -> impl Strategy<Value = By> {
	prop_oneof![6 => Just(By::Present), 3 => Just(By::Replaced), 1 => (1u8..4).prop_map(By::Other)]
}

/// The key that signs a promise: that of the session, the one before, or one of a few others.
#[derive(Clone, Copy, Debug)]
enum By {
	Present,
	Replaced,
	Other(u8),
}

fn operation() -> impl Strategy<Value = Operation> {
	prop_oneof![
		8 => (payer(), node(), amount(), 1u64..200).prop_map(|(a, b, c, d)| Operation::Open(a, b, c, d)),
		6 => (id(), amount()).prop_map(|(a, b)| Operation::TopUp(a, b)),
		6 => (id(), 1u64..300).prop_map(|(a, b)| Operation::Extend(a, b)),
		4 => (id(), 1u8..4).prop_map(|(a, b)| Operation::ReplaceSigner(a, b)),
		14 => (id(), by_key(), step()).prop_map(|(a, b, c)| Operation::CashOut(a, b, c)),
		6 => vec((id(), by_key(), step()), 0..8).prop_map(Operation::CashOutMany),
		3 => id().prop_map(Operation::CloseByPayer),
		3 => (id(), option::of((by_key(), step()))).prop_map(|(a, b)| Operation::CloseByNode(a, b)),
		6 => id().prop_map(Operation::Settle),
		2 => prop_oneof![Just(0u32), Just(1_000_000_000), 0u32..1_000_000_000].prop_map(Operation::Credit),
		2 => (0u32..60, 0u32..30, 0u32..30).prop_map(|(a, b, c)| Operation::SetParams(a, b, c)),
		2 => (payer(), any::<bool>()).prop_map(|(a, b)| Operation::Vote(a, b)),
		2 => (11u64..15, any::<bool>()).prop_map(|(a, b)| Operation::Leave(a, b)),
		6 => prop_oneof![1u64..10, Just(THAW), Just(PERIOD)].prop_map(Operation::Pass),
	]
}

/// What the test knows of a session.
#[derive(Default)]
struct Known {
	/// Its keys, each with the block from which on it is refused.
	keys: Vec<(u8, u64)>,
	/// The highest amount of a valid promise that was presented.
	presented: u128,
	payer: AccountId,
	node: AccountId,
	deposited: u128,
	parts: Payment<u128>,
	returned: u128,
	settled: bool,
}

impl Known {
	/// Everything that has left the session.
	fn gone(&self) -> u128 {
		let Payment { node, burned, anchors, nodes, credited } = self.parts;
		node + burned + anchors + nodes + credited + self.returned
	}

	fn key(&self, by: By) -> u8 {
		let at = |back: usize| self.keys.iter().rev().nth(back).map(|(seed, _)| *seed);
		match by {
			By::Present => at(0),
			By::Replaced => at(1).or(at(0)),
			By::Other(seed) => Some(100 + seed),
		}
		.unwrap_or(1)
	}

	fn accepts(&self, seed: u8) -> bool {
		self.keys.iter().any(|(key, until)| *key == seed && System::block_number() < *until)
	}
}

/// All sessions that there were.
type Sessions = BTreeMap<SessionId, Known>;

/// A promise, and the seed of its key.
struct Signed {
	id: SessionId,
	seed: u8,
	amount: u128,
}

impl Signed {
	fn new(known: &Sessions, id: SessionId, by: By, step: i128) -> Self {
		let spent = Payments::session(id).map_or(0, |session| session.spent);
		let seed = known.get(&id).map_or(1, |session| session.key(by));
		Self { id, seed, amount: spent.saturating_add_signed(step) }
	}

	fn promise(&self) -> SignedPromise {
		key(self.seed).promise(self.id, self.amount)
	}

	/// Whether a cash-out must succeed. Unknown if the node may be unable to receive.
	fn is_good(&self, known: &Sessions) -> Option<bool> {
		let (Some(session), Some(known)) = (Payments::session(self.id), known.get(&self.id)) else {
			return Some(false);
		};
		let is_new = self.amount > known.presented;
		let good = System::block_number() < session.expiry + THAW
			&& self.amount > session.spent
			&& if is_new { known.accepts(self.seed) } else { session.held > 0 };
		if good && session.node == NOBODY { None } else { Some(good) }
	}

	/// Whether the node can close with it: also if there is nothing to pay.
	fn closes(&self, known: &Sessions) -> Option<bool> {
		let (Some(session), Some(known_session)) = (Payments::session(self.id), known.get(&self.id)) else {
			return Some(false);
		};
		let nothing = self.amount <= session.spent || self.amount <= known_session.presented && session.held == 0;
		if nothing { Some(System::block_number() < session.expiry + THAW) } else { self.is_good(known) }
	}

	/// Cashes it out, and checks the result.
	fn cash_out(&self, known: &mut Sessions) -> DispatchResult {
		let good = self.is_good(known);
		let result = Payments::cash_out(by(3), self.id, self.promise());
		assert!(good.is_none_or(|good| good == result.is_ok()), "{result:?}");
		if result.is_ok() {
			self.note(known);
		}
		result
	}

	/// Records that it was presented.
	fn note(&self, known: &mut Sessions) {
		let known = known.get_mut(&self.id).unwrap();
		known.presented = known.presented.max(self.amount);
	}
}

/// All accounts.
fn everybody() -> impl Iterator<Item = AccountId> {
	PAYERS.chain(NODES).chain([NOBODY, ANCHORS_POT, NODES_POT, Payments::pot()])
}

/// The state that a batch changes.
fn state() -> impl PartialEq + core::fmt::Debug {
	let sessions: BTreeMap<_, _> = crate::Sessions::<Test>::iter().collect();
	let volumes: BTreeMap<_, _> = crate::Volumes::<Test>::iter().map(|(a, b, volume)| ((a, b), volume)).collect();
	(sessions, volumes, everybody().map(free).collect::<Vec<_>>(), Balances::total_issuance())
}

/// Cashes out a batch, and compares it with single cash-outs of its items. Fails if nothing was paid.
fn cash_out_many(items: Vec<Signed>, known: &mut Sessions) -> DispatchResult {
	let (errors, one_by_one) = with_transaction(|| {
		let errors: Vec<_> = items.iter().filter_map(|item| item.cash_out(known).err()).collect();
		TransactionOutcome::Rollback(Ok::<_, DispatchError>((errors, state())))
	})?;
	events();
	let promises = items.iter().map(|item| (item.id, item.promise())).collect();
	Payments::cash_out_many(by(3), BoundedVec::truncate_from(promises)).map_err(|error| error.error)?;
	assert_eq!(state(), one_by_one);
	let events = System::read_events_for_pallet::<Event<Test>>();
	let skipped = |event| match event {
		Event::Skipped { error, .. } => Some(error),
		_ => None,
	};
	assert_eq!(events.iter().cloned().filter_map(skipped).collect::<Vec<_>>(), errors);
	let paid = events.iter().any(|event| matches!(event, Event::CashedOut { .. }));
	if paid { Ok(()) } else { Err(DispatchError::Other("nothing was paid")) }
}

fn apply(operation: Operation, known: &mut Sessions) -> bool {
	// The id of one of the last eight sessions, by its place.
	let of = |place: SessionId| crate::NextSessionId::<Test>::get().saturating_sub(1 + place);
	let payer_of = |id| Payments::session(id).map_or(1, |session| session.payer);
	let node_of = |id| Payments::session(id).map_or(11, |session| session.node);
	if let Operation::CashOutMany(items) = operation {
		let items = items.into_iter().map(|(place, by, step)| Signed::new(known, of(place), by, step)).collect();
		return cash_out_many(items, known).is_ok();
	}
	with_storage_layer(|| match operation {
		Operation::Open(payer, node, amount, expiry) => {
			let id = crate::NextSessionId::<Test>::get();
			let seed = payer as u8;
			let expiry = System::block_number() + expiry;
			Payments::open_session(by(payer), node, amount, key(seed).signer(), expiry)?;
			known.insert(id, Known { keys: vec![(seed, u64::MAX)], payer, node, ..Default::default() });
			Ok(())
		},
		Operation::TopUp(place, amount) => Payments::top_up(by(payer_of(of(place))), of(place), amount),
		Operation::Extend(place, blocks) => {
			Payments::extend(by(payer_of(of(place))), of(place), System::block_number() + blocks)
		},
		Operation::ReplaceSigner(place, seed) => {
			Payments::replace_signer(by(payer_of(of(place))), of(place), key(100 + seed).signer())?;
			let keys = &mut known.get_mut(&of(place)).unwrap().keys;
			keys.last_mut().unwrap().1 = System::block_number() + THAW;
			keys.push((100 + seed, u64::MAX));
			Ok(())
		},
		Operation::CashOut(place, by, step) => Signed::new(known, of(place), by, step).cash_out(known),
		Operation::CashOutMany(_) => unreachable!("done before"),
		Operation::CloseByPayer(place) => {
			Payments::close(by(payer_of(of(place))), of(place), None).map(drop).map_err(|error| error.error)
		},
		Operation::CloseByNode(place, last) => {
			let last = last.map(|(by, step)| Signed::new(known, of(place), by, step));
			let promise = last.as_ref().map(Signed::promise);
			let thawing =
				|id| Payments::session(id).is_some_and(|session| System::block_number() < session.expiry + THAW);
			let good = last.as_ref().map_or_else(|| Some(thawing(of(place))), |last| last.closes(known));
			let result = Payments::close(by(node_of(of(place))), of(place), promise).map_err(|error| error.error);
			assert!(good.is_none_or(|good| good == result.is_ok()), "{result:?}");
			result?;
			if let Some(last) = last {
				last.note(known);
			}
			Ok(())
		},
		Operation::Settle(place) => Payments::settle(by(3), of(place)),
		Operation::Credit(parts) => {
			Credited::set(Perbill::from_parts(parts));
			Ok(())
		},
		Operation::SetParams(burn, anchors, nodes) => {
			let [burn_share, anchors_share, nodes_share] = [burn, anchors, nodes].map(Perbill::from_percent);
			Payments::set_params(by(ADMIN), Params { burn_share, anchors_share, nodes_share, ..params() })
		},
		Operation::Vote(who, locks) => {
			if locks {
				Balances::set_lock(*b"pyconvot", &who, u128::MAX, WithdrawReasons::all());
			} else {
				Balances::remove_lock(*b"pyconvot", &who);
			}
			Ok(())
		},
		Operation::Leave(node, leaves) => {
			Inactive::mutate(|inactive| if leaves { inactive.insert(node) } else { inactive.remove(&node) });
			Ok(())
		},
		Operation::Pass(blocks) => {
			pass(blocks);
			Ok(())
		},
	})
	.is_ok()
}

/// Records what the events say.
fn note(known: &mut Sessions) {
	for event in events() {
		match event {
			Event::SessionOpened { session, amount, .. } | Event::ToppedUp { session, amount, .. } => {
				known.get_mut(&session).unwrap().deposited += amount;
			},
			Event::CashedOut { session, payment, .. } => {
				let parts = &mut known.get_mut(&session).unwrap().parts;
				parts.node += payment.node;
				parts.burned += payment.burned;
				parts.anchors += payment.anchors;
				parts.nodes += payment.nodes;
				parts.credited += payment.credited;
			},
			Event::ClosedByNode { session, returned } => known.get_mut(&session).unwrap().returned += returned,
			Event::Settled { session, returned } => {
				let session = known.get_mut(&session).unwrap();
				session.returned += returned;
				session.settled = true;
			},
			_ => {},
		}
	}
}

/// Checks every session, every account, and the issuance.
fn check(known: &Sessions, had: &BTreeMap<AccountId, u128>, issued: u128) {
	Payments::do_try_state().unwrap();
	// Of each session: what was deposited was paid, burned, pooled or returned, or is held. No more was spent than promised.
	let mut held = 0;
	for (id, session) in known {
		let stored = Payments::session(*id);
		assert_eq!(stored.is_none(), session.settled);
		let Some(stored) = stored else {
			assert_eq!(session.deposited, session.gone());
			continue;
		};
		assert_eq!(session.deposited, session.gone() + stored.held);
		assert!(stored.spent <= session.presented);
		assert_eq!(stored.claimed, session.presented);
		held += stored.held;
	}
	assert_eq!(deposits(), held);
	// Of each account: what it has is what it had, less its deposits, with what it was paid.
	let sum = |of: &dyn Fn(&Known) -> bool, part: &dyn Fn(&Known) -> u128| {
		known.values().filter(|session| of(session)).map(part).sum::<u128>()
	};
	for who in PAYERS.chain(NODES).chain([NOBODY]) {
		let paid = sum(&|session| session.node == who, &|session| session.parts.node);
		let returned = sum(&|session| session.payer == who, &|session| session.parts.credited + session.returned);
		let deposited = sum(&|session| session.payer == who, &|session| session.deposited);
		let storage = sum(&|session| session.payer == who && !session.settled, &|_| STORAGE);
		assert_eq!(free(who) + deposited + storage, had[&who] + paid + returned, "{who}");
	}
	let all = |_: &Known| true;
	assert_eq!(free(ANCHORS_POT), had[&ANCHORS_POT] + sum(&all, &|session| session.parts.anchors));
	assert_eq!(free(NODES_POT), had[&NODES_POT] + sum(&all, &|session| session.parts.nodes));
	// In total: what was burned is gone, and all other tokens belong to somebody.
	assert_eq!(Balances::total_issuance() + sum(&all, &|session| session.parts.burned), issued);
	assert_eq!(everybody().map(|who| Balances::total_balance(&who)).sum::<u128>(), Balances::total_issuance());
}

#[test]
fn every_sequence_should_conserve_funds_per_session_per_account_and_in_total() {
	let counts = RefCell::new(BTreeMap::<String, (u32, u32)>::new());
	let config = ProptestConfig { source_file: Some(file!()), ..cases() };
	let checked = TestRunner::new(config).run(&vec(operation(), OPERATIONS_A_CASE), |operations| {
		chain().execute_with(|| {
			Balances::transfer_allow_death(by(4), 14, FUNDS / 2).unwrap();
			let issued = Balances::total_issuance();
			let had: BTreeMap<_, _> = everybody().map(|who| (who, free(who))).collect();
			let mut known = Sessions::new();
			System::reset_events();
			for operation in operations {
				let name = format!("{operation:?}");
				let name = name.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default().to_string();
				let succeeded = apply(operation, &mut known);
				let mut counts = counts.borrow_mut();
				let count = counts.entry(name).or_default();
				*count = (count.0 + 1, count.1 + u32::from(succeeded));
				note(&mut known);
				check(&known, &had, issued);
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

proptest! {
	#[test]
	fn a_split_should_add_up_and_favour_neither_burning_nor_pools(
		due in any::<u128>(), spent in any::<u128>(), credited in any::<u128>(),
		burn in 0u32..=400_000_000, anchors in 0u32..=300_000_000, nodes in 0u32..=300_000_000, credit in 0u32..=1_000_000_000,
	) {
		let [burn, anchors, nodes, credit] = [burn, anchors, nodes, credit].map(Perbill::from_parts);
		let shares = crate::math::Shares { burn, anchors, nodes, credit };
		let parts = crate::math::split(due, spent, credited, &shares);
		let sum = [parts.node, parts.burned, parts.anchors, parts.nodes, parts.credited]
			.into_iter()
			.try_fold(0u128, u128::checked_add);
		prop_assert_eq!(sum, Some(due));
		let net = due - parts.credited;
		prop_assert!(parts.burned <= burn.mul_floor(net) && parts.anchors <= anchors.mul_floor(net));
		prop_assert!(parts.node >= (Perbill::one() - burn - anchors - nodes).mul_floor(net));
	}

	#[test]
	fn an_amount_that_is_due_should_be_neither_above_the_promise_nor_above_the_deposit(
		promised in any::<u128>(), spent in any::<u128>(), held in any::<u128>(),
	) {
		match crate::math::due(promised, spent, held) {
			Some(due) => prop_assert!(promised > spent && due <= held && due <= promised - spent),
			None => prop_assert!(promised <= spent),
		}
	}
}
