//! What comes back is a ticket: many requests are sent at once, and answered together.

use std::fmt;

use super::{Request, Transport};
use crate::Error;
use crate::socket::{self, BatchOptions, Outcome, Sink, Socket};

/// Collects requests and sends many at once. See [`Netlink::batch`](crate::Netlink::batch).
#[derive(Debug)]
pub struct Batch<'s> {
    batch: socket::Batch<'s, Told>,
    unwritten: Unwritten,
}

/// Stands for one request of a batch: they are numbered from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(u64);

impl Ticket {
    /// Its number.
    pub fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "request {} of the batch", self.0)
    }
}

/// What became of the requests of a batch.
#[derive(Debug, Default)]
pub struct Outcomes {
    count: u64,
    failed: Vec<(Ticket, Error)>,
}

/// What the batch below has told of so far.
#[derive(Debug, Default)]
pub(super) struct Told {
    count: u64,
    failed: Vec<(u64, socket::Error)>,
}

impl Sink for Told {
    fn tell(&mut self, ticket: u64, outcome: Outcome) {
        self.count += 1;
        let error = match outcome {
            Outcome::Done => return,
            Outcome::Refused(refusal) => socket::Error::Refused(refusal),
            Outcome::NotSent => socket::Error::NotSent,
            Outcome::Unknown => socket::Error::Unknown,
        };
        self.failed.push((ticket, error));
    }
}

impl<'s> Batch<'s> {
    /// Over a socket, which may be used again when the batch is committed.
    pub fn new(socket: &'s mut Socket, options: &BatchOptions) -> Result<Self, Error> {
        let batch = socket.batch_into(options, Told::default()).map_err(|error| Error::new("begin a batch", error))?;
        Ok(Self { batch, unwritten: Unwritten::default() })
    }

    pub(crate) fn commit(mut self) -> Outcomes {
        // What fails here is told of each request that it concerns.
        let _ = self.batch.flush();
        self.unwritten.outcomes(std::mem::take(self.batch.sink()))
    }
}

/// What could not be written, and so has no ticket in the batch below, by its ticket here.
#[derive(Debug, Default)]
pub(super) struct Unwritten(Vec<(Ticket, Error)>);

impl Unwritten {
    /// The ticket of a request that was added below, or could not be, as the `next` one of those.
    pub(super) fn ticket(&mut self, added: Result<u64, socket::Error>, next: u64, request: &impl Request) -> Ticket {
        let before = self.0.len() as u64;
        match added {
            Ok(ticket) => Ticket(ticket + before),
            Err(error) => {
                let ticket = Ticket(next + before);
                self.0.push((ticket, Error::new(request.operation(), error)));
                ticket
            }
        }
    }

    /// Puts together what was told of those that were sent and what could not be written, each in its order.
    pub(super) fn outcomes(self, told: Told) -> Outcomes {
        let count = told.count + self.0.len() as u64;
        let mut failed = Vec::with_capacity(told.failed.len() + self.0.len());
        let mut unwritten = self.0.into_iter().peekable();
        let mut before = 0;
        for (ticket, error) in told.failed {
            while let Some(earlier) = unwritten.next_if(|(other, _)| other.0 <= ticket + before) {
                failed.push(earlier);
                before += 1;
            }
            let ticket = Ticket(ticket + before);
            failed.push((ticket, Error::new(ticket.to_string(), error)));
        }
        failed.extend(unwritten);
        Outcomes { count, failed }
    }
}

impl Transport for Batch<'_> {
    type Outcome<'t, R: Request + 't>
        = Ticket
    where
        Self: 't;

    fn send<'t, R: Request + 't>(&'t mut self, request: R) -> Ticket {
        let pushed = match request.check_in_batch() {
            Err(reason) => Err(socket::Error::Invalid(reason)),
            Ok(()) => self.batch.push(request.flags(), |tail, envelope| request.emit(tail, envelope)),
        };
        self.unwritten.ticket(pushed, self.batch.pushed(), &request)
    }
}

impl Outcomes {
    /// How many requests there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Those that were not done, or of which nobody knows, in order.
    pub fn failed(&self) -> &[(Ticket, Error)] {
        &self.failed
    }

    /// What became of one request.
    pub fn of(&self, ticket: Ticket) -> Result<(), &Error> {
        match self.failed.binary_search_by_key(&ticket, |(ticket, _)| *ticket) {
            Ok(place) => self.failed.get(place).map_or(Ok(()), |(_, error)| Err(error)),
            Err(_) => Ok(()),
        }
    }

    /// Success where all were done, and else the first error.
    pub fn all(self) -> Result<(), Error> {
        self.failed.into_iter().next().map_or(Ok(()), |(_, error)| Err(error))
    }
}
