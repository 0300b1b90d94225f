//! Counters by themselves, beside those that `ip -s` shows.

use serde_json::Value;

use crate::lab::twins::Way;
use crate::lab::{Lab, objects};

#[test]
fn counters_alone_are_those_that_ip_shows() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    lab.batch("address add 192.0.2.1/24 dev v0\nneighbour add 192.0.2.2 lladdr 02:00:00:00:00:02 dev v0");
    let send = || {
        let socket = std::net::UdpSocket::bind("0.0.0.0:0")?;
        (0..17).try_for_each(|_| socket.send_to(&[0; 100], "192.0.2.2:9").map(drop))
    };
    lab.namespace.run(send).unwrap();
    let witness = lab.json("-s link");
    let mut nl = lab.netlink();
    let listed = nl.link_statistics().list().unwrap();
    assert_eq!(listed.len(), objects(&witness).len());
    for (ours, theirs) in listed.iter().zip(objects(&witness)) {
        let counters = &ours.statistics;
        // Beside all else of a link.
        let mut theirs = theirs.as_object().unwrap().clone();
        theirs.retain(|key, _| ["ifindex", "stats64"].contains(&key.as_str()));
        let shown = serde_json::to_value(ours).unwrap();
        assert_eq!(shown, Value::Object(theirs));
        // As the link itself has them.
        assert_eq!(nl.links().get(ours.index).unwrap().statistics.as_deref(), Some(counters));
        assert_eq!(nl.link_statistics().get(ours.index).unwrap(), *ours);
    }
    assert!(listed.iter().any(|link| link.statistics.tx_packets >= 17));
    let mut stream = nl.link_statistics().dump().unwrap();
    let mut streamed = Vec::new();
    while let Some(view) = stream.next().unwrap() {
        streamed.push(nlwire::link_statistics::LinkStatistics::from_view(&view).unwrap());
    }
    assert_eq!(streamed, listed);
}

#[test]
fn counters_are_asked_for_by_an_index_that_there_is() {
    let Some(lab) = Lab::new() else { return };
    let error = lab.netlink().link_statistics().get(4711).unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert!(error.to_string().starts_with("get statistics of link 4711: No such device"), "{error}");
    assert!(lab.netlink().link_statistics().get(0).is_err());
    let [_, mut way, _] = Way::all(&lab);
    let Way::Tokio(runtime, nl) = &mut way else { unreachable!() };
    let one = runtime.block_on(nl.link_statistics().get(1)).unwrap();
    assert_eq!(runtime.block_on(nl.link_statistics().list()).unwrap(), [one]);
    let witness: Value = lab.json("-s link");
    assert_eq!(witness[0]["stats64"]["rx"]["bytes"], one.statistics.rx_bytes);
}
