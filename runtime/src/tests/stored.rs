//! What this project's pallets store, written down for every storage version: `stored/<pallet>.v<version>`.
//!
//! A file says how each item is laid out, down to its primitives. Names of types and fields are left out: they may
//! change. When this test fails, what is on the chains can't be read any more: raise the pallet's storage version, write
//! a migration, and let `SMARTLAYER_WRITE_STORED=1` write the new version's file. It never overwrites one.

use crate::{AllPalletsWithSystem, Runtime, StakingSlash};
use frame_metadata::{RuntimeMetadata, v14};
use frame_support::traits::{GetStorageVersion, PalletsInfoAccess, StorageVersion};
use scale_info::{PortableRegistry, TypeDef, form::PortableForm};
use std::{fs, path::PathBuf};

/// The indices of this project's own pallets.
const OWN: core::ops::Range<usize> = 10..30;

fn metadata() -> v14::RuntimeMetadataV14 {
	match Runtime::metadata().1 {
		RuntimeMetadata::V14(metadata) => metadata,
		other => panic!("metadata of version {}", other.version()),
	}
}

/// How a type is laid out.
fn layout(types: &PortableRegistry, id: u32) -> String {
	let list = |fields: &[scale_info::Field<PortableForm>]| {
		fields.iter().map(|field| layout(types, field.ty.id)).collect::<Vec<_>>().join(", ")
	};
	match &types.resolve(id).unwrap().type_def {
		TypeDef::Primitive(primitive) => format!("{primitive:?}").to_lowercase(),
		TypeDef::Compact(compact) => format!("compact {}", layout(types, compact.type_param.id)),
		TypeDef::Sequence(sequence) => format!("[{}]", layout(types, sequence.type_param.id)),
		TypeDef::Array(array) => format!("[{}; {}]", layout(types, array.type_param.id), array.len),
		TypeDef::Tuple(tuple) => {
			let parts: Vec<_> = tuple.fields.iter().map(|field| layout(types, field.id)).collect();
			format!("({})", parts.join(", "))
		},
		// A struct of one field is laid out as the field is.
		TypeDef::Composite(composite) => match &composite.fields[..] {
			[field] => layout(types, field.ty.id),
			fields => format!("({})", list(fields)),
		},
		TypeDef::Variant(variants) => {
			let one = |variant: &scale_info::Variant<PortableForm>| match &variant.fields[..] {
				[] => variant.index.to_string(),
				fields => format!("{}: {}", variant.index, list(fields)),
			};
			format!("{{{}}}", variants.variants.iter().map(one).collect::<Vec<_>>().join(" | "))
		},
		TypeDef::BitSequence(_) => "bits".into(),
	}
}

/// How everything is laid out that a pallet stores, an item a line.
fn stored(metadata: &v14::RuntimeMetadataV14, pallet: &str) -> String {
	let pallet = metadata.pallets.iter().find(|found| found.name == pallet).unwrap();
	let mut lines: Vec<_> = pallet
		.storage
		.iter()
		.flat_map(|storage| &storage.entries)
		.map(|entry| match &entry.ty {
			v14::StorageEntryType::Plain(value) => format!("{}: {}", entry.name, layout(&metadata.types, value.id)),
			v14::StorageEntryType::Map { hashers, key, value } => format!(
				"{}: {hashers:?} {} -> {}",
				entry.name,
				layout(&metadata.types, key.id),
				layout(&metadata.types, value.id)
			),
		})
		.collect();
	lines.sort();
	lines.join("\n") + "\n"
}

fn version_of(pallet: &str) -> u16 {
	let versions: [(&str, StorageVersion); 4] = [
		("Tempo", crate::Tempo::in_code_storage_version()),
		("Sla", crate::Sla::in_code_storage_version()),
		("StakingSlash", StakingSlash::in_code_storage_version()),
		("Anchors", crate::Anchors::in_code_storage_version()),
	];
	let (_, version) = versions
		.into_iter()
		.find(|(name, _)| *name == pallet)
		.unwrap_or_else(|| panic!("{pallet}: its storage version must be named in this test"));
	(0..u16::MAX).find(|number| version == *number).unwrap()
}

#[test]
fn what_is_stored_should_not_change_without_a_new_version() {
	let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/tests/stored");
	let write = std::env::var("SMARTLAYER_WRITE_STORED").is_ok();
	let metadata = metadata();
	for pallet in AllPalletsWithSystem::infos().into_iter().filter(|info| OWN.contains(&info.index)) {
		let version = version_of(pallet.name);
		let file = folder.join(format!("{}.v{version}", pallet.name));
		let found = stored(&metadata, pallet.name);
		match fs::read_to_string(&file) {
			Ok(known) => assert_eq!(
				found, known,
				"what {} stores has changed, and its storage version has not: see docs/guides/change-what-is-stored.md",
				pallet.name
			),
			Err(_) if write => fs::write(&file, found).unwrap(),
			Err(_) => panic!("{} is missing: run this test with SMARTLAYER_WRITE_STORED=1", file.display()),
		}
	}
}

#[test]
fn every_change_of_layout_should_be_seen() {
	use scale_info::{MetaType, Registry, TypeInfo};
	fn of<T: TypeInfo + 'static>() -> String {
		let mut registry = Registry::new();
		let id = registry.register_type(&MetaType::new::<T>()).id;
		layout(&registry.into(), id)
	}
	assert_eq!(of::<(u32, Option<(u8, [u16; 2])>)>(), "(u32, {0 | 1: (u8, [u16; 2])})");
	assert_eq!(of::<(Vec<u8>, scale_info::prelude::string::String)>(), "([u8], str)");
	assert_ne!(of::<[u16; 2]>(), of::<[u16; 3]>());
	assert_ne!(of::<Option<u8>>(), of::<Option<u16>>());
	assert_ne!(of::<Result<u8, ()>>(), of::<Result<(), u8>>());
}
