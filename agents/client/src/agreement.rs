//! Modules, negotiations and agreements.

use crate::{Address, Amount, At, Error, runtime};
use codec::Encode;
use runtime::runtime_types::pallet_agreements::types;
use serde::{Deserialize, Serialize};
use smartlayer_measurement::{Bound, Metric, Objective, Terms};
use sp_core::H256;
use subxt::utils::{AccountId32, Static};

/// What distinguishes the payload from whatever else duty keys sign.
const DOMAIN: &[u8] = b"smartlayer/agreement/1";

/// The maximum number of offers in a negotiation.
pub const MAX_ROUNDS: u8 = 8;

/// What is negotiated.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Offer {
	/// The module.
	pub module: u32,
	/// A bound for each objective of the module, in its order.
	pub bounds: Vec<Bound>,
	/// The capacity.
	pub units: u32,
	/// The number of windows: after the test, or of a renewal from the next window on.
	pub windows: u32,
}

impl Offer {
	/// Returns the bytes that seats sign to stand for this offer of a node, or to a node, in one round of one negotiation.
	pub fn payload(&self, genesis: H256, negotiation: u64, round: u8, provider: &Address, deadline: u32) -> Vec<u8> {
		(DOMAIN, genesis, negotiation, round, provider.0, self, deadline).encode()
	}

	/// Returns the bound of a metric.
	pub fn bound(&self, metric: Metric) -> Option<u32> {
		self.bounds.iter().find(|bound| bound.metric == metric).map(|bound| bound.value)
	}

	pub(crate) fn subxt(&self) -> types::Offer {
		let bounds = self.bounds.iter().copied().map(Static).collect();
		types::Offer {
			module: self.module,
			bounds: runtime::runtime_types::bounded_collections::bounded_vec::BoundedVec(bounds),
			units: self.units,
			windows: self.windows,
		}
	}
}

impl From<types::Offer> for Offer {
	fn from(stored: types::Offer) -> Self {
		let bounds = stored.bounds.0.into_iter().map(|bound| bound.0).collect();
		Self { module: stored.module, bounds, units: stored.units, windows: stored.windows }
	}
}

/// A template of agreements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
	/// Its id.
	pub id: u32,
	/// Its name, which need not be unique.
	pub name: String,
	/// Whether the network agrees under it.
	pub is_standard: bool,
	/// Who has published it. None for those of the genesis.
	pub publisher: Option<Address>,
	/// The resource, as the chain names it.
	pub resource: String,
	/// What it is used for, as the chain names it.
	pub workload: String,
	/// What is measured, and the ranges of its bounds.
	pub objectives: Vec<Objective>,
	/// What follows from what is measured.
	pub terms: Terms,
	/// The number of windows of the test.
	pub testing: u32,
	/// The number of windows in which a node that is new to the module learns what they would cost.
	pub shadow: u32,
	/// The number of calls a minute that a node answers to each address without pay.
	pub quota: u32,
	/// The number of windows in a budget period that are spared.
	pub maintenance: u32,
	/// The number of windows before maintenance that it is announced.
	pub notice: u32,
}

impl Module {
	/// Returns whether this is the standard module of a name, or has this id.
	pub fn is_named(&self, name: &str) -> bool {
		self.is_standard && (self.name == name || self.id.to_string() == name)
	}

	fn new<Ticket>(id: u32, stored: types::Module<AccountId32, Ticket>) -> Self {
		let specification = stored.specification;
		Self {
			id,
			name: String::from_utf8_lossy(&specification.name.0.0).into_owned(),
			is_standard: matches!(stored.standing, types::Standing::Standard),
			publisher: stored.publisher.map(Into::into),
			resource: format!("{:?}", specification.resource),
			workload: format!("{:?}", specification.workload),
			objectives: specification.objectives.0.as_slice().to_vec(),
			terms: specification.terms.0,
			testing: specification.testing,
			shadow: specification.shadow,
			quota: specification.quota,
			maintenance: specification.maintenance,
			notice: specification.notice,
		}
	}
}

