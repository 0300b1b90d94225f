//! Links that come in pairs.

use super::Link;
use crate::codec::nest::{Headed, HeadedValue};
use crate::codec::route::link::{self as wire, Header, netkit, veth};
use crate::codec::{Emit, EmitError, Key, ParseError, Set};
use crate::setting::{Now, Setting, settings};
use crate::shown::{Show, Shown};
use crate::word::words;

pub use crate::codec::route::link::netkit::{NetkitAction, NetkitMode, NetkitPairing, NetkitScrub};

settings! {
    /// One of a pair of Ethernet links: what goes into one comes out of the other.
    ///
    /// ```
    /// use nlwire::link::{Link, Veth};
    ///
    /// let peer = Link { name: "eth0".parse()?, ..Link::default() };
    /// let link = Link {
    ///     name: "veth7".parse()?,
    ///     kind: Veth { peer: Some(Box::new(peer)) }.into(),
    ///     ..Link::default()
    /// };
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    pub struct Veth of veth::Veth {
        /// The other, where something is to be said of it: it may go into another namespace at once. The kernel does not tell
        /// it: its index is [`Link::link`].
        [add, untold] peer: Box<Link> = PEER,
    }
}

settings! {
    /// One of a pair of controller area networks that are not there.
    pub struct Vxcan of veth::Vxcan {
        /// The other, where something is to be said of it.
        [add, untold] peer: Box<Link> = PEER,
    }
}

settings! {
    /// One of a pair of links with packet programs between them.
    pub struct Netkit of netkit::Netkit {
        /// The other, where something is to be said of it.
        [add, untold] peer: Box<Link> = PEER_INFO,
        /// Whether it is the one that was made, which has the say over both.
        [told] primary: bool = PRIMARY,
        /// What carries packets: Ethernet frames or bare IP.
        [add] mode: NetkitMode = MODE,
        /// What becomes of packets where there is no program.
        policy: NetkitAction = POLICY,
        /// The same for the other.
        peer_policy: NetkitAction = PEER_POLICY,
        /// Whether what a packet carries besides its bytes is cleared on its way.
        [add] scrub: NetkitScrub = SCRUB,
        /// The same for the other.
        [add] peer_scrub: NetkitScrub = PEER_SCRUB,
        /// Bytes to keep free before packets.
        [add] headroom: u16 = HEADROOM,
        /// Bytes to keep free behind packets.
        [add] tailroom: u16 = TAILROOM,
        /// Whether there is another at all.
        [add] pairing: NetkitPairing = PAIRING,
    }
}

words! {
    NetkitMode { L2 = "l2", L3 = "l3" }
    NetkitAction { PASS = "forward", DROP = "blackhole" }
    NetkitScrub { NONE = "none", DEFAULT = "default" }
    NetkitPairing { PAIR = "pair", SINGLE = "single" }
}

impl Setting<Headed<Header, wire::Link>> for Box<Link> {
    fn read(value: HeadedValue<'_, Header, wire::Link>) -> Result<Option<Self>, ParseError> {
        Link::read_from(&value.header, value.attributes).map(Self::new).map(Some)
    }

    fn write<S: Set>(&self, key: Key<S, Headed<Header, wire::Link>>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        to.nest_behind(key, self.header(self.index), |link| {
            self.name.write(wire::Link::IFNAME, link)?;
            self.write_to(link, Now::Add)?;
            Ok(link)
        })
        .map(drop)
    }
}

/// `ip` shows the other link by itself.
impl Show for Box<Link> {
    fn show(&self) -> Shown {
        Shown::Null
    }
}
