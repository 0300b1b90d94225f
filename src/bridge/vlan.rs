//! VLANs of bridges and their ports, as `bridge vlan` has them, with their options and the tunnels that they map to.
//!
//! They are asked for and changed with `RTM_*VLAN`, the messages of `bridge vlan set`, and not as part of links
//! (`RTM_*LINK`): one of these says all of a VLAN, with its options and its tunnel, as many of them are sent as the VLANs
//! take, and the index says whether a port or a bridge is meant, which `bridge` must be told by `self` and `master`. They
//! are there since Linux 5.6, tunnels in them since 5.7.

use std::fmt;
use std::ops::RangeInclusive;

use crate::codec::route::Family;
use crate::codec::route::bridge_vlan::{
    DelVlan, DumpFlags, GetVlan, Header, NewVlan, TunnelCommand, VlanDatabase, VlanEntry, VlanQuestion, VlanStats,
    VlanTunnelInfo,
};
use crate::codec::route::link::bridge_spec::{VlanInfo, VlanInfoFlags};
use crate::codec::{Attributes, EmitError, Envelope, Flags, Message, ParseError, Tail, View};
use crate::noun::{Change, Filter, Noun, Subject};
use crate::shown::{Entries, Show, Shown, serialize};
use crate::transport::Transport;

pub use crate::codec::route::link::bridge::MulticastRouter;
pub use crate::codec::route::link::bridge_port::PortState;

/// A VLAN of a bridge or a port, or several one after the other that are alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BridgeVlan {
    /// Index of the port, or of the bridge for a VLAN of the bridge itself.
    pub interface: u32,
    /// The VLAN, 1 to 4094; of several the first.
    pub vlan: u16,
    /// The last of several.
    pub last: Option<u16>,
    /// Whether frames that come in without a tag are in it. Only one can be that.
    pub pvid: bool,
    /// Whether its frames go out without a tag.
    pub untagged: bool,
    /// Number of the tunnel (VXLAN network) that it maps to. Of several VLANs that of the first; the others have the next.
    pub tunnel: Option<u32>,
    /// State in the spanning tree.
    pub state: Option<PortState>,
    /// Whether all multicast packets go there, as to a router.
    pub multicast_router: Option<MulticastRouter>,
    /// How many multicast groups there are. Only read.
    pub multicast_groups: Option<u32>,
    /// How many there may be; 0 is without limit.
    pub multicast_max_groups: Option<u32>,
    /// Whether ARP and neighbour discovery are answered by the bridge.
    pub neighbour_suppress: Option<bool>,
    /// Whether gratuitous ARP and unasked neighbour advertisements go through all the same.
    pub neighbour_forward_gratuitous: Option<bool>,
    /// Counters, where the filter asks for them. Only read.
    pub statistics: Option<VlanStatistics>,
}

/// Counters of a VLAN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VlanStatistics {
    /// Bytes that came in.
    pub received_bytes: u64,
    /// Packets that came in.
    pub received_packets: u64,
    /// Bytes that went out.
    pub sent_bytes: u64,
    /// Packets that went out.
    pub sent_packets: u64,
}

impl BridgeVlan {
    /// The VLANs: one, or as many as there are to the last.
    pub fn vlans(&self) -> RangeInclusive<u16> {
        self.vlan..=self.last.unwrap_or(self.vlan)
    }

    /// The VLANs that a message tells of.
    pub fn from_view(view: &View<'_, NewVlan>) -> Result<Vec<Self>, ParseError> {
        let entries = view.attributes().all(VlanDatabase::ENTRY);
        entries.map(|entry| Self::read(view.header.index.get(), entry?)).collect()
    }

