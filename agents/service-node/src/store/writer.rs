//! The thread that writes.

use super::{Charged, MOST_CONFIRMATIONS, MOST_REPEATS, Payment, Performed, Place, StoreError, Write, tables::*};
use codec::Encode;
use redb::{Database, ReadableTable, ReadableTableMetadata, Table, WriteTransaction};
use smartlayer_client::{Key, api::anchor::SignedBatch};
use smartlayer_commitment::Operation;
use smartlayer_promise::SessionId;
use smartlayer_statement::{Account, Batch, Entry, MAX_OPERATIONS, Receipt};
use smartlayer_token::{Action, Refusal, State, perform, verify};
use sp_core::H256;
use sp_runtime::MultiSignature;
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
};
use tokio::sync::oneshot;

pub(super) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// What the writer is ordered to do.
pub(super) enum Order {
	Charge { payment: Box<Payment>, reply: Reply<Charged> },
	Perform { payment: Option<Box<Payment>>, write: Box<Write>, reply: Reply<Performed> },
	Paid { session: SessionId, total: Option<u128>, reply: Reply<()> },
	MakeBatch { reply: Reply<Option<u64>> },
	Acknowledge { receipt: Box<(Receipt, MultiSignature)>, reply: Reply<()> },
	ForgetBatches { before: u64, reply: Reply<()> },
	Confirm { operation: Place, signature: MultiSignature, reply: Reply<bool> },
	ForgetConfirmation { operation: Place, reply: Reply<()> },
	NoteRestored { height: u32, reply: Reply<()> },
	Import { batch: Box<SignedBatch>, keys: Vec<Account>, reply: Reply<u64> },
	Resume { reply: Reply<()> },
}

/// What is answered when the transaction is durable.
type Answer = Box<dyn FnOnce()>;

pub(super) struct Writer {
	database: Arc<Database>,
	genesis: H256,
	node: Account,
	key: Key,
}

impl Writer {
	pub(super) const fn new(database: Arc<Database>, genesis: H256, node: Account, key: Key) -> Self {
		Self { database, genesis, node, key }
	}

	/// Applies orders in one transaction, and answers them when it is durable.
	pub(super) fn write(&self, orders: Vec<Order>) -> Result<(), StoreError> {
		let transaction = self.database.begin_write()?;
		let mut answers = Vec::with_capacity(orders.len());
		let changed = {
			let mut tables = Tables::open(&transaction)?;
			for order in orders {
				answers.push(tables.apply(self, order)?);
			}
			tables.changed
		};
		if changed {
			transaction.commit()?;
		} else {
			transaction.abort()?;
		}
		for answer in answers {
			answer();
		}
		Ok(())
	}
}

/// The tables within a transaction.
struct Tables<'a> {
	restored: Table<'a, (), u32>,
	states: Table<'a, (&'static [u8; 32], &'static [u8; 32]), &'static [u8]>,
	moved: Table<'a, (&'static [u8; 32], &'static [u8; 32]), &'static [u8]>,
	operations: Table<'a, OperationKey, &'static [u8]>,
	unbatched: Table<'a, u64, OperationKey>,
	batches: Table<'a, u64, &'static [u8]>,
	acknowledged: Table<'a, &'static [u8; 32], u64>,
	receipts: Table<'a, (u64, &'static [u8; 32]), &'static [u8]>,
	confirmations: Table<'a, OperationKey, &'static [u8]>,
	sessions: Table<'a, SessionId, &'static [u8]>,
	unpaid: Table<'a, SessionId, ()>,
	/// Whether anything was written: an order that was refused is no reason to wait for the disk.
	changed: bool,
}

/// Separates what refuses an order from what ends the node.
fn answer<T: 'static>(reply: Reply<T>, result: Result<T, StoreError>) -> Result<Answer, StoreError> {
	match result {
		Err(error @ (StoreError::Damaged(_) | StoreError::Database(_))) => Err(error),
		result => Ok(Box::new(move || drop(reply.send(result)))),
	}
}

impl<'a> Tables<'a> {
	fn open(transaction: &'a WriteTransaction) -> Result<Self, StoreError> {
		Ok(Self {
			restored: transaction.open_table(RESTORED)?,
			states: transaction.open_table(STATES)?,
			moved: transaction.open_table(MOVED)?,
			operations: transaction.open_table(OPERATIONS)?,
			unbatched: transaction.open_table(UNBATCHED)?,
			batches: transaction.open_table(BATCHES)?,
			acknowledged: transaction.open_table(ACKNOWLEDGED)?,
			receipts: transaction.open_table(RECEIPTS)?,
			confirmations: transaction.open_table(CONFIRMATIONS)?,
			sessions: transaction.open_table(SESSIONS)?,
			unpaid: transaction.open_table(UNPAID)?,
			changed: false,
		})
	}

