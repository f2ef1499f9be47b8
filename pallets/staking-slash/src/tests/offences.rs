use crate::{ConsensusOffences, Ledgers, mock::*};
use frame_support::assert_ok;
use smartlayer_primitives::Role;
use sp_runtime::Perbill;
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

fn report(offenders: &[AccountId], percent: u32, session: u32) {
	let details: Vec<_> =
		offenders.iter().map(|who| OffenceDetails { offender: (*who, ()), reporters: Vec::new() }).collect();
	StakingSlash::on_offence(&details, &vec![Perbill::from_percent(percent); offenders.len()], session);
}

fn aside(who: AccountId) -> u128 {
	Ledgers::<Test>::get(who).unwrap().aside()
}

#[test]
fn an_equivocation_should_be_slashed_once_for_each_session() {
	run(|| {
		for who in [1, 2] {
			assert_ok!(StakingSlash::bond(by(who), Role::Anchor, 10_000 * UNIT));
		}
		report(&[1], 10, 5);
		assert_eq!(aside(1), 1_000 * UNIT);
		// The same report again, and a milder one.
		report(&[1], 10, 5);
		report(&[1], 5, 5);
		assert_eq!(aside(1), 1_000 * UNIT);
		// A second offender makes both graver: the first loses the increment only, and both the same in the end.
		report(&[1, 2], 30, 5);
		// Rounded up, against the offender.
		assert!(aside(1) - aside(2) <= 10, "{} and {}", aside(1), aside(2));
		assert_eq!(aside(2), 3_000 * UNIT);
		// Another session, another offence, of what is left.
		report(&[2], 10, 6);
		assert_eq!(aside(2), 3_700 * UNIT);
		// All there is, in the end.
		report(&[1], 100, 5);
		assert_eq!(aside(1), 10_000 * UNIT);
	});
}

#[test]
fn an_offender_without_stake_should_not_stop_the_others() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(2), Role::Anchor, 10_000 * UNIT));
		report(&[1, 2], 50, 5);
		assert_eq!(aside(2), 5_000 * UNIT);
	});
}

#[test]
fn old_offences_should_be_forgotten() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(1), Role::Anchor, 10_000 * UNIT));
		report(&[1], 10, 5);
		report(&[1], 10, 6);
		StakingSlash::forget_offences(5);
		assert_eq!(ConsensusOffences::<Test>::iter().count(), 1);
	});
}
