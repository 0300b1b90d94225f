//! IP tunnels: GRE, ERSPAN, IP in IP, and those for IPsec.

use std::net::{IpAddr, Ipv4Addr};

use nlwire::codec::route::link::gre::{Gre, GreFlags};
use nlwire::codec::route::link::ip_tunnel::{EncapFlags, EncapKind, Ip6Tunnel, Ip6TunnelFlags, IpTunnel, SitFlags};
use nlwire::codec::route::link::vti::{Vti, Xfrm};
use nlwire::codec::{Attributes, ParseError};
use serde_json::Value;

use super::devices::Devices;
use super::fields::{self, Fields};
use crate::output::Output;

/// GRE tunnels over IPv4, and over IPv6 where `six` says so.
pub fn print_gre(
    out: &mut Output,
    data: Attributes<'_, Gre>,
    six: bool,
    devices: &mut Devices<'_>,
) -> Result<(), ParseError> {
    let gre = data.table()?;
    out.flag("external", gre.get(Gre::COLLECT_METADATA)?.is_some());
    print_ends(out, gre.get(Gre::REMOTE)?, gre.get(Gre::LOCAL)?);
    print_below(out, gre.get(Gre::LINK)?, devices);
    let flags = gre.get(Gre::FLAGS)?.unwrap_or_default();
    if six {
        print_hops(out, gre.get(Gre::TTL)?, flags, gre.get(Gre::ENCAP_LIMIT)?);
        print_flow(out, flags, gre.get(Gre::FLOWINFO)?);
        out.flag(("ip6_tnl_f_rcv_dscp_copy", "dscp inherit"), flags.contains(Ip6TunnelFlags::RCV_DSCP_COPY));
    } else {
        print_time(out, gre.get(Gre::TTL)?);
        print_service(out, gre.get(Gre::TOS)?);
        if let Some(discovery) = gre.get(Gre::PMTUDISC)? {
            out.field("pmtudisc", discovery != 0, format_args!("{}", if discovery == 0 { "nopmtudisc " } else { "" }));
        }
        out.flag(("ignore_df", "ignore-df"), gre.get(Gre::IGNORE_DF)?.is_some_and(|ignore| ignore != 0));
    }
    let incoming = gre.get(Gre::IFLAGS)?.unwrap_or_default();
    let outgoing = gre.get(Gre::OFLAGS)?.unwrap_or_default();
    out.value("ikey", gre.get(Gre::IKEY)?.filter(|_| incoming.contains(GreFlags::KEY)).map(dotted));
    out.value("okey", gre.get(Gre::OKEY)?.filter(|_| outgoing.contains(GreFlags::KEY)).map(dotted));
    out.flag("iseq", incoming.contains(GreFlags::SEQ));
    out.flag("oseq", outgoing.contains(GreFlags::SEQ));
    out.flag("icsum", incoming.contains(GreFlags::CSUM));
    out.flag("ocsum", outgoing.contains(GreFlags::CSUM));
    if six {
        print_six_end(out, flags, gre.get(Gre::FWMARK)?);
    } else {
        print_mark(out, gre.get(Gre::FWMARK)?);
    }
    out.value("erspan_index", gre.get(Gre::ERSPAN_INDEX)?);
    out.value("erspan_ver", gre.get(Gre::ERSPAN_VER)?);
    let direction = gre.get(Gre::ERSPAN_DIR)?;
    out.value("erspan_dir", direction.map(|direction| if direction == 0 { "ingress" } else { "egress" }));
    out.hex("erspan_hwid", gre.get(Gre::ERSPAN_HWID)?);
    print_encapsulation(
        out,
        gre.get(Gre::ENCAP_TYPE)?,
        gre.get(Gre::ENCAP_FLAGS)?,
        (gre.get(Gre::ENCAP_SPORT)?, gre.get(Gre::ENCAP_DPORT)?),
    );
    Ok(())
}

