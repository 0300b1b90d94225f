//! Multiple spanning trees (802.1Q), as `bridge mst` has them: the state of a port in each tree, for all VLANs of the tree.
//!
//! A bridge with [`mst_enabled`](crate::link::BridgeOptions::mst_enabled) has one state of a port for each tree instead of
//! one for the port. Which tree a VLAN is in says [`spanning_tree`](super::vlan_global::GlobalVlan::spanning_tree). The kernel
//! has them since Linux 5.18 (`IFLA_BRIDGE_MST_*`, `linux/if_bridge.h`).

use std::fmt;

use crate::codec::route::Family;
use crate::codec::route::link::bridge_spec::{BridgeSpec, Mst as Trees, MstEntry};
use crate::codec::route::link::{ExtMask, GetLink, Header, Link, NewLink, SetLink};
use crate::codec::{Attributes, EmitError, Envelope, Flags, Message, ParseError, Tail, View};
use crate::noun::{Change, Filter, Noun, Subject};
use crate::shown::{Entries, Show, Shown, serialize};
use crate::transport::Transport;
use crate::word::Word;

pub use crate::codec::route::link::bridge_port::PortState;

/// A port in one of several spanning trees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BridgeMst {
    /// Index of the port.
    pub interface: u32,
    /// Number of the tree (`msti`), 1 to 4094. The common tree, 0, is only told of: its state is that of the
    /// [port](crate::link::BridgePort::state).
    pub msti: u16,
    /// State of the port in it.
    pub state: PortState,
}

impl BridgeMst {
    /// What a message tells of the trees that a port is in; nothing where its bridge has one tree. The message is one of those of
    /// family `AF_BRIDGE`.
    pub fn from_view(view: &View<'_, NewLink>) -> Result<Vec<Self>, ParseError> {
        let Some(spec) = view.attributes().get(Link::AF_SPEC)? else { return Ok(Vec::new()) };
        let Some(trees) = spec.of::<BridgeSpec>().get(BridgeSpec::MST)? else { return Ok(Vec::new()) };
        trees.all(Trees::ENTRY).map(|entry| Self::read(view.header.index.get(), entry?)).collect()
    }

    fn read(interface: i32, entry: Attributes<'_, MstEntry>) -> Result<Self, ParseError> {
        Ok(Self {
            interface: interface.try_into().unwrap_or_default(),
            msti: entry.get(MstEntry::MSTI)?.unwrap_or_default(),
            state: entry.get(MstEntry::STATE)?.unwrap_or_default(),
        })
    }

    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        // The kernel takes no index that check() lets through for another.
        let index = i32::try_from(self.interface).unwrap_or_default();
        let header = Header { family: Family::BRIDGE.into(), index: index.into(), ..Header::default() };
        SetLink::emit(tail, envelope, header, |link| {
            link.nest_as::<BridgeSpec, _>(Link::AF_SPEC, |spec| {
                spec.nest(BridgeSpec::MST, |trees| {
                    trees.nest(Trees::ENTRY, |entry| {
                        entry.put(MstEntry::MSTI, self.msti)?.put(MstEntry::STATE, self.state)
                    })
                })
            })
        })
    }
}

/// As `bridge mst set` takes it, with the interface's index for its name: `mst dev if3 msti 7 state forwarding`.
impl fmt::Display for BridgeMst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mst dev if{} msti {} state ", self.interface, self.msti)?;
        match self.state.word() {
            Some(word) => f.write_str(word),
            None => self.state.0.fmt(f),
        }
    }
}

/// As `bridge -j mst` shows it among those of the interface, whose index it has as `ifindex`.
impl Show for BridgeMst {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        entries.put("ifindex", &self.interface);
        entries.put("msti", &self.msti);
        entries.put("state", &self.state);
        entries.object()
    }
}

serialize!(BridgeMst);

impl Subject for BridgeMst {
    fn check(&self) -> Result<(), &'static str> {
        if i32::try_from(self.interface).unwrap_or_default() == 0 {
            return Err("the port of the spanning tree is missing");
        }
        match self.msti {
            0 | 4095.. => Err("a spanning tree is a number from 1 to 4094"),
            _ => Ok(()),
        }
    }
}

/// Which states to list. What is none does not matter. The kernel does not filter; all is done here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BridgeMstFilter {
    /// Of this port.
    pub interface: Option<u32>,
    /// In this tree.
    pub msti: Option<u16>,
}

impl Filter for BridgeMstFilter {
    type Message = NewLink;
    type Object = BridgeMst;
    const NOUN: &'static str = "multiple spanning trees";

    fn families(&self) -> Vec<Family> {
        vec![Family::BRIDGE]
    }

    fn emit(&self, family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let header = Header { family: family.into(), ..Header::default() };
        GetLink::emit(tail, envelope, header, |link| link.put(Link::EXT_MASK, ExtMask::MST))
    }

    fn family(view: &View<'_, NewLink>) -> Family {
        view.header.family.get()
    }

    /// Whether it is of the port: a message has all of its trees.
    fn wants(&self, view: &View<'_, NewLink>, _filtered: bool) -> Result<bool, ParseError> {
        Ok(self.interface.is_none_or(|wanted| u32::try_from(view.header.index.get()) == Ok(wanted)))
    }

    fn object(view: &View<'_, NewLink>) -> Result<BridgeMst, ParseError> {
        Ok(BridgeMst::from_view(view)?.into_iter().next().unwrap_or_default())
    }

    fn objects(&self, view: &View<'_, NewLink>, objects: &mut Vec<BridgeMst>) -> Result<(), ParseError> {
        let wanted = |tree: &BridgeMst| self.msti.is_none_or(|msti| tree.msti == msti);
        objects.extend(BridgeMst::from_view(view)?.into_iter().filter(wanted));
        Ok(())
    }
}

/// The verbs of multiple spanning trees: see [`Netlink::bridge_msts`](crate::Netlink::bridge_msts).
pub type BridgeMsts<'n, T> = Noun<'n, T, BridgeMstFilter>;

impl<'n, T: Transport> BridgeMsts<'n, T> {
    /// Sets the state of a port in a tree. Where no VLAN of the port is in the tree, nothing happens, and it is no error. The
    /// kernel refuses it where the bridge has one tree.
    ///
    /// ```no_run
    /// use nlwire::Netlink;
    /// use nlwire::bridge::mst::{BridgeMst, PortState};
    ///
    /// let mut nl = Netlink::connect()?;
    /// let interface = nl.links().get("eth0")?.index;
    /// nl.bridge_msts().set(&BridgeMst { interface, msti: 7, state: PortState::FORWARDING })?;
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    pub fn set(self, tree: &'n BridgeMst) -> T::Outcome<'n, Change<'n, BridgeMst>> {
        self.verb("set", Flags::empty(), tree, BridgeMst::emit)
    }
}
