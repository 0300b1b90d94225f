//! What packets of a route are wrapped into.

use std::net::{Ipv4Addr, Ipv6Addr};

use nlwire::codec::attribute::Any;
use nlwire::codec::nest::Nest;
use nlwire::codec::payload::{Be, Bytes, Span};
use nlwire::codec::route::route::{EncapIp, EncapMpls, EncapType};
use nlwire::codec::{Attributes, ParseError, attributes};

use super::labels;
use crate::link::fields::{self, Fields, hex};
use crate::names::{self, Interfaces};
use crate::output::Output;

// The library has the attributes of MPLS and IPv4 tunnels. A program adds others with the same macro.

attributes! {
    /// A route into an IPv6 tunnel (`enum lwtunnel_ip6_t`, `linux/lwtunnel.h`).
    enum EncapIp6("LWTUNNEL_IP6_") {
        ID: Be<u64> = 1,
        DST: Ipv6Addr = 2,
        SRC: Ipv6Addr = 3,
        HOPLIMIT: u8 = 4,
        TC: u8 = 5,
        FLAGS: Be<u16> = 6,
        OPTS: Nest<TunnelOptions> = 8,
    }
}

attributes! {
    /// Options of a tunnel's protocol.
    enum TunnelOptions("LWTUNNEL_IP_OPTS_") {
        GENEVE: Nest<GeneveOptions> = 1,
        VXLAN: Nest<VxlanOptions> = 2,
        ERSPAN: Nest<ErspanOptions> = 3,
    }
}

attributes! {
    /// One option behind the other, each of all three.
    enum GeneveOptions("LWTUNNEL_IP_OPT_GENEVE_") {
        CLASS: Be<u16> = 1,
        TYPE: u8 = 2,
        DATA: Bytes = 3,
    }
}

attributes! {
    enum VxlanOptions("LWTUNNEL_IP_OPT_VXLAN_") {
        GBP: u32 = 1,
    }
}

attributes! {
    enum ErspanOptions("LWTUNNEL_IP_OPT_ERSPAN_") {
        VER: u8 = 1,
        INDEX: Be<u32> = 2,
        DIR: u8 = 3,
        HWID: u8 = 4,
    }
}

attributes! {
    /// Segment routing (`linux/seg6_iptunnel.h`).
    enum Seg6("SEG6_IPTUNNEL_") {
        /// The mode in four bytes, and then the header.
        SRH: Bytes = 1,
    }
}

attributes! {
    /// Behaviour of a segment (`linux/seg6_local.h`).
    enum Seg6Local("SEG6_LOCAL_") {
        ACTION: u32 = 1,
        SRH: Bytes = 2,
        TABLE: u32 = 3,
        NH4: Ipv4Addr = 4,
        NH6: Ipv6Addr = 5,
        IIF: u32 = 6,
        OIF: u32 = 7,
        VRFTABLE: u32 = 9,
        FLAVORS: Nest<Seg6Flavors> = 11,
    }
}

attributes! {
    /// Source routes of RPL (`linux/rpl_iptunnel.h`).
    enum Rpl("RPL_IPTUNNEL_") {
        /// The header.
        SRH: Bytes = 1,
    }
}

attributes! {
    enum Seg6Flavors("SEG6_LOCAL_FLV_") {
        OPERATION: u32 = 1,
        LCBLOCK_BITS: u8 = 2,
        LCNODE_FN_BITS: u8 = 3,
    }
}

pub fn print(
    out: &mut Output,
    interfaces: &Interfaces,
    kind: EncapType,
    data: Attributes<'_, Any>,
) -> Result<(), ParseError> {
    let name = match kind {
        EncapType::MPLS => "mpls",
        EncapType::IP => "ip",
        EncapType::IP6 => "ip6",
        EncapType::ILA => "ila",
        EncapType::BPF => "bpf",
        EncapType::SEG6 => "seg6",
        EncapType::SEG6_LOCAL => "seg6local",
        EncapType::RPL => "rpl",
        EncapType::IOAM6 => "ioam6",
        EncapType::XFRM => "xfrm",
        _ => "unknown",
    };
    out.field("encap", name, format_args!(" encap {name} "));
    match kind {
        EncapType::MPLS => print_mpls(out, data.cast()),
        EncapType::IP => print_ip(out, data.cast()),
        EncapType::IP6 => print_ip6(out, data.cast()),
        EncapType::SEG6 => print_seg6(out, data.cast()),
        EncapType::SEG6_LOCAL => print_seg6_local(out, interfaces, data.cast()),
        EncapType::RPL => print_rpl(out, data.cast()),
        // What is in the others is not printed here.
        _ => Ok(()),
    }
}

