//! What the chain stores, written down: `stored/<pallet>.v<storage version>`, for the SDK's pallets too. Values of this
//! project's types are stored there as well, and an update of the SDK may change its own.
//!
//! A file says how each item is laid out, with names, bounds and defaults. When this test fails, what is on the chains may
//! not be read any more, or mean something else: raise the pallet's storage version, write a migration, and let
//! `SMARTLAYER_WRITE_STORED=1` write the file of the new version. It never overwrites one. After an update of the SDK,
//! look which migrations its pallets ask for; where their layout has changed without a new version, remove the file first.

use crate::{AllPalletsWithSystem, Runtime};
use frame_metadata::{RuntimeMetadata, v14};
use frame_support::{
	storage::{storage_prefix, unhashed},
	traits::{OnGenesis, PalletsInfoAccess, STORAGE_VERSION_STORAGE_KEY_POSTFIX, StorageInfoTrait},
};
use scale_info::{PortableRegistry, TypeDef, form::PortableForm};
use sp_io::TestExternalities;
use std::{collections::BTreeMap, fs, path::PathBuf};

fn metadata() -> v14::RuntimeMetadataV14 {
	match Runtime::metadata().1 {
		RuntimeMetadata::V14(metadata) => metadata,
		other => panic!("metadata of version {}", other.version()),
	}
}

/// How a type is laid out. A type that contains itself is named where it does.
fn layout(types: &PortableRegistry, id: u32, within: &[u32]) -> String {
	let ty = types.resolve(id).unwrap();
	let name = ty.path.segments.join("::");
	// Every call there is: what is stored of it are proposals, which each upgrade may make invalid.
	if within.contains(&id) || name.ends_with("::RuntimeCall") {
		return name;
	}
	let within = [within, &[id]].concat();
	let of = |id: u32| layout(types, id, &within);
	let list = |fields: &[scale_info::Field<PortableForm>]| {
		let one = |field: &scale_info::Field<PortableForm>| match &field.name {
			Some(name) => format!("{name}: {}", of(field.ty.id)),
			None => of(field.ty.id),
		};
		fields.iter().map(one).collect::<Vec<_>>().join(", ")
	};
	match &ty.type_def {
		TypeDef::Primitive(primitive) => format!("{primitive:?}").to_lowercase(),
		TypeDef::Compact(compact) => format!("compact {}", of(compact.type_param.id)),
		TypeDef::Sequence(sequence) => format!("[{}]", of(sequence.type_param.id)),
		TypeDef::Array(array) => format!("[{}; {}]", of(array.type_param.id), array.len),
		TypeDef::Tuple(tuple) => {
			let parts: Vec<_> = tuple.fields.iter().map(|field| of(field.id)).collect();
			format!("({})", parts.join(", "))
		},
		// A struct of one field is laid out as the field is.
		TypeDef::Composite(composite) => match &composite.fields[..] {
			[field] => of(field.ty.id),
			fields => format!("({})", list(fields)),
		},
		TypeDef::Variant(variants) => {
			let one = |variant: &scale_info::Variant<PortableForm>| match &variant.fields[..] {
				[] => format!("{} {}", variant.index, variant.name),
				fields => format!("{} {}({})", variant.index, variant.name, list(fields)),
			};
			format!("{{{}}}", variants.variants.iter().map(one).collect::<Vec<_>>().join(" | "))
		},
		TypeDef::BitSequence(_) => "bits".into(),
	}
}

/// How many bytes an item's key and value take at most: what a bound is lowered by shows here.
fn sizes(pallet: &str) -> BTreeMap<String, Option<u32>> {
	AllPalletsWithSystem::storage_info()
		.into_iter()
		.filter(|info| info.pallet_name == pallet.as_bytes())
		.map(|info| (String::from_utf8(info.storage_name).unwrap(), info.max_size))
		.collect()
}

/// How everything is laid out that a pallet stores, an item a line.
fn stored(metadata: &v14::RuntimeMetadataV14, pallet: &str) -> String {
	let sizes = sizes(pallet);
	let pallet = metadata.pallets.iter().find(|found| found.name == pallet).unwrap();
	let of = |id: u32| layout(&metadata.types, id, &[]);
	let mut lines: Vec<_> = pallet
		.storage
		.iter()
		.flat_map(|storage| &storage.entries)
		.map(|entry| {
			let item = match &entry.ty {
				v14::StorageEntryType::Plain(value) => of(value.id),
				v14::StorageEntryType::Map { hashers, key, value } => {
					format!("{hashers:?} {} -> {}", of(key.id), of(value.id))
				},
			};
			let most = sizes.get(&entry.name).copied().flatten().map_or("unbounded".into(), |most| most.to_string());
			let default = match entry.modifier {
				v14::StorageEntryModifier::Optional => "none".into(),
				v14::StorageEntryModifier::Default => sp_core::hexdisplay::HexDisplay::from(&entry.default).to_string(),
			};
			format!("{}: {item}\n\tbytes {most}, by default {default}\n", entry.name)
		})
		.collect();
	lines.sort();
	lines.concat()
}

/// The storage version that a pallet of this runtime writes at genesis, as a number.
fn version(pallet: &str) -> u16 {
	let key = storage_prefix(pallet.as_bytes(), STORAGE_VERSION_STORAGE_KEY_POSTFIX);
	unhashed::get::<u16>(&key).unwrap_or_else(|| panic!("{pallet} writes no storage version"))
}

#[test]
fn what_is_stored_should_not_change_without_a_new_version() {
	let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/tests/stored");
	let write = std::env::var("SMARTLAYER_WRITE_STORED").is_ok();
	let metadata = metadata();
	let mut chain = TestExternalities::default();
	chain.execute_with(AllPalletsWithSystem::on_genesis);
	for pallet in AllPalletsWithSystem::infos() {
		let found = stored(&metadata, pallet.name);
		if found.is_empty() {
			continue;
		}
		let version = chain.execute_with(|| version(pallet.name));
		let file = folder.join(format!("{}.v{version}", pallet.name));
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
	use smartlayer_primitives::Role;
	fn of<T: TypeInfo + 'static>() -> String {
		let mut registry = Registry::new();
		let id = registry.register_type(&MetaType::new::<T>()).id;
		layout(&registry.into(), id, &[])
	}
	assert_eq!(of::<(u32, Option<(u8, [u16; 2])>)>(), "(u32, {0 None | 1 Some((u8, [u16; 2]))})");
	assert_eq!(of::<(Vec<u8>, String)>(), "([u8], str)");
	assert_ne!(of::<[u16; 2]>(), of::<[u16; 3]>());
	assert_ne!(of::<Option<u8>>(), of::<Option<u16>>());
	assert_ne!(of::<Result<u8, ()>>(), of::<Result<(), u8>>());
	// Names tell apart what is laid out alike.
	assert_eq!(of::<Role>(), "{0 ServiceNode | 1 Anchor}");
}
