//! Network namespaces: entered without leaving one's own, and named as `ip netns` names them.

mod lab;

use std::process::Command;

use lab::{Lab, skip};
use nlwire::Errno;
use nlwire::Netlink;
use nlwire::socket::Namespace;

#[test]
fn fifty_sockets_in_fifty_namespaces_leave_each_thread_in_its_own() {
    let labs: Vec<Lab> = (0..50).map_while(|_| Lab::new()).collect();
    if labs.len() < 50 {
        return;
    }
    for (number, lab) in labs.iter().enumerate() {
        lab.ip(&format!("link set lo alias number-{number}"));
    }
    let own = || std::fs::read_link("/proc/thread-self/ns/net").unwrap();
    let before = own();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (labs, before) = (&labs, &before);
            scope.spawn(move || {
                let mut sockets: Vec<Netlink> = labs.iter().map(Lab::netlink).collect();
                assert_eq!(own(), *before);
                for step in 0..labs.len() {
                    let number = (thread * 7 + step) % labs.len();
                    let alias = sockets[number].links().get("lo").unwrap().alias;
                    assert_eq!(alias, Some(format!("number-{number}")));
                    assert_eq!(own(), *before);
                }
            });
        }
    });
    assert_eq!(own(), before);
}

/// Set in a process that has file systems of its own.
const APART: &str = "NLWIRE_TEST_APART";

/// Runs the test of this name again where what it mounts is seen by nobody else, and in a network namespace of its own: `ip
/// netns add` goes back to where it came from, which a plain user may only if that is the user's.
fn apart(test: &str) {
    let output = Command::new("unshare")
        .args(["-m", "-n", "sh", "-c", "mount -t tmpfs none /run && exec \"$@\"", "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(APART, "1")
        .output();
    match output {
        Ok(output) if output.status.success() => {
            let text = String::from_utf8_lossy(&output.stderr);
            assert!(text.contains("was here"), "{text}");
        }
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stderr);
            if text.contains("was here") || !text.contains("unshare:") && !text.contains("mount:") {
                panic!("{}{text}", String::from_utf8_lossy(&output.stdout));
            }
            skip(&format!("no file systems of one's own: {text}"));
        }
        Err(error) => skip(&format!("unshare: {error}")),
    }
}

fn ip(arguments: &str) -> String {
    let output = Command::new("ip").args(arguments.split(' ')).output().unwrap();
    assert!(output.status.success(), "ip {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn namespaces_have_the_names_that_ip_sees_and_gives() {
    if std::env::var_os(APART).is_none() {
        if Lab::new().is_some() {
            apart("namespaces_have_the_names_that_ip_sees_and_gives");
        }
        return;
    }
    eprintln!("was here");
    assert_eq!(Namespace::names().unwrap(), [""; 0]);
    let own = || std::fs::read_link("/proc/thread-self/ns/net").unwrap();
    let before = own();
    let blue = Namespace::create("blue").unwrap();
    assert_eq!(own(), before);
    ip("netns add red");
    assert_eq!(Namespace::names().unwrap(), ["blue", "red"]);
    let listed = ip("netns list");
    let mut listed: Vec<&str> = listed.split_whitespace().filter(|word| !word.contains(['(', ')', ':'])).collect();
    listed.sort_unstable();
    listed.retain(|word| word.parse::<u32>().is_err());
    assert_eq!(listed, ["blue", "red"]);

    // The same namespace by its name, by what made it, and for ip.
    ip("-n blue link add v0 type veth peer name v1");
    for namespace in [&blue, &Namespace::named("blue").unwrap()] {
        assert_eq!(Netlink::connect_in(namespace).unwrap().links().list().unwrap().len(), 3);
    }
    assert_eq!(Netlink::connect_in(&Namespace::named("red").unwrap()).unwrap().links().list().unwrap().len(), 1);

    for (error, errno, sentence) in [
        (Namespace::create("red").unwrap_err(), Errno::EEXIST, "open /run/netns/red: File exists (os error 17)"),
        (
            Namespace::delete("green").unwrap_err(),
            Errno::ENOENT,
            "umount2 /run/netns/green: No such file or directory (os error 2)",
        ),
        (
            Namespace::named("green").unwrap_err(),
            Errno::ENOENT,
            "open /run/netns/green: No such file or directory (os error 2)",
        ),
    ] {
        assert_eq!((error.errno(), error.to_string().as_str()), (Some(errno), sentence));
    }
    ip("netns delete blue");
    Namespace::delete("red").unwrap();
    assert_eq!(Namespace::names().unwrap(), [""; 0]);
    assert_eq!(ip("netns list"), "");
    // It lives as long as somebody holds it.
    assert_eq!(Netlink::connect_in(&blue).unwrap().links().list().unwrap().len(), 3);
}

#[test]
fn what_cannot_name_a_namespace_is_refused_with_a_sentence() {
    for name in ["", ".", "..", "a/b", "/run/netns/a", "a\0b", &"n".repeat(256)] {
        for error in [
            Namespace::named(name).unwrap_err(),
            Namespace::create(name).unwrap_err(),
            Namespace::delete(name).unwrap_err(),
        ] {
            assert!(error.to_string().contains("cannot name a namespace"), "{name:?}: {error}");
        }
    }
    // In a program that has the one error of this crate it is the same sentence.
    let sentence = Namespace::named("a/b").unwrap_err().to_string();
    let error: nlwire::Error = Namespace::named("a/b").unwrap_err().into();
    assert_eq!(error.to_string(), sentence);
    let error: nlwire::Error = Namespace::named("nobody-has-this-name").unwrap_err().into();
    assert!(error.is_not_found(), "{error}");
}
