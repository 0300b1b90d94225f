/* What floor.c, parse.c and capture.c share: one rtnetlink dump on one fresh
 * socket, received into one 32 KiB buffer, and the clocks around it.
 *
 * The socket joins no group and is connected to the kernel (port 0), so
 * nothing but the answer to the one request can arrive on it. That is why no
 * program here compares sequence numbers or sender addresses.
 *
 * "strict" turns NETLINK_GET_STRICT_CHK on. It is not only about filters: a
 * strict IPv4 or IPv6 route dump does not ask each route for its cached
 * exceptions, a dump without it does. Compare only runs with equal settings. */
#ifndef DUMP_H
#define DUMP_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER_SIZE = 32768, SEQUENCE = 0x5eed1e55 };

struct kind {
    const char *name;
    uint16_t request, answer;
    uint8_t family;
    uint8_t body; /* size of the fixed struct after the netlink header */
};

static const struct kind KINDS[] = {
    {"route4", RTM_GETROUTE, RTM_NEWROUTE, AF_INET, 12},
    {"route6", RTM_GETROUTE, RTM_NEWROUTE, AF_INET6, 12},
    {"neighbour", RTM_GETNEIGH, RTM_NEWNEIGH, AF_UNSPEC, 12},
    {"link", RTM_GETLINK, RTM_NEWLINK, AF_UNSPEC, 16},
    {"address", RTM_GETADDR, RTM_NEWADDR, AF_UNSPEC, 8},
};

static inline _Noreturn void fail(const char *what, int code) {
    fprintf(stderr, "%s: %s\n", what, strerror(code));
    exit(1);
}

/* NULL when there is no such kind. */
static inline const struct kind *kind_named(const char *name) {
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++)
        if (strcmp(KINDS[i].name, name) == 0) return &KINDS[i];
    return NULL;
}

static inline int dump_open(int strict) {
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    int one = 1, fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0) fail("socket", errno);
    if (strict && setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof one) < 0)
        fail("NETLINK_GET_STRICT_CHK", errno);
    if (connect(fd, (struct sockaddr *)&kernel, sizeof kernel) < 0) fail("connect", errno);
    return fd;
}

static inline void dump_request(int fd, const struct kind *kind) {
    struct {
        struct nlmsghdr header;
        unsigned char body[16];
    } request = {
        .header = {.nlmsg_len = NLMSG_HDRLEN + kind->body,
                   .nlmsg_type = kind->request,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                   .nlmsg_seq = SEQUENCE},
        .body = {kind->family}, /* the family is the first byte of each of these structs */
    };
    if (send(fd, &request, request.header.nlmsg_len, 0) < 0) fail("send", errno);
}

/* One datagram. A truncated one ends the program: its numbers would be wrong. */
static inline size_t dump_receive(int fd, unsigned char *buffer) {
    ssize_t n;
    do
        n = recv(fd, buffer, BUFFER_SIZE, MSG_TRUNC);
    while (n < 0 && errno == EINTR);
    if (n < 0) fail("recv", errno);
    if (n > BUFFER_SIZE) fail("recv: datagram larger than the buffer", EMSGSIZE);
    return (size_t)n;
}

static inline uint64_t wall_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static inline uint64_t timeval_ns(struct timeval t) {
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_usec * 1000u;
}

/* User and system time together: the kernel knows their sum exactly, but
 * splits it by counting timer ticks. */
static inline uint64_t cpu_ns(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return timeval_ns(u.ru_utime) + timeval_ns(u.ru_stime);
}

#endif
