//! Virtual functions of network cards (SR-IOV).

use super::{HardwareType, Link, LinkFlags, VlanProtocol, shown_address};
use crate::codec::payload::{LinkAddress, Struct};
use crate::codec::route::link::virtual_function::{
    self as wire, VfGuid, VfLinkState, VfMac, VfRate, VfSetting, VfTxRate, VfVlanInfo, VfVlans, VirtualFunctions,
};
use crate::codec::route::link::{self as link_wire};
use crate::codec::{Attributes, Emit, EmitError, Key, ParseError, Table};
use crate::setting::{differing, settings};
use crate::shown::{Show, Shown};
use crate::word::words;

pub use crate::codec::route::link::virtual_function::VfCarrier;

/// A virtual function of a network card. What is none was not told, or is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VirtualFunction {
    /// Its number, from 0.
    pub number: u32,
    /// Its address.
    pub address: Option<LinkAddress>,
    /// Its broadcast address. It is told.
    pub broadcast: Option<LinkAddress>,
    /// Its VLAN.
    pub vlan: Option<VirtualFunctionVlan>,
    /// Megabits a second that it is sure of; 0 is none. It is said together with [`max_tx_rate`](Self::max_tx_rate).
    pub min_tx_rate: Option<u32>,
    /// Most megabits a second that it may send; 0 is without limit.
    pub max_tx_rate: Option<u32>,
    /// Whether packets with a foreign source address are stopped.
    pub spoofchk: Option<bool>,
    /// Whether it has a carrier.
    pub link_state: Option<VfCarrier>,
    /// Whether it is trusted to change what concerns others.
    pub trust: Option<bool>,
    /// Whether it may ask for the hash of receive queues.
    pub query_rss: Option<bool>,
    /// InfiniBand node GUID. It is not always told.
    pub node_guid: Option<u64>,
    /// InfiniBand port GUID. It is not always told.
    pub port_guid: Option<u64>,
    /// Counters. They are told.
    pub statistics: Option<VirtualFunctionStatistics>,
}

/// The VLAN of a virtual function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VirtualFunctionVlan {
    /// Its number, 1 to 4095; 0 is none.
    pub id: u32,
    /// The priority of its packets, 0 to 7.
    pub qos: u32,
    /// The protocol of its tags; none, in a request, is 802.1Q.
    pub protocol: Option<VlanProtocol>,
}

settings! {
    /// Counters of a virtual function.
    pub struct VirtualFunctionStatistics of wire::VfStatistics {
        /// Packets that came in.
        [told] rx_packets: u64 = RX_PACKETS,
        /// Packets that went out.
        [told] tx_packets: u64 = TX_PACKETS,
        /// Bytes that came in.
        [told] rx_bytes: u64 = RX_BYTES,
        /// Bytes that went out.
        [told] tx_bytes: u64 = TX_BYTES,
        /// Broadcast packets that came in.
        [told] broadcast: u64 = BROADCAST,
        /// Multicast packets that came in.
        [told] multicast: u64 = MULTICAST,
        /// Packets that came in and were dropped.
        [told] rx_dropped: u64 = RX_DROPPED,
        /// Packets that were dropped on their way out.
        [told] tx_dropped: u64 = TX_DROPPED,
    }
}

words! {
    VfCarrier { AUTO = "auto", ENABLE = "enable", DISABLE = "disable" }
}

/// The settings that are on or off: which attribute carries each.
const SWITCHES: [(Key<wire::VirtualFunction, Struct<VfSetting>>, Switch); 3] = [
    (wire::VirtualFunction::SPOOFCHK, |function| &mut function.spoofchk),
    (wire::VirtualFunction::TRUST, |function| &mut function.trust),
    (wire::VirtualFunction::RSS_QUERY_EN, |function| &mut function.query_rss),
];

type Switch = fn(&mut VirtualFunction) -> &mut Option<bool>;

impl VirtualFunction {
    /// What is told of the functions of a card of this kind.
    pub(super) fn read_all(
        functions: Attributes<'_, VirtualFunctions>,
        hardware: HardwareType,
    ) -> Result<Vec<Self>, ParseError> {
        functions.all(VirtualFunctions::INFO).map(|function| Self::read(&function?.table()?, hardware)).collect()
    }

