//! Elections: a pure function from candidates, seats and rules to the new seats.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The rules of an election.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
	/// The desired number of seats.
	pub desired: u32,
	/// The floor: the number of seats at or below which no anchor leaves.
	pub floor: u32,
	/// The number of seats before, including those dropped immediately. Up to the floor they are refilled regardless of the
	/// limits.
	pub before: u32,
	/// The number of ranked candidates, from the first on, that have votes that count. Other candidates take a seat only if
	/// there would be too few seats.
	pub supported: u32,
	/// The changes already made in this term.
	pub changes: Changes,
	/// Whether stronger candidates displace weaker ones, or only take seats that are vacant or held by holdovers.
	pub displace: bool,
	/// Whether an election follows next. Then only seats below the floor are filled now, as otherwise the newcomers of two
	/// terms would start together.
	pub last_of_term: bool,
}

/// The number of seats filled and vacated in a term.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Changes {
	/// Seats filled.
	pub filled: u32,
	/// Seats vacated, for any reason.
	pub left: u32,
}

impl Rules {
	/// Returns how many seats may be filled, and how many vacated, per term: few enough that a majority needs several terms to
	/// replace two thirds of them, however it removes others.
	pub fn limit(&self) -> u32 {
		(self.desired.saturating_sub(1) / 3).max(1)
	}

	/// Returns whether one more seat may be filled, given the resulting number of seats.
	fn may_fill(&self, seats: usize) -> bool {
		!self.last_of_term && self.changes.filled < self.limit().min(newcomers(seats))
	}

	/// Returns whether one more seat may be vacated, given the resulting number of seats.
	fn may_leave(&self, seats: usize) -> bool {
		self.changes.left < self.limit() && self.changes.filled <= newcomers(seats)
	}
}

/// Returns how many of a number of seats may be filled per term: few enough that finality does not depend on them. At least
/// 1, as otherwise a chain of three seats could never grow.
pub fn newcomers(seats: usize) -> u32 {
	u32::try_from(seats.saturating_sub(1) / 3).unwrap_or(u32::MAX).max(1)
}

/// The outcome of an election.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome<AccountId> {
	/// The seats of candidates, previous holders first.
	pub seats: Vec<AccountId>,
	/// Accounts that keep a seat although they are no candidates any more: without them there would be too few seats, or too
	/// many changes.
	pub holdovers: Vec<AccountId>,
	/// The changes made in this term.
	pub changes: Changes,
}

/// Fills the seats. `ranked` are the candidates in descending order of approval, without duplicates; `sitting` are the
/// current seats, in any order.
pub fn elect<AccountId: Clone + PartialEq>(
	ranked: &[AccountId],
	sitting: &[AccountId],
	mut rules: Rules,
) -> Outcome<AccountId> {
	let mut seats = sitting.to_vec();
	let (desired, floor) = (rules.desired as usize, rules.floor as usize);
	let refilled = floor.min(rules.before as usize);
	let winners = if rules.displace { ranked.get(..desired).unwrap_or(ranked) } else { ranked };

	// In descending order: onto a vacant seat, a holdover's, or that of the weakest seat that is not a winner.
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

	// Seats of former candidates, and seats beyond the desired number, are vacated as far as the limit allows.
	while rules.may_leave(seats.len().saturating_sub(1)) {
		let holdover = holdover(&seats, ranked).filter(|_| seats.len() > floor);
		let beyond = (rules.displace && seats.len() > desired).then(|| weakest(&seats, ranked, &[])).flatten();
		let Some(leaver) = holdover.or(beyond) else { break };
		seats.remove(leaver);
		rules.changes.left = rules.changes.left.saturating_add(1);
	}

	// Seats dropped immediately are refilled up to the floor, regardless of the limit.
	for runner_up in ranked {
		if seats.len() >= refilled {
			break;
		}
		if !seats.contains(runner_up) {
			seats.push(runner_up.clone());
			rules.changes.filled = rules.changes.filled.saturating_add(1);
		}
	}
	// Candidates replace holdovers, as far as the limit allows.
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

/// Returns the position of the first seat whose holder is not a candidate.
fn holdover<AccountId: PartialEq>(seats: &[AccountId], ranked: &[AccountId]) -> Option<usize> {
	seats.iter().position(|seat| !ranked.contains(seat))
}

/// Returns the position of the weakest candidate that is not among those to keep.
fn weakest<AccountId: PartialEq>(seats: &[AccountId], ranked: &[AccountId], spared: &[AccountId]) -> Option<usize> {
	let weaker_first = ranked.iter().rev().filter(|who| !spared.contains(who));
	weaker_first.filter_map(|who| seats.iter().position(|seat| seat == who)).next()
}

/// Returns two thirds of a number of seats, rounded up.
pub fn two_thirds(seats: usize) -> usize {
	seats.saturating_mul(2).div_ceil(3)
}
