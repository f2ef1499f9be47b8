//! Calls of the agreements pallet, with arguments that can succeed.

use super::Random;
use crate::{
	Agreements, Runtime, RuntimeCall, RuntimeOrigin, StakingSlash, configs::standard_modules, constants::SLN,
	governance::pallet_origins::Origin,
};
use frame_support::BoundedVec;
use pallet_agreements::{
	AgreementId, Bounds, Call, ModuleId, Modules, NegotiationOf, Negotiations, Offer, Party, Place, SlotId, Standing,
};
use pallet_anchors::ActiveSeats;
use pallet_staking_slash::Call as StakingCall;
use smartlayer_measurement::Bound;
use smartlayer_primitives::{AnchorKey, AnchorSignature, Bonding, CoSignature, Role};
use sp_keyring::Sr25519Keyring;

/// Who publishes modules.
const PUBLISHER: Sr25519Keyring = Sr25519Keyring::FerdieStash;

/// Signs with the duty key of a seat, which the keystore has, or an account of the genesis.
pub fn sign(key: &AnchorKey, payload: &[u8]) -> Option<AnchorSignature> {
	let public = key.clone().into();
	let kept = sp_io::crypto::sr25519_sign(smartlayer_primitives::ANCHOR_KEY_TYPE, &public, payload);
	let known = || Some(Sr25519Keyring::from_public(&public)?.sign(payload));
	kept.or_else(known).map(Into::into)
}

/// A call that could succeed, and who makes it.
pub fn call(random: &mut Random, nodes: &[Sr25519Keyring]) -> (RuntimeCall, RuntimeOrigin) {
	let key = random.of(nodes);
	let node = RuntimeOrigin::signed(key.to_account_id());
	let anyone = RuntimeOrigin::signed(random.account());
	let publisher = RuntimeOrigin::signed(PUBLISHER.to_account_id());
	let window = Agreements::running_window();
	// The hook leaves little to do for others.
	let late = slots().into_iter().find(|(_, slot)| slot.last.saturating_add(1) < window);
	if let Some((id, _)) = late.filter(|_| random.below(2) == 0) {
		return (Call::close { agreement: id }.into(), anyone);
	}
	let module = module(random);
	match random.below(24) {
		0 => {
			let modules = standard_modules(&crate::Tempo::current());
			let specification = Box::new(modules[random.below(modules.len() as u64) as usize].clone());
			let parents = BoundedVec::truncate_from((0..random.below(2)).map(|_| module).collect());
			(Call::publish { specification, parents, predecessor: None }.into(), publisher)
		},
		1 => {
			let is_unused = |module: &pallet_agreements::ModuleOf<Runtime>| {
				module.publisher.is_some() && module.standing == Standing::Published
			};
			let id = Modules::<Runtime>::iter().find(|(_, module)| is_unused(module)).map_or(module, |(id, _)| id);
			(Call::withdraw_module { module: id }.into(), publisher)
		},
		2 => (Call::standardise { module: unlike(Standing::Standard).unwrap_or(module) }.into(), admin()),
		3 if random.below(5) == 0 => (Call::retire { module }.into(), admin()),
		3..=6 => match restore(random, key) {
			Some(call) => (call, node),
			None => (Call::propose { offer: offer(random, module) }.into(), node),
		},
		7..=12 => answer_of_the_seats(random, anyone),
		13..=16 => {
			let Some((id, open)) = negotiation(Party::Network) else {
				return (Call::propose { offer: offer(random, module) }.into(), node);
			};
			let by = RuntimeOrigin::signed(open.provider);
			if random.below(2) == 0 {
				return (Call::accept { negotiation: id, round: open.round }.into(), by);
			}
			let offer = offer(random, open.offer.module);
			(Call::counter { negotiation: id, round: open.round, offer }.into(), by)
		},
		17 if random.below(3) == 0 => {
			let open = negotiation(random.of(&[Party::Provider, Party::Network]));
			let by = open.as_ref().map_or(node, |(_, open)| RuntimeOrigin::signed(open.provider.clone()));
			(Call::withdraw { negotiation: open.map_or(0, |(id, _)| id) }.into(), by)
		},
		18 if random.below(3) == 0 => {
			let of = Agreements::service_of(key.to_account_id());
			(Call::end { agreement: of.first().map_or(0, |(id, ..)| *id) }.into(), node)
		},
		19..=21 => {
			let Some((id, slot)) = slots().into_iter().find(|(_, slot)| slot.suspended) else {
				return (StakingCall::chill {}.into(), node);
			};
			let by = RuntimeOrigin::signed(slot.provider.clone());
			let provider = Sr25519Keyring::from_account_id(&slot.provider).and_then(|key| restore(random, key));
			(provider.unwrap_or_else(|| Call::resume { agreement: id }.into()), by)
		},
		22 => (Call::announce_maintenance { from: window + 2 + random.below(4) as u32, windows: 1 }.into(), node),
		_ => {
			let mut params = pallet_agreements::Parameters::<Runtime>::get();
			params.test_fee = random.of(&[0, SLN, 5 * SLN]);
			params.bond_per_unit = random.of(&[100 * SLN, 1_000 * SLN]);
			params.require_agreement = random.below(2) == 0;
			(Call::set_params { params }.into(), admin())
		},
	}
}

