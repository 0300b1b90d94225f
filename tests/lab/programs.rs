//! The least programs of the kernel's machine for packets.

use std::os::fd::{FromRawFd, OwnedFd};

use super::skip;

/// `BPF_PROG_TYPE_XDP`: of packets that a link receives.
pub const XDP: u32 = 6;
/// `BPF_PROG_TYPE_LWT_IN`: of packets of a route that come in; then of those of this host, and of those that go out.
pub const LWT_IN: u32 = 10;
/// `BPF_PROG_TYPE_LWT_OUT`.
pub const LWT_OUT: u32 = 11;
/// `BPF_PROG_TYPE_LWT_XMIT`.
pub const LWT_XMIT: u32 = 12;

/// The fields of `union bpf_attr` that loading a program needs (`linux/bpf.h`).
#[repr(C)]
#[derive(Default)]
struct Load {
    kind: u32,
    count: u32,
    instructions: u64,
    license: u64,
    log_level: u32,
    log_size: u32,
    log: u64,
    version: u32,
    flags: u32,
}

/// A program of a kind, which gives `answer` of each packet; none, and the test is skipped, where this kernel loads none.
pub fn load(kind: u32, answer: u8) -> Option<OwnedFd> {
    const LOAD: i32 = 5;
    // r0 = answer; exit
    let instructions: [u64; 2] = [u64::from_ne_bytes([0xb7, 0, 0, 0, answer, 0, 0, 0]), 0x95];
    let load = Load {
        kind,
        count: 2,
        instructions: instructions.as_ptr() as u64,
        license: c"GPL".as_ptr() as u64,
        ..Load::default()
    };
    // SAFETY: the struct is the beginning of bpf_attr, live and of the size that is said, and the kernel takes the rest for
    // zero; its pointers are to live values.
    let descriptor = unsafe { libc::syscall(libc::SYS_bpf, LOAD, &raw const load, size_of::<Load>()) };
    if descriptor < 0 {
        skip(&format!("no packet program can be loaded: {}", std::io::Error::last_os_error()));
        return None;
    }
    // SAFETY: bpf(2) has just given it.
    Some(unsafe { OwnedFd::from_raw_fd(descriptor as i32) })
}
