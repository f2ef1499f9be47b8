//! Random calls of the whole runtime: every call of every pallet, by accounts, by governance's origins and by nobody,
//! with the invariants of all pallets checked after every block.
//!
//! Half of the calls have arguments that are random within their types ([`arguments`]): they also reach calls that later
//! releases add. The other half are this project's calls with arguments that can succeed ([`guided`]). Whatever comes of
//! a call, nothing panics and no invariant breaks; and no call of this project's pallets never succeeds.
//!
//! The calls are made on several chains, one after another: what is random sooner or later removes all seats but one and
//! slashes all bonds, and little can happen after that. One block in eight is full before its hooks are polled, so that
//! what they would do is left to calls.
//!
//! `SMARTLAYER_LONG_TESTS=1` makes a million calls.

mod agreements;
mod arguments;
mod guided;
mod payments;
mod reports;
mod telemetry;

use super::{
	chain::{begin, begin_block, chain, end_block},
	observers,
};
use crate::{
	AccountId, AllPalletsWithSystem, Anchors, Balances, BlockNumber, Executive, Runtime, RuntimeCall, RuntimeOrigin,
	System, governance::pallet_origins::Origin, presets,
};
use arguments::Arguments;
use frame_support::{
	dispatch::{DispatchClass, GetDispatchInfo},
	traits::{TryState, TryStateSelect},
};
use guided::Guided;
use pallet_anchors::Standing;
use smartlayer_primitives::Role;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie};
use sp_keystore::{KeystoreExt, testing::MemoryKeystore};
use sp_runtime::traits::Dispatchable;
use std::collections::BTreeMap;

/// The accounts that call and are named.
const ACCOUNTS: [Sr25519Keyring; 6] = [Alice, Bob, Charlie, Dave, Eve, Ferdie];
/// How many calls a block has at most.
const CALLS_A_BLOCK: u64 = 24;
/// The pallets of this project that have calls.
const OWN: [&str; 7] = ["Sla", "StakingSlash", "Anchors", "Payments", "Reports", "Agreements", "Telemetry"];

/// How many chains there are.
const CHAINS: u64 = 10;

/// How many calls are made on each chain.
fn calls_a_chain() -> u64 {
	if std::env::var("SMARTLAYER_LONG_TESTS").is_ok() { 100_000 } else { 10_000 }
}

/// Numbers that look random, and are the same in every run.
pub struct Random(u64);

impl Random {
	fn next(&mut self) -> u64 {
		// Xorshift.
		self.0 ^= self.0 << 13;
		self.0 ^= self.0 >> 7;
		self.0 ^= self.0 << 17;
		self.0
	}

	fn below(&mut self, bound: u64) -> u64 {
		self.next() % bound
	}

	fn of<T: Copy>(&mut self, all: &[T]) -> T {
		all[self.below(all.len() as u64) as usize]
	}

	fn among<T>(&mut self, all: impl Iterator<Item = T>) -> Option<T> {
		let mut all: Vec<T> = all.collect();
		let nth = self.below(all.len().max(1) as u64) as usize;
		(nth < all.len()).then(|| all.swap_remove(nth))
	}

	fn account(&mut self) -> AccountId {
		self.of(&ACCOUNTS).to_account_id()
	}
}

/// Begins the block of a height, so full that no hook is polled.
fn begin_full_block(height: BlockNumber) {
	begin(height);
	let most = <Runtime as frame_system::Config>::BlockWeights::get().max_block;
	let room = most.saturating_sub(System::block_weight().total());
	System::register_extra_weight_unchecked(room, DispatchClass::Mandatory);
	Executive::inherents_applied();
}

/// Somebody who calls.
fn origin(random: &mut Random) -> RuntimeOrigin {
	match random.below(16) {
		0 => RuntimeOrigin::root(),
		1 => Origin::SlaAdmin.into(),
		2 => Origin::AnchorAdmin.into(),
		3 => Origin::SlashReview.into(),
		4 => Origin::Treasurer.into(),
		5 => Origin::Emergency.into(),
		6 => Origin::Canceller.into(),
		7 => Origin::Killer.into(),
		8 => RuntimeOrigin::none(),
		_ => RuntimeOrigin::signed(random.account()),
	}
}

