//! Random arguments of calls, within their types.

use super::{
	super::metadata::{self, Call},
	ACCOUNTS, Random,
};
use crate::{OriginCaller, RuntimeCall, governance::pallet_origins::Origin};
use codec::{Compact, Decode, Encode};
use frame_system::RawOrigin;
use scale_info::{Field, PortableRegistry, TypeDef, TypeDefPrimitive, form::PortableForm};

/// Calls that change the state in ways that no rule of the runtime governs, or that only a block's author makes. All but
/// the last are root's alone.
const NOT_CALLED: [&str; 18] = [
	"System.set_code",
	"System.set_code_without_checks",
	"System.set_storage",
	"System.kill_storage",
	"System.kill_prefix",
	"System.set_heap_pages",
	"System.authorize_upgrade",
	"System.authorize_upgrade_without_checks",
	"Balances.force_set_balance",
	"Balances.force_adjust_total_issuance",
	"Balances.force_unreserve",
	"Grandpa.note_stalled",
	"Babe.plan_config_change",
	"MultiBlockMigrations.force_set_cursor",
	"MultiBlockMigrations.force_set_active_cursor",
	"MultiBlockMigrations.force_onboard_mbms",
	"MultiBlockMigrations.clear_historic",
	"Timestamp.set",
];

/// How deep calls are nested.
const DEPTH: u8 = 2;

const AMOUNTS: [u128; 10] = [
	0,
	1,
	10_000_000_000,
	1_000_000_000_000,
	10_000_000_000_000,
	1_000_000_000_000_000,
	10_000_000_000_000_000,
	30_000_000_000_000_000,
	500_000_000_000_000_000,
	u128::MAX,
];
/// The last is nearly the greatest height: what the treasury may pay from the very last block on breaks a check of its
/// own, which wants it to expire later.
const NUMBERS: [u64; 10] = [0, 1, 2, 3, 4, 5, 20, 100, 500_000_000, u32::MAX as u64 - 1_000];

/// The types of all calls.
pub struct Arguments {
	types: PortableRegistry,
	calls: Vec<Call>,
}

impl Arguments {
	pub fn new() -> Self {
		let (mut calls, types) = metadata::calls();
		calls.retain(|call| !NOT_CALLED.contains(&call.name.as_str()));
		Self { types, calls }
	}

	/// The calls that are made, as `Pallet.call`.
	pub fn names(&self) -> impl Iterator<Item = &str> {
		self.calls.iter().map(|call| call.name.as_str())
	}

	/// A call of any pallet.
	pub fn call(&self, random: &mut Random) -> (String, RuntimeCall) {
		loop {
			let mut bytes = Vec::new();
			let name = self.write_call(random, 0, &mut bytes);
			// A share above one, or text that is none, is no argument.
			if let Ok(call) = RuntimeCall::decode(&mut &bytes[..]) {
				return (name, call);
			}
		}
	}

	fn write_call(&self, random: &mut Random, depth: u8, to: &mut Vec<u8>) -> String {
		let Call { name, pallet, variant } = &self.calls[random.below(self.calls.len() as u64) as usize];
		to.extend([*pallet, variant.index]);
		self.write_fields(&variant.fields, random, depth, to);
		name.clone()
	}

	fn write_fields(&self, fields: &[Field<PortableForm>], random: &mut Random, depth: u8, to: &mut Vec<u8>) {
		for field in fields {
			self.write(field.ty.id, random, depth, to);
		}
	}

