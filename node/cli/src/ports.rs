//! Checks that the ports are free. The SDK silently uses another RPC port if the given one is busy, and shares a busy peer
//! port with its owner: operators would talk to the wrong node.

use sc_network::{Multiaddr, multiaddr::Protocol};
use sc_service::{Configuration, Error};
use std::net::{IpAddr, SocketAddr, TcpListener};

/// Fails if a port to listen on is taken.
pub fn check(config: &Configuration) -> Result<(), Error> {
	let rpc = config
		.rpc
		.addr
		.iter()
		.flatten()
		.filter(|endpoint| !endpoint.is_optional)
		.map(|endpoint| ("RPC", "--rpc-port", endpoint.listen_addr));
	let peers =
		config.network.listen_addresses.iter().filter_map(socket_address).map(|address| ("peers", "--port", address));
	let metrics = config.prometheus_config.iter().map(|prometheus| ("metrics", "--prometheus-port", prometheus.port));

	for (purpose, flag, address) in rpc.chain(peers).chain(metrics) {
		if let Err(error) = free(address) {
			return Err(Error::Other(format!(
				"the port for {purpose}, {address}, can't be listened on ({error}): \
				 stop what uses it, or choose another one with {flag}",
			)));
		}
	}
	Ok(())
}

/// Returns the TCP address that a multiaddress listens on, if any.
fn socket_address(address: &Multiaddr) -> Option<SocketAddr> {
	let mut parts = address.iter();
	let ip: IpAddr = match parts.next()? {
		Protocol::Ip4(ip) => ip.into(),
		Protocol::Ip6(ip) => ip.into(),
		_ => return None,
	};
	match parts.next()? {
		Protocol::Tcp(port) => Some(SocketAddr::new(ip, port)),
		_ => None,
	}
}

fn free(address: SocketAddr) -> std::io::Result<()> {
	match TcpListener::bind(address) {
		Ok(_) => Ok(()),
		// A machine without IPv6 has no such address.
		Err(error) if error.kind() == std::io::ErrorKind::AddrNotAvailable && address.is_ipv6() => Ok(()),
		Err(error) => Err(error),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::net::Ipv4Addr;

	#[test]
	fn free_should_fail_when_another_socket_listens() {
		let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
		let address = taken.local_addr().unwrap();
		assert!(free(address).is_err());
		drop(taken);
		assert!(free(address).is_ok());
	}

	#[test]
	fn socket_address_should_read_tcp_addresses_only() {
		let read = |text: &str| socket_address(&text.parse().unwrap());
		assert_eq!(read("/ip4/127.0.0.1/tcp/30333"), Some("127.0.0.1:30333".parse().unwrap()));
		assert_eq!(read("/ip6/::1/tcp/30333"), Some("[::1]:30333".parse().unwrap()));
		assert_eq!(read("/dns/localhost/tcp/30333"), None);
		assert_eq!(read("/ip4/127.0.0.1/udp/30333/quic-v1"), None);
	}
}