fn print_mpls(out: &mut Output, data: Attributes<'_, EncapMpls>) -> Result<(), ParseError> {
    if let Some(stack) = data.get(EncapMpls::DST)?.map(labels) {
        out.field("dst", stack.as_str(), format_args!(" {stack} "));
    }
    out.value("ttl", data.get(EncapMpls::TTL)?);
    Ok(())
}

fn print_ip(out: &mut Output, data: Attributes<'_, EncapIp>) -> Result<(), ParseError> {
    out.value("id", data.get(EncapIp::ID)?);
    out.value("src", data.get(EncapIp::SRC)?.map(fields::ip));
    out.value("dst", data.get(EncapIp::DST)?.map(fields::ip));
    out.value("ttl", data.get(EncapIp::TTL)?);
    out.value("tos", data.get(EncapIp::TOS)?);
    print_tunnel_flags(out, data.get(EncapIp::FLAGS)?);
    let options = data.get(EncapIp::OPTS)?.map(|bytes| Attributes::new(Span::new(bytes, 0)));
    options.map_or(Ok(()), |options| print_tunnel_options(out, options))
}

fn print_ip6(out: &mut Output, data: Attributes<'_, EncapIp6>) -> Result<(), ParseError> {
    out.value("id", data.get(EncapIp6::ID)?);
    out.value("src", data.get(EncapIp6::SRC)?.map(fields::ip));
    out.value("dst", data.get(EncapIp6::DST)?.map(fields::ip));
    out.value("hoplimit", data.get(EncapIp6::HOPLIMIT)?);
    out.value("tc", data.get(EncapIp6::TC)?);
    print_tunnel_flags(out, data.get(EncapIp6::FLAGS)?);
    data.get(EncapIp6::OPTS)?.map_or(Ok(()), |options| print_tunnel_options(out, options))
}

/// `TUNNEL_*` (`linux/if_tunnel.h`).
fn print_tunnel_flags(out: &mut Output, flags: Option<u16>) {
    for (flag, word) in [(4, "key"), (1, "csum"), (8, "seq")] {
        if flags.unwrap_or_default() & flag != 0 {
            out.field(word, true, format_args!("{word} "));
        }
    }
}

fn print_tunnel_options(out: &mut Output, options: Attributes<'_, TunnelOptions>) -> Result<(), ParseError> {
    if let Some(options) = options.get(TunnelOptions::GENEVE)? {
        out.text(format_args!("\n\tgeneve_opts "));
        out.array(Some("geneve_opts"), |out| print_geneve_options(out, options))
    } else if let Some(options) = options.get(TunnelOptions::VXLAN)? {
        let policy = options.get(VxlanOptions::GBP)?.unwrap_or_default();
        out.text(format_args!("\n\tvxlan_opts "));
        out.array(Some("vxlan_opts"), |out| {
            out.object(None, |out| out.field("gbp", policy, format_args!("{policy} ")));
        });
        Ok(())
    } else if let Some(options) = options.get(TunnelOptions::ERSPAN)? {
        let version = options.get(ErspanOptions::VER)?.unwrap_or_default();
        // The first version has the index, and only the second the others.
        let index = options.get(ErspanOptions::INDEX)?.filter(|_| version == 1).unwrap_or_default();
        let direction = options.get(ErspanOptions::DIR)?.filter(|_| version != 1).unwrap_or_default();
        let hardware = options.get(ErspanOptions::HWID)?.filter(|_| version != 1).unwrap_or_default();
        out.text(format_args!("\n\terspan_opts "));
        out.array(Some("erspan_opts"), |out| {
            out.object(None, |out| {
                out.field("ver", version, format_args!("{version}"));
                out.field("index", index, format_args!(":{index}"));
                out.field("dir", direction, format_args!(":{direction}"));
                out.field("hwid", hardware, format_args!(":{hardware} "));
            });
        });
        Ok(())
    } else {
        Ok(())
    }
}

fn print_geneve_options(out: &mut Output, options: Attributes<'_, GeneveOptions>) -> Result<(), ParseError> {
    let (mut class, mut kind, mut separator) = (0, 0, "");
    for attribute in options {
        let attribute = attribute?;
        if let Some(number) = attribute.read(GeneveOptions::CLASS)? {
            class = number;
        } else if let Some(number) = attribute.read(GeneveOptions::TYPE)? {
            kind = number;
        } else if let Some(data) = attribute.read(GeneveOptions::DATA)? {
            let data = fields::digits(data);
            out.object(None, |out| {
                out.field("class", class, format_args!("{separator}{class}"));
                out.field("type", kind, format_args!(":{kind}"));
                out.field("data", data.as_str(), format_args!(":{data}"));
            });
            separator = ",";
        }
    }
    out.text(format_args!(" "));
    Ok(())
}

