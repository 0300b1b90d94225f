//! Waiting until an address can be used, without asking for it again and again.

use crate::Errno;
use std::time::{Duration, Instant};

use super::{Address, AddressFlags, Addresses, GetAddress, Header, NewAddress};
use crate::Error;
use crate::codec::RawMessage;
use crate::codec::route::address::DelAddress;
use crate::codec::route::group::Group;
use crate::noun::Subject;
use crate::socket::driven::Events;
use crate::socket::{self, Event, Options};
use crate::transport::Blocking;

/// What became of an address that was [waited for](Addresses::wait_until_usable).
#[must_use = "it may not be usable"]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Usability {
    /// It can be used.
    Usable,
    /// Another host has it: the kernel keeps it, and does not use it.
    Duplicate,
    /// It is not there, or not any more. The kernel takes away an address that another host has where its lifetime is limited.
    Gone,
    /// The time was over before any of that was known. The kernel does not even begin on a link without carrier.
    TimeOver,
}

impl Usability {
    /// Whether it can be used.
    pub fn is_usable(self) -> bool {
        self == Self::Usable
    }
}

impl Addresses<'_, Blocking> {
    /// Waits until the kernel knows that no other host has this address (duplicate address detection), which takes it a second
    /// or two for IPv6. An IPv4 address can be used at once.
    ///
    /// It listens on a socket of its own, in the network namespace of the connection.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use nlwire::Netlink;
    /// use nlwire::address::{Address, Usability};
    ///
    /// let mut nl = Netlink::connect()?;
    /// let address = Address::new(nl.links().get("eth0")?.index, "2001:db8::1/64".parse()?);
    /// nl.addresses().add(&address)?;
    /// match nl.addresses().wait_until_usable(&address, Duration::from_secs(5))? {
    ///     Usability::Usable => println!("{address} can be used"),
    ///     other => println!("{address}: {other:?}"),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn wait_until_usable(self, address: &Address, timeout: Duration) -> Result<Usability, Error> {
        let mut wait = Wait::new(address, timeout);
        let mut wait_for_it = || -> Result<Usability, socket::Error> {
            address.check().map_err(socket::Error::Invalid)?;
            let mut events = self.transport.socket().listen(&wait.options())?;
            loop {
                if let Some(usability) = wait.prepare(&mut events)? {
                    return Ok(usability);
                }
                let heard = events.next();
                if let Some(usability) = wait.hear(heard.and_then(|event| event.ok_or(socket::Error::NoAnswer)))? {
                    return Ok(usability);
                }
            }
        };
        wait_for_it().map_err(|error| Error::new(format!("wait for {address}"), error))
    }
}

#[cfg(feature = "tokio")]
impl Addresses<'_, crate::Tokio> {
    /// Waits until the kernel knows that no other host has this address, as the [blocking one](Addresses::wait_until_usable)
    /// does. The runtime must drive time, too.
    pub async fn wait_until_usable(self, address: &Address, timeout: Duration) -> Result<Usability, Error> {
        let mut wait = Wait::new(address, timeout);
        let wait_for_it = async {
            address.check().map_err(socket::Error::Invalid)?;
            let mut events = self.transport.socket().listen(&wait.options())?;
            loop {
                if let Some(usability) = wait.prepare(&mut events)? {
                    return Ok(usability);
                }
                if let Some(usability) = wait.hear(events.next().await)? {
                    return Ok(usability);
                }
            }
        };
        wait_for_it.await.map_err(|error: socket::Error| Error::new(format!("wait for {address}"), error))
    }
}

/// What is known of an address that is waited for.
#[derive(Debug)]
struct Wait<'a> {
    address: &'a Address,
    /// None is never: it is too far away to be said.
    deadline: Option<Instant>,
    listing: Listing,
}

/// How far the listing of what was there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Listing {
    /// To be asked for.
    First,
    /// To be asked for again.
    Again,
    /// Under way. The address was in it, or was heard of since.
    Going { found: bool },
    /// All was told.
    Over,
}

impl<'a> Wait<'a> {
    fn new(address: &'a Address, timeout: Duration) -> Self {
        Self { address, deadline: Instant::now().checked_add(timeout), listing: Listing::First }
    }

    /// The socket listens before it asks, so that nothing that happens in between is missed.
    fn options(&self) -> Options {
        let v4 = self.address.local.is_some_and(|local| local.addr().is_ipv4());
        let group = if v4 { Group::IPV4_IFADDR } else { Group::IPV6_IFADDR };
        Options { groups: vec![group.0], ..Options::default() }
    }

    /// Asks for what is there, where that is due, and says how long to wait at most; the outcome where the time is over.
    fn prepare<W>(&mut self, events: &mut Events<W>) -> Result<Option<Usability>, socket::Error> {
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        // A listing that is under way takes no time: the kernel answers at once.
        if left.is_some_and(|left| left.is_zero()) && matches!(self.listing, Listing::Again | Listing::Over) {
            return Ok(Some(Usability::TimeOver));
        }
        events.set_timeout(left);
        if matches!(self.listing, Listing::First | Listing::Again) {
            let header = Header {
                family: self.address.family().into(),
                index: self.address.interface.into(),
                ..Header::default()
            };
            events.list::<GetAddress>(header, |address| Ok(address))?;
            self.listing = Listing::Going { found: false };
        }
        Ok(None)
    }

