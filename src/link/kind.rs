//! Kinds of links, and of what links are ports of.

use super::{
    Amt, BareUdp, Batadv, Bond, BondPort, Bridge, BridgePort, Can, Dsa, Geneve, Gre, Gtp, Hsr, Ip6Tunnel, IpTunnel,
    Ipoib, Ipvlan, Macsec, Macvlan, Netkit, Ovpn, Ppp, Rmnet, Tun, Veth, Vlan, Vrf, VrfPort, Vti, Vxcan, Vxlan, Wwan,
    Xfrm,
};
use crate::codec::header::AttributeHeader;
use crate::codec::route::link::LinkInfo;
use crate::codec::{Attributes, Emit, EmitError, ParseError};
use crate::setting::{Now, Row, Settings};
use crate::shown::Shown;

/// Defines an enum of kinds, a row each: the variant, its settings where it has any, the kernel's name.
macro_rules! kinds {
    (
        $(#[$doc:meta])*
        pub enum $Kinds:ident($KIND:ident, $DATA:ident) {
            $(#[$none_doc:meta])*
            None,
            $($(#[$kind_doc:meta])* $Kind:ident $(($Settings:ident))? = $name:literal,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub enum $Kinds {
            $(#[$none_doc])*
            #[default]
            None,
            $(
                $(#[$kind_doc])*
                #[doc = concat!("\n\nThe kernel's name: `", $name, "`.")]
                $Kind $((Box<$Settings>))?,
            )*
            /// A kind that has no type here: its name, and the attributes that only it has, as they came.
            Other {
                /// The kind's name.
                kind: String,
                /// The bytes of its attributes.
                data: Vec<u8>,
            },
        }

        impl $Kinds {
            /// The kinds that have a type here, by their names, with their settings.
            pub const ALL: &'static [(&'static str, &'static [Row])] =
                &[$(($name, kinds!(@rows $($Settings)?))),*];

            /// The kernel's name of the kind.
            pub fn name(&self) -> Option<&str> {
                match self {
                    Self::None => None,
                    $(Self::$Kind { .. } => Some($name),)*
                    Self::Other { kind, .. } => Some(kind),
                }
            }

            /// The names of the settings that are said.
            pub fn said(&self) -> Vec<&'static str> {
                $($(if let Self::$Kind(settings) = self { return <$Settings as Settings>::said(settings); })?)*
                Vec::new()
            }

            /// The settings that are said, as `ip -j` shows them.
            pub fn shown(&self) -> Vec<(&'static str, Shown)> {
                $($(if let Self::$Kind(settings) = self { return <$Settings as Settings>::shown(settings); })?)*
                Vec::new()
            }

            /// What is said here and is otherwise there; all of it where it is another kind there.
            #[must_use]
            pub fn difference(&self, there: &Self) -> Self {
                $($(
                    if let (Self::$Kind(here), Self::$Kind(there)) = (self, there) {
                        let settings = <$Settings as Settings>::difference(here, there);
                        return if settings.is_empty() { Self::None } else { Self::$Kind(Box::new(settings)) };
                    }
                )?)*
                if self == there { Self::None } else { self.clone() }
            }

            /// Whether something is said that can be asked for now.
            pub fn asks(&self, now: Now) -> bool {
                $($(if let Self::$Kind(settings) = self { return <$Settings as Settings>::asks(settings, now); })?)*
                let _ = now;
                false
            }

            pub(super) fn read(info: Attributes<'_, LinkInfo>) -> Result<Self, ParseError> {
                let Some(kind) = info.get(LinkInfo::$KIND)? else { return Ok(Self::None) };
                let data = info.get(LinkInfo::$DATA)?;
                Ok(match kind {
                    $($name => kinds!(@read data, $Kind $($Settings)?),)*
                    kind => Self::Other {
                        kind: kind.into(),
                        data: data.map(|data| data.any().span().bytes.into()).unwrap_or_default(),
                    },
                })
            }

            pub(super) fn write(&self, info: &mut Emit<'_, LinkInfo>, now: Now) -> Result<(), EmitError> {
                let Some(name) = self.name() else { return Ok(()) };
                info.put(LinkInfo::$KIND, name)?;
                $($(
                    if let Self::$Kind(settings) = self
                        && <$Settings as Settings>::asks(settings, now)
                    {
                        info.nest_as::<<$Settings as Settings>::Set, _>(LinkInfo::$DATA, |data| {
                            settings.write(data, now)?;
                            Ok(data)
                        })?;
                    }
                )?)*
                match self {
                    Self::Other { data, .. } if !data.is_empty() => {
                        info.put_raw(LinkInfo::$DATA.number() | AttributeHeader::NESTED, data)?;
                    }
                    _ => {}
                }
                Ok(())
            }
        }
    };
    (@rows) => { &[] };
    (@rows $Settings:ident) => { <$Settings as Settings>::ROWS };
    (@read $data:ident, $Kind:ident) => { Self::$Kind };
    (@read $data:ident, $Kind:ident $Settings:ident) => {
        Self::$Kind(Box::new(match $data {
            Some(data) => <$Settings as Settings>::read(data.of())?,
            None => $Settings::default(),
        }))
    };
}

kinds! {
    /// The kind of a link, and what only links of that kind have.
    ///
    /// A struct of settings becomes a kind by `into()`: `kind: Bridge { … }.into()`, or, where several kinds share it, by
    /// their variant: `LinkKind::Gretap(Gre { … }.into())`.
    pub enum LinkKind(KIND, DATA) {
        /// None: real hardware, and the loopback. In a change: nothing that only some kinds have.
        None,
        /// An automatic multicast tunnel.
        Amt(Amt) = "amt",
        /// A tunnel that is nothing but UDP.
        BareUdp(BareUdp) = "bareudp",
        /// A mesh of links.
        Batadv(Batadv) = "batadv",
        /// Several links as one.
        Bond(Bond) = "bond",
        /// A bridge.
        Bridge(Bridge) = "bridge",
        /// A controller area network.
        Can(Can) = "can",
        /// A port of a switch.
        Dsa(Dsa) = "dsa",
        /// A link that takes all packets and drops them.
        Dummy = "dummy",
        /// An ERSPAN tunnel over IPv4.
        Erspan(Gre) = "erspan",
        /// A Geneve tunnel.
        Geneve(Geneve) = "geneve",
        /// A GRE tunnel over IPv4 for IP packets.
        Gre(Gre) = "gre",
        /// A GRE tunnel over IPv4 for Ethernet frames.
        Gretap(Gre) = "gretap",
        /// A GTP tunnel.
        Gtp(Gtp) = "gtp",
        /// A link of which each frame takes two ways (HSR and PRP).
        Hsr(Hsr) = "hsr",
        /// A link whose packets come in again, so that they can be queued.
        Ifb = "ifb",
        /// An ERSPAN tunnel over IPv6.
        Ip6Erspan(Gre) = "ip6erspan",
        /// A GRE tunnel over IPv6 for IP packets.
        Ip6Gre(Gre) = "ip6gre",
        /// A GRE tunnel over IPv6 for Ethernet frames.
        Ip6Gretap(Gre) = "ip6gretap",
        /// IP in IPv6.
        Ip6Tunnel(Ip6Tunnel) = "ip6tnl",
        /// IP in IPv4.
        Ipip(IpTunnel) = "ipip",
        /// IP over InfiniBand.
        Ipoib(Ipoib) = "ipoib",
        /// A link that shares the address of another link.
        Ipvlan(Ipvlan) = "ipvlan",
        /// The same, as a character device.
        Ipvtap(Ipvlan) = "ipvtap",
        /// 6LoWPAN on another link.
        Lowpan = "lowpan",
        /// Encrypted Ethernet on another link.
        Macsec(Macsec) = "macsec",
        /// A link with an address of its own on another link.
        Macvlan(Macvlan) = "macvlan",
        /// The same, as a character device.
        Macvtap(Macvlan) = "macvtap",
        /// One of a pair with a packet program between them. The other is [`Link::link`](super::Link::link).
        Netkit(Netkit) = "netkit",
        /// A simulated card.
        Netdevsim = "netdevsim",
        /// A link that shows what netlink carries.
        Nlmon = "nlmon",
        /// An OpenVPN tunnel.
        Ovpn(Ovpn) = "ovpn",
        /// A PFCP tunnel.
        Pfcp = "pfcp",
        /// A point-to-point link.
        Ppp(Ppp) = "ppp",
        /// A link of a modem.
        Rmnet(Rmnet) = "rmnet",
        /// IPv6 in IPv4.
        Sit(IpTunnel) = "sit",
        /// Several links as one, as a program decides.
        Team = "team",
        /// A link whose packets a program reads and writes. It is not made by netlink.
        Tun(Tun) = "tun",
        /// A CAN that is not there.
        Vcan = "vcan",
        /// One of a pair. The other is [`Link::link`](super::Link::link).
        Veth(Veth) = "veth",
        /// A wireless link that is not there.
        VirtWifi = "virt_wifi",
        /// A VLAN on another link.
        Vlan(Vlan) = "vlan",
        /// Links with routing tables of their own.
        Vrf(Vrf) = "vrf",
        /// An IPv4 tunnel that IPsec policies are bound to.
        Vti(Vti) = "vti",
        /// An IPv6 tunnel that IPsec policies are bound to.
        Vti6(Vti) = "vti6",
        /// One of a pair of CANs.
        Vxcan(Vxcan) = "vxcan",
        /// A VXLAN tunnel.
        Vxlan(Vxlan) = "vxlan",
        /// A WireGuard tunnel.
        Wireguard = "wireguard",
        /// A link of a modem.
        Wwan(Wwan) = "wwan",
        /// A link that IPsec policies are bound to.
        Xfrm(Xfrm) = "xfrm",
    }
}

kinds! {
    /// What a link is a port of, and what only such ports have.
    pub enum LinkPort(SLAVE_KIND, SLAVE_DATA) {
        /// None, or of something that says nothing of its ports. In a change: nothing that only some ports have.
        None,
        /// Of a bond.
        Bond(BondPort) = "bond",
        /// Of a bridge.
        Bridge(BridgePort) = "bridge",
        /// Of a team.
        Team = "team",
        /// Of a VRF.
        Vrf(VrfPort) = "vrf",
    }
}

/// Settings that are of one kind alone.
macro_rules! alone {
    ($($Kinds:ident: $($Settings:ident as $Kind:ident),*;)+) => { $($(
        impl From<$Settings> for $Kinds {
            fn from(settings: $Settings) -> Self {
                Self::$Kind(Box::new(settings))
            }
        }
    )*)+ };
}

alone! {
    LinkKind: Amt as Amt, BareUdp as BareUdp, Batadv as Batadv, Bond as Bond, Bridge as Bridge, Can as Can, Dsa as Dsa,
        Geneve as Geneve, Gtp as Gtp, Hsr as Hsr, Ip6Tunnel as Ip6Tunnel, Ipoib as Ipoib, Macsec as Macsec, Netkit as Netkit,
        Ovpn as Ovpn, Ppp as Ppp, Rmnet as Rmnet, Tun as Tun, Veth as Veth, Vlan as Vlan, Vrf as Vrf, Vxcan as Vxcan,
        Vxlan as Vxlan, Wwan as Wwan, Xfrm as Xfrm;
    LinkPort: BondPort as Bond, BridgePort as Bridge, VrfPort as Vrf;
}
