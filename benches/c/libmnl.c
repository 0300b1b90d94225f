/* The dump of parse.c written with libmnl, as its documentation shows it: a
 * callback a message, mnl_attr_parse into a table, mnl_attr_validate.
 *
 *     cc -O2 libmnl.c -lmnl -o libmnl
 *     ./libmnl route4|neighbour|link
 *
 * Prints the same line as parse.c, with the checksum that walk.h defines. */
#include "dump.h"

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>

struct attributes {
    const struct nlattr *at[64];
};

static uint64_t sum;

static void add(uint64_t value) { sum = sum * 31 + value; }

static int keep(const struct nlattr *attribute, void *data) {
    struct attributes *attributes = data;
    uint16_t type = mnl_attr_get_type(attribute);
    if (type < 64) attributes->at[type] = attribute;
    return MNL_CB_OK;
}

static uint32_t number(const struct nlattr *attribute, uint32_t otherwise) {
    if (!attribute || mnl_attr_validate(attribute, MNL_TYPE_U32) < 0) return otherwise;
    return mnl_attr_get_u32(attribute);
}

static uint32_t address(const struct nlattr *attribute) { return __builtin_bswap32(number(attribute, 0)); }

static void add_text(const struct nlattr *attribute) {
    if (!attribute || mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) < 0) return;
    for (const char *byte = mnl_attr_get_str(attribute); *byte; byte++) add((unsigned char)*byte);
}

static int route(const struct nlmsghdr *header, void *data) {
    const struct rtmsg *body = mnl_nlmsg_get_payload(header);
    struct attributes found = {0};
    (void)data;
    mnl_attr_parse(header, sizeof *body, keep, &found);
    add(address(found.at[RTA_DST]));
    add(body->rtm_dst_len);
    add(address(found.at[RTA_GATEWAY]));
    add(number(found.at[RTA_OIF], 0));
    add(number(found.at[RTA_TABLE], body->rtm_table));
    add(body->rtm_protocol);
    add(number(found.at[RTA_PRIORITY], 0));
    return MNL_CB_OK;
}

static int neighbour(const struct nlmsghdr *header, void *data) {
    const struct ndmsg *body = mnl_nlmsg_get_payload(header);
    struct attributes found = {0};
    uint64_t link_address = 0;
    (void)data;
    mnl_attr_parse(header, sizeof *body, keep, &found);
    add((uint32_t)body->ndm_ifindex);
    add(body->ndm_state);
    add(body->ndm_flags);
    add(address(found.at[NDA_DST]));
    if (found.at[NDA_LLADDR] && mnl_attr_get_payload_len(found.at[NDA_LLADDR]) == 6) {
        const unsigned char *bytes = mnl_attr_get_payload(found.at[NDA_LLADDR]);
        for (int i = 0; i < 6; i++) link_address = link_address << 8 | bytes[i];
    }
    add(link_address);
    return MNL_CB_OK;
}

static int link_(const struct nlmsghdr *header, void *data) {
    const struct ifinfomsg *body = mnl_nlmsg_get_payload(header);
    struct attributes found = {0}, info = {0};
    uint64_t packets[2] = {0};
    (void)data;
    mnl_attr_parse(header, sizeof *body, keep, &found);
    if (found.at[IFLA_LINKINFO]) mnl_attr_parse_nested(found.at[IFLA_LINKINFO], keep, &info);
    if (found.at[IFLA_STATS64] && mnl_attr_get_payload_len(found.at[IFLA_STATS64]) >= sizeof packets)
        memcpy(packets, mnl_attr_get_payload(found.at[IFLA_STATS64]), sizeof packets);
    add((uint32_t)body->ifi_index);
    add(body->ifi_flags);
    add(number(found.at[IFLA_MTU], 0));
    add_text(found.at[IFLA_IFNAME]);
    add(packets[0]);
    add(packets[1]);
    add(found.at[IFLA_OPERSTATE] ? mnl_attr_get_u8(found.at[IFLA_OPERSTATE]) : 0);
    add_text(info.at[IFLA_INFO_KIND]);
    return MNL_CB_OK;
}

int main(int argc, char **argv) {
    static _Alignas(16) char buffer[BUFFER_SIZE];
    const struct kind *kind = argc == 2 ? kind_named(argv[1]) : NULL;
    if (!kind || kind->family == AF_INET6 || kind->answer == RTM_NEWADDR) {
        fprintf(stderr, "usage: libmnl route4|neighbour|link\n");
        return 2;
    }
    mnl_cb_t callback = kind->answer == RTM_NEWROUTE ? route : kind->answer == RTM_NEWNEIGH ? neighbour : link_;
    struct mnl_socket *socket = mnl_socket_open(NETLINK_ROUTE);
    int one = 1;
    if (!socket || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) fail("mnl_socket", errno);
    if (mnl_socket_setsockopt(socket, NETLINK_GET_STRICT_CHK, &one, sizeof one) < 0)
        fail("NETLINK_GET_STRICT_CHK", errno);

    uint64_t cpu = cpu_ns(), wall = wall_ns();
    struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
    request->nlmsg_type = kind->request;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request->nlmsg_seq = SEQUENCE;
    *(unsigned char *)mnl_nlmsg_put_extra_header(request, kind->body) = kind->family;
    if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0) fail("sendto", errno);
    int state = MNL_CB_OK;
    while (state > MNL_CB_STOP) {
        ssize_t length = mnl_socket_recvfrom(socket, buffer, sizeof buffer);
        if (length < 0) fail("recvfrom", errno);
        state = mnl_cb_run(buffer, (size_t)length, SEQUENCE, mnl_socket_get_portid(socket), callback, NULL);
    }
    if (state < 0) fail("dump", errno);
    wall = wall_ns() - wall;
    cpu = cpu_ns() - cpu;
    printf("program=libmnl kind=%s wall_ns=%llu cpu_ns=%llu checksum=%016llx\n", kind->name,
           (unsigned long long)wall, (unsigned long long)cpu, (unsigned long long)sum);
    mnl_socket_close(socket);
    return 0;
}
