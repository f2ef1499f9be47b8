//! Benchmarks. Each sets up the most expensive path of its call.

#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used, reason = "a benchmark that fails must panic")]

use super::{cash_out::Batch, *};
use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
	BoundedVec,
	traits::{EnsureOrigin, Get},
	weights::WeightMeter,
};
use frame_system::{RawOrigin, pallet_prelude::BlockNumberFor};
use smartlayer_primitives::ServiceCredit;
use smartlayer_promise::{Promise, Scheme, SessionId, Signature, SignedPromise, Signer};
use sp_core::{H256, crypto::KeyTypeId, ecdsa, ed25519, sr25519};
use sp_io::{crypto, hashing::keccak_256};
use sp_runtime::traits::{BlockNumberProvider, One, Zero};

/// Sets up state of other pallets.
pub trait BenchmarkHelper<AccountId> {
	/// Gives an account funds and a bond as a service node.
	fn prepare_node(who: &AccountId);

	/// Gives an account funds.
	fn fund(who: &AccountId);

	/// Lets a share of what a node is paid return to payers, with as much to read as there can be, unless nothing ever returns.
	fn prepare_credit(node: &AccountId);
}

/// The key type under which keys of payers are kept while a benchmark runs.
const PAYERS: KeyTypeId = KeyTypeId(*b"payr");

/// The amount of each deposit: enough for any existential deposit.
fn deposit<T: Config>() -> T::Balance {
	T::Balance::from(1_000_000_000_000_000u128)
}

fn node<T: Config>() -> T::AccountId {
	let who = account("node", 0, 0);
	T::BenchmarkHelper::prepare_node(&who);
	who
}

/// Returns a node whose account no longer exists: a payment creates it.
fn gone<T: Config>(index: u32) -> T::AccountId {
	account("gone", index, 0)
}

/// Returns a session of a new payer with a node, in which a promise of twice the deposit was presented, but not paid: its
/// signature is not verified, and the deposit is used up.
fn session<T: Config>(index: u32, node: &T::AccountId) -> (T::AccountId, SessionId, SignedPromise) {
	let payer = account("payer", index, 0);
	T::BenchmarkHelper::fund(&payer);
	let expiry = T::BlockNumberProvider::current_block_number() + T::LongestSession::get();
	let id = NextSessionId::<T>::get();
	let signer = Signer::Ecdsa([1; 33]);
	Pallet::<T>::do_open_session(payer.clone(), node.clone(), deposit::<T>(), signer, expiry).unwrap();
	let amount: u128 = deposit::<T>().into() * 2;
	Sessions::<T>::mutate(id, |session| {
		let session = session.as_mut().unwrap();
		session.claimed = amount.into();
		session.replaced = Some((signer, expiry));
	});
	let promise = Promise { genesis: genesis::<T>(), session: id, amount };
	let signature = Signature { scheme: Scheme::Ecdsa, bytes: BoundedVec::truncate_from(vec![0; 65]) };
	(payer, id, SignedPromise { promise, signer, signature })
}

fn genesis<T: Config>() -> H256 {
	frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
}

/// Replaces the node of a session.
fn assign<T: Config>(id: SessionId, node: T::AccountId) {
	Sessions::<T>::mutate(id, |session| session.as_mut().unwrap().node = node);
}

/// Returns promises of different payers to these nodes.
fn promises<T: Config>(
	count: u32,
	to: impl Fn(u32) -> T::AccountId,
) -> BoundedVec<(SessionId, SignedPromise), T::MaxBatch> {
	let node = node::<T>();
	let items: Vec<_> = (0..count)
		.map(|index| {
			let (_, id, promise) = session::<T>(index, &node);
			T::BenchmarkHelper::prepare_credit(&to(index));
			assign::<T>(id, to(index));
			(id, promise)
		})
		.collect();
	items.try_into().unwrap()
}

/// Whether all deposits are used up, and a part returned to the payers if that can be.
fn all_paid<T: Config>() -> bool {
	let never = T::ServiceCredit::weight().is_zero();
	Sessions::<T>::iter_values().all(|session| {
		session.held.is_zero() && session.spent == deposit::<T>() && (never || !session.credited.is_zero())
	})
}