    fn read(interface: u32, entry: Attributes<'_, VlanEntry>) -> Result<Self, ParseError> {
        let mut vlan = Self { interface, ..Self::default() };
        for attribute in entry {
            let attribute = attribute?;
            if let Some(info) = attribute.read(VlanEntry::INFO)? {
                vlan.vlan = info.vlan.get();
                vlan.pvid = info.flags.get().contains(VlanInfoFlags::PVID);
                vlan.untagged = info.flags.get().contains(VlanInfoFlags::UNTAGGED);
            } else if let Some(last) = attribute.read(VlanEntry::RANGE)? {
                vlan.last = Some(last);
            } else if let Some(state) = attribute.read(VlanEntry::STATE)? {
                vlan.state = Some(state);
            } else if let Some(tunnel) = attribute.read(VlanEntry::TUNNEL_INFO)? {
                vlan.tunnel = tunnel.get(VlanTunnelInfo::ID)?;
            } else if let Some(statistics) = attribute.read(VlanEntry::STATS)? {
                let table = statistics.table()?;
                vlan.statistics = Some(VlanStatistics {
                    received_bytes: table.get(VlanStats::RX_BYTES)?.unwrap_or_default(),
                    received_packets: table.get(VlanStats::RX_PACKETS)?.unwrap_or_default(),
                    sent_bytes: table.get(VlanStats::TX_BYTES)?.unwrap_or_default(),
                    sent_packets: table.get(VlanStats::TX_PACKETS)?.unwrap_or_default(),
                });
            } else if let Some(router) = attribute.read(VlanEntry::MCAST_ROUTER)? {
                vlan.multicast_router = Some(router);
            } else if let Some(groups) = attribute.read(VlanEntry::MCAST_N_GROUPS)? {
                vlan.multicast_groups = Some(groups);
            } else if let Some(groups) = attribute.read(VlanEntry::MCAST_MAX_GROUPS)? {
                vlan.multicast_max_groups = Some(groups);
            } else if let Some(suppress) = attribute.read(VlanEntry::NEIGH_SUPPRESS)? {
                vlan.neighbour_suppress = Some(suppress != 0);
            } else if let Some(forward) = attribute.read(VlanEntry::NEIGH_FORWARD_GRAT)? {
                vlan.neighbour_forward_gratuitous = Some(forward != 0);
            }
        }
        Ok(vlan)
    }

    /// Writes the VLANs with `flags`, and the tunnel, where a command says what becomes of it.
    fn emit<M: Message<Header = Header, Attributes = VlanDatabase>>(
        &self,
        flags: VlanInfoFlags,
        tunnel: Option<TunnelCommand>,
        options: bool,
        tail: &mut Tail<'_>,
        envelope: Envelope,
    ) -> Result<(), EmitError> {
        let header = Header { family: Family::BRIDGE.into(), index: self.interface.into(), ..Header::default() };
        let info = VlanInfo { flags: flags.into(), vlan: self.vlan.into() };
        M::emit(tail, envelope, header, |vlans| {
            vlans.nest(VlanDatabase::ENTRY, |vlan| {
                vlan.put(VlanEntry::INFO, (&info).into())?.put_some(VlanEntry::RANGE, self.last)?;
                if let Some(command) = tunnel {
                    vlan.nest(VlanEntry::TUNNEL_INFO, |info| {
                        info.put_some(VlanTunnelInfo::ID, self.tunnel)?.put(VlanTunnelInfo::CMD, command)
                    })?;
                }
                if !options {
                    return Ok(vlan);
                }
                vlan.put_some(VlanEntry::STATE, self.state)?
                    .put_some(VlanEntry::MCAST_ROUTER, self.multicast_router)?
                    .put_some(VlanEntry::MCAST_MAX_GROUPS, self.multicast_max_groups)?
                    .put_some(VlanEntry::NEIGH_SUPPRESS, self.neighbour_suppress.map(u8::from))?
                    .put_some(VlanEntry::NEIGH_FORWARD_GRAT, self.neighbour_forward_gratuitous.map(u8::from))
            })
        })
    }

    fn emit_add(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let mut flags = VlanInfoFlags::empty();
        flags.set(VlanInfoFlags::PVID, self.pvid);
        flags.set(VlanInfoFlags::UNTAGGED, self.untagged);
        self.emit::<NewVlan>(flags, self.tunnel.map(|_| TunnelCommand::SETLINK), false, tail, envelope)
    }

