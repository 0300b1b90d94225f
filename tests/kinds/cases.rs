//! The cases, by kind.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::os::fd::AsRawFd;

use nlwire::link::*;

use crate::{Case, MORE, V0, V1, W0};

const FOUR: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
const OTHER_FOUR: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 9);
const SIX: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
const OTHER_SIX: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 9);

fn plain(kind: LinkKind) -> Vec<Case> {
    vec![Case::new(kind)]
}

fn named(name: &str) -> Option<Box<Link>> {
    Some(Box::new(Link { name: name.parse().unwrap(), ..Link::default() }))
}

pub fn dummy() -> Vec<Case> {
    plain(LinkKind::Dummy)
}

pub fn ifb() -> Vec<Case> {
    plain(LinkKind::Ifb)
}

pub fn nlmon() -> Vec<Case> {
    plain(LinkKind::Nlmon)
}

pub fn team() -> Vec<Case> {
    plain(LinkKind::Team)
}

pub fn vcan() -> Vec<Case> {
    plain(LinkKind::Vcan)
}

pub fn wireguard() -> Vec<Case> {
    plain(LinkKind::Wireguard)
}

pub fn veth() -> Vec<Case> {
    vec![Case::new(Veth { peer: named("y") }).unseen(&["peer"])]
}

pub fn vxcan() -> Vec<Case> {
    vec![Case::new(Vxcan { peer: named("y") }).unseen(&["peer"])]
}

pub fn netkit() -> Vec<Case> {
    let netkit = Netkit {
        peer: named("y"),
        mode: Some(NetkitMode::L3),
        policy: Some(NetkitAction::PASS),
        peer_policy: Some(NetkitAction::DROP),
        ..Netkit::default()
    };
    let scrub = Netkit { scrub: Some(NetkitScrub::NONE), peer_scrub: Some(NetkitScrub::DEFAULT), ..Netkit::default() };
    let room = Netkit { headroom: Some(24), tailroom: Some(16), ..Netkit::default() };
    let other = Netkit { policy: Some(NetkitAction::DROP), peer_policy: Some(NetkitAction::PASS), ..Netkit::default() };
    let single = Netkit { pairing: Some(NetkitPairing::SINGLE), ..Netkit::default() };
    let of = |netkit: Netkit| Case::new(netkit).unseen(&["peer"]);
    const SHOWN: &[&str] = &["mode", "policy", "peer_policy", "scrub", "peer_scrub"];
    vec![
        of(netkit).newer(SHOWN).then(other),
        of(scrub).newer(SHOWN).young(&["scrub", "peer_scrub"]),
        of(room).unseen(&["peer", "headroom", "tailroom"]).young(&["headroom", "tailroom"]),
        of(single).unseen(&["peer", "pairing"]).young(&["pairing"]),
    ]
}

