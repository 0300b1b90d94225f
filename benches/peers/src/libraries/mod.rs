//! The other libraries as contestants: each used as its own examples do.

mod bindings;
mod neli;
mod nlink;
mod packet_route;
mod rtnetlink;

use std::future::Future;

use crate::Failure;
use crate::contestant::delete;
use crate::spent::{Spent, peak_kib};

/// Does what the words say, and prints what it took in one line.
pub(crate) fn compete(library: &str, what: &str) -> Result<(), Failure> {
    if let Some(count) = what.strip_prefix("add ") {
        let count = count.parse()?;
        let spent = match library {
            "nlink" => nlink::add(count)?,
            "rtnetlink" => rtnetlink::add(count)?,
            _ => return Err(format!("{library} has no way to add").into()),
        };
        // Away with them, for the next.
        delete(count, "sync")?;
        println!("{}", spent.line("add_"));
        return Ok(());
    }
    let (spent, sum) = match library {
        "packet-route" => packet_route::dump(what)?,
        "rtnetlink" => rtnetlink::dump(what)?,
        "neli" => neli::dump(what)?,
        "bindings" => bindings::dump(what)?,
        "nlink" => nlink::stream(what)?,
        "nlink-list" => nlink::list(what)?,
        _ => return Err(format!("no library {library}").into()),
    };
    println!("{} checksum={sum:016x} peak_kib={}", spent.line(""), peak_kib()?);
    Ok(())
}

fn unknown<T>(what: &str) -> Result<T, Failure> {
    Err(format!("no way to dump {what}").into())
}

/// Runs a future on a runtime of one thread, which suits all of these best.
fn wait<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(future)
}

/// The time that a future takes.
async fn spent<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<(Spent, T), Failure> {
    let start = Spent::start()?;
    let done = future.await?;
    Ok((start.stop()?, done))
}
