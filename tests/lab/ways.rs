//! The ways to carry out a verb, and one transport that goes any of them: what is written once is done in each.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use nlwire::address::{Address, Usability};
use nlwire::codec::route::PROTOCOL;
use nlwire::codec::{EmitError, Envelope, Flags, Message, ParseError, RawMessage, Tail};
use nlwire::link::{LinkId, Readiness};
use nlwire::socket::{self, Event, Events, Namespace, Options, Settings};
use nlwire::transport::{Query, Request};
use nlwire::{Batch, Error, Netlink, Ticket, Tokio, Transport};
use tokio::runtime::Runtime;

use super::Lab;

/// How verbs are carried out.
#[derive(Clone)]
pub enum Over {
    Blocking,
    /// By this runtime, which connections share.
    Tokio(Arc<Runtime>),
    /// Each change as a batch of its own.
    Batch,
}

/// A connection in one of the ways. It is a transport itself.
pub enum Way {
    Blocking(Netlink),
    Tokio(Arc<Runtime>, Netlink<Tokio>),
    Batch(Netlink),
}

impl fmt::Display for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Blocking => "blocking",
            Self::Tokio(_) => "by tokio",
            Self::Batch => "with each change as a batch",
        })
    }
}

impl Over {
    pub fn all() -> [Self; 3] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        [Self::Blocking, Self::Tokio(Arc::new(runtime)), Self::Batch]
    }

    /// A connection into a namespace.
    pub fn way(&self, namespace: &Namespace) -> Result<Way, Error> {
        Ok(match self {
            Self::Blocking => Way::Blocking(Netlink::connect_in(namespace)?),
            Self::Tokio(runtime) => {
                let _inside = runtime.enter();
                Way::Tokio(runtime.clone(), Netlink::connect_tokio_in(namespace)?)
            }
            Self::Batch => Way::Batch(Netlink::connect_in(namespace)?),
        })
    }

    /// The same, to be used as any.
    pub fn connect_in(&self, namespace: &Namespace) -> Result<Netlink<Way>, Error> {
        self.way(namespace).map(Netlink::over)
    }

    /// A new lab; none, and the test is skipped, where there can be none.
    pub fn lab(&self) -> Option<Site> {
        Some(Site { lab: Lab::new()?, over: self.clone() })
    }

    /// One of a namespace that is there.
    pub fn lab_in(&self, namespace: Namespace) -> Site {
        Site { lab: Lab { namespace }, over: self.clone() }
    }
}

impl Way {
    pub fn all(lab: &Lab) -> [Self; 3] {
        Over::all().map(|over| over.way(&lab.namespace).expect("a socket in a namespace of one's own"))
    }

    /// Waits as the noun does, which waits in two ways.
    pub fn wait_until_usable(&mut self, address: &Address, timeout: Duration) -> Result<Usability, Error> {
        match self {
            Self::Blocking(nl) | Self::Batch(nl) => nl.addresses().wait_until_usable(address, timeout),
            Self::Tokio(runtime, nl) => runtime.block_on(nl.addresses().wait_until_usable(address, timeout)),
        }
    }

    /// The same of a link.
    pub fn wait_until_up(&mut self, id: impl Into<LinkId>, timeout: Duration) -> Result<Readiness, Error> {
        match self {
            Self::Blocking(nl) | Self::Batch(nl) => nl.links().wait_until_up(id, timeout),
            Self::Tokio(runtime, nl) => runtime.block_on(nl.links().wait_until_up(id, timeout)),
        }
    }
}

/// What a batch cannot carry goes as it does without one: questions, and what takes several messages.
impl Transport for Way {
    type Outcome<'t, R: Request + 't> = Result<R::Answer, Error>;

    fn send<'t, R: Request + 't>(&'t mut self, mut request: R) -> Result<R::Answer, Error> {
        match self {
            Self::Tokio(runtime, nl) => runtime.block_on(nl.transport().send(request)),
            Self::Batch(nl) if !request.is_repeatable() && request.check_in_batch().is_ok() => {
                alone(nl, |batch| batch.transport().send(Lent(&mut request)))?;
                Ok(request.answer().expect("a change has no answer but its outcome"))
            }
            Self::Blocking(nl) | Self::Batch(nl) => nl.transport().send(request),
        }
    }
}

impl Query for Way {}

