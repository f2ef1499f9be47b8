//! What a client does when a service node does not do as it should.

use crate::double::{Double, Draft, LIMIT, READ, SESSION, WRITE, key};
use hyper::StatusCode;
use smartlayer_client::{
	Address, CallError, Head, Payer, ServiceNode, Session,
	api::{
		Operations, Performed, Token,
		x402::{Required, Requirements, Resource},
	},
};
use smartlayer_statement::Statement;
use smartlayer_token::{Action, Place, SignedWrite};
use sp_core::H256;

const GENESIS: H256 = H256::repeat_byte(1);

async fn double() -> Double {
	let head = Head { number: 5, hash: H256::repeat_byte(3) };
	Double::start(GENESIS, head, key("//Node").address(), key("//Service"), SESSION).await
}

/// The session as the chain has it.
fn session() -> Session {
	let (payer, node, signer) = (Address([1; 32]), key("//Node").address(), key("//Website").promise_signer());
	Session { payer, node, signer, replaced: None, expiry: 1_000, held: LIMIT, spent: 0 }
}

fn payer() -> Payer {
	Payer::new(GENESIS, SESSION, key("//Website"), LIMIT).with_highest_price(WRITE)
}

/// Orders that the token belongs to somebody.
fn transfer(double: &Double) -> SignedWrite {
	let place = Place { genesis: GENESIS, before: double.state().hash() };
	let action = Action::Transfer(key("//Owner").address().0);
	let signature = key("//Issuer").sign(&SignedWrite::payload(&action, &place));
	SignedWrite { action, signature }
}

async fn perform(double: &Double, node: &ServiceNode, payer: &mut Payer) -> Result<Performed, CallError> {
	let (write, user) = (transfer(double), key("//Issuer").address());
	node.perform(double.class, double.instance, user, &write, Some(payer)).await.map(|answer| answer.content)
}

#[tokio::test]
async fn an_honest_node_should_be_paid_for_what_it_serves() {
	let double = double().await;
	let (node, mut payer) = (double.client(), payer());
	let (class, instance) = (double.class, double.instance);
	let answer = node.token(class, instance, Some(&mut payer)).await.unwrap();
	assert_eq!((answer.content.sequence, answer.charged), (1, Some(READ)));
	perform(&double, &node, &mut payer).await.unwrap();
	let listed = node.operations(class, instance, 1, 64, Some(&mut payer)).await.unwrap();
	assert_eq!(listed.content.operations.len(), 2);
	assert_eq!((payer.charged(), double.charged()), (2 * READ + WRITE, 2 * READ + WRITE));
	// Another program continues with the session.
	let payer = node.payer(SESSION, &session(), key("//Website"), WRITE).await.unwrap();
	assert_eq!(payer.charged(), 2 * READ + WRITE);
	let stranger = node.payer(SESSION, &session(), key("//Eve"), WRITE).await.unwrap_err();
	assert!(stranger.to_string().contains("not one of this key"), "{stranger}");
}

#[tokio::test]
async fn what_is_no_evidence_should_not_be_believed() {
	type Twist = fn(&mut Draft);
	fn state(draft: &mut Draft, change: fn(&mut Statement)) {
		change(draft.statement.as_mut().unwrap());
	}
	let cases: [(&str, Twist); 10] = [
		("of another chain", |draft| state(draft, |statement| statement.genesis = H256::zero())),
		("by another node", |draft| state(draft, |statement| statement.node = [0; 32])),
		("answers another request", |draft| state(draft, |statement| statement.request = H256::zero())),
		("about another response", |draft| draft.body.push(b' ')),
		("about another token", |draft| state(draft, |statement| statement.instance = H256::zero())),
		("about another token", |draft| state(draft, |statement| statement.class = H256::zero())),
		("about another state", |draft| state(draft, |statement| statement.state = H256::zero())),
		("about another state", |draft| state(draft, |statement| statement.sequence += 1)),
		("about another state", |draft| draft.change::<Token>(|token| token.sequence += 1)),
		("has no statement that could", |draft| draft.statement = None),
	];
	for (message, twist) in cases {
		let double = double().await;
		double.twist(twist);
		let answer = double.client().token(double.class, double.instance, Some(&mut payer())).await;
		let error = answer.unwrap_err().to_string();
		assert!(error.contains(message), "{error} does not say that it is {message}");
	}
	// The key that has signed is not what the statement's header says.
	let double = double().await;
	double.twist(|draft| draft.key = key("//Eve"));
	let answer = double.client().token(double.class, double.instance, Some(&mut payer())).await.unwrap();
	assert_eq!(answer.signed.key, key("//Eve").address());
}

#[tokio::test]
async fn operations_that_do_not_follow_from_the_order_should_not_be_believed() {
	type Twist = fn(&mut Draft);
	let performed: [Twist; 5] = [
		|draft| draft.change::<Performed>(|answer| answer.operation.sequence += 1),
		|draft| draft.change::<Performed>(|answer| answer.operation.state = H256::zero()),
		|draft| draft.change::<Performed>(|answer| answer.operation.user = Address([8; 32])),
		|draft| draft.change::<Performed>(|answer| answer.operation.write.0[1] ^= 1),
		|draft| draft.change::<Performed>(|answer| answer.token.owner = Some(Address([8; 32]))),
	];
	for (index, twist) in performed.into_iter().enumerate() {
		let double = double().await;
		double.twist(twist);
		let answer = perform(&double, &double.client(), &mut payer()).await;
		assert!(matches!(answer, Err(CallError::Lie(_))), "{index}: {answer:?}");
	}
	let listed: [Twist; 3] = [
		|draft| draft.change::<Operations>(|answer| answer.operations.reverse()),
		|draft| draft.change::<Operations>(|answer| drop(answer.operations.remove(0))),
		|draft| draft.change::<Operations>(|answer| answer.operations.extend(answer.operations.clone())),
	];
	for (index, twist) in listed.into_iter().enumerate() {
		let double = double().await;
		let (node, mut payer) = (double.client(), payer());
		perform(&double, &node, &mut payer).await.unwrap();
		double.twist(twist);
		let answer = node.operations(double.class, double.instance, 1, 64, Some(&mut payer)).await;
		assert!(matches!(answer, Err(CallError::Lie(_))), "{index}: {answer:?}");
	}
}