fn print_seg6(out: &mut Output, data: Attributes<'_, Seg6>) -> Result<(), ParseError> {
    let Some((mode, header)) = data.get(Seg6::SRH)?.and_then(|bytes| bytes.split_first_chunk()) else {
        return Ok(());
    };
    let modes = ["inline", "encap", "l2encap", "encap.red", "l2encap.red"];
    let mode = fields::word(&modes, u32::from_ne_bytes(*mode)).unwrap_or("<unknown>");
    out.field("mode", mode, format_args!("mode {mode} "));
    print_segments(out, header);
    Ok(())
}

/// So many segments, of which the last is printed first.
fn print_segment_list(out: &mut Output, segments: &[u8], count: usize) {
    let segments: Vec<&[u8]> = segments.chunks_exact(16).take(count).collect();
    out.text(format_args!("segs {count} [ "));
    out.array(Some("segs"), |out| {
        for segment in segments.iter().rev().filter_map(|segment| <[u8; 16]>::try_from(*segment).ok()) {
            let segment = fields::ip(segment);
            out.item(segment.as_str(), format_args!("{segment} "));
        }
    });
    out.text(format_args!("] "));
}

/// A segment routing header: eight bytes, of which the fifth is the number of the last segment, and the segments, of
/// which the last is the first to be gone to.
fn print_segments(out: &mut Output, header: &[u8]) {
    let Some(([_, length, _, _, last, flags, ..], segments)) = header.split_first_chunk::<8>() else { return };
    print_segment_list(out, segments, usize::from(*last) + 1);
    // It is signed: the last 40 bytes begin with four of another kind, and then the number of the key.
    if flags & 8 != 0 {
        let end = (usize::from(*length) + 1) * 8;
        let key = end.checked_sub(36).and_then(|at| header.get(at..at + 4)).and_then(|key| key.try_into().ok());
        let key = u32::from_be_bytes(key.unwrap_or_default());
        out.field("hmac", hex(key.into()), format_args!("hmac {key:X} "));
    }
}

/// A source routing header: eight bytes, of which the fourth is the number of segments, and the segments.
fn print_rpl(out: &mut Output, data: Attributes<'_, Rpl>) -> Result<(), ParseError> {
    let Some(([_, _, _, count, ..], segments)) = data.get(Rpl::SRH)?.and_then(|header| header.split_first_chunk::<8>())
    else {
        return Ok(());
    };
    print_segment_list(out, segments, usize::from(*count));
    Ok(())
}

fn print_seg6_local(
    out: &mut Output,
    interfaces: &Interfaces,
    data: Attributes<'_, Seg6Local>,
) -> Result<(), ParseError> {
    const ACTIONS: [&str; 17] = [
        "<unknown>",
        "End",
        "End.X",
        "End.T",
        "End.DX2",
        "End.DX6",
        "End.DX4",
        "End.DT6",
        "End.DT4",
        "End.B6",
        "End.B6.Encaps",
        "End.BM",
        "End.S",
        "End.AS",
        "End.AM",
        "End.BPF",
        "End.DT46",
    ];
    let Some(action) = data.get(Seg6Local::ACTION)? else { return Ok(()) };
    let action = fields::word(&ACTIONS, action).unwrap_or("<invalid>");
    out.field("action", action, format_args!("action {action} "));
    if let Some(header) = data.get(Seg6Local::SRH)? {
        out.object(Some("srh"), |out| print_segments(out, header));
    }
    out.value("table", data.get(Seg6Local::TABLE)?.map(names::table));
    out.value("vrftable", data.get(Seg6Local::VRFTABLE)?.map(names::table));
    out.value("nh4", data.get(Seg6Local::NH4)?.map(fields::ip));
    out.value("nh6", data.get(Seg6Local::NH6)?.map(fields::ip));
    out.value("iif", data.get(Seg6Local::IIF)?.map(|index| interfaces.name(index)));
    out.value("oif", data.get(Seg6Local::OIF)?.map(|index| interfaces.name(index)));
    let Some(flavors) = data.get(Seg6Local::FLAVORS)? else { return Ok(()) };
    if let Some(flavors) = flavors.get(Seg6Flavors::OPERATION)? {
        let words = fields::flag_words(flavors & 0x1e, [(2, "psp"), (4, "usp"), (8, "usd"), (16, "next-csid")]);
        out.text(format_args!("flavors {} ", words.join(",")));
        out.json("flavors", words);
    }
    out.value("lblen", flavors.get(Seg6Flavors::LCBLOCK_BITS)?);
    out.value("nflen", flavors.get(Seg6Flavors::LCNODE_FN_BITS)?);
    Ok(())
}
