//! Routes whose packets are wrapped into something, beside `ip route` wrapping them.

mod lab;

use nlwire::Errno;
use std::net::Ipv6Addr;
use std::os::fd::{AsRawFd, OwnedFd};

use lab::twins::{Way, beside, carry_out, prefix};
use lab::{Lab, assert_same, objects, programs, skip};
use nlwire::Netlink;
use nlwire::route::encapsulation::{
    Bpf, BpfProgram, FlavorOperations, Flavors, Ila, IlaChecksum, IlaHook, IlaIdentifier, Ioam6, Ioam6Mode, Ioam6Trace,
    IpTunnel, Mpls, Rpl, Seg6, Seg6Action, Seg6Counters, Seg6Local, Seg6Mode, TunnelFlags, TunnelOption, Xfrm,
};
use nlwire::route::{Encapsulation, NextHop, Route, RouteDetails, RouteProtocol};
use serde_json::Value;

fn six(text: &str) -> Ipv6Addr {
    text.parse().unwrap()
}

fn indices() -> Option<(u32, u32)> {
    let lab = Lab::new()?;
    lab.pair("v0", "v1");
    Some((lab.index("v0"), lab.index("v1")))
}

/// A route to a prefix by an interface, with an encapsulation.
fn wrapped(to: &str, interface: u32, encapsulation: Encapsulation) -> Route {
    let details = RouteDetails { encapsulation: Some(encapsulation), ..RouteDetails::default() };
    Route { destination: prefix(to), interface: Some(interface), details: Some(Box::new(details)), ..Route::default() }
}

/// What `ip` adds serialises as `ip` shows it, with the names of interfaces.
fn serialised(cases: &[(&str, Route)]) {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    lab.ip("address add 203.0.113.1/24 dev v0");
    let (names, mut nl) = (lab.names(), lab.netlink());
    for (command, _) in cases {
        let (family, route) = command.split_once("route ").unwrap();
        if lab.try_ip(&format!("{family} route add {route}")).is_err() {
            continue;
        }
        let name = |shown: &mut Value| {
            lab::name(shown, &names);
            let own = [("seg6local_oif", "oif"), ("seg6local_iif", "iif"), ("link", "link_dev")];
            lab::name_as(shown, &names, &own);
        };
        let is_wrapped = |shown: &Value| shown.get("encap").is_some() || shown["nexthops"][0].get("encap").is_some();
        let ours = nl.routes().list().unwrap().into_iter().map(|route| {
            let mut shown = serde_json::to_value(route).unwrap();
            name(&mut shown);
            if let Some(hops) = shown.get_mut("nexthops").and_then(Value::as_array_mut) {
                hops.iter_mut().for_each(name);
            }
            shown
        });
        let ours: Vec<_> = ours.filter(is_wrapped).collect();
        let family = if family.is_empty() { "-4" } else { family };
        let theirs = lab.json(&format!("-s {family} route show table all"));
        let theirs: Vec<_> = objects(&theirs).iter().filter(|route| is_wrapped(route)).cloned().collect();
        assert_eq!(theirs.len(), 1, "{command}");
        assert_same(&ours, &theirs);
        lab.ip(&format!("{family} route del {route}"));
    }
}

fn compare(show: &str, cases: &[(&str, Route)]) {
    serialised(cases);
    beside(
        "",
        show,
        cases,
        |way, route| carry_out!(way, nl => nl.routes().add(route)),
        |way, route| carry_out!(way, nl => nl.routes().delete(route)),
        |nl: &mut Netlink| {
            let mut routes = nl.routes().list().unwrap();
            routes.retain(|route| route.protocol != RouteProtocol::KERNEL);
            // What was counted until now is no part of what is asked for.
            for route in &mut routes {
                if let Some(Encapsulation::Seg6Local(local)) =
                    route.details.as_mut().and_then(|details| details.encapsulation.as_mut())
                {
                    assert!(local.counters.is_none_or(|counters| counters == Seg6Counters::default()));
                }
            }
            routes
        },
    );
}