    /// What an event says of the address; none where it is still to be waited for.
    fn hear(&mut self, heard: Result<Event<'_>, socket::Error>) -> Result<Option<Usability>, socket::Error> {
        let message = match heard {
            Ok(Event::Object(message) | Event::Change { message, .. }) => message,
            Ok(Event::Lost | Event::Listed { interrupted: true }) => {
                self.listing = Listing::Again;
                return Ok(None);
            }
            Ok(Event::Listed { interrupted: false }) => {
                let found = self.listing == (Listing::Going { found: true });
                self.listing = Listing::Over;
                return Ok(if found { None } else { Some(Usability::Gone) });
            }
            Err(socket::Error::TimedOut) => return Ok(Some(Usability::TimeOver)),
            // There is no such interface: ENODEV.
            Err(socket::Error::Refused(refusal)) if refusal.errno == Errno::ENODEV => return Ok(Some(Usability::Gone)),
            Err(error) => return Err(error),
        };
        self.read(&message)
    }

    fn read(&mut self, message: &RawMessage<'_>) -> Result<Option<Usability>, socket::Error> {
        if let Some(view) = message.read::<NewAddress>()? {
            let told = Address::read(&view)?;
            if !self.is_it(&told) {
                return Ok(None);
            }
            if self.listing != Listing::Over {
                self.listing = Listing::Going { found: true };
            }
            return Ok(if told.flags.contains(AddressFlags::DADFAILED) {
                Some(Usability::Duplicate)
            } else if told.flags.contains(AddressFlags::TENTATIVE) {
                None
            } else {
                Some(Usability::Usable)
            });
        }
        // One that was not there yet, as far as is known, may have gone before it came: the rest of the listing tells.
        let known = matches!(self.listing, Listing::Over | Listing::Going { found: true });
        match message.read::<DelAddress>()? {
            Some(view) if known && self.is_it(&Address::read(&view)?) => Ok(Some(Usability::Gone)),
            _ => Ok(None),
        }
    }

    fn is_it(&self, told: &Address) -> bool {
        told.interface == self.address.interface && told.local == self.address.local
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Envelope, Flags, Message, Tail};

    fn mine() -> Address {
        Address::new(3, "2001:db8::1/64".parse().unwrap())
    }

    /// That an address is there, or not any more.
    fn message<M: Message<Header = Header, Attributes = crate::codec::route::address::Address>>(
        address: &Address,
    ) -> Vec<u8> {
        let mut room = [0; 256];
        let mut tail = Tail::new(&mut room);
        address.emit::<M>(&mut tail, Envelope::request(Flags::empty())).unwrap();
        tail.written().to_vec()
    }

    fn hear(wait: &mut Wait<'_>, message: &[u8], listed: bool) -> Option<Usability> {
        let message = RawMessage::first(message).unwrap();
        let event = if listed { Event::Object(message) } else { Event::Change { message, group: 9, namespace: None } };
        wait.hear(Ok(event)).unwrap()
    }

    #[test]
    fn what_is_deleted_before_it_was_listed_may_come_again_and_afterwards_it_is_gone() {
        let address = mine();
        let tentative = Address { flags: AddressFlags::TENTATIVE, ..mine() };
        let (there, gone) = (message::<NewAddress>(&tentative), message::<DelAddress>(&address));
        let mut wait = Wait::new(&address, Duration::from_secs(60));
        wait.listing = Listing::Going { found: false };
        assert_eq!(hear(&mut wait, &gone, false), None);
        assert_eq!(hear(&mut wait, &there, true), None);
        assert_eq!(hear(&mut wait, &gone, false), Some(Usability::Gone));

        wait.listing = Listing::Going { found: false };
        assert_eq!(hear(&mut wait, &gone, false), None);
        let listed = wait.hear(Ok(Event::Listed { interrupted: false })).unwrap();
        assert_eq!((listed, wait.listing), (Some(Usability::Gone), Listing::Over));
    }

    #[test]
    fn what_was_lost_or_torn_is_listed_again() {
        let address = mine();
        for event in [Event::Lost, Event::Listed { interrupted: true }] {
            for listing in [Listing::Going { found: true }, Listing::Over] {
                let mut wait = Wait::new(&address, Duration::from_secs(60));
                wait.listing = listing;
                assert_eq!((wait.hear(Ok(event)).unwrap(), wait.listing), (None, Listing::Again));
            }
        }
    }

    #[test]
    fn only_the_address_that_is_waited_for_counts() {
        let address = mine();
        let others = [
            Address { interface: 4, ..mine() },
            Address::new(3, "2001:db8::2/64".parse().unwrap()),
            Address::new(3, "2001:db8::1/128".parse().unwrap()),
        ];
        let mut wait = Wait::new(&address, Duration::from_secs(60));
        wait.listing = Listing::Over;
        for other in &others {
            assert_eq!(hear(&mut wait, &message::<NewAddress>(other), false), None);
            assert_eq!(hear(&mut wait, &message::<DelAddress>(other), false), None);
        }
        assert_eq!(hear(&mut wait, &message::<NewAddress>(&address), false), Some(Usability::Usable));
        // A message that is cut is an error, and not a reason to wait on.
        let whole = message::<NewAddress>(&address);
        let mut cut = whole[..whole.len() - 20].to_vec();
        let length = u32::try_from(cut.len()).unwrap();
        cut[..4].copy_from_slice(&length.to_ne_bytes());
        assert!(wait.hear(Ok(Event::Object(RawMessage::first(&cut).unwrap()))).is_err());
    }
}
