//! What operators of service nodes do on the chain.

use crate::{Context, amount::Amount, output::Failure, session::submit};
use clap::Subcommand;
use serde_json::json;
use smartlayer_client::{Address, calls};

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
			let at = context.chain.finalized().await?;
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
			let minimum = Amount(context.chain.finalized().await?.minimum_bond().await?);
			let amount = amount.unwrap_or(minimum);
			if amount.0 < minimum.0 {
				return Err(Failure::failed(format!("a service node bonds {minimum} or more")));
			}
			submit(context, &calls::bond_service_node(amount.0), &format!("bonded {amount}")).await
		},
		Command::SetServiceKey { service_key } => {
			submit(context, &calls::set_service_key(&service_key), &format!("the service key is {service_key}")).await
		},
		Command::SetEndpoint { url } => {
			submit(context, &calls::set_endpoint(Some(&url)), &format!("customers find the node at {url}")).await
		},
		Command::WithdrawEndpoint => submit(context, &calls::set_endpoint(None), "the endpoint is withdrawn").await,
	}
}
