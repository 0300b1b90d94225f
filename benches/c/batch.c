/* The plainest batch there can be: adds routes, so many a sendmsg, with an
 * acknowledgement asked for by the last of each only; then deletes them.
 *
 *     cc -O2 batch.c -o batch
 *     ./batch COUNT PER_SEND
 *
 * Prints one line of name=value: wall_ns and cpu_ns of adding and of deleting.
 * The routes are in table 200, each a /24 counted up from 16.0.0.0, by turns
 * to 10.0.0.3 and 199 gateways behind it on the device v0 (see namespace.sh).
 *
 * It looks at what comes back only as far as the acknowledgement: the first
 * refusal of anything ends it. */
#include "dump.h"

#include <net/if.h>

struct route {
    struct nlmsghdr header;
    struct rtmsg body;
    struct rtattr dst_attribute;
    unsigned char dst[4];
    struct rtattr gateway_attribute;
    unsigned char gateway[4];
    struct rtattr oif_attribute;
    uint32_t oif;
};

static void big32(unsigned char *into, uint32_t value) {
    for (int i = 0; i < 4; i++) into[i] = (unsigned char)(value >> (24 - 8 * i));
}

static void write_route(struct route *into, uint16_t type, uint32_t index, uint32_t oif) {
    struct rtattr attribute = {.rta_len = RTA_LENGTH(4)};
    *into = (struct route){
        .header = {.nlmsg_len = sizeof *into,
                   .nlmsg_type = type,
                   .nlmsg_flags = NLM_F_REQUEST | (type == RTM_NEWROUTE ? NLM_F_CREATE | NLM_F_EXCL : 0),
                   .nlmsg_seq = SEQUENCE + index},
        .body = {.rtm_family = AF_INET,
                 .rtm_dst_len = 24,
                 .rtm_table = 200,
                 .rtm_protocol = RTPROT_STATIC,
                 .rtm_scope = RT_SCOPE_UNIVERSE,
                 .rtm_type = RTN_UNICAST},
        .oif = oif};
    big32(into->dst, 0x10000000u + (index << 8));
    big32(into->gateway, 0x0a000003u + index % 200);
    attribute.rta_type = RTA_DST, into->dst_attribute = attribute;
    attribute.rta_type = RTA_GATEWAY, into->gateway_attribute = attribute;
    attribute.rta_type = RTA_OIF, into->oif_attribute = attribute;
}

/* Waits for the acknowledgement of one request. */
static void acknowledged(int fd, uint32_t sequence) {
    static _Alignas(16) unsigned char buffer[BUFFER_SIZE];
    struct nlmsghdr header;
    do {
        if (dump_receive(fd, buffer) < NLMSG_HDRLEN + 4) fail("short answer", EBADMSG);
        memcpy(&header, buffer, sizeof header);
        int code;
        memcpy(&code, buffer + NLMSG_HDRLEN, sizeof code);
        if (header.nlmsg_type != NLMSG_ERROR || code != 0) fail("refused", -code);
    } while (header.nlmsg_seq != sequence);
}

static void batch(int fd, const char *name, uint16_t type, uint32_t count, uint32_t per_send, uint32_t oif) {
    struct route *routes = malloc(per_send * sizeof *routes);
    if (!routes) fail("malloc", ENOMEM);
    uint64_t cpu = cpu_ns(), wall = wall_ns();
    for (uint32_t from = 0; from < count;) {
        uint32_t number = count - from < per_send ? count - from : per_send;
        for (uint32_t i = 0; i < number; i++) write_route(&routes[i], type, from + i, oif);
        routes[number - 1].header.nlmsg_flags |= NLM_F_ACK;
        struct iovec vector = {routes, number * sizeof *routes};
        struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
        if (sendmsg(fd, &message, 0) < 0) fail("sendmsg", errno);
        from += number;
        acknowledged(fd, SEQUENCE + from - 1);
    }
    wall = wall_ns() - wall;
    cpu = cpu_ns() - cpu;
    free(routes);
    printf("%s_wall_ns=%llu %s_cpu_ns=%llu ", name, (unsigned long long)wall, name, (unsigned long long)cpu);
}

int main(int argc, char **argv) {
    uint32_t count = argc == 3 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;
    uint32_t per_send = argc == 3 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0;
    if (count == 0 || per_send == 0) {
        fprintf(stderr, "usage: batch COUNT PER_SEND\n");
        return 2;
    }
    uint32_t oif = if_nametoindex("v0");
    if (oif == 0) fail("v0", errno);
    int fd = dump_open(0);
    printf("program=batch routes=%u per_send=%u ", count, per_send);
    batch(fd, "add", RTM_NEWROUTE, count, per_send, oif);
    batch(fd, "delete", RTM_DELROUTE, count, per_send, oif);
    printf("\n");
    close(fd);
    return 0;
}