/// Changes what the node asks for, whenever it refuses a payment.
fn ask(draft: &mut Draft, change: impl FnOnce(&mut Required)) {
	if let Some(required) = draft.required.as_mut() {
		change(required);
	}
}

#[tokio::test]
async fn no_more_should_be_promised_than_was_served_and_agreed() {
	let double = double().await;
	let node = double.client();
	let (class, instance) = (double.class, double.instance);

	// It says to have charged what it was never promised.
	double.twist(|draft| draft.settled.as_mut().unwrap().extra.charged = READ + 1);
	let mut careful = payer();
	let error = node.token(class, instance, Some(&mut careful)).await.unwrap_err();
	assert!(error.to_string().contains("only 0.00000000001 SLN were promised"), "{error}");
	assert_eq!(careful.promised(), READ);

	// It refuses a promise, and says to have charged more than that.
	double.twist(|draft| ask(draft, |required| required.accepts[0].extra.charged = Some(LIMIT)));
	let mut forgetful = payer();
	let error = node.token(class, instance, Some(&mut forgetful)).await.unwrap_err();
	assert!(error.to_string().contains("were promised"), "{error}");
	assert_eq!(forgetful.promised(), READ);

	// It raises its price.
	double.twist(|draft| ask(draft, |required| required.accepts[0].amount = WRITE + 1));
	let mut careful = payer().resume(0, 0, None).unwrap();
	let error = node.token(class, instance, Some(&mut careful)).await.unwrap_err();
	assert!(error.to_string().contains("at most 0.00000000005 SLN may be paid"), "{error}");
	assert_eq!(careful.promised(), READ);

	// It refuses everything, and asks for a little more each time.
	let (before, account) = (double.payments().len(), double.account);
	let mut price = READ;
	double.twist(move |draft| {
		price += 1;
		let mut requirements = Requirements::new(GENESIS, account, price);
		(requirements.extra.session, requirements.extra.charged) = (Some(SESSION), Some(READ));
		let resource = Resource { url: String::new() };
		let required = Required { x402_version: 2, error: None, resource, accepts: vec![requirements] };
		(draft.status, draft.required) = (StatusCode::PAYMENT_REQUIRED, Some(required));
	});
	let mut payer = node.payer(SESSION, &session(), key("//Website"), WRITE).await.unwrap();
	let error = node.token(class, instance, Some(&mut payer)).await.unwrap_err();
	assert!(error.to_string().contains("refuses promises"), "{error}");
	assert_eq!(double.payments().len() - before, 2);
}

#[tokio::test]
async fn a_promise_that_was_refused_should_be_signed_again_from_what_was_charged() {
	let double = double().await;
	let node = double.client();
	let mut one = payer();
	for _ in 0..3 {
		node.token(double.class, double.instance, Some(&mut one)).await.unwrap();
	}
	// It has promised more than was charged, and a part of that was lost.
	let mut other = payer().resume(0, READ, Some(&one.pay(5 * READ).unwrap())).unwrap();
	node.token(double.class, double.instance, Some(&mut other)).await.unwrap();
	assert_eq!((other.charged(), double.charged()), (4 * READ, 4 * READ));
}

#[tokio::test]
async fn a_call_without_an_answer_should_be_sent_once_more_with_the_same_promise() {
	let double = double().await;
	let mut calls = 0;
	double.twist(move |draft| {
		calls += 1;
		draft.lost = calls == 1;
	});
	let mut payer = payer();
	// The double does not answer a charged call again, so that the client pays for another one.
	double.client().token(double.class, double.instance, Some(&mut payer)).await.unwrap();
	let payments = double.payments();
	assert!(payments[0].is_some());
	assert_eq!(payments[0], payments[1]);
	assert_eq!(payer.charged(), 2 * READ);

	double.twist(|draft| draft.lost = true);
	let before = double.payments().len();
	let error = double.client().token(double.class, double.instance, Some(&mut payer)).await.unwrap_err();
	assert!(error.to_string().contains("no answer from http://127.0.0.1:"), "{error}");
	assert!(double.payments().len() - before <= 4);
}

#[tokio::test]
async fn answers_that_make_no_sense_should_be_errors() {
	type Twist = fn(&mut Draft);
	let cases: [(&str, Twist); 4] = [
		("makes no sense", |draft| draft.say(&"a text")),
		("makes no sense", |draft| draft.change::<serde_json::Value>(|token| token["more"] = true.into())),
		("refused the call (500", |draft| draft.status = StatusCode::INTERNAL_SERVER_ERROR),
		("no answer from", |draft| draft.body = vec![b' '; 2 << 20]),
	];
	for (message, twist) in cases {
		let double = double().await;
		double.twist(twist);
		let answer = double.client().token(double.class, double.instance, Some(&mut payer())).await;
		let error = answer.unwrap_err().to_string();
		assert!(error.contains(message), "{error} does not say {message}");
	}
}
