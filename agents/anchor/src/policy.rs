//! What the operator of a seat agrees to with service nodes.

use serde::Deserialize;
use smartlayer_client::{
	Error, Module, Offer,
	bounds::{Bounds, compare},
	measurement::{Bound, Metric},
};
use std::{cmp::Ordering, path::Path};

/// The policy. Fields that it does not know are refused.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
	/// What is agreed under each module. Under any other one, this seat agrees to nothing.
	#[serde(default, rename = "module")]
	pub rules: Vec<Rule>,
}

/// What is agreed under a module.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
	/// The name of the standard module, or its id.
	pub name: String,
	/// The loosest bounds. Those that are missing may be as loose as the module allows.
	#[serde(default)]
	pub at_least: Bounds,
	/// The units of an agreement, at most.
	#[serde(default = "most")]
	pub units: u32,
	/// The windows of an agreement, at least.
	#[serde(default = "one")]
	pub shortest: u32,
	/// The windows of an agreement, at most.
	#[serde(default = "most")]
	pub longest: u32,
	/// The units of all agreements under the module, at most.
	pub capacity: Option<u64>,
}

const fn one() -> u32 {
	1
}

const fn most() -> u32 {
	u32::MAX
}

/// What a seat says to an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
	/// It takes it.
	Take,
	/// It offers this instead.
	Counter(Offer),
	/// It says nothing, for this reason.
	Nothing(String),
}

impl Policy {
	/// Reads a policy.
	pub fn read(path: &Path) -> Result<Self, Error> {
		let (policy, _): (Self, _) = smartlayer_daemon::read_config(path).map_err(Error::Invalid)?;
		if let Some(rule) = policy.rules.iter().find(|rule| rule.units == 0 || rule.shortest.max(1) > rule.longest) {
			return Err(Error::Invalid(format!(
				"the policy {} allows nothing under the module {}: remove it, or raise `units` or `longest`",
				path.display(),
				rule.name
			)));
		}
		let mut names = policy.rules.iter().map(|rule| &rule.name);
		if let Some(name) = names.find(|name| policy.rules.iter().filter(|rule| rule.name == **name).count() > 1) {
			return Err(Error::Invalid(format!("the policy {} has two rules for {name}: leave one", path.display())));
		}
		Ok(policy)
	}

	/// Returns the rule for a module, or why there is none.
	pub fn rule(&self, module: &Module) -> Result<&Rule, String> {
		let mut rules = self.rules.iter().filter(|rule| module.is_named(&rule.name));
		match (rules.next(), rules.next()) {
			(Some(_), None) if !is_measured(module) => Err(format!(
				"this program measures availability and latency, and the module {} has other bounds",
				module.name
			)),
			(Some(rule), None) => Ok(rule),
			(None, _) => Err(format!("the policy has nothing about the module {}", module.name)),
			(Some(one), Some(other)) => {
				Err(format!("the policy has two rules for one module, {} and {}: leave one", one.name, other.name))
			},
		}
	}
}

impl Rule {
	/// Returns what to say to an offer under this rule's module, with so many units of other nodes' agreements.
	pub fn answer(&self, module: &Module, offer: &Offer, units_of_others: u64) -> Answer {
		let bounds = match self.at_least.complete(module) {
			Ok(bounds) => bounds,
			Err(error) => return Answer::Nothing(format!("the policy is wrong: {error}")),
		};
		let room = self.capacity.map_or(u64::MAX, |capacity| capacity.saturating_sub(units_of_others));
		let most = u64::from(self.units).min(room);
		let units = u32::try_from(most.min(offer.units.into())).unwrap_or(offer.units);
		if units == 0 {
			return Answer::Nothing(format!("the capacity of the module {} is agreed", module.name));
		}
		let metrics = |bounds: &[Bound]| bounds.iter().map(|bound| bound.metric).collect::<Vec<_>>();
		if metrics(&offer.bounds) != metrics(&bounds) {
			return Answer::Nothing("the offer has other bounds than the module".into());
		}
		let wanted = Offer {
			module: offer.module,
			bounds: offer.bounds.iter().zip(&bounds).map(|(own, least)| stricter(own, least)).collect(),
			units,
			windows: offer.windows.clamp(self.shortest.min(self.longest), self.longest),
		};
		if wanted == *offer { Answer::Take } else { Answer::Counter(wanted) }
	}
}

/// Returns whether this program measures everything that a module bounds: of anything else it could say only the worst.
fn is_measured(module: &Module) -> bool {
	module.objectives.iter().all(|objective| matches!(objective.metric, Metric::Availability | Metric::Latency))
}

fn stricter(own: &Bound, least: &Bound) -> Bound {
	if compare(own, least) == Ordering::Less { *least } else { *own }
}

