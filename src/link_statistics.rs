//! Counters of links by themselves, which the kernel tells much faster than all that it knows of a link.

use crate::codec::route::Family;
use crate::codec::route::stats::{GetStats, Header, NewStats, Stats, StatsFilter};
use crate::codec::{EmitError, Envelope, Message, ParseError, Tail, View};
use crate::link::Statistics;
use crate::noun::{Filter, Get, Noun};
use crate::shown::{Entries, Show, Shown, serialize};
use crate::transport::{Query, Transport};

/// The counters of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkStatistics {
    /// The link's index.
    pub index: u32,
    /// Its counters.
    pub statistics: Statistics,
}

impl LinkStatistics {
    /// The counters that a message tells of.
    pub fn from_view(view: &View<'_, NewStats>) -> Result<Self, ParseError> {
        let statistics = view.attributes().get(Stats::LINK_64)?.map(|sent| (*sent).into()).unwrap_or_default();
        Ok(Self { index: view.header.index.get(), statistics })
    }
}

/// As `ip -s -j link` shows them, with the index of the link.
impl Show for LinkStatistics {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        entries.put("ifindex", &self.index);
        entries.put("stats64", &self.statistics);
        entries.object()
    }
}

serialize!(LinkStatistics);

/// Which counters to list: those of all links.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinkStatisticsFilter {}

impl Filter for LinkStatisticsFilter {
    type Message = NewStats;
    type Object = LinkStatistics;
    const NOUN: &'static str = "link statistics";

    fn families(&self) -> Vec<Family> {
        vec![Family::UNSPEC]
    }

    fn emit(&self, _family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        emit(&0, tail, envelope)
    }

    fn family(view: &View<'_, NewStats>) -> Family {
        view.header.family.get()
    }

    fn wants(&self, _view: &View<'_, NewStats>, _filtered: bool) -> Result<bool, ParseError> {
        Ok(true)
    }

    fn object(view: &View<'_, NewStats>) -> Result<LinkStatistics, ParseError> {
        LinkStatistics::from_view(view)
    }
}

/// The verbs of counters of links: see [`Netlink::link_statistics`](crate::Netlink::link_statistics).
pub type LinkStatisticsOf<'n, T> = Noun<'n, T, LinkStatisticsFilter>;

impl<'n, T: Transport + Query> LinkStatisticsOf<'n, T> {
    /// The counters of the link with this index; an error that [`is_not_found`](crate::Error::is_not_found) where there is
    /// none. The kernel takes no names here.
    pub fn get(self, index: u32) -> T::Outcome<'n, Get<LinkStatisticsFilter, u32>> {
        let operation = format!("statistics of link {index}");
        // An index of 0 is refused by the kernel.
        self.transport.send(Get::new(operation, index, emit))
    }
}

/// Asks for the counters of the link with this index, or with 0 of all.
fn emit(index: &u32, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
    let header = Header { index: (*index).into(), filter: StatsFilter::LINK_64.into(), ..Header::default() };
    GetStats::emit(tail, envelope, header, |request| Ok(request))
}
