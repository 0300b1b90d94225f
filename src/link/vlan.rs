//! VLANs on other links.

use crate::codec::nest::Nest;
use crate::codec::payload::{Sent, Struct};
use crate::codec::route::link::vlan::{self as wire, VlanFlagsMask, VlanQos};
use crate::codec::{Attributes, Emit, EmitError, Key, ParseError, Set};
use crate::setting::{Setting, settings};
use crate::shown::{Show, Shown};
use crate::word::choices;

pub use crate::codec::route::link::vlan::VlanFlags;

settings! {
    /// A VLAN on another link.
    pub struct Vlan of wire::Vlan {
        /// Its number, 0 to 4094.
        [add] id: u16 = ID,
        /// The protocol of its tags; without, 802.1Q.
        [add] protocol: VlanProtocol = PROTOCOL,
        /// Flags. All of them are set so, or not.
        flags: VlanFlags = FLAGS,
        /// From priorities of packets that go out to priorities on the wire. To 0 is none: a change takes those away that it
        /// says to be so, and leaves the others.
        [silent] egress_qos: Vec<VlanPriority> = EGRESS_QOS,
        /// From priorities on the wire to priorities of packets that come in; to 0 is none, as above.
        [silent] ingress_qos: Vec<VlanPriority> = INGRESS_QOS,
    }
}

choices! {
    /// The protocol of VLAN tags: an EtherType.
    pub struct VlanProtocol(u16) {
        /// C-tags.
        _8021Q = 0x8100 "802.1Q",
        /// S-tags.
        _8021AD = 0x88a8 "802.1ad",
    }
}

/// That one priority becomes another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VlanPriority {
    /// This one.
    pub from: u32,
    /// This other.
    pub to: u32,
}

impl Setting<Struct<VlanFlagsMask>> for VlanFlags {
    fn read(sent: Sent<'_, VlanFlagsMask>) -> Result<Option<Self>, ParseError> {
        Ok(Some(sent.flags.get()))
    }

    fn write<S: Set>(&self, key: Key<S, Struct<VlanFlagsMask>>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        // The kernel refuses a mask with flags that it does not know.
        let known = Self::REORDER_HDR | Self::GVRP | Self::LOOSE_BINDING | Self::MVRP | Self::BRIDGE_BINDING;
        let flags = VlanFlagsMask { flags: (*self).into(), mask: (known | *self).into() };
        to.put(key, (&flags).into()).map(drop)
    }
}

impl Show for VlanFlags {
    fn show(&self) -> Shown {
        let words = [
            (Self::REORDER_HDR, "REORDER_HDR"),
            (Self::GVRP, "GVRP"),
            (Self::MVRP, "MVRP"),
            (Self::LOOSE_BINDING, "LOOSE_BINDING"),
            (Self::BRIDGE_BINDING, "BRIDGE_BINDING"),
        ];
        let set = words.into_iter().filter(|(flag, _)| self.contains(*flag));
        Shown::List(set.map(|(_, word)| word.show()).collect())
    }
}

impl Setting<Nest<VlanQos>> for Vec<VlanPriority> {
    fn read(map: Attributes<'_, VlanQos>) -> Result<Option<Self>, ParseError> {
        let mappings = map.all(VlanQos::MAPPING);
        let priority =
            |mapping: Sent<'_, wire::QosMapping>| VlanPriority { from: mapping.from.get(), to: mapping.to.get() };
        mappings.map(|mapping| mapping.map(priority)).collect::<Result<_, _>>().map(Some)
    }

    fn write<S: Set>(&self, key: Key<S, Nest<VlanQos>>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        to.nest(key, |map| {
            for VlanPriority { from, to } in self {
                map.put(VlanQos::MAPPING, (&wire::QosMapping { from: (*from).into(), to: (*to).into() }).into())?;
            }
            Ok(map)
        })
        .map(drop)
    }

    /// The kernel adds to what is there, and takes away what becomes 0. Their order is its own.
    fn difference(&self, there: &Self) -> Option<Self> {
        let to = |map: &Self, from| map.iter().rfind(|priority| priority.from == from).map_or(0, |found| found.to);
        let differs = |wanted: &&VlanPriority| to(there, wanted.from) != to(self, wanted.from);
        let mut difference: Self = self.iter().filter(differs).copied().collect();
        let left = there.iter().filter(|there| !self.iter().any(|wanted| wanted.from == there.from));
        difference.extend(left.map(|left| VlanPriority { from: left.from, to: 0 }));
        (!difference.is_empty()).then_some(difference)
    }
}

impl Show for VlanPriority {
    fn show(&self) -> Shown {
        Shown::Object(vec![("from", self.from.show()), ("to", self.to.show())])
    }
}
