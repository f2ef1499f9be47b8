//! A runtime with this pallet, the token, and the traits of other pallets under control of the tests.

use crate as pallet_reports;
use crate::{Answer, Fault, Params, Pointer, ReportId, Request, Response, SignedStatement, TheftProof};
use frame_support::{
	BoundedVec, derive_impl, ord_parameter_types, parameter_types,
	traits::{
		ConstU32, ConstU64, ConstU128, ConstantStoragePrice, EitherOfDiverse, Hooks, VariantCountOf,
		fungible::{HoldConsideration, Inspect, InspectHold},
	},
	weights::{Weight, WeightMeter},
};
use frame_system::{EnsureRoot, EnsureSignedBy};
use smartlayer_primitives::{
	Action, Bonding, Customer, Delta, Maintenance, Offence, OnSlashResolved, PaymentSessions, Role, Score, Seats,
	ServiceKeys, ServiceLevel, SessionId, SlashId, SlashOutcome, Slasher,
};
use smartlayer_statement::{Record, Statement, hash};
use sp_core::{H256, Pair, sr25519};
use sp_keystore::{KeystoreExt, testing::MemoryKeystore};
use sp_runtime::{AccountId32, BuildStorage, DispatchError, MultiSignature, Perbill, traits::IdentityLookup};
use std::collections::BTreeMap;

/// Account ids, as long as those in statements.
pub type AccountId = AccountId32;
/// One token of the tests.
pub const UNIT: u128 = 1_000;
/// The existential deposit.
pub const ED: u128 = 10;
/// The initial balance of each account.
pub const FUNDS: u128 = 10_000 * UNIT;
/// The deposit of a report.
pub const DEPOSIT: u128 = 100 * UNIT;
/// The fee of the first demands.
pub const FEE: u128 = 10 * UNIT;
/// The storage deposit of an announced proof.
pub const STORAGE: u128 = 20;

/// The report window, in blocks.
pub const WINDOW: u64 = 50;
/// The duration of a vote, in blocks.
pub const VOTE: u64 = 20;
/// The time for an answer, in blocks.
pub const DEMAND: u64 = 10;
/// The longest maintenance, in blocks.
pub const MAINTENANCE: u64 = 40;
/// The length of a measurement window, in blocks.
pub const MEASURED: u64 = 20;
/// The maximum number of reports against a node.
pub const AGAINST: u32 = 3;
/// The maximum number of open reports.
pub const OPEN: u32 = 6;
/// The maximum number of open reports of one seat.
pub const BY: u32 = 3;

/// Returns an account: seats are 1 to 32, nodes 101 to 104, customers 201 to 204.
pub fn who(number: u8) -> AccountId {
	AccountId::new([number; 32])
}
/// A service node.
pub fn node() -> AccountId {
	who(101)
}
/// Another service node.
pub fn other_node() -> AccountId {
	who(102)
}
/// A customer.
pub fn customer() -> AccountId {
	who(201)
}
/// The treasury.
pub fn treasury() -> AccountId {
	who(250)
}
/// The operator of the seat or node with this number.
pub fn operator(number: u8) -> AccountId {
	AccountId::new([[number; 16], [255; 16]].concat().try_into().unwrap())
}

ord_parameter_types! {
	pub const Admin: AccountId = who(251);
}

parameter_types! {
	/// The seats.
	pub static Seated: Vec<AccountId> = Vec::new();
	/// The accounts without a bond, among those that have one by their number.
	pub static Unbonded: Vec<AccountId> = Vec::new();
	/// The void intervals, with the block in which each ended.
	pub static Void: BTreeMap<u32, u64> = BTreeMap::new();
	/// The recorded actions.
	pub static Recorded: Vec<(AccountId, Action<u128>)> = Vec::new();
	/// The filed slashes. The id of each is its index.
	pub static Slashed: Vec<Offence<AccountId, u128>> = Vec::new();
	/// The slash rate of every node.
	pub static Rate: Perbill = Perbill::from_percent(30);
	/// The sessions, whether each is open, and the first and last block for which it has a customer.
	pub static Sessions: BTreeMap<SessionId, (Customer<AccountId, u128>, bool, u64, u64)> = BTreeMap::new();
	/// The end of the maintenance of every node.
	pub static MaintenanceEnd: Option<u64> = None;
	/// The height from which on the service keys of all nodes are theirs.
	pub static KeyFrom: u64 = 0;
	/// Further service nodes, with their keys.
	pub static FurtherNodes: BTreeMap<AccountId, AccountId> = BTreeMap::new();
	/// By how many blocks the clock is behind the height.
	pub static Paused: u64 = 0;
	pub TreasuryAccount: AccountId = treasury();
	pub const StorageHold: RuntimeHoldReason = RuntimeHoldReason::Reports(crate::HoldReason::Storage);
	pub const HookWeight: Weight = Weight::from_parts(5_000, 0);
	pub const BondLossWeight: Weight = Weight::from_parts(1, 0);
	/// The nodes that are bonded and not active.
	pub static Chilled: Vec<AccountId> = Vec::new();
}

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type Reports = pallet_reports;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountData = pallet_balances::AccountData<u128>;
	type AccountId = AccountId;
	type Block = frame_system::mocking::MockBlock<Test>;
	type BlockHashCount = ConstU64<1_000>;
	type Lookup = IdentityLookup<AccountId>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = u128;
	type ExistentialDeposit = ConstU128<ED>;
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type RuntimeHoldReason = RuntimeHoldReason;
}

