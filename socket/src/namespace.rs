//! Other network namespaces, without leaving one's own; and their names, as `ip netns` keeps them.

use std::ffi::CString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::Error;
use crate::sys;

/// Where `ip netns` keeps namespaces by their names.
const FOLDER: &str = "/run/netns";

/// A network namespace, kept alive as long as this is, or a clone of it, which is the same descriptor.
///
/// No thread of the caller ever changes its own: what must happen inside a namespace happens on a thread made for it, which
/// then ends.
#[derive(Clone, Debug)]
pub struct Namespace(Arc<OwnedFd>);

impl Namespace {
    /// A new namespace, with nothing in it but `lo`, which is down. It needs `CAP_SYS_ADMIN`.
    pub fn new() -> Result<Self, Error> {
        on_thread(|| {
            sys::unshare_network().map_err(Error::system("unshare"))?;
            Self::current()
        })
    }

    /// The namespace of the calling thread.
    pub fn current() -> Result<Self, Error> {
        Self::open("/proc/thread-self/ns/net")
    }

    /// The namespace that is kept at a path.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Ok(OwnedFd::from(File::open(path).map_err(Error::system_at("open", path))?).into())
    }

    /// The namespace of a process.
    pub fn of_process(id: u32) -> Result<Self, Error> {
        Self::open(format!("/proc/{id}/ns/net"))
    }

    /// The namespace of a name, as in `ip netns exec NAME`.
    pub fn named(name: &str) -> Result<Self, Error> {
        Self::open(path(name)?)
    }

    /// Makes a new namespace and names it, as `ip netns add NAME`: it lives until it is [deleted](Self::delete). It needs
    /// `CAP_SYS_ADMIN`. Where there is one of the name, the error has the errno `EEXIST`.
    pub fn create(name: &str) -> Result<Self, Error> {
        let path = path(name)?;
        share_folder()?;
        let made = OpenOptions::new().write(true).create_new(true).mode(0o444).open(&path);
        made.map_err(Error::system_at("open", &path))?;
        let made = on_thread(|| {
            sys::unshare_network().map_err(Error::system("unshare"))?;
            let own = c_string(Path::new("/proc/thread-self/ns/net"))?;
            sys::mount(&own, &c_string(&path)?, libc::MS_BIND).map_err(Error::system_at("mount", &path))?;
            Self::current()
        });
        if made.is_err() {
            // The file that was made for it names nothing.
            let _ = fs::remove_file(&path);
        }
        made
    }

    /// Takes the name from a namespace, as `ip netns delete NAME`: it ends when nobody uses it any more.
    pub fn delete(name: &str) -> Result<(), Error> {
        let path = path(name)?;
        match sys::unmount(&c_string(&path)?) {
            // Nothing is mounted there: a name of nothing.
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {}
            other => other.map_err(Error::system_at("umount2", &path))?,
        }
        fs::remove_file(&path).map_err(Error::system_at("unlink", &path))
    }

    /// The names that there are, in order, as in `ip netns list`.
    pub fn names() -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        let folder = match fs::read_dir(FOLDER) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(names),
            other => other.map_err(Error::system_at("opendir", Path::new(FOLDER)))?,
        };
        for entry in folder {
            let name = entry.map_err(Error::system_at("readdir", Path::new(FOLDER)))?.file_name();
            // What is no text is no name that anybody could give here.
            names.extend(name.into_string());
        }
        names.sort();
        Ok(names)
    }

    /// Runs `work` inside the namespace, on a thread that then ends. A panic of `work` goes on here.
    pub fn run<T: Send, E: From<Error> + Send>(&self, work: impl FnOnce() -> Result<T, E> + Send) -> Result<T, E> {
        on_thread(|| {
            sys::enter_network(self).map_err(Error::system("setns"))?;
            work()
        })
    }
}

impl AsFd for Namespace {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl From<OwnedFd> for Namespace {
    fn from(descriptor: OwnedFd) -> Self {
        Self(Arc::new(descriptor))
    }
}

/// Where a name is kept. It is one step of a path, and no more.
fn path(name: &str) -> Result<PathBuf, Error> {
    if name.is_empty() || name.len() > 255 || matches!(name, "." | "..") || name.contains(['/', '\0']) {
        let source = io::Error::new(io::ErrorKind::InvalidInput, format!("{name:?} cannot name a namespace"));
        return Err(Error::System { call: "open".into(), source });
    }
    Ok(Path::new(FOLDER).join(name))
}

/// Makes the folder of names, and has what is mounted in it seen in all mount namespaces: else a name that is deleted here
/// would live on where a copy of its mount is.
fn share_folder() -> Result<(), Error> {
    let made = DirBuilder::new().recursive(true).mode(0o755).create(FOLDER);
    made.map_err(Error::system_at("mkdir", Path::new(FOLDER)))?;
    let folder = c_string(Path::new(FOLDER))?;
    let share = || sys::mount(c"", &folder, libc::MS_SHARED | libc::MS_REC);
    match share() {
        // It is no place where something is mounted: mount it on itself.
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {
            sys::mount(&folder, &folder, libc::MS_BIND | libc::MS_REC).and_then(|()| share())
        }
        other => other,
    }
    .map_err(Error::system_at("mount", Path::new(FOLDER)))
}

fn c_string(path: &Path) -> Result<CString, Error> {
    CString::new(path.as_os_str().as_bytes())
        .map_err(|error| Error::System { call: "mount".into(), source: error.into() })
}

fn on_thread<T: Send, E: From<Error> + Send>(work: impl FnOnce() -> Result<T, E> + Send) -> Result<T, E> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("network namespace".into())
            .spawn_scoped(scope, work)
            .map_err(Error::system("clone"))?;
        match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
