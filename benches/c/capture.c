/* Writes what a dump answers to a file: the datagrams as the kernel made them,
 * concatenated, without the NLMSG_DONE. Measures nothing; parse.c and others
 * measure on the file.
 *
 *     cc -O2 capture.c -o capture
 *     ./capture route4|route6|neighbour|link|address FILE
 *
 * The exit status is 1, and the file is not to be used, when the kernel
 * refused or interrupted the dump. */
#include "dump.h"

/* The bytes before NLMSG_DONE, or all of them; sets *done when it is there. */
static size_t objects(const unsigned char *datagram, size_t length, int *done) {
    size_t at = 0;
    while (length - at >= NLMSG_HDRLEN) {
        struct nlmsghdr header;
        memcpy(&header, datagram + at, sizeof header);
        if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > length - at)
            fail("malformed datagram", EBADMSG);
        if (header.nlmsg_flags & NLM_F_DUMP_INTR) fail("dump interrupted by a change", EAGAIN);
        if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR) {
            int code = 0;
            if (header.nlmsg_len >= NLMSG_HDRLEN + sizeof code)
                memcpy(&code, datagram + at + NLMSG_HDRLEN, sizeof code);
            if (code < 0) fail("refused", -code);
            *done = 1;
            return at;
        }
        size_t step = NLMSG_ALIGN((size_t)header.nlmsg_len);
        at = step < length - at ? at + step : length;
    }
    return length;
}

int main(int argc, char **argv) {
    static _Alignas(16) unsigned char buffer[BUFFER_SIZE];
    const struct kind *kind = argc == 3 ? kind_named(argv[1]) : NULL;
    if (!kind) {
        fprintf(stderr, "usage: capture route4|route6|neighbour|link|address FILE\n");
        return 2;
    }
    FILE *file = fopen(argv[2], "wb");
    if (!file) fail(argv[2], errno);

    int fd = dump_open(0), done = 0;
    dump_request(fd, kind);
    while (!done) {
        size_t n = objects(buffer, dump_receive(fd, buffer), &done);
        if (fwrite(buffer, 1, n, file) != n) fail(argv[2], errno);
    }
    close(fd);
    if (fclose(file) != 0) fail(argv[2], errno);
    return 0;
}
