//! A chain in memory, from a preset, that makes blocks.

use crate::{
	AllPalletsWithSystem, BlockNumber, Executive, Header, Runtime, RuntimeGenesisConfig, RuntimeOrigin, System,
	Timestamp, presets,
};
use codec::Encode;
use frame_support::{
	dispatch::DispatchClass,
	genesis_builder_helper::build_state,
	traits::{Get, OnFinalize, OnInitialize},
};
use serde_json::Value;
use sp_consensus_babe::{
	BABE_ENGINE_ID,
	digests::{PreDigest, SecondaryPlainPreDigest},
};
use sp_genesis_builder::PresetId;
use sp_runtime::{Digest, DigestItem};

/// Lays a patch over a value, as RFC 7396 says.
fn merge(value: &mut Value, patch: Value) {
	match (value, patch) {
		(Value::Object(value), Value::Object(patch)) => {
			for (key, patch) in patch {
				merge(value.entry(key).or_insert(Value::Null), patch);
			}
		},
		(value, patch) => *value = patch,
	}
}

/// The whole genesis that a preset stands for, as JSON.
pub fn genesis(preset: &str) -> Value {
	let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
	let patch = presets::get(&PresetId::from(preset)).unwrap();
	merge(&mut config, serde_json::from_slice(&patch).unwrap());
	config
}

/// A chain at the genesis of a preset.
pub fn chain(preset: &str) -> sp_io::TestExternalities {
	chain_of(genesis(preset))
}

/// A chain at its genesis.
pub fn chain_of(genesis: Value) -> sp_io::TestExternalities {
	let mut externalities = sp_io::TestExternalities::default();
	externalities.execute_with(|| build_state::<RuntimeGenesisConfig>(genesis.to_string().into_bytes()).unwrap());
	externalities
}

/// Makes blocks up to a height, a slot each. Authors take turns.
pub fn run_to(height: BlockNumber) {
	while System::block_number() < height {
		let next = System::block_number() + 1;
		begin_block(next);
		end_block();
	}
}

/// The slot of a height.
pub fn slot(height: BlockNumber) -> u64 {
	let first_slot = 1_000;
	first_slot + u64::from(height)
}

/// What BABE's author says of itself in the block of a height. Who is disabled is passed over.
fn digest(height: BlockNumber) -> Digest {
	let authorities = crate::Babe::authorities().len().max(1) as u32;
	let disabled = crate::Session::disabled_validators();
	// Where a session begins, offenders are disabled by the place that they then have.
	let queued = pallet_session::QueuedKeys::<Runtime>::get();
	let offends = |seat: &u32| {
		let who = queued.get(*seat as usize).map(|(who, _)| who);
		crate::authorities::Offenders::<Runtime>::get().iter().any(|offender| Some(&offender.who) == who)
	};
	let turns = || (height..height + authorities).map(|turn| turn % authorities);
	let author = turns().find(|seat| !disabled.contains(seat) && !offends(seat));
	let author = author.or_else(|| turns().find(|seat| !disabled.contains(seat)));
	let pre_digest = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
		authority_index: author.unwrap(),
		slot: slot(height).into(),
	});
	Digest { logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, pre_digest.encode())] }
}

/// The header with which the block of a height is begun.
pub fn begin_header(height: BlockNumber) -> Header {
	Header {
		parent_hash: System::parent_hash(),
		number: height,
		state_root: Default::default(),
		extrinsics_root: Default::default(),
		digest: digest(height),
	}
}

/// Begins the block of a height.
pub fn begin_block(height: BlockNumber) {
	begin(height);
	// Multi-block migrations go on, or hooks are polled where the block is not full already.
	Executive::inherents_applied();
}

/// Begins the block of a height, up to its inherents.
pub fn begin(height: BlockNumber) {
	System::reset_events();
	System::initialize(&height, &System::parent_hash(), &digest(height));
	let weight = AllPalletsWithSystem::on_initialize(height);
	System::register_extra_weight_unchecked(weight, DispatchClass::Mandatory);
	System::note_finished_initialize();
	let slot_millis: u64 = pallet_tempo::adaptors::SlotMillis::<Runtime>::get();
	Timestamp::set(RuntimeOrigin::none(), slot(height) * slot_millis).unwrap();
}

/// Ends the block that was begun.
pub fn end_block() {
	AllPalletsWithSystem::on_finalize(System::block_number());
}
