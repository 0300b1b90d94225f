//! CRI-O and ocicni: what the pods of a machine have and have done, read from a pool of threads.

use std::net::{Ipv4Addr, UdpSocket};
use std::sync::Barrier;

use ipnet::IpNet;
use nlwire::Error;
use nlwire::address::{Address, AddressFilter};
use nlwire::codec::payload::LinkAddress;
use nlwire::codec::route::Scope;
use nlwire::link::{Bridge, Link, LinkFlags, LinkNamespace, Statistics};
use nlwire::socket::Namespace;

use crate::lab::objects;
use crate::lab::ways::{Over, in_each_way};
use crate::{Netlink, index, link, veth};

/// How many pods there are.
const PODS: u8 = 50;

/// Where a thread is.
fn place(thread: &str) -> String {
    let link = std::fs::read_link(format!("/proc/self/task/{thread}/ns/net")).unwrap();
    link.to_str().unwrap().to_string()
}

/// The calling thread's number.
fn thread() -> String {
    let own = std::fs::read_link("/proc/thread-self").unwrap();
    own.file_name().unwrap().to_str().unwrap().to_string()
}

fn address_of(pod: u8) -> IpNet {
    IpNet::new(Ipv4Addr::new(10, 85, 0, pod + 2).into(), 16).unwrap()
}

fn mac_of(pod: u8) -> LinkAddress {
    [0x0a, 0x58, 10, 85, 0, pod + 2].into()
}

/// A pod: its loopback works, which must have no other addresses than loopbacks have, and its link is a port of the bridge.
fn make_pod(over: &Over, host: &mut Netlink, bridge: u32, pod: u8) -> Result<Namespace, Error> {
    let namespace = Namespace::new().unwrap();
    let mut nl = over.connect_in(&namespace)?;
    nl.links().up("lo")?;
    let lo = nl.links().get("lo")?;
    let filter = AddressFilter { interface: Some(lo.index), ..AddressFilter::default() };
    let all = nl.addresses().filter(filter).list()?;
    assert!(lo.flags.contains(LinkFlags::UP | LinkFlags::RUNNING), "{lo:?}");
    assert!(all.iter().all(|address| address.local.unwrap().addr().is_loopback()), "{all:?}");

    let peer = Link {
        name: "eth0".parse()?,
        address: Some(mac_of(pod)),
        namespace: Some(LinkNamespace::from(&namespace)),
        ..Link::default()
    };
    let outer = Link { master: Some(bridge), up: Some(true), ..veth(&format!("veth{pod}"), peer) };
    host.links().add(&outer)?;
    let eth0 = index(&mut nl, "eth0");
    nl.addresses().add(&Address::new(eth0, address_of(pod)))?;
    nl.links().up(eth0)?;
    Ok(namespace)
}

/// What is read of a pod.
#[derive(Debug, PartialEq)]
struct Status {
    addresses: Vec<IpNet>,
    address: LinkAddress,
    statistics: Statistics,
}

fn status(nl: &mut Netlink) -> Result<Status, Error> {
    let links = nl.links().list()?;
    let eth0 = links.into_iter().find(|link| link.name == "eth0").unwrap();
    let filter = AddressFilter { interface: Some(eth0.index), ..AddressFilter::default() };
    let global = |address: &Address| address.scope == Some(Scope::UNIVERSE);
    let addresses = nl.addresses().filter(filter).list()?.into_iter().filter(global);
    Ok(Status {
        addresses: addresses.filter_map(|address| address.local).collect(),
        address: eth0.address.unwrap(),
        statistics: *eth0.statistics.unwrap(),
    })
}

