//! Links on other links: macvlan and ipvlan.

use crate::codec::nest::Nest;
use crate::codec::route::link::ipvlan;
use crate::codec::route::link::macvlan::{self as wire, Macvlan as Address};
use crate::codec::{Attributes, Emit, EmitError, Key, ParseError, Set};
use crate::setting::{Setting, settings};
use crate::shown::{Number, Show, Shown};
use crate::word::words;

pub use crate::codec::route::link::ipvlan::{IpvlanFlags, IpvlanMode};
pub use crate::codec::route::link::macvlan::{MacAddressMode, MacvlanFlags, MacvlanMode};

settings! {
    /// A link with an address of its own on another link.
    pub struct Macvlan of wire::Macvlan {
        /// With whom it speaks.
        mode: MacvlanMode = MODE,
        /// Flags.
        flags: MacvlanFlags = FLAGS,
        /// In mode `source`: from which addresses it takes packets. They are changed by
        /// [`macaddr`](crate::link::Links::macaddr).
        [add] macaddr_data: Vec<[u8; 6]> = MACADDR_DATA,
        /// How many there are.
        [told] macaddr_count: u32 = MACADDR_COUNT,
        /// How many broadcasts may wait; one queue serves all on the link below.
        bcqueuelen: u32 = BC_QUEUE_LEN,
        /// The longest queue that anybody on the link below asked for.
        [told] usedbcqueuelen: u32 = BC_QUEUE_LEN_USED,
        /// Multicast packets for more receivers than this wait with the broadcasts; -1 is none.
        bccutoff: i32 = BC_CUTOFF,
    }
}

settings! {
    /// A link that shares the address of another link.
    pub struct Ipvlan of ipvlan::Ipvlan {
        /// On which layer it works.
        mode: IpvlanMode = MODE,
        /// With whom it speaks.
        flags: IpvlanFlags = FLAGS in Number,
    }
}

words! {
    MacvlanMode {
        PRIVATE = "private",
        VEPA = "vepa",
        BRIDGE = "bridge",
        PASSTHRU = "passthru",
        SOURCE = "source",
    }
    IpvlanMode { L2 = "l2", L3 = "l3", L3S = "l3s" }
}

/// `ip` has a word for each.
impl Show for MacvlanFlags {
    fn show(&self) -> Shown {
        let flags = [("nopromisc", Self::NOPROMISC), ("nodst", Self::NODST)];
        let set = flags.into_iter().filter(|(_, flag)| self.contains(*flag));
        Shown::List(set.map(|(word, _)| word.show()).collect())
    }
}

impl Setting<Nest<Address>> for Vec<[u8; 6]> {
    fn read(addresses: Attributes<'_, Address>) -> Result<Option<Self>, ParseError> {
        addresses.all(Address::MACADDR).collect::<Result<_, _>>().map(Some)
    }

    fn write<S: Set>(&self, key: Key<S, Nest<Address>>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        to.nest(key, |addresses| {
            for address in self {
                addresses.put(Address::MACADDR, *address)?;
            }
            Ok(addresses)
        })
        .map(drop)
    }
}
