//! A runtime of this pallet alone.

use crate as pallet_sla;
use frame_support::{
	derive_impl, ord_parameter_types, parameter_types,
	traits::{ConstU32, EitherOfDiverse},
	weights::Weight,
};
use frame_system::{EnsureRoot, EnsureSignedBy};
use smartlayer_primitives::{Delta, OnScoreChange, Role, Score};
use sp_runtime::{BuildStorage, FixedU64};

/// As many volumes make a mean here: few enough that every test fills the window.
pub const WINDOW: u32 = 4;

ord_parameter_types! {
	pub const Admin: u64 = 99;
}

parameter_types! {
	/// What was told to those who need to know, in order.
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

/// Remembers what it was told.
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

/// A chain in memory.
pub fn chain() -> sp_io::TestExternalities {
	let mut externalities: sp_io::TestExternalities =
		RuntimeGenesisConfig::default().build_storage().map(Into::into).unwrap();
	// What an earlier chain of this thread told is forgotten.
	Told::take();
	// Block zero keeps no events.
	externalities.execute_with(|| System::set_block_number(1));
	externalities
}

/// Runs a test on a chain, and checks the invariants at its end.
pub fn run(test: impl FnOnce()) {
	chain().execute_with(|| {
		test();
		Sla::do_try_state().unwrap();
	});
}

/// A whole number of points.
pub fn points(score: u32) -> Score {
	Score::from_u32(score)
}

/// A whole number of points, up or down.
pub fn change(points: i64) -> Delta {
	Delta::from_inner(points * 1_000_000_000)
}

/// A whole number of percent.
pub fn percent(value: u32) -> FixedU64 {
	FixedU64::from_rational(u128::from(value), 100)
}

/// The events of this pallet since the last time they were asked for.
pub fn events() -> Vec<pallet_sla::Event<Test>> {
	let events = System::read_events_for_pallet::<pallet_sla::Event<Test>>();
	System::reset_events();
	events
}
