//! A private network namespace for a test, and `ip` in it as the independent witness.
//!
//! Everything a test makes is in the namespace, which is gone when the test ends. What a kernel cannot do, a test says by
//! [`skip`]: `tests/run` fails where a test was skipped on every kernel.

#![allow(dead_code, unreachable_pub)] // each test program uses a part

pub mod programs;
#[cfg(feature = "tokio")]
pub mod twins;
#[cfg(feature = "tokio")]
pub mod ways;

use std::collections::HashMap;
use std::io::Write;
use std::os::fd::{AsFd, AsRawFd};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use nlwire::codec::route::nexthop::GroupEntry;
use nlwire::socket::{Namespace, Options, Socket};
use nlwire::{Batch, Blocking, Netlink, Ticket};
use serde_json::Value;

/// A namespace of a test's own.
pub struct Lab {
    pub namespace: Namespace,
}

impl Lab {
    /// A new one, with `lo` up; none, and the test is skipped, where this needs more privilege.
    pub fn new() -> Option<Self> {
        if let Ok(reason) = std::env::var("NLWIRE_NO_NAMESPACE") {
            skip(&reason);
            return None;
        }
        match Namespace::new() {
            Ok(namespace) => {
                let lab = Self { namespace };
                lab.ip("link set lo up");
                Some(lab)
            }
            Err(error) => {
                skip(&format!("no namespace can be made: {error}"));
                None
            }
        }
    }

    /// A connection of ours into it.
    pub fn netlink(&self) -> Netlink {
        Netlink::connect_in(&self.namespace).expect("a socket in a namespace of one's own")
    }

    /// A socket of ours into it.
    pub fn socket(&self, options: &Options) -> Socket {
        Socket::open_in(&self.namespace, &nlwire::codec::route::PROTOCOL, options)
            .expect("a socket in a namespace of one's own")
    }

    /// A connection for which the kernel filters nothing.
    pub fn netlink_without_filters(&self) -> Netlink {
        Netlink::over(Blocking::new(self.socket(&Options { strict_check: false, ..Options::default() })))
    }

    /// Where `ip` finds the namespace while the test runs, for `netns` in its commands.
    pub fn path(&self) -> String {
        format!("/proc/{}/fd/{}", std::process::id(), self.namespace.as_fd().as_raw_fd())
    }

    /// A pair of links, both up, without addresses that come by themselves.
    pub fn pair(&self, one: &str, other: &str) {
        self.batch(&format!(
            "link add {one} type veth peer name {other}
             link set {one} addrgenmode none
             link set {other} addrgenmode none
             link set {one} up
             link set {other} up"
        ));
    }

    /// Nexthops, on one of a [pair](Self::pair) of links, that make a group whose message is larger than the receive buffer is
    /// at first; none, and the test is skipped, where the kernel has no nexthops.
    pub fn large_group(&self) -> Option<Vec<GroupEntry>> {
        self.pair("v0", "v1");
        if !self.can("nexthop add id 1 dev v0") {
            return None;
        }
        let hops = 1..=4200_u32;
        self.batch(
            &hops.clone().skip(1).fold(String::new(), |hops, id| hops + &format!("nexthop add id {id} dev v0\n")),
        );
        Some(hops.map(|id| GroupEntry { id: id.into(), ..GroupEntry::default() }).collect())
    }

    /// The index of a link.
    pub fn index(&self, name: &str) -> u32 {
        let links = self.json(&format!("link show dev {name}"));
        links[0]["ifindex"].as_u64().and_then(|index| index.try_into().ok()).expect("a link has an index")
    }

    /// The names of the links, by their indices.
    pub fn names(&self) -> HashMap<u32, String> {
        let links = self.json("link");
        let name = |link: &Value| Some((link["ifindex"].as_u64()? as u32, link["ifname"].as_str()?.to_string()));
        objects(&links).iter().filter_map(name).collect()
    }

