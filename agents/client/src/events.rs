use crate::{
	Address, At, Error, Payload, calls,
	chain::within,
	runtime::{self, runtime_types::pallet_reports::types},
};
use smartlayer_promise::SessionId;
use smartlayer_statement::{Record, Statement};
use sp_core::H256;
use subxt::{SubstrateConfig, events::DecodeAsEvent};

/// The events of a block.
pub struct Events(subxt::events::Events<SubstrateConfig>);

/// A demand that was made in a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demanded {
	/// The session of the customer.
	pub session: SessionId,
	/// The node that must answer.
	pub node: Address,
	/// The class of the demanded token.
	pub class: H256,
	/// Its instance.
	pub instance: H256,
	/// The request.
	pub request: Vec<u8>,
}

/// How a demand has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
	/// The node has served.
	Served {
		/// The statement, which the chain has checked.
		statement: Box<Statement>,
		/// The bytes of the response.
		response: Vec<u8>,
	},
	/// Another node writes the token.
	NotAssigned {
		/// The record of the token's issuer that says so.
		record: Box<Record>,
	},
	/// The node needs a higher promise for this.
	PromiseTooLow,
	/// The request is not one of the token API.
	Malformed,
	/// The node was silent until the deadline, and the fee was returned.
	Silent {
		/// Whether it is slashed for this. Silence of several demands is one fault.
		slashed: bool,
	},
}

impl At {
	/// Returns the events of the block.
	pub async fn events(&self) -> Result<Events, Error> {
		within(async { self.0.events().fetch().await.map(Events).map_err(Error::unexpected) }).await
	}

	/// Ensures that the runtime still has all that a service node uses: its storage, its calls, and the events that change sessions
	/// and make demands. An event that was renamed would be overlooked.
	pub async fn ensure_serving(&self) -> Result<(), Error> {
		let metadata = self.0.metadata_ref();
		for (pallet, names) in [("Payments", SESSION_EVENTS), ("Reports", &["Demanded"][..])] {
			let variants = metadata.pallet_by_name(pallet).and_then(|pallet| pallet.event_variants());
			for name in names {
				if !variants.is_some_and(|variants| variants.iter().any(|variant| variant.name == *name)) {
					return Err(self.incompatible(&format!("the event {pallet}.{name}")));
				}
			}
		}
		self.ensure_call(&calls::cash_out([]))?;
		self.ensure_call(&calls::answer(0, calls::Reply::Malformed))?;
		self.thaw()?;
		self.clock().await?;
		self.time().await?;
		self.session(0).await?;
		self.demand(0).await?;
		Ok(())
	}

	/// Ensures that the runtime still has all that an anchor uses: its storage and its calls.
	pub async fn ensure_anchoring(&self) -> Result<(), Error> {
		self.ensure_call(&calls::submit_snapshot(Default::default(), &[]))?;
		self.backup_delay()?;
		self.clock().await?;
		self.duty().await?;
		self.last_snapshot().await?;
		let nobody = Address([0; 32]);
		self.endpoint(&nobody).await?;
		self.service_keys(&nobody).await?;
		Ok(())
	}

	fn ensure_call(&self, call: &impl Payload) -> Result<(), Error> {
		let item = format!("the call {}.{}", call.pallet_name(), call.call_name());
		self.0.tx().validate(call).map_err(|_| self.incompatible(&item))
	}
}

/// The events that change a session.
const SESSION_EVENTS: &[&str] = &[
	"CashedOut",
	"Claimed",
	"ClosedByNode",
	"Closing",
	"Extended",
	"SessionOpened",
	"Settled",
	"SignerReplaced",
	"ToppedUp",
];

impl Events {
	/// Returns the sessions of which something has changed.
	pub fn changed_sessions(&self) -> Result<Vec<SessionId>, Error> {
		use runtime::payments::events::{
			CashedOut, Claimed, ClosedByNode, Closing, Extended, SessionOpened, Settled, SignerReplaced, ToppedUp,
		};
		let mut sessions = Vec::new();
		sessions.extend(self.all::<SessionOpened>()?.iter().map(|event| event.session));
		sessions.extend(self.all::<ToppedUp>()?.iter().map(|event| event.session));
		sessions.extend(self.all::<Extended>()?.iter().map(|event| event.session));
		sessions.extend(self.all::<SignerReplaced>()?.iter().map(|event| event.session));
		sessions.extend(self.all::<Claimed>()?.iter().map(|event| event.session));
		sessions.extend(self.all::<CashedOut>()?.iter().map(|event| event.session));
		sessions.extend(self.all::<Closing>()?.iter().map(|event| event.session));
		sessions.extend(self.all::<ClosedByNode>()?.iter().map(|event| event.session));
		sessions.extend(self.all::<Settled>()?.iter().map(|event| event.session));
		Ok(sessions)
	}

	/// Returns the demands on a node.
	pub fn demands_on(&self, node: &Address) -> Result<Vec<Demanded>, Error> {
		let demanded = self.all::<runtime::reports::events::Demanded>()?.into_iter().map(|event| Demanded {
			session: event.session,
			node: event.node.into(),
			class: event.class,
			instance: event.instance,
			request: event.request.0,
		});
		Ok(demanded.filter(|demanded| demanded.node == *node).collect())
	}

	/// Returns how the demand of a session has ended, if it has in this block.
	pub fn demand_outcome(&self, session: SessionId) -> Result<Option<Outcome>, Error> {
		use runtime::reports::events::{Answered, Silent};
		for event in self.all::<Answered>()? {
			if event.session == session {
				return Ok(Some(match *event.outcome {
					types::Outcome::Served { statement, response } => {
						Outcome::Served { statement: Box::new(statement.0), response: response.0 }
					},
					types::Outcome::NotAssigned { record } => Outcome::NotAssigned { record: Box::new(record.0) },
					types::Outcome::PromiseTooLow => Outcome::PromiseTooLow,
					types::Outcome::Malformed => Outcome::Malformed,
				}));
			}
		}
		let silent = self.all::<Silent>()?.into_iter().find(|event| event.session == session);
		Ok(silent.map(|event| Outcome::Silent { slashed: event.slash.is_some() }))
	}

	fn all<E: DecodeAsEvent>(&self) -> Result<Vec<E>, Error> {
		let mut found = Vec::new();
		for event in self.0.iter() {
			let event = event.map_err(Error::unexpected)?;
			if let Some(event) = event.decode_fields_as::<E>() {
				found.push(event.map_err(Error::unexpected)?);
			}
		}
		Ok(found)
	}
}
