//! What routes of MPLS have that others have not.

use super::{Route, wire};
use crate::codec::payload::LinkAddress;
use crate::codec::route::Family;
use crate::codec::route::route::{Label, Via};
use crate::codec::{Attribute, Emit, Emitted, ParseError};

/// The bits of a label.
pub(super) const LABEL_BITS: u8 = 20;

impl Route {
    /// The label that packets come in with, in a route of MPLS.
    pub fn label(&self) -> Option<u32> {
        self.details.as_ref()?.label
    }

    /// Takes what an attribute of a route of MPLS says, where that is not what it says of others.
    pub(super) fn take_mpls(&mut self, attribute: &Attribute<'_, wire::Route>) -> Result<bool, ParseError> {
        use wire::Route as Key;
        if attribute.number() == Key::DST.number() {
            let labels = attribute.read(Key::DST_LABEL)?.unwrap_or_default();
            self.details_mut().label = labels.first().map(|label| label.label());
        } else if let Some(labels) = attribute.read(Key::NEWDST)? {
            self.details_mut().new_labels = numbers(labels);
        } else if let Some(via) = attribute.read(Key::VIA)? {
            self.gateway = via.ip();
            if let Some(address) = link_address(&via) {
                self.details_mut().link_address = Some(address);
            }
        } else if let Some(propagate) = attribute.read(Key::TTL_PROPAGATE)? {
            self.details_mut().ttl_propagate = Some(propagate != 0);
        } else {
            // There are no sources.
            return Ok(attribute.number() == Key::SRC.number());
        }
        Ok(true)
    }

    /// What speaks against asking for it, of what only MPLS has or has not.
    pub(super) fn check_mpls(&self) -> Result<(), &'static str> {
        let details = self.details.as_deref();
        let hops = || self.next_hops.iter();
        let new_labels = || hops().map(|hop| &hop.new_labels).chain(details.map(|details| &details.new_labels));
        let link_addresses = hops()
            .map(|hop| (hop.gateway, hop.link_address))
            .chain(details.map(|details| (self.gateway, details.link_address)));
        if self.family() != Family::MPLS {
            let own = details.is_some_and(|details| details.label.is_some() || details.ttl_propagate.is_some());
            return if own || new_labels().any(|labels| !labels.is_empty()) || { link_addresses }
                .any(|it| it.1.is_some())
            {
                Err("only a route of MPLS has labels of its own and next hops with link-layer addresses")
            } else {
                Ok(())
            };
        }
        if self.destination.is_some() || self.label().is_none() {
            return Err("a route of MPLS leads from a label, not to a destination");
        }
        if new_labels().flatten().copied().chain(self.label()).any(|label| label >> LABEL_BITS != 0) {
            return Err("a label has 20 bits");
        }
        if { link_addresses }.any(|(gateway, address)| gateway.is_some() && address.is_some()) {
            return Err("a next hop has an IP address or a link-layer address");
        }
        Ok(())
    }
}

/// The numbers of labels.
pub(super) fn numbers(labels: &[Label]) -> Vec<u32> {
    labels.iter().map(|label| label.label()).collect()
}

/// A stack of labels of these numbers.
pub(super) fn stack(labels: &[u32]) -> Vec<Label> {
    let last = labels.len().saturating_sub(1);
    labels.iter().enumerate().map(|(place, label)| Label::new(*label, place == last)).collect()
}

/// Labels as `ip` writes them.
pub(super) fn text(labels: &[u32]) -> String {
    labels.iter().map(u32::to_string).collect::<Vec<_>>().join("/")
}

/// The address of a next hop that is none of IP.
pub(super) fn link_address(via: &Via<'_>) -> Option<LinkAddress> {
    LinkAddress::new(via.address).filter(|_| via.family == u16::from(Family::PACKET.0))
}

/// Writes what only next hops of MPLS have.
pub(super) fn put_hop<'x, 'b>(
    out: &'x mut Emit<'b, wire::Route>,
    new_labels: &[u32],
    link_address: Option<&LinkAddress>,
) -> Emitted<'x, 'b, wire::Route> {
    if !new_labels.is_empty() {
        out.put(wire::Route::NEWDST, &stack(new_labels))?;
    }
    match link_address {
        Some(address) => {
            out.put(wire::Route::VIA, Via { family: Family::PACKET.0.into(), address: address.as_bytes() })
        }
        None => Ok(out),
    }
}
