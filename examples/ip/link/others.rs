//! Rarer kinds of links.

use std::fs;
use std::net::Ipv4Addr;

use nlwire::codec::nest::Choice;
use nlwire::codec::route::link::LinkData;
use nlwire::codec::route::link::hardware_kinds::{Dsa, Ipoib, Rmnet, Wwan};
use nlwire::codec::route::link::hsr::Hsr;
use nlwire::codec::route::link::macsec::Macsec;
use nlwire::codec::route::link::tun::Tun;
use nlwire::codec::route::link::tunnels::{Amt, BareUdp, Gtp};
use nlwire::codec::{Attributes, ParseError};
use nlwire::link::CipherSuite;
use nlwire::word::Word;
use serde_json::Value;

use super::devices::Devices;
use super::fields::{self, Fields};
use super::hardware;
use crate::output::Output;

pub fn has_data(kind: &str) -> bool {
    matches!(kind, "amt" | "bareudp" | "dsa" | "gtp" | "hsr" | "ipoib" | "macsec" | "rmnet" | "tun" | "wwan")
}

pub fn print(
    out: &mut Output,
    kind: &str,
    data: Choice<'_, LinkData>,
    devices: &mut Devices<'_>,
) -> Result<(), ParseError> {
    match kind {
        "amt" => print_amt(out, data.of(), devices)?,
        "bareudp" => print_bareudp(out, data.of())?,
        "dsa" => out.value("conduit", data.of().get(Dsa::CONDUIT)?.map(|index| devices.name(index))),
        "gtp" => print_gtp(out, data.of())?,
        "hsr" => print_hsr(out, data.of(), devices)?,
        "ipoib" => print_ipoib(out, data.of())?,
        "macsec" => print_macsec(out, data.of())?,
        "rmnet" => out.value("mux_id", data.of().get(Rmnet::MUX_ID)?),
        "tun" => print_tun(out, data.of())?,
        "wwan" => out.value("linkid", data.of().get(Wwan::LINK_ID)?),
        _ => {}
    }
    Ok(())
}

fn print_amt(out: &mut Output, data: Attributes<'_, Amt>, devices: &mut Devices<'_>) -> Result<(), ParseError> {
    let amt = data.table()?;
    if let Some(word) = amt.get(Amt::MODE)?.and_then(|mode| mode.word()) {
        out.field("mode", word, format_args!("{word} "));
    }
    out.value("gateway_port", amt.get(Amt::GATEWAY_PORT)?);
    out.value("relay_port", amt.get(Amt::RELAY_PORT)?);
    out.value("local", amt.get(Amt::LOCAL_IP)?.as_ref().map(Ipv4Addr::to_string));
    out.value("remote", amt.get(Amt::REMOTE_IP)?.as_ref().map(Ipv4Addr::to_string));
    out.value("discovery", amt.get(Amt::DISCOVERY_IP)?.as_ref().map(Ipv4Addr::to_string));
    out.value(("link", "dev"), amt.get(Amt::LINK)?.map(|index| devices.name(index)));
    out.value("max_tunnels", amt.get(Amt::MAX_TUNNELS)?);
    Ok(())
}

fn print_bareudp(out: &mut Output, data: Attributes<'_, BareUdp>) -> Result<(), ParseError> {
    let bareudp = data.table()?;
    out.value("dstport", bareudp.get(BareUdp::PORT)?);
    out.value("ethertype", bareudp.get(BareUdp::ETHERTYPE)?.map(fields::ethernet_protocol));
    out.value("srcportmin", bareudp.get(BareUdp::SRCPORT_MIN)?);
    out.negated("multiproto", Some(bareudp.get(BareUdp::MULTIPROTO_MODE)?.is_some().into()));
    Ok(())
}

fn print_gtp(out: &mut Output, data: Attributes<'_, Gtp>) -> Result<(), ParseError> {
    let gtp = data.table()?;
    out.value("role", gtp.get(Gtp::ROLE)?.map(|role| role.word().unwrap_or("unknown")));
    out.value("hsize", gtp.get(Gtp::PDP_HASHSIZE)?);
    out.value("restart_count", gtp.get(Gtp::RESTART_COUNT)?);
    Ok(())
}

