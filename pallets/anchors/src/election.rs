//! Who sits: a pure function of those who stand, those who sit, and the rules.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// What an election keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
	/// How many seats there should be.
	pub desired: u32,
	/// Under which number of seats nobody leaves.
	pub floor: u32,
	/// How many seats there were, with those that were dropped at once: up to the floor they are filled again whatever
	/// the limit.
	pub before: u32,
	/// How many of the ranked, from the strongest on, have a vote that counts. Nobody else takes a seat, but where there
	/// would be too few.
	pub supported: u32,
	/// What has changed in this term already.
	pub changes: Changes,
	/// Whether the stronger take the seats of the weaker, or only those that are empty or a holdover's.
	pub displace: bool,
	/// Whether an election is next: then nothing is filled now but what is below the floor, or the newcomers of two terms
	/// would come together.
	pub last_of_term: bool,
}

/// How many seats were filled anew, and left, in a term.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Changes {
	/// Filled anew.
	pub filled: u32,
	/// Left, by whoever had to or wanted to.
	pub left: u32,
}

impl Rules {
	/// How many seats are filled anew in one term at most, and how many are left: so few that a majority needs several terms
	/// for two thirds of them, however it removes others.
	pub fn limit(&self) -> u32 {
		(self.desired.saturating_sub(1) / 3).max(1)
	}

	/// Whether one more seat may be filled anew, where there would be so many seats afterwards.
	fn may_fill(&self, seats: usize) -> bool {
		!self.last_of_term && self.changes.filled < self.limit().min(newcomers(seats))
	}

	/// Whether one more seat may be left, where there would be so many seats afterwards.
	fn may_leave(&self, seats: usize) -> bool {
		self.changes.left < self.limit() && self.changes.filled <= newcomers(seats)
	}
}

/// How many of so many seats may be filled anew in one term: so few that finality does not depend on them. At least one,
/// or a chain of three seats could never grow.
pub fn newcomers(seats: usize) -> u32 {
	u32::try_from(seats.saturating_sub(1) / 3).unwrap_or(u32::MAX).max(1)
}

/// Who sits from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome<AccountId> {
	/// The seats of those who stand, the old ones first.
	pub seats: Vec<AccountId>,
	/// Those who stay although they do not stand: without them there would be too few, or too much would change.
	pub holdovers: Vec<AccountId>,
	/// What has changed in this term.
	pub changes: Changes,
}

/// Fills the seats. `ranked` are those who stand, the strongest first, nobody twice; `sitting` those who sit, in any
/// order.
pub fn elect<AccountId: Clone + PartialEq>(
	ranked: &[AccountId],
	sitting: &[AccountId],
	mut rules: Rules,
) -> Outcome<AccountId> {
	let mut seats = sitting.to_vec();
	let (desired, floor) = (rules.desired as usize, rules.floor as usize);
	let refilled = floor.min(rules.before as usize);
	let winners = if rules.displace { ranked.get(..desired).unwrap_or(ranked) } else { ranked };

	// The strongest first: onto an empty seat, a holdover's, or that of the weakest who is no winner.
	let supported = winners.iter().take(rules.supported as usize);
	for winner in supported {
		if seats.contains(winner) {
			continue;
		}
		let full = seats.len() >= desired;
		let after = if full { seats.len() } else { seats.len().saturating_add(1) };
		if !rules.may_fill(after) {
			break;
		}
		if full {
			let yields = match holdover(&seats, ranked) {
				None if rules.displace => weakest(&seats, ranked, winners),
				holdover => holdover,
			};
			let Some(yields) = yields.filter(|_| rules.may_leave(after)) else { break };
			seats.remove(yields);
			rules.changes.left = rules.changes.left.saturating_add(1);
		}
		seats.push(winner.clone());
		rules.changes.filled = rules.changes.filled.saturating_add(1);
	}

	// Who does not stand any more goes, and who sits beyond the number of seats, as far as that is not too many at once.
	while rules.may_leave(seats.len().saturating_sub(1)) {
		let holdover = holdover(&seats, ranked).filter(|_| seats.len() > floor);
		let beyond = (rules.displace && seats.len() > desired).then(|| weakest(&seats, ranked, &[])).flatten();
		let Some(leaver) = holdover.or(beyond) else { break };
		seats.remove(leaver);
		rules.changes.left = rules.changes.left.saturating_add(1);
	}

	// What was dropped at once is filled up to the floor, whatever the limit.
	for runner_up in ranked {
		if seats.len() >= refilled {
			break;
		}
		if !seats.contains(runner_up) {
			seats.push(runner_up.clone());
			rules.changes.filled = rules.changes.filled.saturating_add(1);
		}
	}
	// And who stands takes the place of who does not any more, as far as the limit allows.
	for runner_up in ranked {
		let standing = seats.iter().filter(|seat| ranked.contains(seat)).count();
		let Some(place) = holdover(&seats, ranked).filter(|_| standing < floor) else { break };
		if seats.contains(runner_up) {
			continue;
		}
		if !(rules.may_fill(seats.len()) && rules.may_leave(seats.len())) {
			break;
		}
		seats.remove(place);
		seats.push(runner_up.clone());
		rules.changes.filled = rules.changes.filled.saturating_add(1);
		rules.changes.left = rules.changes.left.saturating_add(1);
	}
	let (seats, holdovers) = seats.into_iter().partition(|seat| ranked.contains(seat));
	Outcome { seats, holdovers, changes: rules.changes }
}

/// The place of the first who sits and does not stand.
fn holdover<AccountId: PartialEq>(seats: &[AccountId], ranked: &[AccountId]) -> Option<usize> {
	seats.iter().position(|seat| !ranked.contains(seat))
}

/// The place of the weakest who stands, and is not among those spared.
fn weakest<AccountId: PartialEq>(seats: &[AccountId], ranked: &[AccountId], spared: &[AccountId]) -> Option<usize> {
	let weaker_first = ranked.iter().rev().filter(|who| !spared.contains(who));
	weaker_first.filter_map(|who| seats.iter().position(|seat| seat == who)).next()
}

/// How many of so many seats make two thirds, rounded up.
pub fn two_thirds(seats: usize) -> usize {
	seats.saturating_mul(2).div_ceil(3)
}
