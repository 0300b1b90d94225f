//! Waiting in the calling thread.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::Instant;

use crate::error::Error;
use crate::sys;

/// Waits in the calling thread, in `ppoll(2)`.
#[derive(Debug, Default)]
pub struct Blocking {
    /// What interrupts it.
    bell: Option<Bell>,
}

/// What interrupts a wait, from any thread: see [`Events::canceller`](crate::Events::canceller).
#[derive(Clone, Debug)]
pub struct Canceller(Bell);

type Bell = Arc<OwnedFd>;

impl Canceller {
    /// Ends the wait that is under way, and every one to come.
    pub fn cancel(&self) {
        sys::ring(&*self.0);
    }
}

impl Blocking {
    /// What interrupts this from now on.
    pub(crate) fn canceller(&mut self) -> io::Result<Canceller> {
        let bell = match &self.bell {
            Some(bell) => bell.clone(),
            None => self.bell.insert(Arc::new(sys::bell()?)).clone(),
        };
        Ok(Canceller(bell))
    }

    /// Waits until something can be received, until then or for ever; false where it was cancelled.
    pub(crate) fn wait(&self, descriptor: impl AsFd, until: Option<Instant>) -> Result<bool, Error> {
        let descriptor = descriptor.as_fd();
        loop {
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            let [ready, cancelled] = match &self.bell {
                Some(bell) => sys::wait([descriptor, bell.as_fd()], left),
                None => sys::wait([descriptor], left).map(|[ready]| [ready, false]),
            }
            .map_err(Error::system("ppoll"))?;
            if cancelled {
                return Ok(false);
            }
            if ready {
                return Ok(true);
            }
            if left.is_some_and(|left| left.is_zero()) {
                return Err(Error::TimedOut);
            }
        }
    }
}
