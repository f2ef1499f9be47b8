//! What clients have compiled in, and a release must not change by accident.

use crate::{RuntimeCall, TxExtension, VERSION, constants};
use frame_support::traits::PalletsInfoAccess;
use sp_runtime::traits::TransactionExtension;

/// Indices that a pallet once had. They are not given to another one.
const RETIRED: [usize; 0] = [];

#[test]
fn pallets_should_keep_their_names_and_indices() {
	let found: Vec<_> = crate::AllPalletsWithSystem::infos().into_iter().map(|info| (info.index, info.name)).collect();
	assert_eq!(
		found,
		[
			(0, "System"),
			(1, "Timestamp"),
			(2, "Balances"),
			(10, "Tempo"),
			(11, "Sla"),
			(12, "StakingSlash"),
			(13, "Anchors"),
			(14, "Payments"),
			(15, "Reports"),
			(16, "Agreements"),
			(17, "Telemetry"),
			(30, "Babe"),
			(31, "Authorship"),
			(32, "Session"),
			(33, "Historical"),
			(34, "Grandpa"),
			(35, "Offences"),
			(36, "AuthorityDiscovery"),
			(37, "Authorities"),
			(40, "TransactionPayment"),
			(41, "Parameters"),
			(42, "Treasury"),
			(50, "Preimage"),
			(51, "Scheduler"),
			(52, "Referenda"),
			(53, "ConvictionVoting"),
			(54, "Origins"),
			(60, "MultiBlockMigrations"),
			(70, "Utility"),
			(71, "Multisig"),
			(72, "Proxy"),
			(73, "Identity"),
			(74, "Statement"),
			(75, "TxPause"),
		]
	);
	assert!(found.iter().all(|(index, _)| !RETIRED.contains(index)));
}

#[test]
fn a_call_should_stay_small() {
	// Every call on the stack, in a batch or in the scheduler's agenda, is as large as the largest.
	assert!(size_of::<RuntimeCall>() <= 256, "{} bytes", size_of::<RuntimeCall>());
}

#[test]
fn transactions_should_keep_their_extensions() {
	let found: Vec<_> = TxExtension::metadata().into_iter().map(|extension| extension.identifier).collect();
	assert_eq!(
		found,
		[
			"AuthorizeCall",
			"CheckNonZeroSender",
			"CheckSpecVersion",
			"CheckTxVersion",
			"CheckGenesis",
			"CheckMortality",
			"CheckNonce",
			"CheckWeight",
			"ChargeTransactionPayment",
			"CheckMetadataHash",
			"WeightReclaim",
		]
	);
}

#[test]
fn the_chain_should_keep_its_name_and_token() {
	assert_eq!(VERSION.spec_name, "smartlayer");
	assert_eq!((constants::TOKEN_SYMBOL, constants::TOKEN_DECIMALS, constants::SS58_PREFIX), ("SLN", 12, 8331));
	assert_eq!(constants::EXISTENTIAL_DEPOSIT, constants::SLN / 100);
}

#[test]
fn metadata_should_be_made_without_storage() {
	// As the build does it for the metadata's hash: against a state that is empty.
	sp_io::TestExternalities::default().execute_with(|| {
		assert!(crate::Runtime::metadata_at_version(15).is_some());
	});
}