/// What is negotiated, and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Negotiation {
	/// Its id, which is that of the agreement to which it leads.
	pub id: u64,
	/// The service node.
	pub provider: Address,
	/// Who has signed for the node last, and pays the fees.
	pub payer: Address,
	/// The present offer.
	pub offer: Offer,
	/// Whether the network has made it. The node otherwise.
	pub is_of_network: bool,
	/// The number of offers so far.
	pub round: u8,
	/// The block of the clock from which on the offer is void.
	pub deadline: u32,
}

impl Negotiation {
	fn new(id: u64, stored: types::Negotiation<AccountId32, u32>) -> Self {
		Self {
			id,
			provider: stored.provider.into(),
			payer: stored.payer.into(),
			offer: stored.offer.into(),
			is_of_network: matches!(stored.by, types::Party::Network),
			round: stored.round,
			deadline: stored.deadline,
		}
	}

	/// Returns the bytes that seats sign to take the present offer.
	pub fn payload(&self, genesis: H256) -> Vec<u8> {
		self.offer.payload(genesis, self.id, self.round, &self.provider, self.deadline)
	}
}

/// An agreement that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
	/// Its id.
	pub id: u64,
	/// The service node.
	pub provider: Address,
	/// What was agreed last.
	pub offer: Offer,
	/// Its slot of the roster, once that is drawn.
	pub slot: Option<RosterSlot>,
}

/// Where a slot stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
	/// The node is tested.
	Testing {
		/// The number of windows that have counted.
		measured: u32,
	},
	/// The node learns what its windows would cost.
	Shadow {
		/// The number of windows that have counted.
		measured: u32,
	},
	/// The node answers for its windows.
	Active,
}

/// A slot of the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterSlot {
	/// Its number.
	pub number: u32,
	/// The first window that counts.
	pub first: u32,
	/// The last window that counts.
	pub last: u32,
	/// The stage.
	pub stage: Stage,
	/// Whether the node is in service under the agreement.
	pub serving: bool,
	/// Whether it is suspended, until it resumes.
	pub suspended: bool,
}

impl Agreement {
	fn new(
		(id, agreement, slot): (u64, types::Agreement<AccountId32, u128, u32>, Option<types::Slot<AccountId32>>),
	) -> Self {
		let number = match agreement.place {
			types::Place::Slot(number) => Some(number),
			types::Place::Waiting(_) => None,
		};
		let slot = number.zip(slot).map(|(number, slot)| RosterSlot {
			number,
			first: slot.first,
			last: slot.last,
			stage: match slot.stage {
				types::Stage::Testing { measured, .. } => Stage::Testing { measured },
				types::Stage::Shadow { measured } => Stage::Shadow { measured },
				types::Stage::Active => Stage::Active,
			},
			serving: slot.serving,
			suspended: slot.suspended,
		});
		Self { id, provider: agreement.provider.into(), offer: agreement.offer.into(), slot }
	}
}

/// What an agreement costs its node, in the smallest unit, without the fee of the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
	/// For the measurement.
	pub measuring: u128,
	/// On hold, until the test is passed.
	pub test: u128,
}

impl At {
	/// Returns all modules.
	pub async fn modules(&self) -> Result<Vec<Module>, Error> {
		let mut modules: Vec<Module> = Vec::new();
		loop {
			let after = modules.last().map(|module| module.id);
			let view = runtime::runtime_apis().agreements_api().modules(after);
			let more = self.view("agreementsApi.modules", view).await?;
			if more.is_empty() {
				modules.sort_by_key(|module| module.id);
				return Ok(modules);
			}
			modules.extend(more.into_iter().map(|(id, module)| Module::new(id, module)));
		}
	}

	/// Returns a module.
	pub async fn module(&self, id: u32) -> Result<Option<Module>, Error> {
		let stored = self.storage("agreements.modules", runtime::storage().agreements().modules(), (id,)).await?;
		Ok(stored.map(|module| Module::new(id, module)))
	}