pub fn bond() -> Vec<Case> {
    let lacp = Bond {
        mode: Some(BondMode::_8023AD),
        miimon: Some(100),
        updelay: Some(200),
        downdelay: Some(300),
        peer_notify_delay: Some(400),
        use_carrier: Some(true),
        ad_lacp_rate: Some(LacpRate::FAST),
        ad_select: Some(AdSelect::BANDWIDTH),
        ad_user_port_key: Some(7),
        ad_actor_sys_prio: Some(9),
        ad_actor_system: Some([2, 0, 0, 0, 0, 9]),
        ad_lacp_active: Some(false),
        xmit_hash_policy: Some(HashPolicy::LAYER34),
        min_links: Some(2),
        all_slaves_active: Some(true),
        ..Bond::default()
    };
    let changed = Bond {
        ad_lacp_rate: Some(LacpRate::SLOW),
        ad_select: Some(AdSelect::COUNT),
        ad_lacp_active: Some(true),
        min_links: Some(0),
        updelay: Some(0),
        ..Bond::default()
    };
    let arp = Bond {
        mode: Some(BondMode::ACTIVEBACKUP),
        arp_interval: Some(100),
        arp_ip_target: Some(vec![FOUR, OTHER_FOUR]),
        ns_ip6_target: Some(vec![SIX, OTHER_SIX]),
        arp_validate: Some(ArpValidate::ALL),
        arp_all_targets: Some(ArpAllTargets::ALL),
        arp_missed_max: Some(3),
        primary_reselect: Some(PrimaryReselect::BETTER),
        fail_over_mac: Some(FailOverMac::ACTIVE),
        num_peer_notif: Some(3),
        resend_igmp: Some(4),
        ..Bond::default()
    };
    let of = |mode| Bond { mode: Some(mode), ..Bond::default() };
    let first = "link set v0 up\nlink set v1 master x\nlink set w0 up\nlink set w1 master x\nlink set x up";
    let in_use = Bond { active_slave: Some(V1), primary: Some(V1), ..Bond::default() };
    let none = Bond {
        active_slave: Some(0),
        primary: Some(0),
        arp_ip_target: Some(Vec::new()),
        ns_ip6_target: Some(Vec::new()),
        ..Bond::default()
    };
    const NONE: &[&str] = &["active_slave_index", "primary_index", "arp_ip_target", "ns_ip6_target"];
    let young = |setting| Case::new(Bond { mode: Some(BondMode::_8023AD), ..setting });
    vec![
        Case::new(of(BondMode::ACTIVEBACKUP)).then(none).unseen(NONE),
        Case::new(lacp).then(changed),
        Case::new(Bond { arp_validate: Some(ArpValidate::FILTER), ..of(BondMode::ROUNDROBIN) }),
        Case::new(arp).then(Bond { arp_ip_target: Some(vec![OTHER_FOUR]), arp_interval: Some(200), ..Bond::default() }),
        Case::new(Bond { packets_per_slave: Some(5), ..of(BondMode::ROUNDROBIN) }),
        Case::new(Bond { tlb_dynamic_lb: Some(false), lp_interval: Some(3), ..of(BondMode::TLB) }),
        Case::new(Bond { xmit_hash_policy: Some(HashPolicy::VLAN_SRCMAC), ..of(BondMode::ALB) }),
        Case::new(of(BondMode::XOR)),
        Case::new(of(BondMode::BROADCAST)),
        Case::new(Bond { miimon: Some(100), ..of(BondMode::ACTIVEBACKUP) }).then_after(first, in_use),
        young(Bond { coupled_control: Some(false), ..Bond::default() })
            .young(&["coupled_control"])
            .newer(&["coupled_control"]),
        young(Bond { broadcast_neighbor: Some(true), ..Bond::default() })
            .young(&["broadcast_neighbor"])
            .newer(&["broadcast_neighbor"]),
        young(Bond { lacp_strict: Some(true), ..Bond::default() }).young(&["lacp_strict"]).newer(&["lacp_strict"]),
    ]
}

pub fn bridge() -> Vec<Case> {
    let timers = Bridge {
        forward_delay: Some(400),
        hello_time: Some(300),
        max_age: Some(700),
        ageing_time: Some(1000),
        stp_state: Some(1),
        priority: Some(9),
        group_fwd_mask: Some(8),
        group_addr: Some([1, 0x80, 0xc2, 0, 0, 5]),
        ..Bridge::default()
    };
    let changed = Bridge {
        forward_delay: Some(500),
        hello_time: Some(200),
        max_age: Some(800),
        ageing_time: Some(0),
        stp_state: Some(0),
        priority: Some(0x8000),
        group_fwd_mask: Some(0),
        group_addr: Some([1, 0x80, 0xc2, 0, 0, 0]),
        ..Bridge::default()
    };
    let vlans = Bridge {
        vlan_filtering: Some(true),
        vlan_protocol: Some(VlanProtocol::_8021AD),
        vlan_default_pvid: Some(5),
        vlan_stats_enabled: Some(true),
        vlan_stats_per_port: Some(true),
        ..Bridge::default()
    };
    let no_vlans = Bridge {
        vlan_filtering: Some(false),
        vlan_protocol: Some(VlanProtocol::_8021Q),
        vlan_default_pvid: Some(0),
        vlan_stats_enabled: Some(false),
        ..Bridge::default()
    };
    let multicast = Bridge {
        mcast_router: Some(MulticastRouter(2)),
        mcast_snooping: Some(true),
        mcast_query_use_ifaddr: Some(true),
        mcast_querier: Some(true),
        mcast_hash_max: Some(512),
        mcast_last_member_cnt: Some(3),
        mcast_last_member_intvl: Some(90),
        mcast_startup_query_cnt: Some(4),
        mcast_startup_query_intvl: Some(3000),
        mcast_query_intvl: Some(13000),
        mcast_querier_intvl: Some(14000),
        mcast_membership_intvl: Some(15000),
        mcast_query_response_intvl: Some(800),
        mcast_stats_enabled: Some(true),
        mcast_igmp_version: Some(3),
        mcast_mld_version: Some(2),
        ..Bridge::default()
    };
    let filters = Bridge {
        nf_call_iptables: Some(true),
        nf_call_ip6tables: Some(true),
        nf_call_arptables: Some(true),
        ..Bridge::default()
    };
    let flush = Bridge { fdb_flush: Some(true), ..Bridge::default() };
    let options = |options| Bridge { options: Some(options), ..Bridge::default() };
    let learns = BridgeOptions { no_linklocal_learn: Some(true), ..BridgeOptions::default() };
    let by_vlan = BridgeOptions { mcast_vlan_snooping: Some(true), ..BridgeOptions::default() };
    let trees = BridgeOptions { mst_enabled: Some(true), ..BridgeOptions::default() };
    let failures = BridgeOptions { mdb_offload_fail_notification: Some(true), ..BridgeOptions::default() };
    let local = BridgeOptions { fdb_local_vlan_0: Some(true), ..BridgeOptions::default() };
    vec![
        Case::new(timers).then(changed),
        Case::new(multicast).then(Bridge { mcast_snooping: Some(false), ..Bridge::default() }),
        Case::new(vlans).then(no_vlans),
        Case::new(filters).then(flush).unseen(&["fdb_flush"]),
        Case::new(options(learns)),
        Case::new(Bridge { vlan_filtering: Some(true), ..options(by_vlan) }),
        Case::new(options(trees)).newer(&["mst_enabled"]).young(&["options"]),
        Case::new(options(failures)).newer(&["mdb_offload_fail_notification"]).young(&["options"]),
        Case::new(options(local)).newer(&["fdb_local_vlan_0"]).young(&["options"]),
        Case::new(Bridge { fdb_max_learned: Some(77), ..Bridge::default() })
            .newer(&["fdb_max_learned"])
            .young(&["fdb_max_learned"]),
        Case::new(Bridge { stp_mode: Some(StpMode::KERNEL), ..Bridge::default() })
            .newer(&["stp_mode"])
            .young(&["stp_mode"]),
    ]
}

