//! The URLs that servers allow by their variables, and those among them that another version does not allow.

use std::collections::HashSet;

use crate::model::operation::{Server, ServerVariable};
use crate::model::url::is_clear;

/// Any text as the value of a variable; URLs do not contain it.
const ANY: char = '\0';

/// How many combinations of values are compared. Of more, each variable is compared with the defaults of the others.
const MOST: usize = 4096;

/// A value of a variable, with the name of the variable.
type Chosen<'a> = (&'a str, String);

/// A URL, or a part of it, of a server with these values and the defaults of its other variables.
type Form = fn(&Server, &[Chosen<'_>]) -> String;

/// What the servers of a version allow, each with [`ANY`] for any text.
pub struct Allowed<'a> {
    servers: &'a [Server],
    /// Schemes and hosts.
    origins: Patterns,
    urls: Patterns,
}

/// Texts, and forms with [`ANY`].
struct Patterns {
    texts: HashSet<String>,
    forms: Vec<String>,
}

impl Patterns {
    fn of(servers: &[Server], form: Form) -> Self {
        let all = servers.iter().flat_map(|server| expanded(server, form));
        let (forms, texts) = all.partition(|pattern: &String| pattern.contains(ANY));
        let texts: Vec<String> = texts;
        Self { texts: texts.into_iter().collect(), forms }
    }

    fn has(&self, text: &str) -> bool {
        self.texts.contains(text) || self.forms.iter().any(|form| matches(form, text))
    }
}

impl<'a> Allowed<'a> {
    /// Those of these servers.
    pub fn new(servers: &'a [Server]) -> Self {
        Self { servers, origins: Patterns::of(servers, origin), urls: Patterns::of(servers, url) }
    }

    /// The values of variables of a server of an older version that are not allowed here, as sentences. Nothing if the
    /// server was removed, which is a separate change.
    pub fn narrowed(&self, old: &Server) -> Vec<String> {
        if !self.urls.has(&url(old, &[])) {
            return Vec::new();
        }
        let of_variable = |variable: &ServerVariable| {
            let is_removed = |value: &String| !self.urls.has(&url(old, &[(variable.name.as_str(), value.clone())]));
            let mut removed: Vec<String> = values(variable).into_iter().filter(is_removed).map(shown).collect();
            removed.dedup();
            let list = removed.join(", ");
            (!removed.is_empty()).then(|| format!("the variable `{}` no longer allows {list}", variable.name))
        };
        old.variables.iter().filter_map(of_variable).collect()
    }

    /// What variables of the scheme or host of a server of a newer version allow that is not allowed here, as sentences. If
    /// its default host is another one, which is a separate change, only any text and schemes without TLS count.
    pub fn freed(&self, new: &Server) -> Vec<String> {
        if new.variables.is_empty() || self.servers.iter().any(|old| has_values_of(old, new)) {
            return Vec::new();
        }
        let default = origin(new, &[]);
        let is_known = self.origins.has(&default);
        let is_freed = |origin: &String| {
            let is_worse = origin.contains(ANY) || (is_clear(origin) && !is_clear(&default));
            (is_known || is_worse) && !self.origins.has(origin)
        };
        let of_variable = |variable: &ServerVariable| {
            let freed = |value: &String| is_freed(&origin(new, &[(variable.name.as_str(), value.clone())]));
            let value = values(variable).into_iter().find(freed)?;
            Some(format!("the variable `{}` allows {}", variable.name, shown(value)))
        };
        let found: Vec<String> = new.variables.iter().filter_map(of_variable).collect();
        if !found.is_empty() {
            return found;
        }
        let together = expanded(new, origin).into_iter().find(is_freed);
        together.map(|origin| format!("its variables together allow `{origin}`")).into_iter().collect()
    }
}

/// Whether a server allows all values of another one with the same template.
fn has_values_of(old: &Server, new: &Server) -> bool {
    let has = |variable: &ServerVariable| {
        let own = old.variables.iter().find(|own| own.name == variable.name).map(values);
        own.is_some_and(|own| own[0].contains(ANY) || values(variable).iter().all(|value| own.contains(value)))
    };
    old.template == new.template && new.variables.iter().all(has)
}

/// The values of a variable, at least one. The default is used even if it is not listed.
fn values(variable: &ServerVariable) -> Vec<String> {
    match variable.values.is_empty() {
        true => vec![ANY.to_string()],
        false => variable.values.iter().chain([&variable.default]).cloned().collect(),
    }
}

fn shown(value: String) -> String {
    if value.contains(ANY) { "any text".to_owned() } else { format!("`{value}`") }
}

/// The forms of a server with all values of its variables.
fn expanded(server: &Server, form: Form) -> Vec<String> {
    let default = form(server, &[]);
    let is_part = |variable: &&ServerVariable| {
        values(variable).into_iter().any(|value| form(server, &[(variable.name.as_str(), value)]) != default)
    };
    let mut all: Vec<Vec<Chosen<'_>>> = vec![Vec::new()];
    let mut separate: Vec<Vec<Chosen<'_>>> = Vec::new();
    for variable in server.variables.iter().filter(is_part) {
        let values = values(variable);
        if all.len().saturating_mul(values.len()) > MOST {
            separate.extend(values.into_iter().map(|value| vec![(variable.name.as_str(), value)]));
            continue;
        }
        let mut more = Vec::with_capacity(all.len() * values.len());
        for chosen in &all {
            more.extend(values.iter().map(|value| {
                let mut chosen = chosen.clone();
                chosen.push((variable.name.as_str(), value.clone()));
                chosen
            }));
        }
        all = more;
    }
    all.iter().chain(&separate).map(|chosen| form(server, chosen)).collect()
}

/// The scheme and host.
fn origin(server: &Server, chosen: &[Chosen<'_>]) -> String {
    let url = url(server, chosen);
    let start = url.find("//").map_or(0, |at| at + 2);
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |at| start + at);
    url[..end].to_ascii_lowercase()
}

/// The whole URL without a slash at its end.
fn url(server: &Server, chosen: &[Chosen<'_>]) -> String {
    let value = |variable: &ServerVariable| {
        let chosen = chosen.iter().find(|(name, _)| *name == variable.name);
        chosen.map_or_else(|| variable.default.clone(), |(_, value)| value.clone())
    };
    let with =
        |url: String, variable: &ServerVariable| url.replace(&format!("{{{}}}", variable.name), &value(variable));
    let url = server.variables.iter().fold(server.template.clone(), with);
    url.trim_end_matches('/').to_owned()
}

/// Whether a text is of this form, in which [`ANY`] is any text.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split(ANY);
    let Some(mut left) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let Some(last) = parts.next_back() else { return left.is_empty() };
    for part in parts {
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn any_text_is_a_part_of_the_form() {
        for (pattern, text, expected) in [
            ("https://a", "https://a", true),
            ("https://a", "https://ab", false),
            ("https://\0", "https://a.example", true),
            ("https://\0", "http://a.example", false),
            ("https://\0.example", "https://a.example", true),
            ("https://\0.example", "https://\0.example", true),
            ("https://\0.example", "https://\0", false),
            ("https://a\0a", "https://a", false),
            ("https://\0.b.\0", "https://a.b.c", true),
            ("https://\0.b.\0", "https://a.c", false),
            ("\0", "https://a", true),
            ("https://a", "\0", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern:?} {text:?}");
        }
    }
}
