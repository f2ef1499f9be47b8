use crate::{Amount, Error, Key};
use smartlayer_promise::{Promise, SessionId, SignedPromise};
use sp_core::H256;

/// Pays in a session: promises a rising amount with every call.
///
/// ```
/// # fn main() -> Result<(), smartlayer_client::Error> {
/// use smartlayer_client::{Key, Payer};
///
/// let mut payer = Payer::new(Default::default(), 7, Key::from_uri("//Website")?, 1_000);
/// assert_eq!(payer.pay(10)?.promise.amount, 10);
/// assert_eq!(payer.pay(5)?.promise.amount, 15);
/// // The node has not charged the last one.
/// payer.correct(10)?;
/// assert_eq!(payer.pay(5)?.promise.amount, 15);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Payer {
	genesis: H256,
	session: SessionId,
	key: Key,
	/// What can be promised at most: the deposit of the session.
	limit: u128,
	/// What the node has charged, as far as is known.
	charged: u128,
	/// The highest amount that was promised. The node can cash it out.
	promised: u128,
	/// What a call may cost at most.
	highest_price: u128,
}

impl Payer {
	/// Creates a payer of a session that promises at most `limit`.
	pub const fn new(genesis: H256, session: SessionId, key: Key, limit: u128) -> Self {
		Self { genesis, session, key, limit, charged: 0, promised: 0, highest_price: u128::MAX }
	}

	/// Refuses to pay more for a call: a node names its prices itself, and could raise them after the deposit was made.
	pub const fn with_highest_price(mut self, price: u128) -> Self {
		self.highest_price = price;
		self
	}

	/// Continues from what the node says to have charged. Unless the chain has paid as much, the node must prove it by a promise of this
	/// session and key.
	pub fn resume(mut self, paid: u128, charged: u128, proof: Option<&SignedPromise>) -> Result<Self, Error> {
		self.promised = self.promised.max(paid);
		if let Some(proof) = proof {
			let is_own = proof.check(self.genesis, self.session, &self.key.promise_signer());
			is_own.map_err(|error| {
				Error::Invalid(format!("the node shows a promise that is not one of this key: {error}"))
			})?;
			self.promised = self.promised.max(proof.promise.amount);
		}
		self.correct(charged)?;
		Ok(self)
	}

	/// Returns the session.
	pub const fn session(&self) -> SessionId {
		self.session
	}

	/// Returns what the node has charged, as far as is known.
	pub const fn charged(&self) -> u128 {
		self.charged
	}

	/// Returns the highest amount that was promised.
	pub const fn promised(&self) -> u128 {
		self.promised
	}

	/// Promises a price more than what is charged. Fails beyond the limit: the session needs a top-up.
	pub fn pay(&mut self, price: u128) -> Result<SignedPromise, Error> {
		if price > self.highest_price {
			let (price, highest) = (Amount(price), Amount(self.highest_price));
			return Err(Error::Invalid(format!(
				"the node asks for {price}, and at most {highest} may be paid for a call"
			)));
		}
		let amount = self.charged.checked_add(price).filter(|amount| *amount <= self.limit).ok_or_else(|| {
			Error::Invalid(format!(
				"the session {} holds {}, of which {} are charged: top it up to pay {} more",
				self.session,
				Amount(self.limit),
				Amount(self.charged),
				Amount(price)
			))
		})?;
		self.charged = amount;
		self.promised = self.promised.max(amount);
		Ok(self.key.sign_promise(Promise { genesis: self.genesis, session: self.session, amount }))
	}

	/// Notes that a call was refused and cost nothing. What was promised stays promised, and pays for the next call.
	pub const fn take_back(&mut self, price: u128) {
		self.charged = self.charged.saturating_sub(price);
	}

	/// Adopts what the node says to have charged. Fails if it is more than was promised: the node can prove no such amount.
	pub fn correct(&mut self, charged: u128) -> Result<(), Error> {
		if charged > self.promised {
			return Err(Error::Invalid(format!(
				"the node says to have charged {}, and only {} were promised",
				Amount(charged),
				Amount(self.promised)
			)));
		}
		self.charged = charged;
		Ok(())
	}

	/// Raises the limit after a top-up.
	pub const fn raise_limit(&mut self, limit: u128) {
		self.limit = limit;
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn payer() -> Payer {
		Payer::new(H256::repeat_byte(1), 7, Key::from_uri("//Website").unwrap(), 100)
	}

	#[test]
	fn promises_should_rise_and_be_valid() {
		let mut payer = payer();
		let signer = Key::from_uri("//Website").unwrap().promise_signer();
		for total in [30, 60, 90] {
			let signed = payer.pay(30).unwrap();
			assert_eq!((signed.promise.amount, payer.promised()), (total, total));
			assert_eq!(signed.check(H256::repeat_byte(1), 7, &signer), Ok(()));
		}
	}

	#[test]
	fn nothing_should_be_promised_beyond_the_limit() {
		let mut payer = payer();
		payer.pay(90).unwrap();
		assert!(payer.pay(11).unwrap_err().to_string().contains("top it up"));
		assert!(payer.pay(u128::MAX).is_err());
		assert_eq!(payer.promised(), 90);
		payer.raise_limit(101);
		assert_eq!(payer.pay(11).unwrap().promise.amount, 101);
	}

	#[test]
	fn a_correction_should_not_exceed_what_was_promised() {
		let proof = payer().pay(50).unwrap();
		let mut payer = payer().resume(0, 50, Some(&proof)).unwrap();
		assert!(payer.correct(51).is_err());
		payer.correct(40).unwrap();
		assert_eq!(payer.pay(5).unwrap().promise.amount, 45);
		// What was promised once stays promised.
		assert_eq!(payer.promised(), 50);
	}

	#[test]
	fn a_node_should_prove_what_it_says_to_have_charged() {
		let proof = payer().pay(50).unwrap();
		assert!(payer().resume(0, 0, None).is_ok());
		assert!(payer().resume(0, 1, None).is_err());
		assert!(payer().resume(0, 50, Some(&proof)).is_ok());
		assert!(payer().resume(0, 51, Some(&proof)).is_err());
		// The chain has paid it.
		assert!(payer().resume(60, 60, None).is_ok());
		assert!(payer().resume(60, 61, Some(&proof)).is_err());
		let others = Payer::new(H256::repeat_byte(1), 7, Key::from_uri("//Eve").unwrap(), 100).pay(50).unwrap();
		let of_another_session =
			Payer::new(H256::repeat_byte(1), 8, Key::from_uri("//Website").unwrap(), 100).pay(50).unwrap();
		for proof in [others, of_another_session] {
			assert!(payer().resume(0, 50, Some(&proof)).is_err());
		}
	}

	#[test]
	fn no_call_should_cost_more_than_the_highest_price() {
		let mut payer = payer().with_highest_price(10);
		assert_eq!(payer.pay(10).unwrap().promise.amount, 10);
		assert!(payer.pay(11).unwrap_err().to_string().contains("at most 0.00000000001 SLN"));
		assert_eq!(payer.promised(), 10);
	}
}