pub fn vlan() -> Vec<Case> {
    let priority = |from, to| VlanPriority { from, to };
    let flags = VlanFlags::GVRP | VlanFlags::MVRP | VlanFlags::LOOSE_BINDING;
    let vlan = Vlan {
        id: Some(4094),
        protocol: Some(VlanProtocol::_8021AD),
        flags: Some(flags),
        egress_qos: Some(vec![priority(1, 2), priority(3, 4)]),
        ingress_qos: Some(vec![priority(5, 6)]),
    };
    let other = Vlan { flags: Some(VlanFlags::REORDER_HDR), ..Vlan::default() };
    let bound = Vlan { id: Some(7), flags: Some(VlanFlags::BRIDGE_BINDING), ..Vlan::default() };
    vec![
        Case::new(vlan).on(V0).then(other),
        Case::new(Vlan { id: Some(0), protocol: Some(VlanProtocol::_8021Q), ..Vlan::default() }).on(V0),
        Case::new(bound).on(MORE).after("link add m0 type bridge"),
    ]
}

pub fn vrf() -> Vec<Case> {
    vec![Case::new(Vrf { table: Some(70_000) })]
}

fn macvlans(kind: fn(Box<Macvlan>) -> LinkKind) -> Vec<Case> {
    let macvlan = |mode| Macvlan { mode: Some(mode), ..Macvlan::default() };
    let case = |macvlan: Macvlan| Case::new(kind(macvlan.into())).on(V0);
    let queue = Macvlan { bcqueuelen: Some(60), ..Macvlan::default() };
    let addresses = |last: std::ops::Range<u8>| Some(last.map(|last| [2, 0, 0, 0, 0, last]).collect());
    let sources =
        Macvlan { flags: Some(MacvlanFlags::NODST), macaddr_data: addresses(1..101), ..macvlan(MacvlanMode::SOURCE) };
    let others = Macvlan { macaddr_data: addresses(99..102), ..Macvlan::default() };
    let none = Macvlan { macaddr_data: addresses(0..0), ..Macvlan::default() };
    vec![
        case(Macvlan { bcqueuelen: Some(50), ..macvlan(MacvlanMode::PRIVATE) })
            .then(kind(macvlan(MacvlanMode::VEPA).into()))
            .then(kind(macvlan(MacvlanMode::BRIDGE).into()))
            .then(kind(queue.into())),
        case(sources).then(kind(others.into())).then(kind(none.into())).unseen(&["macaddr_data"]),
        case(Macvlan { flags: Some(MacvlanFlags::NOPROMISC), ..macvlan(MacvlanMode::PASSTHRU) }),
        case(Macvlan { bccutoff: Some(5), ..Macvlan::default() }).young(&["bccutoff"]).newer(&["bclim"]),
    ]
}

