//! Buckets of resilient groups, as `ip nexthop bucket` has them.

use super::{Family, Filter, Get, Header, NexthopFlags, Noun, Query, flags, wire};
use crate::codec::route::nexthop::{GetNexthopBucket, NewNexthopBucket, ResilientBucket};
use crate::codec::{EmitError, Envelope, Message, ParseError, Tail, View};
use crate::shown::{Entries, Show, Shown, serialize};

/// A bucket of a resilient group: which nexthop a part of the packets goes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NexthopBucket {
    /// The group's identifier.
    pub group: u32,
    /// Its place in the group, from 0 on.
    pub index: u16,
    /// The nexthop that it leads to.
    pub nexthop: u32,
    /// For how long it has seen no packet, in clock ticks of 1/100 s.
    pub idle: u64,
    /// Flags.
    pub flags: NexthopFlags,
}

impl NexthopBucket {
    /// The bucket that a message tells of.
    pub fn from_view(view: &View<'_, NewNexthopBucket>) -> Result<Self, ParseError> {
        let attributes = view.attributes().table()?;
        let bucket = attributes.get(wire::Nexthop::RES_BUCKET)?.unwrap_or_default().table()?;
        Ok(Self {
            group: attributes.get(wire::Nexthop::ID)?.unwrap_or_default(),
            index: bucket.get(ResilientBucket::INDEX)?.unwrap_or_default(),
            nexthop: bucket.get(ResilientBucket::NH_ID)?.unwrap_or_default(),
            idle: bucket.get(ResilientBucket::IDLE_TIME)?.unwrap_or_default(),
            flags: view.header.flags.get(),
        })
    }
}

/// As `ip -d -j nexthop bucket` shows it.
impl Show for NexthopBucket {
    fn show(&self) -> Shown {
        let mut bucket = Entries::default();
        bucket.put("index", &self.index);
        bucket.put("idle_time", &Shown::Hundredths(self.idle));
        bucket.put("nhid", &self.nexthop);
        let mut entries = Entries::default();
        entries.put("id", &self.group);
        entries.put("bucket", &bucket.object());
        entries.put("flags", &flags(self.flags.bits()));
        entries.object()
    }
}

serialize!(NexthopBucket);

/// Which buckets to list. What is none does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NexthopBucketFilter {
    /// Of this group. Where there is none, an error that [`is_not_found`](crate::Error::is_not_found).
    pub group: Option<u32>,
    /// That lead to this nexthop.
    pub nexthop: Option<u32>,
    /// That lead to a nexthop which leaves by this interface.
    pub interface: Option<u32>,
    /// That lead to a nexthop which leaves by an interface of this master.
    pub master: Option<u32>,
}

impl Filter for NexthopBucketFilter {
    type Message = NewNexthopBucket;
    type Object = NexthopBucket;
    const NOUN: &'static str = "buckets of nexthops";

    fn families(&self) -> Vec<Family> {
        vec![Family::UNSPEC]
    }

    fn emit(&self, _family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        use wire::Nexthop as Key;
        GetNexthopBucket::emit(tail, envelope, Header::default(), |bucket| {
            bucket
                .put_some(Key::ID, self.group)?
                .put_some(Key::OIF, self.interface)?
                .put_some(Key::MASTER, self.master)?;
            match self.nexthop {
                Some(id) => bucket.nest(Key::RES_BUCKET, |bucket| bucket.put(ResilientBucket::NH_ID, id)),
                None => Ok(bucket),
            }
        })
    }

    fn family(view: &View<'_, NewNexthopBucket>) -> Family {
        view.header.family.get()
    }

    fn wants(&self, view: &View<'_, NewNexthopBucket>, _filtered: bool) -> Result<bool, ParseError> {
        if self.group.is_none() && self.nexthop.is_none() {
            return Ok(true);
        }
        // By the interfaces the kernel has filtered: the message says nothing of them.
        let bucket = NexthopBucket::from_view(view)?;
        Ok(self.group.is_none_or(|wanted| wanted == bucket.group)
            && self.nexthop.is_none_or(|wanted| wanted == bucket.nexthop))
    }

    fn object(view: &View<'_, NewNexthopBucket>) -> Result<NexthopBucket, ParseError> {
        NexthopBucket::from_view(view)
    }
}

/// A question for one bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NexthopBucketPlace {
    group: u32,
    index: u16,
}

impl NexthopBucketPlace {
    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        GetNexthopBucket::emit(tail, envelope, Header::default(), |bucket| {
            bucket
                .put(wire::Nexthop::ID, self.group)?
                .nest(wire::Nexthop::RES_BUCKET, |bucket| bucket.put(ResilientBucket::INDEX, self.index))
        })
    }
}

/// What there is to ask of buckets: see [`Netlink::nexthop_buckets`](crate::Netlink::nexthop_buckets).
pub type NexthopBuckets<'n, T> = Noun<'n, T, NexthopBucketFilter>;

impl<'n, T: Query> NexthopBuckets<'n, T> {
    /// The bucket at a place of a group, counted from 0; an error that [`is_not_found`](crate::Error::is_not_found) where there
    /// is none.
    pub fn get(self, group: u32, index: u16) -> T::Outcome<'n, Get<NexthopBucketFilter, NexthopBucketPlace>> {
        let operation = format!("nexthop bucket id {group} index {index}");
        let question = NexthopBucketPlace { group, index };
        self.transport.send(Get::new(operation, question, NexthopBucketPlace::emit))
    }
}
