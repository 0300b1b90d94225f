//! What comes back is a future of tokio.

use std::future::Future;
use std::pin::Pin;

use super::span::Span;
use super::{Attempts, Interruption, Query, Request, Transport, end, finish};
use crate::Error;
use crate::socket;
use crate::socket::tokio::Socket;

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
