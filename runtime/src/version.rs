//! The version of the runtime.

use crate::apis;
use alloc::borrow::Cow;
use sp_version::RuntimeVersion;

/// Declares the version. The number must be a literal, so that it reaches the version section of the wasm.
macro_rules! version {
	($spec_version:tt) => {
		/// The version of the runtime. `spec_version` is raised with every release, `transaction_version` with every change of
		/// the encoding of calls or transaction extensions.
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

// The release after this one, for tests of upgrades.
#[cfg(feature = "next-version")]
version!(103);
