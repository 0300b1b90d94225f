//! What a socket does when the kernel does not do as one hopes: dumps that nobody ends, that are refused, that are torn;
//! objects that are too large; senders that are not the kernel.

mod lab;

use nlwire::Errno;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::os::fd::AsFd;
use std::os::unix::net::UnixDatagram;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lab::{Lab, give_up_capabilities, skip};
use nlwire::address::{Address, AddressFilter};
use nlwire::codec::control::{Done, DoneHeader, Noop};
use nlwire::codec::route::address::{GetAddress, Header as AddressHeader, NewAddress};
use nlwire::codec::route::link::bridge::Bridge;
use nlwire::codec::route::link::{GetLink, Header as LinkHeader, LinkInfo, NewLink};
use nlwire::codec::route::nexthop::{Header as HopHeader, NewNexthop, Nexthop};
use nlwire::codec::route::route::{GetRoute, Header as RouteHeader, Metrics, NewRoute, Route as RouteKey, Table};
use nlwire::codec::route::{Family, PROTOCOL};
use nlwire::codec::{EmitError, Envelope, Flags, Message, ParseError, RawMessage, Tail};
use nlwire::route::{RouteFilter, RouteType};
use nlwire::socket::{Error, Namespace, Options, Refusal, Socket};
use nlwire::transport::{Interruption, Request, Transport};
use nlwire::{Blocking, Netlink};

/// A namespace with so many IPv4 routes in table 77.
fn with_routes(count: usize) -> Option<Lab> {
    let lab = Lab::new()?;
    let mut commands = String::new();
    for place in 0..count {
        writeln!(commands, "route add blackhole 10.{}.{}.0/24 table 77", place / 256, place % 256).unwrap();
    }
    lab.batch_of("-4", &commands);
    Some(lab)
}

/// A namespace with so many IPv4 addresses on `v0`.
fn with_addresses(count: usize) -> Option<Lab> {
    let lab = Lab::new()?;
    lab.pair("v0", "v1");
    let mut commands = String::new();
    for place in 0..count {
        writeln!(commands, "address add 10.{}.{}.1/32 dev v0", place / 256, place % 256).unwrap();
    }
    lab.batch(&commands);
    Some(lab)
}

fn of_table(table: u32) -> RouteFilter {
    RouteFilter { family: Some(Family::INET), table: Some(table), ..RouteFilter::default() }
}

fn refusal(error: Error) -> Refusal {
    match error {
        Error::Refused(refusal) => *refusal,
        error => panic!("{error:?}"),
    }
}

#[test]
fn a_dump_that_is_left_in_the_middle_harms_nothing_that_follows() {
    const COUNT: usize = 20_500;
    let Some(lab) = with_routes(COUNT) else { return };
    let mut nl = lab.netlink();
    for taken in [0, 1, 100, COUNT / 2, COUNT - 1, COUNT] {
        let mut stream = nl.routes().filter(of_table(77)).dump().unwrap();
        for _ in 0..taken {
            assert!(stream.next().unwrap().is_some());
        }
        drop(stream);
        assert_eq!(nl.links().get("lo").unwrap().index, 1, "after {taken}");
        assert!(nl.links().get("nobody").unwrap_err().is_not_found());
        assert_eq!(nl.routes().filter(of_table(77)).list().unwrap().len(), COUNT, "after {taken}");
    }
    // One behind the other, with nothing between them.
    for _ in 0..5 {
        let mut stream = nl.routes().filter(of_table(77)).dump().unwrap();
        assert!(stream.next().unwrap().is_some());
    }
    assert_eq!(nl.addresses().list().unwrap().len(), 2);
}

#[test]
fn an_abandoned_request_is_passed_over() {
    let Some(lab) = with_routes(2000) else { return };
    let mut socket = lab.socket(&Options::default());
    let write = |tail: &mut Tail<'_>, envelope| {
        GetRoute::emit(tail, envelope, RouteHeader { family: Family::INET.into(), ..RouteHeader::default() }, |all| {
            Ok(all)
        })
    };
    let sequence = socket.send(Flags::DUMP, write).unwrap().next().unwrap().expect("a route").sequence();
    let mut dump = socket.start_dump::<NewRoute>(write).unwrap();
    let mut count = 0;
    while let Some(route) = dump.next().unwrap() {
        assert_ne!(route.envelope().sequence, sequence);
        count += usize::from(route.header.kind == RouteType::BLACKHOLE);
    }
    assert_eq!(count, 2000);
}