    fn read(table: &Table<'_, wire::VirtualFunction>, hardware: HardwareType) -> Result<Self, ParseError> {
        use wire::VirtualFunction as Key;
        // The kernel pads with zeros, and does not say how long addresses are.
        let length = if hardware == HardwareType::ETHER { 6 } else { 20 };
        let address = |bytes: &[u8; 32]| bytes.get(..length).and_then(LinkAddress::new);
        let mut function = Self::default();
        if let Some(mac) = table.get(Key::MAC)? {
            function.number = mac.function.get();
            function.address = address(&mac.address);
        }
        function.broadcast = table.get(Key::BROADCAST)?.and_then(|bytes| address(&bytes));
        function.vlan = match table.get(Key::VLAN_LIST)? {
            Some(vlans) => vlans.all(VfVlans::INFO).next().transpose()?.map(|vlan| VirtualFunctionVlan {
                id: vlan.vlan.get(),
                qos: vlan.priority.get(),
                protocol: Some(VlanProtocol(vlan.protocol.get())).filter(|protocol| protocol.0 != 0),
            }),
            None => table.get(Key::VLAN)?.map(|vlan| VirtualFunctionVlan {
                id: vlan.vlan.get(),
                qos: vlan.priority.get(),
                protocol: None,
            }),
        };
        match table.get(Key::RATE)? {
            Some(rate) => {
                (function.min_tx_rate, function.max_tx_rate) = (Some(rate.least.get()), Some(rate.most.get()));
            }
            None => function.max_tx_rate = table.get(Key::TX_RATE)?.map(|rate| rate.rate.get()),
        }
        for (key, switch) in SWITCHES {
            // All bits are set where the driver does not know.
            let setting = table.get(key)?.map(|setting| setting.setting.get()).filter(|setting| *setting != u32::MAX);
            *switch(&mut function) = setting.map(|setting| setting != 0);
        }
        function.link_state = table.get(Key::LINK_STATE)?.map(|state| state.state.get());
        function.node_guid = table.get(Key::IB_NODE_GUID)?.map(|guid| guid.guid.get());
        function.port_guid = table.get(Key::IB_PORT_GUID)?.map(|guid| guid.guid.get());
        function.statistics = table.get(Key::STATS)?.map(crate::setting::Settings::read).transpose()?;
        Ok(function)
    }

    /// Writes what is to be otherwise.
    pub(super) fn write_all(functions: &[Self], link: &mut Emit<'_, link_wire::Link>) -> Result<(), EmitError> {
        if functions.is_empty() {
            return Ok(());
        }
        link.nest(link_wire::Link::VFINFO_LIST, |list| {
            for function in functions {
                list.nest(VirtualFunctions::INFO, |info| {
                    function.clone().write(info)?;
                    Ok(info)
                })?;
            }
            Ok(list)
        })
        .map(drop)
    }

    fn write(mut self, info: &mut Emit<'_, wire::VirtualFunction>) -> Result<(), EmitError> {
        use wire::VirtualFunction as Key;
        let number = self.number;
        let function = number.into();
        if let Some(mac) = &self.address {
            let mut address = [0; 32];
            address.iter_mut().zip(mac.as_bytes()).for_each(|(to, byte)| *to = *byte);
            info.put(Key::MAC, (&VfMac { function, address }).into())?;
        }
        if let Some(vlan) = self.vlan {
            let protocol = vlan.protocol.unwrap_or(VlanProtocol::_8021Q).0.into();
            let vlan = VfVlanInfo { function, vlan: vlan.id.into(), priority: vlan.qos.into(), protocol, pad: [0; 2] };
            info.nest(Key::VLAN_LIST, |list| list.put(VfVlans::INFO, (&vlan).into()))?;
        }
        match (self.min_tx_rate, self.max_tx_rate) {
            (Some(least), Some(most)) => {
                let rate = VfRate { function, least: least.into(), most: most.into() };
                info.put(Key::RATE, (&rate).into())?;
            }
            // This leaves what is promised as it is.
            (None, Some(most)) => {
                info.put(Key::TX_RATE, (&VfTxRate { function, rate: most.into() }).into())?;
            }
            (_, None) => {}
        }
        for (key, switch) in SWITCHES {
            if let Some(setting) = *switch(&mut self) {
                info.put(key, (&VfSetting { function, setting: u32::from(setting).into() }).into())?;
            }
        }
        if let Some(state) = self.link_state {
            info.put(Key::LINK_STATE, (&VfLinkState { function, state: state.into() }).into())?;
        }
        for (key, guid) in [(Key::IB_NODE_GUID, self.node_guid), (Key::IB_PORT_GUID, self.port_guid)] {
            if let Some(guid) = guid {
                info.put(key, (&VfGuid { function, pad: [0; 4], guid: guid.into() }).into())?;
            }
        }
        Ok(())
    }

