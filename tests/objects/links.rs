//! Links of every kind that is no tunnel, and what links are to their masters.

use crate::Group;
use crate::dump::Dump;
use crate::witness::Witness;

/// The link of each is `x`.
pub const LINKS: Group = Group {
    name: "link",
    dump: Dump::Links,
    witnesses: &[Witness::Printed("link show dev x")],
    objects: &[
        ("dummy", "ip link add x type dummy"),
        (
            "dummy with alternative names, alias and group",
            "ip link add x mtu 9000 txqueuelen 7 type dummy
            ip link property add dev x altname one-other-name-that-is-long altname two
            ip link set x alias words group 7",
        ),
        (
            "dummy, up and promiscuous, with limits",
            "ip link add x numtxqueues 4 numrxqueues 2 type dummy
            ip link set x up promisc on allmulticast on gso_max_size 5000 gso_max_segs 9 addrgenmode none",
        ),
        ("dummy with stable privacy addresses", "ip link add x type dummy\nip link set x addrgenmode random"),
        (
            "veth with a token",
            "ip link add x type veth peer name y\nip link set y up\nip link set x up\nip token set ::7 dev x",
        ),
        ("ifb", "ip link add x type ifb"),
        ("nlmon", "ip link add x type nlmon"),
        ("veth", "ip link add x type veth peer name y"),
        (
            "veth with its peer elsewhere",
            "hold exec 3</proc/self/ns/net; exec unshare -n sh -c \
            'ip link add y type veth peer name x netns /proc/self/fd/3 && echo made && exec sleep 600'",
        ),
        ("tun", "ip tuntap add dev x mode tun user 7 group 8 pi"),
        ("tap", "ip tuntap add dev x mode tap multi_queue vnet_hdr"),
        ("vcan", "ip link add x type vcan"),
        ("vxcan", "ip link add x type vxcan peer name y"),
        ("bridge", "ip link add x type bridge"),
        (
            "bridge with timers and flags",
            "ip link add x type bridge forward_delay 400 hello_time 300 max_age 700 \
            ageing_time 1000 stp_state 1 priority 9 group_fwd_mask 8 group_address 01:80:c2:00:00:05",
        ),
        (
            "bridge with VLANs",
            "ip link add x type bridge vlan_filtering 1 vlan_protocol 802.1ad vlan_default_pvid 5 \
            vlan_stats_enabled 1 vlan_stats_per_port 1",
        ),
        (
            "bridge with multicast",
            "ip link add x type bridge mcast_router 2 mcast_snooping 1 mcast_query_use_ifaddr 1 \
            mcast_querier 1 mcast_hash_elasticity 8 mcast_hash_max 512 mcast_last_member_count 3 \
            mcast_last_member_interval 90 mcast_startup_query_count 4 mcast_startup_query_interval 3000 \
            mcast_query_interval 13000 mcast_querier_interval 14000 mcast_membership_interval 15000 \
            mcast_query_response_interval 800 mcast_stats_enabled 1 mcast_igmp_version 3 mcast_mld_version 2",
        ),
        ("bridge with multicast by VLAN", "ip link add x type bridge vlan_filtering 1 mcast_vlan_snooping 1"),
        ("bridge with filters", "ip link add x type bridge nf_call_iptables 1 nf_call_ip6tables 1 nf_call_arptables 1"),
        (
            "bridge, up, with a querier",
            "ip link add x type bridge mcast_querier 1
            ip link set v0 master x\nip link set x up",
        ),
        ("bond", "ip link add x type bond"),
        (
            "bond 802.3ad",
            "ip link add x type bond mode 802.3ad miimon 100 updelay 200 downdelay 300 peer_notify_delay 400 \
            use_carrier 1 lacp_rate fast ad_select bandwidth ad_user_port_key 7 ad_actor_sys_prio 9 \
            ad_actor_system 02:00:00:00:00:09 xmit_hash_policy layer3+4 min_links 2 all_slaves_active 1 lacp_active on",
        ),
        (
            "bond 802.3ad with a slave, up",
            "ip link add x type bond mode 802.3ad miimon 100
            ip link set v0 down\nip link set v0 master x\nip link set x up",
        ),
        (
            "bond active-backup with ARP",
            "ip link add x type bond mode active-backup arp_interval 100 \
            arp_validate all arp_all_targets all arp_ip_target 192.0.2.7,192.0.2.8 primary_reselect better \
            fail_over_mac active num_grat_arp 3 resend_igmp 4 arp_missed_max 3",
        ),
        (
            "bond active-backup with IPv6 neighbours",
            "ip link add x type bond mode active-backup arp_interval 100 \
            ns_ip6_target 2001:db8::7,2001:db8::8",
        ),
        ("bond balance-rr", "ip link add x type bond mode balance-rr packets_per_slave 5"),
        ("bond balance-tlb", "ip link add x type bond mode balance-tlb lp_interval 3 tlb_dynamic_lb 0"),
        ("bond balance-alb", "ip link add x type bond mode balance-alb xmit_hash_policy vlan+srcmac"),
        ("team", "ip link add x type team"),
        ("vlan", "ip link add link v0 name x type vlan id 7"),
        (
            "vlan with flags and maps",
            "ip link add link v0 name x type vlan id 4094 protocol 802.1ad reorder_hdr off \
            gvrp on mvrp on loose_binding on egress-qos-map 1:2 3:4 ingress-qos-map 5:6 7:1",
        ),
        (
            "vlan with the state of a bridge",
            "ip link add m0 type bridge vlan_filtering 1
            ip link add link m0 name x type vlan id 7 bridge_binding on",
        ),
        ("macvlan", "ip link add link v0 name x type macvlan mode bridge bcqueuelen 2000"),
        ("macvlan private", "ip link add link v0 name x type macvlan mode private"),
        (
            "macvlan that is held down",
            "ip link add link v0 name x type macvlan
            ip link set x protodown on\nip link set x protodown_reason 3 on",
        ),
        ("macvlan vepa", "ip link add link v0 name x type macvlan mode vepa"),
        ("macvlan passthru", "ip link add link v0 name x type macvlan mode passthru nopromisc"),
        (
            "macvlan of sources",
            "ip link add link v0 name x type macvlan mode source
            ip link set x type macvlan macaddr add 02:00:00:00:00:77
            ip link set x type macvlan macaddr add 02:00:00:00:00:78",
        ),
        ("macvtap", "ip link add link v0 name x type macvtap mode vepa"),
        ("ipvlan l2", "ip link add link v0 name x type ipvlan mode l2 private"),
        ("ipvlan l3", "ip link add link v0 name x type ipvlan mode l3 vepa"),
        ("ipvlan l3s", "ip link add link v0 name x type ipvlan mode l3s bridge"),
        ("ipvtap", "ip link add link v0 name x type ipvtap mode l3"),
        ("macsec", "ip link add link v0 name x type macsec port 11 encrypt on"),
        (
            "macsec with settings",
            "ip link add link v0 name x type macsec sci 0200000000770001 icvlen 16 encodingsa 2 \
            validate strict cipher gcm-aes-256 protect on replay on window 32 send_sci on end_station off scb off",
        ),
        ("vrf", "ip link add x type vrf table 77"),
        ("hsr", "ip link add x type hsr slave1 v0 slave2 v1 supervision 9 version 1"),
        ("prp", "ip link add x type hsr slave1 v0 slave2 v1 proto 1"),
        ("netkit", "ip link add x type netkit"),
        ("wireguard", "ip link add x type wireguard"),
        ("batadv", "ip link add x type batadv"),
        ("virt_wifi", "ip link add link v0 name x type virt_wifi"),
        ("ovpn", "ip link add x type ovpn"),
        ("pfcp", "ip link add x type pfcp"),
        ("rmnet", "ip link add link v0 name x type rmnet mux_id 5"),
        ("netdevsim", "ip link add x type netdevsim"),
        ("lo", "ip link set lo name x"),
        (
            "link with a queueing discipline",
            "ip link add x type veth peer name y
            tc qdisc add dev x root fq_codel\nip link set x up",
        ),
        ("link with a program", "ip link add x type veth peer name y\nip link set x xdp off"),
    ],
};

