//! What VLANs are on all of a bridge, as `bridge vlan global` has it: multicast and spanning trees.

use std::fmt;
use std::ops::RangeInclusive;

use crate::codec::route::Family;
use crate::codec::route::bridge_vlan::{DumpFlags, Header, NewVlan, VlanDatabase, VlanGlobal as Key};
use crate::codec::{Attributes, EmitError, Envelope, Flags, Message, ParseError, Tail, View};
use crate::noun::{Change, Filter, Noun, Subject};
use crate::shown::{Entries, Show, Shown, serialize};
use crate::transport::Transport;

/// What a VLAN, or several one after the other that are alike, are on all of a bridge. Times are in ticks of 1/100 s.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GlobalVlan {
    /// Index of the bridge.
    pub bridge: u32,
    /// The VLAN, 1 to 4094; of several the first.
    pub vlan: u16,
    /// The last of several.
    pub last: Option<u16>,
    /// Whether IGMP and MLD are listened to.
    pub multicast_snooping: Option<bool>,
    /// Whether the bridge asks who wants what.
    pub multicast_querier: Option<bool>,
    /// IGMP version, 2 or 3.
    pub igmp_version: Option<u8>,
    /// MLD version, 1 or 2.
    pub mld_version: Option<u8>,
    /// Questions that must stay without an answer before a group is left.
    pub last_member_count: Option<u32>,
    /// Time between questions about a group that somebody left.
    pub last_member_interval: Option<u64>,
    /// Questions at the start.
    pub startup_query_count: Option<u32>,
    /// Time between questions at the start.
    pub startup_query_interval: Option<u64>,
    /// Time without reports after which a group is left.
    pub membership_interval: Option<u64>,
    /// Time without questions of others after which the bridge asks itself.
    pub querier_interval: Option<u64>,
    /// Time between general questions.
    pub query_interval: Option<u64>,
    /// Time that others have to answer.
    pub query_response_interval: Option<u64>,
    /// Number of the spanning tree that it is in, where the bridge has several (`mst_enabled`).
    pub spanning_tree: Option<u16>,
}

impl GlobalVlan {
    /// The VLANs: one, or as many as there are to the last.
    pub fn vlans(&self) -> RangeInclusive<u16> {
        self.vlan..=self.last.unwrap_or(self.vlan)
    }

    /// The VLANs that a message tells of.
    pub fn from_view(view: &View<'_, NewVlan>) -> Result<Vec<Self>, ParseError> {
        let entries = view.attributes().all(VlanDatabase::GLOBAL_OPTIONS);
        entries.map(|entry| Self::read(view.header.index.get(), entry?)).collect()
    }

    fn read(bridge: u32, entry: Attributes<'_, Key>) -> Result<Self, ParseError> {
        let table = entry.table()?;
        Ok(Self {
            bridge,
            vlan: table.get(Key::ID)?.unwrap_or_default(),
            last: table.get(Key::RANGE)?,
            multicast_snooping: table.get(Key::MCAST_SNOOPING)?.map(|on| on != 0),
            multicast_querier: table.get(Key::MCAST_QUERIER)?.map(|on| on != 0),
            igmp_version: table.get(Key::MCAST_IGMP_VERSION)?,
            mld_version: table.get(Key::MCAST_MLD_VERSION)?,
            last_member_count: table.get(Key::MCAST_LAST_MEMBER_CNT)?,
            last_member_interval: table.get(Key::MCAST_LAST_MEMBER_INTVL)?,
            startup_query_count: table.get(Key::MCAST_STARTUP_QUERY_CNT)?,
            startup_query_interval: table.get(Key::MCAST_STARTUP_QUERY_INTVL)?,
            membership_interval: table.get(Key::MCAST_MEMBERSHIP_INTVL)?,
            querier_interval: table.get(Key::MCAST_QUERIER_INTVL)?,
            query_interval: table.get(Key::MCAST_QUERY_INTVL)?,
            query_response_interval: table.get(Key::MCAST_QUERY_RESPONSE_INTVL)?,
            spanning_tree: table.get(Key::MSTI)?,
        })
    }

    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let header = Header { family: Family::BRIDGE.into(), index: self.bridge.into(), ..Header::default() };
        NewVlan::emit(tail, envelope, header, |vlans| {
            vlans.nest(VlanDatabase::GLOBAL_OPTIONS, |vlan| {
                vlan.put(Key::ID, self.vlan)?
                    .put_some(Key::RANGE, self.last)?
                    .put_some(Key::MCAST_SNOOPING, self.multicast_snooping.map(u8::from))?
                    .put_some(Key::MCAST_QUERIER, self.multicast_querier.map(u8::from))?
                    .put_some(Key::MCAST_IGMP_VERSION, self.igmp_version)?
                    .put_some(Key::MCAST_MLD_VERSION, self.mld_version)?
                    .put_some(Key::MCAST_LAST_MEMBER_CNT, self.last_member_count)?
                    .put_some(Key::MCAST_LAST_MEMBER_INTVL, self.last_member_interval)?
                    .put_some(Key::MCAST_STARTUP_QUERY_CNT, self.startup_query_count)?
                    .put_some(Key::MCAST_STARTUP_QUERY_INTVL, self.startup_query_interval)?
                    .put_some(Key::MCAST_MEMBERSHIP_INTVL, self.membership_interval)?
                    .put_some(Key::MCAST_QUERIER_INTVL, self.querier_interval)?
                    .put_some(Key::MCAST_QUERY_INTVL, self.query_interval)?
                    .put_some(Key::MCAST_QUERY_RESPONSE_INTVL, self.query_response_interval)?
                    .put_some(Key::MSTI, self.spanning_tree)
            })
        })
    }
}

