//! Multicast groups, as `bridge mdb` has them: which ports of a bridge want their packets, and to which other ends of
//! tunnels a VXLAN interface sends them.

use std::fmt;
use std::net::IpAddr;

use crate::codec::route::Family;
use crate::codec::route::mdb::{
    AnyMdb, DelMdb, GetMdb, Group, GroupPort, Groups as WireGroups, Header, Mdb, MdbEntry as WireEntry, MdbSettings,
    NewMdb, Source, SourceSetting, SourceSettings, Sources,
};
use crate::codec::route::route::RouteProtocol;
use crate::codec::{Attributes, EmitError, Envelope, Flags, Message, ParseError, Tail, View};
use crate::noun::{Change, Filter, Get, Noun, Subject};
use crate::shown::{Entries, Show, Shown, serialize};
use crate::transport::{Query, Transport};

pub use crate::codec::route::mdb::{GroupMode, MdbAddress, MdbFlags, MdbState};

/// A port in a multicast group, or a destination of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MdbEntry {
    /// Index of the bridge, or of the VXLAN interface.
    pub bridge: u32,
    /// Index of the port; that of the bridge or the VXLAN interface for itself.
    pub port: u32,
    /// The group: an address of IPv4, of IPv6 or of the link layer. In a VXLAN interface all zeros are all groups that have
    /// no entry.
    pub group: Option<MdbAddress>,
    /// The VLAN, 1 to 4094; none, in a bridge with VLANs, is all of the port.
    pub vlan: Option<u16>,
    /// Whether it stays. In a VXLAN interface it must.
    pub state: MdbState,
    /// Flags. Only read.
    pub flags: MdbFlags,
    /// The one source that it is for.
    pub source: Option<IpAddr>,
    /// Whether [`sources`](Self::sources) are those that are wanted, or those that are not.
    pub filter_mode: Option<GroupMode>,
    /// Sources that the port wants, or does not want.
    pub sources: Vec<MdbSource>,
    /// Who made it. What a program adds is `static` unless it says otherwise.
    pub protocol: Option<RouteProtocol>,
    /// Time until it goes away, in ticks of 1/100 s; none is never. Only read.
    pub timer: Option<u32>,
    /// VXLAN: the other end of the tunnel.
    pub destination: Option<IpAddr>,
    /// VXLAN: UDP port there; none is that of the interface.
    pub destination_port: Option<u16>,
    /// VXLAN: network that packets are sent with, 24 bits; none is that of the interface.
    pub vni: Option<u32>,
    /// VXLAN: network that packets come from, 24 bits, where one interface serves several.
    pub source_vni: Option<u32>,
    /// VXLAN: index of the interface that the tunnel leaves by.
    pub via: Option<u32>,
}

/// A source of a multicast group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MdbSource {
    /// Its address.
    pub address: IpAddr,
    /// Time until it is no longer wanted, in ticks of 1/100 s; 0 is now or never, as the mode says. Only read.
    pub timer: u32,
}

impl From<IpAddr> for MdbSource {
    fn from(address: IpAddr) -> Self {
        Self { address, timer: 0 }
    }
}

impl MdbEntry {
    /// The entries that a message tells of.
    pub fn from_view<M: Message<Header = Header, Attributes = Mdb>>(
        view: &View<'_, M>,
    ) -> Result<Vec<Self>, ParseError> {
        let mut entries = Vec::new();
        for groups in view.attributes().all(Mdb::MDB) {
            for group in groups?.all(WireGroups::ENTRY) {
                for port in group?.all(Group::INFO) {
                    let port = port?;
                    let header = &port.header;
                    let timer = port.attributes.get(GroupPort::TIMER)?.filter(|timer| *timer != 0);
                    let mut entry = Self {
                        bridge: view.header.index.get(),
                        port: header.index.get(),
                        group: Some(header.address),
                        vlan: Some(header.vlan.get()).filter(|vlan| *vlan != 0),
                        state: header.state.get(),
                        flags: header.flags.get(),
                        timer,
                        ..Self::default()
                    };
                    entry.read(port.attributes)?;
                    entries.push(entry);
                }
            }
        }
        Ok(entries)
    }