pub fn macvlan() -> Vec<Case> {
    macvlans(LinkKind::Macvlan)
}

pub fn macvtap() -> Vec<Case> {
    macvlans(LinkKind::Macvtap)
}

fn ipvlans(kind: fn(Box<Ipvlan>) -> LinkKind) -> Vec<Case> {
    let of = |mode, flags| kind(Ipvlan { mode, flags }.into());
    vec![
        Case::new(of(Some(IpvlanMode::L2), Some(IpvlanFlags::PRIVATE)))
            .on(V0)
            .then(of(Some(IpvlanMode::L3), None))
            .then(of(None, Some(IpvlanFlags::VEPA))),
        Case::new(of(Some(IpvlanMode::L3S), Some(IpvlanFlags::empty()))).on(V0),
    ]
}

pub fn ipvlan() -> Vec<Case> {
    ipvlans(LinkKind::Ipvlan)
}

pub fn ipvtap() -> Vec<Case> {
    ipvlans(LinkKind::Ipvtap)
}

pub fn macsec() -> Vec<Case> {
    let port = Macsec { port: Some(11), encrypt: Some(true), ..Macsec::default() };
    let all = Macsec {
        icv_len: Some(16),
        cipher_suite: Some(CipherSuite::GCM_AES_256),
        window: Some(32),
        encoding_sa: Some(2),
        encrypt: Some(false),
        protect: Some(true),
        inc_sci: Some(false),
        es: Some(false),
        scb: Some(false),
        replay_protect: Some(true),
        validation: Some(MacsecValidation::STRICT),
        ..Macsec::default()
    };
    let here = Macsec { offload: Some(MacsecOffload::OFF), ..Macsec::default() };
    let named = Macsec { sci: Some(0x0200_0000_0077_0001), ..Macsec::default() };
    let changed = Macsec {
        encoding_sa: Some(1),
        encrypt: Some(true),
        protect: Some(false),
        es: Some(true),
        replay_protect: Some(false),
        validation: Some(MacsecValidation::CHECK),
        ..Macsec::default()
    };
    let cipher = |cipher_suite| Macsec { cipher_suite: Some(cipher_suite), ..Macsec::default() };
    vec![
        Case::new(port).on(V0).unseen(&["port"]),
        Case::new(named).on(V0),
        Case::new(here).on(V0).young(&["offload"]),
        Case::new(all).on(V0).then(changed),
        Case::new(cipher(CipherSuite::GCM_AES_128)).on(V0),
        Case::new(cipher(CipherSuite::GCM_AES_XPN_128)).on(V0),
        Case::new(cipher(CipherSuite::GCM_AES_XPN_256)).on(V0),
    ]
}

pub fn hsr() -> Vec<Case> {
    let ways = Hsr { slave1: Some(V0), slave2: Some(W0), ..Hsr::default() };
    let hsr = Hsr { multicast_spec: Some(9), version: Some(1), ..ways.clone() };
    let prp = Hsr { protocol: Some(HsrProtocol::PRP), ..ways.clone() };
    let third = Hsr { interlink: Some(V1), version: Some(1), ..ways };
    vec![
        Case::new(hsr).unseen(&["version", "multicast_spec"]),
        Case::new(prp),
        Case::new(third).unseen(&["version"]).young(&["interlink"]).newer(&["interlink_index"]),
    ]
}

pub fn gtp() -> Vec<Case> {
    let gtp = Gtp { role: Some(GtpRole::SGSN), pdp_hashsize: Some(1024), restart_count: Some(5), ..Gtp::default() };
    let of_the_kernel = Gtp { create_sockets: Some(true), ..gtp.clone() };
    const WHY: &str = "the kernel does not tell whose the sockets are";
    const UNSEEN: &[&str] = &["create_sockets", "local", "local6"];
    let kernel = |gtp| Case::new(gtp).unseen(UNSEEN).young(&["restart_count"]).only_once(WHY);
    let fixed = |local, local6| Gtp { local, local6, ..of_the_kernel.clone() };
    vec![
        Case::new(Gtp { fd0: Some(0), fd1: Some(0), ..gtp.clone() })
            .unseen(&["fd0", "fd1"])
            .holding(|lab, link| {
                let bind = |port| UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port));
                let sockets = lab.namespace.run(|| std::io::Result::Ok((bind(3386)?, bind(2152)?)));
                let sockets = sockets.map_err(|error| error.to_string())?;
                let number = |socket: &UdpSocket| Some(socket.as_raw_fd().cast_unsigned());
                let LinkKind::Gtp(gtp) = &mut link.kind else { unreachable!() };
                (gtp.fd0, gtp.fd1) = (number(&sockets.0), number(&sockets.1));
                Ok(Box::new(sockets))
            })
            .only_once(WHY),
        kernel(of_the_kernel.clone()),
        kernel(fixed(Some(Ipv4Addr::LOCALHOST), None)),
        kernel(fixed(None, Some(Ipv6Addr::LOCALHOST))),
    ]
}