/// Makes a route of table 78 that is not there before.
fn add_route(socket: &mut Socket, number: u32) -> Result<(), Error> {
    socket.request::<NewRoute>(Flags::CREATE | Flags::EXCL, of_table_78(), |route| route.put(RouteKey::DST, to(number)))
}

fn of_table_78() -> RouteHeader {
    RouteHeader {
        family: Family::INET.into(),
        dst_len: 32,
        table: Table(78).into(),
        kind: RouteType::BLACKHOLE.into(),
        ..RouteHeader::default()
    }
}

fn to(number: u32) -> IpAddr {
    Ipv4Addr::from(0x0a00_0000 | number).into()
}

#[test]
fn answers_that_nobody_takes_leave_room_for_the_outcome_of_the_next_request() {
    let Some(lab) = Lab::new() else { return };
    let mut socket = lab.socket(&Options { receive_buffer: Some(16 << 10), ..Options::default() });
    for number in 0..600 {
        let add = |tail: &mut Tail<'_>, envelope| {
            NewRoute::emit(tail, envelope, of_table_78(), |route| route.put(RouteKey::DST, to(number)))
        };
        drop(socket.send(Flags::CREATE, add).unwrap());
    }
    add_route(&mut socket, 600).unwrap();
    assert_eq!(refusal(add_route(&mut socket, 599).unwrap_err()).errno, Errno::EEXIST);
    assert_eq!(lab::objects(&lab.json("route show table 78")).len(), 601);
}

#[test]
fn a_large_answer_that_nobody_takes_takes_no_outcome_from_the_next_request() {
    let Some(lab) = Lab::new() else { return };
    let Some(group) = lab.large_group() else { return };
    let mut socket = lab.socket(&Options::default());
    let add = |tail: &mut Tail<'_>, envelope| {
        NewNexthop::emit(tail, envelope, HopHeader::default(), |hop| {
            hop.put(Nexthop::ID, 10_000)?.put(Nexthop::GROUP, &group[..])
        })
    };
    drop(socket.send(Flags::CREATE | Flags::ECHO, add).unwrap());
    add_route(&mut socket, 1).unwrap();
    // Older kernels cannot show one so large.
    let again = lab.try_ip("nexthop add id 10000 blackhole").unwrap_err();
    assert!(again.contains("exists"), "{again}");
}

/// A second socket over the descriptor of a first.
fn twin(socket: &Socket) -> Socket {
    let descriptor = socket.as_fd().try_clone_to_owned().unwrap();
    Socket::adopt(descriptor, &PROTOCOL, &Options::default()).unwrap()
}

fn all_of_table_77(tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
    let header = RouteHeader { family: Family::INET.into(), ..RouteHeader::default() };
    GetRoute::emit(tail, envelope, header, |route| route.put(RouteKey::TABLE, 77))
}

#[test]
fn a_second_dump_at_once_is_refused_as_busy_and_the_first_goes_on() {
    let Some(lab) = with_routes(3000) else { return };
    let mut socket = lab.socket(&Options::default());
    let mut other = twin(&socket);
    let mut dump = socket.start_dump::<NewRoute>(all_of_table_77).unwrap();
    let mut count = 0;
    // The refusal comes between two datagrams of the first dump, and whoever receives it passes it over.
    while dump.next().unwrap().is_some() {
        count += 1;
        if count == 10 {
            drop(other.start_dump::<NewRoute>(all_of_table_77).unwrap());
        }
    }
    assert_eq!(count, 3000);
    drop(dump);

    // The other way round, the second is told.
    let mut other = twin(&socket);
    let _first = socket.start_dump::<NewRoute>(all_of_table_77).unwrap();
    let refused = refusal(other.start_dump::<NewRoute>(all_of_table_77).unwrap().next().unwrap_err());
    assert_eq!(refused.errno, Errno::EBUSY);
}

