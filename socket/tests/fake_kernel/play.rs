//! A script played to the blocking and to the asynchronous socket, which must tell the same of it.

use std::time::Duration;

use nlwire_codec::route::PROTOCOL;
use nlwire_codec::route::route::{GetRoute, Header, NewRoute, Route};
use nlwire_codec::{Flags, Message, ParseError, View};
use nlwire_socket::{BatchOptions, Error, Filtering, Interruption, Limits, Options, Outcome};

use crate::datagram::Datagram;
use crate::kernel::{Asked, FakeKernel, first};

/// What to ask for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ask {
    /// All routes, one after the other.
    Dump,
    /// The same, within limits.
    Limited(Limits),
    /// The same, filtered by the kernel.
    Filtered,
    /// The same, torn or not.
    Accepted,
    /// The same, collected.
    Collect(Interruption),
    /// That a route be made.
    Request,
    /// One route.
    Get,
    /// That so many routes be made, together.
    Batch(u32),
}

/// What is told of an error, in short.
pub(crate) fn error(error: &Error) -> String {
    match error {
        Error::Refused(refusal) => format!("refused: {refusal}"),
        Error::System { call, source } => format!("{call}: {:?}", source.kind()),
        Error::Truncated { length } => format!("truncated: {length}"),
        Error::Unexpected { kind } => format!("unexpected: {kind}"),
        Error::TimedOut => "timed out".into(),
        Error::Interrupted => "interrupted".into(),
        Error::Unfiltered => "unfiltered".into(),
        Error::Endless => "endless".into(),
        Error::NoAnswer => "no answer".into(),
        Error::Malformed(error) => format!("malformed: {error}"),
        Error::Unreadable(error) => format!("unreadable: {error}"),
        other => format!("{other:?}"),
    }
}

/// A route's table, and whatever is wrong with its attributes: each is read.
fn object(route: &View<'_, NewRoute>) -> String {
    // Whatever there is can be printed.
    let _ = format!("{route:?}");
    let mut text = format!("route {}", route.header.table.get().0);
    for attribute in route.attributes().iter() {
        let read = attribute.and_then(|attribute| {
            attribute.read(Route::DST)?;
            attribute.read(Route::OIF)?;
            attribute.read(Route::METRICS)?;
            if let Some(mut hops) = attribute.read(Route::MULTIPATH)? {
                hops.try_for_each(|hop| hop.map(drop))?;
            }
            Ok(())
        });
        if let Err(error) = read {
            text += &format!(", {error}");
        }
    }
    text
}

fn collected(route: View<'_, NewRoute>) -> Result<String, ParseError> {
    Ok(object(&route))
}

fn outcome(ticket: u64, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Refused(refusal) => format!("{ticket} refused: {refusal}"),
        outcome => format!("{ticket} {outcome:?}").to_lowercase(),
    }
}

pub(crate) fn options() -> Options {
    // For what never comes.
    Options { timeout: Some(Duration::from_secs(20)), ..Options::default() }
}