pub fn ovpn() -> Vec<Case> {
    let of = |mode| Case::new(Ovpn { mode: Some(mode) }).newer(&["mode"]);
    vec![of(OvpnMode::P2P), of(OvpnMode::MP)]
}

pub fn ppp() -> Vec<Case> {
    let ppp = Case::new(Ppp { dev_fd: Some(0) })
        .unseen(&["dev_fd"])
        .holding(|_, link| {
            let device = std::fs::File::options().read(true).write(true).open("/dev/ppp");
            let device = device.map_err(|error| format!("/dev/ppp: {error}"))?;
            link.kind = Ppp { dev_fd: Some(device.as_raw_fd()) }.into();
            Ok(Box::new(device))
        })
        .only_once("the kernel does not tell which program has it");
    vec![ppp]
}

pub fn batadv() -> Vec<Case> {
    let batadv = Case::new(Batadv { algo_name: Some("BATMAN_V".into()) });
    vec![batadv.unseen(&["algo_name"])]
}

pub fn xfrm() -> Vec<Case> {
    vec![
        Case::new(Xfrm { link: Some(V0), if_id: Some(7), ..Xfrm::default() }).unseen(&["link_index"]),
        Case::new(Xfrm { external: Some(true), ..Xfrm::default() }),
    ]
}

/// In UDP.
struct Wrapped {
    kind: Option<EncapKind>,
    flags: Option<EncapFlags>,
    sport: Option<u16>,
    dport: Option<u16>,
}

const FOU: Wrapped =
    Wrapped { kind: Some(EncapKind::FOU), flags: Some(EncapFlags::CSUM), sport: Some(1000), dport: Some(2000) };
const GUE: Wrapped = Wrapped {
    kind: Some(EncapKind::GUE),
    flags: Some(EncapFlags::REMCSUM.union(EncapFlags::CSUM6)),
    sport: Some(0),
    dport: Some(9),
};

fn gre_in(Wrapped { kind, flags, sport, dport }: Wrapped, gre: Gre) -> Gre {
    Gre { encap_type: kind, encap_flags: flags, encap_sport: sport, encap_dport: dport, ..gre }
}

fn gres(kind: fn(Box<Gre>) -> LinkKind) -> Vec<Case> {
    let of = |gre: Gre| kind(gre.into());
    let ends = Gre { local: Some(FOUR.into()), remote: Some(OTHER_FOUR.into()), ..Gre::default() };
    let gre = Gre {
        link: Some(V0),
        iflags: Some(GreFlags::KEY | GreFlags::SEQ | GreFlags::CSUM),
        oflags: Some(GreFlags::KEY),
        ikey: Some(5),
        okey: Some(0x0100_0006),
        ttl: Some(7),
        tos: Some(4),
        pmtudisc: Some(true),
        ignore_df: Some(false),
        fwmark: Some(7),
        ..ends.clone()
    };
    let changed = Gre { ttl: Some(8), pmtudisc: Some(true), tos: Some(1), fwmark: Some(9), ..gre.clone() };
    let ignoring = Gre { ttl: Some(0), pmtudisc: Some(false), ignore_df: Some(true), ..ends.clone() };
    vec![
        Case::new(of(gre)).then(of(changed)),
        Case::new(of(ignoring)),
        Case::new(of(Gre { external: Some(true), ..Gre::default() })),
        Case::new(of(gre_in(FOU, ends.clone()))).young(&["encap_type"]),
        Case::new(of(gre_in(GUE, ends))).young(&["encap_type"]),
    ]
}

pub fn gre() -> Vec<Case> {
    gres(LinkKind::Gre)
}

pub fn gretap() -> Vec<Case> {
    gres(LinkKind::Gretap)
}

