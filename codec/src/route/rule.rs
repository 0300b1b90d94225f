//! Rules: which routing table is asked for which packets (`RTM_*RULE`, `FRA_*`, `linux/fib_rules.h`).

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Family;
use super::route::{RouteProtocol, Table};
use crate::number::Native;
use crate::payload::{Be, Bytes, Ip, Str, Struct};
use crate::{attributes, flags, messages, numbers};

/// `struct fib_rule_hdr`: the fixed header of rule messages.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+---------------+---------------+
/// |    family     |    dst_len    |    src_len    |      tos      |
/// +---------------+---------------+---------------+---------------+
/// |     table     |   reserved1   |   reserved2   |    action     |
/// +---------------+---------------+---------------+---------------+
/// |                             flags                             |
/// +---------------------------------------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Address family; `RTNL_FAMILY_IPMR` and `RTNL_FAMILY_IP6MR` for rules of multicast routing (`family`).
    pub family: Native<Family>,
    /// Bits of the destination that count (`dst_len`).
    pub dst_len: u8,
    /// Bits of the source that count (`src_len`).
    pub src_len: u8,
    /// Type of service that packets must have; 0 is any (`tos`). With [`Rule::DSCP`] it is 0.
    pub tos: u8,
    /// The routing table, where its number fits; [`Rule::TABLE`] holds any (`table`).
    pub table: Native<Table>,
    /// Zero (`res1`).
    pub reserved1: u8,
    /// Zero (`res2`).
    pub reserved2: u8,
    /// What becomes of the packets (`action`).
    pub action: Native<RuleAction>,
    /// Flags (`flags`).
    pub flags: Native<RuleFlags>,
}

messages! {
    /// A rule: make it, or it was made, or one of those that were asked for.
    pub NewRule("RTM_NEWRULE") = 32: Header, Rule;
    /// A rule: delete it, or it was deleted.
    pub DelRule("RTM_DELRULE") = 33: Header, Rule;
    /// All rules, with [`Flags::DUMP`](crate::Flags::DUMP).
    pub GetRule("RTM_GETRULE") = 34: Header, Rule;
}

attributes! {
    /// Attributes of rules. What a rule does not have, it does not ask for.
    pub enum Rule("FRA_") {
        /// Destination; its length in bits is [`Header::dst_len`].
        DST: Ip = 1,
        /// Source; its length in bits is [`Header::src_len`].
        SRC: Ip = 2,
        /// Name of the interface that packets come in by; `lo` stands for packets of this host.
        IIFNAME: Str = 3,
        /// Priority of the rule to go on with, where the action is [`RuleAction::GOTO`].
        GOTO: u32 = 4,
        /// Not used.
        UNUSED2: Bytes = 5,
        /// Priority: the rule with the least comes first. Not there: 0; in a request: just behind the first rule.
        PRIORITY: u32 = 6,
        /// Not used.
        UNUSED3: Bytes = 7,
        /// Not used.
        UNUSED4: Bytes = 8,
        /// Not used.
        UNUSED5: Bytes = 9,
        /// The packet's mark, as far as [`FWMASK`](Self::FWMASK) looks at it.
        FWMARK: u32 = 10,
        /// Realms that packets get: the destination's in the lower 16 bits, the source's above.
        FLOW: u32 = 11,
        /// Key of the tunnel that packets came out of, in network byte order.
        TUN_ID: Be<u64> = 12,
        /// Ignore what the table says where the route leaves by an interface of this group.
        SUPPRESS_IFGROUP: u32 = 13,
        /// Ignore what the table says where the route's destination has this many bits or fewer; -1 is never, and the
        /// kernel says so.
        SUPPRESS_PREFIXLEN: i32 = 14,
        /// The routing table, whatever its number.
        TABLE: u32 = 15,
        /// Which bits of the mark count.
        FWMASK: u32 = 16,
        /// Name of the interface that packets are bound to leave by.
        OIFNAME: Str = 17,
        /// Padding.
        PAD: Bytes = 18,
        /// 1: the packet's interface belongs to a VRF, and that has the table.
        L3MDEV: u8 = 19,
        /// Users whose packets these are.
        UID_RANGE: Struct<UidRange> = 20,
        /// Who made the rule.
        PROTOCOL: RouteProtocol = 21,
        /// Protocol of the packets (`IPPROTO_*`).
        IP_PROTO: u8 = 22,
        /// Source ports, in host byte order.
        SPORT_RANGE: Struct<PortRange> = 23,
        /// Destination ports, in host byte order.
        DPORT_RANGE: Struct<PortRange> = 24,
        /// Differentiated services code point: 0 to 63, what is above the lower two bits of a type of service.
        DSCP: u8 = 25,
        /// Flow label (IPv6), in network byte order.
        FLOWLABEL: Be<u32> = 26,
        /// Which bits of the flow label count, in network byte order.
        FLOWLABEL_MASK: Be<u32> = 27,
        /// Which bits of the source port count, in host byte order; the range is then one port.
        SPORT_MASK: u16 = 28,
        /// Which bits of the destination port count, in host byte order; the range is then one port.
        DPORT_MASK: u16 = 29,
        /// Which bits of the differentiated services code point count.
        DSCP_MASK: u8 = 30,
    }
}

