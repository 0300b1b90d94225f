//! Rules, as `ip rule` has them: which routing table is asked for which packets.

use std::fmt;
use std::ops::RangeInclusive;

use ipnet::IpNet;

use crate::codec::payload::Str;
use crate::codec::route::Family;
use crate::codec::route::route::{RouteProtocol, Table};
use crate::codec::route::rule::{self as wire, DelRule, GetRule, Header, NewRule, PortRange, UidRange};
use crate::codec::{EmitError, Envelope, Flags, Key, Message, ParseError, Tail, View};
use crate::ensure::{Ensure, Step};
use crate::name::InterfaceName;
use crate::noun::{Change, Filter, List, Noun, Subject};
use crate::shown::{Entries, Show, Shown, hex, serialize};
use crate::transport::Transport;
use crate::word::{group, ip_protocol, realm, table};

pub use crate::codec::route::rule::{RuleAction, RuleFlags};

/// The masks that newer kernels tell where none was said.
const ALL_OF_A_PORT: u16 = 0xffff;
const ALL_OF_A_DSCP: u8 = 0x3f;
const ALL_OF_A_FLOW_LABEL: u32 = 0xf_ffff;

/// A rule. What is none, it does not ask for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// Address family.
    pub family: Family,
    /// Of several rules the one with the least comes first. None, in a rule to add: before all but the first.
    pub priority: Option<u32>,
    /// What becomes of the packets.
    pub action: RuleAction,
    /// The routing table that decides; 0 where none does.
    pub table: u32,
    /// Flags.
    pub flags: RuleFlags,
    /// Where packets come from.
    pub source: Option<IpNet>,
    /// Where packets go.
    pub destination: Option<IpNet>,
    /// Type of service; 0 is any.
    pub tos: u8,
    /// Name of the interface that packets come in by.
    pub input_interface: Option<InterfaceName>,
    /// Name of the interface that packets are bound to leave by.
    pub output_interface: Option<InterfaceName>,
    /// The packet's mark.
    pub mark: Option<u32>,
    /// Which bits of the mark count.
    pub mark_mask: Option<u32>,
    /// Priority of the rule to go on with.
    pub goto: Option<u32>,
    /// Key of the tunnel that packets came out of.
    pub tunnel_id: Option<u64>,
    /// Whether the packet's interface must belong to a VRF, which then has the table.
    pub l3mdev: bool,
    /// Users whose packets these are.
    pub users: Option<RangeInclusive<u32>>,
    /// Protocol of the packets (`IPPROTO_*`).
    pub ip_protocol: Option<u8>,
    /// Source ports.
    pub source_ports: Option<RangeInclusive<u16>>,
    /// Which bits of a single source port count. Older kernels, 6.12 among them, do not know it.
    pub source_port_mask: Option<u16>,
    /// Destination ports.
    pub destination_ports: Option<RangeInclusive<u16>>,
    /// Which bits of a single destination port count; known to the same kernels.
    pub destination_port_mask: Option<u16>,
    /// Ignore what the table says where the route's destination has this many bits or fewer.
    pub suppress_prefix_length: Option<u32>,
    /// Ignore what the table says where the route leaves by an interface of this group.
    pub suppress_interface_group: Option<u32>,
    /// Realms that packets get.
    pub realms: Option<u32>,
    /// Who made it.
    pub protocol: Option<RouteProtocol>,
    /// Differentiated services code point.
    pub dscp: Option<u8>,
    /// Which of its six bits count. Older kernels, 6.12 among them, do not know it.
    pub dscp_mask: Option<u8>,
    /// Flow label (IPv6).
    pub flow_label: Option<u32>,
    /// Which bits of the flow label count.
    pub flow_label_mask: Option<u32>,
}