	fn apply(&mut self, writer: &Writer, order: Order) -> Result<Answer, StoreError> {
		match order {
			Order::Charge { payment, reply } => answer(reply, self.charge(&payment)),
			Order::Perform { payment, write, reply } => {
				let result = self.charge_and_perform(writer, payment.as_deref(), &write);
				answer(reply, result)
			},
			Order::Paid { session, total, reply } => answer(reply, self.paid(session, total)),
			Order::MakeBatch { reply } => answer(reply, self.make_batch(writer)),
			Order::Acknowledge { receipt, reply } => answer(reply, self.acknowledge(writer, &receipt.0, &receipt.1)),
			Order::ForgetBatches { before, reply } => answer(reply, self.forget_batches(before)),
			Order::Confirm { operation, signature, reply } => answer(reply, self.confirm(&operation, &signature)),
			Order::ForgetConfirmation { operation, reply } => answer(reply, self.forget_confirmation(&operation)),
			Order::NoteRestored { height, reply } => answer(reply, self.note_restored(height)),
			Order::Import { batch, keys, reply } => answer(reply, self.import(writer, &batch, &keys)),
			Order::Resume { reply } => answer(reply, self.resume()),
		}
	}

	fn charge(&mut self, payment: &Payment) -> Result<Charged, StoreError> {
		let charges = self.quote(payment)?;
		self.keep_charges(payment.promise.promise.session, &charges)
	}

	fn charge_and_perform(
		&mut self,
		writer: &Writer,
		payment: Option<&Payment>,
		write: &Write,
	) -> Result<Performed, StoreError> {
		let quoted =
			payment.map(|payment| Ok::<_, StoreError>((payment.promise.promise.session, self.quote(payment)?)));
		let quoted = quoted.transpose()?;
		let (entry, state) = self.perform(writer, write)?;
		let charged = quoted.map(|(session, charges)| self.keep_charges(session, &charges)).transpose()?;
		Ok(Performed { charged, entry, state })
	}

	fn keep_charges(&mut self, session: SessionId, charges: &Charges) -> Result<Charged, StoreError> {
		self.changed = true;
		self.sessions.insert(session, &charges.encode()[..])?;
		if charges.is_unpaid() {
			self.unpaid.insert(session, ())?;
		} else {
			self.unpaid.remove(session)?;
		}
		Ok(Charged { total: charges.charged, repeated: charges.repeats > 0 })
	}

	/// Returns what is charged after a call. The call that was charged last costs nothing again if its promise was for it alone:
	/// the answer may have been lost.
	fn quote(&self, payment: &Payment) -> Result<Charges, StoreError> {
		let Payment { promise, price, credit, request, sequence, spent } = payment;
		let amount = promise.promise.amount;
		let before = self.charges(promise.promise.session)?;
		let charged = before.as_ref().map_or(*spent, |before| before.charged_at_least(*spent));
		let paid = before.as_ref().map_or(*spent, |before| before.paid.max(*spent));
		// What the chain has paid, everybody can see: it does not show that the customer calls again.
		if let Some(before) = before.clone()
			&& amount > paid
			&& (amount, charged, *request, *sequence) == (charged, before.charged, before.request, before.sequence)
		{
			let repeats = before.repeats.saturating_add(1);
			return match repeats <= MOST_REPEATS {
				true => Ok(Charges { repeats, ..before }),
				false => Err(StoreError::Repeated { charged }),
			};
		}
		let total = charged.checked_add(*price).filter(|total| amount.saturating_add(*credit) >= *total);
		let Some(total) = total else {
			return Err(StoreError::Stale { charged });
		};
		// The highest one is cashed out.
		let promise = before.map(|before| before.promise).filter(|highest| highest.promise.amount >= amount);
		let promise = promise.unwrap_or_else(|| payment.promise.clone());
		Ok(Charges {
			charged: total,
			promise,
			paid,
			request: *request,
			sequence: *sequence,
			repeats: 0,
			restored: false,
		})
	}

	fn charges(&self, session: SessionId) -> Result<Option<Charges>, StoreError> {
		let found = self.sessions.get(session)?;
		found.map(|found| parse_charges(found.value())).transpose()
	}

	fn state(&self, class: &H256, instance: &H256) -> Result<State, StoreError> {
		let found = self.states.get((&class.0, &instance.0))?;
		found.map_or_else(|| Ok(State::empty(*class, *instance)), |found| parse_state(found.value()))
	}

