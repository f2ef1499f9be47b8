use frame_support::weights::Weight;

macro_rules! weight_info {
	($($(#[$doc:meta])* $name:ident($($component:ident)?) $test:literal,)*) => {
		/// The weights of the calls and the hook of this pallet, measured for each runtime.
		pub trait WeightInfo {
			$($(#[$doc])* fn $name($($component: u32)?) -> Weight;)*
		}

		/// For tests: small weights. A batch costs the same for itself as for each item.
		#[cfg(test)]
		impl WeightInfo for () {
			$(fn $name($($component: u32)?) -> Weight {
				let weight = Weight::from_parts($test, 0);
				$(let weight = weight.saturating_mul(u64::from($component).saturating_add(1));)?
				weight
			})*
		}
	};
}

weight_info! {
	/// `open_session`.
	open_session() 1_000,
	/// `top_up`.
	top_up() 1_000,
	/// `extend`.
	extend() 1_000,
	/// `replace_signer`.
	replace_signer() 1_000,
	/// `cash_out`, without the verification of the signature.
	cash_out() 1_000,
	/// `cash_out_many` of promises of different payers to one node, without the verification of signatures.
	cash_out_many(n) 1_000,
	/// The same to a different node each.
	cash_out_many_to(n) 1_500,
	/// A promise that is skipped in a batch, without the verification of its signature.
	skip() 300,
	/// The verification of an sr25519 signature.
	verify_sr25519() 50,
	/// The verification of an ed25519 signature.
	verify_ed25519() 60,
	/// The verification of an ecdsa signature.
	verify_ecdsa() 70,
	/// The verification of the signature of an Ethereum wallet.
	verify_ethereum() 80,
	/// `close` by the payer.
	close() 1_000,
	/// `close` by the node, without a promise.
	close_by_node() 1_000,
	/// `settle`.
	settle() 1_000,
	/// `set_params`.
	set_params() 1_000,
	/// The hook, without volumes to record.
	hook_base() 1_000,
	/// A period of which the hook records the volumes, without these.
	period_step() 1_000,
	/// The record of one volume.
	record_volume() 1_000,
}