	/// Returns the units of a module's agreements that have not ended.
	pub async fn agreed_units(&self, module: u32) -> Result<u64, Error> {
		let records = runtime::storage().agreements().records();
		Ok(self.storage("agreements.records", records, (module,)).await?.map_or(0, |record| record.units))
	}

	/// Returns a negotiation.
	pub async fn negotiation(&self, id: u64) -> Result<Option<Negotiation>, Error> {
		let open = runtime::storage().agreements().negotiations();
		let stored = self.storage("agreements.negotiations", open, (id,)).await?;
		Ok(stored.map(|negotiation| Negotiation::new(id, negotiation)))
	}

	/// Returns all negotiations.
	pub async fn negotiations(&self) -> Result<Vec<Negotiation>, Error> {
		let mut negotiations: Vec<Negotiation> = Vec::new();
		loop {
			let after = negotiations.last().map(|open| open.id);
			let view = runtime::runtime_apis().agreements_api().negotiations(after);
			let more = self.view("agreementsApi.negotiations", view).await?;
			if more.is_empty() {
				negotiations.sort_by_key(|open| open.id);
				return Ok(negotiations);
			}
			negotiations.extend(more.into_iter().map(|(id, open)| Negotiation::new(id, open)));
		}
	}

	/// Returns the negotiations of a node.
	pub async fn negotiations_of(&self, node: &Address) -> Result<Vec<Negotiation>, Error> {
		let providers = runtime::storage().agreements().providers();
		let known = self.storage("agreements.providers", providers, (node.subxt(),)).await?;
		let mut found = Vec::new();
		for (id, _) in known.map(|known| known.negotiations.0).unwrap_or_default() {
			found.extend(self.negotiation(id).await?);
		}
		Ok(found)
	}

	/// Returns the id of the next negotiation.
	pub async fn next_negotiation(&self) -> Result<u64, Error> {
		let next = runtime::storage().agreements().next_agreement_id();
		Ok(self.storage("agreements.nextAgreementId", next, ()).await?.unwrap_or_default())
	}

	/// Returns all agreements that have not ended.
	pub async fn agreements(&self) -> Result<Vec<Agreement>, Error> {
		let mut agreements = Vec::new();
		let mut after = None;
		loop {
			let view = runtime::runtime_apis().agreements_api().agreements(after);
			let more = self.view("agreementsApi.agreements", view).await?;
			let Some((last, ..)) = more.last() else { return Ok(agreements) };
			after = Some(*last);
			for (id, stored) in more {
				let slot = self.slot(&stored.place).await?;
				agreements.push(Agreement::new((id, stored, slot)));
			}
		}
	}

	async fn slot(&self, place: &types::Place<u32>) -> Result<Option<types::Slot<AccountId32>>, Error> {
		let types::Place::Slot(number) = place else { return Ok(None) };
		let view = runtime::runtime_apis().agreements_api().slot_by_number(*number);
		self.view("agreementsApi.slotByNumber", view).await
	}

	/// Returns the agreements of a node.
	pub async fn agreements_of(&self, node: &Address) -> Result<Vec<Agreement>, Error> {
		let view = runtime::runtime_apis().agreements_api().service_of(node.subxt());
		Ok(self.view("agreementsApi.serviceOf", view).await?.into_iter().map(Agreement::new).collect())
	}

	/// Returns an agreement that has not ended.
	pub async fn agreement(&self, id: u64) -> Result<Option<Agreement>, Error> {
		let stored = runtime::storage().agreements().agreements();
		let Some(stored) = self.storage("agreements.agreements", stored, (id,)).await? else { return Ok(None) };
		let slot = self.slot(&stored.place).await?;
		Ok(Some(Agreement::new((id, stored, slot))))
	}

	/// Returns what a node would pay if its offer was concluded now, or the name of the error with which that would fail.
	pub async fn quote(&self, node: &Address, offer: &Offer) -> Result<Result<Quote, String>, Error> {
		let view = runtime::runtime_apis().agreements_api().quote(node.subxt(), offer.subxt());
		let quoted = self.view("agreementsApi.quote", view).await?;
		Ok(quoted.map(|(measuring, test)| Quote { measuring, test }).map_err(|error| self.name_of(&error)))
	}