/// The clock.
pub struct PausedClock;

impl sp_runtime::traits::BlockNumberProvider for PausedClock {
	type BlockNumber = u64;

	fn current_block_number() -> u64 {
		System::block_number() - Paused::get()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_block_number(block: u64) {
		System::set_block_number(block);
	}
}

/// The other pallets.
pub struct Others;

impl Bonding<AccountId> for Others {
	fn qualifies(role: Role, who: &AccountId) -> bool {
		Self::role(who) == Some(role) && !Chilled::get().contains(who)
	}

	fn role(who: &AccountId) -> Option<Role> {
		let bytes: &[u8; 32] = who.as_ref();
		if FurtherNodes::get().contains_key(who) {
			return Some(Role::ServiceNode);
		}
		if Unbonded::get().contains(who) || bytes[16] == 255 {
			return None;
		}
		match bytes[0] {
			1..=32 => Some(Role::Anchor),
			101..=104 => Some(Role::ServiceNode),
			_ => None,
		}
	}

	fn principal(account: &AccountId) -> AccountId {
		let bytes: &[u8; 32] = account.as_ref();
		if *account == operator(bytes[0]) { who(bytes[0]) } else { account.clone() }
	}

	fn seated(_: Role, _: &AccountId) {}

	fn unseated(_: Role, _: &AccountId) {}
}

impl ServiceLevel<AccountId, u128> for Others {
	fn record(who: &AccountId, action: Action<u128>) -> Delta {
		Recorded::mutate(|recorded| recorded.push((who.clone(), action)));
		Delta::default()
	}

	fn score(_: Role, _: &AccountId) -> Score {
		Score::default()
	}

	fn slash_rate(_: Role, _: &AccountId) -> Perbill {
		Rate::get()
	}
}

impl Slasher<AccountId, u128> for Others {
	fn slash(offence: Offence<AccountId, u128>) -> Result<SlashId, DispatchError> {
		if Self::role(&offence.offender).is_none() {
			return Err(DispatchError::Other("not bonded"));
		}
		Slashed::mutate(|slashed| slashed.push(offence));
		Ok(Slashed::get().len() as SlashId - 1)
	}
}

impl Seats<AccountId, u64> for Others {
	fn seats() -> Vec<AccountId> {
		Seated::get()
	}

	fn void_since(interval: u32) -> Option<u64> {
		Void::get().get(&interval).copied()
	}

	fn most() -> u32 {
		32
	}
}

impl PaymentSessions<AccountId, u128, u64> for Others {
	fn customer_at(session: SessionId, block: u64) -> Option<Customer<AccountId, u128>> {
		let (customer, _, from, to) = Sessions::get().get(&session).cloned()?;
		(from <= block && block <= to).then_some(customer)
	}

	fn open_customer(session: SessionId) -> Option<Customer<AccountId, u128>> {
		let (customer, open, ..) = Sessions::get().get(&session).cloned()?;
		open.then_some(customer)
	}

	fn weight() -> Weight {
		Weight::zero()
	}
}

impl Maintenance<AccountId, u64> for Others {
	fn ends(_: &AccountId, from: u64, _: u64) -> Option<u64> {
		MaintenanceEnd::get().filter(|end| *end > from)
	}

	fn weight() -> Weight {
		Weight::zero()
	}
}

impl ServiceKeys<AccountId, AccountId, u64> for Others {
	fn is_service_key(of: &AccountId, key: &AccountId, height: u64) -> bool {
		let current = FurtherNodes::get().get(of).cloned().unwrap_or_else(|| key_of(of).public().into());
		*key == current && height >= KeyFrom::get()
	}