numbers! {
    /// What becomes of packets (`FR_ACT_*`).
    pub struct RuleAction(u8, "FR_ACT_") {
        /// Nobody said; in a request to delete: any.
        UNSPEC = 0,
        /// The routing table decides.
        TO_TBL = 1,
        /// The rule with the priority [`Rule::GOTO`] is the next.
        GOTO = 2,
        /// Nothing: the next rule decides.
        NOP = 3,
        /// Not used.
        RES3 = 4,
        /// Not used.
        RES4 = 5,
        /// They vanish.
        BLACKHOLE = 6,
        /// They vanish, and the sender is told that the network cannot be reached.
        UNREACHABLE = 7,
        /// They vanish, and the sender is told that it is forbidden.
        PROHIBIT = 8,
    }
}

flags! {
    /// Flags of a rule (`FIB_RULE_*`).
    pub struct RuleFlags(u32, "FIB_RULE_") {
        /// It cannot be deleted.
        PERMANENT = 0x01,
        /// It is for the packets that are not as it says.
        INVERT = 0x02,
        /// The rule that it goes on with does not exist.
        UNRESOLVED = 0x04,
        /// There is no interface of the name [`Rule::IIFNAME`].
        IIF_DETACHED = 0x08,
        /// There is no interface of the name [`Rule::OIFNAME`].
        OIF_DETACHED = 0x10,
        /// The rule also chooses the source address.
        FIND_SADDR = 0x0001_0000,
    }
}

impl RuleFlags {
    /// `FIB_RULE_DEV_DETACHED`: the old name of [`IIF_DETACHED`](Self::IIF_DETACHED).
    pub const DEV_DETACHED: Self = Self::IIF_DETACHED;
}

/// `struct fib_rule_uid_range`: users from one to another, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct UidRange {
    /// The first (`start`).
    pub start: Native<u32>,
    /// The last (`end`).
    pub end: Native<u32>,
}

/// `struct fib_rule_port_range`: ports from one to another, both included, in host byte order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct PortRange {
    /// The first (`start`).
    pub start: Native<u16>,
    /// The last (`end`).
    pub end: Native<u16>,
}

// What iproute2 and kernels wrote on a little-endian machine, with sequence numbers and ports set to zero.
#[cfg(all(test, target_endian = "little"))]
mod tests {

    use super::*;
    use crate::route::testing::{bytes, emitted};
    use crate::{Envelope, Flags, Message, RawMessage};

