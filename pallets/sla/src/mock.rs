//! A runtime with this pallet only.

use crate as pallet_sla;
use frame_support::{
	derive_impl, ord_parameter_types, parameter_types,
	traits::{ConstU32, EitherOfDiverse},
	weights::Weight,
};
use frame_system::{EnsureRoot, EnsureSignedBy};
use smartlayer_primitives::{Delta, OnScoreChange, Role, Score};
use sp_runtime::{BuildStorage, FixedU64};

/// The size of the window: small enough that every test fills it.
pub const WINDOW: u32 = 4;

ord_parameter_types! {
	pub const Admin: u64 = 99;
}

parameter_types! {
	/// The notifications, in order.
	pub static Told: Vec<(Role, u64, Score)> = Vec::new();
}

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(RuntimeCall, RuntimeEvent, RuntimeError, RuntimeOrigin, RuntimeTask, RuntimeViewFunction)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Sla = pallet_sla;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlock<Test>;
}

/// Records notifications.
pub struct Remember;

impl OnScoreChange<u64> for Remember {
	fn on_score_change(role: Role, who: &u64, score: Score) {
		Told::mutate(|told| told.push((role, *who, score)));
	}

	fn weight() -> Weight {
		Weight::from_parts(7, 0)
	}
}

impl pallet_sla::Config for Test {
	type AdminOrigin = EitherOfDiverse<EnsureRoot<u64>, EnsureSignedBy<Admin, u64>>;
	type Balance = u128;
	type OnScoreChange = Remember;
	type VolumeWindow = ConstU32<WINDOW>;
	type WeightInfo = ();
}

/// Builds a chain.
pub fn chain() -> sp_io::TestExternalities {
	let mut externalities: sp_io::TestExternalities =
		RuntimeGenesisConfig::default().build_storage().map(Into::into).unwrap();
	// Reset the state of earlier chains of this thread.
	Told::take();
	// Block zero records no events.
	externalities.execute_with(|| System::set_block_number(1));
	externalities
}

/// Runs a test on a new chain, and checks the invariants at its end.
pub fn run(test: impl FnOnce()) {
	chain().execute_with(|| {
		test();
		Sla::do_try_state().unwrap();
	});
}

/// Returns a number of points as a score.
pub fn points(score: u32) -> Score {
	Score::from_u32(score)
}

/// Returns a number of points as a delta.
pub fn change(points: i64) -> Delta {
	Delta::from_inner(points * 1_000_000_000)
}

/// Returns a percentage as a fixed-point number.
pub fn percent(value: u32) -> FixedU64 {
	FixedU64::from_rational(u128::from(value), 100)
}

/// Returns the events of this pallet since the last call.
pub fn events() -> Vec<pallet_sla::Event<Test>> {
	let events = System::read_events_for_pallet::<pallet_sla::Event<Test>>();
	System::reset_events();
	events
}
