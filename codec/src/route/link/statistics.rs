//! Counters of links, and where their hardware is mapped.

use zerocopy::native_endian::{U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// `struct rtnl_link_stats64`: counters of a link, in host byte order.
///
/// Kernels before 5.19 send it without the last field, which then reads as zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Statistics64 {
    /// Packets that came in.
    pub rx_packets: U64,
    /// Packets that went out.
    pub tx_packets: U64,
    /// Bytes that came in.
    pub rx_bytes: U64,
    /// Bytes that went out.
    pub tx_bytes: U64,
    /// Bad packets that came in: those that the `rx_*_errors` below count, and others.
    pub rx_errors: U64,
    /// Packets that could not be sent: those that the `tx_*_errors` below count, and others.
    pub tx_errors: U64,
    /// Good packets that came in and were dropped, such as for lack of memory.
    pub rx_dropped: U64,
    /// Packets that were dropped on their way out.
    pub tx_dropped: U64,
    /// Multicast packets that came in.
    pub multicast: U64,
    /// Collisions while sending.
    pub collisions: U64,
    /// Came in with a wrong length.
    pub rx_length_errors: U64,
    /// Came in while the receiver was full.
    pub rx_over_errors: U64,
    /// Came in with a wrong checksum.
    pub rx_crc_errors: U64,
    /// Came in with a part of a byte.
    pub rx_frame_errors: U64,
    /// Came in while a queue was full.
    pub rx_fifo_errors: U64,
    /// Dropped by the hardware for lack of buffers.
    pub rx_missed_errors: U64,
    /// Sending was given up, as after too many collisions.
    pub tx_aborted_errors: U64,
    /// The carrier was lost while sending.
    pub tx_carrier_errors: U64,
    /// The sender ran out of data in the middle of a frame.
    pub tx_fifo_errors: U64,
    /// Heartbeat errors of old half-duplex Ethernet.
    pub tx_heartbeat_errors: U64,
    /// Collisions too late in the frame.
    pub tx_window_errors: U64,
    /// Compressed packets that came in.
    pub rx_compressed: U64,
    /// Compressed packets that went out.
    pub tx_compressed: U64,
    /// Dropped because nobody receives on this link, such as on the spare link of a bond.
    pub rx_nohandler: U64,
    /// Dropped because they were for another host's address.
    pub rx_otherhost_dropped: U64,
}

/// `struct rtnl_link_stats`: the lower 32 bits of the same counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Statistics32 {
    /// Packets that came in.
    pub rx_packets: U32,
    /// Packets that went out.
    pub tx_packets: U32,
    /// Bytes that came in.
    pub rx_bytes: U32,
    /// Bytes that went out.
    pub tx_bytes: U32,
    /// Bad packets that came in: those that the `rx_*_errors` below count, and others.
    pub rx_errors: U32,
    /// Packets that could not be sent: those that the `tx_*_errors` below count, and others.
    pub tx_errors: U32,
    /// Good packets that came in and were dropped, such as for lack of memory.
    pub rx_dropped: U32,
    /// Packets that were dropped on their way out.
    pub tx_dropped: U32,
    /// Multicast packets that came in.
    pub multicast: U32,
    /// Collisions while sending.
    pub collisions: U32,
    /// Came in with a wrong length.
    pub rx_length_errors: U32,
    /// Came in while the receiver was full.
    pub rx_over_errors: U32,
    /// Came in with a wrong checksum.
    pub rx_crc_errors: U32,
    /// Came in with a part of a byte.
    pub rx_frame_errors: U32,
    /// Came in while a queue was full.
    pub rx_fifo_errors: U32,
    /// Dropped by the hardware for lack of buffers.
    pub rx_missed_errors: U32,
    /// Sending was given up, as after too many collisions.
    pub tx_aborted_errors: U32,
    /// The carrier was lost while sending.
    pub tx_carrier_errors: U32,
    /// The sender ran out of data in the middle of a frame.
    pub tx_fifo_errors: U32,
    /// Heartbeat errors of old half-duplex Ethernet.
    pub tx_heartbeat_errors: U32,
    /// Collisions too late in the frame.
    pub tx_window_errors: U32,
    /// Compressed packets that came in.
    pub rx_compressed: U32,
    /// Compressed packets that went out.
    pub tx_compressed: U32,
    /// Dropped because nobody receives on this link, such as on the spare link of a bond.
    pub rx_nohandler: U32,
}

/// `struct rtnl_link_ifmap`: where a link's hardware is mapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Map {
    /// First byte of its memory (`mem_start`).
    pub memory_start: U64,
    /// Last byte of its memory (`mem_end`).
    pub memory_end: U64,
    /// Its I/O port (`base_addr`).
    pub base_address: U64,
    /// Its interrupt (`irq`).
    pub interrupt: U16,
    /// Its DMA channel (`dma`).
    pub dma: u8,
    /// Which of its sockets is in use, where a driver lets one choose (`port`).
    pub port: u8,
    /// Padding of the C struct.
    pub pad: [u8; 4],
}
