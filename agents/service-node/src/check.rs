//! What is missing before the node can serve.

use crate::{agreements::strictest, config::Config};
use smartlayer_client::{Amount, At, Chain, Error, Key, Offer};
use smartlayer_daemon::{Report, behind};
use std::collections::BTreeSet;

/// The funds that the operator should have for fees: a few hundred transactions.
const FEES: Amount = Amount(1_000_000_000_000);

/// Prints what is right, and what is missing and how to mend it. Returns whether nothing is missing.
pub async fn check(config: &Config) -> bool {
	let mut report = Report::default();
	let service = Key::from_file(&config.service_key);
	let operator = Key::from_file(&config.operator_key);
	for (name, key) in [("service key", &service), ("operator key", &operator)] {
		match key {
			Ok(key) => report.good(format!("the {name} is that of {}", key.address())),
			Err(error) => report.missing(error),
		}
	}
	if let (Ok(service), Ok(operator)) = (&service, &operator)
		&& service.address() == operator.address()
	{
		report
			.missing("both keys are the same: the one that signs statements is worth the bond, and signs nothing else");
	}
	let database = config.data.join("node.redb");
	report.database(&database, "a node");
	if let Err(error) = on_chain(config, service.as_ref().ok(), operator.as_ref().ok(), &mut report).await {
		report.missing(error);
	}
	report.is_good()
}

async fn on_chain(
	config: &Config,
	service: Option<&Key>,
	operator: Option<&Key>,
	report: &mut Report,
) -> Result<(), Error> {
	let chain = Chain::connect(&config.chain).await?;
	chain.ensure_genesis(config.genesis)?;
	let at = chain.finalized().await?;
	at.ensure_serving().await?;
	let number = at.head()?.number;
	if let Some(behind) = behind(at.time().await?) {
		// What it says of the account may be outdated.
		report.missing(format!("{behind}: wait until it has caught up, and check again"));
		return Ok(());
	}
	report.good(format!("the chain is at the final block {number}"));
	let account = config.account;
	match at.bond(&account).await? {
		Some(bond) if bond.is_service_node => {
			report.good(format!("{account} is bonded as a service node, with {}", Amount(bond.active)));
			report.require(
				!bond.is_unbonding,
				"no part of the bond is being withdrawn",
				"a part of the bond is being withdrawn: the node cashes out, and serves until its end",
			);
			report.require(
				bond.qualifies,
				"the bond qualifies",
				"the node is chilled, or its bond is below the minimum: `smartlayer node activate`, or `smartlayer node bond-extra <amount>`",
			);
		},
		Some(_) => report.missing(format!("{account} is bonded as an anchor: use another account for a service node")),
		None => {
			let minimum = Amount(at.minimum_bond().await?);
			report.missing(format!("{account} is not bonded, with {minimum} or more: `smartlayer node bond`"));
		},
	}
	if let Some(service) = service {
		let own = service.address();
		match at.service_key(&account).await? {
			Some(key) if key == own => report.good("the chain has this service key"),
			Some(key) => report.missing(format!(
				"the service key on the chain is {key}, and this one is {own}: `smartlayer node set-service-key {own}`"
			)),
			None => report.missing(format!("the chain has no service key: `smartlayer node set-service-key {own}`")),
		}
	}
	if let Some(operator) = operator {
		let own = operator.address();
		report.require(
			at.principal(&own).await? == account,
			"the operator key acts for the account",
			format!("{own} does not act for {account}: `smartlayer node set-operator {own}`, and with the key of the operator `smartlayer node operate-for {account}`"),
		);
		let free = Amount(at.free(&own).await?);
		report.require(
			free.0 >= FEES.0,
			format!("{own} has {free} for fees"),
			format!("{own} has {free} for fees: send it {FEES} or more"),
		);
	}
	agreements(config, &at, report).await?;
	match at.endpoint(&account).await? {
		Some(url) => report.good(format!("customers find the node at {url}")),
		None => report.missing("customers do not find the node: `smartlayer node set-endpoint <its URL>`"),
	}
	Ok(())
}

/// Checks what the node agrees on with the network.
async fn agreements(config: &Config, at: &At, report: &mut Report) -> Result<(), Error> {
	if config.agreements.is_empty() {
		report.good("without `[[agreements]]`, the node agrees on nothing with the network");
		return Ok(());
	}
	let modules = at.modules().await?;
	let own = at.agreements_of(&config.account).await?;
	let mut units: u128 = 0;
	let mut named = BTreeSet::new();
	for wanted in &config.agreements {
		let name = &wanted.module;
		units = units.saturating_add(wanted.units.into());
		let Some(module) = modules.iter().find(|module| module.is_named(name)) else {
			report.missing(format!("no standard module is named {name}: `smartlayer agreement modules` lists them"));
			continue;
		};
		if !named.insert(module.id) {
			report.missing(format!("the module {} is named twice: leave one of both", module.name));
		}
		if let Err(error) = strictest(wanted, module) {
			report.missing(error);
			continue;
		}
		report.good(format!("what is agreed under {name} is within the module's ranges"));
		let free = config.prices.free_calls_per_minute;
		report.require(
			free >= module.quota,
			format!("{free} free calls a minute are enough for {name}"),
			format!(
				"who agrees under {name} answers {} calls a minute of each address for free, and this node {free}: raise `prices.free_calls_per_minute`, or observers call the node down",
				module.quota
			),
		);
		let bounds = wanted.offer.complete(module)?;
		let offer = Offer { module: module.id, bounds, units: wanted.units, windows: wanted.windows };
		// While one is agreed, it is its renewal that would be refused, and it may be still in its test.
		if own.iter().all(|agreement| agreement.offer.module != module.id) {
			match at.quote(&config.account, &offer).await? {
				Ok(quote) => report.good(format!(
					"an agreement under {name} costs {}, and {} until its test is passed",
					Amount(quote.measuring),
					Amount(quote.test)
				)),
				Err(error) => report.missing(format!("the chain would refuse {} with {error}", offer.shown())),
			}
		}
	}
	let needed = Amount(at.bond_per_unit().await?.saturating_mul(units));
	let bond = Amount(at.bond(&config.account).await?.map_or(0, |bond| bond.active));
	report.require(
		bond.0 >= needed.0,
		format!("the bond backs {units} units"),
		format!(
			"{units} units need a bond of {needed}, and it is {bond}: `smartlayer node bond-extra <amount>`, or offer less"
		),
	);
	Ok(())
}
