//! What to print, and how.

use nlwire::codec::route::Family;

/// See the module.
#[derive(Default)]
pub struct Options {
    pub json: bool,
    pub details: bool,
    pub family: Option<Family>,
    pub device: Option<String>,
    /// None is the main table for routes, and any for rules.
    pub table: Option<u32>,
    pub all_tables: bool,
    /// Addresses for which this host answers instead of neighbours.
    pub proxy: bool,
}
