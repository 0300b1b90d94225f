//! Signals that interrupt system calls: nothing is lost or done twice, and a timeout is not made longer.

mod lab;

use std::cell::Cell;
use std::os::unix::net::UnixDatagram;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use lab::Lab;
use nlwire::codec::route::PROTOCOL;
use nlwire::codec::route::group::Group;
use nlwire::codec::route::route::{DelRoute, GetRoute, Header, NewRoute, Route as Wire, RouteType, Table};
use nlwire::codec::route::{Family, Scope};
use nlwire::codec::{Envelope, Flags, Message, Messages, Tail};
use nlwire::route::{Route, RouteFilter};
use nlwire::socket::{BatchOptions, Error, Event, Events, Options, Outcome, Socket};

/// How long to wait in vain.
const PATIENCE: Duration = Duration::from_millis(300);

thread_local! {
    /// How often the thread was interrupted.
    static CAUGHT: Cell<u32> = const { Cell::new(0) };
}

extern "C" fn handler(_signal: libc::c_int) {
    CAUGHT.set(CAUGHT.get().wrapping_add(1));
}

/// Has SIGUSR1 interrupt what a thread is at.
fn handle_signals() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: sigaction is made of integers and pointers, for which all bytes zero are a value: no flags, so no SA_RESTART.
        let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
        action.sa_sigaction = handler as *const () as libc::sighandler_t;
        // SAFETY: the pointer is to a live sigaction; the handler does nothing but count in a variable
        // of its thread's that needs neither be made nor dropped.
        assert_eq!(unsafe { libc::sigaction(libc::SIGUSR1, &raw const action, std::ptr::null_mut()) }, 0);
    });
}

/// Says that it is over, also where a test fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Does this while signals come to the calling thread, one behind the other.
fn amid_signals<T>(what: impl FnOnce() -> T) -> T {
    handle_signals();
    // SAFETY: it takes nothing and cannot fail.
    let thread = unsafe { libc::pthread_self() };
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let _over = Over(&over);
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                // SAFETY: the thread waits for this one before it ends.
                assert_eq!(unsafe { libc::pthread_kill(thread, libc::SIGUSR1) }, 0);
                std::thread::sleep(Duration::from_micros(20));
            }
        });
        what()
    })
}

/// What waits so long in vain, interrupted again and again.
fn wait_in_vain<T>(wait: impl FnOnce() -> T) -> T {
    let (begin, caught) = (Instant::now(), CAUGHT.get());
    let waited = wait();
    let took = begin.elapsed();
    assert!(took >= PATIENCE && took < PATIENCE + Duration::from_secs(10), "{took:?}");
    assert!(CAUGHT.get() - caught > 10, "signals come");
    waited
}

fn put_route<M: Message<Header = Header, Attributes = Wire>>(
    index: u32,
    tail: &mut Tail<'_>,
    envelope: Envelope,
) -> Result<(), nlwire::codec::EmitError> {
    let header = Header {
        family: Family::INET.into(),
        dst_len: 32,
        table: Table::MAIN.into(),
        kind: RouteType::BLACKHOLE.into(),
        scope: Scope::UNIVERSE.into(),
        ..Header::default()
    };
    M::emit(tail, envelope, header, |route| route.put(Wire::DST, [10, 1, (index >> 8) as u8, index as u8].into()))
}

/// Adds so many routes, or deletes them: how many were done.
fn batch<M: Message<Header = Header, Attributes = Wire>>(socket: &mut Socket, flags: Flags, count: u32) -> u32 {
    let mut done = 0;
    let mut batch = socket
        .batch(&BatchOptions::default(), |_, outcome| {
            assert_eq!(outcome, Outcome::Done);
            done += 1;
        })
        .unwrap();
    for index in 0..count {
        batch.push(flags, |tail, envelope| put_route::<M>(index, tail, envelope)).unwrap();
    }
    batch.commit().unwrap();
    done
}

fn routes() -> RouteFilter {
    RouteFilter { family: Some(Family::INET), table: Some(254), ..RouteFilter::default() }
}

#[test]
fn signals_interrupt_a_system_call_that_waits() {
    let interrupted = amid_signals(|| {
        // SAFETY: without descriptors poll(2) reads and writes nothing.
        let polled = unsafe { libc::poll(std::ptr::null_mut(), 0, 10_000) };
        polled < 0 && std::io::Error::last_os_error().raw_os_error() == Some(libc::EINTR)
    });
    assert!(interrupted, "else the other tests show nothing");
}

#[test]
fn batches_dumps_and_requests_do_amid_signals_what_they_always_do() {
    let Some(lab) = Lab::new() else { return };
    let mut socket = lab.socket(&Options::default());
    let mut nl = lab.netlink();
    assert_eq!(amid_signals(|| batch::<NewRoute>(&mut socket, Flags::CREATE | Flags::EXCL, 5000)), 5000);
    let calmly = nl.routes().filter(routes()).list().unwrap();
    assert_eq!(calmly.len(), 5000);
    assert_eq!(lab.ip("-4 route show type blackhole").lines().count(), 5000);
    amid_signals(|| {
        for _ in 0..20 {
            assert_eq!(nl.routes().filter(routes()).list().unwrap(), calmly);
        }
        let mut dump = nl.routes().filter(routes()).dump().unwrap();
        let mut streamed = Vec::new();
        while let Some(view) = dump.next().unwrap() {
            streamed.push(Route::from_view(&view).unwrap());
        }
        assert_eq!(streamed, calmly);
        drop(dump);
        for _ in 0..200 {
            assert_eq!(nl.links().get("lo").unwrap().index, 1);
            assert!(nl.links().get("nobody").unwrap_err().is_not_found());
        }
    });
    assert_eq!(amid_signals(|| batch::<DelRoute>(&mut socket, Flags::empty(), 5000)), 5000);
    assert_eq!(lab.ip("-4 route show type blackhole"), "");
}