	/// Performs a write. The last operation of a token is answered again, and not performed: its answer may have been lost.
	fn perform(&mut self, writer: &Writer, write: &Write) -> Result<(Entry, State), StoreError> {
		if self.restored.get(())?.is_some() {
			return Err(StoreError::Restored);
		}
		let Write { class, instance, user, write } = write;
		if let Some(moved) = self.moved.get((&class.0, &instance.0))? {
			return Err(StoreError::Moved(Box::new(parse_moved(moved.value())?)));
		}
		let before = self.state(class, instance)?;
		if let Some(last) = self.last_operation(&before)?
			&& (last.operation.user, &last.body.write) == (*user, &write.bytes())
		{
			return Ok((last, before));
		}
		match perform(writer.genesis, &writer.node, &before, user, write) {
			Ok((entry, after)) => {
				self.keep(&entry, &after)?;
				let (next, operation) = (self.next_unbatched()?, &entry.operation);
				self.unbatched.insert(next, (&class.0, &instance.0, operation.sequence))?;
				Ok((entry, after))
			},
			// The issuer has named another node, which performs the record. This one stops.
			Err(Refusal::AnotherNode) if matches!(write.action, Action::Assign(_)) => {
				self.changed = true;
				self.moved.insert((&class.0, &instance.0), &write.bytes()[..])?;
				Err(StoreError::Moved(Box::new(parse_moved(&write.bytes())?)))
			},
			Err(refusal) => Err(refusal.into()),
		}
	}

	fn keep(&mut self, entry: &Entry, after: &State) -> Result<(), StoreError> {
		self.changed = true;
		let (class, instance) = (&after.class.0, &after.instance.0);
		self.operations.insert((class, instance, after.sequence), &entry_bytes(entry)[..])?;
		self.states.insert((class, instance), &after.bytes()[..])?;
		Ok(())
	}

	fn last_operation(&self, state: &State) -> Result<Option<Entry>, StoreError> {
		let found = self.operations.get((&state.class.0, &state.instance.0, state.sequence))?;
		found.map(|found| parse_entry(found.value())).transpose()
	}

	fn next_unbatched(&self) -> Result<u64, StoreError> {
		Ok(self.unbatched.last()?.map_or(0, |(last, _)| last.value().saturating_add(1)))
	}

	fn paid(&mut self, session: SessionId, total: Option<u128>) -> Result<(), StoreError> {
		let Some(charges) = self.charges(session)? else { return Ok(()) };
		match total {
			Some(paid) => drop(self.keep_charges(session, &Charges { paid, ..charges })?),
			None => {
				self.changed = true;
				self.sessions.remove(session)?;
				self.unpaid.remove(session)?;
			},
		}
		Ok(())
	}

	fn make_batch(&mut self, writer: &Writer) -> Result<Option<u64>, StoreError> {
		if self.restored.get(())?.is_some() {
			return Err(StoreError::Restored);
		}
		let mut entries = Vec::new();
		let mut taken = Vec::new();
		for item in self.unbatched.iter()?.take(MAX_OPERATIONS) {
			let (place, operation) = item?;
			let found =
				self.operations.get(operation.value())?.ok_or(StoreError::Damaged("an operation is missing"))?;
			entries.push(parse_entry(found.value())?);
			taken.push(place.value());
		}
		if entries.is_empty() {
			return Ok(None);
		}
		let number = self.batches.last()?.map_or(0, |(last, _)| last.value().saturating_add(1));
		let batch = Batch::new(writer.genesis, writer.node, number, entries)
			.map_err(|_| StoreError::Damaged("operations that cannot be in one batch"))?;
		let signature = writer.key.sign(&batch.header().bytes());
		let signed = SignedBatch { batch, key: writer.key.address().0, signature };
		self.changed = true;
		self.batches.insert(number, &signed.bytes()[..])?;
		for place in taken {
			self.unbatched.remove(place)?;
		}
		Ok(Some(number))
	}

	fn acknowledge(
		&mut self,
		writer: &Writer,
		receipt: &Receipt,
		signature: &MultiSignature,
	) -> Result<(), StoreError> {
		let next = self.acknowledged.get(&receipt.seat)?.map_or(0, |next| next.value());
		// It may have got those that are forgotten from others.
		let next = self.batches.range(next..)?.next().transpose()?.map_or(next, |(first, _)| first.value());
		let batch = self.batches.get(receipt.number)?.map(|found| parse_batch(found.value())).transpose()?;
		let batch = batch.ok_or(StoreError::WrongReceipt)?.batch;
		let expected = Receipt {
			genesis: writer.genesis,
			node: writer.node,
			batch: batch.header().hash(),
			number: next,
			..*receipt
		};
		if *receipt != expected {
			return Err(StoreError::WrongReceipt);
		}
		self.changed = true;
		let bytes = [&receipt.bytes()[..], &signature.encode()].concat();
		self.receipts.insert((receipt.number, &receipt.seat), &bytes[..])?;
		self.acknowledged.insert(&receipt.seat, receipt.number.saturating_add(1))?;
		Ok(())
	}

