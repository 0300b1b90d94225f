//! neli, by its router, as its example `route-list` has it.

use neli::consts::nl::NlmF;
use neli::consts::rtnl::{Ifla, IflaInfo, Nda, Ntf, Nud, RtAddrFamily, RtScope, RtTable, Rta, Rtm, Rtn, Rtprot};
use neli::consts::socket::NlFamily;
use neli::nl::NlPayload;
use neli::router::synchronous::NlRouter;
use neli::rtnl::{Ifinfomsg, IfinfomsgBuilder, Ndmsg, NdmsgBuilder, Rtmsg, RtmsgBuilder};
use neli::utils::Groups;

use super::unknown;
use crate::Failure;
use crate::fields::{Link, Neighbour, Route, ip};
use crate::spent::Spent;

pub(super) fn dump(what: &str) -> Result<(Spent, u64), Failure> {
    let (router, _) = NlRouter::connect(NlFamily::Route, None, Groups::empty())?;
    router.enable_strict_checking(true)?;
    Spent::by(|| match what {
        "route4" => routes(&router),
        "neighbour" => neighbours(&router),
        "link" => links(&router),
        _ => unknown(what),
    })
}

fn number(bytes: &[u8]) -> u32 {
    bytes.try_into().map_or(0, u32::from_ne_bytes)
}

fn routes(router: &NlRouter) -> Result<u64, Failure> {
    let request = RtmsgBuilder::default()
        .rtm_family(RtAddrFamily::Inet)
        .rtm_dst_len(0)
        .rtm_src_len(0)
        .rtm_tos(0)
        .rtm_table(RtTable::Unspec)
        .rtm_protocol(Rtprot::Unspec)
        .rtm_scope(RtScope::Universe)
        .rtm_type(Rtn::Unspec)
        .build()?;
    let answers = router.send::<_, _, Rtm, Rtmsg>(Rtm::Getroute, NlmF::DUMP, NlPayload::Payload(request))?;
    let mut sum = 0;
    for answer in answers {
        let answer = answer?;
        let Some(route) = answer.get_payload() else { continue };
        let mut fields = Route {
            length: *route.rtm_dst_len(),
            table: u8::from(*route.rtm_table()).into(),
            protocol: (*route.rtm_protocol()).into(),
            ..Route::default()
        };
        for attribute in route.rtattrs().iter() {
            let payload = attribute.rta_payload().as_ref();
            match attribute.rta_type() {
                Rta::Dst => fields.destination = ip(payload),
                Rta::Gateway => fields.gateway = ip(payload),
                Rta::Oif => fields.interface = number(payload),
                Rta::Table => fields.table = number(payload),
                Rta::Priority => fields.priority = number(payload),
                _ => {}
            }
        }
        sum = fields.add(sum);
    }
    Ok(sum)
}

fn neighbours(router: &NlRouter) -> Result<u64, Failure> {
    let request = NdmsgBuilder::default()
        .ndm_family(RtAddrFamily::Unspecified)
        .ndm_index(0)
        .ndm_state(Nud::empty())
        .ndm_flags(Ntf::empty())
        .ndm_type(Rtn::Unspec)
        .build()?;
    let answers = router.send::<_, _, Rtm, Ndmsg>(Rtm::Getneigh, NlmF::DUMP, NlPayload::Payload(request))?;
    let mut sum = 0;
    for answer in answers {
        let answer = answer?;
        let Some(neighbour) = answer.get_payload() else { continue };
        let mut fields = Neighbour {
            interface: neighbour.ndm_index().cast_unsigned(),
            state: neighbour.ndm_state().bits(),
            flags: neighbour.ndm_flags().bits(),
            ..Neighbour::default()
        };
        for attribute in neighbour.rtattrs().iter() {
            let payload = attribute.rta_payload().as_ref();
            match attribute.rta_type() {
                Nda::Dst => fields.destination = ip(payload),
                Nda::Lladdr => fields.link_address = payload,
                _ => {}
            }
        }
        sum = fields.add(sum);
    }
    Ok(sum)
}

fn links(router: &NlRouter) -> Result<u64, Failure> {
    let request = IfinfomsgBuilder::default().ifi_family(RtAddrFamily::Unspecified).build()?;
    let answers = router.send::<_, _, Rtm, Ifinfomsg>(Rtm::Getlink, NlmF::DUMP, NlPayload::Payload(request))?;
    let mut sum = 0;
    for answer in answers {
        let answer = answer?;
        let Some(link) = answer.get_payload() else { continue };
        let mut fields =
            Link { index: link.ifi_index().cast_unsigned(), flags: link.ifi_flags().bits(), ..Link::default() };
        let mut kind = Vec::new();
        for attribute in link.rtattrs().iter() {
            let payload = attribute.rta_payload().as_ref();
            match attribute.rta_type() {
                Ifla::Ifname => fields.name = payload,
                Ifla::Mtu => fields.mtu = number(payload),
                Ifla::Operstate => fields.state = payload.first().copied().unwrap_or(0),
                Ifla::Stats64 => {
                    let counter = |at: usize| {
                        let bytes = payload.get(at..at + 8).and_then(|bytes| bytes.try_into().ok());
                        bytes.map_or(0, u64::from_ne_bytes)
                    };
                    fields.packets = [counter(0), counter(8)];
                }
                Ifla::Linkinfo => {
                    let info = attribute.get_attr_handle::<IflaInfo>()?;
                    for inner in info.iter() {
                        if *inner.rta_type() == IflaInfo::Kind {
                            kind = inner.rta_payload().as_ref().to_vec();
                        }
                    }
                }
                _ => {}
            }
        }
        fields.kind = &kind;
        sum = fields.add(sum);
    }
    Ok(sum)
}