/// A batch of one.
pub fn alone(nl: &mut Netlink, send: impl FnOnce(&mut Netlink<Batch<'_>>) -> Ticket) -> Result<(), Error> {
    let mut batch = nl.batch()?;
    let ticket = send(&mut batch);
    let outcomes = batch.commit();
    assert_eq!((ticket.number(), outcomes.count()), (0, 1));
    outcomes.all()
}

/// A request that is kept for its answer.
struct Lent<'r, R>(&'r mut R);

impl<R: Request> Request for Lent<'_, R> {
    type Answer = ();

    fn operation(&self) -> String {
        self.0.operation()
    }

    fn flags(&self) -> Flags {
        self.0.flags()
    }

    fn check_in_batch(&self) -> Result<(), &'static str> {
        self.0.check_in_batch()
    }

    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.0.emit(tail, envelope)
    }

    fn take(&mut self, message: &RawMessage<'_>) -> Result<(), ParseError> {
        self.0.take(message)
    }

    fn answer(self) -> Option<()> {
        Some(())
    }
}

/// One definition of a verb, carried out in a way, in a batch by the transport that is one.
#[allow(unused_macros)] // each test program uses a part
macro_rules! carry_out {
    ($way:expr, $nl:ident => $verb:expr) => {
        match $way {
            $crate::lab::ways::Way::Blocking($nl) => $verb,
            $crate::lab::ways::Way::Tokio(runtime, $nl) => runtime.block_on($verb),
            $crate::lab::ways::Way::Batch(nl) => $crate::lab::ways::alone(nl, |$nl| $verb),
        }
    };
}

#[allow(unused_imports)]
pub(crate) use carry_out;

/// A lab whose verbs are carried out in one way.
pub struct Site {
    lab: Lab,
    pub over: Over,
}

impl std::ops::Deref for Site {
    type Target = Lab;

    fn deref(&self) -> &Lab {
        &self.lab
    }
}

impl Site {
    /// A connection of ours into it.
    pub fn netlink(&self) -> Netlink<Way> {
        self.over.connect_in(&self.namespace).expect("a socket in a namespace of one's own")
    }

    /// A socket that listens.
    pub fn listen(&self, options: &Options) -> Listener {
        match &self.over {
            Over::Blocking | Over::Batch => {
                Events::open_in(&self.namespace, &PROTOCOL, options).map(Listener::Blocking)
            }
            Over::Tokio(runtime) => socket::tokio::Events::open_in(&self.namespace, &PROTOCOL, options)
                .map(|events| Listener::Tokio(runtime.clone(), events)),
        }
        .expect("a socket in a namespace of one's own")
    }
}

/// What listens in one of the ways.
pub enum Listener {
    Blocking(Events),
    Tokio(Arc<Runtime>, socket::tokio::Events),
}

impl Listener {
    /// Waits for the next event.
    pub fn next(&mut self) -> Result<Option<Event<'_>>, socket::Error> {
        match self {
            Self::Blocking(events) => events.next(),
            Self::Tokio(runtime, events) => runtime.block_on(events.next()).map(Some),
        }
    }

    /// Asks for all objects of a kind and what the header says.
    pub fn list<M: Message>(&mut self, header: M::Header) -> Result<(), socket::Error> {
        match self {
            Self::Blocking(events) => events.list::<M>(header, |request| Ok(request)),
            Self::Tokio(_, events) => events.list::<M>(header, |request| Ok(request)),
        }
    }

    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        match self {
            Self::Blocking(events) => events.set_timeout(timeout),
            Self::Tokio(_, events) => events.set_timeout(timeout),
        }
    }

    pub fn settings(&self) -> &Settings {
        match self {
            Self::Blocking(events) => events.settings(),
            Self::Tokio(_, events) => events.settings(),
        }
    }
}

/// Does a job in each way, all at the same time. What it has to say, it says as the test that calls this.
pub fn in_each_way(job: impl Fn(&Over) + Sync) {
    let test = std::thread::current().name().expect("a test has a name").to_string();
    let ways = Over::all();
    std::thread::scope(|scope| {
        let start = |over| {
            let job = &job;
            let thread = std::thread::Builder::new().name(test.clone()).spawn_scoped(scope, move || job(over));
            (over, thread.expect("a thread"))
        };
        for (over, thread) in ways.each_ref().map(start) {
            // What it said is above.
            if let Err(panic) = thread.join() {
                eprintln!("{over}");
                std::panic::resume_unwind(panic);
            }
        }
    });
}