fn gres6(kind: fn(Box<Gre>) -> LinkKind) -> Vec<Case> {
    let of = |gre: Gre| kind(gre.into());
    let ends = Gre { local: Some(SIX.into()), remote: Some(OTHER_SIX.into()), ..Gre::default() };
    let gre = Gre {
        link: Some(V0),
        iflags: Some(GreFlags::KEY | GreFlags::CSUM),
        oflags: Some(GreFlags::KEY | GreFlags::SEQ),
        ikey: Some(5),
        okey: Some(6),
        ttl: Some(9),
        encap_limit: Some(3),
        flowinfo: Some(0x0101_2345),
        fwmark: Some(7),
        ..ends.clone()
    };
    let changed = Gre { encap_limit: Some(5), ttl: Some(0), flowinfo: Some(0), ..gre.clone() };
    let flags = Ip6TunnelFlags::IGN_ENCAP_LIMIT
        | Ip6TunnelFlags::USE_ORIG_TCLASS
        | Ip6TunnelFlags::USE_ORIG_FLOWLABEL
        | Ip6TunnelFlags::RCV_DSCP_COPY
        | Ip6TunnelFlags::ALLOW_LOCAL_REMOTE;
    let inherited = Gre { flags: Some(flags), ..ends.clone() };
    let marked = Gre { flags: Some(Ip6TunnelFlags::USE_ORIG_FWMARK), ..ends.clone() };
    vec![
        Case::new(of(gre)).then(of(changed)),
        Case::new(of(inherited)),
        Case::new(of(marked)),
        Case::new(of(Gre { external: Some(true), ..Gre::default() })),
        Case::new(of(gre_in(FOU, ends.clone()))).young(&["encap_type"]),
        Case::new(of(gre_in(GUE, ends))).young(&["encap_type"]),
    ]
}

pub fn ip6gre() -> Vec<Case> {
    gres6(LinkKind::Ip6Gre)
}

pub fn ip6gretap() -> Vec<Case> {
    gres6(LinkKind::Ip6Gretap)
}

fn erspans(kind: fn(Box<Gre>) -> LinkKind, local: IpAddr, remote: IpAddr) -> Vec<Case> {
    let flags = Some(GreFlags::KEY | GreFlags::SEQ);
    let with = |version: u8, erspan: Gre| {
        let (local, remote, key) = (Some(local), Some(remote), Some(5));
        let erspan = Gre { local, remote, iflags: flags, oflags: flags, ikey: key, okey: key, ..erspan };
        kind(Gre { erspan_ver: Some(version), ..erspan }.into())
    };
    let second = |direction| Gre { erspan_dir: Some(direction), erspan_hwid: Some(17), ..Gre::default() };
    let mut cases = vec![
        Case::new(with(1, Gre { erspan_index: Some(77), ..Gre::default() }))
            .then(with(1, Gre { erspan_index: Some(78), ..Gre::default() })),
        Case::new(with(2, second(ErspanDirection::EGRESS))).then(with(2, second(ErspanDirection::INGRESS))),
        Case::new(kind(Gre { external: Some(true), ..Gre::default() }.into())),
    ];
    // Over IPv6 there are the other two.
    if local.is_ipv4() {
        cases.push(Case::new(with(0, Gre::default())));
    }
    cases
}

pub fn erspan() -> Vec<Case> {
    erspans(LinkKind::Erspan, FOUR.into(), OTHER_FOUR.into())
}

pub fn ip6erspan() -> Vec<Case> {
    erspans(LinkKind::Ip6Erspan, SIX.into(), OTHER_SIX.into())
}

fn ip_in(Wrapped { kind, flags, sport, dport }: Wrapped, tunnel: IpTunnel) -> IpTunnel {
    IpTunnel { encap_type: kind, encap_flags: flags, encap_sport: sport, encap_dport: dport, ..tunnel }
}

fn ips(kind: fn(Box<IpTunnel>) -> LinkKind, inside: &[Inside]) -> Vec<Case> {
    let of = |tunnel: IpTunnel| kind(tunnel.into());
    let ends = IpTunnel { local: Some(FOUR), remote: Some(OTHER_FOUR), ..IpTunnel::default() };
    let tunnel =
        IpTunnel { link: Some(V0), ttl: Some(7), tos: Some(4), pmtudisc: Some(true), fwmark: Some(7), ..ends.clone() };
    let changed = IpTunnel { ttl: Some(8), tos: Some(1), fwmark: Some(9), ..tunnel.clone() };
    let mut cases = vec![
        Case::new(of(tunnel)).then(of(changed)),
        Case::new(of(IpTunnel { ttl: Some(0), pmtudisc: Some(false), ..ends.clone() })),
        Case::new(of(ip_in(FOU, ends.clone()))).young(&["encap_type"]),
        Case::new(of(ip_in(GUE, ends.clone()))).young(&["encap_type"]),
    ];
    cases.extend(inside.iter().map(|inside| Case::new(of(IpTunnel { proto: Some(*inside), ..ends.clone() }))));
    cases
}