    /// Runs a program in it.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Output {
        self.namespace
            .run(|| Command::new(program).args(arguments).stdin(Stdio::null()).output())
            .unwrap_or_else(|error| panic!("{program}: {error}"))
    }

    /// Starts a program in it, which the caller ends.
    pub fn spawn(&self, program: &str, arguments: &[&str]) -> Child {
        self.namespace
            .run(|| Command::new(program).args(arguments).stdin(Stdio::null()).spawn())
            .unwrap_or_else(|error| panic!("{program}: {error}"))
    }

    /// Runs `ip`, which must succeed.
    pub fn ip(&self, arguments: &str) -> String {
        self.try_ip(arguments).unwrap_or_else(|error| panic!("ip {arguments}: {error}"))
    }

    /// Runs `ip`; gives what it prints, or its complaint.
    pub fn try_ip(&self, arguments: &str) -> Result<String, String> {
        self.try_run("ip", arguments)
    }

    /// Runs `ip` or `bridge`, or the newest of it (`newest bridge`), which is in the folder that `NLWIRE_IPROUTE2` names;
    /// gives what it prints, or its complaint.
    pub fn try_run(&self, program: &str, arguments: &str) -> Result<String, String> {
        let program = match program.strip_prefix("newest ") {
            Some(program) => newest(program).ok_or("NLWIRE_IPROUTE2 does not name a folder")?,
            None => program.to_string(),
        };
        let output = self.run(&program, &arguments.split_whitespace().collect::<Vec<_>>());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_string();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }

    /// Runs `ip` with what this kernel may not be able to do; false, and the test is skipped, where it is not.
    #[must_use]
    pub fn can(&self, arguments: &str) -> bool {
        self.can_run("ip", arguments)
    }

    /// The same with another program of [`try_run`](Self::try_run).
    #[must_use]
    pub fn can_run(&self, program: &str, arguments: &str) -> bool {
        match self.try_run(program, arguments) {
            Ok(_) => true,
            Err(error) => {
                skip(&format!("{program} {arguments}: {error}"));
                false
            }
        }
    }

    /// Runs many commands of `ip`, one a line; the first that fails ends the test.
    pub fn batch(&self, commands: &str) {
        self.batch_of("", commands);
    }

    /// The same of a family: `-4` or `-6`.
    pub fn batch_of(&self, family: &str, commands: &str) {
        self.try_batch_of(family, commands).unwrap_or_else(|error| panic!("{error}"));
    }

    /// Runs many commands of `ip`, one a line, up to the first that fails: gives its complaint.
    pub fn try_batch(&self, commands: &str) -> Result<(), String> {
        self.try_batch_of("", commands)
    }

    fn try_batch_of(&self, family: &str, commands: &str) -> Result<(), String> {
        let output = self
            .namespace
            .run(|| {
                let mut ip = Command::new("ip")
                    .args(family.split_whitespace())
                    .args(["-batch", "-"])
                    .stdin(Stdio::piped())
                    .stdout(Stdio::null())
                    .stderr(Stdio::piped())
                    .spawn()?;
                ip.stdin.take().expect("it was asked for").write_all(commands.as_bytes())?;
                ip.wait_with_output()
            })
            .expect("ip runs");
        if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).trim().into()) }
    }

    /// What `ip -d -j` prints.
    pub fn json(&self, arguments: &str) -> Value {
        self.json_of("ip", arguments)
    }

    /// What a program of [`try_run`](Self::try_run) prints with `-d -j`.
    pub fn json_of(&self, program: &str, arguments: &str) -> Value {
        let text = self.try_run(program, &format!("-d -j {arguments}"));
        let text = text.unwrap_or_else(|error| panic!("{program} {arguments}: {error}"));
        // It prints nothing at all for some empty lists.
        if text.is_empty() { Value::Array(Vec::new()) } else { serde_json::from_str(&text).expect("ip -j prints JSON") }
    }
}

