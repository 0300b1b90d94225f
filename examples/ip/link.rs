//! `ip link`: network interfaces.

mod bond;
mod bridge;
pub mod devices;
pub mod fields;
pub mod hardware;
mod kinds;
mod others;
mod tunnel;
mod virtual_function;
mod vxlan;

use std::error::Error;

use nlwire::Netlink;
use nlwire::codec::payload::Bytes;
use nlwire::codec::route::Family;
use nlwire::codec::route::link::inet::Inet6;
use nlwire::codec::route::link::xdp::{Attached, Xdp};
use nlwire::codec::route::link::{
    AfSpec, ExtMask, GetLink, Header, Link, LinkEvent, LinkFlags, LinkMode, NewLink, ProtoDownReason,
};
use nlwire::codec::{Attributes, EmitError, Envelope, Flags, Key, Message, ParseError, RawMessage, Table, Tail, View};
use nlwire::name::InterfaceName;
use nlwire::shown::{Show, Shown};
use nlwire::transport::{Request, Transport};
use nlwire::word::Word;

use self::devices::Devices;
use self::fields::Fields;
use crate::names;
use crate::options::Options;
use crate::output::Output;

pub fn show(nl: &mut Netlink, options: &Options, out: &mut Output) -> Result<(), Box<dyn Error>> {
    let links = list(nl, options, Family::UNSPEC)?;
    let mut devices = Devices::new(nl);
    let style = Style { is_link: true, details: options.details, hardware: true, changed: false };
    for link in links.views() {
        devices.learn(&link?)?;
    }
    for link in links.views() {
        let link = link?;
        out.object(None, |out| print(out, &link, style, &mut devices))?;
    }
    Ok(())
}

/// What is printed of a link.
#[derive(Clone, Copy)]
pub struct Style {
    /// It is for `ip link` and not for `ip address`.
    pub is_link: bool,
    /// What `-d` asks for.
    pub details: bool,
    /// Its hardware and addresses.
    pub hardware: bool,
    /// It has changed: what has happened, and not how long its queue is.
    pub changed: bool,
}

/// All links, or the one that was asked for, as a family sees them.
pub fn list(nl: &mut Netlink, options: &Options, family: Family) -> Result<Links, nlwire::Error> {
    nl.transport().send(List { family, device: options.device.clone(), links: Links::default() })
}

/// Links as the kernel told of them. They are kept, as what is printed of one may be told of another.
#[derive(Default)]
pub struct Links(Vec<Box<[u8]>>);

impl Links {
    pub fn views(&self) -> impl Iterator<Item = Result<View<'_, NewLink>, ParseError>> {
        let messages = self.0.iter().filter_map(|bytes| RawMessage::first(bytes));
        messages.map(|message| message.read_as())
    }
}

struct List {
    family: Family,
    device: Option<String>,
    links: Links,
}

impl Request for List {
    type Answer = Links;

    fn operation(&self) -> String {
        match &self.device {
            Some(device) => format!("get link {device}"),
            None => "list links".into(),
        }
    }

    fn flags(&self) -> Flags {
        if self.device.is_some() { Flags::empty() } else { Flags::DUMP }
    }

    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let header = Header { family: self.family.into(), ..Header::default() };
        GetLink::emit(tail, envelope, header, |link| match &self.device {
            // What IPv6 knows of links is asked for without attributes.
            None if self.family == Family::INET6 => Ok(link),
            None => link.put(Link::EXT_MASK, ExtMask::VF | ExtMask::SKIP_STATS),
            Some(device) => {
                let key = if device.len() > InterfaceName::MAX { Link::ALT_IFNAME } else { Link::IFNAME };
                link.put(Link::EXT_MASK, ExtMask::VF | ExtMask::SKIP_STATS)?.put(key, device)
            }
        })
    }

    fn take(&mut self, message: &RawMessage<'_>) -> Result<(), ParseError> {
        if message.read::<NewLink>()?.is_some() {
            self.links.0.push(message.bytes().into());
        }
        Ok(())
    }

    fn restart(&mut self) {
        self.links.0.clear();
    }

    fn answer(self) -> Option<Links> {
        Some(self.links).filter(|links| self.device.is_none() || !links.0.is_empty())
    }
}

