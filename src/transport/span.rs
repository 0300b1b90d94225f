//! A span of `tracing` for each request, at the level of debugging: what was to be done, and how it failed. Without the feature
//! it is nothing.

use super::Request;
use crate::Error;

/// The span of a request.
#[cfg(feature = "tracing")]
pub(super) struct Span(tracing::Span);

#[cfg(feature = "tracing")]
impl Span {
    pub(super) fn new(request: &impl Request) -> Self {
        // What is to be done is not even put into words where nobody wants to know.
        if tracing::enabled!(target: "nlwire", tracing::Level::DEBUG) {
            Self(tracing::debug_span!(target: "nlwire", "request", operation = request.operation()))
        } else {
            Self(tracing::Span::none())
        }
    }

    /// Does something in it.
    pub(super) fn within<T>(&self, what: impl FnOnce() -> T) -> T {
        self.0.in_scope(what)
    }

    /// A future in it.
    #[cfg(feature = "tokio")]
    pub(super) fn around<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        tracing::Instrument::instrument(future, self.0.clone())
    }

    /// Tells in it how the request ended.
    pub(super) fn end<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        self.within(|| match &result {
            Ok(_) => tracing::debug!(target: "nlwire", "done"),
            Err(error) => tracing::debug!(target: "nlwire", reason = %error.reason(), "failed"),
        });
        result
    }
}

/// The span of a request.
#[cfg(not(feature = "tracing"))]
pub(super) struct Span;

#[cfg(not(feature = "tracing"))]
impl Span {
    pub(super) fn new(_request: &impl Request) -> Self {
        Self
    }

    pub(super) fn within<T>(&self, what: impl FnOnce() -> T) -> T {
        what()
    }

    #[cfg(feature = "tokio")]
    pub(super) fn around<F: Future>(&self, future: F) -> F {
        future
    }

    pub(super) fn end<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        result
    }
}
