//! Settings of interfaces for IP, as `ip netconf` has them. They are changed in `/proc/sys/net`, not here.

use std::fmt;

use crate::codec::route::Family;
use crate::codec::route::netconf::{self as wire, GetNetconf, Header, NewNetconf};
use crate::codec::{EmitError, Envelope, Message, ParseError, Tail, View};
use crate::noun::{Filter, Get, Noun};
use crate::shown::{Entries, Show, Shown, serialize};
use crate::transport::Query;

/// Settings of an interface. What a family does not have is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Netconf {
    /// Address family: IPv4, IPv6 or MPLS.
    pub family: Family,
    /// Whose settings they are.
    pub interface: NetconfInterface,
    /// Whether packets are forwarded.
    pub forwarding: Option<bool>,
    /// Whether the way back to the source is checked (IPv4): 0 no, 1 it must be by the same interface, 2 by any.
    pub rp_filter: Option<i32>,
    /// Whether multicast packets are forwarded.
    pub mc_forwarding: Option<bool>,
    /// Whether packets for all on a link are forwarded (IPv4).
    pub bc_forwarding: Option<bool>,
    /// Whether this host answers for others that are asked for.
    pub proxy_neigh: Option<bool>,
    /// Whether routes by a link without carrier are left aside.
    pub ignore_routes_with_linkdown: Option<bool>,
    /// Whether packets with labels are taken (MPLS).
    pub input: Option<bool>,
    /// Whether packets are forwarded although forwarding is off as a whole (IPv6).
    pub force_forwarding: Option<bool>,
}

/// Whose settings they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NetconfInterface {
    /// What holds for all interfaces.
    #[default]
    All,
    /// What interfaces that are still to come begin with.
    Default,
    /// Those of the interface with this index.
    Index(u32),
}

impl From<u32> for NetconfInterface {
    fn from(index: u32) -> Self {
        Self::Index(index)
    }
}

impl From<wire::NetconfInterface> for NetconfInterface {
    fn from(interface: wire::NetconfInterface) -> Self {
        match interface {
            wire::NetconfInterface::ALL => Self::All,
            wire::NetconfInterface::DEFAULT => Self::Default,
            // The kernel has no index that is negative.
            wire::NetconfInterface(index) => Self::Index(index.try_into().unwrap_or_default()),
        }
    }
}

impl From<NetconfInterface> for wire::NetconfInterface {
    fn from(interface: NetconfInterface) -> Self {
        match interface {
            NetconfInterface::All => Self::ALL,
            NetconfInterface::Default => Self::DEFAULT,
            // An index that does not fit is none that there is.
            NetconfInterface::Index(index) => Self(index.try_into().unwrap_or(i32::MAX)),
        }
    }
}

/// As `ip netconf` takes it, with the interface's index for its name: `dev if3`.
impl fmt::Display for NetconfInterface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("dev all"),
            Self::Default => f.write_str("dev default"),
            Self::Index(index) => write!(f, "dev if{index}"),
        }
    }
}

impl Netconf {
    /// The settings that a message tells of.
    pub fn from_view(view: &View<'_, NewNetconf>) -> Result<Self, ParseError> {
        use wire::Netconf as Key;
        let table = view.attributes().table()?;
        let on = |value: Option<i32>| value.map(|value| value != 0);
        Ok(Self {
            family: view.header.family.get(),
            interface: table.get(Key::IFINDEX)?.map(Into::into).unwrap_or_default(),
            forwarding: on(table.get(Key::FORWARDING)?),
            rp_filter: table.get(Key::RP_FILTER)?,
            mc_forwarding: on(table.get(Key::MC_FORWARDING)?),
            bc_forwarding: on(table.get(Key::BC_FORWARDING)?),
            proxy_neigh: on(table.get(Key::PROXY_NEIGH)?),
            ignore_routes_with_linkdown: on(table.get(Key::IGNORE_ROUTES_WITH_LINKDOWN)?),
            input: on(table.get(Key::INPUT)?),
            force_forwarding: on(table.get(Key::FORCE_FORWARDING)?),
        })
    }
}

