use super::chain::chain;
use crate::{
	OriginCaller,
	configs::DEVELOPMENT,
	governance::{Tracks, pallet_origins::Origin},
	presets,
};
use frame_system::RawOrigin;
use pallet_referenda::TracksInfo;
use sp_keyring::Sr25519Keyring::Alice;

#[test]
fn every_origin_should_have_the_track_of_its_name() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		for (origin, name) in [
			(OriginCaller::system(RawOrigin::Root), "root"),
			(Origin::SlaAdmin.into(), "sla_admin"),
			(Origin::AnchorAdmin.into(), "anchor_admin"),
			(Origin::SlashReview.into(), "slash_review"),
			(Origin::Treasurer.into(), "treasurer"),
			(Origin::Emergency.into(), "emergency"),
		] {
			let id = Tracks::track_for(&origin).unwrap();
			let info = Tracks::info(id).unwrap();
			let found = core::str::from_utf8(&info.name).unwrap().trim_end_matches('\0');
			assert_eq!(found, name);
		}
		assert!(Tracks::track_for(&OriginCaller::system(RawOrigin::None)).is_err());
		assert!(Tracks::track_for(&OriginCaller::system(RawOrigin::Signed(Alice.to_account_id()))).is_err());
	});
}

#[test]
fn tracks_should_have_the_periods_of_the_chain() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		for (track, (_, periods)) in Tracks::tracks().zip(DEVELOPMENT.tracks()) {
			assert_eq!(track.info.prepare_period, periods.prepare);
			assert_eq!(track.info.decision_period, periods.decide);
			assert_eq!(track.info.confirm_period, periods.confirm);
			assert_eq!(track.info.min_enactment_period, periods.enact);
		}
	});
}

#[test]
fn check_integrity_should_need_no_storage() {
	Tracks::check_integrity().unwrap();
}

#[test]
fn thresholds_should_fall_and_stay_shares() {
	use sp_runtime::Perbill;
	for track in Tracks::tracks() {
		for curve in [&track.info.min_approval, &track.info.min_support] {
			let at = |percent| curve.threshold(Perbill::from_percent(percent));
			assert!(at(0) >= at(50) && at(50) >= at(100));
		}
		// A proposal never passes against a majority of the votes.
		assert!(track.info.min_approval.threshold(Perbill::one()) >= Perbill::from_percent(50));
	}
}

#[test]
fn a_referendum_on_an_appeal_should_fit_into_the_appeal_period() {
	for schedule in [crate::configs::DEVELOPMENT, crate::configs::LOCAL, crate::configs::LIVE] {
		schedule.check().unwrap();
		let course = schedule.governance.slash_review.longest_course();
		assert!(course < u64::from(schedule.appeal_blocks));
	}
}