/// As `bridge vlan global` takes it, with the bridge's index for its name: `vlan global vid 10-20 dev if3`.
impl fmt::Display for GlobalVlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "vlan global vid {}", self.vlan)?;
        if let Some(last) = self.last {
            write!(f, "-{last}")?;
        }
        write!(f, " dev if{}", self.bridge)
    }
}

/// As `bridge -d -j vlan global` shows it among those of the bridge, whose index it has as `ifindex`.
impl Show for GlobalVlan {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        entries.put("ifindex", &self.bridge);
        entries.put("vlan", &self.vlan);
        entries.some("vlanEnd", &self.last);
        entries.some("mcast_snooping", &self.multicast_snooping.map(u8::from));
        entries.some("mcast_querier", &self.multicast_querier.map(u8::from));
        entries.some("mcast_igmp_version", &self.igmp_version);
        entries.some("mcast_mld_version", &self.mld_version);
        entries.some("mcast_last_member_count", &self.last_member_count);
        entries.some("mcast_last_member_interval", &self.last_member_interval);
        entries.some("mcast_startup_query_count", &self.startup_query_count);
        entries.some("mcast_startup_query_interval", &self.startup_query_interval);
        entries.some("mcast_membership_interval", &self.membership_interval);
        entries.some("mcast_querier_interval", &self.querier_interval);
        entries.some("mcast_query_interval", &self.query_interval);
        entries.some("mcast_query_response_interval", &self.query_response_interval);
        entries.some("msti", &self.spanning_tree);
        entries.object()
    }
}

serialize!(GlobalVlan);

impl Subject for GlobalVlan {
    fn check(&self) -> Result<(), &'static str> {
        if self.bridge == 0 {
            return Err("the bridge of the VLAN is missing");
        }
        super::check_vlan(Some(self.vlan))?;
        super::check_vlan(self.last)?;
        super::check_range(self.vlan, self.last)
    }
}

/// Which VLANs to list. What is none does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GlobalVlanFilter {
    /// Of this bridge.
    pub bridge: Option<u32>,
}

impl Filter for GlobalVlanFilter {
    type Message = NewVlan;
    type Object = GlobalVlan;
    const NOUN: &'static str = "VLANs of whole bridges";

    fn families(&self) -> Vec<Family> {
        vec![Family::BRIDGE]
    }

    fn emit(&self, family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        super::vlan::emit_question(family, self.bridge, Some(DumpFlags::GLOBAL), tail, envelope)
    }

    fn family(view: &View<'_, NewVlan>) -> Family {
        view.header.family.get()
    }

    fn wants(&self, view: &View<'_, NewVlan>, _filtered: bool) -> Result<bool, ParseError> {
        Ok(self.bridge.is_none_or(|wanted| view.header.index.get() == wanted))
    }

    fn object(view: &View<'_, NewVlan>) -> Result<GlobalVlan, ParseError> {
        Ok(GlobalVlan::from_view(view)?.into_iter().next().unwrap_or_default())
    }

    fn objects(&self, view: &View<'_, NewVlan>, objects: &mut Vec<GlobalVlan>) -> Result<(), ParseError> {
        objects.extend(GlobalVlan::from_view(view)?);
        Ok(())
    }
}

/// The verbs of VLANs on all of a bridge: see [`Netlink::bridge_vlan_globals`](crate::Netlink::bridge_vlan_globals).
pub type GlobalVlans<'n, T> = Noun<'n, T, GlobalVlanFilter>;

impl<'n, T: Transport> GlobalVlans<'n, T> {
    /// Sets what is said here. The bridge itself must have the VLAN.
    pub fn set(self, vlan: &'n GlobalVlan) -> T::Outcome<'n, Change<'n, GlobalVlan>> {
        self.verb("set", Flags::empty(), vlan, GlobalVlan::emit)
    }
}