/// Left out: host ports and their connections (nf_tables, conntrack), and what pins a namespace (a mount).
#[test]
fn crio_reads_fifty_pods_from_a_pool_of_threads_that_stay_where_they_are() {
    in_each_way(|over| {
        let Some(host) = over.lab() else { return };
        let mut nl = host.netlink();
        nl.links().add(&Link { up: Some(true), ..link("cni0", Bridge::default()) }).unwrap();
        let bridge = index(&mut nl, "cni0");
        let pods: Vec<Namespace> = (0..PODS).map(|pod| make_pod(over, &mut nl, bridge, pod).unwrap()).collect();
        // So many packets that each pod has sent another number of bytes.
        for pod in [0_u8, 17, 49] {
            let send = || {
                let socket = UdpSocket::bind("0.0.0.0:0")?;
                socket.set_broadcast(true)?;
                (0..=pod).try_for_each(|_| socket.send_to(&[0; 1000], "10.85.255.255:9").map(drop))
            };
            pods[usize::from(pod)].run(send).unwrap();
        }

        let (begun, ended) = (Barrier::new(5), Barrier::new(5));
        let read: Vec<(u8, Status)> = std::thread::scope(|scope| {
            let (sender, numbers) = std::sync::mpsc::channel();
            let pool: Vec<_> = (0..4_u8)
                .map(|number| {
                    let (pods, begun, ended, sender) = (&pods, &begun, &ended, sender.clone());
                    scope.spawn(move || {
                        sender.send(thread()).unwrap();
                        begun.wait();
                        let home = place(&thread());
                        let mut read = Vec::new();
                        for pod in (number..PODS).step_by(4) {
                            // Bound to the namespace from the beginning, wherever its thread is.
                            let mut nl = over.connect_in(&pods[usize::from(pod)]).unwrap();
                            assert_eq!(place(&thread()), home);
                            read.push((pod, status(&mut nl).unwrap()));
                            assert_eq!(place(&thread()), home);
                        }
                        ended.wait();
                        read
                    })
                })
                .collect();
            let threads: Vec<String> = numbers.iter().take(4).collect();
            let before: Vec<String> = threads.iter().map(|thread| place(thread)).collect();
            begun.wait();
            // They are still there, since the last to come is this one.
            let meanwhile: Vec<String> = threads.iter().map(|thread| place(thread)).collect();
            assert_eq!(meanwhile, before);
            ended.wait();
            assert!(before.iter().all(|place| *place == before[0]) && before[0] == place(&thread()));
            pool.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });

        assert_eq!(read.len(), usize::from(PODS));
        for (pod, status) in &read {
            assert_eq!((&status.addresses, status.address), (&vec![address_of(*pod)], mac_of(*pod)));
        }
        for number in [0, 17, 49] {
            let (_, ours) = read.iter().find(|(pod, _)| *pod == number).unwrap();
            let sent = u64::from(number) + 1;
            assert!(ours.statistics.tx_packets >= sent && ours.statistics.tx_bytes >= sent * 1000, "{ours:?}");
            // The witness, between two looks of ours that are alike: packets may come at any time.
            let pod = over.lab_in(Namespace::open(path(&pods[usize::from(number)])).unwrap());
            let mut nl = pod.netlink();
            let (ours, theirs) = loop {
                let before = status(&mut nl).unwrap();
                let theirs = pod.json("-s address show dev eth0");
                if status(&mut nl).unwrap() == before {
                    break (before, theirs[0].clone());
                }
            };
            assert_eq!(theirs["address"], ours.address.to_string());
            assert_eq!(theirs["addr_info"][0]["local"], ours.addresses[0].addr().to_string());
            let (rx, tx) = (&theirs["stats64"]["rx"], &theirs["stats64"]["tx"]);
            assert_eq!(
                (&rx["bytes"], &tx["bytes"]),
                (&ours.statistics.rx_bytes.into(), &ours.statistics.tx_bytes.into())
            );
            assert_eq!(
                (&rx["errors"], &tx["errors"]),
                (&ours.statistics.rx_errors.into(), &ours.statistics.tx_errors.into())
            );
        }
        let ports = host.json("link show master cni0");
        assert_eq!(objects(&ports).len(), usize::from(PODS));

        // A pod that is gone, while its statistics are read, keeps nobody.
        let gone = pods.into_iter().next().unwrap();
        let mut nl = over.connect_in(&gone).unwrap();
        drop(gone);
        assert_eq!(status(&mut nl).unwrap().address, mac_of(0));
    });
}

/// Where a namespace can be opened again.
fn path(namespace: &Namespace) -> String {
    use std::os::fd::{AsFd, AsRawFd};
    format!("/proc/self/fd/{}", namespace.as_fd().as_raw_fd())
}
