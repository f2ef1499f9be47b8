//! Calls a service node as fast as it answers, and prints how fast that was, in JSON. `tests/bench/paid-calls.mjs` uses it.
//!
//! Each customer has a connection and a session of its own, and sends the next call when the last one was answered. With
//! `--checks`, it measures the bare verification of promises instead.

#![allow(missing_docs, clippy::arithmetic_side_effects, reason = "a tool for measurements")]

use clap::Parser;
use http_body_util::{BodyExt, Empty};
use hyper::{
	Request, StatusCode,
	body::Bytes,
	client::conn::http1::{SendRequest, handshake},
};
use hyper_util::rt::TokioIo;
use smartlayer_client::{Address, Http, Key, Payer, ServiceNode};
use sp_core::H256;
use std::{
	collections::VecDeque,
	error::Error,
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::net::TcpStream;

#[derive(Clone, Parser)]
struct Args {
	/// Where the node listens.
	#[arg(long, default_value = "127.0.0.1:8331")]
	address: String,
	/// The account of the node.
	#[arg(long)]
	node: Address,
	/// The genesis hash of the chain.
	#[arg(long)]
	genesis: H256,
	/// The path that is called.
	#[arg(long)]
	target: String,
	/// The first session. The others follow. The signer of session `n` is `<uri>//<n>`.
	#[arg(long)]
	session: u64,
	/// The secret URI of the signers.
	#[arg(long, default_value = "//Charlie//load")]
	uri: String,
	/// The number of customers.
	#[arg(long, default_value_t = 64)]
	customers: u64,
	/// The number of sessions of each customer: one call is paid in each, then the next in each, and so on. The sessions of customer
	/// `n` are the first and `n` more, and every one that is as many further on as there are customers.
	#[arg(long, default_value_t = 1)]
	sessions_each: u64,
	/// How long, in seconds.
	#[arg(long, default_value_t = 10)]
	seconds: u64,
	/// The price of a call. Nothing is paid if it is zero.
	#[arg(long)]
	price: u128,
	/// Verify so many promises instead, on all processors.
	#[arg(long)]
	checks: Option<u64>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
	let args = Args::parse();
	if let Some(checks) = args.checks {
		return check(&args, checks);
	}
	let args = Arc::new(args);
	let began = Instant::now();
	let customers: Vec<_> = (0..args.customers).map(|number| tokio::spawn(customer(args.clone(), number))).collect();
	let mut times = Vec::new();
	for customer in customers {
		times.extend(customer.await?.map_err(|error| error.to_string())?);
	}
	let seconds = began.elapsed().as_secs_f64();
	times.sort_unstable();
	let at =
		|share: f64| times.get((times.len() as f64 * share) as usize).map_or(0.0, |time| time.as_secs_f64() * 1_000.0);
	println!(
		"{{\"calls\":{},\"perSecond\":{:.0},\"p50\":{:.2},\"p99\":{:.2},\"max\":{:.2}}}",
		times.len(),
		times.len() as f64 / seconds,
		at(0.5),
		at(0.99),
		times.last().map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
	);
	Ok(())
}

/// Calls until the time is over, and returns how long each call took.
async fn customer(args: Arc<Args>, number: u64) -> Result<Vec<Duration>, Box<dyn Error + Send + Sync>> {
	let key = Key::from_uri(&format!("{}//{number}", args.uri))?;
	let sessions = (0..args.sessions_each).map(|index| args.session + number + index * args.customers);
	let mut payers: VecDeque<_> =
		sessions.map(|session| Payer::new(args.genesis, session, key.clone(), u128::MAX)).collect();
	let node = ServiceNode::new(Http::new()?, "", args.node, args.genesis);
	let mut sender = connect(&args.address).await?;
	let end = Instant::now() + Duration::from_secs(args.seconds);
	let mut times = Vec::new();
	// At least a call in each session.
	while Instant::now() < end || (times.len() as u64) < args.sessions_each {
		payers.rotate_left(1);
		let began = Instant::now();
		let mut request = Request::get(&args.target).header("host", &args.address);
		if args.price > 0
			&& let Some(payer) = payers.front_mut()
		{
			request = request.header("payment-signature", node.payment(&payer.pay(args.price)?, args.price));
		}
		sender.ready().await?;
		let response = sender.send_request(request.body(Empty::new())?).await?;
		let status = response.status();
		let body = response.into_body().collect().await?.to_bytes();
		if status != StatusCode::OK {
			return Err(format!("{status}: {}", String::from_utf8_lossy(&body)).into());
		}
		times.push(began.elapsed());
	}
	Ok(times)
}

async fn connect(address: &str) -> Result<SendRequest<Empty<Bytes>>, Box<dyn Error + Send + Sync>> {
	let stream = TcpStream::connect(address).await?;
	stream.set_nodelay(true)?;
	let (sender, connection) = handshake(TokioIo::new(stream)).await?;
	tokio::spawn(connection);
	Ok(sender)
}

/// Verifies as many promises as were paid with, and nothing else.
fn check(args: &Args, checks: u64) -> Result<(), Box<dyn Error>> {
	let key = Key::from_uri(&args.uri)?;
	let signer = key.promise_signer();
	let promise = Payer::new(args.genesis, 0, key, u128::MAX).pay(1)?;
	let threads = std::thread::available_parallelism()?.get() as u64;
	let began = Instant::now();
	std::thread::scope(|scope| {
		for _ in 0..threads {
			scope.spawn(|| {
				for _ in 0..checks / threads {
					assert_eq!(std::hint::black_box(&promise).check(args.genesis, 0, &signer), Ok(()));
				}
			});
		}
	});
	println!("{{\"checks\":{checks},\"perSecond\":{:.0}}}", checks as f64 / began.elapsed().as_secs_f64());
	Ok(())
}
