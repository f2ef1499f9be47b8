//! What operators of service nodes do on the chain.

use crate::{Context, output::Failure, session::submit};
use clap::Subcommand;
use serde_json::json;
use smartlayer_client::{Address, Amount, calls};

/// The maximum length of an endpoint.
const MAX_ENDPOINT: usize = 128;

#[derive(Subcommand)]
pub enum Command {
	/// Show the bond, the keys and the endpoint of a service node.
	Status {
		/// The node.
		node: Address,
	},
	/// Bond an amount as a service node.
	Bond {
		/// The amount, in SLN. The minimum if missing.
		amount: Option<Amount>,
	},
	/// Add to the bond.
	BondExtra {
		/// The amount, in SLN.
		amount: Amount,
	},
	/// Begin to withdraw a part of the bond. It stays at stake until it has matured.
	Unbond {
		/// The amount, in SLN.
		amount: Amount,
	},
	/// Withdraw what has matured.
	Withdraw,
	/// Stop for now. The bond stays, and rewards stop.
	Chill,
	/// Work again.
	Activate,
	/// Name the account that does the daily work, signed by the bonded account.
	SetOperator {
		/// The operator.
		operator: Address,
	},
	/// Accept to do the daily work, signed by the operator.
	OperateFor {
		/// The bonded account.
		account: Address,
	},
	/// Set the key that signs statements.
	SetServiceKey {
		/// The address of the key.
		service_key: Address,
	},
	/// Publish where customers find the node.
	SetEndpoint {
		/// The URL.
		url: String,
	},
	/// Withdraw the endpoint.
	WithdrawEndpoint,
}

pub async fn run(context: &Context, command: Command) -> Result<(), Failure> {
	match command {
		Command::Status { node } => {
			let at = context.chain().await?.finalized().await?;
			let bond = at.bond(&node).await?.filter(|bond| bond.is_service_node);
			let bond = bond.ok_or_else(|| Failure::failed(format!("{node} is not bonded as a service node")))?;
			let key = at.service_key(&node).await?;
			let endpoint = at.endpoint(&node).await?;
			let demands = at.demands_on(&node).await?;
			let shown = |value: Option<String>| value.unwrap_or_else(|| "none".into());
			let text = format!(
				"{node}\n  bond         {}{}{}\n  operator     {}\n  service key  {}\n  endpoint     {}\n  demands      {} open",
				Amount(bond.active),
				if bond.qualifies { "" } else { ", which does not qualify" },
				if bond.is_unbonding { ", a part is being withdrawn" } else { "" },
				shown(bond.operator.map(|operator| operator.to_string())),
				shown(key.map(|key| key.to_string())),
				shown(endpoint.clone()),
				demands.len(),
			);
			let result = json!({
				"bond": bond.active.to_string(),
				"qualifies": bond.qualifies,
				"unbonding": bond.is_unbonding,
				"operator": bond.operator,
				"serviceKey": key,
				"endpoint": endpoint,
				"demands": demands.iter().map(ToString::to_string).collect::<Vec<_>>(),
			});
			context.output.result(&result, &text)
		},
		Command::Bond { amount } => {
			context.key()?;
			let minimum = Amount(context.chain().await?.finalized().await?.minimum_bond().await?);
			let amount = amount.unwrap_or(minimum);
			if amount.0 < minimum.0 {
				return Err(Failure::failed(format!("a service node bonds {minimum} or more")));
			}
			submit(context, &calls::bond_service_node(amount.0), &format!("bonded {amount}")).await
		},
		Command::BondExtra { amount } => {
			submit(context, &calls::bond_extra(amount.0), &format!("bonded {amount} more")).await
		},
		Command::Unbond { amount } => {
			let text = format!("{amount} are being withdrawn: `smartlayer node withdraw` once they have matured");
			submit(context, &calls::unbond(amount.0), &text).await
		},
		Command::Withdraw => submit(context, &calls::withdraw_unbonded(), "withdrawn").await,
		Command::Chill => submit(context, &calls::chill(), "chilled: `smartlayer node activate` ends that").await,
		Command::Activate => submit(context, &calls::activate(), "active").await,
		Command::SetOperator { operator } => {
			let text = format!("{operator} is named: it must accept with `smartlayer node operate-for`");
			submit(context, &calls::set_operator(Some(&operator)), &text).await
		},
		Command::OperateFor { account } => {
			submit(context, &calls::operate_for(&account), &format!("operates for {account}")).await
		},
		Command::SetServiceKey { service_key } => {
			submit(context, &calls::set_service_key(&service_key), &format!("the service key is {service_key}")).await
		},
		Command::SetEndpoint { url } => {
			let is_url =
				["https://", "http://"].iter().any(|scheme| url.len() > scheme.len() && url.starts_with(scheme));
			if !is_url || url.len() > MAX_ENDPOINT || !url.bytes().all(|byte| byte.is_ascii_graphic()) {
				return Err(Failure::usage(format!(
					"an endpoint begins with https:// or http://, and has at most {MAX_ENDPOINT} characters, ASCII without spaces"
				)));
			}
			submit(context, &calls::set_endpoint(Some(&url)), &format!("customers find the node at {url}")).await
		},
		Command::WithdrawEndpoint => submit(context, &calls::set_endpoint(None), "the endpoint is withdrawn").await,
	}
}