    fn emit_set(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let tunnel = self.tunnel.map(|_| TunnelCommand::SETLINK);
        self.emit::<NewVlan>(VlanInfoFlags::ONLY_OPTS, tunnel, true, tail, envelope)
    }

    fn emit_delete(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.emit::<DelVlan>(VlanInfoFlags::empty(), None, false, tail, envelope)
    }

    fn emit_delete_tunnel(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.emit::<NewVlan>(VlanInfoFlags::ONLY_OPTS, Some(TunnelCommand::DELLINK), false, tail, envelope)
    }
}

/// As `bridge vlan` takes it, with the interface's index for its name: `vlan 10-20 untagged dev if3`.
impl fmt::Display for BridgeVlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "vlan {}", self.vlan)?;
        if let Some(last) = self.last {
            write!(f, "-{last}")?;
        }
        if let Some(tunnel) = self.tunnel {
            write!(f, " tunnel_info id {tunnel}")?;
        }
        for (is, name) in [(self.pvid, " pvid"), (self.untagged, " untagged")] {
            if is {
                f.write_str(name)?;
            }
        }
        write!(f, " dev if{}", self.interface)
    }
}

/// As `bridge -s -d -j vlan` shows it among those of the interface, whose index it has as `ifindex`, and `bridge vlan tunnelshow` its
/// tunnels.
impl Show for BridgeVlan {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        entries.put("ifindex", &self.interface);
        entries.put("vlan", &self.vlan);
        entries.some("vlanEnd", &self.last);
        let flags = [(self.pvid, "PVID"), (self.untagged, "Egress Untagged")];
        let flags: Vec<_> = flags.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect();
        entries.some("flags", &Some(flags).filter(|flags| !flags.is_empty()));
        entries.some("tunid", &self.tunnel);
        let more = self.last.unwrap_or(self.vlan).saturating_sub(self.vlan);
        let last = self.tunnel.filter(|_| more > 0).map(|tunnel| tunnel.saturating_add(more.into()));
        entries.some("tunidEnd", &last);
        entries.some("state", &self.state);
        entries.some("mcast_router", &self.multicast_router.map(|router| router.0));
        entries.some("mcast_n_groups", &self.multicast_groups);
        entries.some("mcast_max_groups", &self.multicast_max_groups);
        entries.some("neigh_suppress", &self.neighbour_suppress);
        entries.some("neigh_forward_grat", &self.neighbour_forward_gratuitous);
        if let Some(statistics) = self.statistics {
            entries.put("rx_bytes", &statistics.received_bytes);
            entries.put("rx_packets", &statistics.received_packets);
            entries.put("tx_bytes", &statistics.sent_bytes);
            entries.put("tx_packets", &statistics.sent_packets);
        }
        entries.object()
    }
}

serialize!(BridgeVlan);

impl Subject for BridgeVlan {
    fn check(&self) -> Result<(), &'static str> {
        if self.interface == 0 {
            return Err("the interface of the VLAN is missing");
        }
        super::check_vlan(Some(self.vlan))?;
        super::check_vlan(self.last)?;
        super::check_range(self.vlan, self.last)?;
        if self.pvid && self.last.is_some_and(|last| last != self.vlan) {
            return Err("only one VLAN can be that of frames without a tag");
        }
        Ok(())
    }
}

/// Which VLANs to list. What is none does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BridgeVlanFilter {
    /// Of this bridge or port. The kernel refuses to list those of another interface.
    pub interface: Option<u32>,
    /// This VLAN, or the range that it is in. The kernel does not filter by it.
    pub vlan: Option<u16>,
    /// With counters: then each VLAN stands alone, not in a range.
    pub statistics: bool,
}

impl Filter for BridgeVlanFilter {
    type Message = NewVlan;
    type Object = BridgeVlan;
    const NOUN: &'static str = "bridge VLANs";

