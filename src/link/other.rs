//! Rarer kinds of links.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::codec::payload::{Sent, Struct};
use crate::codec::route::link::hardware_kinds::{self as hardware, RmnetFlagsMask};
use crate::codec::route::link::{hsr, macsec, tun, tunnels, vrf};
use crate::codec::{Emit, EmitError, Key, ParseError, Set};
use crate::setting::{Setting, settings};
use crate::shown::{Form, Number, Shown};
use crate::word::{choices, words};

pub use crate::codec::route::link::hardware_kinds::{IpoibMode, RmnetFlags};
pub use crate::codec::route::link::hsr::HsrProtocol;
pub use crate::codec::route::link::macsec::{MacsecOffload, MacsecValidation};
pub use crate::codec::route::link::tun::TunKind;
pub use crate::codec::route::link::tunnels::{AmtMode, GtpRole, OvpnMode};

settings! {
    /// Encrypted Ethernet on another link.
    pub struct Macsec of macsec::Macsec, tidy Macsec::in_standard_form {
        /// Identifier of what is sent: the address and the port.
        [add] sci: u64 = SCI in Digits,
        /// The port alone, only in requests.
        [add, untold] port: u16 = PORT,
        /// Bytes of the integrity check, 8 to 16.
        [add] icv_len: u8 = ICV_LEN,
        /// The cipher.
        [add] cipher_suite: CipherSuite = CIPHER_SUITE,
        /// How far packets may be out of order.
        window: u32 = WINDOW,
        /// The association that is in use, 0 to 3.
        encoding_sa: u8 = ENCODING_SA,
        /// Whether packets are encrypted.
        encrypt: bool = ENCRYPT,
        /// Whether packets are protected.
        protect: bool = PROTECT,
        /// Whether packets carry the identifier.
        inc_sci: bool = INC_SCI,
        /// Whether this is an end station.
        es: bool = ES,
        /// Whether one packet goes to many.
        scb: bool = SCB,
        /// Whether packets that are too old are dropped.
        replay_protect: bool = REPLAY_PROTECT,
        /// What becomes of packets that are not right.
        validation: MacsecValidation = VALIDATION,
        /// Who does the work.
        offload: MacsecOffload = OFFLOAD,
    }
}

settings! {
    /// A link of which each frame takes two ways (IEC 62439-3).
    pub struct Hsr of hsr::Hsr, tidy Hsr::with_what_the_address_says {
        /// Index of the link that is the first way.
        [add] slave1: u32 = SLAVE1 as "slave1_index",
        /// Index of the link that is the second way.
        [add] slave2: u32 = SLAVE2 as "slave2_index",
        /// Last byte of the address that supervision frames go to.
        [add] multicast_spec: u8 = MULTICAST_SPEC,
        /// The address that supervision frames go to.
        [told] supervision_addr: [u8; 6] = SUPERVISION_ADDR,
        /// Number of the next frame.
        [told] seq_nr: u16 = SEQ_NR,
        /// Version of the protocol, 0 or 1.
        [add, young] version: u8 = VERSION,
        /// Which protocol.
        [add] protocol: HsrProtocol = PROTOCOL as "proto" in Number,
        /// Index of the link to another ring.
        [add] interlink: u32 = INTERLINK as "interlink_index",
    }
}

settings! {
    /// Links with a routing table of their own.
    pub struct Vrf of vrf::Vrf {
        /// Its routing table.
        [add] table: u32 = TABLE,
    }
}

settings! {
    /// A link of a VRF.
    pub struct VrfPort of vrf::VrfPort {
        /// The domain's routing table.
        [told] table: u32 = TABLE,
    }
}