impl Rule {
    /// The rule that a message tells of.
    pub fn from_view(view: &View<'_, NewRule>) -> Result<Self, ParseError> {
        use wire::Rule as Key;
        let header = &view.header;
        let table = view.attributes().table()?;
        let ports = |range: crate::codec::payload::Sent<'_, wire::PortRange>| range.start.get()..=range.end.get();
        let prefix = |address: Option<_>, length| address.and_then(|address| IpNet::new(address, length).ok());
        // A suppressor of -1, all bits set, is none.
        let suppressor = |value: u32| Some(value).filter(|value| *value != u32::MAX);
        Ok(Self {
            family: header.family.get(),
            // The kernel says nothing of 0.
            priority: Some(table.get(Key::PRIORITY)?.unwrap_or_default()),
            action: header.action.get(),
            table: table.get(Key::TABLE)?.unwrap_or_else(|| header.table.get().0.into()),
            flags: header.flags.get(),
            source: prefix(table.get(Key::SRC)?, header.src_len),
            destination: prefix(table.get(Key::DST)?, header.dst_len),
            tos: header.tos,
            input_interface: name(view, Key::IIFNAME)?,
            output_interface: name(view, Key::OIFNAME)?,
            mark: table.get(Key::FWMARK)?,
            mark_mask: table.get(Key::FWMASK)?,
            goto: table.get(Key::GOTO)?,
            tunnel_id: table.get(Key::TUN_ID)?.filter(|id| *id != 0),
            l3mdev: table.get(Key::L3MDEV)?.is_some_and(|on| on != 0),
            users: table.get(Key::UID_RANGE)?.map(|range| range.start.get()..=range.end.get()),
            ip_protocol: table.get(Key::IP_PROTO)?,
            source_ports: table.get(Key::SPORT_RANGE)?.map(ports),
            source_port_mask: table.get(Key::SPORT_MASK)?,
            destination_ports: table.get(Key::DPORT_RANGE)?.map(ports),
            destination_port_mask: table.get(Key::DPORT_MASK)?,
            suppress_prefix_length: table.get(Key::SUPPRESS_PREFIXLEN)?.and_then(|bits| u32::try_from(bits).ok()),
            suppress_interface_group: table.get(Key::SUPPRESS_IFGROUP)?.and_then(suppressor),
            realms: table.get(Key::FLOW)?,
            protocol: table.get(Key::PROTOCOL)?,
            dscp: table.get(Key::DSCP)?,
            dscp_mask: table.get(Key::DSCP_MASK)?,
            flow_label: table.get(Key::FLOWLABEL)?,
            flow_label_mask: table.get(Key::FLOWLABEL_MASK)?,
        })
    }
}

impl Rule {
    fn emit<M: Message<Header = Header, Attributes = wire::Rule>>(
        &self,
        tail: &mut Tail<'_>,
        envelope: Envelope,
    ) -> Result<(), EmitError> {
        use wire::Rule as Key;
        // What the kernel alone says of a rule it does not want to be told.
        let said = RuleFlags::PERMANENT | RuleFlags::UNRESOLVED | RuleFlags::IIF_DETACHED | RuleFlags::OIF_DETACHED;
        let header = Header {
            family: self.family().into(),
            dst_len: self.destination.map(|prefix| prefix.prefix_len()).unwrap_or_default(),
            src_len: self.source.map(|prefix| prefix.prefix_len()).unwrap_or_default(),
            tos: self.tos,
            action: self.action.into(),
            flags: (self.flags - said).into(),
            ..Header::default()
        };
        let users =
            self.users.as_ref().map(|users| UidRange { start: (*users.start()).into(), end: (*users.end()).into() });
        let ports = |ports: &Option<RangeInclusive<u16>>| {
            ports.as_ref().map(|ports| PortRange { start: (*ports.start()).into(), end: (*ports.end()).into() })
        };
        let (source_ports, destination_ports) = (ports(&self.source_ports), ports(&self.destination_ports));
        // Older kernels, which refuse a mask, need none of all bits.
        let port_mask = |mask: Option<u16>| mask.filter(|mask| *mask != ALL_OF_A_PORT);
        let dscp_mask = self.dscp_mask.filter(|mask| *mask != ALL_OF_A_DSCP);
        let bits = self.suppress_prefix_length.map(|bits| i32::try_from(bits).unwrap_or(i32::MAX));
        M::emit(tail, envelope, header, |rule| {
            rule.put_some(Key::PRIORITY, self.priority)?
                .put_some(Key::TABLE, Some(self.table).filter(|table| *table != 0))?
                .put_some(Key::SRC, self.source.map(|prefix| prefix.addr()))?
                .put_some(Key::DST, self.destination.map(|prefix| prefix.addr()))?
                .put_some(Key::FWMARK, self.mark)?
                .put_some(Key::FWMASK, self.mark_mask)?
                .put_some(Key::GOTO, self.goto)?
                .put_some(Key::TUN_ID, self.tunnel_id)?
                .put_some(Key::L3MDEV, self.l3mdev.then_some(1))?
                .put_some(Key::UID_RANGE, users.as_ref().map(Into::into))?
                .put_some(Key::IP_PROTO, self.ip_protocol)?
                .put_some(Key::SPORT_RANGE, source_ports.as_ref().map(Into::into))?
                .put_some(Key::SPORT_MASK, port_mask(self.source_port_mask))?
                .put_some(Key::DPORT_RANGE, destination_ports.as_ref().map(Into::into))?
                .put_some(Key::DPORT_MASK, port_mask(self.destination_port_mask))?
                .put_some(Key::SUPPRESS_PREFIXLEN, bits)?
                .put_some(Key::SUPPRESS_IFGROUP, self.suppress_interface_group)?
                .put_some(Key::FLOW, self.realms)?
                .put_some(Key::PROTOCOL, self.protocol)?
                .put_some(Key::DSCP, self.dscp)?
                .put_some(Key::DSCP_MASK, dscp_mask)?
                .put_some(Key::FLOWLABEL, self.flow_label)?
                .put_some(Key::FLOWLABEL_MASK, self.flow_label_mask)?;
            for (key, name) in [(Key::IIFNAME, self.input_interface), (Key::OIFNAME, self.output_interface)] {
                if let Some(name) = name {
                    name.write(key, rule)?;
                }
            }
            Ok(rule)
        })
    }

