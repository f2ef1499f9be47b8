use crate::{Comparison, Error, Event, ModulesInUse, Name, Parents, Specification, Standing, mock::*};
use frame_support::{assert_noop, assert_ok};
use smartlayer_measurement::{Metric, Objectives};
use sp_runtime::{DispatchError, DispatchError::BadOrigin};

fn publish(specification: Specification, parents: &[u32]) -> Result<u32, DispatchError> {
	let id = crate::NextModuleId::<Test>::get();
	let parents = Parents::truncate_from(parents.to_vec());
	Agreements::publish(by(who(10)), Box::new(specification), parents, None)?;
	Ok(id)
}

fn with_objectives(name: &str, objectives: &[smartlayer_measurement::Objective]) -> Specification {
	Specification { objectives: Objectives::merge(objectives).unwrap(), ..specification(name) }
}

#[test]
fn publish_should_store_the_module_and_hold_a_deposit() {
	run(|| {
		assert_eq!(publish(specification("Token API 2.0"), &[]), Ok(2));
		assert_eq!(events(), [Event::ModulePublished { module: 2, publisher: who(10) }]);
		assert_eq!(held(&who(10)), DEPOSIT);
		let module = Agreements::module(2).unwrap();
		assert_eq!(module.standing, Standing::Published);
		assert_eq!(module.publisher, Some(who(10)));
		assert_eq!(Agreements::record(2), Some(Default::default()));
		assert_eq!(Agreements::record(3), None);
	});
}

#[test]
fn publish_should_take_the_stricter_ranges_of_its_parents() {
	run(|| {
		let slow = with_objectives("slow", &[availability(990_000, 999_000), latency(5_000, 1_000)]);
		let slow = publish(slow, &[]).unwrap();
		let composed = with_objectives("composed", &[availability(900_000, 999_900)]);
		let composed = publish(composed, &[0, slow]).unwrap();
		let objectives = Agreements::module(composed).unwrap().specification.objectives;
		assert_eq!(objectives.as_slice(), [availability(990_000, 999_900), latency(2_000, 100)]);
		assert_eq!(Agreements::compare(composed, 0), Some(Comparison::Stricter));
		assert_eq!(Agreements::compare(0, composed), Some(Comparison::Weaker));
		assert_eq!(Agreements::compare(0, 1), Some(Comparison::Equal));
		assert_eq!(Agreements::compare(0, slow), Some(Comparison::Incomparable));
		assert_eq!(Agreements::compare(0, 99), None);
	});
}

#[test]
fn compare_should_not_compare_different_resources() {
	run(|| {
		let storage = Specification { resource: crate::Resource::Storage, ..specification("storage") };
		let id = publish(storage, &[]).unwrap();
		assert_eq!(Agreements::compare(0, id), Some(Comparison::Incomparable));
	});
}

#[test]
fn publish_should_fail_for_what_cannot_be_agreed_or_measured() {
	run(|| {
		let fails = |change: &dyn Fn(&mut Specification), error: Error<Test>| {
			let mut specification = specification("bad");
			change(&mut specification);
			assert_noop!(publish(specification, &[]), error);
		};
		fails(&|bad| bad.objectives = Objectives::merge(&[latency(100, 50)]).unwrap(), Error::NoAvailability);
		fails(&|bad| bad.objectives = Default::default(), Error::NoAvailability);
		fails(&|bad| bad.terms.floor = 61, Error::UnsoundTerms);
		fails(&|bad| bad.testing = 1, Error::BadWindows);
		fails(&|bad| bad.testing = 2 * HALF, Error::BadWindows);
		fails(&|bad| bad.shadow = 2 * HALF, Error::BadWindows);
		fails(&|bad| bad.notice = 2 * HALF, Error::BadWindows);
		fails(&|bad| bad.notice = 1, Error::BadWindows);
		fails(&|bad| bad.maintenance = 3, Error::BadWindows);
		assert_noop!(publish(specification("orphan"), &[7]), Error::<Test>::NoSuchModule);
	});
}

#[test]
fn publish_should_fail_when_what_was_decoded_is_not_sound() {
	use codec::{Decode, Encode};
	run(|| {
		// An empty range, and a metric that occurs twice, as no honest client would encode them.
		let empty: Vec<_> = vec![availability(999_000, 900_000)];
		let decoded = Objectives::decode(&mut &empty.encode()[..]).unwrap();
		let bad = Specification { objectives: decoded, ..specification("bad") };
		assert_noop!(publish(bad, &[]), Error::<Test>::UnsoundObjectives);
		let twice: Vec<_> = vec![latency(100, 50), availability(900_000, 950_000), availability(920_000, 930_000)];
		let decoded = Objectives::decode(&mut &twice.encode()[..]).unwrap();
		let id = publish(Specification { objectives: decoded, ..specification("twice") }, &[]).unwrap();
		let objectives = Agreements::module(id).unwrap().specification.objectives;
		assert_eq!(objectives.as_slice(), [availability(920_000, 950_000), latency(100, 50)]);
		assert_eq!(objectives.as_slice()[0].metric, Metric::Availability);

		let name = Name::decode(&mut &b"a\nb".to_vec().encode()[..]).unwrap();
		assert_noop!(publish(Specification { name, ..specification("bad") }, &[]), Error::<Test>::BadName);
	});
}

