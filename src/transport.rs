//! How a request is sent, and what comes back.
//!
//! A verb builds a [`Request`]; the [`Transport`] decides what becomes of it: [`Blocking`] gives a result, `Tokio` a future,
//! [`Batch`] a ticket. So each verb is written once.

mod batch;
mod span;
#[cfg(feature = "tokio")]
mod tokio;

use crate::Error;
use crate::codec::{EmitError, Envelope, Flags, ParseError, RawMessage, Tail};
use crate::socket::{self, Socket};

use self::span::Span;

pub use self::batch::{Batch, Outcomes, Ticket};
#[cfg(feature = "tokio")]
pub use self::tokio::{Adding, Tokio, TokioBatch};
pub use crate::socket::Interruption;

/// What a verb asks of the kernel.
pub trait Request: Send {
    /// What it gives.
    type Answer: Send;

    /// Verb and object, for errors: `get link eth0`.
    fn operation(&self) -> String;

    /// [`Flags::DUMP`] for one that asks for a table, flags of the verb for one that changes something.
    fn flags(&self) -> Flags;

    /// Whether to ask again changes nothing but the answer: then an object that did not fit the buffer is asked for again.
    fn is_repeatable(&self) -> bool {
        self.flags().contains(Flags::DUMP)
    }

    /// What speaks against it, before anything is sent.
    fn check(&self) -> Result<(), &'static str> {
        Ok(())
    }

    /// What speaks against it in a batch, where a request is one message, and no other depends on it.
    fn check_in_batch(&self) -> Result<(), &'static str> {
        self.check()
    }

    /// Writes the message. May be called more than once, also into too little room.
    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError>;

    /// Takes an object of the reply.
    fn take(&mut self, message: &RawMessage<'_>) -> Result<(), ParseError>;

    /// Forgets what was taken since [`proceed`](Self::proceed), or the beginning: it is asked for again.
    fn restart(&mut self) {}

    /// Goes on to the next message, where there is one: some questions take several.
    fn proceed(&mut self) -> bool {
        false
    }

    /// Whether a refusal counts as an empty answer.
    fn tolerates(&self, _refusal: &socket::Refusal) -> bool {
        false
    }

    /// The answer, when all has come; none where something should have come and did not.
    fn answer(self) -> Option<Self::Answer>;
}

/// A way to send requests.
pub trait Transport {
    /// What comes back: a result, a future, a ticket.
    type Outcome<'t, R: Request + 't>
    where
        Self: 't;

    /// Sends a request.
    fn send<'t, R: Request + 't>(&'t mut self, request: R) -> Self::Outcome<'t, R>;
}

/// A transport that gives answers, and so may be asked for something.
pub trait Query: Transport {}

/// Sends a request and waits for its outcome.
#[derive(Debug)]
pub struct Blocking {
    socket: Socket,
    /// What to do with a listing that was torn.
    pub interruption: Interruption,
}

impl Blocking {
    /// Over a socket.
    pub fn new(socket: Socket) -> Self {
        Self { socket, interruption: Interruption::Retry(10) }
    }

    /// The socket.
    pub fn socket(&mut self) -> &mut Socket {
        &mut self.socket
    }

    fn attempt(&mut self, request: &mut impl Request) -> Result<(), socket::Error> {
        let mut reply = self.socket.send(request.flags(), |tail, envelope| request.emit(tail, envelope))?;
        while let Some(message) = reply.next()? {
            request.take(&message)?;
        }
        end(reply.ended())
    }
}

impl Query for Blocking {}

impl Transport for Blocking {
    type Outcome<'t, R: Request + 't> = Result<R::Answer, Error>;

    fn send<'t, R: Request + 't>(&'t mut self, mut request: R) -> Result<R::Answer, Error> {
        let span = Span::new(&request);
        let mut attempts = Attempts::new(self.interruption);
        let result = span.within(|| match request.check() {
            Err(reason) => Err(socket::Error::Invalid(reason)),
            Ok(()) => loop {
                let attempt = self.attempt(&mut request);
                if let Some(result) = attempts.settle(attempt, &mut request) {
                    break result;
                }
            },
        });
        span.end(finish(result, request))
    }
}

/// What the end of a reply means.
fn end(ended: Option<socket::Ended>) -> Result<(), socket::Error> {
    match ended {
        Some(ended) if ended.interrupted => Err(socket::Error::Interrupted),
        _ => Ok(()),
    }
}

/// What a request gives in the end.
fn finish<R: Request>(result: Result<(), socket::Error>, request: R) -> Result<R::Answer, Error> {
    match result {
        Err(error) => Err(Error::new(request.operation(), error)),
        Ok(()) => {
            let operation = request.operation();
            request.answer().ok_or_else(|| Error::new(operation, socket::Error::NoAnswer))
        }
    }
}

/// How often one message of a request has been sent, and whether to send it again.
#[derive(Debug)]
struct Attempts {
    interruption: Interruption,
    interruptions: u32,
    growths: u32,
}

impl Attempts {
    /// How often a question is asked again because an object did not fit the buffer, which then grows.
    const GROWTHS: u32 = 8;

    fn new(interruption: Interruption) -> Self {
        Self { interruption, interruptions: 0, growths: 0 }
    }

    /// What an attempt means for the request; none where it, or its next message, is to be sent.
    fn settle(
        &mut self,
        attempt: Result<(), socket::Error>,
        request: &mut impl Request,
    ) -> Option<Result<(), socket::Error>> {
        match attempt {
            Err(socket::Error::Interrupted) => match self.interruption {
                Interruption::Retry(most) if self.interruptions < most => {
                    self.interruptions += 1;
                    request.restart();
                    return None;
                }
                Interruption::Accept => {}
                _ => return Some(Err(socket::Error::Interrupted)),
            },
            Err(socket::Error::Truncated { .. }) if self.growths < Self::GROWTHS && request.is_repeatable() => {
                self.growths += 1;
                request.restart();
                return None;
            }
            Err(socket::Error::Refused(refusal)) if request.tolerates(&refusal) => {}
            Err(error) => return Some(Err(error)),
            Ok(()) => {}
        }
        *self = Self::new(self.interruption);
        if request.proceed() { None } else { Some(Ok(())) }
    }
}