#[test]
fn a_dump_that_loses_messages_is_an_error_and_the_next_is_made_on_another_socket() {
    let Some(lab) = with_routes(20_000) else { return };
    let mut socket = lab.socket(&Options { receive_buffer: Some(16 << 10), ..Options::default() });
    for _ in 0..3 {
        // The port of a socket given up is free again, and may come back with the one after.
        let before = socket.port();
        let mut other = File::from(socket.as_fd().try_clone_to_owned().unwrap());
        let mut dump = socket.start_dump::<NewRoute>(all_of_table_77).unwrap();
        assert!(dump.next().unwrap().is_some());
        // Answers that nobody receives, until there is no room for more.
        let mut room = [0; 16];
        let mut tail = Tail::new(&mut room);
        Noop::emit(&mut tail, Envelope::request(Flags::ACK), (), |nothing| Ok(nothing)).unwrap();
        for _ in 0..200 {
            other.write_all(tail.written()).unwrap();
        }
        let error = loop {
            match dump.next() {
                Ok(Some(_)) => {}
                Ok(None) => panic!("a dump that lost messages has come to its end"),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, Error::Overrun) && error.is_retryable(), "{error:?}");
        drop(dump);
        let whole = socket.start_dump::<NewRoute>(all_of_table_77).unwrap();
        assert_eq!(whole.collect(Interruption::Fail, |_| Ok(())).unwrap().len(), 20_000);
        assert_ne!(socket.port(), before);
    }
    assert!(socket.settings().receive_buffer < 64 << 10);
}

#[test]
fn a_dump_on_a_descriptor_of_somebody_elses_can_be_left_and_lost_too() {
    let Some(lab) = with_routes(20_000) else { return };
    let descriptor = lab.socket(&Options::default()).into_descriptor().unwrap();
    let mut socket = Socket::adopt(descriptor, &PROTOCOL, &Options::default()).unwrap();
    let port = socket.port();
    for taken in [1, 5_000, 19_999] {
        let mut dump = socket.start_dump::<NewRoute>(all_of_table_77).unwrap();
        for _ in 0..taken {
            assert!(dump.next().unwrap().is_some());
        }
        drop(dump);
        let whole = socket.start_dump::<NewRoute>(all_of_table_77).unwrap();
        assert_eq!(whole.collect(Interruption::Fail, |_| Ok(())).unwrap().len(), 20_000);
    }
    assert_eq!(socket.port(), port);
}

#[test]
fn a_dump_can_be_left_and_begun_anew_where_the_socket_could_no_longer_be_opened() {
    let Some(lab) = with_routes(3000) else { return };
    let left = lab.namespace.run(|| {
        // To hear of all namespaces needs a privilege when the socket is opened, and none behind that.
        let options = Options { all_namespaces: true, timeout: Some(Duration::from_secs(20)), ..Options::default() };
        let mut socket = Socket::open_with(&PROTOCOL, &options)?;
        give_up_capabilities();
        for _ in 0..3 {
            let mut dump = socket.start_dump::<NewRoute>(all_of_table_77)?;
            dump.next()?;
            dump.restart()?;
            dump.next()?;
            drop(dump);
            let whole = socket.start_dump::<NewRoute>(all_of_table_77)?;
            assert_eq!(whole.collect(Interruption::Fail, |_| Ok(()))?.len(), 3000);
        }
        Ok::<_, Error>(())
    });
    left.unwrap();
}

#[test]
fn a_table_that_there_is_not_is_an_error_in_the_kernels_words() {
    let Some(lab) = Lab::new() else { return };
    let mut nl = lab.netlink();
    let error = nl.routes().filter(of_table(4711)).list().unwrap_err();
    assert!(error.is_not_found());
    let text = "No such file or directory (os error 2): ipv4: FIB table does not exist";
    assert_eq!(error.to_string(), format!("list routes: {text}"));
    let mut stream = nl.routes().filter(of_table(4711)).dump().unwrap();
    assert_eq!(stream.next().unwrap_err().to_string(), format!("dump routes: {text}"));
    assert!(stream.next().unwrap().is_none());
    drop(stream);
    assert!(nl.routes().list().is_ok());
}

