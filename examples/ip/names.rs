//! Names of numbers: interfaces by their index; tables, protocols, scopes and more as the files of iproute2 have them.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use nlwire::codec::payload::LinkAddress;
use nlwire::codec::route::link::hardware::HardwareType;
use nlwire::codec::route::link::{Link, NewLink};
use nlwire::codec::route::route::{RouteProtocol, RouteType};
use nlwire::codec::route::{Family, Scope};
use nlwire::codec::{Attributes, Key, ParseError, Set, View};
use nlwire::link::LinkFilter;
use nlwire::{Error, Netlink};

use crate::link::fields;

/// The interfaces that there are, as far as others name them by their index.
pub struct Interfaces(HashMap<u32, Interface>);

struct Interface {
    name: String,
    hardware: HardwareType,
}

impl Interfaces {
    pub fn list(nl: &mut Netlink) -> Result<Self, Box<dyn std::error::Error>> {
        let mut interfaces = Self(HashMap::new());
        let filter = LinkFilter { without_statistics: true, ..LinkFilter::default() };
        let mut links = nl.links().filter(filter).dump()?;
        while let Some(link) = links.next()? {
            interfaces.learn(&link)?;
        }
        Ok(interfaces)
    }

    /// Takes note of an interface.
    pub fn learn(&mut self, link: &View<'_, NewLink>) -> Result<(), ParseError> {
        let name = text(link.attributes(), Link::IFNAME)?.unwrap_or_default();
        let hardware = link.header.kind.get();
        self.0.insert(link.header.index.get().cast_unsigned(), Interface { name, hardware });
        Ok(())
    }

    /// Asks for an interface that is not known.
    #[allow(dead_code)] // but in the example monitor
    pub fn ask(&mut self, nl: &mut Netlink, index: u32) {
        if !self.0.contains_key(&index)
            && let Ok(link) = nl.links().get(index)
        {
            self.0.insert(index, Interface { name: link.name.to_string(), hardware: link.hardware });
        }
    }

    /// Takes note that an interface is gone.
    #[allow(dead_code)] // but in the example monitor
    pub fn forget(&mut self, index: u32) {
        self.0.remove(&index);
    }

    /// The name of an interface, or what stands for it where there is none.
    pub fn name(&self, index: u32) -> String {
        match (index, self.0.get(&index)) {
            (0, _) => "*".into(),
            (_, Some(interface)) => interface.name.clone(),
            (_, None) => format!("if{index}"),
        }
    }

    /// A link-layer address on an interface: that of a tunnel is an IP address.
    pub fn link_address(&self, index: u32, address: LinkAddress) -> String {
        let hardware = self.0.get(&index).map(|interface| interface.hardware);
        hardware.map_or_else(
            || address.to_string(),
            |hardware| fields::text(&nlwire::link::shown_address(&address, hardware)),
        )
    }
}

/// The index of the interface with this name or alternative name; an error where there is none.
pub fn index(nl: &mut Netlink, name: Option<&str>) -> Result<Option<u32>, Error> {
    name.map(|name| Ok(nl.links().get(name)?.index)).transpose()
}

/// A string that need not be UTF-8, as are names of interfaces.
pub fn text<S: Set, P>(attributes: Attributes<'_, S>, key: Key<S, P>) -> Result<Option<String>, ParseError> {
    for attribute in attributes {
        let attribute = attribute?;
        if attribute.number() == key.number() {
            let bytes = attribute.payload().split(|byte| *byte == 0).next().unwrap_or_default();
            return Ok(Some(String::from_utf8_lossy(bytes).into_owned()));
        }
    }
    Ok(None)
}

/// Where the files are: what the administrator has written comes before what came with iproute2.
const FOLDERS: [&str; 2] = ["/etc/iproute2", "/usr/share/iproute2"];

/// Names that the files give, and those that are known without.
struct Names {
    file: &'static str,
    known: &'static [(u32, &'static str)],
    read: OnceLock<HashMap<u32, String>>,
}

static TABLES: Names = Names::new("rt_tables", &[(253, "default"), (254, "main"), (255, "local")]);
static SCOPES: Names =
    Names::new("rt_scopes", &[(0, "global"), (200, "site"), (253, "link"), (254, "host"), (255, "nowhere")]);
static REALMS: Names = Names::new("rt_realms", &[(0, "unknown")]);
static SERVICES: Names = Names::new("rt_dsfield", &[(0, "0")]);
static GROUPS: Names = Names::new("group", &[(0, "default")]);
static REASONS: Names = Names::new("protodown_reasons", &[]);
static PROTOCOLS: Names = Names::new(
    "rt_protos",
    &[
        (0, "unspec"),
        (1, "redirect"),
        (2, "kernel"),
        (3, "boot"),
        (4, "static"),
        (8, "gated"),
        (9, "ra"),
        (10, "mrt"),
        (11, "zebra"),
        (12, "bird"),
        (13, "dnrouted"),
        (14, "xorp"),
        (15, "ntk"),
        (16, "dhcp"),
        (18, "keepalived"),
        (42, "babel"),
        (186, "bgp"),
        (187, "isis"),
        (188, "ospf"),
        (189, "rip"),
        (192, "eigrp"),
    ],
);