/// A link: one or more lines.
pub fn print(
    out: &mut Output,
    view: &View<'_, NewLink>,
    style: Style,
    devices: &mut Devices<'_>,
) -> Result<(), ParseError> {
    let link = &view.attributes().table()?;
    let index = view.header.index.get();
    out.field("ifindex", index, format_args!("{index}: "));
    let below_is_down = print_name(out, link, devices)?;
    out.words("flags", flag_words(view.header.flags.get(), below_is_down));
    if let Some(mtu) = link.get(Link::MTU)? {
        out.field("mtu", mtu.cast_signed(), format_args!("mtu {mtu} "));
    }
    if let Some(xdp) = link.get(Link::XDP)? {
        print_programs(out, xdp, style)?;
    }
    out.value("qdisc", link.get(Link::QDISC)?);
    out.value("master", link.get(Link::MASTER)?.map(|index| devices.name(index)));
    print_states(out, link, style)?;
    out.value("group", link.get(Link::GROUP)?.map(names::group));
    if style.changed {
        print_event(out, link)?;
    } else {
        print_queue_length(out, link, index.cast_unsigned(), devices)?;
    }
    if style.hardware || style.details {
        print_hardware(out, &view.header, link)?;
    }
    print_namespace(out, link, devices)?;
    print_held_down(out, link)?;
    if style.details {
        print_details(out, link, style, devices)?;
    }
    if style.is_link || style.details {
        if let Some(alias) = names::text(link.attributes(), Link::IFALIAS)? {
            out.field("ifalias", alias.as_str(), format_args!("\n    alias {alias}"));
        }
        if let (Some(xdp), false) = (link.get(Link::XDP)?, out.is_json()) {
            print_program_lines(out, xdp)?;
        }
        if let (Some(functions), Some(_)) = (link.get(Link::VFINFO_LIST)?, link.get(Link::NUM_VF)?) {
            virtual_function::print(out, &view.header, functions)?;
        }
    }
    if let Some(properties) = link.get(Link::PROP_LIST)? {
        print_more_names(out, properties)?;
    }
    out.text(format_args!("\n"));
    Ok(())
}

/// The name, and what the link is on; gives whether that is down.
fn print_name(out: &mut Output, link: &Table<'_, Link>, devices: &mut Devices<'_>) -> Result<bool, ParseError> {
    let name = names::text(link.attributes(), Link::IFNAME)?.unwrap_or_default();
    let mut below_is_down = false;
    let below = match link.get(Link::LINK)? {
        None => None,
        Some(0) => {
            out.json("link", ());
            Some("NONE".into())
        }
        // An index of another namespace.
        Some(index) if link.get(Link::LINK_NETNSID)?.is_some() => {
            out.json("link_index", index.cast_signed());
            Some(format!("if{index}"))
        }
        Some(index) => {
            let below = devices.name(index);
            out.json("link", below.as_str());
            below_is_down = devices.is_down(index);
            Some(below)
        }
    };
    match below {
        Some(below) => out.field("ifname", name.as_str(), format_args!("{name}@{below}: ")),
        None => out.field("ifname", name.as_str(), format_args!("{name}: ")),
    }
    Ok(below_is_down)
}

fn flag_words(flags: LinkFlags, below_is_down: bool) -> Vec<String> {
    let Shown::List(words) = flags.show() else { return Vec::new() };
    let mut words: Vec<String> = words.iter().map(fields::text).collect();
    words.extend(below_is_down.then(|| "M-DOWN".into()));
    words
}

/// How XDP programs are attached.
fn print_programs(out: &mut Output, xdp: Attributes<'_, Xdp>, style: Style) -> Result<(), ParseError> {
    let Some(attached) = xdp.get(Xdp::ATTACHED)?.filter(|attached| *attached != Attached::NONE) else {
        return Ok(());
    };
    let number = xdp.get(Xdp::PROG_ID)?;
    let program = number.filter(|number| *number != 0);
    let mut places = Vec::new();
    for (place, key) in
        [(Attached::SKB, Xdp::SKB_PROG_ID), (Attached::DRV, Xdp::DRV_PROG_ID), (Attached::HW, Xdp::HW_PROG_ID)]
    {
        places.extend(xdp.get(key)?.map(|number| (place, number)));
    }
    if places.is_empty() {
        // Kernels before 4.19 tell no places.
        places.extend(number.map(|number| (attached, number)));
    }
    out.object(Some("xdp"), |out| {
        out.json("mode", attached.0);
        if let Some(number) = program {
            out.object(Some("prog"), |out| out.json("id", number));
        }
        out.array(Some("attached"), |out| {
            for (place, number) in places {
                out.object(None, |out| {
                    out.json("mode", place.0);
                    out.object(Some("prog"), |out| out.json("id", number));
                });
            }
        });
    });
    match attached {
        Attached::DRV => out.text(format_args!("xdp")),
        Attached::SKB => out.text(format_args!("xdpgeneric")),
        Attached::HW => out.text(format_args!("xdpoffload")),
        Attached::MULTI => out.text(format_args!("xdpmulti")),
        Attached(number) => out.text(format_args!("xdp[{number}]")),
    }
    if let (Some(number), false) = (program, style.is_link) {
        out.text(format_args!("/id:{number}"));
    }
    out.text(format_args!(" "));
    Ok(())
}

