//! The system calls, each behind a safe function. This is the only file with unsafe code.

#![allow(unsafe_code)]

use std::io;
use std::mem::{MaybeUninit, size_of};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use std::time::Duration;

use libc::{c_int, c_void, socklen_t};

/// Who sent a datagram, as the kernel says it (`struct sockaddr_nl`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// The port of the socket that sent it; 0 is the kernel.
    pub port: u32,
    /// The groups that it was sent to, bit 0 for group 1; 0 for one that was sent to this socket alone, and for groups from
    /// 33 on.
    pub groups: u32,
}

/// A datagram that was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Received {
    /// Its true length, which may be more than what the buffer took.
    pub(crate) length: usize,
    /// Who sent it; none where the kernel gave no netlink address.
    pub(crate) sender: Option<Sender>,
}

/// The size of a C struct as a system call wants it.
fn size<T>() -> socklen_t {
    // No struct here comes near 4 GiB.
    size_of::<T>() as socklen_t
}

fn check(result: c_int) -> io::Result<c_int> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

fn check_size(result: isize) -> io::Result<usize> {
    usize::try_from(result).map_err(|_| io::Error::last_os_error())
}

/// Opens a netlink socket of a protocol, closed when a program is executed.
pub(crate) fn open(protocol: u16) -> io::Result<OwnedFd> {
    // SAFETY: socket(2) takes three integers and touches no memory of ours.
    let descriptor =
        check(unsafe { libc::socket(libc::AF_NETLINK, libc::SOCK_RAW | libc::SOCK_CLOEXEC, protocol.into()) })?;
    // SAFETY: the call has just given us this descriptor, which is open and which nobody else owns.
    Ok(unsafe { OwnedFd::from_raw_fd(descriptor) })
}

fn address() -> libc::sockaddr_nl {
    // SAFETY: sockaddr_nl is made of integers only, for which all bytes zero are a value. Port 0 is the kernel.
    let mut address: libc::sockaddr_nl = unsafe { std::mem::zeroed() };
    address.nl_family = libc::AF_NETLINK as libc::sa_family_t;
    address
}

/// Binds to a port that the kernel chooses, and says which.
pub(crate) fn bind(socket: impl AsFd) -> io::Result<u32> {
    let descriptor = socket.as_fd().as_raw_fd();
    let mut address = address();
    // SAFETY: the pointer is to a live sockaddr_nl and the length is its size; bind(2) only reads it.
    check(unsafe { libc::bind(descriptor, (&raw const address).cast(), size::<libc::sockaddr_nl>()) })?;
    let mut length = size::<libc::sockaddr_nl>();
    // SAFETY: both pointers are to live values of ours; getsockname(2) writes at most `length` bytes to the first, which is
    // its size, and they are bytes of integers.
    check(unsafe { libc::getsockname(descriptor, (&raw mut address).cast(), &raw mut length) })?;
    Ok(address.nl_pid)
}

/// Sets an option of type `int`.
pub(crate) fn set_option(socket: impl AsFd, level: c_int, name: c_int, value: c_int) -> io::Result<()> {
    set_option_value(socket, level, name, &value)
}

/// Bounds how long a receive waits; zero is for ever.
pub(crate) fn set_timeout(socket: impl AsFd, timeout: Duration) -> io::Result<()> {
    let value = libc::timeval {
        tv_sec: libc::time_t::try_from(timeout.as_secs()).unwrap_or(libc::time_t::MAX),
        tv_usec: timeout.subsec_micros().into(),
    };
    set_option_value(socket, libc::SOL_SOCKET, libc::SO_RCVTIMEO, &value)
}

/// `T` is one of the C types that the option is documented to take.
fn set_option_value<T: Copy>(socket: impl AsFd, level: c_int, name: c_int, value: &T) -> io::Result<()> {
    let value: *const T = value;
    // SAFETY: the pointer is to a live T and the length is its size; setsockopt(2) only reads it.
    check(unsafe { libc::setsockopt(socket.as_fd().as_raw_fd(), level, name, value.cast(), size::<T>()) })?;
    Ok(())
}

/// Reads an option of type `int`.
pub(crate) fn option(socket: impl AsFd, level: c_int, name: c_int) -> io::Result<c_int> {
    let mut value: c_int = 0;
    let mut length = size::<c_int>();
    // SAFETY: both pointers are to live values of ours; getsockopt(2) writes at most `length` bytes, the size of the first.
    check(unsafe {
        libc::getsockopt(socket.as_fd().as_raw_fd(), level, name, (&raw mut value).cast(), &raw mut length)
    })?;
    Ok(value)
}

/// Sends a datagram to the kernel.
pub(crate) fn send(socket: impl AsFd, datagram: &[u8]) -> io::Result<usize> {
    let address = address();
    // SAFETY: pointer and length are those of one slice, and of one sockaddr_nl; sendto(2) only reads both.
    check_size(unsafe {
        libc::sendto(
            socket.as_fd().as_raw_fd(),
            datagram.as_ptr().cast(),
            datagram.len(),
            0,
            (&raw const address).cast(),
            size::<libc::sockaddr_nl>(),
        )
    })
}

/// Receives one datagram into `buffer`, and says how long it truly was: what did not fit is lost.
pub(crate) fn receive(socket: impl AsFd, buffer: &mut [u8]) -> io::Result<Received> {
    let mut address = MaybeUninit::<libc::sockaddr_nl>::zeroed();
    let mut length = size::<libc::sockaddr_nl>();
    // SAFETY: pointer and length are those of one slice of ours, and of one sockaddr_nl; recvfrom(2) writes at most as much
    // to each. Bytes of any value are u8, and are integers.
    let received = check_size(unsafe {
        libc::recvfrom(
            socket.as_fd().as_raw_fd(),
            buffer.as_mut_ptr().cast::<c_void>(),
            buffer.len(),
            libc::MSG_TRUNC,
            address.as_mut_ptr().cast(),
            &raw mut length,
        )
    })?;
    // SAFETY: it was zero from the start, and zero or whatever integers the kernel wrote are a sockaddr_nl.
    let address = unsafe { address.assume_init() };
    let is_netlink = length == size::<libc::sockaddr_nl>() && c_int::from(address.nl_family) == libc::AF_NETLINK;
    let sender = is_netlink.then_some(Sender { port: address.nl_pid, groups: address.nl_groups });
    Ok(Received { length: received, sender })
}

/// Moves the calling thread into a new network namespace.
pub(crate) fn unshare_network() -> io::Result<()> {
    // SAFETY: unshare(2) takes one integer; CLONE_NEWNET changes nothing but the network of the calling thread.
    check(unsafe { libc::unshare(libc::CLONE_NEWNET) })?;
    Ok(())
}

/// Moves the calling thread into a network namespace.
pub(crate) fn enter_network(namespace: impl AsFd) -> io::Result<()> {
    // SAFETY: setns(2) takes two integers; CLONE_NEWNET lets it change nothing but the network of the calling thread.
    check(unsafe { libc::setns(namespace.as_fd().as_raw_fd(), libc::CLONE_NEWNET) })?;
    Ok(())
}