#[cfg(test)]
mod tests {
	use super::*;
	use smartlayer_client::measurement::{Objective, Terms};

	fn module() -> Module {
		let of = |metric, loosest, strictest| Objective { metric, loosest, strictest };
		Module {
			id: 3,
			name: "basic".into(),
			is_standard: true,
			publisher: None,
			resource: "TokenService".into(),
			workload: "TokenApi".into(),
			objectives: vec![of(Metric::Availability, 990_000, 999_000), of(Metric::Latency, 2_000, 250)],
			terms: Terms {
				floor: 54,
				missed: Default::default(),
				tiers: Default::default(),
				slash_below: Default::default(),
				slash_breached: Default::default(),
			},
			testing: 2,
			shadow: 2,
			quota: 30,
			maintenance: 2,
			notice: 2,
		}
	}

	fn policy(text: &str) -> Result<Policy, Error> {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("agreements.toml");
		std::fs::write(&path, text).unwrap();
		Policy::read(&path)
	}

	fn offer(availability: u32, latency: u32, units: u32, windows: u32) -> Offer {
		let bound = |metric, value| Bound { metric, value };
		let bounds = vec![bound(Metric::Availability, availability), bound(Metric::Latency, latency)];
		Offer { module: 3, bounds, units, windows }
	}

	#[test]
	fn a_seat_should_take_what_its_policy_allows_and_offer_the_nearest_of_it_otherwise() {
		let policy = policy(
			"[[module]]\nname = \"basic\"\nat_least = { availability = 99.5, latency = 1000 }\nunits = 5\nshortest = 10\nlongest = 20\ncapacity = 8",
		)
		.unwrap();
		let answer = |offer: &Offer, others| policy.rule(&module()).unwrap().answer(&module(), offer, others);
		for good in [offer(995_000, 1_000, 5, 10), offer(999_000, 250, 1, 20)] {
			assert_eq!(answer(&good, 0), Answer::Take);
		}
		assert_eq!(answer(&offer(990_000, 500, 9, 30), 0), Answer::Counter(offer(995_000, 500, 5, 20)));
		assert_eq!(answer(&offer(999_000, 2_000, 5, 1), 5), Answer::Counter(offer(999_000, 1_000, 3, 10)));
		assert!(matches!(answer(&offer(999_000, 500, 1, 10), 8), Answer::Nothing(_)));
		// What it offers, it would take.
		let Answer::Counter(wanted) = answer(&offer(990_000, 2_000, 9, 30), 0) else { panic!("a counter-offer") };
		assert_eq!(answer(&wanted, 0), Answer::Take);
	}

	#[test]
	fn a_seat_should_agree_to_nothing_under_other_modules() {
		let policy = policy("[[module]]\nname = \"basic\"\n[[module]]\nname = \"7\"").unwrap();
		let other = |id, name: &str, is_standard| Module { id, name: name.into(), is_standard, ..module() };
		assert!(policy.rule(&other(3, "basic", true)).is_ok());
		assert!(policy.rule(&other(7, "anything", true)).is_ok());
		assert!(policy.rule(&other(4, "basic", false)).is_err());
		assert!(policy.rule(&other(4, "strict", true)).is_err());
		// What is not measured.
		let bandwidth = Objective { metric: Metric::Bandwidth, loosest: 1, strictest: 2 };
		let storage = Module { objectives: vec![bandwidth], ..module() };
		assert!(policy.rule(&storage).unwrap_err().contains("other bounds"));
		// By its name and by its id.
		assert!(policy.rule(&other(7, "basic", true)).unwrap_err().contains("two rules"));
	}

	#[test]
	fn a_policy_that_is_wrong_should_say_so() {
		for (text, what) in [
			("[[module]]\nname = \"basic\"\nprice = 1", "unknown field `price`"),
			("[[module]]\nname = \"basic\"\nat_least = { speed = 1 }", "speed"),
			("[[module]]\nname = \"basic\"\n[[module]]\nname = \"basic\"", "two rules for basic"),
			("[[module]]\nname = \"basic\"\nunits = 0", "allows nothing under the module basic"),
			("[[module]]\nname = \"basic\"\nshortest = 3\nlongest = 2", "allows nothing under the module basic"),
		] {
			let error = policy(text).unwrap_err().to_string();
			assert!(error.contains(what), "{error}");
		}
		let policy = policy("[[module]]\nname = \"basic\"\nat_least = { latency = 1 }").unwrap();
		let answer = policy.rules[0].answer(&module(), &offer(999_000, 500, 1, 1), 0);
		assert!(
			matches!(&answer, Answer::Nothing(why) if why.contains("latency 1 ms is out of the range")),
			"{answer:?}"
		);
	}
}
