/* The floor of a dump: what it costs to make the kernel produce it and to
 * receive it, without looking inside. No reader on one socket can be faster.
 *
 *     cc -O2 floor.c -o floor
 *     ./floor route4|route6|neighbour|link|address [strict]
 *
 * Prints one line of name=value. wall_ns and cpu_ns run from just before the
 * request is sent until the end of the dump is in the buffer; datagrams and
 * bytes count everything received, the NLMSG_DONE included.
 *
 * How the end is seen. The kernel sends NLMSG_DONE either alone in a last
 * datagram (IPv4 routes, links) or after the last objects of one (neighbours).
 * Two looks a datagram see both, whatever the number of messages in it:
 *   - the type in the first header: NLMSG_DONE alone, or NLMSG_ERROR;
 *   - the last 20 bytes. Without NETLINK_EXT_ACK, which is off here, an
 *     rtnetlink NLMSG_DONE is always its 16-byte header and a 4-byte errno, so
 *     one that shares a datagram is exactly these bytes. They are taken for it
 *     when length, type and sequence number all fit. The tail of an object
 *     could only be mistaken for it if it happened to hold our sequence number
 *     in the right place behind 20 and NLMSG_DONE. */
#include "dump.h"

enum { DONE_SIZE = NLMSG_HDRLEN + 4 };

static int at_end(const unsigned char *datagram, size_t length) {
    struct nlmsghdr first, last;
    int code;
    if (length < DONE_SIZE) fail("short datagram", EBADMSG);
    memcpy(&first, datagram, sizeof first);
    memcpy(&last, datagram + length - DONE_SIZE, sizeof last);
    if (first.nlmsg_type == NLMSG_ERROR) {
        memcpy(&code, datagram + NLMSG_HDRLEN, sizeof code);
        fail("refused", -code);
    }
    if (first.nlmsg_type != NLMSG_DONE &&
        (last.nlmsg_type != NLMSG_DONE || last.nlmsg_len != DONE_SIZE ||
         last.nlmsg_seq != SEQUENCE))
        return 0;
    memcpy(&code, datagram + length - 4, sizeof code);
    if (code < 0) fail("dump failed", -code);
    return 1;
}

int main(int argc, char **argv) {
    static _Alignas(16) unsigned char buffer[BUFFER_SIZE];
    const struct kind *kind = argc > 1 ? kind_named(argv[1]) : NULL;
    int strict = argc == 3 && strcmp(argv[2], "strict") == 0;
    if (!kind || argc > 2 + strict) {
        fprintf(stderr, "usage: floor route4|route6|neighbour|link|address [strict]\n");
        return 2;
    }

    int fd = dump_open(strict);
    uint64_t datagrams = 0, bytes = 0;
    uint64_t cpu = cpu_ns(), wall = wall_ns();
    dump_request(fd, kind);
    size_t n;
    do {
        n = dump_receive(fd, buffer);
        datagrams++;
        bytes += n;
    } while (!at_end(buffer, n));
    wall = wall_ns() - wall;
    cpu = cpu_ns() - cpu;

    printf("program=floor kind=%s strict=%d datagrams=%llu bytes=%llu wall_ns=%llu cpu_ns=%llu\n",
           kind->name, strict, (unsigned long long)datagrams, (unsigned long long)bytes,
           (unsigned long long)wall, (unsigned long long)cpu);
    close(fd);
    return 0;
}