    /// Its family, or else that of its prefixes.
    fn family(&self) -> Family {
        match self.source.or(self.destination) {
            Some(IpNet::V4(_)) if self.family == Family::UNSPEC => Family::INET,
            Some(IpNet::V6(_)) if self.family == Family::UNSPEC => Family::INET6,
            _ => self.family,
        }
    }
}

/// A rule for all packets, by which the main table decides.
impl Default for Rule {
    fn default() -> Self {
        Self {
            family: Family::UNSPEC,
            priority: None,
            action: RuleAction::TO_TBL,
            table: Table::MAIN.0.into(),
            flags: RuleFlags::empty(),
            source: None,
            destination: None,
            tos: 0,
            input_interface: None,
            output_interface: None,
            mark: None,
            mark_mask: None,
            goto: None,
            tunnel_id: None,
            l3mdev: false,
            users: None,
            ip_protocol: None,
            source_ports: None,
            source_port_mask: None,
            destination_ports: None,
            destination_port_mask: None,
            suppress_prefix_length: None,
            suppress_interface_group: None,
            realms: None,
            protocol: None,
            dscp: None,
            dscp_mask: None,
            flow_label: None,
            flow_label_mask: None,
        }
    }
}

/// In short, as `ip rule` takes it: `rule from 10.0.0.0/8 table 100 priority 7`.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rule")?;
        match self.source {
            Some(source) => write!(f, " from {source}")?,
            None => f.write_str(" from all")?,
        }
        if let Some(destination) = self.destination {
            write!(f, " to {destination}")?;
        }
        if let Some(mark) = self.mark {
            write!(f, " fwmark {mark:#x}")?;
        }
        if self.table != 0 {
            write!(f, " table {}", self.table)?;
        }
        match self.priority {
            Some(priority) => write!(f, " priority {priority}"),
            None => Ok(()),
        }
    }
}

