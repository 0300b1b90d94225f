//! What something takes: time and memory, as the kernel counts them.

use std::time::{Duration, Instant};

use crate::Failure;

/// The time that something takes: on the clock and on the processor, in nanoseconds.
pub(crate) struct Spent {
    wall: u128,
    processor: u64,
}

impl Spent {
    /// What it takes, and what it gives.
    pub(crate) fn by<T>(what: impl FnOnce() -> Result<T, Failure>) -> Result<(Self, T), Failure> {
        let start = Self::start()?;
        let done = what()?;
        Ok((start.stop()?, done))
    }

    /// The beginning: [`stop`](Start::stop) is the end.
    pub(crate) fn start() -> Result<Start, Failure> {
        Ok(Start { processor: processor_time()?, wall: Instant::now() })
    }

    /// As the C programs print it.
    pub(crate) fn line(&self, measure: &str) -> String {
        format!("{measure}wall_ns={} {measure}cpu_ns={}", self.wall, self.processor)
    }
}

/// When something began.
pub(crate) struct Start {
    wall: Instant,
    processor: u64,
}

impl Start {
    pub(crate) fn stop(self) -> Result<Spent, Failure> {
        let wall = self.wall.elapsed().as_nanos();
        Ok(Spent { wall, processor: processor_time()? - self.processor })
    }
}

/// The nanoseconds that the threads of this process have run. The kernel counts them up when a thread stops running, so this
/// one does for a moment.
fn processor_time() -> Result<u64, Failure> {
    std::thread::sleep(Duration::from_nanos(1));
    let mut sum = 0;
    for thread in std::fs::read_dir("/proc/self/task")? {
        let text = std::fs::read_to_string(thread?.path().join("schedstat"))?;
        sum += text.split_whitespace().next().ok_or("nothing in schedstat")?.parse::<u64>()?;
    }
    Ok(sum)
}

/// The most memory that this process has had at once, in KiB.
pub(crate) fn peak_kib() -> Result<u64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(peak.ok_or("no VmHWM")?.trim().trim_end_matches(" kB").parse()?)
}