    fn read(&mut self, attributes: Attributes<'_, GroupPort>) -> Result<(), ParseError> {
        for attribute in attributes {
            let attribute = attribute?;
            if let Some(list) = attribute.read(GroupPort::SRC_LIST)? {
                for source in list.all(Sources::ENTRY) {
                    let source = source?;
                    if let Some(address) = source.get(Source::ADDRESS)? {
                        let timer = source.get(Source::TIMER)?.unwrap_or_default();
                        self.sources.push(MdbSource { address, timer });
                    }
                }
            } else if let Some(mode) = attribute.read(GroupPort::GROUP_MODE)? {
                self.filter_mode = Some(mode);
            } else if let Some(source) = attribute.read(GroupPort::SOURCE)? {
                self.source = Some(source);
            } else if let Some(protocol) = attribute.read(GroupPort::RTPROT)? {
                self.protocol = Some(protocol);
            } else if let Some(destination) = attribute.read(GroupPort::DST)? {
                self.destination = Some(destination);
            } else if let Some(port) = attribute.read(GroupPort::DST_PORT)? {
                self.destination_port = Some(port);
            } else if let Some(vni) = attribute.read(GroupPort::VNI)? {
                self.vni = Some(vni);
            } else if let Some(via) = attribute.read(GroupPort::IFINDEX)? {
                self.via = Some(via);
            } else if let Some(vni) = attribute.read(GroupPort::SRC_VNI)? {
                self.source_vni = Some(vni);
            }
        }
        Ok(())
    }

    /// Writes which entry it is, and, where `whole`, also what it is.
    fn emit<M: Message<Header = Header, Attributes = Mdb>>(
        &self,
        whole: bool,
        tail: &mut Tail<'_>,
        envelope: Envelope,
    ) -> Result<(), EmitError> {
        let entry = WireEntry {
            index: self.port.into(),
            state: self.state.into(),
            vlan: self.vlan.unwrap_or_default().into(),
            address: self.group.unwrap_or_default(),
            ..WireEntry::default()
        };
        // Older kernels know neither sources nor protocols, and refuse them: what is so anyway is not said. An entry for one
        // source has no mode.
        let mode = self.filter_mode.filter(|_| self.source.is_none());
        let mode = mode.filter(|mode| whole && (*mode != GroupMode::EXCLUDE || !self.sources.is_empty()));
        // Protocols below are the kernel's, which it lets nobody else have.
        let protocol = self.protocol.filter(|protocol| whole && protocol.0 > RouteProtocol::STATIC.0);
        let sources = whole && self.source.is_none() && !self.sources.is_empty();
        // Another interface than none fits.
        let via = self.via.map(|via| i32::try_from(via).unwrap_or(i32::MAX));
        M::emit(tail, envelope, Header::bridge(self.bridge), |mdb| {
            mdb.put(Mdb::SET_ENTRY, (&entry).into())?;
            let more = [self.vni, self.source_vni, self.via].iter().any(Option::is_some)
                || [self.source, self.destination].iter().any(Option::is_some)
                || (mode.is_some() || protocol.is_some() || sources || self.destination_port.is_some());
            if !more {
                return Ok(mdb);
            }
            mdb.nest(Mdb::SET_ENTRY_ATTRS, |settings| {
                settings
                    .put_some(MdbSettings::SOURCE, self.source)?
                    .put_some(MdbSettings::GROUP_MODE, mode)?
                    .put_some(MdbSettings::RTPROT, protocol)?
                    .put_some(MdbSettings::DST, self.destination)?
                    .put_some(MdbSettings::DST_PORT, self.destination_port)?
                    .put_some(MdbSettings::VNI, self.vni)?
                    .put_some(MdbSettings::IFINDEX, via)?
                    .put_some(MdbSettings::SRC_VNI, self.source_vni)?;
                if !sources {
                    return Ok(settings);
                }
                settings.nest(MdbSettings::SRC_LIST, |list| {
                    self.sources.iter().try_fold(list, |list, source| {
                        list.nest(SourceSettings::ENTRY, |entry| entry.put(SourceSetting::ADDRESS, source.address))
                    })
                })
            })
        })
    }

    fn emit_add(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.emit::<NewMdb>(true, tail, envelope)
    }

    fn emit_delete(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.emit::<DelMdb>(false, tail, envelope)
    }

    /// The kernel wants nothing said of the entry but which group it is.
    fn emit_question(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let entry = WireEntry {
            vlan: self.vlan.unwrap_or_default().into(),
            address: self.group.unwrap_or_default(),
            ..WireEntry::default()
        };
        GetMdb::emit(tail, envelope, Header::bridge(self.bridge), |mdb| {
            mdb.put(Mdb::GET_ENTRY, (&entry).into())?;
            if self.source.is_none() && self.source_vni.is_none() {
                return Ok(mdb);
            }
            mdb.nest(Mdb::GET_ENTRY_ATTRS, |settings| {
                settings.put_some(MdbSettings::SOURCE, self.source)?.put_some(MdbSettings::SRC_VNI, self.source_vni)
            })
        })
    }
}

