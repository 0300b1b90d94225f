//! With the feature `tracing`, each request has a span, and says in it how it ended.

mod lab;

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use lab::Lab;
use lab::ways::Way;
use nlwire::Netlink;
use nlwire::link::Link;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Writes down what it is told.
#[derive(Clone, Default)]
struct Book {
    lines: Arc<Mutex<Vec<String>>>,
    inside: Arc<Mutex<Vec<u64>>>,
}

struct Line<'l>(&'l mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        *self.0 += &format!(" {}={value:?}", field.name());
    }
}

impl Book {
    fn lines(&self) -> Vec<String> {
        std::mem::take(&mut self.lines.lock().unwrap())
    }
}

impl Subscriber for Book {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "nlwire"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut lines = self.lines.lock().unwrap();
        let mut line = span.metadata().name().to_string();
        span.record(&mut Line(&mut line));
        lines.push(line);
        Id::from_u64(lines.len() as u64)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = format!("in {} spans:", self.inside.lock().unwrap().len());
        event.record(&mut Line(&mut line));
        self.lines.lock().unwrap().push(line);
    }

    fn enter(&self, span: &Id) {
        self.inside.lock().unwrap().push(span.into_u64());
    }

    fn exit(&self, span: &Id) {
        assert_eq!(self.inside.lock().unwrap().pop(), Some(span.into_u64()));
    }
}

#[test]
fn a_request_has_a_span_that_says_what_it_was_and_how_it_ended() {
    let Some(lab) = Lab::new() else { return };
    let book = Book::default();
    // What was done in a batch is known when all is.
    for way in Way::all(&lab).into_iter().filter(|way| !matches!(way, Way::Batch(_))) {
        tracing::subscriber::with_default(book.clone(), || {
            let mut nl = Netlink::over(way);
            nl.links().get("lo").unwrap();
            nl.links().get("nobody").unwrap_err();
            nl.links().set("lo", &Link { mtu: Some(1500), ..Link::default() }).unwrap();
        });
        assert_eq!(
            book.lines(),
            [
                "request operation=\"get link lo\"",
                "in 1 spans: message=done",
                "request operation=\"get link nobody\"",
                "in 1 spans: message=failed reason=No such device (os error 19)",
                "request operation=\"set link lo\"",
                "in 1 spans: message=done",
            ]
        );
    }
}
