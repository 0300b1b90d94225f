//! Controller area networks.

use crate::codec::payload::{Fixed, Sent, Struct};
use crate::codec::route::link::can as wire;
use crate::codec::{Emit, EmitError, Key, ParseError, Set};
use crate::setting::{Setting, settings};
use crate::shown::{Show, Shown};
use crate::word::words;

pub use crate::codec::route::link::can::{BitTiming, CanMode, CanModes, CanState};

settings! {
    /// A controller area network.
    pub struct Can of wire::Can {
        /// How bits are timed. To ask for a rate, say that and leave the rest 0.
        bittiming: BitTiming = BITTIMING,
        /// The hardware's clock in hertz.
        [told] clock: u32 = CLOCK,
        /// How it is.
        [told] state: CanState = STATE,
        /// How it works, and in which respects that is said.
        ctrlmode: CanModes = CTRLMODE,
        /// Milliseconds until it starts again by itself; 0 is never.
        restart_ms: u32 = RESTART_MS,
        /// Start again now. The value does not count. It is done when it is [set](super::Links::set), not when it is ensured.
        [change, untold] restart: u32 = RESTART,
        /// How the bits of data are timed (CAN FD).
        data_bittiming: BitTiming = DATA_BITTIMING,
        /// Resistance at the end, in ohms; 0 is none.
        termination: u16 = TERMINATION,
        /// Which there may be, in ohms.
        [told] termination_const: Vec<u16> = TERMINATION_CONST,
        /// Rates that the hardware knows, in bits a second.
        [told] bitrate_const: Vec<u32> = BITRATE_CONST,
        /// Rates of data that it knows, in bits a second (CAN FD).
        [told] data_bitrate_const: Vec<u32> = DATA_BITRATE_CONST,
        /// Most bits a second.
        [told] bitrate_max: u32 = BITRATE_MAX,
        /// How the delay of the transceiver is made up for (CAN FD).
        tdc: CanTdc = TDC,
        /// How the bits of data are timed (CAN XL).
        xl_data_bittiming: BitTiming = XL_DATA_BITTIMING,
        /// How the delay of the transceiver is made up for (CAN XL).
        xl_tdc: CanTdc = XL_TDC,
        /// How long pulses are (CAN XL).
        xl_pwm: CanPwm = XL_PWM,
    }
}

settings! {
    /// How the delay of a transceiver is made up for, in periods of the clock.
    pub struct CanTdc of wire::CanTdc {
        /// The value.
        tdcv: u32 = TDCV,
        /// The offset.
        tdco: u32 = TDCO,
        /// The window of the filter.
        tdcf: u32 = TDCF,
    }
}

settings! {
    /// How long the pulses of CAN XL are.
    pub struct CanPwm of wire::CanPwm {
        /// The short phase.
        pwms: u32 = PWMS,
        /// The long phase.
        pwml: u32 = PWML,
        /// The offset.
        pwmo: u32 = PWMO,
    }
}

words! {
    CanState {
        ERROR_ACTIVE = "ERROR-ACTIVE",
        ERROR_WARNING = "ERROR-WARNING",
        ERROR_PASSIVE = "ERROR-PASSIVE",
        BUS_OFF = "BUS-OFF",
        STOPPED = "STOPPED",
        SLEEPING = "SLEEPING",
    }
}

/// Settings that are a C struct as it is.
trait AsSent: Fixed {}
impl AsSent for BitTiming {}
impl AsSent for CanModes {}

impl<T: AsSent> Setting<Struct<T>> for T {
    fn read(sent: Sent<'_, T>) -> Result<Option<Self>, ParseError> {
        Ok(Some(*sent))
    }

    fn write<S: Set>(&self, key: Key<S, Struct<T>>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        to.put(key, self.into()).map(drop)
    }
}

/// As `ip` has it, with the times in the units of the hardware.
impl Show for BitTiming {
    fn show(&self) -> Shown {
        Shown::Object(vec![
            ("bitrate", self.bitrate.get().show()),
            ("tq", self.quantum.get().show()),
            ("prop_seg", self.propagation.get().show()),
            ("phase_seg1", self.phase1.get().show()),
            ("phase_seg2", self.phase2.get().show()),
            ("sjw", self.jump.get().show()),
            ("brp", self.prescaler.get().show()),
        ])
    }
}

impl Show for CanModes {
    fn show(&self) -> Shown {
        let on = self.flags.get() & self.mask.get();
        Shown::List(on.iter_names().map(|(name, _)| name.replace('_', "-").as_str().show()).collect())
    }
}
