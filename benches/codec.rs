//! Reading captured dumps in each of the three ways, and writing a route.
//!
//! `cargo bench --bench codec`. For the comparison with C, see `limit.rs`.

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use nlwire::codec::route::Family;
use nlwire::codec::route::link::{Link, LinkInfo, NewLink};
use nlwire::codec::route::neighbour::{Neighbour, NewNeighbour};
use nlwire::codec::route::route::{Header, NewRoute, Route, RouteProtocol, RouteType};
use nlwire::codec::{Envelope, Flags, Message, Messages, ParseError, Tail, View};

/// A capture of the virtual machine's kernel, and how many messages are in it.
fn capture(object: &str) -> (Vec<u8>, u64) {
    let path = format!("{}/tests/captures/6.18/{object}.bin", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(path).expect("the captures are in the tree");
    let messages = Messages::new(&bytes).count() as u64;
    (bytes, messages)
}

fn each<M: Message>(
    bytes: &[u8],
    mut read: impl FnMut(&View<'_, M>) -> Result<(), ParseError>,
) -> Result<(), ParseError> {
    for message in Messages::new(bytes) {
        if let Some(view) = message?.read::<M>()? {
            read(&view)?;
        }
    }
    Ok(())
}

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    let mut bench = |object: &str, way: &str, read: fn(&[u8]) -> Result<(), ParseError>| {
        let (bytes, messages) = capture(object);
        group.throughput(Throughput::Elements(messages));
        group.bench_function(BenchmarkId::new(object, way), |bencher| bencher.iter(|| read(black_box(&bytes))));
    };

    bench("route", "read", |bytes| {
        each::<NewRoute>(bytes, |route| {
            for attribute in route.attributes() {
                let attribute = attribute?;
                if let Some(destination) = attribute.read(Route::DST)? {
                    black_box(destination);
                } else if let Some(gateway) = attribute.read(Route::GATEWAY)? {
                    black_box(gateway);
                } else if let Some(interface) = attribute.read(Route::OIF)? {
                    black_box(interface);
                } else if let Some(table) = attribute.read(Route::TABLE)? {
                    black_box(table);
                } else if let Some(priority) = attribute.read(Route::PRIORITY)? {
                    black_box(priority);
                }
            }
            Ok(())
        })
    });
    bench("route", "get", |bytes| {
        each::<NewRoute>(bytes, |route| {
            let attributes = route.attributes();
            black_box((attributes.get(Route::DST)?, attributes.get(Route::GATEWAY)?, attributes.get(Route::OIF)?));
            black_box((attributes.get(Route::TABLE)?, attributes.get(Route::PRIORITY)?));
            Ok(())
        })
    });
    bench("route", "table", |bytes| {
        each::<NewRoute>(bytes, |route| {
            let table = route.attributes().table()?;
            black_box((table.get(Route::DST)?, table.get(Route::GATEWAY)?, table.get(Route::OIF)?));
            black_box((table.get(Route::TABLE)?, table.get(Route::PRIORITY)?));
            Ok(())
        })
    });

    bench("neighbour", "read", |bytes| {
        each::<NewNeighbour>(bytes, |neighbour| {
            for attribute in neighbour.attributes() {
                let attribute = attribute?;
                if let Some(address) = attribute.read(Neighbour::DST)? {
                    black_box(address);
                } else if let Some(address) = attribute.read(Neighbour::LLADDR)? {
                    black_box(address);
                }
            }
            Ok(())
        })
    });
    bench("neighbour", "get", |bytes| {
        each::<NewNeighbour>(bytes, |neighbour| {
            let attributes = neighbour.attributes();
            black_box((attributes.get(Neighbour::DST)?, attributes.get(Neighbour::LLADDR)?));
            Ok(())
        })
    });

    bench("link", "get one", |bytes| {
        each::<NewLink>(bytes, |link| {
            black_box(link.attributes().get(Link::IFNAME)?);
            Ok(())
        })
    });
    bench("link", "table", |bytes| {
        each::<NewLink>(bytes, |link| {
            let table = link.attributes().table()?;
            black_box((table.get(Link::IFNAME)?, table.get(Link::MTU)?, table.get(Link::OPERSTATE)?));
            black_box((table.get(Link::ADDRESS)?, table.get(Link::MASTER)?, table.get(Link::STATS64)?));
            if let Some(info) = table.get(Link::LINKINFO)? {
                black_box(info.get(LinkInfo::KIND)?);
            }
            Ok(())
        })
    });
}

fn emit(criterion: &mut Criterion) {
    let mut buffer = [0; 256];
    let destination = IpAddr::V4(Ipv4Addr::new(10, 1, 2, 0));
    let gateway = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    criterion.bench_function("emit/route", |bencher| {
        bencher.iter(|| {
            let mut tail = Tail::new(&mut buffer);
            let header = Header {
                family: Family::INET.into(),
                dst_len: 24,
                protocol: RouteProtocol::BGP.into(),
                kind: RouteType::UNICAST.into(),
                ..Header::default()
            };
            NewRoute::emit(&mut tail, Envelope::request(Flags::CREATE | Flags::EXCL), header, |route| {
                let route = route.put(Route::DST, black_box(destination))?.put(Route::GATEWAY, black_box(gateway))?;
                route.put(Route::OIF, black_box(7))?.put(Route::PRIORITY, black_box(20))?.put(Route::TABLE, 254)
            })
            .expect("it fits");
            black_box(tail.written().len())
        });
    });
}

criterion_group!(benches, parse, emit);
criterion_main!(benches);
