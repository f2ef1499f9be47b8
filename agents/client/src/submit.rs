use crate::{Chain, Error, Head, Key, chain::within, runtime};
use smartlayer_promise::SessionId;
use std::time::Duration;
use subxt::{
	SubstrateConfig,
	config::DefaultExtrinsicParamsBuilder,
	error::{BackendError, DispatchError, ExtrinsicError, RpcError, TransactionEventsError},
	extrinsics::ExtrinsicEvents,
	rpcs::UserError,
	tx::{Payload, TransactionStatus},
};

/// For how many blocks a transaction can be included.
const MORTALITY: u64 = 64;
/// How long the chain's node may take to accept a transaction, and to say what it did.
const SENT: Duration = Duration::from_secs(20);
/// How long to wait until a transaction is included: longer than it is valid on every chain with slots of up to 6 s.
const PATIENCE: Duration = Duration::from_secs(480);

/// How sure a transaction must be included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finality {
	/// In a block of the best chain, which may still be replaced.
	Best,
	/// In a final block.
	Final,
}

/// A transaction that was included, and whose call succeeded.
#[derive(Debug)]
pub struct Included {
	/// The block.
	pub head: Head,
	events: ExtrinsicEvents<SubstrateConfig>,
}

impl Included {
	/// Returns the session that was opened.
	pub fn opened_session(&self) -> Result<SessionId, Error> {
		for event in self.events.iter() {
			let event = event.map_err(Error::unexpected)?;
			if let Some(opened) = event.decode_fields_as::<runtime::payments::events::SessionOpened>() {
				return opened.map(|opened| opened.session).map_err(Error::unexpected);
			}
		}
		Err(Error::unexpected("no session was opened"))
	}

	/// Returns the sessions whose promises were skipped, with the reason.
	pub fn skipped(&self) -> Result<Vec<(SessionId, String)>, Error> {
		let mut skipped = Vec::new();
		for event in self.events.iter() {
			let event = event.map_err(Error::unexpected)?;
			if let Some(item) = event.decode_fields_as::<runtime::payments::events::Skipped>() {
				let item = item.map_err(Error::unexpected)?;
				skipped.push((item.session, format!("{:?}", item.error)));
			}
		}
		Ok(skipped)
	}

	/// Returns what was paid to a node for its promises, after all shares.
	pub fn cashed_out(&self) -> Result<u128, Error> {
		let mut paid: u128 = 0;
		for event in self.events.iter() {
			let event = event.map_err(Error::unexpected)?;
			if let Some(cashed) = event.decode_fields_as::<runtime::payments::events::CashedOut>() {
				paid = paid.saturating_add(cashed.map_err(Error::unexpected)?.payment.node);
			}
		}
		Ok(paid)
	}
}

impl Chain {
	/// Signs and submits a call, and waits until it is included. Fails with [`Error::Failed`] if the call fails in its block.
	pub async fn submit(&self, call: &impl Payload, key: &Key, finality: Finality) -> Result<Included, Error> {
		let at = self.finalized().await?;
		let item = format!("the call {}.{}", call.pallet_name(), call.call_name());
		let nonce = self.next_nonce(&key.address()).await?;
		let params = DefaultExtrinsicParamsBuilder::<SubstrateConfig>::new().nonce(nonce).mortal(MORTALITY).build();
		let submit = async {
			let mut transactions = at.0.tx();
			let signed = transactions.create_signed(call, key, params).await.map_err(|error| match error {
				ExtrinsicError::IncompatibleCodegen
				| ExtrinsicError::PalletNameNotFound(_)
				| ExtrinsicError::CallNameNotFound { .. } => at.incompatible(&item),
				error => Error::unexpected(error),
			})?;
			Ok(signed)
		};
		let signed = within(submit).await?;
		// From here on it may be included, unless the pool has refused it.
		let unknown = |error: &dyn std::fmt::Display| Error::Unknown(error.to_string());
		let sent = tokio::time::timeout(SENT, signed.submit_and_watch()).await;
		let mut progress =
			sent.map_err(|_| unknown(&"the chain node does not answer"))?.map_err(|error| match error {
				ExtrinsicError::ErrorSubmittingTransaction(BackendError::Rpc(RpcError::ClientError(
					subxt::rpcs::Error::User(refusal),
				))) => Error::NotIncluded(reason(&refusal)),
				error => unknown(&error),
			})?;
		let wait = async {
			while let Some(status) = progress.next().await {
				match status.map_err(|error| Error::Unknown(error.to_string()))? {
					TransactionStatus::InBestBlock(block) if finality == Finality::Best => return Ok(block),
					TransactionStatus::InFinalizedBlock(block) => return Ok(block),
					TransactionStatus::Invalid { message } => return Err(Error::NotIncluded(message)),
					// Other nodes may still have one that this node has dropped.
					TransactionStatus::Dropped { message } | TransactionStatus::Error { message } => {
						return Err(Error::Unknown(message));
					},
					_ => {},
				}
			}
			Err(Error::Unknown("the connection ended".into()))
		};
		let block = match tokio::time::timeout(PATIENCE, wait).await {
			Ok(block) => block?,
			Err(_) => return Err(Error::Unknown(format!("not included within {} s", PATIENCE.as_secs()))),
		};
		let head = async { self.at(block.block_hash()).await?.head() }.await.map_err(|error| unknown(&error))?;
		let events = tokio::time::timeout(SENT, block.wait_for_success()).await;
		let events = events.map_err(|_| unknown(&"the chain node does not answer"))?.map_err(failure)?;
		Ok(Included { head, events })
	}
}

/// Returns why the pool has refused a transaction. Its message alone says little.
fn reason(refusal: &UserError) -> String {
	let data = refusal.data.as_ref().map(|data| data.get().trim_matches('"'));
	data.map_or_else(|| refusal.message.clone(), |data| format!("{}: {data}", refusal.message))
}

/// Returns the error with which a call failed.
fn failure(error: TransactionEventsError) -> Error {
	match error {
		TransactionEventsError::ExtrinsicFailed(DispatchError::Module(module)) => match module.details() {
			Ok(details) => Error::Failed { pallet: details.pallet.name().into(), name: details.variant.name.clone() },
			Err(error) => Error::unexpected(error),
		},
		TransactionEventsError::ExtrinsicFailed(DispatchError::Token(error)) => {
			Error::Failed { pallet: "Token".into(), name: format!("{error:?}") }
		},
		TransactionEventsError::ExtrinsicFailed(error) => {
			Error::Failed { pallet: "system".into(), name: error.to_string() }
		},
		error => Error::Unknown(error.to_string()),
	}
}
