//! The system calls, each behind a safe function. This is the only file with unsafe code.

#![allow(unsafe_code)]

use std::ffi::CStr;
use std::io;
use std::mem::{MaybeUninit, size_of};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::ptr::null;
#[cfg(feature = "tokio")]
use std::sync::Arc;
use std::time::Duration;

use libc::{c_int, c_ulong, c_void, socklen_t};

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Received {
    /// Its true length, which may be more than what the buffer took.
    pub(crate) length: usize,
    /// Who sent it; none where the kernel gave no netlink address.
    pub(crate) sender: Option<Sender>,
    /// The group that it was sent to (0 for none), where `NETLINK_PKTINFO` is on.
    pub(crate) group: Option<u32>,
    /// The namespace that it is from, where that is another one and `NETLINK_LISTEN_ALL_NSID` is on.
    pub(crate) namespace: Option<i32>,
}

/// One instruction of a filter that the kernel runs on each datagram before it is queued (`struct sock_filter`,
/// `linux/filter.h`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Instruction {
    /// What to do (`BPF_LD | BPF_W | BPF_ABS` and the like).
    pub code: u16,
    /// How many instructions to pass over where a jump's condition is true.
    pub jump_true: u8,
    /// How many where it is false.
    pub jump_false: u8,
    /// A constant, of the meaning that `code` gives it. Numbers that a filter loads are in network byte order.
    pub constant: u32,
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

/// Takes a descriptor that a system call has just given.
///
/// # Safety
///
/// It is open, and nobody else owns it.
unsafe fn own(descriptor: c_int) -> OwnedFd {
    // SAFETY: the caller vouches for it.
    unsafe { OwnedFd::from_raw_fd(descriptor) }
}

/// Opens a netlink socket of a protocol, closed when a program is executed.
pub(crate) fn open(protocol: u16) -> io::Result<OwnedFd> {
    // SAFETY: socket(2) takes three integers and touches no memory of ours.
    let descriptor =
        check(unsafe { libc::socket(libc::AF_NETLINK, libc::SOCK_RAW | libc::SOCK_CLOEXEC, protocol.into()) })?;
    // SAFETY: socket(2) gave it.
    Ok(unsafe { own(descriptor) })
}

fn address() -> libc::sockaddr_nl {
    // SAFETY: sockaddr_nl is made of integers only, for which all bytes zero are a value. Port 0 is the kernel.
    let mut address: libc::sockaddr_nl = unsafe { std::mem::zeroed() };
    address.nl_family = libc::AF_NETLINK as libc::sa_family_t;
    address
}

/// Binds to a port that the kernel chooses, and puts a socket into these groups, of the first 32, and no others of them.
pub(crate) fn bind(socket: impl AsFd, groups: u32) -> io::Result<()> {
    let mut address = address();
    address.nl_groups = groups;
    // SAFETY: the pointer is to a live sockaddr_nl and the length is its size; bind(2) only reads it.
    check(unsafe { libc::bind(socket.as_fd().as_raw_fd(), (&raw const address).cast(), size::<libc::sockaddr_nl>()) })?;
    Ok(())
}

/// Makes the kernel the one to send to, and has it refuse what others send to this socket alone.
pub(crate) fn connect(socket: impl AsFd) -> io::Result<()> {
    let address = address();
    // SAFETY: the pointer is to a live sockaddr_nl and the length is its size; connect(2) only reads it.
    check(unsafe {
        libc::connect(socket.as_fd().as_raw_fd(), (&raw const address).cast(), size::<libc::sockaddr_nl>())
    })?;
    Ok(())
}

/// The port that a netlink socket is bound to.
pub(crate) fn port(socket: impl AsFd) -> io::Result<u32> {
    let mut address = address();
    let mut length = size::<libc::sockaddr_nl>();
    // SAFETY: both pointers are to live values of ours; getsockname(2) writes at most `length` bytes to the first, which is
    // its size, and they are bytes of integers.
    check(unsafe { libc::getsockname(socket.as_fd().as_raw_fd(), (&raw mut address).cast(), &raw mut length) })?;
    Ok(address.nl_pid)
}