impl Names {
    const fn new(file: &'static str, known: &'static [(u32, &'static str)]) -> Self {
        Self { file, known, read: OnceLock::new() }
    }

    fn get(&self, number: u32) -> Option<String> {
        self.all().get(&number).cloned()
    }

    fn all(&self) -> &HashMap<u32, String> {
        self.read.get_or_init(|| {
            let mut names: HashMap<u32, String> =
                self.known.iter().map(|(number, name)| (*number, (*name).into())).collect();
            for folder in FOLDERS {
                if let Ok(content) = fs::read_to_string(Path::new(folder).join(self.file)) {
                    names.extend(lines(&content));
                    break;
                }
            }
            // A file in both folders counts as the first has it, so that is read last.
            for folder in FOLDERS.iter().rev() {
                let Ok(entries) = fs::read_dir(Path::new(folder).join(format!("{}.d", self.file))) else { continue };
                for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
                    if path.extension().is_some_and(|extension| extension == "conf")
                        && let Ok(content) = fs::read_to_string(&path)
                    {
                        names.extend(lines(&content));
                    }
                }
            }
            names
        })
    }
}

/// `number name` or `0xnumber name` on each line; what begins with `#` is a remark.
fn lines(content: &str) -> impl Iterator<Item = (u32, String)> {
    content.lines().filter_map(|line| {
        let mut words = line.split_ascii_whitespace();
        let number = words.next().filter(|word| !word.starts_with('#'))?;
        Some((self::number(number)?, words.next()?.into()))
    })
}

/// A number in decimal or, behind `0x`, in hexadecimal digits.
fn number(word: &str) -> Option<u32> {
    match word.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => word.parse().ok(),
    }
}

/// A routing table.
pub fn table(table: u32) -> String {
    TABLES.get(table).unwrap_or_else(|| table.to_string())
}

/// The routing table that a word names; none where it names none.
pub fn table_number(word: &str) -> Option<u32> {
    let named = TABLES.all().iter().find(|(_, name)| *name == word);
    named.map(|(table, _)| *table).or_else(|| number(word))
}

/// Who made a route, a rule or a neighbour.
pub fn protocol(protocol: RouteProtocol) -> String {
    PROTOCOLS.get(protocol.0.into()).unwrap_or_else(|| protocol.0.to_string())
}

pub fn scope(scope: Scope) -> String {
    SCOPES.get(scope.0.into()).unwrap_or_else(|| scope.0.to_string())
}

pub fn realm(realm: u16) -> String {
    REALMS.get(realm.into()).unwrap_or_else(|| realm.to_string())
}

/// A type of service.
pub fn service(tos: u8) -> String {
    SERVICES.get(tos.into()).unwrap_or_else(|| format!("{tos:#04x}"))
}

/// A group of interfaces.
pub fn group(group: u32) -> String {
    GROUPS.get(group).unwrap_or_else(|| group.cast_signed().to_string())
}

/// Why an interface is held down.
pub fn protocol_down_reason(bit: u32) -> String {
    REASONS.get(bit).unwrap_or_else(|| bit.to_string())
}

/// What becomes of packets, as a route or a rule says.
pub fn route_type(kind: RouteType) -> String {
    let name = match kind {
        RouteType::UNSPEC => "none",
        RouteType::UNICAST => "unicast",
        RouteType::LOCAL => "local",
        RouteType::BROADCAST => "broadcast",
        RouteType::ANYCAST => "anycast",
        RouteType::MULTICAST => "multicast",
        RouteType::BLACKHOLE => "blackhole",
        RouteType::UNREACHABLE => "unreachable",
        RouteType::PROHIBIT => "prohibit",
        RouteType::THROW => "throw",
        RouteType::NAT => "nat",
        RouteType::XRESOLVE => "xresolve",
        _ => return kind.0.to_string(),
    };
    name.into()
}

/// An address family, of those that have addresses.
pub fn family(family: u16) -> &'static str {
    match u8::try_from(family).map(Family) {
        Ok(Family::INET) => "inet",
        Ok(Family::INET6) => "inet6",
        Ok(Family::PACKET) => "link",
        Ok(Family::MPLS) => "mpls",
        Ok(Family::BRIDGE) => "bridge",
        _ => "???",
    }
}

/// A protocol above IP, as the system's own file has it.
pub fn ip_protocol(protocol: u8) -> String {
    static NAMES: OnceLock<HashMap<u8, String>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let content = fs::read_to_string("/etc/protocols").unwrap_or_default();
        let named = content.lines().filter_map(|line| {
            let mut words = line.split('#').next()?.split_ascii_whitespace();
            let name = words.next()?.to_owned();
            Some((words.next()?.parse().ok()?, name))
        });
        // Of several names the first counts, so that comes last.
        let mut named: Vec<_> = named.collect();
        named.reverse();
        named.into_iter().collect()
    });
    names.get(&protocol).cloned().unwrap_or_else(|| format!("ipproto-{protocol}"))
}