pub fn ipip() -> Vec<Case> {
    let mut cases = ips(LinkKind::Ipip, &[Inside::ANY, Inside::IPIP, Inside::MPLSIP]);
    let external = IpTunnel { external: Some(true), ..IpTunnel::default() };
    cases.push(Case::new(LinkKind::Ipip(external.into())));
    cases
}

pub fn sit() -> Vec<Case> {
    let of = |tunnel: IpTunnel| LinkKind::Sit(tunnel.into());
    let prefix = |prefix, relay| IpTunnel {
        local: Some(FOUR),
        prefix: Some(prefix),
        prefixlen: Some(32),
        relay_prefix: Some(relay),
        relay_prefixlen: Some(8),
        ..IpTunnel::default()
    };
    // Some kernels are built without.
    const SHORT: &[&str] = &["prefix", "prefixlen", "relay_prefix", "relay_prefixlen"];
    let six = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0);
    let isatap = IpTunnel { local: Some(FOUR), flags: Some(SitFlags::ISATAP), ..IpTunnel::default() };
    let mut cases = ips(LinkKind::Sit, &[Inside::ANY, Inside::IPIP, Inside::IP6IP, Inside::MPLSIP]);
    cases.extend([Case::new(of(isatap)), Case::new(of(prefix(six, Ipv4Addr::new(10, 0, 0, 0)))).young(SHORT)]);
    cases
}

fn ip6_in(Wrapped { kind, flags, sport, dport }: Wrapped, tunnel: Ip6Tunnel) -> Ip6Tunnel {
    Ip6Tunnel { encap_type: kind, encap_flags: flags, encap_sport: sport, encap_dport: dport, ..tunnel }
}

pub fn ip6tnl() -> Vec<Case> {
    let ends = Ip6Tunnel { local: Some(SIX), remote: Some(OTHER_SIX), ..Ip6Tunnel::default() };
    let tunnel = Ip6Tunnel {
        link: Some(V0),
        ttl: Some(9),
        encap_limit: Some(3),
        flowinfo: Some(0x0101_2345),
        proto: Some(Inside6::ANY),
        fwmark: Some(7),
        ..ends.clone()
    };
    let changed = Ip6Tunnel { encap_limit: Some(5), ttl: Some(0), flowinfo: Some(0), ..tunnel.clone() };
    let flags = Ip6TunnelFlags::IGN_ENCAP_LIMIT
        | Ip6TunnelFlags::USE_ORIG_TCLASS
        | Ip6TunnelFlags::USE_ORIG_FLOWLABEL
        | Ip6TunnelFlags::RCV_DSCP_COPY
        | Ip6TunnelFlags::ALLOW_LOCAL_REMOTE;
    let with = |flags, proto| Ip6Tunnel { flags: Some(flags), proto: Some(proto), ..ends.clone() };
    vec![
        Case::new(tunnel).then(changed),
        Case::new(with(flags, Inside6::IPIP6)),
        Case::new(with(Ip6TunnelFlags::USE_ORIG_FWMARK, Inside6::IP6IP6)),
        Case::new(Ip6Tunnel { external: Some(true), ..Ip6Tunnel::default() }),
        Case::new(ip6_in(FOU, ends.clone())).young(&["encap_type"]),
        Case::new(ip6_in(GUE, ends.clone())).young(&["encap_type"]),
    ]
}

fn vtis(kind: fn(Box<Vti>) -> LinkKind, local: IpAddr, remote: IpAddr) -> Vec<Case> {
    let vti = Vti {
        link: Some(V0),
        ikey: Some(5),
        okey: Some(0x0100_0006),
        local: Some(local),
        remote: Some(remote),
        fwmark: Some(7),
    };
    let changed = Vti { ikey: Some(6), fwmark: Some(8), ..vti.clone() };
    vec![Case::new(kind(vti.into())).then(kind(changed.into()))]
}

pub fn vti() -> Vec<Case> {
    vtis(LinkKind::Vti, FOUR.into(), OTHER_FOUR.into())
}

pub fn vti6() -> Vec<Case> {
    vtis(LinkKind::Vti6, SIX.into(), OTHER_SIX.into())
}

