//! Controller area networks: what `IFLA_INFO_DATA` and `IFLA_INFO_XSTATS` hold for kind `can` (`linux/can/netlink.h`).

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::nest::Nest;
use crate::number::Native;
use crate::payload::{Array, Struct};
use crate::{attributes, flags, numbers};

attributes! {
    /// A controller area network.
    pub enum Can("IFLA_CAN_") {
        /// How bits are timed.
        BITTIMING: Struct<BitTiming> = 1,
        /// How the hardware can time them.
        BITTIMING_CONST: Struct<BitTimingLimits> = 2,
        /// The hardware's clock in hertz (`struct can_clock`).
        CLOCK: u32 = 3,
        /// How it is.
        STATE: CanState = 4,
        /// How it works.
        CTRLMODE: Struct<CanModes> = 5,
        /// Milliseconds until it starts again by itself; 0 is never.
        RESTART_MS: u32 = 6,
        /// In a request: start again now. The value does not count.
        RESTART: u32 = 7,
        /// Counters of errors.
        BERR_COUNTER: Struct<ErrorCounter> = 8,
        /// How the bits of data are timed (CAN FD).
        DATA_BITTIMING: Struct<BitTiming> = 9,
        /// How the hardware can time them (CAN FD).
        DATA_BITTIMING_CONST: Struct<BitTimingLimits> = 10,
        /// Resistance at the end, in ohms; 0 is none.
        TERMINATION: u16 = 11,
        /// Which there may be, in ohms.
        TERMINATION_CONST: Array<Native<u16>> = 12,
        /// Rates that the hardware knows, in bits a second.
        BITRATE_CONST: Array<Native<u32>> = 13,
        /// Rates of data that it knows, in bits a second (CAN FD).
        DATA_BITRATE_CONST: Array<Native<u32>> = 14,
        /// Most bits a second.
        BITRATE_MAX: u32 = 15,
        /// How the delay of the transceiver is made up for (CAN FD).
        TDC: Nest<CanTdc> = 16,
        /// What it can do.
        CTRLMODE_EXT: Nest<CanModesMore> = 17,
        /// How the bits of data are timed (CAN XL).
        XL_DATA_BITTIMING: Struct<BitTiming> = 18,
        /// How the hardware can time them (CAN XL).
        XL_DATA_BITTIMING_CONST: Struct<BitTimingLimits> = 19,
        /// Rates of data that it knows, in bits a second (CAN XL).
        XL_DATA_BITRATE_CONST: Array<Native<u32>> = 20,
        /// How the delay of the transceiver is made up for (CAN XL).
        XL_TDC: Nest<CanTdc> = 21,
        /// How pulses are as long as they are (CAN XL).
        XL_PWM: Nest<CanPwm> = 22,
    }
}

attributes! {
    /// How the delay of a transceiver is made up for.
    pub enum CanTdc("IFLA_CAN_TDC_") {
        /// Least value.
        TDCV_MIN: u32 = 1,
        /// Greatest value.
        TDCV_MAX: u32 = 2,
        /// Least offset.
        TDCO_MIN: u32 = 3,
        /// Greatest offset.
        TDCO_MAX: u32 = 4,
        /// Least window of the filter.
        TDCF_MIN: u32 = 5,
        /// Greatest window of the filter.
        TDCF_MAX: u32 = 6,
        /// The value.
        TDCV: u32 = 7,
        /// The offset.
        TDCO: u32 = 8,
        /// The window of the filter.
        TDCF: u32 = 9,
    }
}

attributes! {
    /// What a controller can do.
    pub enum CanModesMore("IFLA_CAN_CTRLMODE_") {
        /// The modes that it can be set to.
        SUPPORTED: CanMode = 1,
    }
}

attributes! {
    /// How pulses are as long as they are.
    pub enum CanPwm("IFLA_CAN_PWM_") {
        /// Shortest short phase.
        PWMS_MIN: u32 = 1,
        /// Longest short phase.
        PWMS_MAX: u32 = 2,
        /// Shortest long phase.
        PWML_MIN: u32 = 3,
        /// Longest long phase.
        PWML_MAX: u32 = 4,
        /// Least offset.
        PWMO_MIN: u32 = 5,
        /// Greatest offset.
        PWMO_MAX: u32 = 6,
        /// The short phase.
        PWMS: u32 = 7,
        /// The long phase.
        PWML: u32 = 8,
        /// The offset.
        PWMO: u32 = 9,
    }
}

