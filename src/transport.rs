//! How a request is sent, and what comes back.
//!
//! A verb builds a [`Request`]; the [`Transport`] decides what becomes of it. So each verb is written once.

use crate::Error;
use crate::codec::{EmitError, Envelope, Flags, ParseError, RawMessage, Tail};
use crate::socket::{self, Socket};

pub use crate::socket::Interruption;

/// What a verb asks of the kernel.
pub trait Request {
    /// What it gives.
    type Answer;

    /// Verb and object, for errors: `get link eth0`.
    fn operation(&self) -> String;

    /// [`Flags::DUMP`] for one that asks for a table, flags of the verb for one that changes something.
    fn flags(&self) -> Flags;

    /// Whether to ask again changes nothing but the answer: then an object that did not fit the buffer is asked for again.
    fn is_repeatable(&self) -> bool {
        self.flags().contains(Flags::DUMP)
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

/// Sends a request and waits for its outcome.
#[derive(Debug)]
pub struct Blocking {
    socket: Socket,
    /// What to do with a listing that was torn.
    pub interruption: Interruption,
}

impl Blocking {
    /// How often a question is asked again because an object did not fit the buffer, which then grows.
    const GROWTHS: u32 = 8;

    /// Over a socket.
    pub fn new(socket: Socket) -> Self {
        Self { socket, interruption: Interruption::Retry(10) }
    }

    /// The socket.
    pub fn socket(&mut self) -> &mut Socket {
        &mut self.socket
    }

    fn run(&mut self, request: &mut impl Request) -> Result<(), socket::Error> {
        loop {
            self.step(request)?;
            if !request.proceed() {
                return Ok(());
            }
        }
    }

    /// One message and its reply, asked for again as often as it makes sense.
    fn step(&mut self, request: &mut impl Request) -> Result<(), socket::Error> {
        let (mut interruptions, mut growths) = (0, 0);
        loop {
            match self.attempt(request) {
                Err(socket::Error::Interrupted) => match self.interruption {
                    Interruption::Retry(most) if interruptions < most => interruptions += 1,
                    Interruption::Accept => return Ok(()),
                    _ => return Err(socket::Error::Interrupted),
                },
                Err(socket::Error::Truncated { .. }) if growths < Self::GROWTHS && request.is_repeatable() => {
                    growths += 1;
                }
                Err(socket::Error::Refused(refusal)) if request.tolerates(&refusal) => return Ok(()),
                other => return other,
            }
            request.restart();
        }
    }

    fn attempt(&mut self, request: &mut impl Request) -> Result<(), socket::Error> {
        let mut reply = self.socket.send(request.flags(), |tail, envelope| request.emit(tail, envelope))?;
        while let Some(message) = reply.next()? {
            request.take(&message)?;
        }
        match reply.ended() {
            Some(ended) if ended.interrupted => Err(socket::Error::Interrupted),
            _ => Ok(()),
        }
    }
}

impl Transport for Blocking {
    type Outcome<'t, R: Request + 't> = Result<R::Answer, Error>;

    fn send<'t, R: Request + 't>(&'t mut self, mut request: R) -> Result<R::Answer, Error> {
        match self.run(&mut request) {
            Err(error) => Err(Error::new(request.operation(), error)),
            Ok(()) => {
                let operation = request.operation();
                request.answer().ok_or_else(|| Error::new(operation, socket::Error::NoAnswer))
            }
        }
    }
}
