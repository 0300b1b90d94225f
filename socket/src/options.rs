//! What to ask of a socket, and what it then has.

use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

use crate::error::Error;
use crate::sys::{self, Instruction};

/// What to ask of a socket when it is opened. The default is what a request socket wants.
#[derive(Clone, Debug)]
pub struct Options {
    /// Have refusals explained (`NETLINK_EXT_ACK`, Linux 4.12).
    pub extended_ack: bool,
    /// Have no copy of a refused request sent back (`NETLINK_CAP_ACK`, Linux 4.2).
    pub cap_ack: bool,
    /// Have the kernel check requests that get, and filter dumps as they ask (`NETLINK_GET_STRICT_CHK`, Linux 4.20).
    pub strict_check: bool,
    /// Have the kernel refuse what other processes send to this socket (`connect(2)` to port 0). What they send is never
    /// believed; so it does not even take room.
    pub connect: bool,
    /// Be told nothing when the receive buffer overruns (`NETLINK_NO_ENOBUFS`): for listeners that can do without some. Never
    /// for requests, whose outcomes then get lost in silence.
    pub no_overrun: bool,
    /// Have the kernel tell a sender when this listener's buffer overruns (`NETLINK_BROADCAST_ERROR`), as connection tracking
    /// needs it to deliver every event.
    pub broadcast_error: bool,
    /// Be told which group a message was sent to (`NETLINK_PKTINFO`). Sockets that join groups always are.
    pub packet_info: bool,
    /// Hear of all network namespaces that have a number here (`NETLINK_LISTEN_ALL_NSID`). It needs `CAP_NET_BROADCAST`.
    pub all_namespaces: bool,
    /// Groups to join, by number (`RTNLGRP_*`).
    pub groups: Vec<u32>,
    /// A filter that the kernel runs on each datagram (`SO_ATTACH_FILTER`); empty is none.
    pub filter: Vec<Instruction>,
    /// Room for what was not received yet, in bytes (`SO_RCVBUF`); none leaves it as the system has it.
    pub receive_buffer: Option<usize>,
    /// Room for one datagram to send, in bytes (`SO_SNDBUF`); none leaves it as the system has it.
    pub send_buffer: Option<usize>,
    /// How long to wait for the next message that belongs to what is waited for, of a batch for all outcomes of what was sent
    /// at once; none is for ever. The kernel answers requests at once.
    pub timeout: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            extended_ack: true,
            cap_ack: true,
            strict_check: true,
            connect: true,
            no_overrun: false,
            broadcast_error: false,
            packet_info: false,
            all_namespaces: false,
            groups: Vec::new(),
            filter: Vec::new(),
            receive_buffer: None,
            send_buffer: None,
            timeout: None,
        }
    }
}

/// What a socket really has: older kernels lack some options, and buffers have limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Whether refusals are explained.
    pub extended_ack: bool,
    /// Whether refused requests are not sent back.
    pub cap_ack: bool,
    /// Whether the kernel checks requests that get, and filters dumps.
    pub strict_check: bool,
    /// Whether overruns are passed over in silence.
    pub no_overrun: bool,
    /// Whether senders are told of overruns.
    pub broadcast_error: bool,
    /// Whether messages come with the group that they were sent to.
    pub packet_info: bool,
    /// Whether other namespaces are heard too.
    pub all_namespaces: bool,
    /// The receive buffer in bytes, as the kernel counts: twice what was asked for.
    pub receive_buffer: usize,
    /// The send buffer in bytes, as the kernel counts.
    pub send_buffer: usize,
}

impl Options {
    /// Asks a socket for all of it, and says what it has then.
    pub(crate) fn apply(&self, socket: &impl AsFd) -> Result<Settings, Error> {
        let wants_group = self.packet_info || !self.groups.is_empty();
        if self.all_namespaces {
            sys::set_option(socket, libc::SOL_NETLINK, libc::NETLINK_LISTEN_ALL_NSID, 1)
                .map_err(Error::system("setsockopt"))?;
        }
        if !self.filter.is_empty() {
            sys::attach_filter(socket, &self.filter).map_err(Error::system("setsockopt"))?;
        }
        Ok(Settings {
            extended_ack: switch(socket, libc::NETLINK_EXT_ACK, self.extended_ack)?,
            cap_ack: switch(socket, libc::NETLINK_CAP_ACK, self.cap_ack)?,
            strict_check: switch(socket, libc::NETLINK_GET_STRICT_CHK, self.strict_check)?,
            no_overrun: switch(socket, libc::NETLINK_NO_ENOBUFS, self.no_overrun)?,
            broadcast_error: switch(socket, libc::NETLINK_BROADCAST_ERROR, self.broadcast_error)?,
            packet_info: switch(socket, libc::NETLINK_PKTINFO, wants_group)?,
            all_namespaces: self.all_namespaces,
            receive_buffer: buffer(socket, [libc::SO_RCVBUF, libc::SO_RCVBUFFORCE], self.receive_buffer)?,
            send_buffer: buffer(socket, [libc::SO_SNDBUF, libc::SO_SNDBUFFORCE], self.send_buffer)?,
        })
    }
}

/// Switches an option on; says whether it is, for older kernels do not have all, and what is no netlink socket has none.
fn switch(socket: &impl AsFd, name: libc::c_int, on: bool) -> Result<bool, Error> {
    if !on {
        return Ok(false);
    }
    match sys::set_option(socket, libc::SOL_NETLINK, name, 1) {
        Ok(()) => Ok(true),
        Err(error) if matches!(error.raw_os_error(), Some(libc::ENOPROTOOPT | libc::EOPNOTSUPP)) => Ok(false),
        Err(error) => Err(Error::system("setsockopt")(error)),
    }
}

/// Sets the size of a buffer as far as one may, and says what it is.
fn buffer(socket: &impl AsFd, [plain, force]: [libc::c_int; 2], wanted: Option<usize>) -> Result<usize, Error> {
    if let Some(wanted) = wanted {
        let wanted = libc::c_int::try_from(wanted).unwrap_or(libc::c_int::MAX);
        // Beyond the system's limit only with CAP_NET_ADMIN; without it, up to the limit.
        if sys::set_option(socket, libc::SOL_SOCKET, force, wanted).is_err() {
            sys::set_option(socket, libc::SOL_SOCKET, plain, wanted).map_err(Error::system("setsockopt"))?;
        }
    }
    let size = sys::option::<libc::c_int>(socket, libc::SOL_SOCKET, plain).map_err(Error::system("getsockopt"))?;
    Ok(usize::try_from(size).unwrap_or_default())
}

/// The groups that a socket has joined, in the order of their numbers.
pub(crate) fn memberships(socket: &impl AsFd) -> io::Result<Vec<u32>> {
    let mut words = Vec::new();
    loop {
        let length =
            sys::options::<u32>(socket, libc::SOL_NETLINK, libc::NETLINK_LIST_MEMBERSHIPS, &mut words)?.div_ceil(4);
        if length <= words.len() {
            break;
        }
        words.resize(length, 0);
    }
    let groups = words.iter().zip(0_u32..).flat_map(|(word, place)| {
        (0..32_u32).filter(move |bit| word >> bit & 1 == 1).map(move |bit| place * 32 + bit + 1)
    });
    Ok(groups.collect())
}
