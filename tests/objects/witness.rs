//! What `ip` and `bridge` say of objects, beside what we read of them.

use std::collections::HashMap;

use serde_json::Value;

use crate::lab::Lab;

/// Whose words an object is compared with.
#[derive(Clone, Copy)]
pub enum Witness {
    /// `ip -d -j` with these words prints what our own example `ip` prints.
    Printed(&'static str),
    /// What a command prints of a list of things says the same as what we read.
    Listed(&'static List),
}

/// How the JSON of a command and the messages of a dump belong together.
pub struct List {
    /// The program and its words.
    pub command: &'static str,
    /// The way to the things in the JSON: keys, and `*` for each item of a list.
    pub theirs: &'static str,
    /// The way to the same things in a message.
    pub ours: &'static str,
    /// Which messages count: those with this attribute, or with this value of it; empty: all.
    pub only: &'static str,
    /// What is said of a thing, by the ways to it: theirs, ours. `#` is any place in a list, and `+1` behind ours says that
    /// theirs is more by that.
    pub same: &'static [(&'static str, &'static str)],
    /// Values that have another name there: ours, theirs.
    pub names: &'static [(&'static str, &'static str)],
    /// What the message does not have as such, or what changes by itself; `*` is all that is not in `same`.
    pub apart: &'static [&'static str],
}

/// What changes by itself, and whether a question was asked before.
const RESTLESS: [&str; 12] = [
    "expires",
    "valid_life_time",
    "preferred_life_time",
    "hello_timer",
    "gc_timer",
    "tcn_timer",
    "topology_change_timer",
    "forward_delay_timer",
    "message_age_timer",
    "hold_timer",
    "used",
    "updated",
];

/// Without what changes by itself.
pub fn at_rest(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !RESTLESS.contains(&name.as_str()));
            fields.values_mut().for_each(at_rest);
        }
        Value::Array(items) => items.iter_mut().for_each(at_rest),
        _ => {}
    }
}

/// The first place where two differ, with both sides of it.
pub fn difference(ours: &Value, theirs: &Value, place: &str) -> Option<String> {
    match (ours, theirs) {
        (Value::Object(our), Value::Object(their)) => {
            let names = our.keys().chain(their.keys());
            names.into_iter().find_map(|name| match (our.get(name), their.get(name)) {
                (Some(our), Some(their)) => difference(our, their, &format!("{place}/{name}")),
                (our, their) => Some(format!("{place}/{name}: ours {our:?}, theirs {their:?}")),
            })
        }
        (Value::Array(our), Value::Array(their)) if our.len() == their.len() => {
            let pairs = our.iter().zip(their).enumerate();
            pairs.into_iter().find_map(|(at, (our, their))| difference(our, their, &format!("{place}/{at}")))
        }
        _ => (ours != theirs).then(|| format!("{place}: ours {ours}, theirs {theirs}")),
    }
}

impl List {
    /// Compares what we read of messages, as trees, with what the command says, and says whether there
    /// was anything to compare: older kernels pass over settings that they do not know. An error is the first difference.
    pub fn compare(&self, messages: &[Value], theirs: &Value, lab: &Lab) -> Result<bool, String> {
        let names = lab.names();
        let wanted = |message: &&Value| match self.only.split_once('=') {
            Some((way, value)) => at(message, way) == Some(value.into()),
            None => self.only.is_empty() || at(message, self.only).is_some(),
        };
        let ours: Vec<&Value> = messages.iter().filter(wanted).flat_map(|message| things(message, self.ours)).collect();
        let theirs = things(theirs, self.theirs);
        if ours.len() != theirs.len() {
            return Err(format!("ours are {}, theirs {}: {ours:?} {theirs:?}", ours.len(), theirs.len()));
        }
        if theirs.is_empty() {
            return Err("there is nothing to compare".into());
        }
        let mut heard = 0;
        for (our, their) in ours.iter().zip(theirs) {
            for (way, value) in leaves(their) {
                let steps: Vec<&str> = way.split('/').collect();
                if self.apart.iter().any(|apart| bound(apart, &steps).is_some()) {
                    continue;
                }
                let ways = self.same.iter().filter_map(|(their, our)| Some(fill(our, &bound(their, &steps)?)));
                let found: Vec<Option<Value>> = ways.map(|way| at(our, &way)).collect();
                if found.is_empty() && self.apart == ["*"] {
                    continue;
                }
                heard += 1;
                if !found.iter().any(|found| self.is_same(value, found.as_ref(), &names)) {
                    return Err(format!("{way}: theirs {value}, ours {found:?} of {our}"));
                }
            }
        }
        Ok(heard > 0)
    }

