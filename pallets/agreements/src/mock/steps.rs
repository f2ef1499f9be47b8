//! The steps of tests: blocks, negotiations, closed windows, and what the other pallets say.

use super::*;

/// Advances to a block, calling the hook of each.
pub fn run_to(block: u64) {
	while System::block_number() < block {
		System::set_block_number(System::block_number() + 1);
		Agreements::on_poll(System::block_number(), &mut WeightMeter::new());
	}
}

/// Advances by a number of blocks.
pub fn pass(blocks: u64) {
	run_to(System::block_number() + blocks);
}

/// Advances to the first block of a window.
pub fn run_to_window(window: Window) {
	run_to(u64::from(window) * WINDOW);
}

/// The origin of an account.
pub fn by(account: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(account)
}

/// Returns the events of this pallet since the last call, and forgets them.
pub fn events() -> Vec<crate::Event<Test>> {
	let events = System::read_events_for_pallet::<crate::Event<Test>>();
	System::reset_events();
	events
}

/// Returns the recorded actions since the last call, and forgets them.
pub fn recorded() -> Vec<(AccountId, Action<u128>)> {
	Recorded::take()
}

/// Returns what an account has on hold.
pub fn held(account: &AccountId) -> u128 {
	Balances::total_balance_on_hold(account)
}

/// The duty key of a seat.
pub fn key(seat: u8) -> sr25519::Pair {
	sr25519::Pair::from_seed(&[seat; 32])
}

/// A payload, signed by seats.
pub fn signed(seats: impl IntoIterator<Item = u8>, payload: &[u8]) -> crate::CoSignaturesOf<Test> {
	let signature = |seat| CoSignature {
		seat: who(seat),
		key: key(seat).public().into(),
		signature: key(seat).sign(payload).into(),
	};
	seats.into_iter().map(signature).collect::<Vec<_>>().try_into().unwrap()
}

/// The signatures of seats for the present offer of a negotiation.
pub fn consent(id: AgreementId, seats: impl IntoIterator<Item = u8>) -> crate::CoSignaturesOf<Test> {
	let open = crate::Negotiations::<Test>::get(id).unwrap();
	let payload = Agreements::payload(id, open.round, open.provider, open.offer, open.deadline);
	signed(seats, &payload)
}

/// Concludes what a node proposes.
pub fn agree(node: AccountId, offer: Offer) -> AgreementId {
	let id = crate::NextAgreementId::<Test>::get();
	Agreements::propose(by(node), offer).unwrap();
	Agreements::conclude(by(who(1)), id, 1, consent(id, 1..=3)).unwrap();
	id
}

/// Concludes an agreement, waits for its slot, and returns both.
pub fn place(node: AccountId, offer: Offer) -> (AgreementId, SlotId) {
	let id = agree(node, offer);
	while slot_of(id).is_none() {
		pass(1);
	}
	(id, slot_of(id).unwrap())
}

/// Returns the slot of an agreement, if it has one.
pub fn slot_of(id: AgreementId) -> Option<SlotId> {
	match crate::Agreements::<Test>::get(id)?.place {
		crate::Place::Slot(slot) => Some(slot),
		crate::Place::Waiting(_) => None,
	}
}

/// Returns what is in the slot of an agreement.
pub fn slot(id: AgreementId) -> SlotOf<Test> {
	Agreements::slot_by_number(slot_of(id).unwrap()).unwrap()
}

/// What all observers say of a node that had so many good samples, and was this slow.
pub fn said(good: u8, latency: u32) -> Measurement {
	let quantities = Quantities { good, latency: Level::of(latency), bandwidth: Level::MIN, benchmark: Level::MIN };
	Measurement { median: quantities, undisputed: quantities }
}

/// Closes a window on all pages, with what is said of agreements, and lets follow what does.
pub fn close(window: Window, said: &[(AgreementId, Measurement)]) {
	for page in 0..crate::Pages::<Test>::get() {
		let on_page = said.iter().filter_map(|(id, measurement)| {
			let slot = slot_of(*id)?;
			(slot / 256 == page).then_some(((slot % 256) as u8, *measurement))
		});
		<Agreements as OnWindowClosed>::on_window_closed(window, page, &on_page.collect());
	}
	NextWindow::set(Some(window + 1));
	settle();
}

/// Lets the outcomes of closed windows follow.
pub fn settle() {
	Agreements::on_poll(System::block_number(), &mut WeightMeter::new());
}

/// Closes windows in which an agreement was measured well, each after it is over, until so many have been closed.
pub fn serve(id: AgreementId, windows: u32) {
	for _ in 0..windows {
		let window = NextWindow::get().unwrap_or_else(|| slot(id).first);
		run_to_window(window + 1);
		close(window, &[(id, said(60, 100))]);
	}
}

/// Lets a node pass test and shadow: it is active from the next window on.
pub fn activate(node: AccountId, offer: Offer) -> AgreementId {
	let (id, _) = place(node, offer);
	NextWindow::set(Some(slot(id).first));
	serve(id, 4);
	assert_eq!(slot(id).stage, crate::Stage::Active);
	recorded();
	events();
	id
}

/// A node is found not to qualify any more. What follows is in the next block.
pub fn lose(node: &AccountId) {
	Chilled::mutate(|chilled| chilled.push(node.clone()));
	<Agreements as OnBondLost<_>>::on_bond_lost(Role::ServiceNode, node);
}

/// A node is found not to qualify any more, and the next block begins.
pub fn chill(node: &AccountId) {
	lose(node);
	pass(1);
}

/// A node qualifies again.
pub fn warm(node: &AccountId) {
	Chilled::mutate(|chilled| chilled.retain(|other| other != node));
}

/// The bond of a node ends, and the next block begins.
pub fn unbond(node: &AccountId) {
	lose(node);
	Unbonded::mutate(|unbonded| unbonded.push(node.clone()));
	<Agreements as OnBondLost<_>>::on_bond_ended(Role::ServiceNode, node);
	pass(1);
}