/// As `ip -d -j netconf` shows it, with the index of an interface as `ifindex`.
impl Show for Netconf {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        let family = match self.family {
            Family::INET => "inet",
            Family::INET6 => "inet6",
            Family::MPLS => "mpls",
            _ => "???",
        };
        entries.put("family", family);
        match self.interface {
            NetconfInterface::All => entries.put("interface", "all"),
            NetconfInterface::Default => entries.put("interface", "default"),
            NetconfInterface::Index(index) => entries.put("ifindex", &index),
        }
        entries.some("forwarding", &self.forwarding);
        let rp_filter = |filter: i32| match filter {
            0 => "off",
            1 => "strict",
            2 => "loose",
            _ => "unknown mode",
        };
        entries.some("rp_filter", &self.rp_filter.map(rp_filter));
        entries.some("mc_forwarding", &self.mc_forwarding);
        entries.some("bc_forwarding", &self.bc_forwarding);
        entries.some("proxy_neigh", &self.proxy_neigh);
        entries.some("ignore_routes_with_linkdown", &self.ignore_routes_with_linkdown);
        entries.some("input", &self.input);
        entries.some("force_forwarding", &self.force_forwarding);
        entries.object()
    }
}

serialize!(Netconf);

/// Which settings to list. What is none does not matter. The kernel filters by the family only; the rest is done here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetconfFilter {
    /// Of this family; without, of IPv4, of IPv6 and, where the kernel has it, of MPLS.
    pub family: Option<Family>,
    /// Of this.
    pub interface: Option<NetconfInterface>,
}

impl Filter for NetconfFilter {
    type Message = NewNetconf;
    type Object = Netconf;
    const NOUN: &'static str = "settings of interfaces";

    fn families(&self) -> Vec<Family> {
        match self.family {
            None | Some(Family::UNSPEC) => vec![Family::INET, Family::INET6, Family::MPLS],
            Some(family) => vec![family],
        }
    }

    fn emit(&self, family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        GetNetconf::emit(tail, envelope, Header { family: family.into() }, |netconf| Ok(netconf))
    }

    fn family(view: &View<'_, NewNetconf>) -> Family {
        view.header.family.get()
    }

    fn wants(&self, view: &View<'_, NewNetconf>, _filtered: bool) -> Result<bool, ParseError> {
        let Some(wanted) = self.interface else { return Ok(true) };
        Ok(view.attributes().get(wire::Netconf::IFINDEX)? == Some(wanted.into()))
    }

    fn object(view: &View<'_, NewNetconf>) -> Result<Netconf, ParseError> {
        Netconf::from_view(view)
    }
}

/// A question for the settings of one family and interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetconfQuestion {
    family: Family,
    interface: NetconfInterface,
}

impl NetconfQuestion {
    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        GetNetconf::emit(tail, envelope, Header { family: self.family.into() }, |netconf| {
            netconf.put(wire::Netconf::IFINDEX, self.interface.into())
        })
    }
}

/// What there is to ask of settings: see [`Netlink::netconf`](crate::Netlink::netconf).
pub type Netconfs<'n, T> = Noun<'n, T, NetconfFilter>;

impl<'n, T: Query> Netconfs<'n, T> {
    /// The settings of an interface, by its index, of all or of those to come. Where there are none, the error's errno is
    /// `ENODEV` for IPv4 on newer kernels, and else `EINVAL`; where the kernel has not the family, `EOPNOTSUPP`.
    pub fn get(
        self,
        family: Family,
        interface: impl Into<NetconfInterface>,
    ) -> T::Outcome<'n, Get<NetconfFilter, NetconfQuestion>> {
        let question = NetconfQuestion { family, interface: interface.into() };
        let operation = format!("netconf of {family:?} {}", question.interface);
        self.transport.send(Get::new(operation, question, NetconfQuestion::emit))
    }
}
