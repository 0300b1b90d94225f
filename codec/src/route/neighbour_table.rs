//! Neighbour tables: how the kernel looks for neighbours, and how it fares (`RTM_*NEIGHTBL`, `NDTA_*`,
//! `linux/neighbour.h`).
//!
//! A dump has several messages for one table: the first with all that is the table's own and the parameters for new
//! interfaces, then one for each interface, with its parameters alone. Only the first has [`NeighbourTable::CONFIG`].

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Family;
use crate::nest::Nest;
use crate::number::Native;
use crate::payload::{Bytes, Str, Struct};
use crate::{attributes, messages};

/// `struct ndtmsg`: the fixed header of neighbour table messages.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+-------------------------------+
/// |    family     |     pad1      |             pad2              |
/// +---------------+---------------+-------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Address family (`ndtm_family`).
    pub family: Native<Family>,
    /// Zero (`ndtm_pad1`).
    pub pad1: u8,
    /// Zero (`ndtm_pad2`).
    pub pad2: Native<u16>,
}

messages! {
    /// A neighbour table, or its parameters for one interface: one of those that were asked for.
    pub NewNeighbourTable("RTM_NEWNEIGHTBL") = 64: Header, NeighbourTable;
    /// All neighbour tables, with [`Flags::DUMP`](crate::Flags::DUMP).
    pub GetNeighbourTable("RTM_GETNEIGHTBL") = 66: Header, NeighbourTable;
    /// A neighbour table: change it.
    pub SetNeighbourTable("RTM_SETNEIGHTBL") = 67: Header, NeighbourTable;
}

attributes! {
    /// Attributes of neighbour tables.
    pub enum NeighbourTable("NDTA_") {
        /// Its name: `arp_cache`, `ndisc_cache`. A request to change it must have it.
        NAME: Str = 1,
        /// With fewer entries than this, none is thrown away.
        THRESH1: u32 = 2,
        /// With more entries than this, old ones are thrown away within five seconds.
        THRESH2: u32 = 3,
        /// The most entries.
        THRESH3: u32 = 4,
        /// How the table is made; cannot be changed.
        CONFIG: Struct<Config> = 5,
        /// How neighbours are looked for: on one interface, or on those that are still to come.
        PARMS: Nest<Parameters> = 6,
        /// Counters, over all processors.
        STATS: Struct<Statistics> = 7,
        /// How often old entries are thrown away, in milliseconds.
        GC_INTERVAL: u64 = 8,
        /// Padding.
        PAD: Bytes = 9,
    }
}

attributes! {
    /// How neighbours are looked for (`NDTPA_*`).
    pub enum Parameters("NDTPA_") {
        /// Index of the interface; not there: for interfaces that are still to come.
        IFINDEX: u32 = 1,
        /// How many hold these parameters; cannot be changed.
        REFCNT: u32 = 2,
        /// How long a neighbour that was heard of counts as reachable, in milliseconds; the kernel draws it around
        /// [`BASE_REACHABLE_TIME`](Self::BASE_REACHABLE_TIME).
        REACHABLE_TIME: u64 = 3,
        /// The middle of that time, in milliseconds.
        BASE_REACHABLE_TIME: u64 = 4,
        /// Time between two questions, in milliseconds.
        RETRANS_TIME: u64 = 5,
        /// After how long without use an entry may be thrown away, in milliseconds.
        GC_STALETIME: u64 = 6,
        /// How long to wait for a sign of life before the first question, in milliseconds.
        DELAY_PROBE_TIME: u64 = 7,
        /// How many packets wait for a neighbour that is not known yet.
        QUEUE_LEN: u32 = 8,
        /// How many questions are put to a program before others are asked.
        APP_PROBES: u32 = 9,
        /// How many questions go to the neighbour itself.
        UCAST_PROBES: u32 = 10,
        /// How many questions go to all.
        MCAST_PROBES: u32 = 11,
        /// The longest time before an answer for an anycast address, in milliseconds.
        ANYCAST_DELAY: u64 = 12,
        /// The longest time before an answer in another's place, in milliseconds.
        PROXY_DELAY: u64 = 13,
        /// How many questions wait for such an answer.
        PROXY_QLEN: u32 = 14,
        /// How long a new link-layer address stays before another may take its place, in milliseconds.
        LOCKTIME: u64 = 15,
        /// How many bytes of packets wait for a neighbour that is not known yet.
        QUEUE_LENBYTES: u32 = 16,
        /// How many more questions go to all when the neighbour itself did not answer.
        MCAST_REPROBES: u32 = 17,
        /// Padding.
        PAD: Bytes = 18,
        /// Time between two questions to neighbours that the kernel keeps reachable by itself, in milliseconds.
        INTERVAL_PROBE_TIME_MS: u64 = 19,
    }
}