	/// Returns why an account could not pay what a node's agreement costs, and what to do.
	pub async fn payer_problem(&self, payer: &Address, node: &Address, quote: Quote) -> Result<Option<String>, Error> {
		if self.principal(payer).await? != *node {
			return Ok(Some(format!("{payer} does not act for {node}: set it as its operator")));
		}
		let due = quote.measuring.saturating_add(quote.test).saturating_add(self.existential_deposit()?);
		let can_pay = self.spendable(payer).await? >= due;
		let due = Amount(due);
		Ok((!can_pay).then(|| format!("{payer} cannot pay the fees of an agreement: send it {due} or more")))
	}

	/// Returns the longest agreement, in windows.
	pub fn longest_agreement(&self) -> Result<u32, Error> {
		self.constant("agreements.longestAgreement", runtime::constants().agreements().longest_agreement())
	}

	/// Returns the window that is running.
	pub async fn window(&self) -> Result<u32, Error> {
		self.view("agreementsApi.runningWindow", runtime::runtime_apis().agreements_api().running_window()).await
	}

	/// Returns the number of blocks of a window.
	pub fn window_length(&self) -> Result<u32, Error> {
		self.constant("agreements.windowLength", runtime::constants().agreements().window_length())
	}

	/// Returns for how many blocks an offer is valid.
	pub fn offer_period(&self) -> Result<u32, Error> {
		self.constant("agreements.offerPeriod", runtime::constants().agreements().offer_period())
	}

	/// Returns the bond that a unit of capacity requires.
	pub async fn bond_per_unit(&self) -> Result<u128, Error> {
		let parameters = runtime::storage().agreements().parameters();
		let stored = self.storage("agreements.parameters", parameters, ()).await?;
		stored.map(|parameters| parameters.bond_per_unit).ok_or_else(|| Error::unexpected("no parameters"))
	}

	/// Returns the name of an error of the runtime, and what it says.
	fn name_of(&self, error: &runtime::runtime_types::sp_runtime::DispatchError) -> String {
		use runtime::runtime_types::sp_runtime::DispatchError;
		let DispatchError::Module(module) = error else { return format!("{error:?}") };
		let pallet = self.0.metadata_ref().pallet_by_error_index(module.index);
		let variant = pallet.and_then(|pallet| pallet.error_variant_by_index(module.error[0]));
		variant.map_or_else(
			|| format!("{error:?}"),
			|variant| format!("{} ({})", variant.name, variant.docs.join(" ").trim_end_matches('.')),
		)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_payload_should_be_what_the_specification_says() {
		let bounds =
			vec![Bound { metric: Metric::Availability, value: 1 }, Bound { metric: Metric::Latency, value: 2 }];
		let offer = Offer { module: 3, bounds, units: 4, windows: 5 };
		let payload = offer.payload(H256::repeat_byte(6), 7, 8, &Address([9; 32]), 10);
		let mut expected = vec![22 << 2];
		expected.extend(b"smartlayer/agreement/1");
		expected.extend([6; 32]);
		expected.extend(7u64.to_le_bytes());
		expected.push(8);
		expected.extend([9; 32]);
		expected.extend(3u32.to_le_bytes());
		expected.extend([2 << 2, 0, 1, 0, 0, 0, 1, 2, 0, 0, 0]);
		expected.extend([4u32, 5, 10].map(u32::to_le_bytes).concat());
		assert_eq!(payload, expected);
	}

	#[test]
	fn an_offer_should_be_readable_json() {
		let bounds = vec![Bound { metric: Metric::Latency, value: 250 }];
		let offer = Offer { module: 0, bounds, units: 1, windows: 2 };
		let text = r#"{"module":0,"bounds":[{"metric":"latency","value":250}],"units":1,"windows":2}"#;
		assert_eq!(serde_json::to_string(&offer).unwrap(), text);
		assert_eq!(serde_json::from_str::<Offer>(text).unwrap(), offer);
	}
}
