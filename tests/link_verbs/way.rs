//! A verb as a result, a future and a ticket.

use nlwire::{Netlink, Tokio};

use crate::lab::Lab;

/// How a verb is carried out.
pub(crate) enum Way {
    Blocking(Netlink),
    Tokio(tokio::runtime::Runtime, Netlink<Tokio>),
    Batch(Netlink),
}

impl Way {
    pub(crate) fn all(lab: &Lab) -> [Self; 3] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let socket = {
            let _inside = runtime.enter();
            let protocol = &nlwire::codec::route::PROTOCOL;
            nlwire::socket::tokio::Socket::open_in(&lab.namespace, protocol, &Default::default()).unwrap()
        };
        let tokio = Netlink::over(Tokio::new(socket));
        [Self::Blocking(lab.netlink()), Self::Tokio(runtime, tokio), Self::Batch(lab.netlink())]
    }
}

/// One definition of a verb, carried out in a way.
macro_rules! carry_out {
    ($way:expr, $nl:ident => $verb:expr) => {
        match $way {
            $crate::way::Way::Blocking($nl) => $verb,
            $crate::way::Way::Tokio(runtime, $nl) => runtime.block_on($verb),
            $crate::way::Way::Batch(nl) => {
                let mut batch = nl.batch().unwrap();
                let ticket = {
                    let $nl = &mut batch;
                    $verb
                };
                assert_eq!(ticket.number(), 0);
                batch.commit().all()
            }
        }
    };
}
pub(crate) use carry_out;