#[test]
fn a_device_that_there_is_not_is_an_error() {
    let Some(lab) = Lab::new() else { return };
    let mut nl = lab.netlink();
    for family in [Family::INET, Family::INET6] {
        let filter = RouteFilter { family: Some(family), interface: Some(4711), ..RouteFilter::default() };
        let error = nl.routes().filter(filter).list().unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENODEV), "{error}");
    }
    let filter = RouteFilter { interface: Some(4711), ..RouteFilter::default() };
    assert_eq!(nl.routes().filter(filter).list().unwrap_err().errno(), Some(Errno::ENODEV));
    assert!(!nl.routes().list().unwrap().is_empty());
}

#[test]
fn a_filter_that_the_kernel_does_not_know_is_an_error() {
    let Some(lab) = Lab::new() else { return };
    let mut socket = lab.socket(&Options::default());
    let header = RouteHeader { family: Family::INET.into(), ..RouteHeader::default() };
    let mut dump = socket.dump::<GetRoute, NewRoute>(header, |route| route.put(RouteKey::MARK, 5)).unwrap();
    let refusal = refusal(dump.next().unwrap_err());
    assert_eq!(refusal.errno, Errno::EINVAL);
    assert!(refusal.message.is_some_and(|message| message.to_lowercase().contains("attribute")));
}

#[test]
fn a_question_that_the_kernel_does_not_know_is_an_error_before_the_start() {
    let Some(lab) = Lab::new() else { return };
    let mut socket = lab.socket(&Options::default());
    let mut dump = socket
        .start_dump::<NewLink>(|tail, envelope| {
            tail.put(&20u32.to_ne_bytes())?;
            tail.put(&200u16.to_ne_bytes())?;
            tail.put(&envelope.flags.bits().to_ne_bytes())?;
            tail.put(&envelope.sequence.to_ne_bytes())?;
            Ok(tail.put(&[0; 8])?)
        })
        .unwrap();
    assert_eq!(refusal(dump.next().unwrap_err()).errno, Errno::EOPNOTSUPP);
    drop(dump);
    let mut dump = socket.dump::<GetRoute, NewRoute>(RouteHeader::default(), |all| Ok(all)).unwrap();
    assert!(dump.next().unwrap().is_some());
}

#[test]
fn a_refusal_names_the_attribute() {
    let Some(lab) = Lab::new() else { return };
    let mut socket = lab.socket(&Options::default());
    let header = RouteHeader {
        family: Family::INET.into(),
        dst_len: 8,
        kind: RouteType::BLACKHOLE.into(),
        ..RouteHeader::default()
    };
    let bad = socket.request::<NewRoute>(Flags::CREATE, header, |route| {
        route.put(RouteKey::DST, [10, 0, 0, 0].into())?.put_raw(RouteKey::OIF.number(), &[1, 2])
    });
    let bad = refusal(bad.unwrap_err());
    assert_eq!(bad.attribute.to_string(), "RTA_OIF");
    assert!(bad.message.is_some() && (bad.errno == Errno::EINVAL || bad.errno == Errno::ERANGE), "{bad}");
    // Some kernels say what they would have taken.
    let end =
        if bad.expected.is_some() { " (at RTA_OIF, where a number of 32 bits was expected)" } else { " (at RTA_OIF)" };
    assert!(bad.to_string().ends_with(end), "{bad}");
    // What it has no words for it also tells.
    socket.request::<NewRoute>(Flags::CREATE, header, |route| route.put(RouteKey::DST, [10, 0, 0, 0].into())).unwrap();
    let again = Flags::CREATE | Flags::EXCL;
    let exists = socket.request::<NewRoute>(again, header, |route| route.put(RouteKey::DST, [10, 0, 0, 0].into()));
    assert_eq!(refusal(exists.unwrap_err()).errno, Errno::EEXIST);
}

#[test]
fn a_refusal_names_an_attribute_within_others() {
    let Some(lab) = Lab::new() else { return };
    let mut socket = lab.socket(&Options::default());
    let bad = socket.request::<NewLink>(Flags::CREATE | Flags::EXCL, LinkHeader::default(), |link| {
        link.nest(nlwire::codec::route::link::Link::LINKINFO, |info| {
            info.put(LinkInfo::KIND, "bridge")?.nest_as(
                LinkInfo::DATA,
                |bridge: &mut nlwire::codec::Emit<'_, Bridge>| {
                    bridge.put(Bridge::AGEING_TIME, 5)?.put_raw(Bridge::STP_STATE.number(), &[1])
                },
            )
        })
    });
    let bad = refusal(bad.unwrap_err());
    assert_eq!(bad.attribute.to_string(), "IFLA_LINKINFO.IFLA_INFO_DATA.IFLA_BR_STP_STATE", "{bad}");
}

