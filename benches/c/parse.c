/* What reading a dump costs in hand-written C (walk.c), on top of floor.c when
 * live, and alone when from memory.
 *
 *     cc -O2 parse.c walk.c -o parse        (-DNLWIRE_C_WALK_FAST: see walk.c)
 *     ./parse live route4|neighbour|link [strict]
 *     ./parse memory FILE route4|neighbour|link [REPEAT]
 *
 * live: one dump into a 32 KiB buffer, every message read in place. wall_ns,
 * cpu_ns, datagrams and bytes mean what they mean in floor.c. The dump ends at
 * NLMSG_DONE, wherever it stands.
 *
 * memory: FILE holds concatenated messages (see capture.c). 20 rounds of
 * REPEAT passes each (default 10) after one pass that is not timed; ns per
 * message is the time of a round divided by the messages it read.
 *
 * Both print one line of name=value, with the checksum defined in walk.h (of
 * one pass). The exit status is 1 when something was malformed or the kernel
 * interrupted the dump. */
#include "dump.h"

#include "walk.h"

enum { ROUNDS = 20 };

static int report_trouble(const struct nlwire_c_walk *walk) {
    if (walk->error > 0) fail("refused", walk->error);
    if (walk->malformed) fprintf(stderr, "malformed: %zu\n", walk->malformed);
    if (walk->flags & NLM_F_DUMP_INTR) fprintf(stderr, "dump interrupted by a change\n");
    return walk->malformed > 0 || (walk->flags & NLM_F_DUMP_INTR);
}

static int live(const struct kind *kind, int strict) {
    static _Alignas(16) unsigned char buffer[BUFFER_SIZE];
    struct nlwire_c_walk walk = {0};
    uint64_t datagrams = 0, bytes = 0;

    int fd = dump_open(strict);
    uint64_t cpu = cpu_ns(), wall = wall_ns();
    dump_request(fd, kind);
    while (!walk.done && walk.malformed == 0) {
        size_t n = dump_receive(fd, buffer);
        datagrams++;
        bytes += n;
        nlwire_c_walk(buffer, n, kind->answer, &walk);
    }
    wall = wall_ns() - wall;
    cpu = cpu_ns() - cpu;
    close(fd);

    printf("program=parse-live kind=%s strict=%d datagrams=%llu bytes=%llu wall_ns=%llu "
           "cpu_ns=%llu messages=%zu checksum=%016llx\n",
           kind->name, strict, (unsigned long long)datagrams, (unsigned long long)bytes,
           (unsigned long long)wall, (unsigned long long)cpu, walk.messages,
           (unsigned long long)walk.checksum);
    return report_trouble(&walk);
}

/* The whole file in an allocation of exactly its size. */
static unsigned char *read_file(const char *name, size_t *length) {
    FILE *file = fopen(name, "rb");
    if (!file) fail(name, errno);
    if (fseek(file, 0, SEEK_END) != 0) fail(name, errno);
    long size = ftell(file);
    if (size < 0) fail(name, errno);
    rewind(file);
    unsigned char *bytes = malloc(size > 0 ? (size_t)size : 1);
    if (!bytes) fail(name, ENOMEM);
    if (fread(bytes, 1, (size_t)size, file) != (size_t)size) fail(name, EIO);
    fclose(file);
    *length = (size_t)size;
    return bytes;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int memory(const char *name, const struct kind *kind, unsigned long repeat) {
    size_t length;
    unsigned char *bytes = read_file(name, &length);
    struct nlwire_c_walk once = {0};
    nlwire_c_walk(bytes, length, kind->answer, &once);

    double rounds[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t start = wall_ns();
        for (unsigned long i = 0; i < repeat; i++) {
            struct nlwire_c_walk again = {0};
            nlwire_c_walk(bytes, length, kind->answer, &again);
            if (again.checksum != once.checksum) fail("checksum changed", EBADMSG);
        }
        double messages = (double)once.messages * (double)repeat;
        rounds[round] = (double)(wall_ns() - start) / (messages > 0 ? messages : 1);
    }
    qsort(rounds, ROUNDS, sizeof rounds[0], ascending);
    free(bytes);

    printf("program=parse-memory kind=%s bytes=%zu rounds=%d repeat=%lu ns_per_message_min=%.2f "
           "ns_per_message_median=%.2f messages=%zu checksum=%016llx\n",
           kind->name, length, ROUNDS, repeat, rounds[0],
           (rounds[ROUNDS / 2 - 1] + rounds[ROUNDS / 2]) / 2, once.messages,
           (unsigned long long)once.checksum);
    return report_trouble(&once);
}

static const struct kind *readable(const char *name) {
    const struct kind *kind = kind_named(name);
    if (!kind || kind->family == AF_INET6 || kind->answer == RTM_NEWADDR) return NULL;
    return kind;
}

int main(int argc, char **argv) {
    if ((argc == 3 || (argc == 4 && strcmp(argv[3], "strict") == 0)) &&
        strcmp(argv[1], "live") == 0 && readable(argv[2]))
        return live(readable(argv[2]), argc == 4);
    if ((argc == 4 || argc == 5) && strcmp(argv[1], "memory") == 0 && readable(argv[3])) {
        unsigned long repeat = argc == 5 ? strtoul(argv[4], NULL, 10) : 10;
        if (repeat > 0) return memory(argv[2], readable(argv[3]), repeat);
    }
    fprintf(stderr, "usage: parse live route4|neighbour|link [strict]\n"
                    "       parse memory FILE route4|neighbour|link [REPEAT]\n");
    return 2;
}