/// As `ip -d -j rule` shows it.
impl Show for Rule {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        entries.some("priority", &self.priority);
        entries.flag("not", self.flags.contains(RuleFlags::INVERT));
        // The length only where that is not all of the address.
        let shorter = |prefix: IpNet| Some(prefix.prefix_len()).filter(|length| *length != prefix.max_prefix_len());
        match self.source {
            None => entries.put("src", "all"),
            Some(source) => entries.put("src", &source.addr()),
        }
        entries.some("srclen", &self.source.and_then(shorter));
        entries.some("dst", &self.destination.map(|destination| destination.addr()));
        entries.some("dstlen", &self.destination.and_then(shorter));
        entries.some("tos", &Some(self.tos).filter(|tos| *tos != 0).map(|tos| format!("{tos:#04x}")));
        let mark = self.mark.or(self.mark_mask.map(|_| 0));
        entries.some("fwmark", &mark.map(hex));
        entries.some("fwmask", &self.mark_mask.filter(|mask| *mask != u32::MAX).map(hex));
        entries.some("iif", &self.input_interface);
        entries.flag("iif_detached", self.flags.contains(RuleFlags::IIF_DETACHED));
        entries.some("oif", &self.output_interface);
        entries.flag("oif_detached", self.flags.contains(RuleFlags::OIF_DETACHED));
        entries.flag("l3mdev", self.l3mdev);
        entries.some("uid_start", &self.users.as_ref().map(|users| *users.start()));
        entries.some("uid_end", &self.users.as_ref().map(|users| *users.end()));
        entries.some("ipproto", &self.ip_protocol.map(ip_protocol));
        for ([one, all, first, last], ports, mask) in [
            (["sport", "sport_mask", "sport_start", "sport_end"], &self.source_ports, self.source_port_mask),
            (["dport", "dport_mask", "dport_start", "dport_end"], &self.destination_ports, self.destination_port_mask),
        ] {
            match ports {
                Some(ports) if ports.start() == ports.end() => {
                    entries.put(one, ports.start());
                    entries.some(all, &mask.filter(|mask| *mask != ALL_OF_A_PORT).map(hex));
                }
                Some(ports) => {
                    entries.put(first, ports.start());
                    entries.put(last, ports.end());
                }
                None => {}
            }
        }
        entries.some("tun_id", &self.tunnel_id);
        entries.some("dscp", &self.dscp.map(|dscp| dscp.to_string()));
        entries.some("dscp_mask", &self.dscp_mask.filter(|mask| *mask != ALL_OF_A_DSCP).map(hex));
        entries.some("flowlabel", &self.flow_label.map(hex));
        let mask = self.flow_label_mask.filter(|mask| *mask != ALL_OF_A_FLOW_LABEL);
        entries.some("flowlabel_mask", &mask.map(hex));
        if self.table != 0 {
            entries.put("table", &table(self.table));
            entries.some("suppress_prefixlen", &self.suppress_prefix_length);
            entries.some("suppress_ifgroup", &self.suppress_interface_group.map(group));
        }
        if let Some(realms) = self.realms {
            entries.some("flow_from", &Some(realms >> 16).filter(|from| *from != 0).map(realm));
            entries.put("flow_to", &realm(realms & 0xffff));
        }
        match self.action {
            RuleAction::TO_TBL => {}
            RuleAction::GOTO => {
                entries.some("goto", &self.goto);
                entries.flag("unresolved", self.flags.contains(RuleFlags::UNRESOLVED));
            }
            RuleAction::NOP => entries.flag("nop", true),
            action => entries.put("action", &action),
        }
        entries.some("protocol", &self.protocol);
        entries.object()
    }
}

serialize!(Rule);

impl Subject for Rule {
    fn check(&self) -> Result<(), &'static str> {
        let family = self.family();
        if family == Family::UNSPEC {
            return Err("the family of the rule is missing");
        }
        let other = |prefix: IpNet| match prefix {
            IpNet::V4(_) => family != Family::INET,
            IpNet::V6(_) => family != Family::INET6,
        };
        if [self.source, self.destination].into_iter().flatten().any(other) {
            return Err("a prefix of the rule is of another family");
        }
        Ok(())
    }
}

/// A name as it is: it need not be UTF-8.
fn name(view: &View<'_, NewRule>, key: Key<wire::Rule, Str>) -> Result<Option<InterfaceName>, ParseError> {
    for attribute in view.attributes() {
        let attribute = attribute?;
        if attribute.number() == key.number() {
            return Ok(InterfaceName::new(attribute.payload()));
        }
    }
    Ok(None)
}

/// Which rules to list. What is none does not matter. The kernel filters by the family only; the rest is done here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleFilter {
    /// Of this family; without, of IPv4 and then of IPv6.
    pub family: Option<Family>,
    /// That lead to this table.
    pub table: Option<u32>,
    /// Of this priority.
    pub priority: Option<u32>,
}

impl Filter for RuleFilter {
    type Message = NewRule;
    type Object = Rule;
    const NOUN: &'static str = "rules";

    fn families(&self) -> Vec<Family> {
        match self.family {
            None | Some(Family::UNSPEC) => vec![Family::INET, Family::INET6],
            Some(family) => vec![family],
        }
    }

