//! Network namespaces: whose network a socket speaks to.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use crate::sys;

/// A network namespace, kept alive as long as this is.
///
/// No thread of the caller ever changes its own: what must happen inside a namespace happens on a thread made for it, which
/// then ends.
#[derive(Debug)]
pub struct Namespace(OwnedFd);

impl Namespace {
    /// A new namespace, with nothing in it but `lo`, which is down. It needs `CAP_SYS_ADMIN`.
    pub fn new() -> io::Result<Self> {
        on_thread(|| {
            sys::unshare_network()?;
            Self::current()
        })
    }

    /// The namespace of the calling thread.
    pub fn current() -> io::Result<Self> {
        Self::open("/proc/thread-self/ns/net")
    }

    /// The namespace that is kept at a path, as `ip netns` keeps them in `/run/netns`.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        Ok(Self(File::open(path)?.into()))
    }

    /// The namespace of a process.
    pub fn of_process(id: u32) -> io::Result<Self> {
        Self::open(format!("/proc/{id}/ns/net"))
    }

    /// Runs `work` inside the namespace, on a thread that then ends. A panic of `work` goes on here.
    pub fn run<T: Send>(&self, work: impl FnOnce() -> io::Result<T> + Send) -> io::Result<T> {
        on_thread(|| {
            sys::enter_network(self)?;
            work()
        })
    }
}

impl AsFd for Namespace {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl From<OwnedFd> for Namespace {
    fn from(descriptor: OwnedFd) -> Self {
        Self(descriptor)
    }
}

fn on_thread<T: Send>(work: impl FnOnce() -> io::Result<T> + Send) -> io::Result<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("network namespace".into()).spawn_scoped(scope, work)?;
        match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
