//! The calls of the runtime, from its metadata.

use crate::Runtime;
use frame_metadata::RuntimeMetadata;
use scale_info::{PortableRegistry, TypeDef, Variant, form::PortableForm};

/// A call.
pub struct Call {
	/// Its name, as `Pallet.call`.
	pub name: String,
	/// The index of its pallet.
	pub pallet: u8,
	/// Its index, its name within the pallet, and its arguments.
	pub variant: Variant<PortableForm>,
}

/// Returns all calls in the order of their indices, and the types of their arguments.
pub fn calls() -> (Vec<Call>, PortableRegistry) {
	let RuntimeMetadata::V14(metadata) = Runtime::metadata().1 else { panic!("metadata of another version") };
	let mut all = Vec::new();
	for pallet in &metadata.pallets {
		let Some(calls) = &pallet.calls else { continue };
		let TypeDef::Variant(variants) = &metadata.types.resolve(calls.ty.id).unwrap().type_def else { continue };
		all.extend(variants.variants.iter().map(|variant| Call {
			name: format!("{}.{}", pallet.name, variant.name),
			pallet: pallet.index,
			variant: variant.clone(),
		}));
	}
	(all, metadata.types)
}