/// Sets an option of type `int`.
pub(crate) fn set_option(socket: impl AsFd, level: c_int, name: c_int, value: c_int) -> io::Result<()> {
    let value: *const c_int = &value;
    // SAFETY: the pointer is to a live int and the length is its size; setsockopt(2) only reads it.
    check(unsafe { libc::setsockopt(socket.as_fd().as_raw_fd(), level, name, value.cast(), size::<c_int>()) })?;
    Ok(())
}

/// Has the kernel run a filter on what comes in: what it says 0 of is not queued.
pub(crate) fn attach_filter(socket: impl AsFd, program: &[Instruction]) -> io::Result<()> {
    let length = u16::try_from(program.len()).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
    // setsockopt(2) only reads the program; Instruction has the layout of sock_filter.
    let filter = libc::sock_fprog { len: length, filter: program.as_ptr().cast_mut().cast() };
    // SAFETY: the pointer is to a live sock_fprog and the length is its size; what that points to is a live slice of as many
    // instructions as it says.
    check(unsafe {
        libc::setsockopt(
            socket.as_fd().as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_ATTACH_FILTER,
            (&raw const filter).cast(),
            size::<libc::sock_fprog>(),
        )
    })?;
    Ok(())
}

/// Types of integers that options have: any bytes are a value.
pub(crate) trait Integer: Copy + Default {}
impl Integer for c_int {}
impl Integer for u32 {}
impl Integer for u64 {}

/// Reads an option into as many integers as there is room for, and says how many bytes it has.
pub(crate) fn options<T: Integer>(socket: impl AsFd, level: c_int, name: c_int, values: &mut [T]) -> io::Result<usize> {
    let mut length = socklen_t::try_from(size_of_val(values)).unwrap_or(socklen_t::MAX);
    // SAFETY: both pointers are to live values of ours; getsockopt(2) writes at most `length` bytes, the size of the first,
    // and they are bytes of integers.
    check(unsafe {
        libc::getsockopt(socket.as_fd().as_raw_fd(), level, name, values.as_mut_ptr().cast(), &raw mut length)
    })?;
    Ok(usize::try_from(length).unwrap_or_default())
}

/// Reads an option that is one integer.
pub(crate) fn option<T: Integer>(socket: impl AsFd, level: c_int, name: c_int) -> io::Result<T> {
    let mut value = [T::default()];
    options(socket, level, name, &mut value)?;
    Ok(value[0])
}

/// Sends a datagram to the kernel, or to whom the socket is connected to.
pub(crate) fn send(socket: impl AsFd, datagram: &[u8], to_kernel: bool) -> io::Result<usize> {
    let address = address();
    let (name, length) =
        if to_kernel { ((&raw const address).cast(), size::<libc::sockaddr_nl>()) } else { (null(), 0) };
    // SAFETY: pointer and length are those of one slice; the address is null with length 0, or a live sockaddr_nl with its
    // size. sendto(2) only reads both.
    check_size(unsafe {
        libc::sendto(
            socket.as_fd().as_raw_fd(),
            datagram.as_ptr().cast(),
            datagram.len(),
            libc::MSG_NOSIGNAL,
            name,
            length,
        )
    })
}

/// Receives one datagram into `buffer`, and says how long it truly was: what did not fit is lost. It never waits: where there
/// is none, the error is `WouldBlock`.
pub(crate) fn receive(socket: impl AsFd, buffer: &mut [u8]) -> io::Result<Received> {
    let mut address = MaybeUninit::<libc::sockaddr_nl>::zeroed();
    // Room for the two control messages that are asked for, aligned as they must be.
    let mut control = [0_u64; 8];
    let mut vector = libc::iovec { iov_base: buffer.as_mut_ptr().cast::<c_void>(), iov_len: buffer.len() };
    // SAFETY: msghdr is made of integers and pointers, for which all bytes zero are a value.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_name = address.as_mut_ptr().cast();
    header.msg_namelen = size::<libc::sockaddr_nl>();
    header.msg_iov = &raw mut vector;
    header.msg_iovlen = 1;
    header.msg_control = control.as_mut_ptr().cast();
    header.msg_controllen = size_of_val(&control) as _;
    // SAFETY: every pointer in the header is to a live value of ours, with its size beside it; recvmsg(2) writes no more than
    // that to each. Bytes of any value are u8, and are integers.
    let length = check_size(unsafe {
        libc::recvmsg(socket.as_fd().as_raw_fd(), &raw mut header, libc::MSG_TRUNC | libc::MSG_DONTWAIT)
    })?;
    // SAFETY: it was zero from the start, and zero or whatever integers the kernel wrote are a sockaddr_nl.
    let address = unsafe { address.assume_init() };
    let is_netlink =
        header.msg_namelen == size::<libc::sockaddr_nl>() && c_int::from(address.nl_family) == libc::AF_NETLINK;
    let sender = is_netlink.then_some(Sender { port: address.nl_pid, groups: address.nl_groups });
    let mut received = Received { length, sender, ..Received::default() };
    if header.msg_controllen > 0 {
        read_control(&header, &mut received);
    }
    Ok(received)
}

