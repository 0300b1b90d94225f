//! Labels of IPv6 addresses, as `ip addrlabel` has them: by them a source address is chosen for a destination (RFC 6724).

use std::fmt;
use std::net::IpAddr;

use ipnet::Ipv6Net;

use crate::codec::route::Family;
use crate::codec::route::address_label::{self as wire, DelAddressLabel, GetAddressLabel, Header, NewAddressLabel};
use crate::codec::{EmitError, Envelope, Flags, Message, ParseError, Tail, View};
use crate::ensure::{Ensure, Step};
use crate::noun::{Change, Filter, List, Noun, Subject};
use crate::shown::{Entries, Show, Shown, serialize};
use crate::transport::Transport;

/// A label of all addresses that begin alike: a source address with the same label as the destination is taken before others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressLabel {
    /// How the addresses begin.
    pub prefix: Option<Ipv6Net>,
    /// Index of the interface that it is for; none is all.
    pub interface: Option<u32>,
    /// The label. That of all bits set cannot be given.
    pub label: u32,
}

impl AddressLabel {
    /// The label that a message tells of.
    pub fn from_view(view: &View<'_, NewAddressLabel>) -> Result<Self, ParseError> {
        let attributes = view.attributes().table()?;
        let prefix = match attributes.get(wire::AddressLabel::ADDRESS)? {
            Some(IpAddr::V6(address)) => Ipv6Net::new(address, view.header.prefix_len).ok(),
            Some(IpAddr::V4(_)) | None => None,
        };
        Ok(Self {
            prefix,
            interface: Some(view.header.index.get()).filter(|index| *index != 0),
            label: attributes.get(wire::AddressLabel::LABEL)?.unwrap_or_default(),
        })
    }

    fn emit<M: Message<Header = Header, Attributes = wire::AddressLabel>>(
        &self,
        tail: &mut Tail<'_>,
        envelope: Envelope,
    ) -> Result<(), EmitError> {
        let header = Header {
            family: Family::INET6.into(),
            prefix_len: self.prefix.map(|prefix| prefix.prefix_len()).unwrap_or_default(),
            index: self.interface.unwrap_or_default().into(),
            ..Header::default()
        };
        M::emit(tail, envelope, header, |label| {
            label
                .put_some(wire::AddressLabel::ADDRESS, self.prefix.map(|prefix| prefix.addr().into()))?
                .put(wire::AddressLabel::LABEL, self.label)
        })
    }
}

/// As `ip addrlabel` takes it, with the interface's index for its name: `addrlabel prefix 2001:db8::/32 dev if3 label 42`.
impl fmt::Display for AddressLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("addrlabel")?;
        if let Some(prefix) = self.prefix {
            write!(f, " prefix {prefix}")?;
        }
        if let Some(interface) = self.interface {
            write!(f, " dev if{interface}")?;
        }
        write!(f, " label {}", self.label)
    }
}

/// As `ip -d -j addrlabel` shows it, with the index of the interface as `ifindex`.
impl Show for AddressLabel {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        entries.some("address", &self.prefix.map(|prefix| prefix.addr()));
        entries.some("prefixlen", &self.prefix.map(|prefix| prefix.prefix_len()));
        entries.some("ifindex", &self.interface);
        entries.put("label", &self.label);
        entries.object()
    }
}

serialize!(AddressLabel);

impl Subject for AddressLabel {
    fn check(&self) -> Result<(), &'static str> {
        if self.prefix.is_none() {
            Err("the prefix of the label is missing: that of all addresses is ::/0")
        } else {
            Ok(())
        }
    }
}

/// Which labels to list. What is none does not matter. The kernel filters nothing: all is done here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressLabelFilter {
    /// For this interface.
    pub interface: Option<u32>,
    /// With this label.
    pub label: Option<u32>,
}

impl Filter for AddressLabelFilter {
    type Message = NewAddressLabel;
    type Object = AddressLabel;
    const NOUN: &'static str = "address labels";

    fn families(&self) -> Vec<Family> {
        vec![Family::INET6]
    }

    fn emit(&self, family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        GetAddressLabel::emit(tail, envelope, Header { family: family.into(), ..Header::default() }, |label| Ok(label))
    }

    fn family(view: &View<'_, NewAddressLabel>) -> Family {
        view.header.family.get()
    }

    fn wants(&self, view: &View<'_, NewAddressLabel>, _filtered: bool) -> Result<bool, ParseError> {
        Ok(self.interface.is_none_or(|wanted| wanted == view.header.index.get())
            && (self.label.is_none() || view.attributes().get(wire::AddressLabel::LABEL)? == self.label))
    }

    fn object(view: &View<'_, NewAddressLabel>) -> Result<AddressLabel, ParseError> {
        AddressLabel::from_view(view)
    }
}

/// The verbs of address labels: see [`Netlink::address_labels`](crate::Netlink::address_labels).
pub type AddressLabels<'n, T> = Noun<'n, T, AddressLabelFilter>;

impl<'n, T: Transport> AddressLabels<'n, T> {
    /// Gives a prefix a label; an error that [`is_exists`](crate::Error::is_exists) where it has one.
    ///
    /// Of labels for all interfaces Linux only finds the one that was added last among those with a prefix of that length: else
    /// there are two then, of which the newer counts.
    pub fn add(self, label: &'n AddressLabel) -> T::Outcome<'n, Change<'n, AddressLabel>> {
        self.verb("add", Flags::CREATE | Flags::EXCL, label, AddressLabel::emit::<NewAddressLabel>)
    }

    /// Gives a prefix a label, or changes the one that it has, where [`add`](Self::add) would find that.
    pub fn replace(self, label: &'n AddressLabel) -> T::Outcome<'n, Change<'n, AddressLabel>> {
        self.verb("replace", Flags::CREATE | Flags::REPLACE, label, AddressLabel::emit::<NewAddressLabel>)
    }

    /// Takes the label from a prefix, whatever it is; an error that [`is_not_found`](crate::Error::is_not_found) where it has
    /// none.
    pub fn delete(self, label: &'n AddressLabel) -> T::Outcome<'n, Change<'n, AddressLabel>> {
        self.verb("delete", Flags::empty(), label, AddressLabel::emit::<DelAddressLabel>)
    }
}

/// A label is the same as that of its prefix and interface, of several the newest, which counts.
impl Ensure for AddressLabel {
    type Key = (Option<Ipv6Net>, Option<u32>);
    type Look = List<AddressLabelFilter>;

    fn key(&self) -> Self::Key {
        (self.prefix.map(|prefix| prefix.trunc()), self.interface)
    }

    fn look(_wanted: &[Self]) -> Self::Look {
        List::new(AddressLabelFilter::default())
    }

    fn steps(&self, there: &Self) -> Vec<Step> {
        if self.label == there.label { Vec::new() } else { vec![Step::Change] }
    }

    fn write_wanted(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.emit::<NewAddressLabel>(tail, envelope)
    }

    fn write_deletion(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.emit::<DelAddressLabel>(tail, envelope)
    }
}
