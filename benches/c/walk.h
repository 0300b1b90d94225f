/* A hand-written, zero-copy reader of rtnetlink messages in C: the parser that
 * the library is compared with. It checks every length before it reads, looks
 * at each message and each attribute once, and allocates nothing.
 *
 * THE CHECKSUM. It starts at h = 0. For each message of the wanted type, and
 * for each field in the order given, h = h * 31 + value, in unsigned 64-bit
 * arithmetic that wraps. An absent field has the value 0 and is still a step.
 * Numbers are zero-extended bit patterns (an interface index is taken as u32).
 *
 *   route      dst, dst_len, gateway, oif, table, protocol, priority
 *     dst, gateway, oif, table, priority from RTA_DST, RTA_GATEWAY, RTA_OIF,
 *     RTA_TABLE, RTA_PRIORITY; dst_len and protocol from struct rtmsg; without
 *     RTA_TABLE, table is rtm_table. Nexthops in RTA_MULTIPATH are not read.
 *     An IPv4 address is its 4 bytes as a big-endian u32; a dst or gateway of
 *     any other size counts as absent.
 *   neighbour  ifindex, state, flags, dst, lladdr
 *     ifindex, state (u16), flags (u8) from struct ndmsg; dst from NDA_DST: 4
 *     bytes as a big-endian u32, or 16 bytes as two big-endian u64, the value
 *     being first * 31 + second (wrapping); any other size counts as absent.
 *     lladdr from NDA_LLADDR: 6 bytes as a big-endian number, otherwise absent.
 *   link       index, flags, mtu, name, rx_packets, tx_packets, operstate, kind
 *     index, flags (u32) from struct ifinfomsg; mtu from IFLA_MTU; the two
 *     counters are the first two u64 of IFLA_STATS64; operstate (u8) from
 *     IFLA_OPERSTATE; kind from IFLA_INFO_KIND inside IFLA_LINKINFO. name
 *     (IFLA_IFNAME) and kind are one step a byte, up to but without the first
 *     NUL or the end of the attribute; absent or empty they are no step.
 *   a whole link, where walk.c is built with -DNLWIRE_C_WALK_WHOLE:
 *              index, flags; TXQLEN, MTU, MIN_MTU, MAX_MTU, GROUP, PROMISCUITY, ALLMULTI, NUM_TX_QUEUES,
 *              NUM_RX_QUEUES, GSO_MAX_SEGS, GSO_MAX_SIZE, GRO_MAX_SIZE, TSO_MAX_SIZE, TSO_MAX_SEGS,
 *              CARRIER_CHANGES, CARRIER_UP_COUNT, CARRIER_DOWN_COUNT, LINK, MASTER, LINK_NETNSID;
 *              OPERSTATE, LINKMODE, CARRIER, PROTO_DOWN; ADDRESS, BROADCAST; the counters; IFNAME, QDISC, kind
 *     index, flags (u32) from struct ifinfomsg; in capitals the attributes IFLA_*, u32 in the first group and
 *     u8 in the second, the addresses as lladdr; the counters are the 25 u64 of IFLA_STATS64, 0 where it ends
 *     early; kind from IFLA_INFO_KIND inside IFLA_LINKINFO. The three texts are one step a byte, up to but
 *     without the first NUL or the end of the attribute; absent or empty they are no step.
 *
 * A number attribute that is longer than the number is read from its start,
 * one that is shorter counts as absent; of two equal attributes the last one
 * counts. Attribute types are compared without the two flag bits.
 *
 * What is broken: a message length below 16 or beyond the bytes ends the walk;
 * a message too short for its fixed struct is counted but is no step of the
 * checksum; an attribute length below 4 or beyond the message ends the reading
 * of that message or nest, what was read before still counts. Each of these
 * adds 1 to `malformed`. Fewer than 4 bytes behind the last attribute are not
 * looked at. */
#ifndef NLWIRE_C_WALK_H
#define NLWIRE_C_WALK_H

#include <stddef.h>
#include <stdint.h>

struct nlwire_c_walk {
    uint64_t checksum;
    size_t messages;  /* of the wanted type; others are stepped over */
    size_t malformed;
    uint16_t flags;   /* nlmsg_flags of all messages, or-ed: see NLM_F_DUMP_INTR */
    int done;         /* NLMSG_DONE or NLMSG_ERROR seen: the walk stopped at it */
    int error;        /* its errno, positive; 0 when there is none */
};

/* Walks the messages in bytes and adds those of nlmsg_type wanted
 * (RTM_NEWROUTE, RTM_NEWNEIGH or RTM_NEWLINK) to what walk holds already, so
 * that one walk can go over many datagrams. */
void nlwire_c_walk(const unsigned char *bytes, size_t length, uint16_t wanted,
                   struct nlwire_c_walk *walk);

/* One walk over bytes alone: returns the checksum, stores the message count. */
uint64_t nlwire_c_routes(const unsigned char *bytes, size_t length, size_t *messages);
uint64_t nlwire_c_neighbours(const unsigned char *bytes, size_t length, size_t *messages);
uint64_t nlwire_c_links(const unsigned char *bytes, size_t length, size_t *messages);

#endif