#[test]
fn names_should_be_short_and_printable() {
	assert!(Name::parse("Token API, basic").is_none());
	assert!(Name::parse("").is_none());
	assert!(Name::parse(&"n".repeat(33)).is_none());
	let name = Name::parse("Token API 1.0-rc").unwrap();
	let json = serde_json::to_string(&name).unwrap();
	assert_eq!(json, "\"Token API 1.0-rc\"");
	assert_eq!(serde_json::from_str::<Name>(&json).unwrap(), name);
	assert!(serde_json::from_str::<Name>("\"\u{e4}\"").is_err());
}

#[test]
fn publish_should_name_a_predecessor_only_of_the_same_publisher() {
	run(|| {
		let id = publish(specification("one"), &[]).unwrap();
		let two = || Box::new(specification("two"));
		assert_ok!(Agreements::publish(by(who(10)), two(), Parents::new(), Some(id)));
		assert_noop!(Agreements::publish(by(who(11)), two(), Parents::new(), Some(id)), Error::<Test>::NotPublisher);
		// Nobody has published those of the genesis.
		assert_noop!(Agreements::publish(by(who(10)), two(), Parents::new(), Some(0)), Error::<Test>::NotPublisher);
		assert_noop!(Agreements::publish(by(who(10)), two(), Parents::new(), Some(9)), Error::<Test>::NoSuchModule);
	});
}

#[test]
fn withdraw_module_should_return_the_deposit_when_it_is_not_in_use() {
	run(|| {
		let id = publish(specification("one"), &[]).unwrap();
		assert_noop!(Agreements::withdraw_module(by(who(11)), id), Error::<Test>::NotPublisher);
		assert_noop!(Agreements::withdraw_module(by(who(11)), 77), Error::<Test>::NoSuchModule);
		assert_ok!(Agreements::standardise(by(who(251)), id));
		assert_noop!(Agreements::withdraw_module(by(who(10)), id), Error::<Test>::ModuleInUse);

		let agreement = agree(node(), offer(id));
		assert_ok!(Agreements::retire(by(who(251)), id));
		assert_noop!(Agreements::withdraw_module(by(who(10)), id), Error::<Test>::ModuleInUse);
		assert_ok!(Agreements::end(by(node()), agreement));
		assert_ok!(Agreements::withdraw_module(by(who(10)), id));
		assert_eq!(held(&who(10)), 0);
		assert_eq!(Agreements::module(id), None);
		// An id is never used again.
		assert_eq!(publish(specification("two"), &[]), Ok(id + 1));
	});
}

#[test]
fn standardise_should_be_limited_by_what_is_in_use() {
	run(|| {
		for name in ["c", "d", "e"] {
			publish(specification(name), &[]).unwrap();
		}
		assert_noop!(Agreements::standardise(by(who(10)), 2), BadOrigin);
		assert_ok!(Agreements::standardise(by(who(251)), 2));
		assert_noop!(Agreements::standardise(by(who(251)), 2), Error::<Test>::AlreadyStandard);
		assert_ok!(Agreements::standardise(RuntimeOrigin::root(), 3));
		assert_noop!(Agreements::standardise(by(who(251)), 4), Error::<Test>::TooManyModules);
		assert_noop!(Agreements::standardise(by(who(251)), 9), Error::<Test>::NoSuchModule);

		// One that is retired is in use as long as agreements run under it.
		let running = agree(node(), offer(2));
		assert_noop!(Agreements::retire(by(who(10)), 2), BadOrigin);
		assert_ok!(Agreements::retire(by(who(251)), 2));
		assert_noop!(Agreements::retire(by(who(251)), 2), Error::<Test>::NotStandard);
		assert_noop!(Agreements::standardise(by(who(251)), 4), Error::<Test>::TooManyModules);
		assert_ok!(Agreements::standardise(by(who(251)), 2));
		assert_ok!(Agreements::retire(by(who(251)), 2));
		assert_ok!(Agreements::end(by(node()), running));
		assert_eq!(ModulesInUse::<Test>::get(), 3);
		assert_ok!(Agreements::standardise(by(who(251)), 4));
		assert_ok!(Agreements::retire(by(who(251)), 4));
		assert_eq!(ModulesInUse::<Test>::get(), 3);
	});
}

#[test]
fn a_module_that_is_retired_should_not_end_agreements() {
	run(|| {
		let id = activate(node(), offer(0));
		assert_ok!(Agreements::propose(by(who(102)), offer(0)));
		assert_ok!(Agreements::retire(by(who(251)), 0));
		// What is negotiated is not concluded, and nothing is proposed or renewed.
		let open = crate::NextAgreementId::<Test>::get() - 1;
		let signatures = consent(open, 1..=3);
		assert_noop!(Agreements::conclude(by(who(1)), open, 1, signatures), Error::<Test>::NotStandard);
		assert_noop!(Agreements::propose(by(node()), offer(0)), Error::<Test>::NotStandard);
		// What runs is measured and counts.
		let window = NextWindow::get().unwrap();
		run_to_window(window + 1);
		close(window, &[(id, said(0, 100))]);
		assert_eq!(Agreements::record(0).unwrap().breached, 1);
		assert!(Serving::get().contains(&node()));
	});
}

#[test]
#[should_panic(expected = "NoAvailability")]
fn a_genesis_with_an_unsound_module_should_panic() {
	use sp_runtime::BuildStorage;
	let bad = Specification { objectives: Default::default(), ..specification("bad") };
	let agreements = crate::GenesisConfig { params: params(), modules: Some(vec![bad]) };
	let _ = RuntimeGenesisConfig { agreements, ..Default::default() }.build_storage();
}