    fn is_same(&self, theirs: &Value, ours: Option<&Value>, names: &HashMap<u32, String>) -> bool {
        let Some(ours) = ours else { return false };
        // A word that is there or not.
        if theirs.is_null() {
            return true;
        }
        if let (Value::Array(theirs), Value::Array(ours)) = (theirs, ours) {
            return theirs == ours;
        }
        if let Value::Array(flags) = theirs {
            let text = ours.as_str().unwrap_or_default();
            let mut flags = flags.iter();
            return flags.all(|flag| text.split(" | ").any(|ours| self.is_same_word(flag, ours, names)));
        }
        // A stack of labels.
        if let Value::Array(labels) = ours {
            let labels: Vec<&str> = labels.iter().filter_map(Value::as_str).collect();
            return theirs.as_str() == Some(&labels.join("/"));
        }
        ours.as_str().is_some_and(|ours| self.is_same_word(theirs, ours, names))
    }

    fn is_same_word(&self, theirs: &Value, ours: &str, names: &HashMap<u32, String>) -> bool {
        let text = theirs.as_str().map_or_else(|| theirs.to_string(), str::to_string);
        let known = self.names.iter().any(|(our, their)| *our == ours && *their == text);
        let number = |text: &str| match text.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16).ok(),
            None => text.parse().ok(),
        };
        let same_number = number(ours).is_some() && number(ours) == number(&text);
        let switched = theirs.as_bool().is_some_and(|on| ours == on.to_string() || number(ours) == Some(on.into()));
        let named = ours.parse().is_ok_and(|index: u32| names.get(&index) == Some(&text));
        // The kernel's name of a value ends with ip's.
        let word = text.to_uppercase().replace(['-', ' '], "_");
        let ends = ours.strip_suffix(word.as_str()).is_some_and(|rest| rest.ends_with('_'));
        text == ours || known || same_number || switched || named || (!word.is_empty() && ends)
    }
}

/// The things that a way leads to.
fn things<'a>(value: &'a Value, way: &str) -> Vec<&'a Value> {
    way.split('/').filter(|step| !step.is_empty()).fold(vec![value], |values, step| {
        let next = |value: &'a Value| match (step, value) {
            ("*", Value::Array(items)) => items.iter().collect(),
            // An attribute that is there once is no list.
            ("*", one) => vec![one],
            (step, value) => value.get(step).into_iter().collect(),
        };
        values.into_iter().flat_map(next).collect()
    })
}

/// What a way leads to, one more where it ends with `+1`.
fn at(value: &Value, way: &str) -> Option<Value> {
    if let Some(way) = way.strip_suffix("+1") {
        let number: u64 = at(value, way)?.as_str()?.parse().ok()?;
        return Some((number + 1).to_string().into());
    }
    let found = way.split('/').try_fold(value, |value, step| match value {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        // An attribute that is there once is no list.
        one if step == "0" && one.get("0").is_none() => Some(one),
        one => one.get(step),
    });
    found.cloned()
}

/// All values with the ways to them; a list of words is one.
fn leaves(value: &Value) -> Vec<(String, &Value)> {
    let mut all = Vec::new();
    gather(value, String::new(), &mut all);
    all
}

fn gather<'a>(value: &'a Value, way: String, all: &mut Vec<(String, &'a Value)>) {
    let join = |step: &str| if way.is_empty() { step.to_string() } else { format!("{way}/{step}") };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| gather(value, join(name), all)),
        Value::Array(items) if items.iter().any(|item| item.is_object()) => {
            items.iter().enumerate().for_each(|(place, item)| gather(item, join(&place.to_string()), all));
        }
        _ => all.push((way, value)),
    }
}

/// What `#` stands for in each place, where the way is of this pattern.
fn bound<'a>(pattern: &str, steps: &[&'a str]) -> Option<Vec<&'a str>> {
    let pattern: Vec<&str> = pattern.split('/').collect();
    if pattern.len() != steps.len() {
        return None;
    }
    let mut places = Vec::new();
    for (wanted, step) in pattern.iter().zip(steps) {
        match *wanted {
            "#" => places.push(*step),
            wanted if wanted == *step => {}
            _ => return None,
        }
    }
    Some(places)
}

/// The pattern with the places in it.
fn fill(pattern: &str, places: &[&str]) -> String {
    let mut places = places.iter();
    let step =
        |step: &str| if step == "#" { places.next().copied().unwrap_or("#").to_string() } else { step.to_string() };
    pattern.split('/').map(step).collect::<Vec<_>>().join("/")
}
