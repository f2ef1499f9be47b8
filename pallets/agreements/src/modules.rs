//! Modules: how they are published, composed, made standard and retired.

use crate::{
	Comparison, Config, Error, Event, Module, ModuleId, ModuleOf, Modules, ModulesInUse, NextModuleId, Pallet, Parents,
	Record, Records, Specification, Standing, windows::FAILING,
};
use alloc::vec::Vec;
use codec::Encode;
use core::cmp::Ordering;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{Consideration, Footprint, Get},
};
use smartlayer_measurement::{Metric, Objective, Objectives};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
	/// Checks what a module says, and returns it with the objectives of its parents.
	pub(crate) fn compose(specification: Specification, parents: &[ModuleOf<T>]) -> Result<Specification, Error<T>> {
		let inherited = parents.iter().map(|parent| &parent.specification.objectives);
		let all: Vec<&Objective> =
			inherited.chain([&specification.objectives]).flat_map(Objectives::as_slice).collect();
		let objectives = Objectives::merge(all).ok_or(Error::<T>::UnsoundObjectives)?;
		ensure!(objectives.has(Metric::Availability), Error::<T>::NoAvailability);
		ensure!(specification.name.is_sound(), Error::<T>::BadName);
		ensure!(specification.terms.is_sound(), Error::<T>::UnsoundTerms);
		let period = Self::period_windows();
		// A test must be long enough to be failed, and not longer than the notice: otherwise a node could pause until it is over. A maintenance
		// is announced less than a period ahead.
		let is_short = specification.testing >= FAILING
			&& specification.notice >= specification.testing
			&& [specification.testing, specification.shadow, specification.notice]
				.into_iter()
				.all(|windows| windows < period);
		// A node that is never measured would keep everything.
		let is_little = specification.maintenance <= period / 4;
		ensure!(is_short && is_little, Error::<T>::BadWindows);
		Ok(Specification { objectives, ..specification })
	}

	fn new_module_id() -> Result<ModuleId, DispatchError> {
		NextModuleId::<T>::try_mutate(|next| {
			let id = *next;
			*next = id.checked_add(1).ok_or(Error::<T>::Overflow)?;
			Ok(id)
		})
	}

	/// Adds a standard module at genesis, or when this pallet is added to a chain.
	pub(crate) fn add_standard(specification: Specification) -> Result<ModuleId, DispatchError> {
		let specification = Self::compose(specification, &[])?;
		let id = Self::new_module_id()?;
		Self::use_another()?;
		let module = Module {
			publisher: None,
			specification,
			parents: Parents::new(),
			predecessor: None,
			standing: Standing::Standard,
			ticket: None,
		};
		Modules::<T>::insert(id, module);
		Ok(id)
	}

	pub(crate) fn do_publish(
		who: T::AccountId,
		specification: Specification,
		parents: Parents,
		predecessor: Option<ModuleId>,
	) -> DispatchResult {
		if let Some(predecessor) = predecessor {
			let before = Modules::<T>::get(predecessor).ok_or(Error::<T>::NoSuchModule)?;
			ensure!(before.publisher.as_ref() == Some(&who), Error::<T>::NotPublisher);
		}
		let built_on: Result<Vec<_>, Error<T>> =
			parents.iter().map(|parent| Modules::<T>::get(parent).ok_or(Error::<T>::NoSuchModule)).collect();
		let specification = Self::compose(specification, &built_on?)?;
		let id = Self::new_module_id()?;
		let ticket = T::Consideration::new(&who, Footprint::from_parts(1, specification.encoded_size()))?;
		let module = Module {
			publisher: Some(who.clone()),
			specification,
			parents,
			predecessor,
			standing: Standing::Published,
			ticket: Some(ticket),
		};
		Modules::<T>::insert(id, module);
		Self::deposit_event(Event::ModulePublished { module: id, publisher: who });
		Ok(())
	}

	pub(crate) fn do_withdraw_module(who: &T::AccountId, id: ModuleId) -> DispatchResult {
		let module = Modules::<T>::get(id).ok_or(Error::<T>::NoSuchModule)?;
		ensure!(module.publisher.as_ref() == Some(who), Error::<T>::NotPublisher);
		let is_unused = module.standing == Standing::Published
			|| module.standing == Standing::Retired && Records::<T>::get(id).running == 0;
		ensure!(is_unused, Error::<T>::ModuleInUse);
		if let Some(ticket) = module.ticket {
			ticket.drop(who)?;
		}
		Modules::<T>::remove(id);
		Records::<T>::remove(id);
		Self::deposit_event(Event::ModuleWithdrawn { module: id });
		Ok(())
	}

	pub(crate) fn do_standardise(id: ModuleId) -> DispatchResult {
		Modules::<T>::try_mutate(id, |module| {
			let module = module.as_mut().ok_or(Error::<T>::NoSuchModule)?;
			match module.standing {
				Standing::Standard => return Err(Error::<T>::AlreadyStandard.into()),
				// It is counted as long as agreements run under it.
				Standing::Retired if Records::<T>::get(id).running > 0 => {},
				Standing::Retired | Standing::Published => Self::use_another()?,
			}
			module.standing = Standing::Standard;
			Self::deposit_event(Event::ModuleStandardised { module: id });
			Ok(())
		})
	}

	pub(crate) fn do_retire(id: ModuleId) -> DispatchResult {
		Modules::<T>::try_mutate(id, |module| {
			let module = module.as_mut().ok_or(Error::<T>::NoSuchModule)?;
			ensure!(module.standing == Standing::Standard, Error::<T>::NotStandard);
			module.standing = Standing::Retired;
			if Records::<T>::get(id).running == 0 {
				Self::use_one_less();
			}
			Self::deposit_event(Event::ModuleRetired { module: id });
			Ok(())
		})
	}

	/// Counts a module under which there can be agreements. Their number limits what a page of the roster needs to know.
	fn use_another() -> DispatchResult {
		ModulesInUse::<T>::try_mutate(|count| {
			*count = count.saturating_add(1);
			ensure!(*count <= T::MaxModulesInUse::get(), Error::<T>::TooManyModules);
			Ok(())
		})
	}

	fn use_one_less() {
		ModulesInUse::<T>::mutate(|count| *count = count.saturating_sub(1));
	}

	/// Notes that an agreement was concluded.
	pub(crate) fn note_concluded(id: ModuleId, units: u32) {
		Records::<T>::mutate(id, |record| {
			record.concluded = record.concluded.saturating_add(1);
			record.running = record.running.saturating_add(1);
			record.units = record.units.saturating_add(units.into());
		});
	}

	/// Notes that an agreement has ended.
	pub(crate) fn note_ended(id: ModuleId, units: u32) {
		let running = Records::<T>::mutate(id, |record| {
			record.running = record.running.saturating_sub(1);
			record.units = record.units.saturating_sub(units.into());
			record.running
		});
		let is_retired = Modules::<T>::get(id).is_some_and(|module| module.standing == Standing::Retired);
		if running == 0 && is_retired {
			Self::use_one_less();
		}
	}

	/// Compares two modules.
	pub(crate) fn comparison(one: ModuleId, other: ModuleId) -> Option<Comparison> {
		let of = |id| Modules::<T>::get(id).map(|module| module.specification);
		let (one, other) = (of(one)?, of(other)?);
		if (one.resource, one.workload) != (other.resource, other.workload) {
			return Some(Comparison::Incomparable);
		}
		Some(match one.objectives.compare(&other.objectives) {
			Some(Ordering::Equal) => Comparison::Equal,
			Some(Ordering::Greater) => Comparison::Stricter,
			Some(Ordering::Less) => Comparison::Weaker,
			None => Comparison::Incomparable,
		})
	}

	/// Returns what has happened under a module.
	pub(crate) fn record_of(id: ModuleId) -> Option<Record> {
		Modules::<T>::contains_key(id).then(|| Records::<T>::get(id))
	}
}
