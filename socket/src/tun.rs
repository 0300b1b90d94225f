//! Tun and tap links, which are not made by netlink but by `ioctl(2)` of `/dev/net/tun` (`linux/if_tun.h`).

use std::fs::OpenOptions;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::error::Error;
use crate::namespace::Namespace;
use crate::sys::{self, TunNumber};

/// A descriptor of a tun or tap link: what is written to it comes in by the link, and what goes out by the link is read from
/// it. When it is closed, the link is gone, unless it is [persistent](Self::set_persistent).
#[derive(Debug)]
pub struct TunDevice {
    descriptor: OwnedFd,
    name: Vec<u8>,
}

/// What a tun or tap link is like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TunOptions {
    /// It carries Ethernet frames (tap), not IP packets (tun).
    pub tap: bool,
    /// It may be opened more than once: each descriptor is one of its queues.
    pub multi_queue: bool,
    /// What is read and written begins with a `struct virtio_net_hdr`.
    pub vnet_hdr: bool,
    /// It begins with flags and an EtherType (`struct tun_pi`).
    pub pi: bool,
    /// It must not be there yet: else the error has the errno `EBUSY`.
    pub exclusive: bool,
}

impl TunDevice {
    /// Makes the link of a name in the namespace of the calling thread, or opens it where it is there; the kernel puts a number
    /// in the place of a `%d` and chooses a name where there is none. To make one needs `CAP_NET_ADMIN`.
    pub fn open(name: &[u8], options: TunOptions) -> Result<Self, Error> {
        let mut flags = if options.tap { libc::IFF_TAP } else { libc::IFF_TUN };
        for (set, flag) in [
            (options.multi_queue, libc::IFF_MULTI_QUEUE),
            (options.vnet_hdr, libc::IFF_VNET_HDR),
            (!options.pi, libc::IFF_NO_PI),
            (options.exclusive, libc::IFF_TUN_EXCL),
        ] {
            flags |= if set { flag } else { 0 };
        }
        let file = OpenOptions::new().read(true).write(true).open("/dev/net/tun").map_err(Error::system("open"))?;
        let name = sys::set_tun(&file, name, flags).map_err(Error::system("ioctl"))?;
        Ok(Self { descriptor: file.into(), name })
    }

    /// The same in another namespace. The calling thread stays in its own.
    pub fn open_in(namespace: &Namespace, name: &[u8], options: TunOptions) -> Result<Self, Error> {
        namespace.run(|| Self::open(name, options))
    }

    /// The name of the link when it was opened. It need not be UTF-8.
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// Whether the link stays when all its descriptors are closed.
    pub fn set_persistent(&self, persistent: bool) -> Result<(), Error> {
        sys::set_tun_number(self, TunNumber::Persist, persistent.into()).map_err(Error::system("ioctl"))
    }

    /// Lets this user open the link without privilege.
    pub fn set_owner(&self, user: u32) -> Result<(), Error> {
        sys::set_tun_number(self, TunNumber::Owner, user).map_err(Error::system("ioctl"))
    }

    /// Lets this group open the link without privilege.
    pub fn set_group(&self, group: u32) -> Result<(), Error> {
        sys::set_tun_number(self, TunNumber::Group, group).map_err(Error::system("ioctl"))
    }
}

impl AsFd for TunDevice {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

impl From<TunDevice> for OwnedFd {
    fn from(device: TunDevice) -> Self {
        device.descriptor
    }
}
