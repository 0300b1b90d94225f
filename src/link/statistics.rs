//! Counters of links.

use crate::codec::route::link::statistics::Statistics64;
use crate::shown::{Show, Shown};

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// Counters of a link.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Statistics {
            $($(#[$doc])* pub $name: u64,)+
        }

        impl From<Statistics64> for Statistics {
            fn from(sent: Statistics64) -> Self {
                Self { $($name: sent.$name.get()),+ }
            }
        }
    };
}

counters! {
    /// Packets that came in.
    rx_packets,
    /// Packets that went out.
    tx_packets,
    /// Bytes that came in.
    rx_bytes,
    /// Bytes that went out.
    tx_bytes,
    /// Bad packets that came in: those that the `rx_*_errors` below count, and others.
    rx_errors,
    /// Packets that could not be sent: those that the `tx_*_errors` below count, and others.
    tx_errors,
    /// Good packets that came in and were dropped, such as for lack of memory.
    rx_dropped,
    /// Packets that were dropped on their way out.
    tx_dropped,
    /// Multicast packets that came in.
    multicast,
    /// Collisions while sending.
    collisions,
    /// Came in with a wrong length.
    rx_length_errors,
    /// Came in while the receiver was full.
    rx_over_errors,
    /// Came in with a wrong checksum.
    rx_crc_errors,
    /// Came in with a part of a byte.
    rx_frame_errors,
    /// Came in while a queue was full.
    rx_fifo_errors,
    /// Dropped by the hardware for lack of buffers.
    rx_missed_errors,
    /// Sending was given up, as after too many collisions.
    tx_aborted_errors,
    /// The carrier was lost while sending.
    tx_carrier_errors,
    /// The sender ran out of data in the middle of a frame.
    tx_fifo_errors,
    /// Heartbeat errors of old half-duplex Ethernet.
    tx_heartbeat_errors,
    /// Collisions too late in the frame.
    tx_window_errors,
    /// Compressed packets that came in.
    rx_compressed,
    /// Compressed packets that went out.
    tx_compressed,
    /// Dropped because nobody receives on this link, such as on the spare link of a bond.
    rx_nohandler,
    /// Dropped because they were for another host's address.
    rx_otherhost_dropped,
}

/// As `ip -s -j` has them, as `stats64`.
impl Show for Statistics {
    fn show(&self) -> Shown {
        let numbers = |numbers: &[(&'static str, u64)]| {
            Shown::Object(numbers.iter().map(|(name, number)| (*name, number.show())).collect())
        };
        let rx = numbers(&[
            ("bytes", self.rx_bytes),
            ("packets", self.rx_packets),
            ("errors", self.rx_errors),
            ("dropped", self.rx_dropped),
            ("over_errors", self.rx_over_errors),
            ("multicast", self.multicast),
        ]);
        let tx = numbers(&[
            ("bytes", self.tx_bytes),
            ("packets", self.tx_packets),
            ("errors", self.tx_errors),
            ("dropped", self.tx_dropped),
            ("carrier_errors", self.tx_carrier_errors),
            ("collisions", self.collisions),
        ]);
        Shown::Object(vec![("rx", rx), ("tx", tx)])
    }
}