settings! {
    /// A tunnel that is nothing but UDP.
    pub struct BareUdp of tunnels::BareUdp {
        /// UDP port that packets go to.
        [add] port: u16 = PORT as "dstport",
        /// What is inside (`ETH_P_*`).
        [add] ethertype: u16 = ETHERTYPE,
        /// Least UDP port that packets come from.
        [add] srcport_min: u16 = SRCPORT_MIN as "srcportmin",
        /// Whether IPv6 may be inside where IPv4 is, multicast MPLS where MPLS is.
        [add] multiproto: bool = MULTIPROTO_MODE,
    }
}

settings! {
    /// A GTP tunnel.
    pub struct Gtp of tunnels::Gtp {
        /// Descriptor of the socket for version 0. The kernel tells nothing of the sockets.
        [add, untold] fd0: u32 = FD0,
        /// Descriptor of the socket for version 1.
        [add, untold] fd1: u32 = FD1,
        /// Size of the table of tunnels.
        [add] pdp_hashsize: u32 = PDP_HASHSIZE as "hsize",
        /// Which end this is.
        [add] role: GtpRole = ROLE,
        /// Whether the kernel makes the sockets.
        [add, untold] create_sockets: bool = CREATE_SOCKETS,
        /// How often it was started.
        [add] restart_count: u8 = RESTART_COUNT,
        /// Address of the kernel's sockets.
        [add, untold] local: Ipv4Addr = LOCAL,
        /// The same, for IPv6.
        [add, untold] local6: Ipv6Addr = LOCAL6,
    }
}

settings! {
    /// An automatic multicast tunnel.
    pub struct Amt of tunnels::Amt {
        /// Which end this is.
        [add] mode: AmtMode = MODE,
        /// UDP port of the relay.
        [add] relay_port: u16 = RELAY_PORT,
        /// UDP port of the gateway.
        [add] gateway_port: u16 = GATEWAY_PORT,
        /// Index of the interface below.
        [add] link: u32 = LINK as "link_index",
        /// Address of this end.
        [add] local: Ipv4Addr = LOCAL_IP,
        /// Address of the relay.
        [told] remote: Ipv4Addr = REMOTE_IP,
        /// Address by which the relay is found.
        [add] discovery: Ipv4Addr = DISCOVERY_IP,
        /// Most gateways of a relay.
        [add] max_tunnels: u32 = MAX_TUNNELS,
    }
}

settings! {
    /// An OpenVPN tunnel.
    pub struct Ovpn of tunnels::Ovpn {
        /// With how many it speaks.
        [add] mode: OvpnMode = MODE,
    }
}

settings! {
    /// A point-to-point link.
    pub struct Ppp of tunnels::Ppp {
        /// Descriptor of `/dev/ppp`. The kernel does not tell it.
        [add, untold] dev_fd: i32 = DEV_FD,
    }
}

settings! {
    /// A link whose packets a program reads and writes.
    pub struct Tun of tun::Tun {
        /// The user that may open it.
        [told] owner: u32 = OWNER as "user",
        /// The group that may open it.
        [told] group: u32 = GROUP,
        /// What the program sees.
        [told] kind: TunKind = TYPE as "type",
        /// Whether packets begin with flags and their protocol.
        [told] pi: bool = PI,
        /// Whether packets begin with what is left to do for them.
        [told] vnet_hdr: bool = VNET_HDR,
        /// Whether it stays when the program ends.
        [told] persist: bool = PERSIST,
        /// Whether it may have more than one queue.
        [told] multi_queue: bool = MULTI_QUEUE,
        /// Queues in use; only where it may have more than one.
        [told] num_queues: u32 = NUM_QUEUES as "numqueues",
        /// Queues not in use; only where it may have more than one.
        [told] num_disabled_queues: u32 = NUM_DISABLED_QUEUES as "numdisabled",
    }
}

settings! {
    /// IP over InfiniBand.
    pub struct Ipoib of hardware::Ipoib {
        /// The partition's key.
        [add] pkey: u16 = PKEY,
        /// How packets are carried.
        mode: IpoibMode = MODE,
        /// Whether programs handle multicast.
        umcast: bool = UMCAST,
    }
}

