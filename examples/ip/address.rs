//! `ip address`: links with their addresses.

use std::error::Error;

use nlwire::Netlink;
use nlwire::address::{Address, AddressFilter};
use nlwire::codec::ParseError;
use nlwire::codec::route::Family;
use nlwire::codec::route::address::{AddressFlags, CacheInfo};

use crate::link::devices::Devices;
use crate::link::fields::{self, Fields};
use crate::link::{self, Style};
use crate::names;
use crate::options::Options;
use crate::output::Output;

pub fn show(nl: &mut Netlink, options: &Options, out: &mut Output) -> Result<(), Box<dyn Error>> {
    let family = options.family.unwrap_or_default();
    let links = link::list(nl, options, family)?;
    let mut interface = None;
    if options.device.is_some() {
        for link in links.views() {
            interface = Some(link?.header.index.get().cast_unsigned());
        }
    }
    let addresses = list(nl, options.family, interface)?;

    let mut devices = Devices::new(nl);
    for link in links.views() {
        devices.learn(&link?)?;
    }
    let style = Style { is_link: false, details: options.details, hardware: family == Family::UNSPEC, changed: false };
    for link in links.views() {
        let link = link?;
        let index = link.header.index.get().cast_unsigned();
        let own: Vec<&Address> = addresses.iter().filter(|address| address.interface == index).collect();
        // Of one family only, links that have no address of that family are left out.
        if own.is_empty() && family != Family::UNSPEC {
            continue;
        }
        out.object(None, |out| -> Result<(), ParseError> {
            link::print(out, &link, style, &mut devices)?;
            out.array(Some("addr_info"), |out| {
                for address in own {
                    out.object(None, |out| print(out, address));
                }
            });
            Ok(())
        })?;
    }
    Ok(())
}

/// The addresses of a family, or of IPv4 and then of IPv6.
fn list(nl: &mut Netlink, family: Option<Family>, interface: Option<u32>) -> Result<Vec<Address>, Box<dyn Error>> {
    let families = family.map_or_else(|| vec![Family::INET, Family::INET6], |family| vec![family]);
    let mut addresses = Vec::new();
    for family in families {
        let mut dump = nl.addresses().filter(AddressFilter { family: Some(family), interface }).dump()?;
        while let Some(address) = dump.next()? {
            // A family that the kernel does not have, it takes for all.
            if address.header.family == family {
                addresses.push(Address::from_view(&address)?);
            }
        }
    }
    Ok(addresses)
}

pub fn print(out: &mut Output, address: &Address) {
    let Some(local) = address.local else { return };
    let is_six = local.addr().is_ipv6();
    let family = if is_six { "inet6" } else { "inet" };
    out.field("family", family, format_args!("    {family} "));
    let (own, length) = (fields::ip(local.addr()), local.prefix_len());
    out.field("local", own.as_str(), format_args!("{own}"));
    if let Some(peer) = address.peer.map(fields::ip) {
        out.field("address", peer.as_str(), format_args!(" peer {peer}"));
    }
    out.field("prefixlen", length, format_args!("/{length} "));
    out.value("metric", address.priority);
    out.value(("broadcast", "brd"), address.broadcast.map(fields::ip));
    out.value(("anycast", "any"), address.anycast.map(fields::ip));
    out.value("scope", address.scope.map(names::scope));
    print_flags(out, address.flags, is_six);
    if let Some(label) = &address.label {
        out.field("label", label.as_str(), format_args!("{label}"));
    }
    print_lifetime(out, ("valid_life_time", "\n       valid_lft"), address.valid);
    print_lifetime(out, ("preferred_life_time", " preferred_lft"), address.preferred);
    out.text(format_args!("\n"));
}

fn print_flags(out: &mut Output, flags: AddressFlags, is_six: bool) {
    const WORDS: [(AddressFlags, &str); 12] = [
        (AddressFlags::SECONDARY, "secondary"),
        (AddressFlags::NODAD, "nodad"),
        (AddressFlags::OPTIMISTIC, "optimistic"),
        (AddressFlags::DADFAILED, "dadfailed"),
        (AddressFlags::HOMEADDRESS, "home"),
        (AddressFlags::DEPRECATED, "deprecated"),
        (AddressFlags::TENTATIVE, "tentative"),
        (AddressFlags::PERMANENT, "permanent"),
        (AddressFlags::MANAGETEMPADDR, "mngtmpaddr"),
        (AddressFlags::NOPREFIXROUTE, "noprefixroute"),
        (AddressFlags::MCAUTOJOIN, "autojoin"),
        (AddressFlags::STABLE_PRIVACY, "stable-privacy"),
    ];
    let mut rest = flags;
    for (flag, word) in WORDS {
        let set = flags.contains(flag);
        match flag {
            // What lives forever is the rule, and not said.
            AddressFlags::PERMANENT => out.flag("dynamic", !set),
            AddressFlags::SECONDARY if is_six => out.flag("temporary", set),
            _ => out.flag(word, set),
        }
        rest.remove(flag);
    }
    if !rest.is_empty() {
        out.value(("ifa_flags", "flags"), Some(format!("{:02x}", rest.bits())));
    }
}

fn print_lifetime(out: &mut Output, (key, word): (&str, &str), seconds: Option<u32>) {
    match seconds {
        Some(seconds) => out.field(key, seconds, format_args!("{word} {seconds}sec")),
        None => out.field(key, CacheInfo::FOREVER, format_args!("{word} forever")),
    }
}
