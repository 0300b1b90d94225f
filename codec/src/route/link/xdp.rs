//! Packet programs of a link (`IFLA_XDP`).

use crate::{attributes, flags, numbers};

attributes! {
    /// The XDP programs of a link, and which to attach.
    pub enum Xdp("IFLA_XDP_") {
        /// In a request: descriptor of the program to attach; -1 detaches.
        FD: i32 = 1,
        /// How programs are attached.
        ATTACHED: Attached = 2,
        /// In a request: how to attach.
        FLAGS: XdpFlags = 3,
        /// Number of the program, where there is one only.
        PROG_ID: u32 = 4,
        /// Number of the program in the driver.
        DRV_PROG_ID: u32 = 5,
        /// Number of the program behind the driver.
        SKB_PROG_ID: u32 = 6,
        /// Number of the program in the hardware.
        HW_PROG_ID: u32 = 7,
        /// In a request with [`XdpFlags::REPLACE`]: descriptor of the program that must be there now.
        EXPECTED_FD: i32 = 8,
    }
}

numbers! {
    /// How XDP programs are attached (`XDP_ATTACHED_*`).
    pub struct Attached(u8, "XDP_ATTACHED_") {
        /// There is none.
        NONE = 0,
        /// In the driver.
        DRV = 1,
        /// Behind the driver.
        SKB = 2,
        /// In the hardware.
        HW = 3,
        /// In more than one place.
        MULTI = 4,
    }
}

flags! {
    /// How an XDP program is to be attached (`XDP_FLAGS_*`).
    pub struct XdpFlags(u32, "XDP_FLAGS_") {
        /// Only where none is attached.
        UPDATE_IF_NOEXIST = 1,
        /// Behind the driver.
        SKB_MODE = 2,
        /// In the driver.
        DRV_MODE = 4,
        /// In the hardware.
        HW_MODE = 8,
        /// Instead of the program in [`Xdp::EXPECTED_FD`].
        REPLACE = 16,
    }
}
