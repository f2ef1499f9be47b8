//! How many calls and connections an address may have.

use std::{
	collections::HashMap,
	hash::Hash,
	net::IpAddr,
	sync::{Arc, Mutex, PoisonError},
	time::{Duration, Instant},
};

/// The number of addresses that are remembered. When there are more, all counts begin anew.
const MOST_ADDRESSES: usize = 100_000;
const MINUTE: Duration = Duration::from_secs(60);

/// Who calls: an IPv4 address, or the network of an IPv6 address, of which everyone has many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Caller([u8; 8]);

impl From<IpAddr> for Caller {
	fn from(address: IpAddr) -> Self {
		let mut network = [0; 8];
		match address.to_canonical() {
			IpAddr::V4(address) => {
				// No IPv6 network begins with this byte.
				let [a, b, c, d] = address.octets();
				network = [0xff, 0xff, 0xff, 0xff, a, b, c, d];
			},
			IpAddr::V6(address) => network.iter_mut().zip(address.octets()).for_each(|(to, from)| *to = from),
		}
		Self(network)
	}
}

/// Counts events of each caller, at most so many a minute.
pub struct Quota {
	limit: u32,
	counts: Mutex<(Instant, HashMap<Caller, u32>)>,
}

impl Quota {
	/// Creates a quota of so many events a minute.
	pub fn new(limit: u32) -> Self {
		Self { limit, counts: Mutex::new((Instant::now(), HashMap::new())) }
	}

	/// Counts an event. Returns whether it is within the quota.
	pub fn take(&self, caller: Caller) -> bool {
		self.take_at(caller, Instant::now())
	}

	/// Returns whether the quota is used up.
	pub fn is_used_up(&self, caller: Caller) -> bool {
		let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
		counts.0.elapsed() < MINUTE && counts.1.get(&caller).is_some_and(|count| *count >= self.limit)
	}

	fn take_at(&self, caller: Caller, now: Instant) -> bool {
		let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
		let (since, callers) = &mut *counts;
		if now.saturating_duration_since(*since) >= MINUTE || callers.len() >= MOST_ADDRESSES {
			*since = now;
			callers.clear();
		}
		let count = callers.entry(caller).or_default();
		*count = count.saturating_add(1);
		*count <= self.limit
	}
}

/// Gives each of many at most so many places at a time: callers connections, for example.
pub struct Places<K> {
	limit: u32,
	taken: Mutex<HashMap<K, u32>>,
}

impl<K: Copy + Eq + Hash> Places<K> {
	/// Creates at most so many places for each.
	pub fn new(limit: u32) -> Arc<Self> {
		Arc::new(Self { limit, taken: Mutex::default() })
	}

	/// Takes a place, if there is one left, until it is dropped.
	pub fn take(self: &Arc<Self>, key: K) -> Option<Place<K>> {
		let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
		let count = taken.entry(key).or_default();
		if *count >= self.limit {
			return None;
		}
		*count = count.saturating_add(1);
		Some(Place { places: self.clone(), key })
	}
}

/// A place that was taken.
pub struct Place<K: Copy + Eq + Hash> {
	places: Arc<Places<K>>,
	key: K,
}

impl<K: Copy + Eq + Hash> Drop for Place<K> {
	fn drop(&mut self) {
		let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
		if let Some(count) = taken.get_mut(&self.key) {
			*count = count.saturating_sub(1);
			if *count == 0 {
				taken.remove(&self.key);
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn caller(address: &str) -> Caller {
		address.parse::<IpAddr>().unwrap().into()
	}

	#[test]
	fn callers_should_be_addresses_or_networks() {
		assert_ne!(caller("1.2.3.4"), caller("1.2.3.5"));
		assert_eq!(caller("::ffff:1.2.3.4"), caller("1.2.3.4"));
		assert_eq!(caller("2001:db8:1:2::1"), caller("2001:db8:1:2:ffff::9"));
		assert_ne!(caller("2001:db8:1:2::1"), caller("2001:db8:1:3::1"));
	}

	#[test]
	fn a_quota_should_begin_anew_every_minute() {
		let quota = Quota::new(2);
		let begin = Instant::now();
		let (one, other) = (caller("1.2.3.4"), caller("1.2.3.5"));
		assert!(quota.take_at(one, begin));
		assert!(quota.take_at(one, begin));
		assert!(quota.is_used_up(one));
		assert!(!quota.take_at(one, begin));
		assert!(quota.take_at(other, begin));
		assert!(!quota.is_used_up(other));
		assert!(quota.take_at(one, begin.checked_add(MINUTE).unwrap()));
	}

	#[test]
	fn places_should_be_counted_until_they_are_left() {
		let places = Places::new(1);
		let (one, two) = (caller("1.2.3.4"), caller("1.2.3.5"));
		let place = places.take(one).unwrap();
		assert!(places.take(one).is_none() && places.take(two).is_some());
		drop(place);
		assert!(places.take(one).is_some());
		assert!(places.taken.lock().unwrap().is_empty());
	}
}