/// Moves the clock to the first block of reward period 1. The volumes of period 0 are to be recorded.
fn period_one<T: Config>() {
	T::BlockNumberProvider::set_block_number(T::RewardPeriod::get());
	VolumeCursor::<T>::kill();
}

fn signed(scheme: Scheme, signer: Signer, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> SignedPromise {
	let promise = Promise { genesis: H256::repeat_byte(1), session: 7, amount: u128::MAX };
	let bytes = sign(&scheme.message(&promise));
	SignedPromise { promise, signer, signature: Signature { scheme, bytes: BoundedVec::truncate_from(bytes) } }
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn open_session() {
		let node = node::<T>();
		let payer: T::AccountId = whitelisted_caller();
		T::BenchmarkHelper::fund(&payer);
		let expiry = T::BlockNumberProvider::current_block_number() + T::LongestSession::get();
		#[extrinsic_call]
		_(RawOrigin::Signed(payer), node, deposit::<T>(), Signer::Ecdsa([1; 33]), expiry);
		assert!(Sessions::<T>::contains_key(0));
	}

	#[benchmark]
	fn top_up() {
		let (payer, id, _) = session::<T>(0, &node::<T>());
		#[extrinsic_call]
		_(RawOrigin::Signed(payer), id, deposit::<T>());
		assert_eq!(Sessions::<T>::get(id).unwrap().held, deposit::<T>() + deposit::<T>());
	}

	#[benchmark]
	fn extend() {
		let (payer, id, _) = session::<T>(0, &node::<T>());
		let now = T::BlockNumberProvider::current_block_number();
		T::BlockNumberProvider::set_block_number(now + 1u32.into());
		let expiry = now + 1u32.into() + T::LongestSession::get();
		#[extrinsic_call]
		_(RawOrigin::Signed(payer), id, expiry);
		assert_eq!(Sessions::<T>::get(id).unwrap().expiry, expiry);
	}

	#[benchmark]
	fn replace_signer() {
		let (payer, id, _) = session::<T>(0, &node::<T>());
		Sessions::<T>::mutate(id, |session| session.as_mut().unwrap().replaced = None);
		#[extrinsic_call]
		_(RawOrigin::Signed(payer), id, Signer::Ecdsa([2; 33]));
		assert_eq!(Sessions::<T>::get(id).unwrap().signer, Signer::Ecdsa([2; 33]));
	}

	#[benchmark]
	fn cash_out() {
		let (id, promise) = promises::<T>(1, gone::<T>).remove(0);
		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), id, promise);
		assert!(all_paid::<T>());
	}

	#[benchmark]
	fn cash_out_many(n: Linear<1, { T::MaxBatch::get() }>) {
		let promises = promises::<T>(n, |_| gone::<T>(0));
		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), promises);
		assert!(all_paid::<T>());
		assert_eq!(Volumes::<T>::iter().count(), 1);
	}

	#[benchmark]
	fn cash_out_many_to(n: Linear<1, { T::MaxBatch::get() }>) {
		let promises = promises::<T>(n, gone::<T>);
		#[extrinsic_call]
		cash_out_many(RawOrigin::Signed(whitelisted_caller()), promises);
		assert!(all_paid::<T>());
		assert_eq!(Volumes::<T>::iter().count(), n as usize);
	}

	#[benchmark]
	fn skip() {
		// The last check fails: the node's account has gone, and the amount is too small for a new one.
		let mut promises = promises::<T>(1, gone::<T>);
		let (id, mut promise) = promises.remove(0);
		promise.promise.amount = 1;
		let mut batch = Batch::<T>::new();
		#[block]
		{
			batch.add_or_skip(id, &promise);
		}
		assert!(Sessions::<T>::iter_values().all(|session| session.spent.is_zero()));
	}

	#[benchmark]
	fn verify_sr25519() {
		let key = crypto::sr25519_generate(PAYERS, None);
		let promise = signed(Scheme::WrappedSr25519, Signer::Sr25519(key.0), |message| {
			let signature: sr25519::Signature = crypto::sr25519_sign(PAYERS, &key, message).unwrap();
			signature.0.to_vec()
		});
		let verified;
		#[block]
		{
			verified = promise.verify();
		}
		assert_eq!(verified, Ok(()));
	}

	#[benchmark]
	fn verify_ed25519() {
		let key = crypto::ed25519_generate(PAYERS, None);
		let promise = signed(Scheme::WrappedEd25519, Signer::Ed25519(key.0), |message| {
			let signature: ed25519::Signature = crypto::ed25519_sign(PAYERS, &key, message).unwrap();
			signature.0.to_vec()
		});
		let verified;
		#[block]
		{
			verified = promise.verify();
		}
		assert_eq!(verified, Ok(()));
	}

	#[benchmark]
	fn verify_ecdsa() {
		let key = crypto::ecdsa_generate(PAYERS, None);
		let promise = signed(Scheme::WrappedEcdsa, Signer::Ecdsa(key.0), |message| {
			let signature: ecdsa::Signature = crypto::ecdsa_sign(PAYERS, &key, message).unwrap();
			signature.0.to_vec()
		});
		let verified;
		#[block]
		{
			verified = promise.verify();
		}
		assert_eq!(verified, Ok(()));
	}

	#[benchmark]
	fn verify_ethereum() {
		let key = crypto::ecdsa_generate(PAYERS, None);
		let sign = |message: &[u8]| {
			let signature: ecdsa::Signature = crypto::ecdsa_sign_prehashed(PAYERS, &key, &keccak_256(message)).unwrap();
			signature.0
		};
		let Ok(point) = crypto::secp256k1_ecdsa_recover(&sign(b""), &keccak_256(b"")) else { panic!("recovers") };
		let mut address = [0; 20];
		address.copy_from_slice(&keccak_256(&point)[12..]);
		let promise = signed(Scheme::Ethereum, Signer::Ethereum(address), |message| sign(message).to_vec());
		let verified;
		#[block]
		{
			verified = promise.verify();
		}
		assert_eq!(verified, Ok(()));
	}

	#[benchmark]
	fn close() {
		let (payer, id, _) = session::<T>(0, &node::<T>());
		#[extrinsic_call]
		_(RawOrigin::Signed(payer), id, None);
		let session = Sessions::<T>::get(id).unwrap();
		assert_eq!(session.expiry, T::BlockNumberProvider::current_block_number());
	}

	#[benchmark]
	fn close_by_node() {
		let node = node::<T>();
		let (_, id, _) = session::<T>(0, &node);
		#[extrinsic_call]
		close(RawOrigin::Signed(node), id, None);
		assert!(Sessions::<T>::get(id).unwrap().held.is_zero());
	}

	#[benchmark]
	fn settle() {
		let (_, id, _) = session::<T>(0, &node::<T>());
		let now = T::BlockNumberProvider::current_block_number();
		T::BlockNumberProvider::set_block_number(now + T::LongestSession::get() + T::Thaw::get());
		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), id);
		assert!(!Sessions::<T>::contains_key(id));
	}

	#[benchmark]
	fn set_params() {
		let origin = T::AdminOrigin::try_successful_origin().unwrap();
		let params = ParamsOf::<T> { min_volume: deposit::<T>(), ..Parameters::<T>::get() };
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, params);
		assert_eq!(Parameters::<T>::get(), params);
	}

	#[benchmark]
	fn hook_base() {
		period_one::<T>();
		VolumeCursor::<T>::put(BlockNumberFor::<T>::one());
		#[block]
		{
			Pallet::<T>::do_on_poll(&mut WeightMeter::new());
		}
		assert_eq!(VolumeCursor::<T>::get(), One::one());
	}

	#[benchmark]
	fn period_step() {
		period_one::<T>();
		#[block]
		{
			Pallet::<T>::do_on_poll(&mut WeightMeter::new());
		}
		assert_eq!(VolumeCursor::<T>::get(), One::one());
	}

	#[benchmark]
	fn record_volume() {
		let node = node::<T>();
		period_one::<T>();
		Volumes::<T>::insert(BlockNumberFor::<T>::zero(), &node, Parameters::<T>::get().min_volume);
		#[block]
		{
			Pallet::<T>::do_on_poll(&mut WeightMeter::new());
		}
		assert_eq!(Volumes::<T>::iter().count(), 0);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::chain(), crate::mock::Test);
}