#[cold]
fn read_control(header: &libc::msghdr, received: &mut Received) {
    // SAFETY: this is arithmetic.
    let least = unsafe { libc::CMSG_LEN(size::<u32>()) };
    // SAFETY: the header is as recvmsg(2) left it, so its control messages are in a live buffer of the length that it says.
    let mut message = unsafe { libc::CMSG_FIRSTHDR(header) };
    // SAFETY: CMSG_FIRSTHDR and CMSG_NXTHDR give null, or a control message that lies whole in that buffer, which is aligned
    // for it; CMSG_DATA of one whose length has room for four bytes is followed by them.
    while let Some(control) = unsafe { message.as_ref() } {
        // The type of its length differs between C libraries.
        #[allow(clippy::unnecessary_cast)]
        let long_enough = control.cmsg_len as usize >= least as usize;
        if control.cmsg_level == libc::SOL_NETLINK && long_enough {
            // SAFETY: as above. Both control messages begin with an integer of 32 bits.
            let value = unsafe { libc::CMSG_DATA(message).cast::<[u8; 4]>().read_unaligned() };
            match control.cmsg_type {
                libc::NETLINK_PKTINFO => received.group = Some(u32::from_ne_bytes(value)),
                libc::NETLINK_LISTEN_ALL_NSID => received.namespace = Some(i32::from_ne_bytes(value)),
                _ => {}
            }
        }
        // SAFETY: both are of the same header as above.
        message = unsafe { libc::CMSG_NXTHDR(header, message) };
    }
}

/// Waits until one of the descriptors can be read, for so long or for ever, and says which can. None of them: the time is
/// over, or a signal came.
pub(crate) fn wait<const N: usize>(
    descriptors: [BorrowedFd<'_>; N],
    timeout: Option<Duration>,
) -> io::Result<[bool; N]> {
    let mut polled =
        descriptors.map(|descriptor| libc::pollfd { fd: descriptor.as_raw_fd(), events: libc::POLLIN, revents: 0 });
    let time = timeout.map(|timeout| libc::timespec {
        tv_sec: libc::time_t::try_from(timeout.as_secs()).unwrap_or(libc::time_t::MAX),
        tv_nsec: timeout.subsec_nanos().into(),
    });
    // SAFETY: pointer and length are those of one array; the time is null or a live timespec. ppoll(2) writes to the array
    // only, integers.
    let result = check(unsafe {
        libc::ppoll(
            polled.as_mut_ptr(),
            N as libc::nfds_t,
            time.as_ref().map_or(null(), |time| &raw const *time),
            null(),
        )
    });
    match result {
        Err(error) if error.kind() != io::ErrorKind::Interrupted => Err(error),
        Err(_) => Ok([false; N]),
        Ok(_) => Ok(polled.map(|polled| polled.revents != 0)),
    }
}

/// Has tokio watch a descriptor, which stays open as long as it is watched.
#[cfg(feature = "tokio")]
pub(crate) fn watch(
    descriptor: Arc<OwnedFd>,
    interest: tokio::io::Interest,
) -> io::Result<tokio::io::unix::AsyncFd<Arc<OwnedFd>>> {
    // SAFETY: an OwnedFd is open until it is dropped, and always the same; nothing can be taken out of an Arc that is shared,
    // and AsyncFd holds one of those that share it.
    Ok(unsafe { tokio::io::unix::AsyncFd::register_with_interest(descriptor, interest) }?)
}

/// A descriptor that can be read as soon as it was [rung](ring), and from then on.
pub(crate) fn bell() -> io::Result<OwnedFd> {
    // SAFETY: eventfd(2) takes two integers.
    let descriptor = check(unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) })?;
    // SAFETY: eventfd(2) gave it.
    Ok(unsafe { own(descriptor) })
}

