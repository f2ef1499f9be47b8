//! Proofs of operations for users, and their confirmations. Both are free: what is proved was paid when it was performed.

use super::{Answer, Node, parse_body, parse_hash, parse_sequence};
use crate::{problem::Problem, proofs};
use codec::DecodeAll;
use smartlayer_client::{api::Confirm, verify::Lie};
use smartlayer_commitment::Operation;
use smartlayer_daemon::limits::Caller;
use sp_core::H256;
use sp_runtime::{AccountId32, MultiSignature, traits::Verify};
use std::time::Duration;

/// How many proofs and confirmations an address has in a minute.
pub(super) const FAVOURS_PER_MINUTE: u32 = 60;
/// How many proofs are fetched from anchors at the same time, and for how long each takes its place at least: anchors limit the calls
/// of an address, and batches must get through.
pub(super) const MOST_PROOFS: usize = 4;
const PLACE: Duration = Duration::from_millis(200);

impl Node {
	/// Returns the proof of an operation that an anchor has made.
	pub(super) async fn proof(
		&self,
		caller: Caller,
		class: &str,
		instance: &str,
		sequence: &str,
	) -> Result<Answer, Problem> {
		let operation = self.favour(caller, class, instance, sequence)?;
		let busy = |_| Problem::unavailable("too many proofs are being fetched");
		let _place = self.proofs.try_acquire().map_err(busy)?;
		let (found, ()) = tokio::join!(proofs::find(self, &operation), tokio::time::sleep(PLACE));
		match found {
			Ok(proved) => Ok(Answer::plain(&proved)),
			Err(Lie::NotYet) => Err(Problem::unknown(
				"no final snapshot contains this operation yet: ask again after the next interval",
			)),
			Err(error) => Err(Problem::unavailable(error.to_string())),
		}
	}

	/// Keeps the confirmation of a user that an operation was performed for them.
	pub(super) async fn confirm(
		&self,
		caller: Caller,
		class: &str,
		instance: &str,
		sequence: &str,
		body: &[u8],
	) -> Result<Answer, Problem> {
		let operation = self.favour(caller, class, instance, sequence)?;
		let Confirm { signature } = parse_body(body)?;
		let malformed = |_| Problem::malformed("the signature cannot be read");
		let signature = MultiSignature::decode_all(&mut &signature.0[..]).map_err(malformed)?;
		if !is_confirmed(&operation, &self.config.genesis, &signature) {
			return Err(Problem::malformed("the user of this operation has not signed its confirmation"));
		}
		let place = (operation.class, operation.instance, operation.sequence);
		match self.store.confirm(place, signature).await {
			Ok(true) => Ok(Answer::plain(&serde_json::json!({}))),
			Ok(false) => Err(Problem::unavailable("too many confirmations wait to be shown to the chain")),
			Err(error) => Err(Problem::refused(&error)),
		}
	}

	/// Returns the operation that a free call is about.
	fn favour(&self, caller: Caller, class: &str, instance: &str, sequence: &str) -> Result<Operation, Problem> {
		let (class, instance, sequence) = (self.class(class)?, parse_hash(instance)?, parse_sequence(sequence)?);
		if !self.favours.take(caller) {
			return Err(Problem::too_many("this address asks for too many proofs: try again in a minute"));
		}
		let (_, entries) =
			self.store.operations(&class, &instance, sequence, 1).map_err(|error| Problem::refused(&error))?;
		let operation = entries.first().map(|entry| entry.operation).filter(|found| found.sequence == sequence);
		operation.ok_or_else(|| Problem::unknown("this node knows no such operation"))
	}
}

/// Returns whether the user of an operation has signed its confirmation, in a program or in a browser wallet, which wraps the bytes.
fn is_confirmed(operation: &Operation, genesis: &H256, signature: &MultiSignature) -> bool {
	let user = AccountId32::new(operation.user);
	let payload = operation.confirmation(genesis.as_bytes());
	let wrapped = [b"<Bytes>", &payload[..], b"</Bytes>"].concat();
	signature.verify(&payload[..], &user) || signature.verify(&wrapped[..], &user)
}