#[test]
fn packets_go_into_labels_and_tunnels_as_by_ip() {
    let Some((v0, _)) = indices() else { return };
    let four = |text: &str| Some(text.parse().unwrap());
    let to = |encapsulation| wrapped("10.9.0.0/16", v0, encapsulation);
    let via = |encapsulation| Route { gateway: four("203.0.113.9").map(std::net::IpAddr::V4), ..to(encapsulation) };
    let ip = || IpTunnel { id: Some(5), destination: four("192.0.2.9"), ..IpTunnel::default() };
    let hop = |gateway: &str, encapsulation| NextHop {
        gateway: four(gateway).map(std::net::IpAddr::V4),
        interface: v0,
        weight: 1,
        encapsulation: Some(encapsulation),
        ..NextHop::default()
    };
    let mpls = |labels: &[u32], ttl| Encapsulation::Mpls(Mpls { labels: labels.to_vec(), ttl });
    let cases = [
        ("route 10.9.0.0/16 encap mpls 100/200 ttl 9 via 203.0.113.9 dev v0", via(mpls(&[100, 200], Some(9)))),
        ("route 10.9.0.0/16 encap mpls 1048575 via 203.0.113.9 dev v0", via(mpls(&[1_048_575], None))),
        (
            "route 10.9.0.0/16 encap ip id 5 src 192.0.2.1 dst 192.0.2.9 ttl 9 tos 4 key csum seq dev v0",
            to(Encapsulation::Ip(IpTunnel {
                source: four("192.0.2.1"),
                ttl: Some(9),
                tos: Some(4),
                flags: TunnelFlags::KEY | TunnelFlags::CSUM | TunnelFlags::SEQ,
                ..ip()
            })),
        ),
        ("route 10.9.0.0/16 encap ip id 5 dst 192.0.2.9 dev v0", to(Encapsulation::Ip(ip()))),
        (
            "route 10.9.0.0/16 encap ip id 5 dst 192.0.2.9 vxlan_opts 7 dev v0",
            to(Encapsulation::Ip(IpTunnel { options: vec![TunnelOption::Vxlan(7)], ..ip() })),
        ),
        (
            "route 10.9.0.0/16 encap ip id 5 dst 192.0.2.9 erspan_opts 1:7:0:0 dev v0",
            to(Encapsulation::Ip(IpTunnel { options: vec![TunnelOption::Erspan1(7)], ..ip() })),
        ),
        (
            "route 10.9.0.0/16 encap ip id 5 dst 192.0.2.9 erspan_opts 2:0:1:5 dev v0",
            to(Encapsulation::Ip(IpTunnel { options: vec![TunnelOption::Erspan2(1, 5)], ..ip() })),
        ),
        (
            "route 10.9.0.0/16 encap ip6 id 5 src 2001:db8::1 dst 2001:db8::9 hoplimit 9 tc 4 key csum seq dev v0",
            to(Encapsulation::Ip6(IpTunnel {
                id: Some(5),
                source: Some(six("2001:db8::1")),
                destination: Some(six("2001:db8::9")),
                ttl: Some(9),
                tos: Some(4),
                flags: TunnelFlags::KEY | TunnelFlags::CSUM | TunnelFlags::SEQ,
                options: Vec::new(),
            })),
        ),
        (
            "route 10.9.0.0/16 nexthop encap mpls 100 via 203.0.113.9 dev v0 \
             nexthop encap ip id 5 dst 192.0.2.9 via 203.0.113.10 dev v0",
            Route {
                destination: prefix("10.9.0.0/16"),
                next_hops: vec![hop("203.0.113.9", mpls(&[100], None)), hop("203.0.113.10", Encapsulation::Ip(ip()))],
                ..Route::default()
            },
        ),
    ];
    compare("-4 route show 10.9.0.0/16", &cases);

    let cases = [(
        "-6 route 2001:db8:a::/48 encap ip6 id 5 dst 2001:db8::9 hoplimit 7 dev v0",
        wrapped(
            "2001:db8:a::/48",
            v0,
            Encapsulation::Ip6(IpTunnel {
                id: Some(5),
                destination: Some(six("2001:db8::9")),
                ttl: Some(7),
                ..IpTunnel::default()
            }),
        ),
    )];
    compare("-6 route show 2001:db8:a::/48", &cases);
}