    #[test]
    fn a_request_is_that_of_iproute2() {
        // ip rule add from 10.0.0.0/8 to 192.0.2.0/24 iif lo oif v0 fwmark 0x10/0xf0 table 1000 pref 100
        //     suppress_prefixlength 0 suppress_ifgroup 5 protocol bgp uidrange 1000-2000 ipproto tcp sport 80-90
        //     dport 0x1230/0xfff0 realms 3/4 tun_id 77 dscp 0x10/0x30
        let wire = "\
            c4000000200005060000000000000000 021808000000000100000000 080002000a000000 08000100c0000200 \
            070003006c6f0000 0700110076300000 08000a0010000000 08001000f0000000 08000f00e8030000 \
            0800060064000000 08000e0000000000 08000d0005000000 05001500ba000000 0c001400e8030000d0070000 \
            0500160006000000 0800170050005a00 0800180030123012 06001d00f0ff0000 08000b0004000300 \
            0c000c00000000000000004d 0500190010000000 05001e0030000000";
        let header = Header {
            family: Family::INET.into(),
            dst_len: 24,
            src_len: 8,
            action: RuleAction::TO_TBL.into(),
            ..Header::default()
        };
        let users = UidRange { start: 1000.into(), end: 2000.into() };
        let from = PortRange { start: 80.into(), end: 90.into() };
        let to = PortRange { start: 0x1230.into(), end: 0x1230.into() };
        let envelope = Envelope::request(Flags::ACK | Flags::CREATE | Flags::EXCL);
        let written = emitted(|tail| {
            NewRule::emit(tail, envelope, header, |rule| {
                rule.put(Rule::SRC, [10, 0, 0, 0].into())?
                    .put(Rule::DST, [192, 0, 2, 0].into())?
                    .put(Rule::IIFNAME, "lo")?
                    .put(Rule::OIFNAME, "v0")?
                    .put(Rule::FWMARK, 0x10)?
                    .put(Rule::FWMASK, 0xf0)?
                    .put(Rule::TABLE, 1000)?
                    .put(Rule::PRIORITY, 100)?
                    .put(Rule::SUPPRESS_PREFIXLEN, 0)?
                    .put(Rule::SUPPRESS_IFGROUP, 5)?
                    .put(Rule::PROTOCOL, RouteProtocol::BGP)?
                    .put(Rule::UID_RANGE, (&users).into())?
                    .put(Rule::IP_PROTO, 6)?
                    .put(Rule::SPORT_RANGE, (&from).into())?
                    .put(Rule::DPORT_RANGE, (&to).into())?
                    .put(Rule::DPORT_MASK, 0xfff0)?
                    .put(Rule::FLOW, 0x0003_0004)?
                    .put(Rule::TUN_ID, 77)?
                    .put(Rule::DSCP, 0x10)?
                    .put(Rule::DSCP_MASK, 0x30)
            })
        });
        assert_eq!(written, wire.replace(' ', ""));
    }

    #[test]
    fn a_flow_label_is_in_network_byte_order() {
        // ip -6 rule add not flowlabel 0x12345/0xfffff goto 200 pref 51
        let wire = "\
            3c000000200005060000000000000000 0a0000000000000202000000 08001a0000012345 08001b00000fffff \
            08000400c8000000 0800060033000000";
        let header = Header {
            family: Family::INET6.into(),
            action: RuleAction::GOTO.into(),
            flags: RuleFlags::INVERT.into(),
            ..Header::default()
        };
        let envelope = Envelope::request(Flags::ACK | Flags::CREATE | Flags::EXCL);
        let written = emitted(|tail| {
            NewRule::emit(tail, envelope, header, |rule| {
                rule.put(Rule::FLOWLABEL, 0x12345)?
                    .put(Rule::FLOWLABEL_MASK, 0xf_ffff)?
                    .put(Rule::GOTO, 200)?
                    .put(Rule::PRIORITY, 51)
            })
        });
        assert_eq!(written, wire.replace(' ', ""));
    }

    #[test]
    fn a_rule_that_suppresses_nothing_says_minus_one() {
        let message = bytes(
            "34000000200002000000000000000000 02000000ff00000100000000 \
             08000f00ff000000 08000e00ffffffff 0500150002000000",
        );
        let rule = RawMessage::first(&message).unwrap().read::<NewRule>().unwrap().unwrap();
        assert_eq!(rule.header.table, Table::LOCAL);
        assert_eq!(rule.attributes().get(Rule::SUPPRESS_PREFIXLEN), Ok(Some(-1)));
        assert_eq!(rule.attributes().get(Rule::PRIORITY), Ok(None));
    }
}
