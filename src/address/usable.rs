//! Waiting until an address can be used.

use std::time::Duration;

use super::{Address, AddressFlags, Addresses, GetAddress, Header, NewAddress};
use crate::Error;
use crate::codec::route::address::DelAddress;
use crate::codec::route::group::Group;
use crate::codec::{EmitError, Envelope, Message, ParseError, RawMessage, Tail};
use crate::noun::Subject;
use crate::transport::Blocking;
use crate::wait::{self, Awaited, Told};

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
        wait::wait(self.transport, UntilUsable(address), timeout)
    }
}

#[cfg(feature = "tokio")]
impl Addresses<'_, crate::Tokio> {
    /// Waits until the kernel knows that no other host has this address, as the [blocking one](Addresses::wait_until_usable)
    /// does. The runtime must drive time, too.
    pub async fn wait_until_usable(self, address: &Address, timeout: Duration) -> Result<Usability, Error> {
        wait::wait_async(self.transport, UntilUsable(address), timeout).await
    }
}

/// An address that is to be usable.
#[derive(Debug)]
struct UntilUsable<'a>(&'a Address);

impl UntilUsable<'_> {
    fn is_it(&self, told: &Address) -> bool {
        told.interface == self.0.interface && told.local == self.0.local
    }
}

impl Awaited for UntilUsable<'_> {
    type Outcome = Usability;
    const GONE: Usability = Usability::Gone;
    const TIME_OVER: Usability = Usability::TimeOver;

    fn operation(&self) -> String {
        format!("wait for {}", self.0)
    }

    fn check(&self) -> Result<(), &'static str> {
        self.0.check()
    }

    fn group(&self) -> Group {
        let v4 = self.0.local.is_some_and(|local| local.addr().is_ipv4());
        if v4 { Group::IPV4_IFADDR } else { Group::IPV6_IFADDR }
    }

    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let header = Header { family: self.0.family().into(), index: self.0.interface.into(), ..Header::default() };
        GetAddress::emit(tail, envelope, header, |address| Ok(address))
    }

    fn read(&mut self, message: &RawMessage<'_>) -> Result<Told<Usability>, ParseError> {
        if let Some(view) = message.read::<NewAddress>()? {
            let told = Address::read(&view)?;
            return Ok(if !self.is_it(&told) {
                Told::Nothing
            } else if told.flags.contains(AddressFlags::DADFAILED) {
                Told::There(Some(Usability::Duplicate))
            } else if told.flags.contains(AddressFlags::TENTATIVE) {
                Told::There(None)
            } else {
                Told::There(Some(Usability::Usable))
            });
        }
        match message.read::<DelAddress>()? {
            Some(view) if self.is_it(&Address::read(&view)?) => Ok(Told::Deleted),
            _ => Ok(Told::Nothing),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Flags;
    use crate::socket::Event;
    use crate::wait::{Listing, Wait};

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

    fn hear(wait: &mut Wait<UntilUsable<'_>>, message: &[u8], listed: bool) -> Option<Usability> {
        let message = RawMessage::first(message).unwrap();
        let event = if listed { Event::Object(message) } else { Event::Change { message, group: 9, namespace: None } };
        wait.hear(Ok(event)).unwrap()
    }

    #[test]
    fn what_is_deleted_before_it_was_listed_is_gone_unless_it_comes_again() {
        let address = mine();
        let tentative = Address { flags: AddressFlags::TENTATIVE, ..mine() };
        let (there, gone) = (message::<NewAddress>(&tentative), message::<DelAddress>(&address));
        let mut wait = Wait::new(UntilUsable(&address), Duration::from_secs(60));
        wait.listing = Listing::Going { found: false };
        assert_eq!(hear(&mut wait, &gone, false), None);
        assert_eq!(hear(&mut wait, &there, false), None);
        assert_eq!(hear(&mut wait, &gone, false), Some(Usability::Gone));

        // What is listed may be older than what was heard.
        let mut wait = Wait::new(UntilUsable(&address), Duration::from_secs(60));
        wait.listing = Listing::Going { found: false };
        assert_eq!(hear(&mut wait, &gone, false), None);
        assert_eq!(hear(&mut wait, &message::<NewAddress>(&address), true), None);
        let listed = wait.hear(Ok(Event::Listed { interrupted: false })).unwrap();
        assert_eq!(listed, Some(Usability::Gone));

        let mut wait = Wait::new(UntilUsable(&address), Duration::from_secs(60));
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
                let mut wait = Wait::new(UntilUsable(&address), Duration::from_secs(60));
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
        let mut wait = Wait::new(UntilUsable(&address), Duration::from_secs(60));
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
