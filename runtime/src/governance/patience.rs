//! The scheduler as used by referenda.

use crate::{BlockNumber, OriginCaller, RuntimeCall, Scheduler};
use frame_support::traits::{
	Bounded,
	schedule::{
		DispatchTime, Period, Priority,
		v3::{Anon, Named, TaskName},
	},
};
use sp_runtime::DispatchError;

type Hasher = <Scheduler as Anon<BlockNumber, RuntimeCall, OriginCaller>>::Hasher;
type Address = <Scheduler as Anon<BlockNumber, RuntimeCall, OriginCaller>>::Address;
type Call = Bounded<RuntimeCall, Hasher>;

/// The number of blocks that are tried.
pub const TRIES: u32 = 32;

/// Schedules a task in the first of several blocks whose agenda has room.
///
/// Referenda do not retry what they schedule when they end. If an agenda were filled on purpose, a track would count an ended
/// referendum as deciding forever, or an approved proposal would never be enacted.
pub struct Patience;

/// Tries a block and those after it.
fn patiently<T>(
	when: DispatchTime<BlockNumber>,
	mut schedule: impl FnMut(DispatchTime<BlockNumber>) -> Result<T, DispatchError>,
) -> Result<T, DispatchError> {
	let mut result = Err(DispatchError::Exhausted);
	for later in 0..TRIES {
		result = schedule(match when {
			DispatchTime::At(block) => DispatchTime::At(block.saturating_add(later)),
			DispatchTime::After(blocks) => DispatchTime::After(blocks.saturating_add(later)),
		});
		if !matches!(result, Err(DispatchError::Exhausted)) {
			break;
		}
	}
	result
}

impl Anon<BlockNumber, RuntimeCall, OriginCaller> for Patience {
	type Address = Address;
	type Hasher = Hasher;

	fn schedule(
		when: DispatchTime<BlockNumber>,
		maybe_periodic: Option<Period<BlockNumber>>,
		priority: Priority,
		origin: OriginCaller,
		call: Call,
	) -> Result<Address, DispatchError> {
		patiently(when, |when| {
			<Scheduler as Anon<_, _, _>>::schedule(when, maybe_periodic, priority, origin.clone(), call.clone())
		})
	}

	fn cancel(address: Address) -> Result<(), DispatchError> {
		<Scheduler as Anon<_, RuntimeCall, OriginCaller>>::cancel(address)
	}

	fn reschedule(address: Address, when: DispatchTime<BlockNumber>) -> Result<Address, DispatchError> {
		patiently(when, |when| <Scheduler as Anon<_, RuntimeCall, OriginCaller>>::reschedule(address, when))
	}

	fn next_dispatch_time(address: Address) -> Result<BlockNumber, DispatchError> {
		<Scheduler as Anon<_, RuntimeCall, OriginCaller>>::next_dispatch_time(address)
	}
}

impl Named<BlockNumber, RuntimeCall, OriginCaller> for Patience {
	type Address = Address;
	type Hasher = Hasher;

	fn schedule_named(
		id: TaskName,
		when: DispatchTime<BlockNumber>,
		maybe_periodic: Option<Period<BlockNumber>>,
		priority: Priority,
		origin: OriginCaller,
		call: Call,
	) -> Result<Address, DispatchError> {
		patiently(when, |when| {
			<Scheduler as Named<_, _, _>>::schedule_named(
				id,
				when,
				maybe_periodic,
				priority,
				origin.clone(),
				call.clone(),
			)
		})
	}

	fn cancel_named(id: TaskName) -> Result<(), DispatchError> {
		<Scheduler as Named<_, RuntimeCall, OriginCaller>>::cancel_named(id)
	}

	fn reschedule_named(id: TaskName, when: DispatchTime<BlockNumber>) -> Result<Address, DispatchError> {
		patiently(when, |when| <Scheduler as Named<_, RuntimeCall, OriginCaller>>::reschedule_named(id, when))
	}

	fn next_dispatch_time(id: TaskName) -> Result<BlockNumber, DispatchError> {
		<Scheduler as Named<_, RuntimeCall, OriginCaller>>::next_dispatch_time(id)
	}
}