	fn weight() -> Weight {
		Weight::zero()
	}
}

impl pallet_reports::Config for Test {
	type AdminOrigin = EitherOfDiverse<EnsureRoot<AccountId>, EnsureSignedBy<Admin, AccountId>>;
	type Balance = u128;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
	type BlockNumberProvider = PausedClock;
	type BondLossWeight = BondLossWeight;
	type Bonding = Others;
	type Consideration =
		HoldConsideration<AccountId, Balances, StorageHold, ConstantStoragePrice<ConstU128<STORAGE>, u128>>;
	type Currency = Balances;
	type DemandPeriod = ConstU64<DEMAND>;
	type HookWeight = HookWeight;
	type LongestMaintenance = ConstU64<MAINTENANCE>;
	type Maintenance = Others;
	type MaxReports = ConstU32<OPEN>;
	type MaxReportsAgainst = ConstU32<AGAINST>;
	type MaxReportsBy = ConstU32<BY>;
	type MaxSeats = ConstU32<32>;
	type ReportWindow = ConstU64<WINDOW>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Seats = Others;
	type ServiceKeys = Others;
	type ServiceLevel = Others;
	type Sessions = Others;
	type Signature = MultiSignature;
	type Slasher = Others;
	type Treasury = TreasuryAccount;
	type VotePeriod = ConstU64<VOTE>;
	type WeightInfo = ();
	type WindowLength = ConstU64<MEASURED>;
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<AccountId, MultiSignature> for () {
	fn fund(who: &AccountId) {
		use frame_support::traits::fungible::Mutate;
		Balances::set_balance(who, FUNDS);
	}

	fn prepare_seats(count: u32) -> Vec<AccountId> {
		Seated::set((1..=count as u8).map(who).collect());
		Seated::get()
	}

	fn prepare_node(node: &AccountId, key: AccountId) {
		Self::fund(node);
		FurtherNodes::mutate(|nodes| nodes.insert(node.clone(), key));
	}

	fn open_session(payer: &AccountId, node: &AccountId) -> SessionId {
		open_session(0, payer.clone(), node.clone(), UNIT);
		0
	}

	fn prepare_void_interval() -> u32 {
		Void::set(BTreeMap::from([(1, System::block_number())]));
		1
	}

	fn create_key() -> AccountId {
		issuer().public().into()
	}

	fn sign(_: &AccountId, bytes: &[u8]) -> MultiSignature {
		issuer().sign(bytes).into()
	}
}

/// Parameters with small amounts.
pub fn params() -> Params<u128> {
	Params { deposit: DEPOSIT, demand_fee: FEE, ..crate::params::defaults() }
}

/// Builds a chain on which the numbered accounts have funds, with this number of seats.
pub fn chain(seats: u8) -> sp_io::TestExternalities {
	let numbers = (1..=40).chain(101..=104).chain(201..=250);
	let accounts = numbers.flat_map(|number| [who(number), operator(number)]);
	let config = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: accounts.map(|account| (account, FUNDS)).collect(),
			..Default::default()
		},
		reports: pallet_reports::GenesisConfig { params: params() },
		..Default::default()
	};
	// Reset the state of earlier chains of this thread.
	Seated::set((1..=seats).map(who).collect());
	Unbonded::take();
	Chilled::take();
	Void::take();
	Recorded::take();
	Slashed::take();
	Rate::set(Perbill::from_percent(30));
	Sessions::take();
	MaintenanceEnd::take();
	KeyFrom::take();
	FurtherNodes::take();
	Paused::take();
	let mut externalities: sp_io::TestExternalities = config.build_storage().map(Into::into).unwrap();
	// The benchmarks keep their keys there.
	externalities.register_extension(KeystoreExt::new(MemoryKeystore::new()));
	externalities.execute_with(|| {
		frame_system::BlockHash::<Test>::insert(0, genesis());
		begin(1);
		System::reset_events();
	});
	externalities
}

/// Runs a test on a new chain with six seats, and checks the invariants at its end.
pub fn run(test: impl FnOnce()) {
	run_with(6, test);
}

/// Runs a test on a new chain with this number of seats, and checks the invariants at its end.
pub fn run_with(seats: u8, test: impl FnOnce()) {
	chain(seats).execute_with(|| {
		test();
		Reports::do_try_state().unwrap();
	});
}

fn begin(block: u64) {
	System::set_block_number(block);
	frame_system::BlockHash::<Test>::insert(block - 1, block_hash(block - 1));
}

/// Returns the hash of a block.
pub fn block_hash(block: u64) -> H256 {
	if block == 0 { genesis() } else { H256::from_low_u64_be(block) }
}

/// Returns the genesis hash.
pub fn genesis() -> H256 {
	H256::repeat_byte(0x5a)
}

/// Advances to a block, calling the hook of each.
pub fn run_to(block: u64) {
	while System::block_number() < block {
		begin(System::block_number() + 1);
		Reports::on_poll(System::block_number(), &mut WeightMeter::new());
	}
}

