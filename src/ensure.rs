//! Making things so, whatever they are now.
//!
//! Programs that bring a system to a wanted state all do the same: look what is there, add what is missing, change what is
//! otherwise, and leave alone what is right. [`ensure`](Noun::ensure) does that for one object and
//! [`ensure_all`](Noun::ensure_all) for many, with one look at what is there.

use crate::Errno;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::hash::Hash;

use crate::codec::{EmitError, Envelope, Flags, ParseError, RawMessage, Tail};
use crate::noun::{Filter, Noun, Subject};
use crate::socket;
use crate::transport::{Query, Request};

/// What [`ensure`](Noun::ensure) found, and so did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ensured {
    /// It was not there, and was added.
    Added,
    /// It was there and otherwise, and was changed.
    Changed,
    /// It was there as it was to be: nothing was done.
    Unchanged,
}

/// An object that can be [ensured](Noun::ensure).
pub trait Ensure: Subject {
    /// What makes it the same as one that is there.
    type Key: Eq + Hash + Send;
    /// The request for what is there.
    type Look: Request<Answer = Vec<Self>> + fmt::Debug;

    /// What speaks against it.
    fn check(&self) -> Result<(), &'static str> {
        Subject::check(self)
    }

    /// Its key.
    fn key(&self) -> Self::Key;

    /// What it has in common with those that are the same although their keys differ; none where there are no such.
    fn kin(&self) -> Option<Self::Key> {
        None
    }

    /// Whether one of its [`kin`](Self::kin) that is there is the same.
    fn is_like(&self, _there: &Self) -> bool {
        false
    }

    /// Asks for what is there, as far as it may be one of these.
    fn look(wanted: &[Self]) -> Self::Look;

    /// How to come to this where nothing is there.
    fn steps_from_nothing(&self) -> Vec<Step> {
        vec![Step::Add]
    }

    /// How to come from what is there to this; nothing to do where that is as it is to be.
    fn steps(&self, there: &Self) -> Vec<Step>;

    /// The flags of the request that a step is.
    fn flags(&self, step: Step) -> Flags {
        match step {
            Step::Add => Flags::CREATE | Flags::EXCL,
            Step::Change | Step::Finish => Flags::CREATE | Flags::REPLACE,
            Step::Delete => Flags::empty(),
        }
    }

    /// Writes the request that adds this, or makes what is there this.
    fn write_wanted(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError>;

    /// Writes the request that deletes this.
    fn write_deletion(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError>;

    /// Writes the request that a step is, from what is there, if it is.
    fn write_step(
        &self,
        step: Step,
        there: Option<&Self>,
        tail: &mut Tail<'_>,
        envelope: Envelope,
    ) -> Result<(), EmitError> {
        match step {
            Step::Add | Step::Change | Step::Finish => self.write_wanted(tail, envelope),
            Step::Delete => there.unwrap_or(self).write_deletion(tail, envelope),
        }
    }
}

/// Whether what is there is as is wanted, where anything is.
pub(crate) fn unless_open<T: PartialEq>(wanted: &Option<T>, there: &Option<T>) -> bool {
    wanted.is_none() || wanted == there
}

/// One request on the way from what is there to what is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Add what is wanted.
    Add,
    /// Make what is there what is wanted.
    Change,
    /// Give it what only one that was changed can have.
    Finish,
    /// Delete what is there.
    Delete,
}

impl<'n, T: Query, F: Filter<Object: Ensure>> Noun<'n, T, F> {
    /// Adds the object where it is missing, changes it where it is otherwise, or does nothing; says which.
    ///
    /// What the object leaves open (what is none in it) is right as it is, and so is what the kernel never tells. What it
    /// says and cannot be changed is an error that [`is_exists`](crate::Error::is_exists): who wants it so deletes what is
    /// there.
    ///
    /// ```no_run
    /// use nlwire::Netlink;
    /// use nlwire::route::Route;
    ///
    /// let mut nl = Netlink::connect()?;
    /// let destination = "198.51.100.0/24".parse().ok();
    /// let gateway = "192.0.2.1".parse().ok();
    /// let done = nl.routes().ensure(&Route { destination, gateway, ..Route::default() })?;
    /// println!("{done:?}");
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    pub fn ensure(self, object: &'n F::Object) -> T::Outcome<'n, EnsureAll<'n, F::Object, Ensured>> {
        let first = |ensured: Vec<Ensured>| ensured.into_iter().next();
        self.transport.send(EnsureAll::new(std::slice::from_ref(object), first))
    }