/// What lets a node qualify again, unless it does.
fn restore(random: &mut Random, key: Sr25519Keyring) -> Option<RuntimeCall> {
	let who = key.to_account_id();
	if StakingSlash::qualifies(Role::ServiceNode, &who) {
		return None;
	}
	let bond: RuntimeCall = StakingCall::bond { role: Role::ServiceNode, amount: 10_000 * SLN }.into();
	Some(match StakingSlash::ledger(who) {
		None => bond,
		Some(ledger) if !ledger.willing => StakingCall::activate {}.into(),
		Some(_) if random.below(4) > 0 => StakingCall::bond_extra { amount: 10_000 * SLN }.into(),
		Some(_) => StakingCall::payout { who: key.to_account_id() }.into(),
	})
}

fn admin() -> RuntimeOrigin {
	Origin::SlaAdmin.into()
}

/// What the seats say to an offer of a node: yes, or something else.
fn answer_of_the_seats(random: &mut Random, anyone: RuntimeOrigin) -> (RuntimeCall, RuntimeOrigin) {
	let Some((id, open)) = negotiation(Party::Provider) else {
		return (Call::standardise { module: unlike(Standing::Standard).unwrap_or_default() }.into(), admin());
	};
	let NegotiationOf::<Runtime> { provider, offer: offered, deadline, round, .. } = open;
	if random.below(3) > 0 {
		let payload = Agreements::payload(id, round, provider, offered, deadline);
		return (Call::conclude { negotiation: id, round, signatures: consent(&payload) }.into(), anyone);
	}
	let offer = offer(random, offered.module);
	let deadline = crate::Tempo::now() + 1 + random.below(100) as u32;
	let payload = Agreements::payload(id, round.saturating_add(1), provider, offer.clone(), deadline);
	let signatures = consent(&payload);
	(Call::counter_by_seats { negotiation: id, round, offer, deadline, signatures }.into(), anyone)
}

/// The signatures of all seats that can sign.
fn consent(payload: &[u8]) -> pallet_agreements::CoSignaturesOf<Runtime> {
	let seats = ActiveSeats::<Runtime>::get();
	let signed = seats.iter().filter_map(|seat| {
		let signature = sign(&seat.key, payload)?;
		Some(CoSignature { seat: seat.who.clone(), key: seat.key.clone(), signature })
	});
	BoundedVec::truncate_from(signed.collect())
}

/// A negotiation with an offer of one side, which is not void.
fn negotiation(by: Party) -> Option<(AgreementId, NegotiationOf<Runtime>)> {
	let now = crate::Tempo::now();
	Negotiations::<Runtime>::iter().find(|(_, open)| open.by == by && open.deadline > now)
}

/// The slots that are taken, by their agreements.
fn slots() -> Vec<(AgreementId, pallet_agreements::SlotOf<Runtime>)> {
	let slot = |number: SlotId| Agreements::slot_by_number(number);
	pallet_agreements::Agreements::<Runtime>::iter()
		.filter_map(|(id, agreement)| match agreement.place {
			Place::Slot(number) => Some((id, slot(number)?)),
			Place::Waiting(_) => None,
		})
		.collect()
}

/// A module, mostly a standard one.
fn module(random: &mut Random) -> ModuleId {
	let all: Vec<(ModuleId, Standing)> =
		Modules::<Runtime>::iter().map(|(id, module)| (id, module.standing)).take(20).collect();
	let standard: Vec<_> = all.iter().filter(|(_, standing)| *standing == Standing::Standard).copied().collect();
	let from = if standard.is_empty() || random.below(8) == 0 { all } else { standard };
	if from.is_empty() { 0 } else { random.of(&from).0 }
}

/// A module with another standing than this.
fn unlike(standing: Standing) -> Option<ModuleId> {
	Modules::<Runtime>::iter().find(|(_, module)| module.standing != standing).map(|(id, _)| id)
}

/// An offer under a module, mostly within its ranges.
fn offer(random: &mut Random, module: ModuleId) -> Offer {
	let objectives = Modules::<Runtime>::get(module).map(|module| module.specification.objectives);
	let objectives = objectives.unwrap_or_default();
	let bounds: Vec<_> = objectives
		.as_slice()
		.iter()
		.map(|objective| Bound {
			metric: objective.metric,
			value: random.of(&[objective.loosest, objective.strictest]),
		})
		.collect();
	Offer {
		module,
		bounds: Bounds::truncate_from(bounds),
		units: 1 + random.below(4) as u32,
		windows: 1 + random.below(12) as u32,
	}
}

/// What holds between this pallet and the bonds.
pub fn check() {
	for (who, ledger) in pallet_staking_slash::Ledgers::<Runtime>::iter() {
		let serving = pallet_agreements::Providers::<Runtime>::get(&who).serving > 0;
		let is_node = ledger.role == Role::ServiceNode;
		assert!(!is_node || !ledger.seated || serving, "{who:?} is rewarded for service under no agreement");
		// One whose bond has ended, and that has bonded anew, leaves its agreements in the next block.
		let is_leaving = || {
			let mut due = pallet_agreements::DueQueue::<Runtime>::iter();
			due.any(|(_, item, ())| matches!(item, pallet_agreements::Item::Ended(node, _) if node == who))
		};
		assert!(!is_node || ledger.seated || !serving || is_leaving(), "{who:?} is not rewarded for its service");
	}
}
