//! The example `monitor`, beside `ip monitor`: the same lines while links, addresses, routes, neighbours and rules come and go.

mod lab;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use lab::Lab;

/// A program that runs until it has been heard.
struct Heard {
    program: Child,
    lines: Receiver<String>,
}

impl Heard {
    fn start(lab: &Lab, program: &str, arguments: &[&str]) -> Self {
        let spawn = || Command::new(program).args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut program = lab.namespace.run(spawn).unwrap();
        let out = BufReader::new(program.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line).map_err(drop)).ok();
        });
        Self { program, lines }
    }

    /// The lines up to one that begins so.
    fn until(&mut self, last: &str) -> Vec<String> {
        let mut heard = Vec::new();
        loop {
            match self.lines.recv_timeout(Duration::from_secs(20)) {
                Ok(line) if line.starts_with(last) => return heard,
                Ok(line) => heard.push(line),
                Err(error) => panic!("{error} before {last:?}, after {heard:#?}"),
            }
        }
    }

    /// Waits until it listens: it tells of what is done again and again.
    fn ready(&mut self, lab: &Lab) {
        for _ in 0..200 {
            lab.ip("rule add priority 7 table 7");
            lab.ip("rule delete priority 7 table 7");
            if self.lines.recv_timeout(Duration::from_millis(100)).is_ok() {
                return;
            }
        }
        panic!("it hears nothing");
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[test]
fn changes_are_printed_as_ip_monitor_prints_them() {
    let Some(lab) = Lab::new() else { return };
    let Some(example) = lab::example("monitor") else { return };
    let mut theirs = Heard::start(&lab, "ip", &["monitor", "link", "address", "route", "neigh", "rule"]);
    let mut ours = Heard::start(&lab, example.to_str().unwrap(), &[]);
    theirs.ready(&lab);
    ours.ready(&lab);
    // From here on.
    lab.ip("rule add priority 8 table 8");
    for heard in [&mut theirs, &mut ours] {
        heard.until("8:");
    }

    lab.pair("v0", "v1");
    lab.batch(
        "link add br0 type bridge
         link set v1 master br0
         address add 192.0.2.1/24 dev v0
         address add 2001:db8::1/64 dev v0 nodad
         address add 198.51.100.1 peer 198.51.100.2/32 dev v0 label v0:x
         route add 203.0.113.0/24 via 192.0.2.9
         route add blackhole 203.0.114.0/24 table 100 proto 186 metric 5
         route add 203.0.115.0/24 nexthop via 192.0.2.9 weight 2 nexthop via 192.0.2.8
         neighbour add 192.0.2.7 lladdr 02:00:00:00:00:01 dev v0
         neighbour replace 192.0.2.7 lladdr 02:00:00:00:00:02 dev v0 nud stale
         neighbour del 192.0.2.7 dev v0
         rule add from 10.0.0.0/8 table 100
         rule delete from 10.0.0.0/8 table 100
         route delete 203.0.113.0/24 via 192.0.2.9
         route replace 203.0.114.0/24 via 192.0.2.9 table 100 metric 5",
    );
    lab.batch_of(
        "-6",
        "route add 2001:db8:1::/48 via 2001:db8::9
         rule add fwmark 7 table 200
         route delete 2001:db8:1::/48",
    );
    lab.batch(
        "address delete 192.0.2.1/24 dev v0
         link set v1 nomaster
         link set v0 mtu 1400
         link set v0 down
         link delete br0
         link delete v0",
    );
    lab.ip("rule add priority 9 table 9");
    let (theirs, ours) = (theirs.until("9:"), ours.until("9:"));
    for (our, their) in ours.iter().zip(&theirs) {
        assert_eq!(our, their, "in {ours:#?}");
    }
    assert_eq!(ours.len(), theirs.len());
    assert!(ours.len() > 60, "{ours:#?}");
}
