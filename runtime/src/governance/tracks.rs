//! The tracks of governance. Thresholds and deposits are compiled in; periods are part of the chain's tempo.

use super::pallet_origins::Origin;
use crate::{Balance, BlockNumber, OriginCaller, Runtime, constants::SLN};
use alloc::borrow::Cow;
use frame_system::RawOrigin;
use pallet_referenda::{Curve, Track, TrackInfo, TracksInfo};
use pallet_tempo::TrackPeriods;
use sp_runtime::{Perbill, str_array};

type RuntimeTrack = Track<u16, Balance, BlockNumber>;

/// A threshold that falls linearly over the decision period.
const fn falling(from_percent: u32, to_percent: u32) -> Curve {
	Curve::LinearDecreasing {
		length: Perbill::from_percent(100),
		floor: Perbill::from_percent(to_percent),
		ceil: Perbill::from_percent(from_percent),
	}
}

/// A track whose periods are filled in from the chain's tempo.
const fn track(
	id: u16,
	name: &str,
	max_deciding: u32,
	decision_deposit: Balance,
	min_approval: Curve,
	min_support: Curve,
) -> RuntimeTrack {
	Track {
		id,
		info: TrackInfo {
			name: str_array(name),
			max_deciding,
			decision_deposit,
			prepare_period: 0,
			decision_period: 0,
			confirm_period: 0,
			min_enactment_period: 0,
			min_approval,
			min_support,
		},
	}
}

/// Approval is the share of ayes among the votes, weighted by conviction; support is the share of ayes in the total issuance.
/// In the order of [`pallet_tempo::Schedule::tracks`].
const TRACKS: [RuntimeTrack; 8] = [
	track(0, "root", 2, 10_000 * SLN, falling(100, 50), falling(50, 5)),
	track(1, "sla_admin", 10, 1_000 * SLN, falling(100, 50), falling(50, 3)),
	track(2, "anchor_admin", 20, 1_000 * SLN, falling(100, 50), falling(50, 3)),
	track(3, "slash_review", 50, 200 * SLN, falling(100, 50), falling(25, 3)),
	track(4, "treasurer", 10, 1_000 * SLN, falling(100, 50), falling(50, 3)),
	track(5, "emergency", 100, 5_000 * SLN, falling(100, 66), falling(50, 10)),
	track(6, "canceller", 100, 5_000 * SLN, falling(100, 60), falling(50, 10)),
	track(7, "killer", 100, 5_000 * SLN, falling(100, 66), falling(50, 10)),
];

/// The minimum support of all tracks, so that nothing is decided by very low turnout.
pub const LEAST_SUPPORT: Perbill = Perbill::from_percent(3);

fn with_periods(mut track: RuntimeTrack, periods: TrackPeriods) -> RuntimeTrack {
	track.info.prepare_period = periods.prepare;
	track.info.decision_period = periods.decide;
	track.info.confirm_period = periods.confirm;
	track.info.min_enactment_period = periods.enact;
	track
}

/// The tracks, with the periods of this chain.
pub struct Tracks;

impl TracksInfo<Balance, BlockNumber> for Tracks {
	type Id = u16;
	type RuntimeOrigin = OriginCaller;

	fn tracks() -> impl Iterator<Item = Cow<'static, RuntimeTrack>> {
		TRACKS
			.into_iter()
			.zip(pallet_tempo::adaptors::tracks::<Runtime>())
			.map(|(track, periods)| Cow::Owned(with_periods(track, periods)))
	}

	fn track_for(origin: &Self::RuntimeOrigin) -> Result<Self::Id, ()> {
		match origin {
			OriginCaller::system(RawOrigin::Root) => Ok(0),
			OriginCaller::Origins(Origin::SlaAdmin) => Ok(1),
			OriginCaller::Origins(Origin::AnchorAdmin) => Ok(2),
			OriginCaller::Origins(Origin::SlashReview) => Ok(3),
			OriginCaller::Origins(Origin::Treasurer) => Ok(4),
			OriginCaller::Origins(Origin::Emergency) => Ok(5),
			OriginCaller::Origins(Origin::Canceller) => Ok(6),
			OriginCaller::Origins(Origin::Killer) => Ok(7),
			_ => Err(()),
		}
	}

	/// Checks what is compiled in. The periods are checked by `pallet-tempo`.
	fn check_integrity() -> Result<(), &'static str> {
		if !TRACKS.is_sorted_by(|a, b| a.id < b.id) {
			return Err("the tracks are not sorted by their id");
		}
		let at_the_end = |track: &RuntimeTrack| track.info.min_support.threshold(Perbill::one());
		if TRACKS.iter().any(|track| at_the_end(track) < LEAST_SUPPORT) {
			return Err("a track passes with less than the least support");
		}
		Ok(())
	}
}