    fn families(&self) -> Vec<Family> {
        vec![Family::BRIDGE]
    }

    fn emit(&self, family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let flags = self.statistics.then_some(DumpFlags::STATS);
        emit_question(family, self.interface, flags, tail, envelope)
    }

    fn family(view: &View<'_, NewVlan>) -> Family {
        view.header.family.get()
    }

    /// Whether it is of the interface: a message has many VLANs.
    fn wants(&self, view: &View<'_, NewVlan>, _filtered: bool) -> Result<bool, ParseError> {
        Ok(self.interface.is_none_or(|wanted| view.header.index.get() == wanted))
    }

    fn object(view: &View<'_, NewVlan>) -> Result<BridgeVlan, ParseError> {
        Ok(BridgeVlan::from_view(view)?.into_iter().next().unwrap_or_default())
    }

    fn objects(&self, view: &View<'_, NewVlan>, objects: &mut Vec<BridgeVlan>) -> Result<(), ParseError> {
        let wanted = |found: &BridgeVlan| self.vlan.is_none_or(|vlan| found.vlans().contains(&vlan));
        objects.extend(BridgeVlan::from_view(view)?.into_iter().filter(wanted));
        Ok(())
    }
}

/// Asks for VLANs of an interface, or of all.
pub(super) fn emit_question(
    family: Family,
    interface: Option<u32>,
    flags: Option<DumpFlags>,
    tail: &mut Tail<'_>,
    envelope: Envelope,
) -> Result<(), EmitError> {
    let header = Header { family: family.into(), index: interface.unwrap_or_default().into(), ..Header::default() };
    GetVlan::emit(tail, envelope, header, |question| question.put_some(VlanQuestion::FLAGS, flags))
}

/// The verbs of VLANs of bridges and ports: see [`Netlink::bridge_vlans`](crate::Netlink::bridge_vlans).
pub type BridgeVlans<'n, T> = Noun<'n, T, BridgeVlanFilter>;

impl<'n, T: Transport> BridgeVlans<'n, T> {
    /// Adds VLANs to a port or a bridge, and maps them to tunnels where one is said, for which the port must have
    /// `vlan_tunnel`. To those that are there it gives these flags; it is no error. The options are not sent, since most are
    /// only for some VLANs and bridges: see [`set`](Self::set).
    ///
    /// ```no_run
    /// use nlwire::Netlink;
    /// use nlwire::bridge::vlan::BridgeVlan;
    ///
    /// let mut nl = Netlink::connect()?;
    /// let port = nl.links().get("eth0")?.index;
    /// nl.bridge_vlans().add(&BridgeVlan { interface: port, vlan: 10, last: Some(20), ..BridgeVlan::default() })?;
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    pub fn add(self, vlan: &'n BridgeVlan) -> T::Outcome<'n, Change<'n, BridgeVlan>> {
        self.verb("add", Flags::CREATE | Flags::EXCL, vlan, BridgeVlan::emit_add)
    }

    /// Sets options of VLANs that are there, and the tunnels that they map to: those that are said here.
    pub fn set(self, vlan: &'n BridgeVlan) -> T::Outcome<'n, Change<'n, BridgeVlan>> {
        self.verb("set", Flags::empty(), vlan, BridgeVlan::emit_set)
    }

    /// Deletes VLANs of a port or a bridge, and what they map to. Flags, options and tunnels do not matter. It is no error
    /// where they are not there.
    pub fn delete(self, vlan: &'n BridgeVlan) -> T::Outcome<'n, Change<'n, BridgeVlan>> {
        self.verb("delete", Flags::empty(), vlan, BridgeVlan::emit_delete)
    }

    /// Lets VLANs map to tunnels no longer; they stay.
    pub fn delete_tunnel(self, vlan: &'n BridgeVlan) -> T::Outcome<'n, Change<'n, BridgeVlan>> {
        self.verb("delete tunnel of", Flags::empty(), vlan, BridgeVlan::emit_delete_tunnel)
    }
}
