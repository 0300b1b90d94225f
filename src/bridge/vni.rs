//! Network identifiers that a VXLAN interface takes, as `bridge vni` has them: of an interface that was made with
//! `vnifilter`.

use std::fmt;
use std::net::IpAddr;

use crate::codec::route::Family;
use crate::codec::route::vni::{self as wire, DelTunnel, GetTunnel, Header, NewTunnel, Tunnel, TunnelMessageFlags};
use crate::codec::{Attributes, EmitError, Envelope, Flags, Message, ParseError, Tail, View};
use crate::noun::{Change, Filter, Noun, Subject};
use crate::shown::{Entries, Show, Shown, serialize};
use crate::transport::Transport;

/// A network identifier that a VXLAN interface takes, or several one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vni {
    /// Index of the VXLAN interface.
    pub interface: u32,
    /// The network identifier, 24 bits; of several the first.
    pub vni: u32,
    /// The last of several.
    pub last: Option<u32>,
    /// Where packets to unknown addresses go: one host (`remote`) or a multicast group (`group`).
    pub group: Option<IpAddr>,
    /// Counters, where the filter asks for them. Only read.
    pub statistics: Option<VniStatistics>,
}

/// Counters of a network identifier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VniStatistics {
    /// Bytes that came in.
    pub received_bytes: u64,
    /// Packets that came in.
    pub received_packets: u64,
    /// Packets that came in and were dropped.
    pub receive_dropped: u64,
    /// Packets that came in and were wrong.
    pub receive_errors: u64,
    /// Bytes that went out.
    pub sent_bytes: u64,
    /// Packets that went out.
    pub sent_packets: u64,
    /// Packets that were to go out and were dropped.
    pub send_dropped: u64,
    /// Packets that were to go out and could not.
    pub send_errors: u64,
}

impl Vni {
    /// The network identifiers that a message tells of.
    pub fn from_view(view: &View<'_, NewTunnel>) -> Result<Vec<Self>, ParseError> {
        let entries = view.attributes().all(Tunnel::ENTRY);
        entries.map(|entry| Self::read(view.header.index.get(), entry?)).collect()
    }

    fn read(interface: u32, entry: Attributes<'_, wire::Vni>) -> Result<Self, ParseError> {
        use wire::{Vni as Key, VniStats};
        let mut vni = Self { interface, ..Self::default() };
        for attribute in entry {
            let attribute = attribute?;
            if let Some(first) = attribute.read(Key::START)? {
                vni.vni = first;
            } else if let Some(last) = attribute.read(Key::END)? {
                vni.last = Some(last);
            } else if let Some(group) = attribute.read(Key::GROUP)? {
                vni.group = Some(group.into());
            } else if let Some(group) = attribute.read(Key::GROUP6)? {
                vni.group = Some(group.into());
            } else if let Some(statistics) = attribute.read(Key::STATS)? {
                let table = statistics.table()?;
                vni.statistics = Some(VniStatistics {
                    received_bytes: table.get(VniStats::RX_BYTES)?.unwrap_or_default(),
                    received_packets: table.get(VniStats::RX_PKTS)?.unwrap_or_default(),
                    receive_dropped: table.get(VniStats::RX_DROPS)?.unwrap_or_default(),
                    receive_errors: table.get(VniStats::RX_ERRORS)?.unwrap_or_default(),
                    sent_bytes: table.get(VniStats::TX_BYTES)?.unwrap_or_default(),
                    sent_packets: table.get(VniStats::TX_PKTS)?.unwrap_or_default(),
                    send_dropped: table.get(VniStats::TX_DROPS)?.unwrap_or_default(),
                    send_errors: table.get(VniStats::TX_ERRORS)?.unwrap_or_default(),
                });
            }
        }
        Ok(vni)
    }

    fn emit<M: Message<Header = Header, Attributes = Tunnel>>(
        &self,
        tail: &mut Tail<'_>,
        envelope: Envelope,
    ) -> Result<(), EmitError> {
        use wire::Vni as Key;
        let header = Header { family: Family::BRIDGE.into(), index: self.interface.into(), ..Header::default() };
        M::emit(tail, envelope, header, |tunnel| {
            tunnel.nest(Tunnel::ENTRY, |entry| {
                entry.put(Key::START, self.vni)?.put_some(Key::END, self.last)?;
                match self.group {
                    Some(IpAddr::V4(group)) => entry.put(Key::GROUP, group),
                    Some(IpAddr::V6(group)) => entry.put(Key::GROUP6, group),
                    None => Ok(entry),
                }
            })
        })
    }
}

