//! Links on other links: macvlan and ipvlan.

use crate::codec::nest::Nest;
use crate::codec::route::link::ipvlan;
use crate::codec::route::link::macvlan::{self as wire, Macvlan as Address};
use crate::codec::{Attributes, Emit, EmitError, Key, ParseError, Set};
use crate::setting::{Setting, settings};
use crate::shown::{Form, Shown, flag_words};
use crate::word::words;

pub use crate::codec::route::link::ipvlan::{IpvlanFlags, IpvlanMode};
pub use crate::codec::route::link::macvlan::{MacAddressMode, MacvlanFlags, MacvlanMode};

settings! {
    /// A link with an address of its own on another link.
    pub struct Macvlan of wire::Macvlan {
        /// With whom it speaks.
        mode: MacvlanMode = MODE,
        /// Flags.
        flags: MacvlanFlags = FLAGS in Words,
        /// In mode `source`: from which addresses it takes packets. [`macaddr`](crate::link::Links::macaddr) changes some.
        [silent] macaddr_data: Vec<[u8; 6]> = MACADDR_DATA | MACADDR_MODE,
        /// How many there are.
        [told] macaddr_count: u32 = MACADDR_COUNT,
        /// How many broadcasts may wait; one queue serves all on the link below.
        bcqueuelen: u32 = BC_QUEUE_LEN,
        /// The longest queue that anybody on the link below asked for.
        [told] usedbcqueuelen: u32 = BC_QUEUE_LEN_USED,
        /// Multicast packets for more receivers than this wait with the broadcasts; -1 is none.
        bccutoff: i32 = BC_CUTOFF as "bclim",
    }
}

settings! {
    /// A link that shares the address of another link.
    pub struct Ipvlan of ipvlan::Ipvlan {
        /// On which layer it works.
        mode: IpvlanMode = MODE,
        /// With whom it speaks.
        flags: IpvlanFlags = FLAGS in Words,
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

/// A word for each flag.
#[derive(Debug)]
pub(crate) enum Words {}

impl Form<MacvlanFlags> for Words {
    fn entry(_name: &'static str, flags: &MacvlanFlags) -> (&'static str, Shown) {
        let all = [(MacvlanFlags::NOPROMISC, "nopromisc"), (MacvlanFlags::NODST, "nodst")];
        flag_words(all.map(|(flag, word)| (flags.contains(flag), word)))
    }
}

impl Form<IpvlanFlags> for Words {
    fn entry(_name: &'static str, flags: &IpvlanFlags) -> (&'static str, Shown) {
        let (private, vepa) = (flags.contains(IpvlanFlags::PRIVATE), flags.contains(IpvlanFlags::VEPA));
        flag_words([(private, "private"), (vepa, "vepa"), (!private && !vepa, "bridge")])
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

    /// Their order is the kernel's.
    fn difference(&self, there: &Self) -> Option<Self> {
        let sorted = |addresses: &Self| {
            let mut addresses = addresses.clone();
            addresses.sort_unstable();
            addresses
        };
        (sorted(self) != sorted(there)).then(|| self.clone())
    }
}

/// Beside the addresses, the kernel is told that there are to be no others.
impl Setting<MacAddressMode> for Vec<[u8; 6]> {
    fn read(_: MacAddressMode) -> Result<Option<Self>, ParseError> {
        Ok(None)
    }

    fn write<S: Set>(&self, key: Key<S, MacAddressMode>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        to.put(key, MacAddressMode::SET).map(drop)
    }
}