    /// The same for many objects, with one look at what is there. It goes on in their order until one fails; those before
    /// that are as they are to be. One that is wanted twice is added once; of two that exclude each other the second changes what
    /// the first made.
    pub fn ensure_all(self, objects: &'n [F::Object]) -> T::Outcome<'n, EnsureAll<'n, F::Object>> {
        self.transport.send(EnsureAll::new(objects, Some))
    }
}

/// The request of [`Noun::ensure_all`], and of [`Noun::ensure`], whose answer is one.
#[derive(Debug)]
pub struct EnsureAll<'o, O: Ensure, A = Vec<Ensured>> {
    wanted: &'o [O],
    /// What is there is being asked for.
    look: Option<O::Look>,
    there: Vec<O>,
    /// What is left to do: for which object, from which that is there.
    plan: VecDeque<(usize, Option<usize>, Step)>,
    ensured: Vec<Ensured>,
    answer: fn(Vec<Ensured>) -> Option<A>,
}

impl<'o, O: Ensure, A> EnsureAll<'o, O, A> {
    fn new(wanted: &'o [O], answer: fn(Vec<Ensured>) -> Option<A>) -> Self {
        let look = Some(O::look(wanted));
        Self { wanted, look, there: Vec::new(), plan: VecDeque::new(), ensured: Vec::new(), answer }
    }

    /// Compares what is wanted with what is there.
    fn make_plan(&mut self) {
        let mut places = HashMap::<_, Places>::with_capacity(self.there.len());
        let mut families = HashMap::<_, Vec<_>>::new();
        for (place, there) in self.there.iter().enumerate() {
            places.entry(there.key()).and_modify(|places| places.others.push(place)).or_insert(Places::new(place));
            if let Some(kin) = there.kin() {
                families.entry(kin).or_default().push(place);
            }
        }
        let like = |wanted: &O| {
            let family = families.get(&wanted.kin()?)?;
            family.iter().copied().find(|place| self.there.get(*place).is_some_and(|there| wanted.is_like(there)))
        };
        // What will be there by then, where that is another than what is there now, and where that was.
        let mut planned = HashMap::<_, (&O, Option<usize>)>::new();
        for (number, wanted) in self.wanted.iter().enumerate() {
            let key = wanted.key();
            let before = planned.get(&key).copied();
            let is_right = |place: &usize| {
                before.is_none_or(|(_, taken)| taken != Some(*place))
                    && self.there.get(*place).is_some_and(|there| wanted.steps(there).is_empty())
            };
            // Of several the one that is right counts, or else the first: it is the one that a change changes.
            let place = match places.get(&key) {
                Some(Places { first, others }) => others.iter().copied().find(is_right).or(Some(*first)),
                None => like(wanted),
            };
            let there = match before {
                Some((other, _)) if !place.as_ref().is_some_and(is_right) => Some(other),
                _ => place.and_then(|place| self.there.get(place)),
            };
            let (steps, ensured) = match there {
                None => (wanted.steps_from_nothing(), Ensured::Added),
                Some(there) => {
                    let steps = wanted.steps(there);
                    let ensured = if steps.is_empty() { Ensured::Unchanged } else { Ensured::Changed };
                    (steps, ensured)
                }
            };
            if !steps.is_empty() {
                planned.insert(key, (wanted, before.map_or(place, |(_, taken)| taken)));
            }
            self.plan.extend(steps.into_iter().map(|step| (number, place, step)));
            self.ensured.push(ensured);
        }
    }

