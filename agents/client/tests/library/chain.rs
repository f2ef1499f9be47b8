//! The library against a node of a development chain, which this test starts.

use futures::StreamExt;
use smartlayer_client::{
	Address, Chain, Error, Finality, Key, Payer, calls,
	verify::{self, Lie, Signed},
};
use smartlayer_statement::{Statement, hash};
use sp_core::H256;
use std::{
	net::TcpListener,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};

const SLN: u128 = 1_000_000_000_000;

/// A node of a development chain, which ends with the test.
struct DevNode {
	child: Child,
	url: String,
}

impl Drop for DevNode {
	fn drop(&mut self) {
		self.child.kill().unwrap();
		self.child.wait().unwrap();
	}
}

impl DevNode {
	async fn start() -> (Self, Chain) {
		let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
		let program: PathBuf = target.join("release/smartlayer-node");
		assert!(program.exists(), "there is no node at {}: build it with `make build`", program.display());
		let [rpc, p2p] = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port());
		let child = Command::new(program)
			.args(["--dev", "--no-telemetry", "--no-prometheus", "--no-mdns"])
			.arg(format!("--rpc-port={rpc}"))
			.arg(format!("--listen-addr=/ip4/127.0.0.1/tcp/{p2p}"))
			.arg(format!("--runtime-cache={}", target.join("runtime-cache").display()))
			.stdout(Stdio::null())
			.stderr(Stdio::null())
			.spawn()
			.unwrap();
		let node = Self { child, url: format!("ws://127.0.0.1:{rpc}") };
		let began = Instant::now();
		loop {
			match Chain::connect(&node.url).await {
				Ok(chain) => return (node, chain),
				Err(error) => assert!(began.elapsed() < Duration::from_secs(60), "{error}"),
			}
			tokio::time::sleep(Duration::from_millis(200)).await;
		}
	}
}

fn key(uri: &str) -> Key {
	Key::from_uri(uri).unwrap()
}

async fn submit(chain: &Chain, call: impl subxt::tx::Payload, key: &Key) -> Result<smartlayer_client::Included, Error> {
	chain.submit(&call, key, Finality::Final).await
}

/// All in one test: each part continues on the chain of the one before.
#[tokio::test]
async fn a_website_should_pay_a_node_and_verify_what_it_says() {
	let (node, chain) = DevNode::start().await;
	metadata(&node.url).await;
	queries(&chain).await;
	let service_key = key("ed25519://Node//service");
	bonding(&chain, &service_key).await;
	payments(&chain).await;
	examples(&chain, &node.url, &service_key).await;
	statements(&chain, &service_key).await;
	failures(&chain, &node.url).await;
	let url = node.url.clone();
	drop(node);
	lost(&chain, &url).await;
}

/// What the library was generated from is what the runtime has.
async fn metadata(url: &str) {
	use subxt::{Metadata, OnlineClient, SubstrateConfig, ext::codec::Decode};
	let known = include_bytes!("../../metadata.scale");
	let known = Metadata::decode(&mut &known[..]).unwrap().hasher().hash();
	let api = OnlineClient::<SubstrateConfig>::from_url(url).await.unwrap();
	let found = api.at_current_block().await.unwrap().metadata_ref().hasher().hash();
	assert_eq!(
		known, found,
		"the runtime has changed: write agents/client/metadata.scale with tests/tools/client-metadata.mjs"
	);
}

async fn queries(chain: &Chain) {
	let heads: Vec<_> = chain.follow().await.unwrap().take(3).map(Result::unwrap).collect().await;
	assert!(heads.windows(2).all(|pair| pair[1].number == pair[0].number + 1), "{heads:?}");
	for head in &heads {
		assert_eq!(chain.hash_of(head.number).await.unwrap(), Some(head.hash));
		assert_eq!(chain.at(head.hash).await.unwrap().head().unwrap(), *head);
	}
	assert_eq!(chain.hash_of(1_000_000).await.unwrap(), None);
	let best = chain.best().await.unwrap();
	// A chain without migrations has never paused its clock.
	assert_eq!(best.clock().await.unwrap(), best.head().unwrap().number);
	let nobody: Address = Address([9; 32]);
	assert_eq!(best.free(&nobody).await.unwrap(), 0);
	assert_eq!(best.bond(&nobody).await.unwrap(), None);
	assert_eq!(best.endpoint(&nobody).await.unwrap(), None);
	assert_eq!(best.session(0).await.unwrap(), None);
	assert!(best.sessions_of(&nobody).await.unwrap().is_empty());
	assert!(best.demands_on(&nobody).await.unwrap().is_empty());
	assert!(best.existential_deposit().unwrap() > 0);
}

