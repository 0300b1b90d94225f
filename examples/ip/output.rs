//! One description of what is printed, as text or as JSON.

use std::fmt::{Arguments, Write};

use serde_json::{Map, Value};

/// Where an object is printed to. Each field is given once, with its JSON key and value and with its text.
pub struct Output {
    json: bool,
    /// What is printed: text, or JSON objects of which nothing else is kept.
    text: String,
    /// The object or array that is open, and those around it. Around them all is an array.
    open: Vec<Value>,
}

impl Output {
    pub fn new(json: bool) -> Self {
        Self { json, text: String::new(), open: Vec::new() }
    }

    pub fn is_json(&self) -> bool {
        self.json
    }

    /// A field: in JSON `key: value`, in text what `text` says, blanks included.
    pub fn field(&mut self, key: &str, value: impl Into<Value>, text: Arguments<'_>) {
        self.json(key, value);
        self.text(text);
    }

    /// A field that only JSON has.
    pub fn json(&mut self, key: &str, value: impl Into<Value>) {
        if self.json {
            self.add(Some(key), value.into());
        }
    }

    /// Something that only text has.
    pub fn text(&mut self, text: Arguments<'_>) {
        if !self.json {
            let _ = self.text.write_fmt(text);
        }
    }

    /// An item of the open array.
    pub fn item(&mut self, value: impl Into<Value>, text: Arguments<'_>) {
        if self.json {
            self.add(None, value.into());
        }
        self.text(text);
    }

    /// An object in the open object (with a key) or in the open array (without). What `fill` gives is given on.
    pub fn object<T>(&mut self, key: Option<&str>, fill: impl FnOnce(&mut Self) -> T) -> T {
        self.inner(key, Value::Object(Map::new()), fill)
    }

    /// An array in the open object (with a key) or in the open array (without). What `fill` gives is given on.
    pub fn array<T>(&mut self, key: Option<&str>, fill: impl FnOnce(&mut Self) -> T) -> T {
        self.inner(key, Value::Array(Vec::new()), fill)
    }

    fn inner<T>(&mut self, key: Option<&str>, empty: Value, fill: impl FnOnce(&mut Self) -> T) -> T {
        self.open.push(empty);
        let result = fill(self);
        if let Some(value) = self.open.pop()
            && self.json
        {
            self.add(key, value);
        }
        result
    }

    fn add(&mut self, key: Option<&str>, value: Value) {
        match (self.open.last_mut(), key) {
            (Some(Value::Object(map)), Some(key)) => {
                map.insert(key.into(), value);
            }
            (Some(Value::Array(array)), _) => array.push(value),
            (None, _) => {
                let before = if self.text.is_empty() { '[' } else { ',' };
                let _ = write!(self.text, "{before}{value}");
            }
            _ => {}
        }
    }

    /// All that was printed.
    pub fn finish(mut self) -> String {
        if self.json {
            self.text.push_str(if self.text.is_empty() { "[]\n" } else { "]\n" });
        }
        self.text
    }
}
