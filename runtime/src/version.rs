//! The version of the runtime.

use crate::apis;
use alloc::borrow::Cow;
use sp_version::RuntimeVersion;

/// Writes the version down; its number must be a literal, for the wasm's section to have it.
macro_rules! version {
	($spec_version:tt) => {
		/// The version of the runtime. `spec_version` rises with every release, `transaction_version` with every
		/// change of how a call or a transaction's extensions are encoded.
		#[sp_version::runtime_version]
		pub const VERSION: RuntimeVersion = RuntimeVersion {
			spec_name: Cow::Borrowed("smartlayer"),
			impl_name: Cow::Borrowed("smartlayer"),
			authoring_version: 1,
			spec_version: $spec_version,
			impl_version: 0,
			apis: apis::RUNTIME_API_VERSIONS,
			transaction_version: 1,
			system_version: 1,
		};
	};
}

#[cfg(not(feature = "next-version"))]
version!(102);

// The release after this one, as far as the tests of upgrades are concerned.
#[cfg(feature = "next-version")]
version!(103);