async fn bonding(chain: &Chain, service_key: &Key) {
	let ferdie = key("//Ferdie");
	let amount = chain.best().await.unwrap().minimum_bond().await.unwrap();
	submit(chain, calls::bond_service_node(amount), &ferdie).await.unwrap();
	submit(chain, calls::set_service_key(&service_key.address()), &ferdie).await.unwrap();
	submit(chain, calls::set_endpoint(Some("http://127.0.0.1:8331")), &ferdie).await.unwrap();
	let at = chain.best().await.unwrap();
	let bond = at.bond(&ferdie.address()).await.unwrap().unwrap();
	assert_eq!((bond.is_service_node, bond.active, bond.is_unbonding, bond.qualifies), (true, amount, false, true));
	assert_eq!(at.endpoint(&ferdie.address()).await.unwrap().as_deref(), Some("http://127.0.0.1:8331"));
	assert_eq!(at.service_key(&ferdie.address()).await.unwrap(), Some(service_key.address()));
	assert_eq!(at.principal(&ferdie.address()).await.unwrap(), ferdie.address());
}

async fn payments(chain: &Chain) {
	let (payer, node) = (key("//Dave"), key("//Ferdie").address());
	let website = key("ecdsa://Website");
	let expiry = chain.best().await.unwrap().clock().await.unwrap() + 500;
	let open = calls::open_session(&node, 5 * SLN, &website.promise_signer(), expiry);
	let id = submit(chain, open, &payer).await.unwrap().opened_session().unwrap();
	let at = chain.best().await.unwrap();
	let session = at.session(id).await.unwrap().unwrap();
	assert_eq!((session.payer, session.node, session.limit()), (payer.address(), node, 5 * SLN));
	assert_eq!((session.signer, session.expiry), (website.promise_signer(), expiry));
	assert_eq!(at.sessions_of(&payer.address()).await.unwrap(), [id]);

	let mut paying = Payer::new(chain.genesis(), id, website, session.limit());
	for _ in 0..9 {
		paying.pay(SLN / 10).unwrap();
	}
	let last = paying.pay(SLN / 10).unwrap();
	let paid = submit(chain, calls::cash_out([last]), &payer).await.unwrap().cashed_out().unwrap();
	assert!(paid > SLN / 2 && paid < SLN, "{paid}");
	let at = chain.best().await.unwrap();
	let session = at.session(id).await.unwrap().unwrap();
	assert_eq!((session.spent, session.held, session.limit()), (SLN, 4 * SLN, 5 * SLN));

	submit(chain, calls::top_up(id, SLN), &payer).await.unwrap();
	submit(chain, calls::extend(id, expiry + 10), &payer).await.unwrap();
	let session = chain.best().await.unwrap().session(id).await.unwrap().unwrap();
	assert_eq!((session.limit(), session.expiry), (6 * SLN, expiry + 10));
	let demand = calls::demand(id, H256::zero(), H256::repeat_byte(1), b"GET /v1/tokens".to_vec());
	submit(chain, demand, &payer).await.unwrap();
	let at = chain.best().await.unwrap();
	assert_eq!(at.demands_on(&node).await.unwrap(), [id]);
	let demand = at.demand(id).await.unwrap().unwrap();
	assert_eq!((demand.node, demand.request), (node, hash(b"GET /v1/tokens")));
	assert!(demand.deadline > at.clock().await.unwrap());
}