#[test]
fn packets_get_segments_as_by_ip() {
    let Some((v0, v1)) = indices() else { return };
    let seg6 = |to, mode, segments: &[&str]| {
        let header = segments.iter().map(|text| six(text)).collect::<Vec<_>>().into();
        wrapped(to, v0, Encapsulation::Seg6(Seg6 { mode, header, source: None }))
    };
    let cases = [
        (
            "route 10.9.0.0/16 encap seg6 mode encap segs 2001:db8::9,2001:db8::8 dev v0",
            seg6("10.9.0.0/16", Seg6Mode::ENCAP, &["2001:db8::9", "2001:db8::8"]),
        ),
        (
            "route 10.9.0.0/16 encap seg6 mode l2encap segs 2001:db8::9 dev v0",
            seg6("10.9.0.0/16", Seg6Mode::L2ENCAP, &["2001:db8::9"]),
        ),
    ];
    compare("-4 route show 10.9.0.0/16", &cases);

    let seg6 = |mode, segments: &[&str]| seg6("2001:db8:a::/48", mode, segments);
    let local = |local: Seg6Local| wrapped("2001:db8:a::/48", v0, Encapsulation::Seg6Local(Box::new(local)));
    let action = |action| Seg6Local { action, ..Seg6Local::default() };
    let counted = Some(Seg6Counters::default());
    let nine = six("2001:db8::9");
    let cases = [
        (
            "-6 route 2001:db8:a::/48 encap seg6 mode encap segs 2001:db8::9,2001:db8::8 dev v0",
            seg6(Seg6Mode::ENCAP, &["2001:db8::9", "2001:db8::8"]),
        ),
        (
            "-6 route 2001:db8:a::/48 encap seg6 mode inline segs 2001:db8::9,2001:db8::8 dev v0",
            seg6(Seg6Mode::INLINE, &["2001:db8::9", "2001:db8::8"]),
        ),
        (
            "-6 route 2001:db8:a::/48 encap seg6 mode encap.red segs 2001:db8::9,2001:db8::8 dev v0",
            seg6(Seg6Mode::ENCAP_RED, &["2001:db8::9", "2001:db8::8"]),
        ),
        (
            "-6 route 2001:db8:a::/48 encap seg6local action End count dev v0",
            local(Seg6Local { counters: counted, ..action(Seg6Action::END) }),
        ),
        (
            "-6 route 2001:db8:a::/48 encap seg6local action End flavors psp dev v0",
            local(Seg6Local {
                flavors: Some(Flavors { operations: FlavorOperations::PSP, ..Flavors::default() }),
                ..action(Seg6Action::END)
            }),
        ),
        (
            "-6 route 2001:db8:a::/48 encap seg6local action End.X nh6 2001:db8::9 dev v0",
            local(Seg6Local { next_hop6: Some(nine), ..action(Seg6Action::END_X) }),
        ),
        (
            "-6 route 2001:db8:a::/48 encap seg6local action End.T table 254 dev v0",
            local(Seg6Local { table: Some(254), ..action(Seg6Action::END_T) }),
        ),
        (
            "-6 route 2001:db8:a::/48 encap seg6local action End.DX2 oif v1 dev v0",
            local(Seg6Local { interface: Some(v1), ..action(Seg6Action::END_DX2) }),
        ),
        (
            "-6 route 2001:db8:a::/48 encap seg6local action End.DX4 nh4 192.0.2.9 dev v0",
            local(Seg6Local { next_hop4: Some([192, 0, 2, 9].into()), ..action(Seg6Action::END_DX4) }),
        ),
        (
            "-6 route 2001:db8:a::/48 encap seg6local action End.B6 srh segs 2001:db8::9 dev v0",
            local(Seg6Local { header: Some(vec![nine].into()), ..action(Seg6Action::END_B6) }),
        ),
        (
            "-6 route 2001:db8:a::/48 encap seg6local action End.B6.Encaps srh segs 2001:db8::9,2001:db8::8 dev v0",
            local(Seg6Local {
                header: Some(vec![nine, six("2001:db8::8")].into()),
                ..action(Seg6Action::END_B6_ENCAP)
            }),
        ),
    ];
    compare("-6 route show 2001:db8:a::/48", &cases);
}