settings! {
    /// A link of a modem.
    pub struct Rmnet of hardware::Rmnet {
        /// Its number.
        mux_id: u16 = MUX_ID,
        /// Flags. All of them are set so, or not.
        flags: RmnetFlags = FLAGS in Number,
    }
}

settings! {
    /// A port of a switch.
    pub struct Dsa of hardware::Dsa {
        /// Index of the link that leads to the switch.
        conduit: u32 = CONDUIT as "conduit_index",
    }
}

settings! {
    /// A link of a modem.
    pub struct Wwan of hardware::Wwan {
        /// Its number.
        [add] link_id: u32 = LINK_ID as "linkid",
    }
}

settings! {
    /// A mesh of links.
    pub struct Batadv of hardware::Batadv {
        /// Name of the routing algorithm. The kernel does not tell it.
        [add, untold] algo_name: String = ALGO_NAME,
    }
}

words! {
    MacsecValidation { DISABLED = "disabled", CHECK = "check", STRICT = "strict" }
    MacsecOffload { OFF = "off", PHY = "phy", MAC = "mac" }
    GtpRole { GGSN = "ggsn", SGSN = "sgsn" }
    AmtMode { GATEWAY = "gateway", RELAY = "relay" }
    OvpnMode { P2P = "p2p", MP = "mp" }
    TunKind { TUN = "tun", TAP = "tap" }
    IpoibMode { DATAGRAM = "datagram", CONNECTED = "connected" }
}

impl Macsec {
    /// The kernel tells a number of a cipher that it had before the standard did, and an identifier that it does not take
    /// where packets do not carry it.
    fn in_standard_form(mut self) -> Self {
        let standard = |cipher| if cipher == CipherSuite::DEFAULT { CipherSuite::GCM_AES_128 } else { cipher };
        self.cipher_suite = self.cipher_suite.map(standard);
        self.sci = self.sci.filter(|_| self.inc_sci != Some(false));
        self
    }
}

impl Hsr {
    /// The last byte of the address is what is asked for.
    fn with_what_the_address_says(mut self) -> Self {
        self.multicast_spec = self.supervision_addr.map(|[.., last]| last);
        self
    }
}

choices! {
    /// The cipher of MACsec (`MACSEC_CIPHER_ID_*`, `linux/if_macsec.h`).
    pub struct CipherSuite(u64) {
        /// 128 bits.
        GCM_AES_128 = 0x0080_c200_0100_0001 "GCM-AES-128",
        /// 256 bits.
        GCM_AES_256 = 0x0080_c200_0100_0002 "GCM-AES-256",
        /// 128 bits, with packet numbers of 64.
        GCM_AES_XPN_128 = 0x0080_c200_0100_0003 "GCM-AES-XPN-128",
        /// 256 bits, with packet numbers of 64.
        GCM_AES_XPN_256 = 0x0080_c200_0100_0004 "GCM-AES-XPN-256",
        /// The number that Linux had for the first before the standard did, and tells (`MACSEC_DEFAULT_CIPHER_ID`).
        DEFAULT = 0x0080_0200_0100_0001 "GCM-AES-128",
    }
}

impl Setting<Struct<RmnetFlagsMask>> for RmnetFlags {
    fn read(sent: Sent<'_, RmnetFlagsMask>) -> Result<Option<Self>, ParseError> {
        Ok(Some(sent.flags.get()))
    }

    fn write<S: Set>(&self, key: Key<S, Struct<RmnetFlagsMask>>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        let flags = RmnetFlagsMask { flags: (*self).into(), mask: Self::all().into() };
        to.put(key, (&flags).into()).map(drop)
    }
}

/// Sixteen hexadecimal digits.
#[derive(Debug)]
pub(crate) enum Digits {}

impl Form<u64> for Digits {
    fn entry(name: &'static str, value: &u64) -> (&'static str, Shown) {
        (name, Shown::Text(format!("{value:016x}")))
    }
}