/// The examples of the documentation.
async fn examples(chain: &Chain, url: &str, service_key: &Key) {
	use crate::{double::Double, examples};
	examples::follow::follow(url, 2).await.unwrap();
	let (payer, node, website) = (key("//Eve"), key("//Ferdie").address(), key("//Website"));
	let session = examples::session::open(chain, &node, &payer, &website).await.unwrap();
	let stored = chain.best().await.unwrap().session(session).await.unwrap().unwrap();
	assert_eq!((stored.payer, stored.limit()), (payer.address(), 6 * SLN));

	let head = chain.finalized().await.unwrap().head().unwrap();
	let double = Double::start(chain.genesis(), head, node, service_key.clone(), session).await;
	submit(chain, calls::set_endpoint(Some(&double.url)), &key("//Ferdie")).await.unwrap();
	let token = examples::call::read(chain, session, website.clone(), double.class, double.instance).await.unwrap();
	assert_eq!((token.sequence, double.payments().len()), (1, 1));
	// A signature by another key than the chain's is no evidence.
	double.twist(|draft| draft.key = crate::double::key("//Eve"));
	let error = examples::call::read(chain, session, website, double.class, double.instance).await.unwrap_err();
	assert!(error.to_string().contains("was not the service key"), "{error}");
}

async fn statements(chain: &Chain, service_key: &Key) {
	let node = key("//Ferdie").address();
	let head = chain.finalized().await.unwrap().head().unwrap();
	let statement = Statement {
		genesis: chain.genesis(),
		node: node.0,
		class: H256::zero(),
		instance: H256::zero(),
		sequence: 1,
		block: head.number,
		block_hash: head.hash,
		state: H256::zero(),
		request: hash(b"request"),
		response: hash(b"response"),
	};
	let sign = |statement: Statement, by: &Key| Signed {
		statement,
		key: by.address(),
		signature: by.sign(&statement.bytes()),
	};
	let check = async |signed: &Signed| verify::statement_on_chain(signed, chain, &node, b"request", b"response").await;
	check(&sign(statement, service_key)).await.unwrap();

	let early = chain.hash_of(1).await.unwrap().unwrap();
	let lies = [
		(Statement { genesis: H256::zero(), ..statement }, "another chain"),
		(Statement { node: [1; 32], ..statement }, "another node"),
		(Statement { request: H256::zero(), ..statement }, "another request"),
		(Statement { response: H256::zero(), ..statement }, "another response"),
		(Statement { block_hash: H256::zero(), ..statement }, "not of this chain"),
		(Statement { block: head.number + 1_000, ..statement }, "in the future"),
		// Before the node had the key.
		(Statement { block: 1, block_hash: early, ..statement }, "was not the service key"),
	];
	for (lie, why) in lies {
		let error = check(&sign(lie, service_key)).await.unwrap_err().to_string();
		assert!(error.contains(why), "{error} does not say {why}");
	}
	assert!(matches!(check(&sign(statement, &key("//Eve"))).await, Err(Lie::WrongKey)));
	let forged = Signed { signature: key("//Eve").sign(&statement.bytes()), ..sign(statement, service_key) };
	assert!(matches!(check(&forged).await, Err(Lie::BadSignature)));
	assert!(matches!(verify::snapshot(chain, 1_000_000).await, Err(Lie::NoSnapshot)));
}

async fn failures(chain: &Chain, url: &str) {
	let error = submit(chain, calls::top_up(1_000, SLN), &key("//Dave")).await.unwrap_err();
	assert!(error.is("Payments", "NoSuchSession"), "{error}");
	let error = submit(chain, calls::close(0, None), &key("//Nobody")).await.unwrap_err();
	assert!(matches!(&error, Error::NotIncluded(why) if why.contains("pay some fees")), "{error}");
	chain.ensure_genesis(chain.genesis()).unwrap();
	let error = chain.ensure_genesis(H256::zero()).unwrap_err();
	assert!(error.to_string().contains(url), "{error}");
	for url in ["ws://127.0.0.1:1", "nonsense"] {
		assert!(matches!(Chain::connect(url).await, Err(Error::Unreachable { .. })), "{url}");
	}
}

/// What is asked of a node that has gone fails at once.
async fn lost(chain: &Chain, url: &str) {
	let began = Instant::now();
	assert!(chain.best().await.is_err());
	assert!(chain.finalized().await.is_err());
	assert!(submit(chain, calls::top_up(0, SLN), &key("//Dave")).await.is_err());
	assert!(Chain::connect(url).await.is_err());
	assert!(began.elapsed() < Duration::from_secs(20));
}