/// As `bridge mdb` takes it, with indices for names: `mdb grp 239.1.1.1 port if4 vid 5 dev if3`.
impl fmt::Display for MdbEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("mdb")?;
        if let Some(group) = self.group {
            write!(f, " grp {group}")?;
        }
        for (name, address) in [("src", self.source), ("dst", self.destination)] {
            if let Some(address) = address {
                write!(f, " {name} {address}")?;
            }
        }
        write!(f, " port if{}", self.port)?;
        if let Some(vlan) = self.vlan {
            write!(f, " vid {vlan}")?;
        }
        for (name, vni) in [("vni", self.vni), ("src_vni", self.source_vni)] {
            if let Some(vni) = vni {
                write!(f, " {name} {vni}")?;
            }
        }
        write!(f, " dev if{}", self.bridge)
    }
}

/// As `bridge -s -d -j mdb` shows it, with indices of interfaces: `index` is the bridge's, and that which the tunnel leaves by is
/// `ifindex`.
impl Show for MdbEntry {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        entries.put("index", &self.bridge);
        entries.put("port", &self.port);
        entries.some("grp", &self.group.map(|group| group.to_string()));
        entries.some("src", &self.source);
        entries.put("state", if self.state == MdbState::PERMANENT { "permanent" } else { "temp" });
        let mode = |mode| if mode == GroupMode::INCLUDE { "include" } else { "exclude" };
        entries.some("filter_mode", &self.filter_mode.map(mode));
        if !self.sources.is_empty() {
            entries.put("source_list", &self.sources);
        }
        entries.some("protocol", &self.protocol);
        let flags = [
            (MdbFlags::OFFLOAD, "offload"),
            (MdbFlags::FAST_LEAVE, "fast_leave"),
            (MdbFlags::STAR_EXCL, "added_by_star_ex"),
            (MdbFlags::BLOCKED, "blocked"),
            (MdbFlags::OFFLOAD_FAILED, "offload_failed"),
        ];
        let flags = flags.iter().filter(|(flag, _)| self.flags.contains(*flag));
        entries.put("flags", &flags.map(|(_, name)| *name).collect::<Vec<_>>());
        entries.some("vid", &self.vlan);
        entries.some("dst", &self.destination);
        entries.some("dst_port", &self.destination_port);
        entries.some("vni", &self.vni);
        entries.some("src_vni", &self.source_vni);
        entries.some("ifindex", &self.via);
        // In a column, where those of sources are not.
        entries.put("timer", &format!("{:>7}", seconds(self.timer.unwrap_or_default())));
        entries.object()
    }
}

serialize!(MdbEntry);

impl Show for MdbSource {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        entries.put("address", &self.address);
        entries.put("timer", &seconds(self.timer));
        entries.object()
    }
}

/// As `bridge` writes times.
fn seconds(ticks: u32) -> String {
    format!("{}.{:02}", ticks / 100, ticks % 100)
}

impl Subject for MdbEntry {
    fn check(&self) -> Result<(), &'static str> {
        if self.bridge == 0 {
            return Err("the bridge or VXLAN interface of the entry is missing");
        }
        if self.port == 0 {
            return Err("the port of the entry is missing");
        }
        let Some(group) = self.group else { return Err("the group of the entry is missing") };
        let other = |source: IpAddr| group.ip().is_none_or(|group| group.is_ipv4() != source.is_ipv4());
        if self.source.into_iter().chain(self.sources.iter().map(|source| source.address)).any(other) {
            return Err("a source of the group is of another family");
        }
        super::check_vlan(self.vlan)?;
        super::check_vni(self.vni)?;
        super::check_vni(self.source_vni)
    }
}