/// Adds a thousand objects in one batch, of which every third is there by then: each has its outcome. Gives the objects.
pub fn add_a_thousand<O>(
    nl: &mut Netlink,
    object: impl Fn(u32) -> O,
    add: impl Fn(&mut Netlink<Batch<'_>>, &O) -> Ticket,
) -> Vec<O> {
    let objects: Vec<O> = (0..1000).map(|place| object(if place % 3 == 2 { place - 2 } else { place })).collect();
    let mut batch = nl.batch().unwrap();
    let tickets: Vec<_> = objects.iter().map(|object| add(&mut batch, object)).collect();
    let outcomes = batch.commit();
    assert_eq!((outcomes.count(), outcomes.failed().len()), (1000, 333));
    for (place, ticket) in tickets.into_iter().enumerate() {
        match outcomes.of(ticket) {
            Ok(()) => assert_ne!(place % 3, 2, "{ticket}"),
            Err(error) => assert!(place % 3 == 2 && error.is_exists(), "{ticket}: {error}"),
        }
    }
    objects
}

/// An example, which cargo builds beside the tests.
pub fn example(name: &str) -> Option<PathBuf> {
    let test = std::env::current_exe().ok()?;
    let example = test.parent()?.parent()?.join("examples").join(name);
    if !example.exists() {
        skip(&format!("the example {name} is not here"));
        return None;
    }
    Some(example)
}

/// The path of the newest `ip` or `bridge`.
pub fn newest(program: &str) -> Option<String> {
    let folder = PathBuf::from(std::env::var_os("NLWIRE_IPROUTE2")?);
    Some(folder.join(program).to_str()?.to_string())
}

/// Says that the running test cannot be carried out here, and why. The test then returns.
pub fn skip(reason: &str) {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    eprintln!("skipped: {test}: {reason}");
    if let Some(file) = std::env::var_os("NLWIRE_SKIPS") {
        let file = std::fs::OpenOptions::new().append(true).create(true).open(file);
        let line = format!("{test}: {reason}\n");
        file.and_then(|mut file| file.write_all(line.as_bytes())).expect("the list of skipped tests can be written");
    }
}

/// Takes all capabilities from the calling thread, for good: it is one that ends, as of [`Namespace::run`].
pub fn give_up_capabilities() {
    // _LINUX_CAPABILITY_VERSION_3 and this thread; then three sets of two words each (linux/capability.h).
    let (header, none) = ([0x2008_0522_u32, 0], [0_u32; 6]);
    // SAFETY: both pointers are to live structs of the sizes of that version; capset(2) keeps neither.
    assert_eq!(unsafe { libc::syscall(libc::SYS_capset, header.as_ptr(), none.as_ptr()) }, 0);
}

/// Whether there are users here besides the one who runs the test; if not, that is told: a plain user's own user namespace
/// has no others, and the kernel takes no numbers that are nobody's.
#[must_use]
pub fn has_users() -> bool {
    let map = std::fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    let count = |line: &str| line.split_whitespace().nth(2).and_then(|count| count.parse::<u32>().ok());
    let has = map.lines().filter_map(count).any(|count| count > 1000);
    if !has {
        skip("this user namespace has one user");
    }
    has
}

/// The objects of a JSON array, without those keys that change by themselves.
pub fn objects(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Puts the names of interfaces in the place of their indices, under the keys that `ip` has for them.
pub fn name(shown: &mut Value, names: &HashMap<u32, String>) {
    name_as(shown, names, &[("ifindex", "dev"), ("oif", "dev"), ("iif", "iif")]);
}

/// The same with other keys, of which each has the one that a program has for it.
pub fn name_as(shown: &mut Value, names: &HashMap<u32, String>, keys: &[(&str, &str)]) {
    let Some(shown) = shown.as_object_mut() else { return };
    for (key, name) in keys {
        if let Some(index) = shown.shift_remove(*key).and_then(|index| index.as_u64()) {
            shown.insert((*name).into(), names[&(index as u32)].as_str().into());
        }
    }
}

/// The first place where two lists differ ends the test, with both sides of it.
pub fn assert_same(ours: &[Value], theirs: &[Value]) {
    for (place, (our, their)) in ours.iter().zip(theirs).enumerate() {
        assert_eq!(our, their, "at {place} of {} and {}", ours.len(), theirs.len());
    }
    assert_eq!(ours.len(), theirs.len());
}