#[test]
fn a_wait_for_an_event_ends_amid_signals_with_the_event_or_in_time() {
    let Some(lab) = Lab::new() else { return };
    let options = Options { groups: vec![Group::LINK.0], timeout: Some(PATIENCE), ..Options::default() };
    let mut events = Events::open_in(&lab.namespace, &PROTOCOL, &options).unwrap();
    amid_signals(|| {
        for _ in 0..2 {
            assert!(matches!(wait_in_vain(|| events.next().map(drop)), Err(Error::TimedOut)));
        }
        events.set_timeout(Some(Duration::from_secs(20)));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(100));
                lab.ip("link set lo down");
            });
            assert!(matches!(events.next(), Ok(Some(Event::Change { .. }))));
        });
    });
}

#[test]
fn a_wait_for_an_answer_ends_amid_signals_in_time() {
    let (near, _far) = UnixDatagram::pair().unwrap();
    let options = Options { timeout: Some(PATIENCE), ..Options::default() };
    let mut socket = Socket::adopt(near.into(), &PROTOCOL, &options).unwrap();
    let request = |socket: &mut Socket| socket.request::<NewRoute>(Flags::CREATE, Header::default(), |route| Ok(route));
    let dump = |socket: &mut Socket| {
        socket.dump::<GetRoute, NewRoute>(Header::default(), |route| Ok(route))?.advance().map(drop)
    };
    amid_signals(|| {
        assert!(matches!(wait_in_vain(|| request(&mut socket)), Err(Error::TimedOut)));
        assert!(matches!(wait_in_vain(|| dump(&mut socket)), Err(Error::TimedOut)));
        let mut told = Vec::new();
        let mut batch = socket.batch(&BatchOptions::default(), |_, outcome| told.push(outcome)).unwrap();
        batch.push(Flags::CREATE, |tail, envelope| put_route::<NewRoute>(1, tail, envelope)).unwrap();
        assert!(matches!(wait_in_vain(|| batch.commit()), Err(Error::TimedOut)));
        assert_eq!(told, [Outcome::Unknown]);
    });
}

#[test]
fn what_waits_for_room_to_be_sent_is_sent_once_amid_signals() {
    let (near, far) = UnixDatagram::pair().unwrap();
    far.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    // Room for a few datagrams: each of the others waits until one is taken.
    let options = Options { send_buffer: Some(4096), ..Options::default() };
    let mut socket = Socket::adopt(near.into(), &PROTOCOL, &options).unwrap();
    let count = 100;
    let taken = std::thread::scope(|scope| {
        let taker = scope.spawn(|| {
            let mut room = [0; 4096];
            let mut take = || {
                std::thread::sleep(Duration::from_millis(5));
                let length = far.recv(&mut room).unwrap();
                Messages::new(&room[..length]).next().unwrap().unwrap().sequence()
            };
            (0..count).map(|_| take()).collect::<Vec<_>>()
        });
        amid_signals(|| {
            for index in 0..count {
                socket.send(Flags::CREATE, |tail, envelope| put_route::<NewRoute>(index, tail, envelope)).unwrap();
            }
        });
        taker.join().unwrap()
    });
    assert!(taken.windows(2).all(|two| two[1] == two[0] + 1), "{taken:?}");
    far.set_nonblocking(true).unwrap();
    assert!(far.recv(&mut [0; 4096]).is_err(), "nothing was sent twice");
}

#[cfg(feature = "tokio")]
#[test]
fn futures_do_amid_signals_what_they_always_do() {
    use nlwire::socket::tokio::{Events, Socket};
    let Some(lab) = Lab::new() else { return };
    assert_eq!(batch::<NewRoute>(&mut lab.socket(&Options::default()), Flags::CREATE, 5000), 5000);
    let calmly = lab.netlink().routes().filter(routes()).list().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (near, _far) = UnixDatagram::pair().unwrap();
    let options = Options { timeout: Some(PATIENCE), ..Options::default() };
    amid_signals(|| {
        runtime.block_on(async {
            let socket = Socket::open_in(&lab.namespace, &PROTOCOL, &Options::default()).unwrap();
            let mut nl = nlwire::Netlink::over(nlwire::Tokio::new(socket));
            for _ in 0..20 {
                assert_eq!(nl.routes().filter(routes()).list().await.unwrap(), calmly);
                assert_eq!(nl.links().get("lo").await.unwrap().index, 1);
            }
        });
        let mut socket = runtime.block_on(async { Socket::adopt(near.into(), &PROTOCOL, &options).unwrap() });
        let timed_out = wait_in_vain(|| {
            runtime.block_on(socket.request::<NewRoute>(Flags::CREATE, Header::default(), |route| Ok(route)))
        });
        assert!(matches!(timed_out, Err(Error::TimedOut)));
        let options = Options { groups: vec![Group::LINK.0], ..options };
        let mut events = runtime.block_on(async { Events::open_in(&lab.namespace, &PROTOCOL, &options).unwrap() });
        let timed_out = wait_in_vain(|| runtime.block_on(async { events.next().await.map(drop) }));
        assert!(matches!(timed_out, Err(Error::TimedOut)));
    });
}
