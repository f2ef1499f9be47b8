use crate::{Address, At, Error, chain::within, runtime};
use smartlayer_promise::SessionId;
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

impl At {
	/// Returns the events of the block.
	pub async fn events(&self) -> Result<Events, Error> {
		within(async { self.0.events().fetch().await.map(Events).map_err(Error::unexpected) }).await
	}
}

impl At {
	/// Ensures that the runtime still has the events that change sessions and make demands. One that was renamed would be overlooked.
	pub fn ensure_events(&self) -> Result<(), Error> {
		let metadata = self.0.metadata_ref();
		for (pallet, names) in [("Payments", SESSION_EVENTS), ("Reports", &["Demanded"][..])] {
			let variants = metadata.pallet_by_name(pallet).and_then(|pallet| pallet.event_variants());
			for name in names {
				if !variants.is_some_and(|variants| variants.iter().any(|variant| variant.name == *name)) {
					return Err(self.incompatible(&format!("the event {pallet}.{name}")));
				}
			}
		}
		Ok(())
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