	fn write(&self, id: u32, random: &mut Random, depth: u8, to: &mut Vec<u8>) {
		let ty = self.types.resolve(id).unwrap();
		match ty.path.segments.last().map(String::as_str) {
			Some("AccountId32") => return random.account().encode_to(to),
			Some("MultiAddress") => {
				to.push(0);
				return random.account().encode_to(to);
			},
			Some("RuntimeCall") if depth < DEPTH => {
				self.write_call(random, depth + 1, to);
				return;
			},
			// `System.remark` of nothing.
			Some("RuntimeCall") => return to.extend([0, 0, 0]),
			Some("OriginCaller") => return caller(random).encode_to(to),
			_ => {},
		}
		match &ty.type_def {
			TypeDef::Composite(composite) => self.write_fields(&composite.fields, random, depth, to),
			TypeDef::Variant(variants) => {
				let variants: Vec<_> = variants.variants.iter().collect();
				if variants.is_empty() {
					return;
				}
				let variant = random.of(&variants);
				to.push(variant.index);
				self.write_fields(&variant.fields, random, depth, to);
			},
			TypeDef::Sequence(sequence) => {
				let length = random.below(4) as u32;
				Compact(length).encode_to(to);
				for _ in 0..length {
					self.write(sequence.type_param.id, random, depth, to);
				}
			},
			TypeDef::Array(array) => {
				let byte = random.of(&[0u8, 0, 1, 7]);
				for _ in 0..array.len {
					match self.primitive(array.type_param.id) {
						Some(TypeDefPrimitive::U8) => to.push(byte),
						_ => self.write(array.type_param.id, random, depth, to),
					}
				}
			},
			TypeDef::Tuple(tuple) => {
				for field in &tuple.fields {
					self.write(field.id, random, depth, to);
				}
			},
			TypeDef::Primitive(primitive) => write_number(primitive, random, to),
			TypeDef::Compact(compact) => match self.primitive(compact.type_param.id) {
				Some(TypeDefPrimitive::U128) => Compact(random.of(&AMOUNTS)).encode_to(to),
				Some(TypeDefPrimitive::U64) => Compact(random.of(&NUMBERS)).encode_to(to),
				Some(_) => Compact(random.of(&NUMBERS) as u32).encode_to(to),
				None => Compact(0u32).encode_to(to),
			},
			TypeDef::BitSequence(_) => Compact(0u32).encode_to(to),
		}
	}

	/// The number that a type is, possibly in structs of one field.
	fn primitive(&self, id: u32) -> Option<TypeDefPrimitive> {
		match &self.types.resolve(id).unwrap().type_def {
			TypeDef::Primitive(primitive) => Some(primitive.clone()),
			TypeDef::Composite(composite) => match &composite.fields[..] {
				[field] => self.primitive(field.ty.id),
				_ => None,
			},
			_ => None,
		}
	}
}

fn write_number(primitive: &TypeDefPrimitive, random: &mut Random, to: &mut Vec<u8>) {
	let number = random.of(&NUMBERS);
	match primitive {
		TypeDefPrimitive::Bool => to.push((number % 2) as u8),
		TypeDefPrimitive::U8 | TypeDefPrimitive::I8 => to.push(random.of(b"ab\x00\xff")),
		TypeDefPrimitive::U16 | TypeDefPrimitive::I16 => (number as u16).encode_to(to),
		TypeDefPrimitive::U32 | TypeDefPrimitive::I32 | TypeDefPrimitive::Char => (number as u32).encode_to(to),
		TypeDefPrimitive::U64 | TypeDefPrimitive::I64 => number.encode_to(to),
		TypeDefPrimitive::U128 | TypeDefPrimitive::I128 => random.of(&AMOUNTS).encode_to(to),
		TypeDefPrimitive::U256 | TypeDefPrimitive::I256 => [number, 0, 0, 0].encode_to(to),
		TypeDefPrimitive::Str => "text".encode_to(to),
	}
}

/// An origin that a call names.
fn caller(random: &mut Random) -> OriginCaller {
	match random.below(10) {
		0 => RawOrigin::Root.into(),
		1 => RawOrigin::Signed(random.of(&ACCOUNTS).to_account_id()).into(),
		2 => RawOrigin::None.into(),
		3 => Origin::SlaAdmin.into(),
		4 => Origin::AnchorAdmin.into(),
		5 => Origin::SlashReview.into(),
		6 => Origin::Treasurer.into(),
		7 => Origin::Emergency.into(),
		8 => Origin::Canceller.into(),
		_ => Origin::Killer.into(),
	}
}
