//! What kernels from 6.1 to 7.2 said, read and written again. The captures are little-endian.

#![cfg(target_endian = "little")]

use std::path::{Path, PathBuf};

use nlwire_codec::route::PROTOCOL;
use nlwire_codec::schema::Tally;
use nlwire_codec::{Messages, Tail};

/// Every capture there is: a folder a kernel, a file an object.
fn captures() -> Vec<(PathBuf, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/captures");
    let mut files = Vec::new();
    for kernel in std::fs::read_dir(root).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir()) {
        for file in std::fs::read_dir(kernel.path()).unwrap() {
            let path = file.unwrap().path();
            files.push((path.clone(), std::fs::read(path).unwrap()));
        }
    }
    assert!(files.len() >= 4 * 5, "four kernels, five objects");
    files
}

#[test]
fn what_kernels_sent_is_the_same_bytes_when_every_value_is_written_again() {
    let mut tally = Tally::default();
    for (path, bytes) in captures() {
        let mut messages = 0;
        for message in Messages::new(&bytes) {
            let message = message.unwrap();
            let mut buffer = vec![0xa5; message.bytes().len()];
            let mut tail = Tail::new(&mut buffer);
            PROTOCOL.repeat(&message, &mut tail, &mut tally).unwrap();
            assert_eq!(tail.written(), message.bytes(), "{}: {:?}", path.display(), PROTOCOL.describe(&message));
            messages += 1;
        }
        assert!(messages > 0, "{}", path.display());
    }
    assert!(tally.attributes > 5000, "{tally:?}");
    assert_eq!((tally.unknown, tally.unreadable, tally.altered), (0, 0, 0), "{tally:?}");
}

#[test]
fn everything_that_kernels_sent_has_a_name() {
    for (path, bytes) in captures() {
        for message in Messages::new(&bytes) {
            let message = message.unwrap();
            let text = format!("{:?}", PROTOCOL.describe(&message));
            assert!(text.starts_with("RTM_NEW"), "{}: {text}", path.display());
            // What has no name is printed by its number in brackets, what cannot be read as "(not a …".
            let unnamed = text.match_indices('[').any(|(at, _)| is_number_as_name(&text[at..]));
            assert!(!unnamed && !text.contains("(not a"), "{}: {text}", path.display());
        }
    }
}

/// Whether this begins like `[77]: `, an attribute without a name, and not like an array.
fn is_number_as_name(text: &str) -> bool {
    text[1..].trim_start_matches(|digit: char| digit.is_ascii_digit()).starts_with("]: ")
}
