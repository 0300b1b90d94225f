//! What we read of a message, as a tree: made from its `{:?}`, where everything has the kernel's name.

use serde_json::{Map, Value};

/// The tree of what `{:?}` printed of one message.
pub fn tree(printed: &str) -> Value {
    Reader { rest: printed }.value()
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// A value, and what stands behind it without a comma: the attributes behind a C struct. Both become one object.
    fn value(&mut self) -> Value {
        let first = self.one();
        if !self.rest.starts_with(' ') || self.rest.starts_with(" }") {
            return first;
        }
        self.skip(1);
        let mut both = match first {
            Value::Object(fields) => fields,
            other => Map::from_iter([("header".to_string(), other)]),
        };
        if let Value::Object(attributes) = self.value() {
            both.extend(attributes);
        }
        Value::Object(both)
    }

    fn one(&mut self) -> Value {
        match self.rest.chars().next() {
            Some('"') => self.string(),
            Some('[') => Value::Array(self.items(']', Self::value)),
            Some('{') => self.fields(),
            _ => {
                let end = self.rest.find([',', '{', '(', ')', ']', '}']).unwrap_or(self.rest.len());
                let word = &self.rest[..end];
                self.skip(end);
                match self.rest.chars().next() {
                    // The name of a type, perhaps behind a header that is a number.
                    Some('{') => match (self.fields(), word.trim_end().split_once(' ')) {
                        (Value::Object(mut fields), Some((header, _))) => {
                            fields.insert("header".into(), header.into());
                            Value::Object(fields)
                        }
                        (fields, _) => fields,
                    },
                    Some('(') => {
                        let mut inner = self.items(')', Self::value);
                        if inner.len() == 1 { inner.remove(0) } else { Value::Array(inner) }
                    }
                    Some('}') => {
                        // The space before the brace is not part of the word.
                        let kept = word.trim_end();
                        kept.into()
                    }
                    _ => word.into(),
                }
            }
        }
    }

    fn string(&mut self) -> Value {
        let mut escaped = false;
        let inside = |c: char| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        };
        let end = self.rest[1..].find(inside).map_or(self.rest.len(), |end| end + 2);
        let text = self.rest[..end].trim_matches('"').to_string();
        self.skip(end);
        text.into()
    }

    fn fields(&mut self) -> Value {
        let mut fields = Map::new();
        let field = |reader: &mut Self| {
            let end = reader.rest.find(": ").unwrap_or(reader.rest.len());
            let name = reader.rest[..end].to_string();
            reader.skip(end + 2);
            (name, reader.value())
        };
        for (name, value) in self.items('}', field) {
            // An attribute that is there several times becomes a list.
            match fields.get_mut(&name) {
                None => drop(fields.insert(name, value)),
                Some(Value::Array(several)) => several.push(value),
                Some(one) => *one = Value::Array(vec![one.take(), value]),
            }
        }
        Value::Object(fields)
    }

    /// What stands between a bracket and its counterpart, separated by commas.
    fn items<T>(&mut self, end: char, item: impl Fn(&mut Self) -> T) -> Vec<T> {
        let mut items = Vec::new();
        self.skip(1);
        loop {
            self.rest = self.rest.trim_start_matches([',', ' ']);
            if self.rest.is_empty() {
                return items;
            }
            if self.rest.starts_with(end) {
                self.skip(1);
                return items;
            }
            items.push(item(self));
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }
}
