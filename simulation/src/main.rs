//! What measured service costs honest and dishonest nodes, and what dishonest observers can do to them.
//!
//! Prints `docs/simulation.md`: years of nodes, measured and judged by the functions of `smartlayer-measurement`.

#![expect(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	reason = "a program that serves nobody: whatever is wrong shall stop it"
)]

mod chance;
mod pages;
mod table;
mod year;

use smartlayer_measurement::{Bound, Metric, Terms, Tier};
use sp_runtime::{Percent, Permill};
use table::{number, percent};
use year::{Module, Node, Observers, Outcome, WINDOWS, years};

/// The years of each figure of the first tables, and of the others.
const YEARS: u32 = 100;
const FEWER_YEARS: u32 = 20;

/// The nodes of the first tables: the availability, and the mean length of an outage in minutes.
const NODES: [(u32, u32); 9] = [
	(999_900, 5),
	(999_500, 20),
	(999_500, 240),
	(999_000, 20),
	(999_000, 240),
	(995_000, 20),
	(990_000, 60),
	(980_000, 60),
	(950_000, 60),
];
/// What can be agreed, and the place of what is in all tables that are not about this.
const AGREED: [u32; 5] = [990_000, 995_000, 999_000, 999_500, 999_900];
const USUAL: usize = 1;
const FLOORS: [u8; 5] = [45, 51, 54, 57, 59];
const THRESHOLDS: [u32; 5] = [990_000, 980_000, 970_000, 950_000, 900_000];
const BREACHED: [u8; 3] = [5, 10, 20];
const DELTAS: [(f64, f64); 3] = [(2.0, 1.0), (2.0, 2.0), (5.0, 1.0)];

/// What becomes of one of the nodes, for each of the values above.
struct Study {
	name: String,
	agreed: Vec<Outcome>,
	floors: Vec<Outcome>,
	thresholds: Vec<Outcome>,
}

impl Study {
	fn of(which: (u32, u32)) -> Self {
		let slashed = |below, breached| {
			let (slash_below, slash_breached) = (Permill::from_parts(below), Percent::from_percent(breached));
			Module { terms: Terms { slash_below, slash_breached, ..terms() }, ..module(AGREED[USUAL]) }
		};
		let mut modules = AGREED.map(module).to_vec();
		modules.extend(FLOORS.map(|floor| Module { terms: Terms { floor, ..terms() }, ..module(AGREED[USUAL]) }));
		modules.extend(THRESHOLDS.map(|threshold| slashed(threshold, 100)));
		modules.extend(BREACHED.map(|share| slashed(0, share)));
		let mut outcomes = years(YEARS, node(which), Observers::HONEST, &modules).into_iter();
		let agreed = outcomes.by_ref().take(AGREED.len()).collect();
		let floors = outcomes.by_ref().take(FLOORS.len()).collect();
		Self { name: name(which), agreed, floors, thresholds: outcomes.collect() }
	}

	fn row(&self, outcomes: &[Outcome], cell: impl Fn(&Outcome) -> String) -> Vec<String> {
		std::iter::once(self.name.clone()).chain(outcomes.iter().map(cell)).collect()
	}
}

fn main() {
	let studies = NODES.map(Study::of);
	let with_node = |columns: &[String]| [&["node".to_owned()], columns].concat();
	print!("{}", include_str!("../texts/begin.txt"));
	let columns = ["measured", "windows breached", "breaches recorded", "periods met of 26", "returned", "slashes"];
	table::print(
		&with_node(&columns.map(str::to_owned)),
		studies.iter().map(|study| {
			let Outcome { read, breached, recorded, met, credit, slashes, .. } = study.agreed[USUAL];
			let counts = [breached, recorded, met].map(number);
			let figures = [percent(read)].into_iter().chain(counts).chain([percent(credit), number(slashes)]);
			std::iter::once(study.name.clone()).chain(figures).collect()
		}),
	);
	print!("{}", include_str!("../texts/agreed.txt"));
	table::print(
		&with_node(&AGREED.map(millionths)),
		studies.iter().map(|study| study.row(&study.agreed, |outcome| percent(outcome.credit))),
	);
	print!("{}", include_str!("../texts/floor.txt"));
	table::print(
		&with_node(&FLOORS.map(|floor| format!("{floor} of 60"))),
		studies.iter().map(|study| study.row(&study.floors, |outcome| number(outcome.recorded))),
	);
	print!("{}", include_str!("../texts/slashes.txt"));
	let below = THRESHOLDS.map(|threshold| format!("below {}", millionths(threshold)));
	let breached = BREACHED.map(|share| format!("over {share} % breached"));
	table::print(
		&with_node(&[&below[..], &breached].concat()),
		studies.iter().map(|study| study.row(&study.thresholds, |outcome| number(outcome.slashes))),
	);
	print!("{}", include_str!("../texts/score.txt"));
	table::print(
		&with_node(&DELTAS.map(|(breach, met)| format!("−{breach} and +{met}"))),
		studies.iter().map(|study| {
			let Outcome { met, recorded, .. } = study.agreed[USUAL];
			let points = DELTAS.map(|(breach, period)| number(met * period - recorded * breach));
			std::iter::once(study.name.clone()).chain(points).collect()
		}),
	);
	print!("{}", include_str!("../texts/observers.txt"));
	observers();
	print!("{}", include_str!("../texts/attempts.txt"));
	attempts();
	print!("{}", include_str!("../texts/latency.txt"));
	latencies();
	print!("{}", include_str!("../texts/games.txt"));
	games();
	print!("{}", include_str!("../texts/breaker.txt"));
	pages::print();
}