    /// What speaks against asking for it.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        if i32::try_from(self.number).is_err() {
            return Err("the number of a virtual function is at most 2147483647");
        }
        if self.min_tx_rate.is_some() && self.max_tx_rate.is_none() {
            return Err("the least rate of a virtual function is said together with the most");
        }
        if self.vlan.is_some_and(|vlan| vlan.id > 4095 || vlan.qos > 7) {
            return Err("the VLAN of a virtual function is at most 4095, its priority at most 7");
        }
        Ok(())
    }

    /// What is said here and is otherwise there, function by function.
    pub(super) fn differences(here: &[Self], there: &[Self]) -> Vec<Self> {
        let different = here.iter().map(|here| {
            let there = there.iter().find(|there| there.number == here.number);
            here.difference(there.unwrap_or(&Self::default()))
        });
        different.filter(|function| *function != Self { number: function.number, ..Self::default() }).collect()
    }

    fn difference(&self, there: &Self) -> Self {
        let least = differing(&self.min_tx_rate, &there.min_tx_rate).is_some();
        let rates = least || differing(&self.max_tx_rate, &there.max_tx_rate).is_some();
        let vlan = |vlan: Option<VirtualFunctionVlan>| {
            vlan.map(|vlan| (vlan.id, vlan.qos, vlan.protocol.unwrap_or(VlanProtocol::_8021Q)))
        };
        Self {
            number: self.number,
            address: differing(&self.address, &there.address),
            broadcast: None,
            vlan: self.vlan.filter(|_| vlan(self.vlan) != vlan(there.vlan)),
            min_tx_rate: self.min_tx_rate.filter(|_| rates),
            max_tx_rate: self.max_tx_rate.filter(|_| rates),
            spoofchk: differing(&self.spoofchk, &there.spoofchk),
            link_state: differing(&self.link_state, &there.link_state),
            trust: differing(&self.trust, &there.trust),
            query_rss: differing(&self.query_rss, &there.query_rss),
            node_guid: differing(&self.node_guid, &there.node_guid),
            port_guid: differing(&self.port_guid, &there.port_guid),
            statistics: None,
        }
    }

    /// As `ip -d -j` shows it, of a card.
    pub(super) fn shown(&self, card: &Link) -> Shown {
        let address = |address: &LinkAddress| shown_address(address, card.hardware);
        let mut shown = vec![("vf", self.number.show()), ("link_type", card.hardware.show())];
        shown.extend(self.address.as_ref().map(|own| ("address", address(own))));
        if let Some(broadcast) = &self.broadcast {
            let pointed = card.flags.contains(LinkFlags::POINTOPOINT);
            shown.extend(pointed.then_some(("link_pointtopoint", Shown::Bool(true))));
            shown.push(("broadcast", address(broadcast)));
        }
        if let Some(vlan) = self.vlan {
            let numbers = [("vlan", vlan.id), ("qos", vlan.qos)].into_iter().filter(|(_, number)| *number != 0);
            let mut vlan_shown: Vec<_> = numbers.map(|(name, number)| (name, number.show())).collect();
            let protocol = vlan.protocol.filter(|protocol| *protocol != VlanProtocol::_8021Q);
            vlan_shown.extend(protocol.map(|protocol| ("protocol", protocol.show())));
            shown.push(("vlan_list", Shown::List(vec![Shown::Object(vlan_shown)])));
        }
        if let (Some(least), Some(most)) = (self.min_tx_rate, self.max_tx_rate) {
            shown.push(("rate", Shown::Object(vec![("max_tx", most.show()), ("min_tx", least.show())])));
        }
        let guid = |guid: u64| guid.to_be_bytes().map(|byte| format!("{byte:02x}")).join(":").show();
        shown.extend(self.spoofchk.map(|setting| ("spoofchk", setting.show())));
        shown.extend(self.node_guid.map(|number| ("node guid", guid(number))));
        shown.extend(self.port_guid.map(|number| ("port guid", guid(number))));
        shown.extend(self.link_state.map(|state| ("link_state", state.show())));
        shown.extend(self.trust.map(|setting| ("trust", setting.show())));
        shown.extend(self.query_rss.map(|setting| ("query_rss_en", setting.show())));
        shown.extend(self.statistics.as_ref().map(|statistics| ("stats", statistics.shown_by_way())));
        Shown::Object(shown)
    }
}

impl VirtualFunctionStatistics {
    /// As `ip -s -j` has them.
    fn shown_by_way(&self) -> Shown {
        let numbers = |numbers: &[(&'static str, Option<u64>)]| {
            let told = numbers.iter().filter_map(|(name, number)| Some((*name, (*number)?.show())));
            Shown::Object(told.collect())
        };
        let rx = numbers(&[
            ("bytes", self.rx_bytes),
            ("packets", self.rx_packets),
            ("multicast", self.multicast),
            ("broadcast", self.broadcast),
            ("dropped", self.rx_dropped),
        ]);
        let tx = numbers(&[("bytes", self.tx_bytes), ("packets", self.tx_packets), ("dropped", self.tx_dropped)]);
        Shown::Object(vec![("rx", rx), ("tx", tx)])
    }
}