/// Tunnels of IP packets over IPv4.
pub fn print_ip(out: &mut Output, data: Attributes<'_, IpTunnel>, devices: &mut Devices<'_>) -> Result<(), ParseError> {
    let tunnel = data.table()?;
    out.flag("external", tunnel.get(IpTunnel::COLLECT_METADATA)?.is_some());
    print_inside(out, tunnel.get(IpTunnel::PROTO)?, &[(4, "ipip"), (41, "ip6ip"), (137, "mplsip"), (0, "any")]);
    print_ends(out, tunnel.get(IpTunnel::REMOTE)?.map(IpAddr::V4), tunnel.get(IpTunnel::LOCAL)?.map(IpAddr::V4));
    print_below(out, tunnel.get(IpTunnel::LINK)?, devices);
    print_time(out, tunnel.get(IpTunnel::TTL)?);
    print_service(out, tunnel.get(IpTunnel::TOS)?);
    out.negated("pmtudisc", Some(tunnel.get(IpTunnel::PMTUDISC)?.unwrap_or_default()));
    out.flag("isatap", tunnel.get(IpTunnel::FLAGS)?.unwrap_or_default().contains(SitFlags::ISATAP));
    if let Some(length) = tunnel.get(IpTunnel::_6RD_PREFIXLEN)?.filter(|length| *length != 0) {
        let prefix = fields::ip(tunnel.get(IpTunnel::_6RD_PREFIX)?.unwrap_or(std::net::Ipv6Addr::UNSPECIFIED));
        out.field("prefix", prefix.as_str(), format_args!("6rd-prefix {prefix}/"));
        out.field("prefixlen", length, format_args!("{length} "));
        let relay = tunnel.get(IpTunnel::_6RD_RELAY_PREFIX)?.filter(|relay| !relay.is_unspecified());
        if let Some(relay) = relay {
            let length = tunnel.get(IpTunnel::_6RD_RELAY_PREFIXLEN)?.unwrap_or_default();
            out.field("relay_prefix", relay.to_string(), format_args!("6rd-relay_prefix {relay}/"));
            out.field("relay_prefixlen", length, format_args!("{length} "));
        }
    }
    print_mark(out, tunnel.get(IpTunnel::FWMARK)?);
    print_encapsulation(
        out,
        tunnel.get(IpTunnel::ENCAP_TYPE)?,
        tunnel.get(IpTunnel::ENCAP_FLAGS)?,
        (tunnel.get(IpTunnel::ENCAP_SPORT)?, tunnel.get(IpTunnel::ENCAP_DPORT)?),
    );
    Ok(())
}

/// Tunnels of IP packets over IPv6.
pub fn print_ip6(
    out: &mut Output,
    data: Attributes<'_, Ip6Tunnel>,
    devices: &mut Devices<'_>,
) -> Result<(), ParseError> {
    let tunnel = data.table()?;
    out.flag("external", tunnel.get(Ip6Tunnel::COLLECT_METADATA)?.is_some());
    print_inside(out, tunnel.get(Ip6Tunnel::PROTO)?, &[(4, "ipip6"), (41, "ip6ip6"), (0, "any")]);
    print_ends(out, tunnel.get(Ip6Tunnel::REMOTE)?.map(IpAddr::V6), tunnel.get(Ip6Tunnel::LOCAL)?.map(IpAddr::V6));
    print_below(out, tunnel.get(Ip6Tunnel::LINK)?, devices);
    let flags = tunnel.get(Ip6Tunnel::FLAGS)?.unwrap_or_default();
    print_hops(out, tunnel.get(Ip6Tunnel::TTL)?, flags, tunnel.get(Ip6Tunnel::ENCAP_LIMIT)?);
    print_flow(out, flags, tunnel.get(Ip6Tunnel::FLOWINFO)?);
    out.flag(("ip6_tnl_f_rcv_dscp_copy", "dscp inherit"), flags.contains(Ip6TunnelFlags::RCV_DSCP_COPY));
    out.flag(("ip6_tnl_f_mip6_dev", "mip6"), flags.contains(Ip6TunnelFlags::MIP6_DEV));
    print_six_end(out, flags, tunnel.get(Ip6Tunnel::FWMARK)?);
    print_encapsulation(
        out,
        tunnel.get(Ip6Tunnel::ENCAP_TYPE)?,
        tunnel.get(Ip6Tunnel::ENCAP_FLAGS)?,
        (tunnel.get(Ip6Tunnel::ENCAP_SPORT)?, tunnel.get(Ip6Tunnel::ENCAP_DPORT)?),
    );
    Ok(())
}

pub fn print_vti(out: &mut Output, data: Attributes<'_, Vti>, devices: &mut Devices<'_>) -> Result<(), ParseError> {
    let vti = data.table()?;
    print_ends(out, vti.get(Vti::REMOTE)?, vti.get(Vti::LOCAL)?);
    print_below(out, vti.get(Vti::LINK)?, devices);
    out.value("ikey", vti.get(Vti::IKEY)?.filter(|key| *key != 0).map(dotted));
    out.value("okey", vti.get(Vti::OKEY)?.filter(|key| *key != 0).map(dotted));
    print_mark(out, vti.get(Vti::FWMARK)?);
    Ok(())
}

pub fn print_xfrm(out: &mut Output, data: Attributes<'_, Xfrm>) -> Result<(), ParseError> {
    let external = data.get(Xfrm::COLLECT_METADATA)?.is_some();
    out.flag("external", external);
    if !external {
        out.hex("if_id", data.get(Xfrm::IF_ID)?);
    }
    Ok(())
}

