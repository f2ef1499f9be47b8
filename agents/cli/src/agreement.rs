//! Agreements between service nodes and the network.

use crate::{Context, output::Failure, session::submit};
use clap::Subcommand;
use serde_json::{Value, json};
use smartlayer_client::{
	Address, Agreement, Amount, At, Module, Negotiation, Offer, Stage,
	bounds::{self, Bounds},
	calls,
	measurement::Bound,
};

#[derive(Subcommand)]
pub enum Command {
	/// List the modules: what can be agreed on.
	Modules {
		/// Those under which the network does not agree, too.
		#[arg(long)]
		all: bool,
	},
	/// List what a node negotiates and has agreed on, or all open negotiations.
	List {
		/// The node.
		node: Option<Address>,
	},
	/// Show an agreement that has not ended.
	Show {
		/// The agreement.
		agreement: u64,
	},
	/// Show what an agreement would cost a node, or why the chain would refuse it.
	Quote {
		/// The node.
		node: Address,
		/// The name of the standard module, or its id.
		module: String,
		/// The bounds, as in availability=99.5,latency=500: in percent and milliseconds. The loosest of the module where missing.
		#[arg(long)]
		bounds: Option<Bounds>,
		/// The capacity.
		#[arg(long, default_value_t = 1)]
		units: u32,
		/// The number of windows after the test.
		#[arg(long, default_value_t = 1)]
		windows: u32,
	},
	/// End an agreement with the next window, or at once while it waits for its slot.
	///
	/// Remove it from the configuration of the node's program first: it would propose another one.
	End {
		/// The agreement.
		agreement: u64,
	},
	/// Withdraw from a negotiation.
	Withdraw {
		/// The negotiation.
		negotiation: u64,
	},
	/// Serve again under an agreement that was suspended.
	Resume {
		/// The agreement.
		agreement: u64,
	},
	/// Announce windows in which the node may be down.
	Maintenance {
		/// In how many windows it begins. The first that a module's notice allows if missing.
		#[arg(long = "in", value_name = "WINDOWS")]
		within: Option<u32>,
		/// The number of windows.
		#[arg(default_value_t = 1)]
		windows: u32,
	},
}

pub async fn run(context: &Context, command: Command) -> Result<(), Failure> {
	match command {
		Command::Modules { all } => modules(context, all).await,
		Command::List { node } => list(context, node).await,
		Command::Show { agreement } => {
			let at = context.chain().await?.finalized().await?;
			let found = at.agreement(agreement).await?;
			let found = found.ok_or_else(|| {
				Failure::failed(format!("there is no agreement {agreement}: it has ended, or was never concluded"))
			})?;
			let (value, text) = describe(&at, &found, &at.modules().await?).await?;
			context.output.result(&value, &text)
		},
		Command::Quote { node, module, bounds, units, windows } => {
			let at = context.chain().await?.finalized().await?;
			let module = find(&at, &module).await?;
			let bounds = bounds.unwrap_or_default().complete(&module)?;
			let offer = Offer { module: module.id, bounds, units, windows };
			let quote = at.quote(&node, &offer).await?;
			let quote = quote.map_err(|error| {
				Failure::failed(format!(
					"the chain would refuse this with {error}: {}, under {}",
					offer.shown(),
					module.name
				))
			})?;
			let (measuring, test) = (Amount(quote.measuring), Amount(quote.test));
			let text = format!(
				"{}, under {}\n  measurement  {measuring}\n  test         {test}, returned when it is passed",
				offer.shown(),
				module.name
			);
			let result = json!({ "offer": offer, "measuring": measuring.0.to_string(), "test": test.0.to_string() });
			context.output.result(&result, &text)
		},
		Command::End { agreement } => {
			submit(context, &calls::end_agreement(agreement), &format!("agreement {agreement} ends")).await
		},
		Command::Withdraw { negotiation } => {
			let text = format!("negotiation {negotiation} has ended");
			submit(context, &calls::withdraw_offer(negotiation), &text).await
		},
		Command::Resume { agreement } => {
			submit(context, &calls::resume_agreement(agreement), &format!("agreement {agreement} is resumed")).await
		},
		Command::Maintenance { within, windows } => maintenance(context, within, windows).await,
	}
}

async fn find(at: &At, name: &str) -> Result<Module, Failure> {
	let found = at.modules().await?.into_iter().find(|module| module.is_named(name));
	found.ok_or_else(|| {
		Failure::failed(format!("no standard module is named {name}: `smartlayer agreement modules` lists them"))
	})
}

async fn modules(context: &Context, all: bool) -> Result<(), Failure> {
	let at = context.chain().await?.finalized().await?;
	let mut modules = at.modules().await?;
	modules.retain(|module| all || module.is_standard);
	let mut texts = Vec::new();
	let mut values = Vec::new();
	for module in &modules {
		let units = at.agreed_units(module.id).await?;
		let ranges: Vec<_> = module.objectives.iter().map(range).collect();
		let standing = if module.is_standard { "" } else { ", not standard" };
		texts.push(format!(
			"{}  {}{standing}\n  {} for {}: {}\n  test {} windows, shadow {}, notice {}, maintenance {} in a budget period; {units} units agreed",
			module.id,
			module.name,
			module.resource,
			module.workload,
			ranges.join("; "),
			module.testing,
			module.shadow,
			module.notice,
			module.maintenance,
		));
		values.push(json!({
			"id": module.id,
			"name": module.name,
			"standard": module.is_standard,
			"publisher": module.publisher,
			"resource": module.resource,
			"workload": module.workload,
			"objectives": module.objectives,
			"terms": module.terms,
			"testing": module.testing,
			"shadow": module.shadow,
			"notice": module.notice,
			"maintenance": module.maintenance,
			"quota": module.quota,
			"units": units,
		}));
	}
	if texts.is_empty() {
		texts.push("there are no modules".into());
	}
	texts.push(format!("an agreement has {} windows at most", at.longest_agreement()?));
	context.output.result(&values, &texts.join("\n"))
}