/// Which entries to list or to flush. What is none does not matter. In a list the kernel does not filter; all is done here, and
/// a port or network of a destination that is that of the VXLAN interface is none, as in the entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MdbFilter {
    /// Of this bridge or VXLAN interface.
    pub bridge: Option<u32>,
    /// On this port.
    pub port: Option<u32>,
    /// In this VLAN.
    pub vlan: Option<u16>,
    /// Only those that stay, or only those that go away.
    pub state: Option<MdbState>,
    /// Made by this. To flush, it refuses protocols below `static`, which are its own.
    pub protocol: Option<RouteProtocol>,
    /// VXLAN: to this other end of a tunnel.
    pub destination: Option<IpAddr>,
    /// VXLAN: to this UDP port there.
    pub destination_port: Option<u16>,
    /// VXLAN: with this network in the packets.
    pub vni: Option<u32>,
    /// VXLAN: for packets from this network.
    pub source_vni: Option<u32>,
}

impl MdbFilter {
    fn wants_entry(&self, entry: &MdbEntry) -> bool {
        self.port.is_none_or(|port| entry.port == port)
            && self.state.is_none_or(|state| entry.state == state)
            && (self.vlan.is_none() || entry.vlan == self.vlan)
            && (self.protocol.is_none() || entry.protocol == self.protocol)
            && (self.destination.is_none() || entry.destination == self.destination)
            && (self.destination_port.is_none() || entry.destination_port == self.destination_port)
            && (self.vni.is_none() || entry.vni == self.vni)
            && (self.source_vni.is_none() || entry.source_vni == self.source_vni)
    }

    /// Writes the request to delete all that it wants.
    fn emit_flush(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let entry = WireEntry {
            index: self.port.unwrap_or_default().into(),
            state: self.state.unwrap_or_default().into(),
            vlan: self.vlan.unwrap_or_default().into(),
            ..WireEntry::default()
        };
        let header = Header::bridge(self.bridge.unwrap_or_default());
        DelMdb::emit(tail, envelope, header, |mdb| {
            mdb.put(Mdb::SET_ENTRY, (&entry).into())?.nest(Mdb::SET_ENTRY_ATTRS, |settings| {
                settings
                    .put_some(MdbSettings::STATE_MASK, self.state.map(|_| MdbState::PERMANENT.0))?
                    .put_some(MdbSettings::RTPROT, self.protocol)?
                    .put_some(MdbSettings::DST, self.destination)?
                    .put_some(MdbSettings::DST_PORT, self.destination_port)?
                    .put_some(MdbSettings::VNI, self.vni)?
                    .put_some(MdbSettings::SRC_VNI, self.source_vni)
            })
        })
    }
}

/// As `bridge mdb flush` takes it, with indices for names: `mdb dev if3 port if4 vid 5 permanent`.
impl fmt::Display for MdbFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("mdb")?;
        for (name, index) in [("dev", self.bridge), ("port", self.port)] {
            if let Some(index) = index {
                write!(f, " {name} if{index}")?;
            }
        }
        let vlan = self.vlan.map(u32::from);
        let port = self.destination_port.map(u32::from);
        for (name, number) in [("vid", vlan), ("src_vni", self.source_vni), ("vni", self.vni), ("dst_port", port)] {
            if let Some(number) = number {
                write!(f, " {name} {number}")?;
            }
        }
        if let Some(protocol) = self.protocol {
            write!(f, " proto {}", protocol.0)?;
        }
        if let Some(destination) = self.destination {
            write!(f, " dst {destination}")?;
        }
        match self.state {
            Some(MdbState::PERMANENT) => f.write_str(" permanent"),
            Some(_) => f.write_str(" nopermanent"),
            None => Ok(()),
        }
    }
}

impl Subject for MdbFilter {
    fn check(&self) -> Result<(), &'static str> {
        if self.bridge.unwrap_or_default() == 0 {
            return Err("the bridge or VXLAN interface of the entries is missing");
        }
        super::check_vlan(self.vlan)?;
        super::check_vni(self.vni)?;
        super::check_vni(self.source_vni)
    }
}

impl Filter for MdbFilter {
    type Message = AnyMdb;
    type Object = MdbEntry;
    const NOUN: &'static str = "multicast groups";

    /// The one to ask with; bridges answer with another.
    fn families(&self) -> Vec<Family> {
        vec![Family::UNSPEC]
    }

    fn emit(&self, _family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        GetMdb::emit(tail, envelope, Header::bridge(0), |mdb| Ok(mdb))
    }

    fn family(view: &View<'_, AnyMdb>) -> Family {
        view.header.family.get()
    }

    /// Whether it is of the bridge: a message has many groups.
    fn wants(&self, view: &View<'_, AnyMdb>, _filtered: bool) -> Result<bool, ParseError> {
        Ok(self.bridge.is_none_or(|wanted| view.header.index.get() == wanted))
    }

