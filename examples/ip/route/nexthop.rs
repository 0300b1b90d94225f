//! Nexthop objects, which routes share.

use std::collections::HashMap;
use std::error::Error;

use nlwire::Netlink;
use nlwire::codec::route::nexthop::{GetNexthop, GroupEntry, GroupType, Header, NewNexthop, Nexthop, ResilientGroup};
use nlwire::codec::route::route::{NewRoute, Route};
use nlwire::codec::{Attributes, EmitError, Envelope, Flags, Message, ParseError, RawMessage, Tail, View};
use nlwire::transport::{Request, Transport};
use serde_json::Value;

use super::{encapsulation, general, print_flags, print_gateway, print_interface};
use crate::link::fields::Fields;
use crate::names::{self, Interfaces};
use crate::output::Output;

/// The nexthop objects that routes take, each asked for once.
#[derive(Default)]
pub struct Nexthops {
    /// One of its own, as the other is in the middle of the routes.
    nl: Option<Netlink>,
    known: HashMap<u32, Option<Vec<u8>>>,
}

impl Nexthops {
    pub fn learn(&mut self, route: &View<'_, NewRoute>) -> Result<(), Box<dyn Error>> {
        let Some(id) = route.attributes().get(Route::NH_ID)? else { return Ok(()) };
        if !self.known.contains_key(&id) {
            let nl = match &mut self.nl {
                Some(nl) => nl,
                none => none.insert(Netlink::connect()?),
            };
            let message = match nl.transport().send(Ask { id, message: None }) {
                // Meanwhile it has gone.
                Err(error) if error.is_not_found() => None,
                answer => Some(answer?),
            };
            self.known.insert(id, message);
        }
        Ok(())
    }

    pub fn get(&self, id: u32) -> Result<Option<View<'_, NewNexthop>>, ParseError> {
        let message = self.known.get(&id).and_then(|message| RawMessage::first(message.as_deref()?));
        message.map_or(Ok(None), |message| message.read())
    }
}

/// The question for a nexthop object. Its answer is the whole message.
struct Ask {
    id: u32,
    message: Option<Vec<u8>>,
}

impl Request for Ask {
    type Answer = Vec<u8>;

    fn operation(&self) -> String {
        format!("get nexthop {}", self.id)
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        GetNexthop::emit(tail, envelope, Header::default(), |nexthop| nexthop.put(Nexthop::ID, self.id))
    }

    fn take(&mut self, message: &RawMessage<'_>) -> Result<(), ParseError> {
        self.message = Some(message.bytes().into());
        Ok(())
    }

    fn answer(self) -> Option<Vec<u8>> {
        self.message
    }
}

/// The nexthop object that a route takes.
pub fn print(out: &mut Output, interfaces: &Interfaces, nexthop: &View<'_, NewNexthop>) -> Result<(), ParseError> {
    let header = &nexthop.header;
    let attributes = nexthop.attributes().table()?;
    out.value("id", attributes.get(Nexthop::ID)?);
    if let Some(group) = attributes.get(Nexthop::GROUP)? {
        print_group(out, group);
    }
    match attributes.get(Nexthop::GROUP_TYPE)? {
        None | Some(GroupType::MPATH) => {}
        Some(GroupType::RES) => out.value("type", Some("resilient")),
        Some(_) => out.value("type", Some("<unknown type>")),
    }
    if let Some(resilient) = attributes.get(Nexthop::RES_GROUP)? {
        out.object(Some("resilient_args"), |out| print_resilient(out, resilient))?;
    }
    if let (Some(kind), Some(data)) = (attributes.get(Nexthop::ENCAP_TYPE)?, attributes.get(Nexthop::ENCAP)?) {
        encapsulation::print(out, interfaces, kind, data.any())?;
    }
    print_gateway(out, attributes.get(Nexthop::GATEWAY)?, None);
    if let Some(index) = attributes.get(Nexthop::OIF)? {
        print_interface(out, interfaces, "dev", index);
    }
    out.value("scope", Some(names::scope(header.scope.get())));
    if attributes.get(Nexthop::BLACKHOLE)?.is_some() {
        out.field("blackhole", Value::Null, format_args!("blackhole "));
    }
    out.value(("protocol", "proto"), Some(names::protocol(header.protocol.get())));
    print_flags(out, header.flags.get().bits());
    if attributes.get(Nexthop::FDB)?.is_some() {
        out.field("fdb", Value::Null, format_args!("fdb"));
    }
    Ok(())
}

fn print_group(out: &mut Output, group: &[GroupEntry]) {
    out.text(format_args!("group "));
    out.array(Some("group"), |out| {
        let mut separator = "";
        for entry in group {
            let (id, weight) = (entry.id.get(), entry.weight());
            out.object(None, |out| {
                out.field("id", id, format_args!("{separator}{id}"));
                if weight != 1 {
                    out.field("weight", weight, format_args!(",{weight}"));
                }
            });
            separator = "/";
        }
    });
    out.text(format_args!(" "));
}

fn print_resilient(out: &mut Output, group: Attributes<'_, ResilientGroup>) -> Result<(), ParseError> {
    out.value("buckets", group.get(ResilientGroup::BUCKETS)?);
    let times = [
        ("idle_timer", group.get(ResilientGroup::IDLE_TIMER)?.map(u64::from)),
        ("unbalanced_timer", group.get(ResilientGroup::UNBALANCED_TIMER)?.map(u64::from)),
        ("unbalanced_time", group.get(ResilientGroup::UNBALANCED_TIME)?),
    ];
    for (key, ticks) in times {
        let seconds = general(ticks.unwrap_or_default() as f64 / 100.0);
        // It is a number, and with so many digits.
        let number: Value = seconds.parse().unwrap_or_default();
        out.field(key, number, format_args!("{key} {seconds} "));
    }
    Ok(())
}
