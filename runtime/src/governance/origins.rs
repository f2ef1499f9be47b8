//! The origins of the governance tracks other than root.

/// The pallet that declares the origins. It has neither calls nor storage.
#[frame_support::pallet]
pub mod pallet_origins {
	use frame_support::pallet_prelude::*;

	#[pallet::config]
	pub trait Config: frame_system::Config {}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// The origin with which an enacted referendum of the track of the same name acts.
	#[pallet::origin]
	#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
	pub enum Origin {
		/// Sets deltas, thresholds and shares.
		SlaAdmin,
		/// Admits candidates, removes anchors, calls elections.
		AnchorAdmin,
		/// Overturns verdicts, cancels slashes, rules on appeals.
		SlashReview,
		/// Spends from the treasury.
		Treasurer,
		/// Pauses calls.
		Emergency,
		/// Cancels referenda, and returns their deposits.
		Canceller,
		/// Cancels referenda, and slashes their deposits.
		Killer,
	}
}

use frame_support::traits::EnsureOrigin;
use pallet_origins::Origin;

macro_rules! ensure_origins {
	($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
		$(#[$doc])*
		pub struct $name;

		impl<O: Into<Result<Origin, O>> + From<Origin>> EnsureOrigin<O> for $name {
			type Success = ();

			fn try_origin(origin: O) -> Result<Self::Success, O> {
				origin.into().and_then(|found| match found {
					Origin::$name => Ok(()),
					other => Err(O::from(other)),
				})
			}

			#[cfg(feature = "runtime-benchmarks")]
			fn try_successful_origin() -> Result<O, ()> {
				Ok(O::from(Origin::$name))
			}
		}
	)*};
}

ensure_origins! {
	/// Ensures the origin of the `sla_admin` track.
	SlaAdmin,
	/// Ensures the origin of the `anchor_admin` track.
	AnchorAdmin,
	/// Ensures the origin of the `slash_review` track.
	SlashReview,
	/// Ensures the origin of the `treasurer` track.
	Treasurer,
	/// Ensures the origin of the `emergency` track.
	Emergency,
	/// Ensures the origin of the `canceller` track.
	Canceller,
	/// Ensures the origin of the `killer` track.
	Killer,
}
