//! A protocol of one's own: the message that `runc` sends its child through a pipe, type 62000 with attributes 27281 to 27290.
//!
//! `cargo run --example bootstrap` writes it, and reads it again. Nothing of this is known to the library.

use nlwire::codec::payload::{Bytes, Str};
use nlwire::codec::{Envelope, Flags, Message, RawMessage, Tail, attributes, messages};

messages! {
    /// What the child is to become.
    pub InitMessage("INIT_MSG") = 62000: (), Init;
}

attributes! {
    /// Attributes of the message.
    pub enum Init("") {
        /// The namespaces to make (`CLONE_NEW*`).
        CLONE_FLAGS_ATTR: u32 = 27281,
        /// The namespaces to join: `kind:path`, with commas between.
        NS_PATHS_ATTR: Str = 27282,
        /// What goes into `uid_map`.
        UIDMAP_ATTR: Bytes = 27283,
        /// What goes into `gid_map`.
        GIDMAP_ATTR: Bytes = 27284,
        /// Whether `setgroups` is allowed.
        SETGROUP_ATTR: u32 = 27285,
        /// What goes into `oom_score_adj`.
        OOM_SCORE_ADJ_ATTR: Str = 27286,
        /// Whether it is made without root.
        ROOTLESS_EUID_ATTR: u32 = 27287,
        /// The path of `newuidmap`.
        UIDMAPPATH_ATTR: Str = 27288,
        /// The path of `newgidmap`.
        GIDMAPPATH_ATTR: Str = 27289,
        /// What goes into `timens_offsets`.
        TIMENSOFFSET_ATTR: Bytes = 27290,
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut buffer = [0; 512];
    let mut pipe = Tail::new(&mut buffer);
    InitMessage::emit(&mut pipe, Envelope::request(Flags::empty()), (), |init| {
        init.put(Init::CLONE_FLAGS_ATTR, 0x6c02_0000)?
            .put(Init::NS_PATHS_ATTR, "net:/run/netns/a,ipc:/proc/7/ns/ipc")?;
        init.put(Init::UIDMAP_ATTR, b"0 1000 1\n")?.put(Init::GIDMAP_ATTR, b"0 1000 1\n")?;
        init.put(Init::SETGROUP_ATTR, 1)?.put(Init::OOM_SCORE_ADJ_ATTR, "-998")?.put(Init::ROOTLESS_EUID_ATTR, 1)?;
        init.put(Init::UIDMAPPATH_ATTR, "/usr/bin/newuidmap")?.put(Init::GIDMAPPATH_ATTR, "/usr/bin/newgidmap")?;
        init.put(Init::TIMENSOFFSET_ATTR, b"boottime 0 0\n")
    })?;
    println!("{} bytes", pipe.length());

    let message = RawMessage::first(pipe.written()).ok_or("no message")?;
    let init = message.read::<InitMessage>()?.ok_or("another message")?;
    println!("{init:?}");
    assert_eq!(init.attributes().iter().count(), 10);
    assert_eq!(init.attributes().get(Init::OOM_SCORE_ADJ_ATTR)?, Some("-998"));
    Ok(())
}