    fn emit(&self, family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        GetRule::emit(tail, envelope, Header { family: family.into(), ..Header::default() }, |rule| Ok(rule))
    }

    fn family(view: &View<'_, NewRule>) -> Family {
        view.header.family.get()
    }

    fn wants(&self, view: &View<'_, NewRule>, _filtered: bool) -> Result<bool, ParseError> {
        if self.table.is_none() && self.priority.is_none() {
            return Ok(true);
        }
        let attributes = view.attributes().table()?;
        let table = attributes.get(wire::Rule::TABLE)?.unwrap_or_else(|| view.header.table.get().0.into());
        let priority = attributes.get(wire::Rule::PRIORITY)?.unwrap_or_default();
        Ok(self.table.is_none_or(|wanted| wanted == table) && self.priority.is_none_or(|wanted| wanted == priority))
    }

    fn object(view: &View<'_, NewRule>) -> Result<Rule, ParseError> {
        Rule::from_view(view)
    }
}

/// The verbs of rules: see [`Netlink::rules`](crate::Netlink::rules).
pub type Rules<'n, T> = Noun<'n, T, RuleFilter>;

impl<'n, T: Transport> Rules<'n, T> {
    /// Adds a rule; an error that [`is_exists`](crate::Error::is_exists) where there is the same one.
    ///
    /// ```no_run
    /// use nlwire::Netlink;
    /// use nlwire::rule::Rule;
    ///
    /// let mut nl = Netlink::connect()?;
    /// nl.rules().add(&Rule { source: "10.0.0.0/8".parse().ok(), table: 100, ..Rule::default() })?;
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    pub fn add(self, rule: &'n Rule) -> T::Outcome<'n, Change<'n, Rule>> {
        self.verb("add", Flags::CREATE | Flags::EXCL, rule, Rule::emit::<NewRule>)
    }

    /// Deletes the first rule that has all that is said here; where there is none, an error that
    /// [`is_not_found`](crate::Error::is_not_found).
    pub fn delete(self, rule: &'n Rule) -> T::Outcome<'n, Change<'n, Rule>> {
        self.verb("delete", Flags::empty(), rule, Rule::emit::<DelRule>)
    }
}

/// A rule is the same as one that does the same with the same packets at the same place, whoever made it. So none is ever
/// changed: it is there or it is not. Without a priority it may be at any place.
impl Ensure for Rule {
    type Key = Self;
    type Look = List<RuleFilter>;

    fn key(&self) -> Self {
        let told = RuleFlags::PERMANENT | RuleFlags::UNRESOLVED | RuleFlags::IIF_DETACHED | RuleFlags::OIF_DETACHED;
        let port_mask = |mask: Option<u16>, ports: &Option<RangeInclusive<u16>>| {
            mask.or(ports.as_ref().filter(|ports| ports.start() == ports.end()).map(|_| ALL_OF_A_PORT))
        };
        Self {
            family: self.family(),
            flags: self.flags - told,
            // Without a mask all bits count.
            mark_mask: self.mark_mask.or(self.mark.map(|_| u32::MAX)),
            source_port_mask: port_mask(self.source_port_mask, &self.source_ports),
            destination_port_mask: port_mask(self.destination_port_mask, &self.destination_ports),
            dscp_mask: self.dscp_mask.or(self.dscp.map(|_| ALL_OF_A_DSCP)),
            flow_label_mask: self.flow_label_mask.or(self.flow_label.map(|_| ALL_OF_A_FLOW_LABEL)),
            protocol: None,
            ..self.clone()
        }
    }

    fn kin(&self) -> Option<Self> {
        Some(Self { priority: None, ..self.key() })
    }

    fn is_like(&self, _there: &Self) -> bool {
        self.priority.is_none()
    }

    fn look(wanted: &[Self]) -> Self::Look {
        let family = wanted.first().map(Self::family);
        let family = family.filter(|family| wanted.iter().all(|rule| rule.family() == *family));
        List::new(RuleFilter { family, ..RuleFilter::default() })
    }

    fn steps(&self, _there: &Self) -> Vec<Step> {
        Vec::new()
    }

    fn write_wanted(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.emit::<NewRule>(tail, envelope)
    }

    fn write_deletion(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.emit::<DelRule>(tail, envelope)
    }
}