    /// The object that is at hand, and the step.
    fn at_hand(&self) -> Option<(&O, Option<&O>, Step)> {
        let (number, place, step) = *self.plan.front()?;
        Some((self.wanted.get(number)?, place.and_then(|place| self.there.get(place)), step))
    }
}

/// Where objects with one key are: nearly always there is one.
struct Places {
    first: usize,
    others: Vec<usize>,
}

impl Places {
    fn new(first: usize) -> Self {
        Self { first, others: Vec::new() }
    }
}

impl<O: Ensure, A: Send> Request for EnsureAll<'_, O, A> {
    type Answer = A;

    fn operation(&self) -> String {
        match (self.at_hand(), self.wanted) {
            (Some((wanted, ..)), _) | (None, [wanted]) => format!("ensure {wanted}"),
            (None, wanted) => format!("ensure {} objects", wanted.len()),
        }
    }

    fn flags(&self) -> Flags {
        match (&self.look, self.at_hand()) {
            (Some(look), _) => look.flags(),
            (None, at_hand) => at_hand.map_or(Flags::empty(), |(wanted, _, step)| wanted.flags(step)),
        }
    }

    fn is_repeatable(&self) -> bool {
        self.look.as_ref().is_some_and(Request::is_repeatable)
    }

    fn check(&self) -> Result<(), &'static str> {
        self.wanted.iter().try_for_each(Ensure::check)
    }

    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        match (&self.look, self.at_hand()) {
            (Some(look), _) => look.emit(tail, envelope),
            (None, Some((wanted, there, step))) => wanted.write_step(step, there, tail, envelope),
            (None, None) => Ok(()),
        }
    }

    fn take(&mut self, message: &RawMessage<'_>) -> Result<(), ParseError> {
        self.look.as_mut().map_or(Ok(()), |look| look.take(message))
    }

    fn restart(&mut self) {
        if let Some(look) = &mut self.look {
            look.restart();
        }
    }

    fn proceed(&mut self) -> bool {
        match self.look.take() {
            Some(mut look) => {
                if look.proceed() {
                    self.look = Some(look);
                    return true;
                }
                self.there = look.answer().unwrap_or_default();
                self.make_plan();
            }
            None => {
                self.plan.pop_front();
            }
        }
        !self.plan.is_empty()
    }

    fn tolerates(&self, refusal: &socket::Refusal) -> bool {
        // ENOENT: there is not even a table for it.
        self.look.as_ref().is_some_and(|look| look.tolerates(refusal) || refusal.errno == Errno::ENOENT)
    }

    fn answer(self) -> Option<A> {
        (self.answer)(self.ensured)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::address::Address;
    use crate::address_label::AddressLabel;
    use crate::bridge::fdb::{FdbEntry, NeighbourFlags};
    use crate::link::{Link, Veth};
    use crate::neighbour::Neighbour;
    use crate::nexthop::Nexthop;
    use crate::route::Route;
    use crate::rule::Rule;

    /// Plans for some that are missing among as many others, in far less time than to compare each with each takes.
    fn all_are_missing<O: Ensure>(object: impl Fn(u32) -> O, there: impl Fn(O) -> O) {
        const COUNT: u32 = 20_000;
        let wanted: Vec<O> = (0..COUNT).map(&object).collect();
        let mut request = EnsureAll::new(&wanted, Some);
        request.there = (COUNT..2 * COUNT).map(|number| there(object(number))).collect();
        let begun = Instant::now();
        request.make_plan();
        assert!(request.ensured.iter().all(|ensured| *ensured == Ensured::Added));
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    }

    /// Plans for one that is missing, said twice.
    fn is_added_once<O: Ensure>(object: O) {
        let wanted = [object.clone(), object];
        let mut request = EnsureAll::new(&wanted, Some);
        request.make_plan();
        assert_eq!(request.ensured, [Ensured::Added, Ensured::Unchanged], "{}", wanted[0]);
    }

    #[test]
    fn what_is_wanted_twice_is_added_once() {
        let (prefix, gateway) = ("2001:db8::/32", "192.0.2.1".parse().ok());
        let link_address = Some([2, 0, 0, 0, 0, 1].into());
        let interface = 7;
        is_added_once(Link { name: "x".parse().unwrap(), kind: Veth::default().into(), ..Link::default() });
        is_added_once(Address::new(interface, "192.0.2.1/24".parse().unwrap()));
        is_added_once(AddressLabel { prefix: prefix.parse().ok(), label: 3, interface: None });
        is_added_once(Route {
            destination: prefix.parse().ok(),
            gateway: "2001:db8::1".parse().ok(),
            ..Route::default()
        });
        is_added_once(Neighbour { interface, address: gateway, link_address, ..Neighbour::default() });
        is_added_once(Rule { source: prefix.parse().ok(), table: 77, ..Rule::default() });
        is_added_once(Nexthop { gateway, interface: Some(interface), ..Nexthop::default() });
        is_added_once(Nexthop { id: Some(9), group: vec![1.into(), 2.into()], ..Nexthop::default() });
        is_added_once(FdbEntry { interface, link_address, flags: NeighbourFlags::MASTER, ..FdbEntry::default() });
        is_added_once(FdbEntry { interface, link_address, destination: gateway, ..FdbEntry::default() });
    }

    #[test]
    fn what_is_wanted_twice_and_otherwise_is_changed_again() {
        let route = |gateway: &str| Route {
            destination: "198.51.100.0/24".parse().ok(),
            gateway: gateway.parse().ok(),
            ..Route::default()
        };
        let plan = |wanted: &[Route], there: &[Route]| {
            let mut request = EnsureAll::new(wanted, Some);
            request.there = there.to_vec();
            request.make_plan();
            (request.ensured, request.plan.len())
        };
        let [one, two] = [route("192.0.2.1"), route("192.0.2.2")];
        let both = [one.clone(), two.clone()];
        assert_eq!(plan(&both, &both[1..]), (vec![Ensured::Changed, Ensured::Changed], 2));
        assert_eq!(plan(&both, &both[..1]), (vec![Ensured::Unchanged, Ensured::Changed], 1));
        assert_eq!(plan(&both, &[]), (vec![Ensured::Added, Ensured::Changed], 2));
        assert_eq!(plan(&[two.clone(), one.clone()], &both), (vec![Ensured::Unchanged; 2], 0));
        let three = route("192.0.2.3");
        assert_eq!(plan(&[three, two, one], &both), (vec![Ensured::Changed, Ensured::Unchanged, Ensured::Changed], 2));

        let open = Address::new(7, "192.0.2.1/24".parse().unwrap());
        let wanted = [open.clone(), Address { priority: Some(5), ..open }];
        let mut request = EnsureAll::new(&wanted, Some);
        request.make_plan();
        assert_eq!(request.ensured, [Ensured::Added, Ensured::Changed]);
    }

    #[test]
    fn what_is_missing_is_not_compared_with_all_that_is_there() {
        let rule = |number| Rule { mark: Some(number), table: 77, ..Rule::default() };
        all_are_missing(rule, |rule| Rule { priority: rule.mark, ..rule });
        let entry = |number: u32| {
            let [a, b, c, d] = number.to_be_bytes();
            let link_address = Some([2, 0, a, b, c, d].into());
            let (interface, master, flags) = (number, Some(7), NeighbourFlags::MASTER);
            FdbEntry { interface, link_address, master, flags, ..FdbEntry::default() }
        };
        all_are_missing(entry, |entry| entry);
        let hop = |number: u32| Nexthop { gateway: Some(Ipv4Addr::from(number).into()), ..Nexthop::default() };
        all_are_missing(hop, |hop| Nexthop { id: Some(7), interface: Some(7), ..hop });
    }
}