/// The link of each is `x`, and it has a master.
pub const PORTS: Group = Group {
    name: "port",
    dump: Dump::Links,
    witnesses: &[Witness::Printed("link show dev x")],
    objects: &[
        (
            "bridge port",
            "ip link add m0 type bridge\nip link add x type veth peer name y
            ip link set x master m0\nip link set m0 up\nip link set x up\nip link set y up",
        ),
        (
            "bridge port with flags",
            "ip link add m0 type bridge\nip link add x type veth peer name y
            ip link set x master m0
            ip link set x type bridge_slave hairpin on learning off guard on root_block on flood off mcast_flood off \
            bcast_flood off mcast_to_unicast on neigh_suppress on isolated on proxy_arp on proxy_arp_wifi on \
            vlan_tunnel on group_fwd_mask 8 locked on",
        ),
        (
            "bridge port with numbers",
            "ip link add m0 type bridge\nip link add x type veth peer name y
            ip link set x master m0
            ip link set m0 up
            ip link set x up
            ip link set y up
            ip link set x type bridge_slave cost 7 priority 5 state 2 mcast_router 2 fastleave on",
        ),
        (
            "bridge port with a backup",
            "ip link add m0 type bridge\nip link add x type veth peer name y
            ip link set v0 master m0\nip link set x master m0
            ip link set x type bridge_slave backup_port v0",
        ),
        (
            "bond slave",
            "ip link add m0 type bond mode active-backup miimon 100\nip link add x type veth peer name y
            ip link set x master m0\nip link set m0 up",
        ),
        (
            "bond slave with priority and queue",
            "ip link add m0 type bond mode active-backup miimon 100
            ip link add x type veth peer name y\nip link set x master m0
            ip link set x type bond_slave queue_id 3 prio 5",
        ),
        (
            "bond slave 802.3ad",
            "ip link add m0 type bond mode 802.3ad miimon 100\nip link add x type veth peer name y
            ip link set x master m0\nip link set m0 up\nip link set y up",
        ),
        ("team port", "ip link add m0 type team\nip link add x type dummy\nip link set x master m0"),
        ("vrf port", "ip link add m0 type vrf table 77\nip link add x type dummy\nip link set x master m0"),
        ("hsr slave", "ip link add x type veth peer name y\nip link add h0 type hsr slave1 x slave2 v0"),
        ("batadv port", "ip link add m0 type batadv\nip link add x type dummy\nip link set x master m0"),
    ],
};