pub fn vxlan() -> Vec<Case> {
    let many = Vxlan {
        id: Some(0xff_ffff),
        group: Some(Ipv4Addr::new(239, 1, 1, 1).into()),
        link: Some(V0),
        local: Some(FOUR.into()),
        ttl: Some(5),
        tos: Some(6),
        learning: Some(false),
        ageing: Some(77),
        limit: Some(99),
        port_range: Some(1000..=2000),
        proxy: Some(true),
        rsc: Some(true),
        l2miss: Some(true),
        l3miss: Some(true),
        port: Some(4789),
        gbp: Some(true),
        ..Vxlan::default()
    };
    let changed = Vxlan {
        group: Some(OTHER_FOUR.into()),
        learning: Some(true),
        ageing: Some(88),
        ttl: Some(0),
        tos: Some(1),
        ..Vxlan::default()
    };
    let six = Vxlan {
        id: Some(6),
        group: Some(SIX.into()),
        local: Some(OTHER_SIX.into()),
        port: Some(8472),
        label: Some(0x12345),
        udp_zero_csum6_tx: Some(true),
        udp_zero_csum6_rx: Some(true),
        ..Vxlan::default()
    };
    let sums = Vxlan {
        id: Some(6),
        group: Some(FOUR.into()),
        port: Some(4789),
        udp_csum: Some(false),
        remcsum_tx: Some(true),
        remcsum_rx: Some(true),
        remcsum_nopartial: Some(true),
        df: Some(VxlanDf::SET),
        ttl_inherit: Some(true),
        ..Vxlan::default()
    };
    let external = Vxlan { external: Some(true), port: Some(9999), ..Vxlan::default() };
    let five = Vxlan { id: Some(5), port: Some(4789), ..Vxlan::default() };
    let young = |vxlan| Case::new(Vxlan { id: five.id, port: five.port, ..vxlan });
    vec![
        Case::new(many).then(changed),
        Case::new(six).then(Vxlan { group: Some(OTHER_SIX.into()), label: Some(0), ..Vxlan::default() }),
        Case::new(sums)
            .unseen(&["remcsum_nopartial", "ttl_inherit"])
            .then(Vxlan { df: Some(VxlanDf::INHERIT), ..Vxlan::default() }),
        Case::new(Vxlan { gpe: Some(true), learning: Some(false), ..external.clone() }),
        Case::new(Vxlan { vnifilter: Some(true), ..external }),
        young(Vxlan { ttl_inherit: Some(false), udp_csum: Some(true), ..Vxlan::default() }),
        young(Vxlan { link: Some(0), ..Vxlan::default() }),
        young(Vxlan { localbypass: Some(false), ..Vxlan::default() }).young(&["localbypass"]).newer(&["localbypass"]),
        young(Vxlan { group: Some(SIX.into()), label_policy: Some(VxlanLabelPolicy::INHERIT), ..Vxlan::default() })
            .young(&["label_policy"])
            .unseen(&["label_policy"]),
        young(Vxlan { reserved_bits: Some([0, 0, 0, 5, 0, 0, 0, 6]), ..Vxlan::default() })
            .young(&["reserved_bits"])
            .newer(&["reserved_bits"]),
        young(Vxlan { mc_route: Some(true), ..Vxlan::default() }).unseen(&["mc_route"]),
    ]
}

pub fn geneve() -> Vec<Case> {
    let four = Geneve {
        id: Some(5),
        remote: Some(OTHER_FOUR.into()),
        ttl: Some(9),
        tos: Some(4),
        port: Some(6082),
        udp_csum: Some(true),
        df: Some(GeneveDf::INHERIT),
        ..Geneve::default()
    };
    let changed = Geneve { id: None, port: None, udp_csum: None, ttl: Some(7), tos: Some(1), ..four.clone() };
    let six = Geneve {
        id: Some(6),
        remote: Some(SIX.into()),
        ttl_inherit: Some(true),
        label: Some(0x12345),
        udp_zero_csum6_tx: Some(true),
        udp_zero_csum6_rx: Some(true),
        ..Geneve::default()
    };
    let external = Geneve { external: Some(true), inner_proto_inherit: Some(true), ..Geneve::default() };
    let young = |geneve| Case::new(Geneve { id: Some(5), remote: Some(OTHER_FOUR.into()), ..geneve });
    vec![
        Case::new(four).then(changed),
        Case::new(six).unseen(&["ttl_inherit"]).then(Geneve {
            ttl_inherit: Some(false),
            ttl: Some(3),
            ..Geneve::default()
        }),
        Case::new(external),
        young(Geneve { port_range: Some(1000..=2000), ..Geneve::default() })
            .young(&["port_range"])
            .unseen(&["port_range"]),
        young(Geneve { local: Some(FOUR.into()), ..Geneve::default() }).young(&["local"]).newer(&["local"]),
        young(Geneve { gro_hint: Some(true), ..Geneve::default() }).young(&["gro_hint"]).unseen(&["gro_hint"]),
    ]
}