fn print_hsr(out: &mut Output, data: Attributes<'_, Hsr>, devices: &mut Devices<'_>) -> Result<(), ParseError> {
    let hsr = data.table()?;
    for (name, way) in [("slave1", hsr.get(Hsr::SLAVE1)?), ("slave2", hsr.get(Hsr::SLAVE2)?)] {
        match way {
            Some(index) => out.value(name, Some(devices.name(index))),
            None => out.field(name, Value::Null, format_args!("{name} <none> ")),
        }
    }
    out.value(("seq_nr", "sequence"), hsr.get(Hsr::SEQ_NR)?);
    let address = hsr.get(Hsr::SUPERVISION_ADDR)?;
    out.value(("supervision_addr", "supervision"), address.map(|address| hardware::plain(&address)));
    out.value("proto", hsr.get(Hsr::PROTOCOL)?.map(|protocol| protocol.0));
    Ok(())
}

fn print_ipoib(out: &mut Output, data: Attributes<'_, Ipoib>) -> Result<(), ParseError> {
    let ipoib = data.table()?;
    out.value(("key", "pkey"), ipoib.get(Ipoib::PKEY)?.map(|key| format!("{key:#06x}")));
    let mode = ipoib.get(Ipoib::MODE)?;
    out.value("mode", mode.map(|mode| mode.word().unwrap_or("unknown")));
    out.value("umcast", ipoib.get(Ipoib::UMCAST)?.map(|multicast| format!("{multicast:04x}")));
    Ok(())
}

fn print_macsec(out: &mut Output, data: Attributes<'_, Macsec>) -> Result<(), ParseError> {
    let macsec = data.table()?;
    out.value("sci", macsec.get(Macsec::SCI)?.map(|identifier| format!("{identifier:016x}")));
    out.on_off("protect", macsec.get(Macsec::PROTECT)?);
    let cipher = macsec.get(Macsec::CIPHER_SUITE)?.map(|suite| CipherSuite(suite).word().unwrap_or("(unknown)"));
    out.value(("cipher_suite", "cipher"), cipher);
    out.value(("icv_len", "icvlen"), macsec.get(Macsec::ICV_LEN)?);
    out.value(("encoding_sa", "encodingsa"), macsec.get(Macsec::ENCODING_SA)?);
    let validation = macsec.get(Macsec::VALIDATION)?;
    out.value(("validation", "validate"), validation.map(|validation| validation.word().unwrap_or("(unknown)")));
    out.value("offload", macsec.get(Macsec::OFFLOAD)?.map(|offload| offload.word().unwrap_or("(unknown)")));
    out.on_off("encrypt", macsec.get(Macsec::ENCRYPT)?);
    out.on_off(("inc_sci", "send_sci"), macsec.get(Macsec::INC_SCI)?);
    out.on_off(("es", "end_station"), macsec.get(Macsec::ES)?);
    out.on_off("scb", macsec.get(Macsec::SCB)?);
    out.on_off(("replay_protect", "replay"), macsec.get(Macsec::REPLAY_PROTECT)?);
    out.value("window", macsec.get(Macsec::WINDOW)?.map(u32::cast_signed));
    Ok(())
}

fn print_tun(out: &mut Output, data: Attributes<'_, Tun>) -> Result<(), ParseError> {
    let tun = data.table()?;
    out.value(
        "type",
        tun.get(Tun::TYPE)?.map(|kind| kind.word().map_or_else(|| format!("UNKNOWN:{}", kind.0), str::to_owned)),
    );
    out.on_off("pi", tun.get(Tun::PI)?);
    out.on_off("vnet_hdr", tun.get(Tun::VNET_HDR)?);
    let many = tun.get(Tun::MULTI_QUEUE)?.is_some_and(|many| many != 0);
    out.field("multi_queue", many, format_args!("{}", if many { "multi_queue " } else { "" }));
    if many {
        out.value("numqueues", tun.get(Tun::NUM_QUEUES)?);
        out.value("numdisabled", tun.get(Tun::NUM_DISABLED_QUEUES)?);
    }
    out.on_off("persist", tun.get(Tun::PERSIST)?);
    print_owner(out, "user", "/etc/passwd", tun.get(Tun::OWNER)?);
    print_owner(out, "group", "/etc/group", tun.get(Tun::GROUP)?);
    Ok(())
}

/// A user or a group, by its name where the file knows one.
fn print_owner(out: &mut Output, name: &str, file: &str, id: Option<u32>) {
    let Some(id) = id else { return };
    let database = fs::read_to_string(file).unwrap_or_default();
    let owner = database.lines().find_map(|line| {
        let mut columns = line.split(':');
        let owner = columns.next()?;
        (columns.nth(1)?.parse() == Ok(id)).then_some(owner)
    });
    match owner {
        Some(owner) => out.value(name, Some(owner)),
        None => out.value(name, Some(id)),
    }
}