#[test]
fn a_refusal_without_explanations_is_only_a_number() {
    let Some(lab) = Lab::new() else { return };
    let mut socket = lab.socket(&Options { extended_ack: false, cap_ack: false, ..Options::default() });
    let header = RouteHeader { family: Family::INET.into(), kind: RouteType::UNICAST.into(), ..RouteHeader::default() };
    let bad = socket.request::<NewRoute>(Flags::CREATE, header, |route| {
        route.nest(RouteKey::METRICS, |metrics| metrics.put(Metrics::CC_ALGO, "nobody-knows"))
    });
    let bad = refusal(bad.unwrap_err());
    assert_eq!((bad.errno, bad.message.as_deref(), bad.attribute.is_empty()), (Errno::EINVAL, None, true));
}

#[test]
fn a_list_that_a_refusal_ends_in_the_middle_is_not_taken_for_whole() {
    for (parts, is_whole) in [(0, true), (1, false)] {
        let (near, far) = UnixDatagram::pair().unwrap();
        let kernel = std::thread::spawn(move || {
            let mut room = [0; 4096];
            far.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
            // The first family that is asked for is refused behind so many routes, the other is without any.
            for (parts, code) in [(parts, -libc::ENOENT), (0, 0)] {
                let Ok(17..) = far.recv(&mut room) else { return };
                let sequence = RawMessage::first(&room).unwrap().sequence();
                let envelope = Envelope { flags: Flags::MULTI, sequence, port: 0 };
                let header = RouteHeader { family: Family(room[16]).into(), ..RouteHeader::default() };
                let mut answer = [0; 256];
                let mut tail = Tail::new(&mut answer);
                for _ in 0..parts {
                    NewRoute::emit(&mut tail, envelope, header, |route| Ok(route)).unwrap();
                }
                Done::emit(&mut tail, envelope, DoneHeader { code: code.into() }, |done| Ok(done)).unwrap();
                far.send(tail.written()).unwrap();
            }
        });
        let socket = Socket::adopt(near.into(), &PROTOCOL, &Options::default()).unwrap();
        let mut nl = Netlink::over(Blocking::new(socket));
        let listed = nl.routes().list();
        assert_eq!(listed.is_ok(), is_whole, "{parts}: {listed:?}");
        kernel.join().unwrap();
    }
}

/// Lists IPv4 addresses, and changes them in the middle of a dump as often as it is told to.
struct Disturbed<'l> {
    lab: &'l Lab,
    changes: u32,
    changed: u32,
    objects: Vec<Address>,
}

impl<'l> Disturbed<'l> {
    fn new(lab: &'l Lab, changes: u32) -> Self {
        Self { lab, changes, changed: 0, objects: Vec::new() }
    }
}

/// Adds an address and takes it away.
fn disturb(lab: &Lab) {
    lab.batch("address add 192.0.2.1/32 dev v0\naddress delete 192.0.2.1/32 dev v0");
}

impl Request for Disturbed<'_> {
    type Answer = Vec<Address>;

    fn operation(&self) -> String {
        "list addresses".into()
    }

    fn flags(&self) -> Flags {
        Flags::DUMP
    }

    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let header = AddressHeader { family: Family::INET.into(), ..AddressHeader::default() };
        GetAddress::emit(tail, envelope, header, |all| Ok(all))
    }

    fn take(&mut self, message: &RawMessage<'_>) -> Result<(), ParseError> {
        if self.objects.len() == 100 && self.changed < self.changes {
            self.changed += 1;
            disturb(self.lab);
        }
        if let Some(view) = message.read::<NewAddress>()? {
            self.objects.push(Address::from_view(&view)?);
        }
        Ok(())
    }

    fn restart(&mut self) {
        self.objects.clear();
    }

    fn answer(self) -> Option<Vec<Address>> {
        Some(self.objects)
    }
}

