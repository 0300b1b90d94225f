//! Identifiers that a network namespace has for others (`RTM_*NSID`, `NETNSA_*`, `linux/net_namespace.h`).

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Family;
use crate::number::Native;
use crate::{attributes, messages, numbers};

/// `struct rtgenmsg`: the fixed header of these messages.
///
/// ```text
/// +---------------+-----------------------------------------------+
/// |    family     |          zeros before the attributes          |
/// +---------------+-----------------------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// `AF_UNSPEC` (`rtgen_family`).
    pub family: Native<Family>,
}

messages! {
    /// An identifier: give it to a namespace, or it was given, or one of those that were asked for.
    pub NewNamespaceId("RTM_NEWNSID") = 88: Header, NamespaceId;
    /// An identifier is gone, and with it the namespace. The kernel takes no such request.
    pub DelNamespaceId("RTM_DELNSID") = 89: Header, NamespaceId;
    /// The identifier of a namespace; with [`Flags::DUMP`](crate::Flags::DUMP) all identifiers.
    pub GetNamespaceId("RTM_GETNSID") = 90: Header, NamespaceId;
}

attributes! {
    /// Attributes of identifiers. A request names the namespace by one of [`PID`](Self::PID), [`FD`](Self::FD) and, in
    /// a question, [`NSID`](Self::NSID).
    pub enum NamespaceId("NETNSA_") {
        /// The identifier; in a request [`NOT_ASSIGNED`](Nsid::NOT_ASSIGNED) lets the kernel choose.
        NSID: Nsid = 1,
        /// A process in the namespace.
        PID: u32 = 2,
        /// An open file of the namespace, by its number in the process that asks.
        FD: u32 = 3,
        /// In a question: answer as the namespace with this identifier would.
        TARGET_NSID: Nsid = 4,
        /// The identifier that the namespace has here, where the question was about that of another.
        CURRENT_NSID: Nsid = 5,
    }
}

numbers! {
    /// The identifier of a namespace, or what stands in its place (`NETNSA_NSID_*`).
    pub struct Nsid(i32, "NETNSA_NSID_") {
        /// There is none.
        NOT_ASSIGNED = -1,
    }
}

// What iproute2 and kernels wrote on a little-endian machine, with sequence numbers and ports set to zero.
#[cfg(all(test, target_endian = "little"))]
mod tests {

    use super::*;
    use crate::route::testing::emitted;
    use crate::{Envelope, Flags, Message};

    #[test]
    fn a_request_is_that_of_iproute2() {
        // ip netns set NAME 5
        let wire = "24000000580005000000000000000000 00000000 0800030006000000 0800010005000000";
        let written = emitted(|tail| {
            NewNamespaceId::emit(tail, Envelope::request(Flags::ACK), Header::default(), |id| {
                id.put(NamespaceId::FD, 6)?.put(NamespaceId::NSID, Nsid(5))
            })
        });
        assert_eq!(written, wire.replace(' ', ""));
    }
}