/// A line for each XDP program. What iproute2 says of a program besides its number, netlink does not know.
fn print_program_lines(out: &mut Output, xdp: Attributes<'_, Xdp>) -> Result<(), ParseError> {
    let mut programs = vec![("", Xdp::PROG_ID)];
    if xdp.get(Xdp::ATTACHED)? == Some(Attached::MULTI) {
        programs.extend([("generic", Xdp::SKB_PROG_ID), ("drv", Xdp::DRV_PROG_ID), ("offload", Xdp::HW_PROG_ID)]);
    }
    for (place, key) in programs {
        if let Some(number) = xdp.get(key)?.filter(|number| *number != 0) {
            out.text(format_args!("\n    prog/xdp{place} id {number} "));
        }
    }
    Ok(())
}

fn print_states(out: &mut Output, link: &Table<'_, Link>, style: Style) -> Result<(), ParseError> {
    if let Some(state) = link.get(Link::OPERSTATE)? {
        match state.word() {
            Some(word) => out.value(("operstate", "state"), Some(word)),
            None => out.field("operstate_index", state.0, format_args!("state {}", fields::hex(state.0.into()))),
        }
    }
    if let (Some(LinkMode(mode)), true) = (link.get(Link::LINKMODE)?, style.is_link) {
        match fields::word(&["DEFAULT", "DORMANT"], mode) {
            Some(word) => out.value(("linkmode", "mode"), Some(word)),
            None => out.value(("linkmode_index", "mode"), Some(mode)),
        }
    }
    Ok(())
}

fn print_event(out: &mut Output, link: &Table<'_, Link>) -> Result<(), ParseError> {
    const EVENTS: [&str; 7] =
        ["NONE", "REBOOT", "FEATURE CHANGE", "BONDING FAILOVER", "NOTIFY PEERS", "RESEND IGMP", "BONDING OPTION"];
    let Some(LinkEvent(event)) = link.get(Link::EVENT)?.filter(|event| *event != LinkEvent::NONE) else {
        return Ok(());
    };
    match fields::word(&EVENTS, event) {
        Some(word) => out.value("event", Some(word)),
        None => out.value("event", Some(event)),
    }
    Ok(())
}

fn print_queue_length(
    out: &mut Output,
    link: &Table<'_, Link>,
    index: u32,
    devices: &mut Devices<'_>,
) -> Result<(), ParseError> {
    let length = match link.get(Link::TXQLEN)? {
        // IPv6 does not tell it.
        None => devices.nl.links().get(index).ok().and_then(|link| link.txqlen),
        length => length,
    };
    if let Some(length) = length.filter(|length| *length != 0).map(u32::cast_signed) {
        out.field("txqlen", length, format_args!("qlen {length}"));
    }
    Ok(())
}

fn print_hardware(out: &mut Output, header: &Header, link: &Table<'_, Link>) -> Result<(), ParseError> {
    let kind = header.kind.get();
    let name = fields::text(&kind.show());
    out.field("link_type", name.as_str(), format_args!("\n    link/{name} "));
    let own = link.get(Link::ADDRESS)?;
    if let Some(address) = own {
        let address = hardware::address(address.as_bytes(), kind);
        out.field("address", address.as_str(), format_args!("{address}"));
    }
    if let Some(address) = link.get(Link::BROADCAST)? {
        let pointed = header.flags.get().contains(LinkFlags::POINTOPOINT);
        if pointed {
            out.json("link_pointtopoint", true);
        }
        let address = hardware::address(address.as_bytes(), kind);
        out.field("broadcast", address.as_str(), format_args!(" {} {address}", if pointed { "peer" } else { "brd" }));
    }
    if let Some(address) = link.get(Link::PERM_ADDRESS)?.filter(|address| own != Some(*address)) {
        let address = hardware::address(address.as_bytes(), kind);
        out.field("permaddr", address.as_str(), format_args!(" permaddr {address}"));
    }
    Ok(())
}