/// What holds between pallets.
fn check_whole() {
	for (who, ledger) in pallet_staking_slash::Ledgers::<Runtime>::iter() {
		if ledger.role == Role::Anchor {
			let sits = Anchors::seats().iter().any(|seat| seat.who == who && seat.standing == Standing::Sitting);
			assert_eq!(
				ledger.seated, sits,
				"{who:?} is rewarded for a seat that it has not, or not for one that it has"
			);
		}
	}
	agreements::check();
	let recorded: Vec<_> = crate::authorities::RunningKeys::<Runtime>::get().into_iter().map(|(who, _)| who).collect();
	assert_eq!(recorded, crate::Session::validators());
	let sum: u128 =
		frame_system::Account::<Runtime>::iter_values().map(|info| info.data.free + info.data.reserved).sum();
	assert_eq!(sum, Balances::total_issuance());
}

/// How often each call was made, and how often it succeeded.
type Counts = BTreeMap<String, (u64, u64)>;

/// Makes the calls of a chain, and checks the invariants after every block.
fn call_at_random(arguments: &Arguments, random: &mut Random, counts: &mut Counts) {
	let mut guided = Guided::default();
	let mut made = 0;
	while made < calls_a_chain() {
		let height: BlockNumber = System::block_number() + 1;
		if random.below(8) == 0 {
			begin_full_block(height)
		} else {
			begin_block(height)
		}
		observers::prepare();
		for _ in 0..random.below(CALLS_A_BLOCK) {
			let (name, call, origin): (String, RuntimeCall, RuntimeOrigin) = if random.below(2) == 0 {
				guided.call(random)
			} else {
				let (name, call) = arguments.call(random);
				(name, call, origin(random))
			};
			made += 1;
			let own = OWN.contains(&name.split('.').next().unwrap());
			let count = counts.entry(name).or_default();
			let most = call.get_dispatch_info().call_weight;
			let shown = format!("{call:?}");
			let result = call.dispatch(origin);
			*count = (count.0 + 1, count.1 + u64::from(result.is_ok()));
			let used = result.unwrap_or_else(|error| error.post_info).actual_weight;
			assert!(!own || used.is_none_or(|used| used.all_lte(most)), "{shown} weighs {used:?}, and says {most:?}");
		}
		end_block();
		if let Err(error) = AllPalletsWithSystem::try_state(height, TryStateSelect::All) {
			panic!("block {height}: {error:?}");
		}
		check_whole();
	}
}

#[test]
fn no_call_should_panic_or_break_an_invariant_and_each_of_this_project_should_succeed() {
	// Pallets log which invariant does not hold.
	sp_tracing::try_init_simple();
	let arguments = Arguments::new();
	let mut random = Random(0x5eed_0000_0000_0001);
	let mut counts = Counts::new();
	for _ in 0..CHAINS {
		let mut externalities = chain(presets::LOCAL_PRESET);
		externalities.register_extension(KeystoreExt::new(MemoryKeystore::new()));
		externalities.execute_with(|| call_at_random(&arguments, &mut random, &mut counts));
	}
	for (name, (made, succeeded)) in &counts {
		println!("{name:<50} {made:>8} {succeeded:>8}");
	}
	let never: Vec<_> = arguments
		.names()
		.filter(|name| OWN.contains(&name.split('.').next().unwrap()))
		.filter(|name| counts.get(*name).is_none_or(|(_, succeeded)| *succeeded == 0))
		.collect();
	assert!(never.is_empty(), "never succeeded: {never:?}");
	let tried = arguments.names().filter(|name| counts.contains_key(*name)).count();
	assert_eq!(tried, arguments.names().count(), "every call is tried");
}