#[test]
fn a_list_that_was_torn_is_made_again() {
    let Some(lab) = with_addresses(3000) else { return };
    let mut nl = lab.netlink();
    let addresses = nl.transport().send(Disturbed::new(&lab, 3)).unwrap();
    // And that of `lo`.
    assert_eq!(addresses.len(), 3001);
}

#[test]
fn a_list_that_is_always_torn_fails_in_the_end_and_the_next_does_not() {
    let Some(lab) = with_addresses(3000) else { return };
    // Each of twenty dumps that things changed under is told of.
    let rules = [(Interruption::Retry(19), 20), (Interruption::Retry(0), 1), (Interruption::Fail, 1)];
    for (interruption, changes) in rules {
        let mut nl = lab.netlink().on_interruption(interruption);
        let error = nl.transport().send(Disturbed::new(&lab, changes)).unwrap_err();
        assert!(matches!(error.reason(), Error::Interrupted) && error.is_retryable(), "{error:?}");
        assert_eq!(nl.addresses().list().unwrap().len(), 3002);
    }
}

#[test]
fn a_torn_list_can_be_taken_as_it_is() {
    let Some(lab) = with_addresses(3000) else { return };
    let mut nl = lab.netlink().on_interruption(Interruption::Accept);
    let addresses = nl.transport().send(Disturbed::new(&lab, 1)).unwrap();
    assert!(addresses.len() >= 2900, "{}", addresses.len());
}

#[test]
fn a_torn_stream_ends_with_an_error_unless_that_is_accepted() {
    let Some(lab) = with_addresses(3000) else { return };
    let mut nl = lab.netlink();
    let filter = AddressFilter { family: Some(Family::INET), ..AddressFilter::default() };
    let mut stream = nl.addresses().filter(filter).dump().unwrap();
    let mut count = 0;
    let error = loop {
        match stream.next() {
            Ok(Some(_)) => count += 1,
            Ok(None) => panic!("{count} addresses, and nothing of a change"),
            Err(error) => break error,
        }
        if count == 100 {
            disturb(&lab);
        }
    };
    // After the last object, not before.
    assert!(count >= 2900, "{count}");
    assert!(error.is_retryable() && matches!(error.reason(), Error::Interrupted));
    assert!(stream.next().unwrap().is_none());
    drop(stream);

    let header = AddressHeader { family: Family::INET.into(), ..AddressHeader::default() };
    let socket = nl.transport().socket();
    for changes in [true, false] {
        let mut dump = socket.dump::<GetAddress, NewAddress>(header, |all| Ok(all)).unwrap().accept_interruption();
        let mut count = 0;
        while dump.next().unwrap().is_some() {
            count += 1;
            if count == 100 && changes {
                disturb(&lab);
            }
        }
        assert!(count >= 2900 && dump.interrupted() == changes, "{count}");
    }
}

/// Stops a thread, also where the test fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn lists_are_whole_while_another_thread_changes_what_they_list() {
    let Some(lab) = with_addresses(3000) else { return };
    let stable: HashSet<IpAddr> =
        (0..3000).map(|place: u32| [10, (place / 256) as u8, (place % 256) as u8, 1].into()).collect();
    let churn: String = (0..200)
        .map(|place| format!("address add 192.0.2.{place}/32 dev v0\naddress delete 192.0.2.{place}/32 dev v0\n"))
        .collect();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let changes = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                lab.batch(&churn);
            }
        });
        let stop = Stop(&done);
        let filter = AddressFilter { family: Some(Family::INET), ..AddressFilter::default() };
        let mut nl = lab.netlink().on_interruption(Interruption::Fail);
        let (mut whole, mut torn) = (0, 0);
        for _ in 0..40 {
            match nl.addresses().filter(filter.clone()).list() {
                Ok(addresses) => {
                    let listed: Vec<IpAddr> =
                        addresses.iter().filter_map(|address| Some(address.local?.addr())).collect();
                    let unique: HashSet<IpAddr> = listed.iter().copied().collect();
                    assert!(unique.is_superset(&stable) && unique.len() == listed.len());
                    whole += 1;
                }
                Err(error) => {
                    assert!(error.is_retryable(), "{error}");
                    torn += 1;
                }
            }
        }
        // The thread ends while the last list is made.
        drop(stop);
        let mut nl = lab.netlink().on_interruption(Interruption::Retry(u32::MAX));
        let addresses = nl.addresses().filter(filter).list().unwrap();
        assert!(addresses.len() >= 3001, "{whole} were whole, {torn} torn");
        changes.join().unwrap();
    });
}