/// `struct can_bittiming`: how bits are timed. A quantum is [`quantum`](Self::quantum) nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct BitTiming {
    /// Bits a second (`bitrate`).
    pub bitrate: Native<u32>,
    /// Where in the bit it is sampled, in tenths of a percent (`sample_point`).
    pub sample_point: Native<u32>,
    /// Nanoseconds of a quantum (`tq`).
    pub quantum: Native<u32>,
    /// Quanta for the way (`prop_seg`).
    pub propagation: Native<u32>,
    /// Quanta before the sample (`phase_seg1`).
    pub phase1: Native<u32>,
    /// Quanta behind the sample (`phase_seg2`).
    pub phase2: Native<u32>,
    /// Quanta by which it may move (`sjw`).
    pub jump: Native<u32>,
    /// Ticks of the clock in a quantum (`brp`).
    pub prescaler: Native<u32>,
}

/// `struct can_bittiming_const`: how hardware can time bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct BitTimingLimits {
    /// The hardware's name, padded with zeros (`name`).
    pub name: [u8; 16],
    /// Least quanta before the sample (`tseg1_min`).
    pub phase1_min: Native<u32>,
    /// Most quanta before the sample (`tseg1_max`).
    pub phase1_max: Native<u32>,
    /// Least quanta behind the sample (`tseg2_min`).
    pub phase2_min: Native<u32>,
    /// Most quanta behind the sample (`tseg2_max`).
    pub phase2_max: Native<u32>,
    /// Most quanta by which it may move (`sjw_max`).
    pub jump_max: Native<u32>,
    /// Least ticks of the clock in a quantum (`brp_min`).
    pub prescaler_min: Native<u32>,
    /// Most ticks of the clock in a quantum (`brp_max`).
    pub prescaler_max: Native<u32>,
    /// By how many ticks it changes (`brp_inc`).
    pub prescaler_step: Native<u32>,
}

/// `struct can_ctrlmode`: how a controller works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct CanModes {
    /// Which modes to change (`mask`).
    pub mask: Native<CanMode>,
    /// The modes (`flags`).
    pub flags: Native<CanMode>,
}

/// `struct can_berr_counter`: counters of errors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct ErrorCounter {
    /// While sending (`txerr`).
    pub tx: Native<u16>,
    /// While receiving (`rxerr`).
    pub rx: Native<u16>,
}

/// `struct can_device_stats`: what happened to a controller ([`LinkInfo::XSTATS_CAN`](super::LinkInfo::XSTATS_CAN)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct CanStatistics {
    /// Errors on the bus (`bus_error`).
    pub bus_errors: Native<u32>,
    /// Times that there were many errors (`error_warning`).
    pub warnings: Native<u32>,
    /// Times that there were so many that it stopped telling of them (`error_passive`).
    pub passives: Native<u32>,
    /// Times that it left the bus (`bus_off`).
    pub offs: Native<u32>,
    /// Times that another was let through first (`arbitration_lost`).
    pub arbitrations_lost: Native<u32>,
    /// Times that it started again (`restarts`).
    pub restarts: Native<u32>,
}

numbers! {
    /// How a controller is (`CAN_STATE_*`).
    pub struct CanState(u32, "CAN_STATE_") {
        /// Fewer than 96 errors.
        ERROR_ACTIVE = 0,
        /// Fewer than 128 errors.
        ERROR_WARNING = 1,
        /// Fewer than 256 errors.
        ERROR_PASSIVE = 2,
        /// More: it left the bus.
        BUS_OFF = 3,
        /// Stopped.
        STOPPED = 4,
        /// Asleep.
        SLEEPING = 5,
    }
}

flags! {
    /// How a controller works (`CAN_CTRLMODE_*`).
    pub struct CanMode(u32, "CAN_CTRLMODE_") {
        /// It hears itself.
        LOOPBACK = 0x1,
        /// It only listens.
        LISTENONLY = 0x2,
        /// It samples each bit three times.
        _3_SAMPLES ("3_SAMPLES") = 0x4,
        /// It sends each frame once.
        ONE_SHOT = 0x8,
        /// It tells of errors on the bus.
        BERR_REPORTING = 0x10,
        /// CAN FD.
        FD = 0x20,
        /// It does not miss acknowledgements.
        PRESUME_ACK = 0x40,
        /// CAN FD as it was before the standard.
        FD_NON_ISO = 0x80,
        /// Lengths above 8 of old frames are told.
        CC_LEN8_DLC = 0x100,
        /// The delay of the transceiver is measured.
        TDC_AUTO = 0x200,
        /// The delay of the transceiver is set.
        TDC_MANUAL = 0x400,
        /// It only listens and acknowledges.
        RESTRICTED = 0x800,
        /// CAN XL.
        XL = 0x1000,
        /// The delay of the transceiver is measured (CAN XL).
        XL_TDC_AUTO = 0x2000,
        /// The delay of the transceiver is set (CAN XL).
        XL_TDC_MANUAL = 0x4000,
        /// The transceiver changes its mode (CAN XL).
        XL_TMS = 0x8000,
    }
}