/// Most kernels have none of these, so that it is no use to say that they are skipped. What is written of each is compared with
/// what iproute2 writes beside the source.
#[test]
fn what_few_kernels_have_is_wrapped_as_by_ip_where_they_do() {
    let Some((v0, v1)) = indices() else { return };
    let able = |cases: &mut Vec<(&str, Route)>| {
        let Some(lab) = Lab::new() else { return };
        lab.pair("v0", "v1");
        cases.retain(|(command, _)| {
            let (family, route) = command.split_once("route").unwrap();
            let made = lab.try_ip(&format!("{family} route add {route}"));
            !made.is_err_and(|error| error.contains("not supported"))
        });
    };
    let to = |encapsulation| wrapped("10.9.0.0/16", v0, encapsulation);
    let mut cases = vec![(
        "route 10.9.0.0/16 dev v0 encap xfrm if_id 7",
        to(Encapsulation::Xfrm(Xfrm { interface_id: 7, link: None })),
    )];
    able(&mut cases);
    compare("-4 route show 10.9.0.0/16", &cases);

    let to = |encapsulation| wrapped("2001:db8:a::/48", v0, encapsulation);
    let nine = six("2001:db8::9");
    let trace = Ioam6Trace { namespace: 1.into(), remaining: 3, kind: 0x8000_0000.into(), ..Ioam6Trace::default() };
    let mut cases = vec![
        (
            "-6 route 2001:db8:a::/48 encap rpl segs 2001:db8::9,2001:db8::8 dev v0",
            // iproute2 takes them the other way round.
            to(Encapsulation::Rpl(Rpl { segments: vec![six("2001:db8::8"), nine] })),
        ),
        (
            "-6 route 2001:db8:a::/48 dev v0 encap xfrm if_id 7 link_dev v1",
            to(Encapsulation::Xfrm(Xfrm { interface_id: 7, link: Some(v1) })),
        ),
        (
            "-6 route 2001:db8:a::/48 encap ila 1:2:3:4 csum-mode adj-transport ident-type luid hook-type output \
             dev v0",
            to(Encapsulation::Ila(Ila {
                locator: 0x0001_0002_0003_0004,
                checksum: Some(IlaChecksum::ADJUST_TRANSPORT),
                identifier: Some(IlaIdentifier::LUID),
                hook: Some(IlaHook::ROUTE_OUTPUT),
            })),
        ),
        (
            "-6 route 2001:db8:a::/48 encap ioam6 freq 1/5 mode encap tundst 2001:db8::9 \
             trace prealloc type 0x800000 ns 1 size 12 dev v0",
            to(Encapsulation::Ioam6(Ioam6 {
                mode: Some(Ioam6Mode::ENCAP),
                trace,
                destination: Some(nine),
                source: None,
                frequency: Some((1, 5)),
            })),
        ),
    ];
    able(&mut cases);
    compare("-6 route show 2001:db8:a::/48", &cases);
}

/// The kernel says no more of programs than their names, so that what was read cannot be added again.
#[test]
fn a_source_route_of_rpl_is_printed_by_the_example_as_ip_prints_it() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    let Some(program) = lab::example("ip") else { return };
    if lab.can("-6 route add 2001:db8:a::/48 encap rpl segs 2001:db8::7,2001:db8:1::8,2001:db8:a::9 dev v0") {
        for words in ["-6 route show", "-j -6 route show"] {
            assert_eq!(lab.try_run(program.to_str().unwrap(), words), lab.try_ip(words), "{words}");
        }
    }
}