#[test]
fn a_link_that_is_larger_than_the_buffer_is_listed_whole() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    let names: Vec<String> = (0..300).map(|place| format!("{place:0>127}")).collect();
    let commands: String = names.iter().map(|name| format!("link property add dev v0 altname {name}\n")).collect();
    lab.batch(&commands);
    // A socket each, so that none has grown before.
    let v0 = lab.netlink().links().get("v0").unwrap();
    assert_eq!(v0.altnames, names);
    let by_name = lab.netlink().links().get(names[299].as_str()).unwrap();
    assert_eq!(by_name, v0);
    let mut nl = lab.netlink();
    let links = nl.links().list().unwrap();
    assert_eq!(links.len(), 3);
    assert_eq!(*links.iter().find(|link| link.name == "v0").unwrap(), v0);
    assert_eq!(nl.links().list().unwrap(), links);
    let mut nl = lab.netlink();
    let mut stream = nl.links().dump().unwrap();
    let mut count = 0;
    let streamed = loop {
        match stream.next() {
            Ok(Some(_)) => count += 1,
            Ok(None) => break Ok(count),
            Err(error) => break Err(error),
        }
    };
    drop(stream);
    // A stream cannot begin again by itself.
    if let Err(error) = streamed {
        assert!(error.is_retryable(), "{error:?}");
        assert_eq!(nl.links().list().unwrap(), links);
    }
}

/// Sends to a port, as root may, in the name of a sequence number: each time a type and so many bytes behind the header.
const FORGERY: &str = r#"
import socket, struct, sys
port, sequence, *replies = map(int, sys.argv[1:])
sender = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
for kind, length in zip(replies[::2], replies[1::2]):
    sender.sendto(struct.pack("=IHHII", 16 + length, kind, 2, sequence, port) + bytes(length), (port, 0))
"#;

/// Sends what looks like replies; false, and the test is skipped, where that cannot be done.
fn forge(lab: &Lab, port: u32, sequence: u32, replies: &[u32]) -> bool {
    let words = [port, sequence].into_iter().chain(replies.iter().copied()).map(|word| word.to_string());
    let words: Vec<String> = ["-c", FORGERY].into_iter().map(String::from).chain(words).collect();
    let sent = lab.namespace.run(|| Command::new("python3").args(words).stdin(Stdio::null()).output());
    match sent {
        Ok(output) if output.status.success() => return true,
        Ok(output) => skip(&format!("python3 cannot forge: {}", String::from_utf8_lossy(&output.stderr))),
        Err(error) => skip(&format!("python3: {error}")),
    }
    false
}

#[test]
fn what_another_process_sends_is_no_reply() {
    let Some(lab) = with_routes(2000) else { return };
    let options = Options { timeout: Some(Duration::from_secs(20)), connect: false, ..Options::default() };
    let mut socket = lab.socket(&options);
    let port = socket.port();
    let write = |tail: &mut Tail<'_>, envelope| {
        let header = RouteHeader { family: Family::INET.into(), ..RouteHeader::default() };
        GetRoute::emit(tail, envelope, header, |route| route.put(RouteKey::TABLE, 77))
    };
    let mut reply = socket.send(Flags::DUMP, write).unwrap();
    let sequence = reply.next().unwrap().expect("a route").sequence();
    // An end, an acknowledgement, an object, and something that is larger than the buffer.
    if !forge(&lab, port, sequence, &[3, 4, 2, 20, 24, 12, 24, 100_000]) {
        return;
    }
    let mut count = 1;
    while reply.next().unwrap().is_some() {
        count += 1;
    }
    assert!(!reply.ended().expect("its end").interrupted);
    assert_eq!(count, 2000);
}

