//! What is missing before the anchor can do its duty.

use crate::{config::Config, policy::Policy};
use smartlayer_client::{Amount, Chain, Error, Key};
use smartlayer_daemon::{Report, behind};

/// The funds that the operator should have: fees of snapshots are withheld until they are written.
const FEES: Amount = Amount(1_000_000_000_000);

/// Prints what is right, and what is missing and how to mend it. Returns whether nothing is missing.
pub async fn check(config: &Config) -> bool {
	let mut report = Report::default();
	let duty = Key::from_file(&config.duty_key);
	let operator = Key::from_file(&config.operator_key);
	match &duty {
		Ok(key @ Key::Sr25519(_)) => report.good(format!("the duty key is that of {}", key.address())),
		Ok(_) => report.missing("the duty key is no sr25519 key, as those of sessions are"),
		Err(error) => report.missing(error),
	}
	match &operator {
		Ok(key) => report.good(format!("the operator key is that of {}", key.address())),
		Err(error) => report.missing(error),
	}
	let database = config.database();
	report.database(&database, "an anchor");
	let policy = config.policy();
	match &policy {
		Ok(Some(policy)) => report.good(format!("the policy is about {} modules", policy.rules.len())),
		Ok(None) => report.good("without `agreements`, this seat agrees with no service node"),
		Err(error) => report.missing(error),
	}
	let policy = policy.ok().flatten();
	if let Err(error) = on_chain(config, duty.as_ref().ok(), operator.as_ref().ok(), policy.as_ref(), &mut report).await
	{
		report.missing(error);
	}
	report.is_good()
}

async fn on_chain(
	config: &Config,
	duty: Option<&Key>,
	operator: Option<&Key>,
	policy: Option<&Policy>,
	report: &mut Report,
) -> Result<(), Error> {
	let chain = Chain::connect(&config.chain).await?;
	chain.ensure_genesis(config.genesis)?;
	let at = chain.finalized().await?;
	at.ensure_anchoring().await?;
	let number = at.head()?.number;
	if let Some(behind) = behind(at.time().await?) {
		// What it says of the account may be outdated.
		report.missing(format!("{behind}: wait until it has caught up, and check again"));
		return Ok(());
	}
	report.good(format!("the chain is at the final block {number}"));
	let account = config.account;
	match at.duty_key(&account).await? {
		Some(key) => {
			report.good(format!("{account} has a seat"));
			if let Some(duty) = duty {
				let own = duty.address();
				let other = format!(
					"the duty key of the seat is {key}, and this one is {own}: set session keys with this one (`author_insertKey` with the type `anch`)"
				);
				report.require(key == own, "the chain has this duty key", &other);
			}
		},
		None => report.missing(format!("{account} has no seat in this session: stand for election")),
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
	if let Some(policy) = policy {
		let modules = at.modules().await?;
		for rule in &policy.rules {
			let name = &rule.name;
			match modules.iter().find(|module| module.is_named(name)) {
				Some(module) => match policy
					.rule(module)
					.and_then(|_| rule.at_least.complete(module).map_err(|error| error.to_string()))
				{
					Ok(_) => report.good(format!("the policy is right about the module {name}")),
					Err(error) => report.missing(error),
				},
				None => report
					.missing(format!("no standard module is named {name}: `smartlayer agreement modules` lists them")),
			}
		}
	}
	match at.endpoint(&account).await? {
		Some(url) => report.good(format!("others find the anchor at {url}")),
		None => report.missing("others do not find the anchor: `smartlayer node set-endpoint <its URL>`"),
	}
	Ok(())
}