/// The link below, where there is one.
pub fn print_below(out: &mut Output, index: Option<u32>, devices: &mut Devices<'_>) {
    out.value(("link", "dev"), index.filter(|index| *index != 0).map(|index| devices.name(index)));
}

/// The type of service, where there is one: 1 is that of the packet inside.
pub fn print_service(out: &mut Output, service: Option<u8>) {
    match service {
        Some(1) if !out.is_json() => out.text(format_args!("tos inherit ")),
        service => out.hex("tos", service.filter(|service| *service != 0)),
    }
}

fn print_inside(out: &mut Output, protocol: Option<u8>, words: &[(u8, &str)]) {
    if let Some((_, word)) = words.iter().find(|(number, _)| protocol == Some(*number)) {
        out.field("proto", *word, format_args!("{word} "));
    }
}

fn print_ends(out: &mut Output, remote: Option<IpAddr>, local: Option<IpAddr>) {
    for (name, end) in [("remote", remote), ("local", local)] {
        let end = end.filter(|end| !end.is_unspecified());
        out.value(name, Some(end.map_or_else(|| "any".into(), fields::ip)));
    }
}

fn print_time(out: &mut Output, ttl: Option<u8>) {
    match ttl.unwrap_or_default() {
        0 => out.field("ttl", 0, format_args!("ttl inherit ")),
        ttl => out.value("ttl", Some(ttl)),
    }
}

fn print_hops(out: &mut Output, hops: Option<u8>, flags: Ip6TunnelFlags, limit: Option<u8>) {
    match hops.unwrap_or_default() {
        0 => out.field("ttl", 0, format_args!("hoplimit inherit ")),
        hops => out.value(("ttl", "hoplimit"), Some(hops)),
    }
    if flags.contains(Ip6TunnelFlags::IGN_ENCAP_LIMIT) {
        out.flag(("ip6_tnl_f_ign_encap_limit", "encaplimit none"), true);
    } else {
        out.value(("encap_limit", "encaplimit"), limit);
    }
}

/// Traffic class and flow label.
fn print_flow(out: &mut Output, flags: Ip6TunnelFlags, flow: Option<u32>) {
    if flags.contains(Ip6TunnelFlags::USE_ORIG_TCLASS) {
        out.flag(("ip6_tnl_f_use_orig_tclass", "tclass inherit"), true);
    } else {
        out.value("tclass", flow.map(|flow| format!("{:#04x}", flow >> 20 & 0xff)));
    }
    if flags.contains(Ip6TunnelFlags::USE_ORIG_FLOWLABEL) {
        out.flag(("ip6_tnl_f_use_orig_flowlabel", "flowlabel inherit"), true);
    } else {
        out.value("flowlabel", flow.map(|flow| format!("{:#07x}", flow & 0xf_ffff)));
    }
}

fn print_six_end(out: &mut Output, flags: Ip6TunnelFlags, mark: Option<u32>) {
    let local = flags.contains(Ip6TunnelFlags::ALLOW_LOCAL_REMOTE);
    out.flag(("ip6_tnl_f_allow_local_remote", "allow-localremote"), local);
    if flags.contains(Ip6TunnelFlags::USE_ORIG_FWMARK) {
        out.flag(("ip6_tnl_f_use_orig_fwmark", "fwmark inherit"), true);
    } else {
        print_mark(out, mark);
    }
}

fn print_mark(out: &mut Output, mark: Option<u32>) {
    out.hex("fwmark", mark.filter(|mark| *mark != 0));
}

/// A key, which is written as an IPv4 address.
fn dotted(key: u32) -> String {
    Ipv4Addr::from(key).to_string()
}

/// Into what packets are wrapped further.
fn print_encapsulation(
    out: &mut Output,
    kind: Option<EncapKind>,
    flags: Option<EncapFlags>,
    (from, to): (Option<u16>, Option<u16>),
) {
    let Some(kind) = kind.filter(|kind| *kind != EncapKind::NONE) else { return };
    let flags = flags.unwrap_or_default();
    let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
    out.object(Some("encap"), |out| {
        match kind {
            EncapKind::FOU => out.field("type", "fou", format_args!("encap fou ")),
            EncapKind::GUE => out.field("type", "gue", format_args!("encap gue ")),
            _ => out.field("type", Value::Null, format_args!("encap unknown ")),
        }
        match from {
            0 => out.field("sport", 0, format_args!("encap-sport auto ")),
            _ => out.value(("sport", "encap-sport"), Some(from)),
        }
        out.value(("dport", "encap-dport"), Some(to));
        for (name, flag) in [("csum", EncapFlags::CSUM), ("csum6", EncapFlags::CSUM6), ("remcsum", EncapFlags::REMCSUM)]
        {
            let set = flags.contains(flag);
            out.field(name, set, format_args!("{}encap-{name} ", if set { "" } else { "no" }));
        }
    });
}
