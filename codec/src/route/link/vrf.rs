//! Virtual routing: what `IFLA_INFO_DATA` and `IFLA_INFO_SLAVE_DATA` hold for kind `vrf` (`linux/if_link.h`).

use crate::attributes;

attributes! {
    /// A domain of routing.
    pub enum Vrf("IFLA_VRF_") {
        /// Its routing table.
        TABLE: u32 = 1,
    }
}

attributes! {
    /// A link in a domain of routing.
    pub enum VrfPort("IFLA_VRF_PORT_") {
        /// The domain's routing table.
        TABLE: u32 = 1,
    }
}
