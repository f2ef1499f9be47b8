//! What observers say of nodes, with answers that can be shown.

use super::Random;
use crate::{
	AccountId, Runtime, RuntimeCall, Telemetry, Tempo,
	tests::observers::{SALT, answer, tree},
};
use pallet_telemetry::{Call, OpenWindowOf, Readings};
use smartlayer_measurement::{Level, Reading};
use smartlayer_primitives::Window;
use std::collections::BTreeMap;

/// What observers have committed to.
#[derive(Default)]
pub struct Observers(BTreeMap<(Window, AccountId), Vec<Readings>>);

impl Observers {
	/// What an observer can say now, and who it is.
	pub fn call(&mut self, random: &mut Random) -> Option<(RuntimeCall, AccountId)> {
		let windows = Telemetry::open_windows();
		self.0.retain(|(window, _), _| windows.iter().any(|(open, _)| open == window));
		let (window, open) = windows.into_iter().find(|(_, open)| open.ended.is_some() && open.pages > 0)?;
		let schedule = Tempo::current();
		if Tempo::now() < (window + 1) * schedule.window_blocks + schedule.commit_blocks {
			let observers = open.observers.iter().filter(|observer| observer.root.is_none());
			let who = random.among(observers.map(|observer| observer.who.clone()))?;
			let pages = self.said(random, window, &open, &who);
			let root = tree(window, &who, &pages).root();
			return Some((Call::commit { window, root }.into(), who));
		}
		let observers = open.observers.iter().filter(|observer| observer.root.is_some());
		let who = random.among(observers.map(|observer| observer.who.clone()))?;
		let page = random.below(open.pages.into()) as u32;
		let pages = self.0.get(&(window, who.clone()))?;
		let readings = pages.get(page as usize)?.clone();
		let proof = tree(window, &who, pages).prove(page)?;
		let answer = answer(window, &open, &who, page, &readings).map(Box::new);
		Some((Call::reveal { window, page, salt: SALT, readings, proof, answer }.into(), who))
	}

	/// What an observer says of all pages: nodes are good, slow, or down, in part at once.
	fn said(
		&mut self,
		random: &mut Random,
		window: Window,
		open: &OpenWindowOf<Runtime>,
		who: &AccountId,
	) -> Vec<Readings> {
		let is_outage = window % 8 == 7;
		let mut read = |place: u8| {
			// Observers mostly see the same.
			let seen = if random.below(10) == 0 { random.below(8) } else { u64::from(place) + u64::from(window) };
			let good = if is_outage { 0 } else { [60, 60, 60, 60, 60, 60, 59, 20][seen as usize % 8] };
			let latency = Level::of([10, 10, 10, 3_000][seen as usize % 4]);
			Reading { good: Some(good), latency: Some(latency), bandwidth: None, benchmark: None }.bytes()
		};
		let pages = (0..open.pages).map(|page| {
			let measured = Telemetry::measured(window, page);
			Readings::truncate_from(measured.into_iter().flat_map(|(place, _)| read(place)).collect())
		});
		let pages: Vec<_> = pages.collect();
		self.0.insert((window, who.clone()), pages.clone());
		pages
	}
}