    fn object(view: &View<'_, AnyMdb>) -> Result<MdbEntry, ParseError> {
        Ok(MdbEntry::from_view(view)?.into_iter().next().unwrap_or_default())
    }

    fn objects(&self, view: &View<'_, AnyMdb>, objects: &mut Vec<MdbEntry>) -> Result<(), ParseError> {
        objects.extend(MdbEntry::from_view(view)?.into_iter().filter(|entry| self.wants_entry(entry)));
        Ok(())
    }
}

/// The verbs of multicast groups: see [`Netlink::mdb`](crate::Netlink::mdb).
pub type Groups<'n, T> = Noun<'n, T, MdbFilter>;

impl<'n, T: Transport> Groups<'n, T> {
    /// Adds a port to a group, or to a group of a VXLAN interface a destination; an error that
    /// [`is_exists`](crate::Error::is_exists) where it is in it. The bridge must be up and listen to multicast.
    ///
    /// ```no_run
    /// use nlwire::Netlink;
    /// use nlwire::bridge::mdb::{MdbAddress, MdbEntry, MdbState};
    ///
    /// let mut nl = Netlink::connect()?;
    /// let (bridge, port) = (nl.links().get("br0")?.index, nl.links().get("eth0")?.index);
    /// let group = Some(MdbAddress::from(std::net::Ipv4Addr::new(239, 1, 1, 1)));
    /// nl.mdb().add(&MdbEntry { bridge, port, group, state: MdbState::PERMANENT, ..MdbEntry::default() })?;
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    pub fn add(self, entry: &'n MdbEntry) -> T::Outcome<'n, Change<'n, MdbEntry>> {
        self.verb("add", Flags::CREATE | Flags::EXCL, entry, MdbEntry::emit_add)
    }

    /// Adds an entry, or changes state, mode, sources and protocol of the one that is there (Linux 6.3).
    pub fn replace(self, entry: &'n MdbEntry) -> T::Outcome<'n, Change<'n, MdbEntry>> {
        self.verb("replace", Flags::CREATE | Flags::REPLACE, entry, MdbEntry::emit_add)
    }

    /// Takes a port out of a group, or from a group of a VXLAN interface a destination. It is the entry of this bridge, port,
    /// group, VLAN and source, and of a VXLAN interface also of this destination, its port, both networks and interface.
    /// State, mode, sources and protocol do not matter.
    ///
    /// Where there is none, a VXLAN interface has an error that [`is_not_found`](crate::Error::is_not_found), but a bridge
    /// calls the request invalid (`EINVAL`).
    pub fn delete(self, entry: &'n MdbEntry) -> T::Outcome<'n, Change<'n, MdbEntry>> {
        self.verb("delete", Flags::empty(), entry, MdbEntry::emit_delete)
    }

    /// Deletes all entries of a bridge or VXLAN interface that the [filter](Self::filter) wants, at once in the kernel (Linux
    /// 6.8; older ones refuse it), those that a bridge learned among them. A bridge refuses a filter by what only VXLAN
    /// interfaces have.
    ///
    /// ```no_run
    /// use nlwire::Netlink;
    /// use nlwire::bridge::mdb::MdbFilter;
    ///
    /// let mut nl = Netlink::connect()?;
    /// let bridge = Some(nl.links().get("br0")?.index);
    /// nl.mdb().filter(MdbFilter { bridge, vlan: Some(5), ..MdbFilter::default() }).flush()?;
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    pub fn flush(self) -> T::Outcome<'n, Change<'n, MdbFilter>> {
        let filter = self.filter.clone();
        self.verb_of("flush", Flags::BULK, filter, MdbFilter::emit_flush)
    }
}

impl<'n, T: Query> Groups<'n, T> {
    /// The entries of one group: all ports or destinations of the [group](MdbEntry::group), VLAN, source and source network that
    /// are said here, of the [bridge](MdbEntry::bridge) that is (Linux 6.8; older ones refuse it). Where nobody is in it, an
    /// error that [`is_not_found`](crate::Error::is_not_found).
    pub fn get(self, entry: &MdbEntry) -> T::Outcome<'n, Get<MdbFilter, MdbEntry, Vec<MdbEntry>>> {
        let (operation, question) = (entry.to_string(), entry.clone());
        self.transport.send(Get::reading(operation, question, MdbEntry::emit_question, MdbEntry::from_view))
    }
}