/// Advances by a number of blocks.
pub fn pass(blocks: u64) {
	run_to(System::block_number() + blocks);
}

/// The origin of an account.
pub fn by(account: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(account)
}

/// Returns the events of this pallet since the last call, and forgets them.
pub fn events() -> Vec<crate::Event<Test>> {
	let events = System::read_events_for_pallet::<crate::Event<Test>>();
	System::reset_events();
	events
}

/// Returns the recorded actions since the last call, and forgets them.
pub fn recorded() -> Vec<(AccountId, Action<u128>)> {
	Recorded::take()
}

/// Returns the free balance of an account, less what it had at first.
pub fn change(account: &AccountId) -> i128 {
	Balances::balance(account) as i128 - FUNDS as i128
}

/// Returns what an account has on hold.
pub fn held(account: &AccountId) -> u128 {
	Balances::total_balance_on_hold(account)
}

/// A text as a pointer.
pub fn pointer(text: &str) -> Pointer {
	text.as_bytes().to_vec().try_into().unwrap()
}

/// Files a report against the node by a seat, for a block, with evidence of its own.
pub fn file(seat: u8, fault: Fault, at: u64) -> ReportId {
	let id = crate::NextReportId::<Test>::get();
	let evidence = H256::from_low_u64_be(id + 1);
	let place = pointer("https://example.org/evidence");
	Reports::report(by(who(seat)), fault, node(), at, None, evidence, place).unwrap();
	id
}

/// Votes as seats, by number.
pub fn vote(report: ReportId, seats: impl IntoIterator<Item = u8>, aye: bool) {
	for seat in seats {
		Reports::vote(by(who(seat)), report, aye).unwrap();
	}
}

/// Notifies of the outcome of a slash, and lets its consequences follow.
pub fn resolve(slash: SlashId, outcome: SlashOutcome) {
	<Reports as OnSlashResolved>::on_slash_resolved(slash, outcome);
	pass(1);
}

/// Opens a session of a customer with a node, which has paid an amount.
pub fn open_session(session: SessionId, payer: AccountId, node: AccountId, paid: u128) {
	Sessions::mutate(|sessions| sessions.insert(session, (Customer { payer, node, paid }, true, 0, u64::MAX)));
}

/// The service key of a node.
pub fn key_of(node: &AccountId) -> sr25519::Pair {
	let bytes: &[u8; 32] = node.as_ref();
	sr25519::Pair::from_seed(bytes)
}

/// A statement of the node of a block.
pub fn statement(sequence: u64, state: u8, block: u64) -> Statement {
	Statement {
		genesis: genesis(),
		node: node().into(),
		class: H256::repeat_byte(1),
		instance: H256::repeat_byte(2),
		sequence,
		block: block as u32,
		block_hash: block_hash(block),
		state: H256::repeat_byte(state),
		request: hash(b"request"),
		response: hash(b"response"),
	}
}

/// Signs a statement with the service key of its node.
pub fn sign(statement: Statement) -> SignedStatement<AccountId, MultiSignature> {
	let pair = key_of(&AccountId::new(statement.node));
	let signature = pair.sign(&statement.bytes()).into();
	SignedStatement { statement, key: pair.public().into(), signature }
}

/// A proof with two statements.
pub fn proof(first: Statement, second: Statement) -> TheftProof<AccountId, MultiSignature> {
	TheftProof { first: sign(first), second: sign(second) }
}

/// Demands the request of [`statement`] from the node of a session.
pub fn demand(session: SessionId) -> Result<(), DispatchError> {
	let payer = Sessions::get()[&session].0.payer.clone();
	let request: Request = b"request".to_vec().try_into().unwrap();
	Reports::demand(by(payer), session, H256::repeat_byte(1), H256::repeat_byte(2), request)
}

/// The right answer to it, in this block.
pub fn served() -> Answer<AccountId, MultiSignature> {
	let response: Response = b"response".to_vec().try_into().unwrap();
	Answer::Served { statement: sign(statement(1, 1, System::block_number() - 1)), response }
}

/// The issuer of tokens.
pub fn issuer() -> sr25519::Pair {
	sr25519::Pair::from_seed(&[77; 32])
}

/// A record that names a node for an instance of the issuer.
pub fn record(named: &AccountId) -> Record {
	Record {
		genesis: genesis(),
		issuer: issuer().public().0,
		salt: H256::repeat_byte(5),
		instance: H256::repeat_byte(2),
		bit: 0,
		node: named.clone().into(),
		number: 1,
	}
}

/// A bounded list of bytes.
pub fn bytes<S: frame_support::traits::Get<u32>>(list: &[u8]) -> BoundedVec<u8, S> {
	list.to_vec().try_into().unwrap()
}