/// The standard rules.
fn terms() -> Terms {
	let tier = |below, share| Tier { below: Permill::from_percent(below), share: Percent::from_percent(share) };
	Terms {
		floor: 54,
		missed: Percent::from_percent(10),
		tiers: vec![tier(99, 25), tier(95, 100)].try_into().expect("within the limit"),
		slash_below: Permill::from_percent(95),
		slash_breached: Percent::from_percent(20),
	}
}

/// A module with the standard rules, under which this availability is agreed.
fn module(availability: u32) -> Module {
	let availability = Permill::from_parts(availability);
	Module { terms: terms(), availability, bounds: Vec::new(), all_but_one: false }
}

fn node((availability, outage): (u32, u32)) -> Node {
	let availability = f64::from(availability) / 1_000_000.0;
	Node { availability, outage: outage.into(), latency: 50.0, ignores: 0, drops: 0 }
}

/// A node that is never out.
fn good() -> Node {
	node((1_000_000, 1))
}

fn name((availability, outage): (u32, u32)) -> String {
	format!("{}, {outage} min", millionths(availability))
}

/// Returns millionths in percent.
fn millionths(value: u32) -> String {
	format!("{} %", f64::from(value) / 10_000.0)
}

/// Dishonest observers, against a good node and for a bad one.
fn observers() {
	let (good, bad) = ((999_500, 20), (900_000, 60));
	let modules = [module(AGREED[USUAL]), Module { all_but_one: true, ..module(AGREED[USUAL]) }];
	let honest = Observers::HONEST;
	let mut cases = Vec::new();
	for against in [0, 6, 7, 10, 11, 13, 14] {
		cases.push((good, format!("{against} against it"), Observers { against, ..honest }));
	}
	for friends in [0, 2, 6, 7, 8, 10, 11] {
		cases.push((bad, format!("{friends} for it"), Observers { friends, ..honest }));
	}
	for silent in [6, 7, 8] {
		cases.push((bad, format!("{silent} say nothing"), Observers { silent, ..honest }));
	}
	let rows = cases.into_iter().map(|(which, lie, seats)| {
		let outcomes = years(FEWER_YEARS, node(which), seats, &modules);
		let Outcome { read, breached, credit, slashes, unknown, .. } = outcomes[0];
		let other = outcomes[1].slashes;
		let figures = [number(unknown), percent(read), number(breached), percent(credit)];
		[name(which), lie].into_iter().chain(figures).chain([slashes, other].map(number)).collect()
	});
	let columns = [
		"node",
		"of 21",
		"not measured",
		"measured",
		"windows breached",
		"returned",
		"slashes",
		"if all but one had to agree",
	];
	table::print(&columns, rows);
}

fn attempts() {
	let mut rows = Vec::new();
	for lost in [0.01, 0.05, 0.1] {
		for attempts in [1, 3] {
			for against in [0, 6] {
				let seats = Observers { lost, attempts, against, ..Observers::HONEST };
				let outcome = years(FEWER_YEARS, good(), seats, &[module(AGREED[USUAL])])[0];
				let Outcome { read, breached, slashes, .. } = outcome;
				let names = [percent(lost), attempts.to_string(), against.to_string()];
				rows.push(names.into_iter().chain([percent(read), number(breached), number(slashes)]).collect());
			}
		}
	}
	table::print(&["lost packets", "attempts", "against it", "measured", "windows breached", "slashes"], rows);
}

fn latencies() {
	let values = [150, 200, 250, 300, 500];
	let modules = values.map(|value| {
		let bounds = vec![Bound { metric: Metric::Latency, value }];
		Module { bounds, ..module(AGREED[USUAL]) }
	});
	let honest = Observers::HONEST;
	let lies = [
		("nobody lies", honest),
		("6 against it", Observers { against: 6, ..honest }),
		("10 against it", Observers { against: 10, ..honest }),
		("6 for it", Observers { friends: 6, ..honest }),
	];
	let rows = [50.0, 150.0].into_iter().flat_map(|latency| lies.map(|(lie, seats)| (latency, lie, seats)));
	let rows = rows.map(|(latency, lie, seats)| {
		let outcomes = years(FEWER_YEARS, Node { latency, ..good() }, seats, &modules);
		let cells = outcomes
			.iter()
			.map(|outcome| format!("{}, {}", percent(outcome.breached / f64::from(WINDOWS)), number(outcome.slashes)));
		[format!("{latency} ms"), lie.to_owned()].into_iter().chain(cells).collect::<Vec<_>>()
	});
	let columns = [vec!["node".to_owned(), "of 21".to_owned()], values.map(|value| format!("{value} ms")).to_vec()];
	table::print(&columns.concat(), rows);
}

/// What dishonest nodes gain.
fn games() {
	let slow = Node { latency: 600.0, ..good() };
	let cases = [
		("answers everything, but slowly", slow),
		("the same, and ignores 7 observers", Node { ignores: 7, ..slow }),
		("the same, and ignores 8 observers", Node { ignores: 8, ..slow }),
		("the same, and ignores 11 observers", Node { ignores: 11, ..slow }),
		("leaves out 3 samples of each window", Node { drops: 3, ..good() }),
		("leaves out 6 samples of each window", Node { drops: 6, ..good() }),
	];
	let bounds = vec![Bound { metric: Metric::Latency, value: 500 }];
	let modules = [Module { bounds, ..module(AGREED[USUAL]) }];
	let rows = cases.map(|(what, node)| {
		let Outcome { breached, recorded, met, credit, slashes, .. } =
			years(FEWER_YEARS, node, Observers::HONEST, &modules)[0];
		let counts = [breached, recorded, met].map(number);
		std::iter::once(what.to_owned()).chain(counts).chain([percent(credit), number(slashes)]).collect::<Vec<_>>()
	});
	table::print(&["node", "windows breached", "breaches recorded", "periods met of 26", "returned", "slashes"], rows);
}
