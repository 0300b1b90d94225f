//! What links say of other links: names and flags by index, and names of the namespaces that those are in.

use std::collections::HashMap;
use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::path::Path;

use nlwire::Netlink;
use nlwire::codec::route::link::{Link, LinkFlags, NewLink};
use nlwire::codec::route::namespace_id::{self, GetNamespaceId, NamespaceId, NewNamespaceId, Nsid};
use nlwire::codec::{ParseError, View};

use crate::names;

/// Names and flags of links. Those that are listed are known, others are asked for.
pub struct Devices<'n> {
    pub nl: &'n mut Netlink,
    known: HashMap<u32, (String, LinkFlags)>,
}

impl<'n> Devices<'n> {
    pub fn new(nl: &'n mut Netlink) -> Self {
        Self { nl, known: HashMap::new() }
    }

    /// Takes note of a link.
    pub fn learn(&mut self, link: &View<'_, NewLink>) -> Result<(), ParseError> {
        let name = names::text(link.attributes(), Link::IFNAME)?.unwrap_or_default();
        self.known.insert(link.header.index.get().cast_unsigned(), (name, link.header.flags.get()));
        Ok(())
    }

    /// Takes note that a link is gone.
    #[allow(dead_code)] // but in the example monitor
    pub fn forget(&mut self, index: u32) {
        self.known.remove(&index);
    }

    /// The name of a link, or what stands for it where there is none.
    pub fn name(&mut self, index: u32) -> String {
        match index {
            0 => "*".into(),
            _ => self.find(index).map_or_else(|| format!("if{index}"), |(name, _)| name.clone()),
        }
    }

    /// Whether a link is known to be down.
    pub fn is_down(&mut self, index: u32) -> bool {
        self.find(index).is_some_and(|(_, flags)| !flags.contains(LinkFlags::UP))
    }

    fn find(&mut self, index: u32) -> Option<&(String, LinkFlags)> {
        if !self.known.contains_key(&index) {
            let link = self.nl.links().get(index).ok()?;
            self.known.insert(index, (link.name.to_string(), link.flags));
        }
        self.known.get(&index)
    }

    /// What `ip netns` calls the namespace that has this number here.
    pub fn namespace(&mut self, number: i32) -> Option<String> {
        for entry in fs::read_dir("/run/netns").ok()?.filter_map(Result::ok) {
            if self.number_of(&entry.path()) == Some(Nsid(number)) {
                return Some(entry.file_name().to_string_lossy().into_owned());
            }
        }
        None
    }

    fn number_of(&mut self, namespace: &Path) -> Option<Nsid> {
        let file = File::open(namespace).ok()?;
        let descriptor = file.as_raw_fd().cast_unsigned();
        let answer = self.nl.transport().socket().get::<GetNamespaceId, NewNamespaceId, _>(
            namespace_id::Header::default(),
            |question| question.put(NamespaceId::FD, descriptor),
            |answer| answer.attributes().get(NamespaceId::NSID),
        );
        answer.ok()?
    }
}