#[test]
fn what_another_process_sends_does_not_even_arrive() {
    let Some(lab) = Lab::new() else { return };
    let mut socket = lab.socket(&Options::default());
    let port = socket.port().to_string();
    let sent = lab
        .namespace
        .run(|| Command::new("python3").args(["-c", FORGERY, &port, "1", "2", "20"]).stdin(Stdio::null()).output());
    match sent {
        Ok(output) => {
            let complaint = String::from_utf8_lossy(&output.stderr);
            assert!(complaint.contains("ConnectionRefusedError"), "{complaint}");
        }
        Err(error) => skip(&format!("python3: {error}")),
    }
    assert!(socket.dump::<GetLink, NewLink>(LinkHeader::default(), |all| Ok(all)).unwrap().next().unwrap().is_some());
}

#[test]
fn a_socket_has_the_buffers_that_it_was_given() {
    let Some(lab) = Lab::new() else { return };
    let plain = *lab.socket(&Options::default()).settings();
    assert!(plain.extended_ack && plain.cap_ack && plain.strict_check);
    let options = Options { receive_buffer: Some(3 << 20), send_buffer: Some(1 << 20), ..Options::default() };
    let large = *lab.socket(&options).settings();
    assert_eq!((large.receive_buffer, large.send_buffer), (6 << 20, 2 << 20));
    let options = Options {
        extended_ack: false,
        cap_ack: false,
        strict_check: false,
        receive_buffer: Some(usize::MAX),
        send_buffer: Some(0),
        ..Options::default()
    };
    let odd = *lab.socket(&options).settings();
    assert!(!odd.extended_ack && !odd.cap_ack && !odd.strict_check);
    assert!(odd.receive_buffer >= plain.receive_buffer && odd.send_buffer < plain.send_buffer, "{odd:?}");
}

#[test]
fn a_namespace_that_is_none_is_an_error() {
    let file = Namespace::from(std::os::fd::OwnedFd::from(std::fs::File::open("/dev/null").unwrap()));
    let error = Netlink::connect_in(&file).unwrap_err();
    assert_eq!(
        (error.errno(), error.to_string()),
        (Some(Errno::EINVAL), "connect: setns: Invalid argument (os error 22)".into())
    );
    assert_eq!(Namespace::open("/nowhere").unwrap_err().errno(), Some(Errno::ENOENT));
}

/// Set in a process that has no privilege.
const UNPRIVILEGED: &str = "NLWIRE_TEST_UNPRIVILEGED";

#[test]
fn without_privilege_there_are_errors_that_say_so() {
    if std::env::var_os(UNPRIVILEGED).is_some() {
        return unprivileged();
    }
    let (Some(lab), Some(other)) = (Lab::new(), Lab::new()) else { return };
    let standing_in = other.namespace.as_fd().try_clone_to_owned().unwrap();
    let run = lab.namespace.run(|| {
        Command::new(std::env::current_exe()?)
            .args(["--exact", "without_privilege_there_are_errors_that_say_so", "--nocapture"])
            .env(UNPRIVILEGED, "1")
            .stdin(standing_in)
            .uid(65534)
            .gid(65534)
            .output()
    });
    match run {
        Err(error) => skip(&format!("the test cannot be run as nobody: {error}")),
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{}{text}", String::from_utf8_lossy(&output.stdout));
            assert!(text.contains("nobody was here"), "{text}");
        }
    }
}

fn unprivileged() {
    let other = Namespace::from(std::io::stdin().as_fd().try_clone_to_owned().unwrap());
    let error = Netlink::connect_in(&other).unwrap_err();
    assert!(error.is_permission(), "{error:?}");
    assert_eq!(error.to_string(), "connect: setns: Operation not permitted (os error 1)");
    let refused = Namespace::new().unwrap_err();
    assert_eq!(refused.errno(), Some(Errno::EPERM), "{refused}");
    // Anybody may look, nobody may touch.
    let mut nl = Netlink::connect().unwrap();
    assert_eq!(nl.links().list().unwrap().len(), 1);
    let mut socket = Socket::open(&PROTOCOL).unwrap();
    let made = socket.request::<NewRoute>(Flags::CREATE, RouteHeader::default(), |route| Ok(route));
    assert_eq!(refusal(made.unwrap_err()).errno, Errno::EPERM);
    let large = Options { receive_buffer: Some(1 << 30), ..Options::default() };
    let large = Socket::open_with(&PROTOCOL, &large).unwrap().settings().receive_buffer;
    assert!(large >= socket.settings().receive_buffer && large < 1 << 30, "{large}");
    eprintln!("nobody was here");
}
