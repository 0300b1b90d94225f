//! Tun and tap links that stay.

use crate::Error;
use crate::name::InterfaceName;
use crate::socket::{self, Namespace, TunDevice, TunOptions};

use super::TunKind;

/// A tun or tap link that stays, as `ip tuntap` makes it. It is not made by netlink.
///
/// ```no_run
/// use nlwire::link::{TunKind, TunTap};
///
/// let tap = TunTap { name: "tap0".parse()?, owner: Some(1000), ..TunTap::new(TunKind::TAP) };
/// tap.add()?;
/// # Ok::<(), nlwire::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TunTap {
    /// Its name; none leaves it to the kernel, which also puts a number in the place of a `%d`.
    pub name: InterfaceName,
    /// What programs read and write.
    pub kind: TunKind,
    /// The user that may open it without privilege.
    pub owner: Option<u32>,
    /// The group of users that may.
    pub group: Option<u32>,
    /// Whether it may be opened more than once, each time as one more queue.
    pub multi_queue: bool,
    /// Whether what is read and written begins with a `struct virtio_net_hdr`.
    pub vnet_hdr: bool,
    /// Whether it begins with flags and an EtherType (`struct tun_pi`).
    pub pi: bool,
}

impl TunTap {
    /// One of a kind, without more.
    pub fn new(kind: TunKind) -> Self {
        let name = InterfaceName::default();
        Self { name, kind, owner: None, group: None, multi_queue: false, vnet_hdr: false, pi: false }
    }

    /// Makes it, in the namespace of the calling thread, and gives its name; an error with the errno `EBUSY` where there is
    /// one. It needs `CAP_NET_ADMIN`.
    pub fn add(&self) -> Result<InterfaceName, Error> {
        self.carry_out("add", None, |tuntap| tuntap.make(true))
    }

    /// Makes it in another namespace.
    pub fn add_in(&self, namespace: &Namespace) -> Result<InterfaceName, Error> {
        self.carry_out("add", Some(namespace), |tuntap| tuntap.make(true))
    }

    /// Lets it go: it is gone when no program has it open any more. What it is like must be said as when it was made. Where
    /// there is none, nothing happens: [`Links::delete`](super::Links::delete) says so, and deletes it at once.
    pub fn delete(&self) -> Result<(), Error> {
        self.carry_out("delete", None, |tuntap| tuntap.make(false).map(drop))
    }

    /// Lets it go in another namespace.
    pub fn delete_in(&self, namespace: &Namespace) -> Result<(), Error> {
        self.carry_out("delete", Some(namespace), |tuntap| tuntap.make(false).map(drop))
    }

    /// Makes it with or without staying.
    fn make(&self, persistent: bool) -> Result<InterfaceName, socket::Error> {
        if !self.name.is_empty() {
            self.name.check().map_err(socket::Error::Invalid)?;
        } else if !persistent {
            return Err(socket::Error::Invalid("the name of the link is missing"));
        }
        let tap = match self.kind {
            TunKind::TUN => false,
            TunKind::TAP => true,
            _ => return Err(socket::Error::Invalid("there are tun and tap")),
        };
        let options = TunOptions {
            tap,
            multi_queue: self.multi_queue,
            vnet_hdr: self.vnet_hdr,
            pi: self.pi,
            exclusive: persistent,
        };
        let device = TunDevice::open(self.name.as_bytes(), options)?;
        if persistent {
            self.owner.map_or(Ok(()), |owner| device.set_owner(owner))?;
            self.group.map_or(Ok(()), |group| device.set_group(group))?;
        }
        device.set_persistent(persistent)?;
        Ok(InterfaceName::new(device.name()).unwrap_or_default())
    }

    fn carry_out<A: Send>(
        &self,
        verb: &str,
        namespace: Option<&Namespace>,
        work: impl FnOnce(&Self) -> Result<A, socket::Error> + Send,
    ) -> Result<A, Error> {
        let done = match namespace {
            Some(namespace) => namespace.run(|| work(self)),
            None => work(self),
        };
        done.map_err(|error| Error::new(format!("{verb} link {}", self.name), error))
    }
}
