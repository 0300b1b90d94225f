//! Counters of links, and where their hardware is mapped.

use crate::number::Native;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// `struct rtnl_link_stats64`: counters of a link, in host byte order.
///
/// Kernels before 5.19 send it without the last field, which then reads as zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Statistics64 {
    /// Packets that came in.
    pub rx_packets: Native<u64>,
    /// Packets that went out.
    pub tx_packets: Native<u64>,
    /// Bytes that came in.
    pub rx_bytes: Native<u64>,
    /// Bytes that went out.
    pub tx_bytes: Native<u64>,
    /// Bad packets that came in: those that the `rx_*_errors` below count, and others.
    pub rx_errors: Native<u64>,
    /// Packets that could not be sent: those that the `tx_*_errors` below count, and others.
    pub tx_errors: Native<u64>,
    /// Good packets that came in and were dropped, such as for lack of memory.
    pub rx_dropped: Native<u64>,
    /// Packets that were dropped on their way out.
    pub tx_dropped: Native<u64>,
    /// Multicast packets that came in.
    pub multicast: Native<u64>,
    /// Collisions while sending.
    pub collisions: Native<u64>,
    /// Came in with a wrong length.
    pub rx_length_errors: Native<u64>,
    /// Came in while the receiver was full.
    pub rx_over_errors: Native<u64>,
    /// Came in with a wrong checksum.
    pub rx_crc_errors: Native<u64>,
    /// Came in with a part of a byte.
    pub rx_frame_errors: Native<u64>,
    /// Came in while a queue was full.
    pub rx_fifo_errors: Native<u64>,
    /// Dropped by the hardware for lack of buffers.
    pub rx_missed_errors: Native<u64>,
    /// Sending was given up, as after too many collisions.
    pub tx_aborted_errors: Native<u64>,
    /// The carrier was lost while sending.
    pub tx_carrier_errors: Native<u64>,
    /// The sender ran out of data in the middle of a frame.
    pub tx_fifo_errors: Native<u64>,
    /// Heartbeat errors of old half-duplex Ethernet.
    pub tx_heartbeat_errors: Native<u64>,
    /// Collisions too late in the frame.
    pub tx_window_errors: Native<u64>,
    /// Compressed packets that came in.
    pub rx_compressed: Native<u64>,
    /// Compressed packets that went out.
    pub tx_compressed: Native<u64>,
    /// Dropped because nobody receives on this link, such as on the spare link of a bond.
    pub rx_nohandler: Native<u64>,
    /// Dropped because they were for another host's address.
    pub rx_otherhost_dropped: Native<u64>,
}

/// `struct rtnl_link_stats`: the lower 32 bits of the same counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Statistics32 {
    /// Packets that came in.
    pub rx_packets: Native<u32>,
    /// Packets that went out.
    pub tx_packets: Native<u32>,
    /// Bytes that came in.
    pub rx_bytes: Native<u32>,
    /// Bytes that went out.
    pub tx_bytes: Native<u32>,
    /// Bad packets that came in: those that the `rx_*_errors` below count, and others.
    pub rx_errors: Native<u32>,
    /// Packets that could not be sent: those that the `tx_*_errors` below count, and others.
    pub tx_errors: Native<u32>,
    /// Good packets that came in and were dropped, such as for lack of memory.
    pub rx_dropped: Native<u32>,
    /// Packets that were dropped on their way out.
    pub tx_dropped: Native<u32>,
    /// Multicast packets that came in.
    pub multicast: Native<u32>,
    /// Collisions while sending.
    pub collisions: Native<u32>,
    /// Came in with a wrong length.
    pub rx_length_errors: Native<u32>,
    /// Came in while the receiver was full.
    pub rx_over_errors: Native<u32>,
    /// Came in with a wrong checksum.
    pub rx_crc_errors: Native<u32>,
    /// Came in with a part of a byte.
    pub rx_frame_errors: Native<u32>,
    /// Came in while a queue was full.
    pub rx_fifo_errors: Native<u32>,
    /// Dropped by the hardware for lack of buffers.
    pub rx_missed_errors: Native<u32>,
    /// Sending was given up, as after too many collisions.
    pub tx_aborted_errors: Native<u32>,
    /// The carrier was lost while sending.
    pub tx_carrier_errors: Native<u32>,
    /// The sender ran out of data in the middle of a frame.
    pub tx_fifo_errors: Native<u32>,
    /// Heartbeat errors of old half-duplex Ethernet.
    pub tx_heartbeat_errors: Native<u32>,
    /// Collisions too late in the frame.
    pub tx_window_errors: Native<u32>,
    /// Compressed packets that came in.
    pub rx_compressed: Native<u32>,
    /// Compressed packets that went out.
    pub tx_compressed: Native<u32>,
    /// Dropped because nobody receives on this link, such as on the spare link of a bond.
    pub rx_nohandler: Native<u32>,
}

/// `struct rtnl_link_ifmap`: where a link's hardware is mapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Map {
    /// First byte of its memory (`mem_start`).
    pub memory_start: Native<u64>,
    /// Last byte of its memory (`mem_end`).
    pub memory_end: Native<u64>,
    /// Its I/O port (`base_addr`).
    pub base_address: Native<u64>,
    /// Its interrupt (`irq`).
    pub interrupt: Native<u16>,
    /// Its DMA channel (`dma`).
    pub dma: u8,
    /// Which of its sockets is in use, where a driver lets one choose (`port`).
    pub port: u8,
    /// Padding of the C struct.
    pub pad: [u8; 4],
}
