#!/bin/sh
# Runs a command in a private network namespace full of routes, so that dumps
# have something to dump and nothing outside is touched.
#
#     benches/namespace.sh COMMAND [ARGUMENT...]
#
# Environment, all counts:
#   ROUTES      IPv4 unicast routes (default 300000)
#   ROUTES6     IPv6 unicast routes (default 0)
#   NEIGHBOURS  permanent IPv4 neighbours (default 0)
#   LINKS       veth pairs, two links each (default 0)
#
# The namespace also has lo, the device v0 (one end of a veth pair where the
# kernel has veth, else a dummy) that the routes and neighbours are on, and the
# few addresses and routes that come with them. All of it, and every process in
# it that ends with the command, is gone with the command. The command's exit
# status is the script's.
#
# Needs: unshare (util-linux), ip (iproute2), awk. Root, or a system that lets
# ordinary users make user namespaces.
set -eu

if [ $# -eq 0 ]; then
    echo "usage: [ROUTES=n] [ROUTES6=n] [NEIGHBOURS=n] [LINKS=n] $0 COMMAND [ARGUMENT...]" >&2
    exit 2
fi

if [ -z "${NLWIRE_INSIDE_NAMESPACE:-}" ]; then
    if unshare -n true 2>/dev/null; then how=-n; else how=-Urn; fi
    NLWIRE_INSIDE_NAMESPACE=1 exec unshare "$how" "$0" "$@"
fi
unset NLWIRE_INSIDE_NAMESPACE

ROUTES=${ROUTES:-300000}
ROUTES6=${ROUTES6:-0}
NEIGHBOURS=${NEIGHBOURS:-0}
LINKS=${LINKS:-0}

# batch COUNT PROGRAM: feeds ip what the awk PROGRAM prints for i = 0 .. COUNT-1.
# In pieces, because ip keeps some kilobytes of memory for each line it has read.
batch() {
    from=0
    while [ "$from" -lt "$1" ]; do
        to=$((from + 50000))
        if [ "$to" -gt "$1" ]; then to=$1; fi
        awk -v from="$from" -v to="$to" "
            function v4(n) {
                return int(n / 16777216) \".\" int(n / 65536) % 256 \".\" int(n / 256) % 256 \".\" n % 256
            }
            BEGIN { for (i = from; i < to; i++) { $2 } }" | ip -batch -
        from=$to
    done
}

ip link set lo up
if ip link add v0 type veth peer name v1 2>/dev/null; then
    ip link set v1 addrgenmode none up
else
    ip link add v0 type dummy
fi
# No link-local addresses, so that no traffic starts by itself.
ip link set v0 addrgenmode none up
ip address add 10.0.0.2/16 dev v0

# A mix like that of a large router: of 100 routes 60 are /24, 15 /22, 10 /20,
# 8 /32, 6 /28 and 1 /16. Each length counts through the space from 16.0.0.0
# up, so no two are the same up to 5 million routes. By table: 94 main, 4 table
# 100, 2 table 1000 (which does not fit the header's 8 bits). Some have a
# protocol or a priority.
batch "$ROUTES" '
    hundred = int(i / 100); k = i % 100
    if (k < 60)      { len = 24; n = hundred * 60 + k }
    else if (k < 75) { len = 22; n = hundred * 15 + k - 60 }
    else if (k < 85) { len = 20; n = hundred * 10 + k - 75 }
    else if (k < 93) { len = 32; n = hundred * 8 + k - 85 }
    else if (k < 99) { len = 28; n = hundred * 6 + k - 93 }
    else             { len = 16; n = hundred }
    line = "route add " v4(268435456 + n * 2 ^ (32 - len)) "/" len " via 10.0." int(i / 200) % 4 "." 3 + i % 200 " dev v0"
    if (i % 50 == 7)      line = line " table 1000"
    else if (i % 25 == 9) line = line " table 100"
    if (i % 3 == 0)  line = line " proto 186"
    if (i % 10 == 0) line = line " metric " 10 + i % 7
    print line'

if [ "$ROUTES6" -gt 0 ]; then
    # A route, not an address: joining an address's group would send packets, and
    # the counters in link dumps would differ from one dump to the next.
    ip route add fd00::/64 dev v0
    batch "$ROUTES6" '
        printf "route add 2001:%x:%x::/48 via fd00::%x dev v0\n", int(i / 65536), i % 65536, 3 + i % 200'
fi

batch "$NEIGHBOURS" '
    printf "neighbour add %s lladdr 02:00:%02x:%02x:%02x:%02x nud permanent dev v0\n",
        v4(184549376 + i), int(i / 16777216), int(i / 65536) % 256, int(i / 256) % 256, i % 256'

batch "$LINKS" 'printf "link add a%d type veth peer name b%d\n", i, i'

exec "$@"