/// As `bridge vni` takes it, with the interface's index for its name: `vni 100-110 group 239.1.1.1 dev if3`.
impl fmt::Display for Vni {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "vni {}", self.vni)?;
        if let Some(last) = self.last {
            write!(f, "-{last}")?;
        }
        if let Some(group) = self.group {
            write!(f, " {} {group}", if group.is_multicast() { "group" } else { "remote" })?;
        }
        write!(f, " dev if{}", self.interface)
    }
}

/// As `bridge -s -j vni` shows it among those of the interface, whose index it has as `ifindex`.
impl Show for Vni {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        entries.put("ifindex", &self.interface);
        entries.put("vni", &self.vni);
        entries.some("vniEnd", &self.last);
        if let Some(group) = self.group {
            entries.put(if group.is_multicast() { "group" } else { "remote" }, &group);
        }
        if let Some(statistics) = self.statistics {
            entries.put("stats", &statistics);
        }
        entries.object()
    }
}

impl Show for VniStatistics {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        entries.put("rx_bytes", &self.received_bytes);
        entries.put("rx_pkts", &self.received_packets);
        entries.put("rx_drops", &self.receive_dropped);
        entries.put("rx_errors", &self.receive_errors);
        entries.put("tx_bytes", &self.sent_bytes);
        entries.put("tx_pkts", &self.sent_packets);
        entries.put("tx_drops", &self.send_dropped);
        entries.put("tx_errors", &self.send_errors);
        entries.object()
    }
}

serialize!(Vni);

impl Subject for Vni {
    fn check(&self) -> Result<(), &'static str> {
        if self.interface == 0 {
            return Err("the interface of the network identifier is missing");
        }
        if self.vni == 0 {
            return Err("the network identifier is missing");
        }
        super::check_vni(Some(self.vni))?;
        super::check_vni(self.last)?;
        super::check_range(self.vni, self.last)
    }
}

/// Which network identifiers to list. What is none does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VniFilter {
    /// Of this VXLAN interface.
    pub interface: Option<u32>,
    /// With counters: then each stands alone, not in a range.
    pub statistics: bool,
}

impl Filter for VniFilter {
    type Message = NewTunnel;
    type Object = Vni;
    const NOUN: &'static str = "network identifiers";

    fn families(&self) -> Vec<Family> {
        vec![Family::BRIDGE]
    }

    fn emit(&self, family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let flags = if self.statistics { TunnelMessageFlags::STATS } else { TunnelMessageFlags::empty() };
        let index = self.interface.unwrap_or_default().into();
        let header = Header { family: family.into(), flags: flags.into(), index, ..Header::default() };
        GetTunnel::emit(tail, envelope, header, |tunnel| Ok(tunnel))
    }

    fn family(view: &View<'_, NewTunnel>) -> Family {
        view.header.family.get()
    }

    fn wants(&self, view: &View<'_, NewTunnel>, _filtered: bool) -> Result<bool, ParseError> {
        Ok(self.interface.is_none_or(|wanted| view.header.index.get() == wanted))
    }

    fn object(view: &View<'_, NewTunnel>) -> Result<Vni, ParseError> {
        Ok(Vni::from_view(view)?.into_iter().next().unwrap_or_default())
    }

    fn objects(&self, view: &View<'_, NewTunnel>, objects: &mut Vec<Vni>) -> Result<(), ParseError> {
        objects.extend(Vni::from_view(view)?);
        Ok(())
    }
}

/// The verbs of network identifiers: see [`Netlink::vnis`](crate::Netlink::vnis).
pub type Vnis<'n, T> = Noun<'n, T, VniFilter>;

impl<'n, T: Transport> Vnis<'n, T> {
    /// Lets a VXLAN interface take network identifiers. Those that it takes already get the group that is said here; it is
    /// no error.
    pub fn add(self, vni: &'n Vni) -> T::Outcome<'n, Change<'n, Vni>> {
        self.verb("add", Flags::CREATE | Flags::EXCL, vni, Vni::emit::<NewTunnel>)
    }

    /// Lets a VXLAN interface take network identifiers no longer; where it did not, an error that
    /// [`is_not_found`](crate::Error::is_not_found). The group does not matter.
    pub fn delete(self, vni: &'n Vni) -> T::Outcome<'n, Change<'n, Vni>> {
        self.verb("delete", Flags::empty(), vni, Vni::emit::<DelTunnel>)
    }
}