/// `struct ndt_config`: how a neighbour table is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Config {
    /// Bytes of an address (`ndtc_key_len`).
    pub key_length: Native<u16>,
    /// Bytes of an entry (`ndtc_entry_size`).
    pub entry_size: Native<u16>,
    /// How many entries there are (`ndtc_entries`).
    pub entries: Native<u32>,
    /// How long ago old entries were last thrown away because there were too many, in milliseconds (`ndtc_last_flush`).
    pub last_flush: Native<u32>,
    /// How long ago the time that neighbours count as reachable was last drawn, in milliseconds (`ndtc_last_rand`).
    pub last_random: Native<u32>,
    /// The secret of the hash (`ndtc_hash_rnd`).
    pub hash_random: Native<u32>,
    /// The bits of the hash that count (`ndtc_hash_mask`).
    pub hash_mask: Native<u32>,
    /// Always 0 today (`ndtc_hash_chain_gc`).
    pub hash_chain_gc: Native<u32>,
    /// How many questions wait for an answer in another's place (`ndtc_proxy_qlen`).
    pub proxy_queue: Native<u32>,
}

/// `struct ndt_stats`: what happened in a neighbour table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Statistics {
    /// Entries made (`ndts_allocs`).
    pub allocated: Native<u64>,
    /// Entries thrown away (`ndts_destroys`).
    pub destroyed: Native<u64>,
    /// How often the hash table grew (`ndts_hash_grows`).
    pub hash_grown: Native<u64>,
    /// How often a neighbour was not found (`ndts_res_failed`).
    pub failed: Native<u64>,
    /// How often one was looked up (`ndts_lookups`).
    pub lookups: Native<u64>,
    /// How often it was in the table (`ndts_hits`).
    pub hits: Native<u64>,
    /// Questions received that went to all (`ndts_rcv_probes_mcast`).
    pub multicast_probes: Native<u64>,
    /// Questions received that went to this host (`ndts_rcv_probes_ucast`).
    pub unicast_probes: Native<u64>,
    /// How often the table was gone through for old entries, because it was time (`ndts_periodic_gc_runs`).
    pub periodic_runs: Native<u64>,
    /// How often the table was gone through for old entries, because there were too many (`ndts_forced_gc_runs`).
    pub forced_runs: Native<u64>,
    /// How often there was no room for an entry (`ndts_table_fulls`).
    pub full: Native<u64>,
}

// What iproute2 and kernels wrote on a little-endian machine, with sequence numbers and ports set to zero.
#[cfg(all(test, target_endian = "little"))]
mod tests {

    use super::*;
    use crate::route::testing::emitted;
    use crate::{Envelope, Flags, Message};

    #[test]
    fn a_request_is_that_of_iproute2() {
        // ip ntable change name arp_cache dev v0 queue 5 locktime 7 base_reachable 30000
        let wire = "\
            50000000430005010000000000000000 00000000 0e0001006172705f6361636865000000 \
            2c000680080001000300000008000800050000000c000f0007000000000000000c0004003075000000000000";
        let envelope = Envelope::request(Flags::ACK | Flags::REPLACE);
        let written = emitted(|tail| {
            SetNeighbourTable::emit(tail, envelope, Header::default(), |table| {
                table.put(NeighbourTable::NAME, "arp_cache")?.nest(NeighbourTable::PARMS, |parameters| {
                    parameters
                        .put(Parameters::IFINDEX, 3)?
                        .put(Parameters::QUEUE_LEN, 5)?
                        .put(Parameters::LOCKTIME, 7)?
                        .put(Parameters::BASE_REACHABLE_TIME, 30_000)
                })
            })
        });
        // But for the nest's flag, which iproute2 leaves out here.
        assert_eq!(written, wire.replace(' ', ""));
    }

    #[test]
    fn the_structs_are_as_long_as_the_kernels() {
        assert_eq!((size_of::<Header>(), size_of::<Config>(), size_of::<Statistics>()), (4, 32, 88));
    }
}