/// What one driver does: the same text, with and without the waiting.
macro_rules! driver {
    ($name:ident, [$($asynchronous:tt)*], [$($wait:tt)*], $Socket:ty) => {
        pub(crate) mod $name {
            use super::*;

            pub(crate) fn open(kernel: &mut FakeKernel, options: &Options) -> $Socket {
                <$Socket>::adopt(kernel.near(), &PROTOCOL, options).unwrap()
            }

            pub(crate) $($asynchronous)* fn ask(socket: &mut $Socket, ask: Ask) -> Vec<String> {
                match ask {
                    Ask::Request => {
                        let done = socket.request::<NewRoute>(Flags::CREATE, Header::default(), |route| Ok(route));
                        vec![done $($wait)*.map_or_else(|failed| error(&failed), |()| "done".into())]
                    }
                    Ask::Get => {
                        let got =
                            socket.get::<GetRoute, NewRoute, _>(Header::default(), |route| Ok(route), collected);
                        vec![got $($wait)*.unwrap_or_else(|failed| error(&failed))]
                    }
                    Ask::Batch(count) => batch(socket, count) $($wait)*,
                    Ask::Collect(interruption) => {
                        let dump = socket.dump::<GetRoute, NewRoute>(Header::default(), |route| Ok(route)).unwrap();
                        match dump.collect(interruption, collected) $($wait)* {
                            Ok(routes) => routes,
                            Err(failed) => vec![error(&failed)],
                        }
                    }
                    Ask::Dump | Ask::Limited(_) | Ask::Filtered | Ask::Accepted => dump(socket, ask) $($wait)*,
                }
            }

            $($asynchronous)* fn dump(socket: &mut $Socket, ask: Ask) -> Vec<String> {
                let mut dump = socket.dump::<GetRoute, NewRoute>(Header::default(), |route| Ok(route)).unwrap();
                dump = match ask {
                    Ask::Limited(limits) => dump.limit(limits),
                    Ask::Filtered => dump.filtering(Filtering::Require),
                    Ask::Accepted => dump.accept_interruption(),
                    _ => dump,
                };
                let mut told = Vec::new();
                let mut failed = false;
                loop {
                    match dump.next() $($wait)* {
                        Ok(Some(route)) => told.push(object(&route)),
                        Ok(None) => break,
                        Err(wrong) => {
                            // These speak of one object.
                            failed = !matches!(wrong, Error::Malformed(_) | Error::Unexpected { .. });
                            told.push(error(&wrong));
                        }
                    }
                    assert!(told.len() < 100_000, "there is an end to everything");
                }
                assert!(dump.next() $($wait)*.unwrap().is_none(), "nothing comes behind the end");
                if !failed {
                    told.push(if dump.interrupted() { "torn end" } else { "end" }.into());
                }
                told
            }

            $($asynchronous)* fn batch(socket: &mut $Socket, count: u32) -> Vec<String> {
                let mut told = Vec::new();
                let mut batch =
                    socket.batch(&BatchOptions::default(), |ticket, what| told.push(outcome(ticket, &what))).unwrap();
                let mut failed = None;
                for _ in 0..count {
                    let pushed = batch.push(Flags::CREATE, |tail, envelope| {
                        NewRoute::emit(tail, envelope, Header::default(), |route| route.put(Route::PRIORITY, 7))
                    }) $($wait)*;
                    failed = failed.or(pushed.err());
                }
                failed = failed.or(batch.commit() $($wait)*.err());
                told.extend(failed.map(|failed| error(&failed)));
                told
            }
        }
    };
}

driver!(blocking, [], [], nlwire_socket::Socket);
#[cfg(feature = "tokio")]
driver!(asynchronous, [async], [.await], nlwire_socket::tokio::Socket);

/// Runs a future.
#[cfg(feature = "tokio")]
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Asks for one thing after the other on one socket, with each driver; what was told of each.
pub(crate) fn play_with(
    options: &Options,
    asks: &[Ask],
    script: impl FnMut(&Asked) -> Vec<Datagram> + Clone + Send + 'static,
) -> Vec<Vec<String>> {
    #[cfg(feature = "tokio")]
    let asynchronous = run(async {
        let mut kernel = FakeKernel::new(script.clone());
        let mut socket = asynchronous::open(&mut kernel, options);
        let mut told = Vec::new();
        for ask in asks {
            told.push(asynchronous::ask(&mut socket, *ask).await);
        }
        drop(socket);
        told
    });
    let mut kernel = FakeKernel::new(script);
    let mut socket = blocking::open(&mut kernel, options);
    let told = asks.iter().map(|ask| blocking::ask(&mut socket, *ask)).collect();
    drop(socket);
    #[cfg(feature = "tokio")]
    assert_eq!(told, asynchronous, "blocking and asynchronous");
    told
}

/// Asks for one thing, whose answer is the script's, and then for others, to which it must make no difference.
pub(crate) fn play(ask: Ask, script: impl FnMut(&Asked) -> Vec<Datagram> + Clone + Send + 'static) -> Vec<String> {
    let asks = [ask, Ask::Request, Ask::Dump, Ask::Batch(2), Ask::Get];
    let scripted = script.clone();
    let mut told = play_with(&options(), &asks, move |asked| first(scripted.clone())(asked));
    assert_eq!(told[1], ["done"]);
    assert_eq!(told[2], ["route 1", "route 2", "end"]);
    assert_eq!(told[3], ["0 done", "1 done"]);
    assert_eq!(told[4], ["no answer"]);
    told.swap_remove(0)
}

/// What a dump tells that is answered so.
pub(crate) fn dump(script: impl FnMut(u32) -> Vec<Datagram> + Clone + Send + 'static) -> Vec<String> {
    let mut script = script;
    play(Ask::Dump, move |asked| script(asked.sequence))
}

/// What a request tells that is answered so.
pub(crate) fn request(script: impl FnMut(u32) -> Vec<Datagram> + Clone + Send + 'static) -> Vec<String> {
    let mut script = script;
    play(Ask::Request, move |asked| script(asked.sequence))
}
