//! The other end of the socket: it reads requests as the kernel does, and answers by a script.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use nlwire_codec::control::Noop;
use nlwire_codec::{Flags, Message, Messages, RawMessage};

use crate::datagram::Datagram;

/// A request that the fake kernel has read.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Which datagram it came in, from 0.
    pub(crate) datagram: usize,
    /// Which request of that datagram it is, from 0.
    pub(crate) place: usize,
    pub(crate) kind: u16,
    pub(crate) flags: Flags,
    pub(crate) sequence: u32,
    pub(crate) bytes: Vec<u8>,
}

impl Asked {
    pub(crate) fn is_dump(&self) -> bool {
        self.flags.contains(Flags::DUMP)
    }

    /// It is what a batch has at its end.
    pub(crate) fn is_barrier(&self) -> bool {
        self.kind == Noop::KIND
    }

    fn read(message: &RawMessage<'_>, datagram: usize, place: usize) -> Self {
        Self {
            datagram,
            place,
            kind: message.kind(),
            flags: message.flags(),
            sequence: message.sequence(),
            bytes: message.bytes().to_vec(),
        }
    }
}

/// A thread that answers.
pub(crate) struct FakeKernel {
    near: Option<OwnedFd>,
    far: Arc<UnixDatagram>,
    asked: Arc<Mutex<Vec<Asked>>>,
    thread: Option<JoinHandle<()>>,
}

impl FakeKernel {
    /// Answers each request with the datagrams that `script` makes for it.
    pub(crate) fn new(mut script: impl FnMut(&Asked) -> Vec<Datagram> + Send + 'static) -> Self {
        let (near, far) = UnixDatagram::pair().unwrap();
        let far = Arc::new(far);
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (thread_far, thread_asked) = (far.clone(), asked.clone());
        let thread = std::thread::spawn(move || {
            let mut room = vec![0; 1 << 19];
            let mut datagram = 0;
            // Nothing is what there is once the end is shut down.
            while let Ok(length @ 1..) = thread_far.recv(&mut room) {
                // Behind a message that is broken the kernel looks for no other, and says nothing.
                for (place, message) in Messages::new(&room[..length]).map_while(Result::ok).enumerate() {
                    let asked = Asked::read(&message, datagram, place);
                    thread_asked.lock().unwrap().push(asked.clone());
                    for answer in answers(&asked, &mut script) {
                        if thread_far.send(&answer.bytes).is_err() {
                            return;
                        }
                    }
                }
                datagram += 1;
            }
        });
        Self { near: Some(near.into()), far, asked, thread: Some(thread) }
    }

    /// The end that the socket has.
    pub(crate) fn near(&mut self) -> OwnedFd {
        self.near.take().expect("the near end, once")
    }

    /// All that it was asked until now.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Sends something that nobody asked for.
    pub(crate) fn send(&self, datagram: &Datagram) {
        self.far.send(&datagram.bytes).unwrap();
    }

    /// Sends this again and again, until told to stop; for twenty seconds at most.
    pub(crate) fn flood(&self, datagram: &Datagram, pause: Duration, stop: &AtomicBool) {
        let begin = Instant::now();
        while !stop.load(Ordering::Relaxed)
            && begin.elapsed() < Duration::from_secs(20)
            && self.far.send(&datagram.bytes).is_ok()
        {
            std::thread::sleep(pause);
        }
    }
}

fn answers(asked: &Asked, script: &mut impl FnMut(&Asked) -> Vec<Datagram>) -> Vec<Datagram> {
    // What is no request is not looked at, but acknowledged where it asks for that.
    match (asked.flags.contains(Flags::REQUEST), asked.flags.contains(Flags::ACK)) {
        (true, _) => script(asked),
        (false, true) => vec![Datagram::new().outcome(asked.sequence, 0)],
        (false, false) => vec![],
    }
}

impl Drop for FakeKernel {
    fn drop(&mut self) {
        // The socket's end is closed by now: whatever the thread waits for ends.
        let _ = self.far.shutdown(std::net::Shutdown::Both);
        let thread = self.thread.take().map(JoinHandle::join);
        if let (Some(Err(panic)), false) = (thread, std::thread::panicking()) {
            std::panic::resume_unwind(panic);
        }
    }
}

/// The answer of a kernel that has nothing against anything: two routes, an acknowledgement.
pub(crate) fn soundly(asked: &Asked) -> Vec<Datagram> {
    if asked.is_dump() {
        let routes = Datagram::new().route(asked.sequence, 1).route(asked.sequence, 2);
        vec![routes, Datagram::new().done(asked.sequence, 0)]
    } else if asked.flags.contains(Flags::ACK) {
        vec![Datagram::new().outcome(asked.sequence, 0)]
    } else {
        vec![]
    }
}

/// The first datagram of requests is answered by the script, all others [soundly].
pub(crate) fn first(mut script: impl FnMut(&Asked) -> Vec<Datagram>) -> impl FnMut(&Asked) -> Vec<Datagram> {
    move |asked| if asked.datagram == 0 { script(asked) } else { soundly(asked) }
}
