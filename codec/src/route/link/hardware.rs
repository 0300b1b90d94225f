//! What hardware a link is (`ARPHRD_*`, `linux/if_arp.h`).

use crate::numbers;

numbers! {
    /// What hardware a link is, or is taken for (`ARPHRD_*`, `linux/if_arp.h`). Numbers below 256 are those of ARP on the
    /// wire.
    pub struct HardwareType(u16, "ARPHRD_") {
        /// NET/ROM; also what a request that does not care has.
        NETROM = 0,
        /// Ethernet, and all that looks like it.
        ETHER = 1,
        /// Experimental Ethernet.
        EETHER = 2,
        /// AX.25.
        AX25 = 3,
        /// PROnet token ring.
        PRONET = 4,
        /// Chaosnet.
        CHAOS = 5,
        /// IEEE 802.2 Ethernet, token ring or token bus.
        IEEE802 = 6,
        /// ARCnet.
        ARCNET = 7,
        /// AppleTalk.
        APPLETLK = 8,
        /// Frame Relay DLCI.
        DLCI = 15,
        /// ATM.
        ATM = 19,
        /// Metricom STRIP.
        METRICOM = 23,
        /// IEEE 1394 (FireWire).
        IEEE1394 = 24,
        /// EUI-64.
        EUI64 = 27,
        /// InfiniBand.
        INFINIBAND = 32,
        /// SLIP.
        SLIP = 256,
        /// SLIP with compressed headers.
        CSLIP = 257,
        /// SLIP with six bits a byte.
        SLIP6 = 258,
        /// The same with compressed headers.
        CSLIP6 = 259,
        /// KISS.
        RSRVD = 260,
        /// Adaptive SLIP.
        ADAPT = 264,
        /// ROSE.
        ROSE = 270,
        /// X.25.
        X25 = 271,
        /// X.25 in the board.
        HWX25 = 272,
        /// Controller area network.
        CAN = 280,
        /// MCTP.
        MCTP = 290,
        /// PPP.
        PPP = 512,
        /// Cisco HDLC; `ARPHRD_HDLC` is the same.
        CISCO = 513,
        /// LAPB.
        LAPB = 516,
        /// DDCMP.
        DDCMP = 517,
        /// HDLC without more.
        RAWHDLC = 518,
        /// IP packets without any link header.
        RAWIP = 519,
        /// IPv4 tunnel.
        TUNNEL = 768,
        /// IPv6 tunnel.
        TUNNEL6 = 769,
        /// Frame Relay access device.
        FRAD = 770,
        /// SKIP.
        SKIP = 771,
        /// Loopback.
        LOOPBACK = 772,
        /// LocalTalk.
        LOCALTLK = 773,
        /// FDDI.
        FDDI = 774,
        /// AP1000 BIF.
        BIF = 775,
        /// IPv6 in IPv4.
        SIT = 776,
        /// IP in DDP.
        IPDDP = 777,
        /// GRE in IPv4.
        IPGRE = 778,
        /// PIM register interface.
        PIMREG = 779,
        /// HIPPI.
        HIPPI = 780,
        /// Nexus Ash.
        ASH = 781,
        /// Econet.
        ECONET = 782,
        /// IrDA.
        IRDA = 783,
        /// Fibre Channel, point to point.
        FCPP = 784,
        /// Fibre Channel, arbitrated loop.
        FCAL = 785,
        /// Fibre Channel, public loop.
        FCPL = 786,
        /// Fibre Channel, fabric.
        FCFABRIC = 787,
        /// Token ring.
        IEEE802_TR = 800,
        /// IEEE 802.11.
        IEEE80211 = 801,
        /// IEEE 802.11 with a Prism header.
        IEEE80211_PRISM = 802,
        /// IEEE 802.11 with a radiotap header.
        IEEE80211_RADIOTAP = 803,
        /// IEEE 802.15.4.
        IEEE802154 = 804,
        /// IEEE 802.15.4, to listen.
        IEEE802154_MONITOR = 805,
        /// Phonet.
        PHONET = 820,
        /// Phonet pipe.
        PHONET_PIPE = 821,
        /// CAIF.
        CAIF = 822,
        /// GRE in IPv6.
        IP6GRE = 823,
        /// Netlink messages, to listen.
        NETLINK = 824,
        /// IPv6 over low-power networks.
        _6LOWPAN ("6LOWPAN") = 825,
        /// VM sockets, to listen.
        VSOCKMON = 826,
        /// No link header.
        NONE = 0xfffe,
        /// Nothing is known.
        VOID = 0xffff,
    }
}
