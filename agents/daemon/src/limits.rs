//! How many calls and connections an address may have.

use std::{
	collections::HashMap,
	net::IpAddr,
	sync::{Mutex, PoisonError},
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

/// Counts the connections of each caller.
pub struct Connections {
	limit: u32,
	open: Mutex<HashMap<Caller, u32>>,
}

impl Connections {
	/// Creates a count of at most so many connections.
	pub fn new(limit: u32) -> Self {
		Self { limit, open: Mutex::new(HashMap::new()) }
	}

	/// Counts a connection. Returns whether it may stay. It must be closed in this case only.
	pub fn open(&self, caller: Caller) -> bool {
		let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
		let count = open.entry(caller).or_default();
		if *count >= self.limit {
			return false;
		}
		*count = count.saturating_add(1);
		true
	}

	/// Counts the end of a connection.
	pub fn close(&self, caller: Caller) {
		let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
		if let Some(count) = open.get_mut(&caller) {
			*count = count.saturating_sub(1);
			if *count == 0 {
				open.remove(&caller);
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
	fn connections_should_be_counted_until_they_close() {
		let connections = Connections::new(1);
		let one = caller("1.2.3.4");
		assert!(connections.open(one));
		assert!(!connections.open(one));
		connections.close(one);
		assert!(connections.open(one));
	}
}
