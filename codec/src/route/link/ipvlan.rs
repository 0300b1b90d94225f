//! Links that share another link's address: what `IFLA_INFO_DATA` holds for kinds `ipvlan` and `ipvtap`
//! (`linux/if_link.h`).

use crate::{attributes, flags, numbers};

attributes! {
    /// A link that shares another link's address.
    pub enum Ipvlan("IFLA_IPVLAN_") {
        /// On which layer it works.
        MODE: IpvlanMode = 1,
        /// With whom it speaks.
        FLAGS: IpvlanFlags = 2,
    }
}

numbers! {
    /// On which layer an ipvlan works (`IPVLAN_MODE_*`).
    pub struct IpvlanMode(u16, "IPVLAN_MODE_") {
        /// It has its own layer 2.
        L2 = 0,
        /// It leaves layer 2 and routes to the link below.
        L3 = 1,
        /// The same, and netfilter sees it.
        L3S = 2,
    }
}

flags! {
    /// With whom an ipvlan speaks (`IPVLAN_F_*`).
    pub struct IpvlanFlags(u16, "IPVLAN_F_") {
        /// With no other on the same link.
        PRIVATE = 1,
        /// With others by way of the switch outside.
        VEPA = 2,
    }
}