	/// Forgets the batches before a number. The newest one stays, from which the next one is counted.
	fn forget_batches(&mut self, before: u64) -> Result<(), StoreError> {
		let newest = self.batches.last()?.map_or(0, |(newest, _)| newest.value());
		if self.batches.first()?.is_some_and(|(first, _)| first.value() < before.min(newest)) {
			self.changed = true;
			self.batches.retain_in(..before.min(newest), |_, _| false)?;
		}
		Ok(())
	}

	/// Keeps the confirmation of an operation, unless many wait.
	fn confirm(&mut self, operation: &Place, signature: &MultiSignature) -> Result<bool, StoreError> {
		let (class, instance, sequence) = operation;
		let key = (&class.0, &instance.0, *sequence);
		if self.confirmations.get(key)?.is_some() {
			return Ok(true);
		}
		let is_kept = self.confirmations.len()? < MOST_CONFIRMATIONS;
		if is_kept {
			self.changed = true;
			self.confirmations.insert(key, &signature.encode()[..])?;
		}
		Ok(is_kept)
	}

	fn forget_confirmation(&mut self, (class, instance, sequence): &Place) -> Result<(), StoreError> {
		self.changed = true;
		self.confirmations.remove((&class.0, &instance.0, *sequence))?;
		Ok(())
	}

	/// Notes when a restored database is first used.
	fn note_restored(&mut self, height: u32) -> Result<(), StoreError> {
		if self.restored.get(())?.is_some_and(|height| height.value() == 0) {
			self.changed = true;
			self.restored.insert((), height)?;
		}
		Ok(())
	}

	fn resume(&mut self) -> Result<(), StoreError> {
		self.changed = true;
		self.restored.remove(())?;
		Ok(())
	}

	/// Stores a batch that this node has handed over before it was restored, and returns how many of its operations were not known.
	fn import(&mut self, writer: &Writer, signed: &SignedBatch, earlier: &[Account]) -> Result<u64, StoreError> {
		let SignedBatch { batch, key, .. } = signed;
		let header = batch.header();
		// Anybody can sign a batch with a key of their own, with operations that contradict those of this node.
		let is_own = (header.genesis, header.node) == (writer.genesis, writer.node)
			&& (*key == writer.key.address().0 || earlier.contains(key))
			&& signed.is_signed();
		let next = self.batches.last()?.map_or(0, |(last, _)| last.value().saturating_add(1));
		if !is_own || header.number > next {
			return Err(StoreError::AnotherBatch { next });
		}
		if let Some(known) = self.batches.get(header.number)? {
			return if known.value() == signed.bytes() { Ok(0) } else { Err(StoreError::AnotherBatch { next }) };
		}
		// All are verified before the first one is kept.
		let mut states: BTreeMap<(H256, H256), State> = BTreeMap::new();
		let mut unknown = Vec::new();
		for entry in batch.entries() {
			let Operation { class, instance, sequence, .. } = entry.operation;
			let before = match states.remove(&(class, instance)) {
				Some(state) => state,
				None => self.state(&class, &instance)?,
			};
			if sequence <= before.sequence {
				let known = self.operations.get((&class.0, &instance.0, sequence))?;
				let known = known.map(|known| parse_entry(known.value())).transpose()?;
				if known.as_ref() != Some(entry) {
					return Err(Refusal::WrongResult.into());
				}
				states.insert((class, instance), before);
				continue;
			}
			let after = verify(writer.genesis, &before, entry)?;
			unknown.push((entry, after.clone()));
			states.insert((class, instance), after);
		}
		for (entry, after) in &unknown {
			self.keep(entry, after)?;
		}
		// What was in no batch when the backup was made is in this one.
		let mut batched = BTreeSet::new();
		for Entry { operation: Operation { class, instance, sequence, .. }, .. } in batch.entries() {
			batched.insert((class.0, instance.0, *sequence));
		}
		self.unbatched.retain(|_, (class, instance, sequence)| !batched.contains(&(*class, *instance, sequence)))?;
		self.changed = true;
		self.batches.insert(header.number, &signed.bytes()[..])?;
		Ok(u64::try_from(unknown.len()).unwrap_or(u64::MAX))
	}
}