/// Which namespace the other link is in.
fn print_namespace(out: &mut Output, link: &Table<'_, Link>, devices: &mut Devices<'_>) -> Result<(), ParseError> {
    if let Some(number) = link.get(Link::LINK_NETNSID)? {
        out.json("link_netnsid", number);
        if number < 0 {
            out.text(format_args!(" link-netnsid unknown"));
        } else if !out.is_json() {
            match devices.namespace(number) {
                Some(name) => out.text(format_args!(" link-netns {name}")),
                None => out.text(format_args!(" link-netnsid {number}")),
            }
        }
    }
    Ok(())
}

/// Whether programs keep it down, and why.
fn print_held_down(out: &mut Output, link: &Table<'_, Link>) -> Result<(), ParseError> {
    let Some(down) = link.get(Link::PROTO_DOWN)? else { return Ok(()) };
    if down != 0 {
        out.field("proto_down", true, format_args!(" protodown on "));
    }
    let Some(reasons) = link.get(Link::PROTO_DOWN_REASON)? else { return Ok(()) };
    // Of the 32 reasons iproute2 looks at the first eight.
    let reasons = reasons.get(ProtoDownReason::VALUE)?.unwrap_or_default() & 0xff;
    if reasons != 0 {
        out.text(format_args!("protodown_reason <"));
        out.array(Some("proto_down_reason"), |out| {
            let mut separator = "";
            for bit in (0..8).filter(|bit| reasons & (1 << bit) != 0) {
                let name = names::protocol_down_reason(bit);
                out.item(name.as_str(), format_args!("{separator}{name}"));
                separator = ",";
            }
        });
        out.text(format_args!(">"));
    }
    Ok(())
}

fn print_details(
    out: &mut Output,
    link: &Table<'_, Link>,
    style: Style,
    devices: &mut Devices<'_>,
) -> Result<(), ParseError> {
    out.value(("promiscuity", " promiscuity"), link.get(Link::PROMISCUITY)?);
    out.value(("allmulti", " allmulti"), link.get(Link::ALLMULTI)?);
    out.value(("min_mtu", "minmtu"), link.get(Link::MIN_MTU)?);
    out.value(("max_mtu", "maxmtu"), link.get(Link::MAX_MTU)?);
    if let Some(info) = link.get(Link::LINKINFO)? {
        kinds::print(out, info, devices)?;
    }
    if style.is_link
        && let Some(families) = link.get(Link::AF_SPEC)?
        && let Some(six) = families.of::<AfSpec>().get(AfSpec::INET6)?
    {
        let mode = six.get(Inet6::ADDR_GEN_MODE)?;
        let mode = mode.map(|mode| mode.word().map_or_else(|| format!("{:#04x}", mode.0), str::to_owned));
        out.value(("inet6_addr_gen_mode", "addrgenmode"), mode);
    }
    let numbers = [
        ("num_tx_queues", "numtxqueues", Link::NUM_TX_QUEUES),
        ("num_rx_queues", "numrxqueues", Link::NUM_RX_QUEUES),
        ("gso_max_size", "gso_max_size", Link::GSO_MAX_SIZE),
        ("gso_max_segs", "gso_max_segs", Link::GSO_MAX_SEGS),
        ("tso_max_size", "tso_max_size", Link::TSO_MAX_SIZE),
        ("tso_max_segs", "tso_max_segs", Link::TSO_MAX_SEGS),
        ("gro_max_size", "gro_max_size", Link::GRO_MAX_SIZE),
    ];
    for (key, word, number) in numbers {
        out.value((key, word), link.get(number)?);
    }
    out.value(("phys_port_name", "portname"), link.get(Link::PHYS_PORT_NAME)?);
    out.value(("phys_port_id", "portid"), link.get(Link::PHYS_PORT_ID)?.map(fields::digits));
    out.value(("phys_switch_id", "switchid"), link.get(Link::PHYS_SWITCH_ID)?.map(fields::digits));
    out.value("parentbus", link.get(Link::PARENT_DEV_BUS_NAME)?);
    out.value("parentdev", link.get(Link::PARENT_DEV_NAME)?);
    Ok(())
}

fn print_more_names(out: &mut Output, properties: Attributes<'_, Link>) -> Result<(), ParseError> {
    // They need not be UTF-8.
    let key: Key<Link, Bytes> = Key::new(Link::ALT_IFNAME.number());
    out.array(Some("altnames"), |out| {
        for name in properties.all(key) {
            let name = name?;
            let name = String::from_utf8_lossy(name.strip_suffix(&[0]).unwrap_or(name));
            out.item(name.as_ref(), format_args!("\n    altname {name}"));
        }
        Ok(())
    })
}
