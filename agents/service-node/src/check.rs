//! What is missing before the node can serve.

use crate::config::Config;
use smartlayer_client::{Chain, Error, Key};

/// The funds that the operator should have for fees: a few hundred transactions.
const FEES: u128 = 1_000_000_000_000;

/// Prints what is right, and what is missing and how to mend it. Returns whether nothing is missing.
pub async fn check(config: &Config) -> bool {
	let mut report = Report { good: true };
	let service = Key::from_file(&config.service_key);
	let operator = Key::from_file(&config.operator_key);
	for (name, key) in [("service key", &service), ("operator key", &operator)] {
		match key {
			Ok(key) => report.good(&format!("the {name} is that of {}", key.address())),
			Err(error) => report.missing(&error.to_string()),
		}
	}
	let database = config.data.join("node.redb");
	report.require(
		database.exists(),
		&format!("the database is {}", database.display()),
		&format!(
			"there is no database {}: `init` creates one for a node that has never signed anything",
			database.display()
		),
	);
	if let Err(error) = on_chain(config, service.as_ref().ok(), operator.as_ref().ok(), &mut report).await {
		report.missing(&error.to_string());
	}
	report.good
}

struct Report {
	good: bool,
}

impl Report {
	#[allow(clippy::unused_self, reason = "as the other one")]
	fn good(&self, text: &str) {
		println!("ok       {text}");
	}

	fn missing(&mut self, text: &str) {
		self.good = false;
		println!("missing  {text}");
	}

	fn require(&mut self, is_good: bool, good: &str, missing: &str) {
		if is_good { self.good(good) } else { self.missing(missing) }
	}
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
	report.good(&format!("the chain is at the final block {}", at.head()?.number));
	let account = config.account;
	match at.bond(&account).await? {
		Some(bond) if bond.is_service_node => {
			report.good(&format!("{account} is bonded as a service node, with {}", bond.active));
			report.require(
				!bond.is_unbonding,
				"no part of the bond is being withdrawn",
				"a part of the bond is being withdrawn: the node cashes out, and serves until its end",
			);
			report.require(
				bond.qualifies,
				"the bond qualifies",
				"the node is chilled, or its bond is below the minimum: stakingSlash.bondExtra, or stakingSlash.activate",
			);
		},
		Some(_) => report.missing(&format!("{account} is bonded as an anchor: use another account for a service node")),
		None => {
			let minimum = at.minimum_bond().await?;
			report.missing(&format!("{account} is not bonded: stakingSlash.bond(ServiceNode, {minimum}) or more"));
		},
	}
	if let Some(service) = service {
		let key = at.service_key(&account).await?;
		let own = service.address();
		report.require(
			key == Some(own),
			"the chain has this service key",
			&format!("the chain has another service key: stakingSlash.setServiceKey({own})"),
		);
	}
	if let Some(operator) = operator {
		let own = operator.address();
		report.require(
			at.principal(&own).await? == account,
			"the operator key acts for the account",
			&format!("{own} does not act for {account}: stakingSlash.setOperator({own}), and from {own} stakingSlash.operateFor({account})"),
		);
		let free = at.free(&own).await?;
		report.require(
			free >= FEES,
			&format!("{own} has {free} for fees"),
			&format!("{own} has {free} for fees: send it {FEES} or more"),
		);
	}
	match at.endpoint(&account).await? {
		Some(url) => report.good(&format!("customers find the node at {url}")),
		None => report.missing("customers do not find the node: stakingSlash.setEndpoint(<its URL>)"),
	}
	Ok(())
}
