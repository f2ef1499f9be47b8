//! Calls of the payments pallet, with arguments that can succeed.

use super::{ACCOUNTS, Random};
use crate::{Runtime, RuntimeCall, RuntimeOrigin, Tempo, constants::SLN, governance::pallet_origins::Origin};
use frame_support::BoundedVec;
use pallet_payments::{Call, Params, Sessions};
use smartlayer_primitives::SessionId;
use smartlayer_promise::{Promise, Scheme, Signature, SignedPromise, Signer};
use sp_keyring::Sr25519Keyring;
use sp_runtime::Perbill;

/// A call that could succeed, and who makes it. Sessions are with one of these nodes.
pub fn call(random: &mut Random, nodes: &[Sr25519Keyring]) -> (RuntimeCall, RuntimeOrigin) {
	let by = random.of(&ACCOUNTS);
	let signed = RuntimeOrigin::signed(by.to_account_id());
	let session = any(random);
	let stored = Sessions::<Runtime>::get(session);
	let payer = stored.as_ref().map_or(signed.clone(), |session| RuntimeOrigin::signed(session.payer.clone()));
	let amount = random.of(&[SLN, 10 * SLN, 100 * SLN]);
	let expiry = Tempo::now() + 2 + random.below(60) as u32;
	let call = match random.below(14) {
		0 | 1 => {
			let node = random.of(nodes).to_account_id();
			return (Call::open_session { node, amount, signer: signer(by), expiry }.into(), signed);
		},
		2 => Call::top_up { session, amount },
		3 => Call::extend { session, expiry },
		4 => Call::replace_signer { session, signer: signer(random.of(&ACCOUNTS)) },
		5..=7 => {
			let Some(promise) = promise(random, session) else { return (Call::settle { session }.into(), signed) };
			Call::cash_out { session, promise }
		},
		8 | 9 => {
			let promises = (0..random.below(6)).filter_map(|_| {
				let session = any(random);
				Some((session, promise(random, session)?))
			});
			Call::cash_out_many { promises: BoundedVec::truncate_from(promises.collect()) }
		},
		10 => Call::close { session, promise: None },
		11 => {
			let node = stored.map_or(signed, |session| RuntimeOrigin::signed(session.node));
			return (Call::close { session, promise: promise(random, session) }.into(), node);
		},
		12 => Call::settle { session },
		_ => {
			let [burn_share, anchors_share, nodes_share] =
				[(); 3].map(|()| Perbill::from_percent(random.below(17) as u32));
			let params = Params { burn_share, anchors_share, nodes_share, min_volume: amount };
			return (Call::set_params { params }.into(), Origin::SlaAdmin.into());
		},
	};
	(call.into(), payer)
}

/// A session that exists, if there is one.
fn any(random: &mut Random) -> SessionId {
	let ids: Vec<_> = Sessions::<Runtime>::iter_keys().take(30).collect();
	if ids.is_empty() { 0 } else { random.of(&ids) }
}

fn signer(key: Sr25519Keyring) -> Signer {
	Signer::Sr25519(key.public().0)
}

/// The next promise of a session, by its key or by the one that was replaced.
fn promise(random: &mut Random, id: SessionId) -> Option<SignedPromise> {
	let session = Sessions::<Runtime>::get(id)?;
	let signer = session.replaced.filter(|_| random.below(2) == 0).map_or(session.signer, |(signer, _)| signer);
	let Signer::Sr25519(key) = signer else { return None };
	let genesis = frame_system::Pallet::<Runtime>::block_hash(0);
	let promise = Promise { genesis, session: id, amount: session.spent + u128::from(random.below(30)) * SLN / 10 };
	let bytes = Sr25519Keyring::from_raw_public(key)?.sign(&promise.bytes()).0.to_vec();
	let signature = Signature { scheme: Scheme::Sr25519, bytes: BoundedVec::truncate_from(bytes) };
	Some(SignedPromise { promise, signer, signature })
}