#[test]
fn packets_go_through_programs_as_ip_shows() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    lab.ip("address add 203.0.113.1/24 dev v0");
    let kinds = [programs::LWT_IN, programs::LWT_OUT, programs::LWT_XMIT].map(|kind| programs::load(kind, 0));
    let [Some(input), Some(output), Some(transmit)] = &kinds else { return };
    let program = |descriptor: &OwnedFd, name: &str| {
        Some(BpfProgram { number: u32::try_from(descriptor.as_raw_fd()).ok(), name: name.into() })
    };
    let all = Bpf {
        input: program(input, "takes"),
        output: program(output, "gives"),
        transmit: program(transmit, "sends"),
        headroom: Some(14),
    };
    let one = Bpf { output: program(output, "alone"), ..Bpf::default() };
    for mut way in Way::all(&lab) {
        for asked in [&all, &one] {
            let route = wrapped("10.9.0.0/16", lab.index("v0"), Encapsulation::Bpf(asked.clone()));
            let added = carry_out!(&mut way, nl => nl.routes().add(&route));
            if added.as_ref().is_err_and(|error| error.errno() == Some(Errno::EOPNOTSUPP)) {
                return skip(&format!("{}", added.unwrap_err()));
            }
            added.unwrap();
            let theirs = lab.json("-4 route show 10.9.0.0/16");
            let routes = lab.netlink().routes().list().unwrap();
            let read = routes.into_iter().find(|read| read.destination == route.destination).unwrap();
            let ours = serde_json::to_value(&read).unwrap();
            for key in ["encap", "in", "out", "xmit"] {
                assert_eq!(ours[key], theirs[0][key], "{key} of {theirs}");
            }
            let Some(Encapsulation::Bpf(told)) = read.details.and_then(|details| details.encapsulation) else {
                panic!("{theirs}")
            };
            let name = |program: &Option<BpfProgram>| program.as_ref().map(|program| program.name.clone());
            assert_eq!(
                [&told.input, &told.output, &told.transmit].map(name),
                [&asked.input, &asked.output, &asked.transmit].map(name)
            );
            assert_eq!(theirs[0]["out"].as_str().map(str::to_string), name(&asked.output), "{theirs}");
            carry_out!(&mut way, nl => nl.routes().delete(&route)).unwrap();
        }
        // A descriptor that is no program.
        let file = OwnedFd::from(std::fs::File::open("/dev/null").unwrap());
        let wrong = Bpf { output: program(&file, "x"), ..Bpf::default() };
        let wrong = wrapped("10.9.0.0/16", lab.index("v0"), Encapsulation::Bpf(wrong));
        assert!(carry_out!(&mut way, nl => nl.routes().add(&wrong)).is_err());
    }
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_sent() {
    let Some(lab) = Lab::new() else { return };
    let wrong = [
        (Encapsulation::Mpls(Mpls::default()), "an encapsulation in MPLS has labels of 20 bits"),
        (
            Encapsulation::Mpls(Mpls { labels: vec![1 << 20], ttl: None }),
            "an encapsulation in MPLS has labels of 20 bits",
        ),
        (Encapsulation::Seg6(Seg6::default()), "a segment routing header has a segment"),
        (Encapsulation::Rpl(Rpl::default()), "a source route has from 1 to 127 addresses"),
    ];
    for (encapsulation, sentence) in wrong {
        let route = wrapped("2001:db8:a::/48", 1, encapsulation);
        let error = lab.netlink().routes().add(&route).unwrap_err();
        assert_eq!(error.to_string(), format!("add route 2001:db8:a::/48 dev if1: {sentence}"));
    }
}

#[test]
fn one_that_this_kernel_has_not_is_told_as_such() {
    let Some(lab) = Lab::new() else { return };
    let unknown = Encapsulation::Other { kind: nlwire::route::EncapType(77), attributes: vec![4, 0, 1, 0] };
    let error = lab.netlink().routes().add(&wrapped("10.9.0.0/16", 1, unknown)).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::EINVAL), "{error}");
    let made = |route: &Route| route.destination == prefix("10.9.0.0/16");
    assert!(!lab.netlink().routes().list().unwrap().iter().any(made));
}
