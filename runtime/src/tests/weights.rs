//! The weights were measured with what is stored now.

use crate::AllPalletsWithSystem;
use frame_support::traits::StorageInfoTrait;
use std::{collections::BTreeMap, fs, path::PathBuf};

/// The bound of every stored item that has one, as weights files name items.
fn bounds() -> BTreeMap<String, u32> {
	AllPalletsWithSystem::storage_info()
		.into_iter()
		.filter_map(|info| {
			let name = [info.pallet_name, info.storage_name].map(|name| String::from_utf8(name).unwrap()).join("::");
			Some((name, info.max_size?))
		})
		.collect()
}

/// The functions of a weights file that read or write and don't say what: nobody measured them.
fn invented(text: &str) -> Vec<&str> {
	let (mut says_what, mut function) = (false, "");
	let mut found = Vec::new();
	for line in text.lines().map(str::trim) {
		if line.starts_with("/// Proof: `") {
			says_what = true;
		} else if let Some(name) = line.strip_prefix("fn ") {
			function = name.split('(').next().unwrap_or_default();
		} else if line.contains("reads(") || line.contains("writes(") {
			found.extend((!says_what).then_some(function));
		} else if line == "}" {
			says_what = false;
		}
	}
	found
}

/// What a line of a weights file says of an item: its name, and its bound.
fn measured(line: &str) -> Option<(&str, u32)> {
	let (name, rest) = line.trim().strip_prefix("/// Proof: `")?.split_once("` (")?;
	let (_, size) = rest.split_once("`max_size`: Some(")?;
	Some((name, size.split_once(')')?.0.parse().ok()?))
}

#[test]
fn weights_should_be_those_of_what_is_stored() {
	let bounds = bounds();
	let mut compared = 0;
	for entry in fs::read_dir(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/weights")).unwrap() {
		let file = entry.unwrap().path();
		let text = fs::read_to_string(&file).unwrap();
		if !file.ends_with("mod.rs") {
			let head = text.lines().next().unwrap_or_default();
			assert!(head.contains("measured by `make bench`"), "{} was not measured", file.display());
		}
		assert_eq!(invented(&text), Vec::<&str>::new(), "in {}: run `make bench`", file.display());
		for (name, size) in text.lines().filter_map(measured) {
			assert_eq!(
				bounds.get(name),
				Some(&size),
				"{} was measured with another {name}: run `make bench`",
				file.display()
			);
			compared += 1;
		}
	}
	assert!(compared > 100, "{compared} items");
}