fn range(objective: &smartlayer_client::measurement::Objective) -> String {
	let metric = objective.metric;
	let [loosest, strictest] =
		[objective.loosest, objective.strictest].map(|value| bounds::shown(&Bound { metric, value }));
	// The name of the metric once.
	let strictest = strictest.strip_prefix(bounds::name_of(metric)).unwrap_or(&strictest).trim();
	format!("{loosest} to {strictest}")
}

async fn list(context: &Context, node: Option<Address>) -> Result<(), Failure> {
	let at = context.chain().await?.finalized().await?;
	let modules = at.modules().await?;
	let mut texts = Vec::new();
	let (mut agreements, mut negotiations) = (Vec::new(), Vec::new());
	if let Some(node) = &node {
		for agreement in at.agreements_of(node).await? {
			let (value, text) = describe(&at, &agreement, &modules).await?;
			agreements.push(value);
			texts.push(text);
		}
	}
	let open = match &node {
		Some(node) => at.negotiations_of(node).await?,
		None => at.negotiations().await?,
	};
	for negotiation in open {
		let (value, text) = offered(&negotiation, &modules);
		negotiations.push(value);
		texts.push(text);
	}
	if texts.is_empty() {
		texts.push(match node {
			Some(node) => format!("{node} has agreed on nothing, and negotiates nothing"),
			None => "nothing is negotiated".into(),
		});
	}
	context.output.result(&json!({ "agreements": agreements, "negotiations": negotiations }), &texts.join("\n"))
}

fn name(modules: &[Module], id: u32) -> String {
	modules.iter().find(|module| module.id == id).map_or_else(|| format!("module {id}"), |module| module.name.clone())
}

fn offered(open: &Negotiation, modules: &[Module]) -> (Value, String) {
	let by = if open.is_of_network { "the network" } else { "the node" };
	let module = name(modules, open.offer.module);
	let text = format!(
		"negotiation {} of {} under {module}\n  {by} offers: {}\n  round {}, until block {} of the clock",
		open.id,
		open.provider,
		open.offer.shown(),
		open.round,
		open.deadline
	);
	let value = json!({
		"id": open.id.to_string(),
		"node": open.provider,
		"offer": open.offer,
		"by": if open.is_of_network { "network" } else { "node" },
		"round": open.round,
		"deadline": open.deadline,
	});
	(value, text)
}

async fn describe(at: &At, agreement: &Agreement, modules: &[Module]) -> Result<(Value, String), Failure> {
	let window = at.window().await?;
	let module = name(modules, agreement.offer.module);
	let standing = match &agreement.slot {
		None => "waits for its slot".into(),
		Some(slot) => {
			let stage = match slot.stage {
				Stage::Testing { measured } => format!("in its test, {measured} windows measured"),
				_ if !slot.serving => "not in service".into(),
				Stage::Shadow { measured } => {
					format!("in service, and learns what windows would cost, {measured} measured")
				},
				Stage::Active => "in service".into(),
			};
			let resume = format!(", suspended: `smartlayer agreement resume {}`", agreement.id);
			let suspended = if slot.suspended { resume } else { String::new() };
			let left = slot.last.saturating_sub(window);
			format!("slot {}, {stage}{suspended}; ends in {left} windows, with window {}", slot.number, slot.last)
		},
	};
	let text = format!(
		"agreement {} of {} under {module}\n  {}\n  {standing}",
		agreement.id,
		agreement.provider,
		agreement.offer.shown()
	);
	let slot = agreement.slot.as_ref().map(|slot| {
		json!({
			"number": slot.number,
			"first": slot.first,
			"last": slot.last,
			"stage": slot.stage,
			"serving": slot.serving,
			"suspended": slot.suspended,
		})
	});
	let value = json!({
		"id": agreement.id.to_string(),
		"node": agreement.provider,
		"offer": agreement.offer,
		"slot": slot,
		"window": window,
	});
	Ok((value, text))
}

/// Announces maintenance as soon as all modules of the node allow it, or later.
async fn maintenance(context: &Context, within: Option<u32>, windows: u32) -> Result<(), Failure> {
	let key = context.key()?;
	let at = context.chain().await?.finalized().await?;
	let node = at.principal(&key.address()).await?;
	let agreements = at.agreements_of(&node).await?;
	let modules = at.modules().await?;
	let notice = agreements.iter().filter(|agreement| agreement.slot.is_some()).filter_map(|agreement| {
		modules.iter().find(|module| module.id == agreement.offer.module).map(|module| module.notice)
	});
	let notice = notice.max();
	let notice = notice.ok_or_else(|| {
		Failure::failed(format!("{node} has no agreement with a slot: nothing is measured that could be announced"))
	})?;
	// One more: the transaction may be included in the next window.
	let within = within.unwrap_or(notice.saturating_add(1));
	if within < notice {
		return Err(Failure::failed(format!("maintenance is announced {notice} windows ahead, or more")));
	}
	let from = at.window().await?.saturating_add(within);
	let length = at.window_length()?;
	let (begin, end) = (from.saturating_mul(length), from.saturating_add(windows).saturating_mul(length));
	let text =
		format!("the node may be down in {windows} windows from {from} on: blocks {begin} to {end} of the clock");
	submit(context, &calls::announce_maintenance(from, windows), &text).await
}
