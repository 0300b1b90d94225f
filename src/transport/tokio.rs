//! What comes back is a future of tokio.

use std::fmt;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::batch::{Told, Unwritten};
use super::span::Span;
use super::{Attempts, Interruption, Outcomes, Query, Request, Ticket, Transport, end, finish};
use crate::Error;
use crate::socket::tokio::Socket;
use crate::socket::{self, BatchOptions};

/// Sends a request when its future is awaited. A future that is dropped leaves the connection good for the next.
#[derive(Debug)]
pub struct Tokio {
    socket: Socket,
    /// What to do with a listing that was torn.
    pub interruption: Interruption,
}

impl Tokio {
    /// Over a socket.
    pub fn new(socket: Socket) -> Self {
        Self { socket, interruption: Interruption::Retry(10) }
    }

    /// The socket.
    pub fn socket(&mut self) -> &mut Socket {
        &mut self.socket
    }

    async fn attempt(&mut self, request: &mut impl Request) -> Result<(), socket::Error> {
        let mut reply = self.socket.send(request.flags(), |tail, envelope| request.emit(tail, envelope))?;
        while let Some(message) = reply.next().await? {
            request.take(&message)?;
        }
        end(reply.ended())
    }
}

impl Query for Tokio {}

impl Transport for Tokio {
    type Outcome<'t, R: Request + 't> = Pin<Box<dyn Future<Output = Result<R::Answer, Error>> + Send + 't>>;

    fn send<'t, R: Request + 't>(&'t mut self, mut request: R) -> Self::Outcome<'t, R> {
        Box::pin(async move {
            let span = Span::new(&request);
            let mut attempts = Attempts::new(self.interruption);
            let result = match request.check() {
                Err(reason) => Err(socket::Error::Invalid(reason)),
                Ok(()) => loop {
                    let attempt = span.around(self.attempt(&mut request)).await;
                    if let Some(result) = attempts.settle(attempt, &mut request) {
                        break result;
                    }
                },
            };
            span.end(finish(result, request))
        })
    }
}

/// Collects requests and sends many at once, as a [`Batch`](super::Batch) does. See `Netlink::batch`.
#[derive(Debug)]
pub struct TokioBatch<'s> {
    batch: socket::tokio::Batch<'s, Told>,
    unwritten: Unwritten,
}

impl<'s> TokioBatch<'s> {
    /// Over a socket, which may be used again when the batch is committed.
    pub fn new(socket: &'s mut Socket, options: &BatchOptions) -> Result<Self, Error> {
        let batch = socket.batch_into(options, Told::default()).map_err(|error| Error::new("begin a batch", error))?;
        Ok(Self { batch, unwritten: Unwritten::default() })
    }

    pub(crate) async fn commit(mut self) -> Outcomes {
        // What fails here is told of each request that it concerns.
        let _ = self.batch.flush().await;
        self.unwritten.outcomes(std::mem::take(self.batch.sink()))
    }

    fn ticket(&mut self, added: Result<u64, socket::Error>, request: &impl Request) -> Ticket {
        self.unwritten.ticket(added, self.batch.pushed(), request)
    }
}

impl Transport for TokioBatch<'_> {
    type Outcome<'t, R: Request + 't>
        = Adding<'t>
    where
        Self: 't;

    fn send<'t, R: Request + 't>(&'t mut self, mut request: R) -> Adding<'t> {
        let flags = request.flags();
        let added = match request.check_in_batch() {
            Err(reason) => Err(socket::Error::Invalid(reason)),
            Ok(()) => match self.batch.try_push(flags, &mut |tail, envelope| request.emit(tail, envelope)) {
                Ok(Some(ticket)) => Ok(ticket),
                Err(error) => Err(error),
                Ok(None) => {
                    return Adding::Waits(Box::pin(async move {
                        // A request may be sent to another thread, but need not be of use to two.
                        let lent = &mut request;
                        let added = self.batch.push(flags, move |tail, envelope| lent.emit(tail, envelope)).await;
                        self.ticket(added, &request)
                    }));
                }
            },
        };
        Adding::Added(ready(self.ticket(added, &request)))
    }
}

/// A request that is added to a batch, and gives its ticket. Mostly that is so at once; where the batch is full, it is sent
/// first, and the request is added when this is awaited.
#[must_use = "a request may not be in the batch before this was awaited"]
pub enum Adding<'t> {
    /// It is there.
    Added(Ready<Ticket>),
    /// The batch is sent first.
    Waits(Pin<Box<dyn Future<Output = Ticket> + Send + 't>>),
}

impl Future for Adding<'_> {
    type Output = Ticket;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Ticket> {
        match self.get_mut() {
            Self::Added(ticket) => Pin::new(ticket).poll(context),
            Self::Waits(future) => future.as_mut().poll(context),
        }
    }
}

impl fmt::Debug for Adding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Added(_) => "Added",
            Self::Waits(_) => "Waits",
        })
    }
}