/// Makes a [bell] readable.
pub(crate) fn ring(bell: impl AsFd) {
    let one = 1_u64.to_ne_bytes();
    // SAFETY: pointer and length are those of one array; write(2) only reads it. It fails only where the counter is full,
    // which is readable too.
    unsafe { libc::write(bell.as_fd().as_raw_fd(), one.as_ptr().cast(), one.len()) };
}

/// The network namespace that a socket is in, which needs `CAP_NET_ADMIN` there.
pub(crate) fn network_of(socket: impl AsFd) -> io::Result<OwnedFd> {
    // SIOCGSKNS, linux/sockios.h.
    const GET_NAMESPACE: c_ulong = 0x894c;
    // SAFETY: this request takes no argument and gives a descriptor.
    let descriptor = check(unsafe { libc::ioctl(socket.as_fd().as_raw_fd(), GET_NAMESPACE as _) })?;
    // SAFETY: ioctl(2) gave it.
    Ok(unsafe { own(descriptor) })
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

/// Mounts what is at `source` at `target`, or with other flags changes how `target` is mounted.
pub(crate) fn mount(source: &CStr, target: &CStr, flags: c_ulong) -> io::Result<()> {
    // SAFETY: both strings are live and end in a NUL; null is allowed for the rest, which these flags do not use.
    check(unsafe { libc::mount(source.as_ptr(), target.as_ptr(), c"none".as_ptr(), flags, null()) })?;
    Ok(())
}

/// Takes away what is mounted at a path, now for those who look it up and later for those who use it.
pub(crate) fn unmount(target: &CStr) -> io::Result<()> {
    // SAFETY: the string is live and ends in a NUL.
    check(unsafe { libc::umount2(target.as_ptr(), libc::MNT_DETACH) })?;
    Ok(())
}

/// Makes the tun or tap link of a name, or takes it where it is there, for a descriptor of `/dev/net/tun`; gives the name that
/// it has. `IFF_*` of `linux/if_tun.h` say what it is.
pub(crate) fn set_tun(tun: impl AsFd, name: &[u8], flags: c_int) -> io::Result<Vec<u8>> {
    // SAFETY: ifreq is made of integers, and a union of integers and pointers, for which all bytes zero are a value.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    // The last byte stays a NUL.
    if name.len() >= request.ifr_name.len() {
        return Err(io::Error::from_raw_os_error(libc::EINVAL));
    }
    request.ifr_name.iter_mut().zip(name).for_each(|(to, byte)| *to = *byte as libc::c_char);
    // These flags lie in a field that is signed, and use its highest bit.
    request.ifr_ifru.ifru_flags = flags as libc::c_short;
    // SAFETY: the pointer is to a live ifreq, of which the kernel reads and writes no more than its size, and only integers.
    check(unsafe { libc::ioctl(tun.as_fd().as_raw_fd(), libc::TUNSETIFF as _, &raw mut request) })?;
    // Whether a char of C has a sign differs between processors.
    #[allow(clippy::unnecessary_cast)]
    Ok(request.ifr_name.iter().map(|byte| *byte as u8).take_while(|byte| *byte != 0).collect())
}

/// Sets something of the tun or tap link of a descriptor, that is one number (`TUNSETPERSIST` and the like).
pub(crate) fn set_tun_number(tun: impl AsFd, request: TunNumber, value: u32) -> io::Result<()> {
    let request = match request {
        TunNumber::Persist => libc::TUNSETPERSIST,
        TunNumber::Owner => libc::TUNSETOWNER,
        TunNumber::Group => libc::TUNSETGROUP,
    };
    // SAFETY: these three take their argument as a number, and touch no memory of ours.
    check(unsafe { libc::ioctl(tun.as_fd().as_raw_fd(), request as _, c_ulong::from(value)) })?;
    Ok(())
}

/// What [`set_tun_number`] sets.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TunNumber {
    /// Whether the link stays when the descriptor is closed.
    Persist,
    /// The user that may open it.
    Owner,
    /// The group of users that may.
    Group,
}
