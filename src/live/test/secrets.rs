//! The secrets of a run, and texts without them.

use std::collections::{BTreeMap, BTreeSet};

use super::carrier::RESERVED;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Secrets by value, with the text that is written in their place.
#[derive(Debug, Default)]
pub(in crate::live) struct Secrets {
    sent: BTreeMap<String, String>,
    /// Other forms in which a server may repeat a secret: the parts of a login, and texts with escapes.
    repeated: BTreeSet<String>,
}

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::live) enum Piece {
    Text(String),
    /// What is written in place of a secret.
    Secret(String),
}

impl Secrets {
    /// Remembers a secret. `shown` is the text for it, such as `$TOKEN`.
    pub fn add(&mut self, value: &str, shown: &str) {
        if value.is_empty() {
            return;
        }
        self.sent.entry(value.to_owned()).or_insert_with(|| shown.to_owned());
        for set in [NON_ALPHANUMERIC, RESERVED] {
            let encoded = utf8_percent_encode(value, set).to_string();
            self.sent.entry(encoded).or_insert_with(|| shown.to_owned());
        }
        let login = STANDARD.decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let password = login.as_deref().and_then(|login| login.split_once(':')).map(|(_, password)| password);
        for text in [Some(value), password, password.and(login.as_deref())].into_iter().flatten() {
            self.repeated.insert(text.to_owned());
            self.repeated.insert(serde_json::Value::from(text).to_string().trim_matches('"').to_owned());
            self.repeated.insert(text.escape_debug().to_string());
        }
        self.repeated.remove("");
    }

    /// The text, cut at secrets.
    pub fn pieces(&self, text: &str) -> Vec<Piece> {
        // Longer secrets first: one may contain another.
        let mut secrets: Vec<(&String, &String)> = self.sent.iter().collect();
        secrets.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        let mut pieces = vec![Piece::Text(text.to_owned())];
        for (value, shown) in secrets {
            let cut = |piece: Piece| match piece {
                Piece::Text(text) if text.contains(value.as_str()) => split(&text, value, shown),
                whole => vec![whole],
            };
            pieces = pieces.into_iter().flat_map(cut).collect();
        }
        pieces
    }

    /// The text with every secret replaced.
    pub fn redacted(&self, text: &str) -> String {
        let piece = |piece| match piece {
            Piece::Text(text) | Piece::Secret(text) => text,
        };
        let text: String = self.pieces(text).into_iter().map(piece).collect();
        let mut repeated: Vec<&String> = self.repeated.iter().collect();
        repeated.sort_by_key(|value| std::cmp::Reverse(value.len()));
        repeated.into_iter().fold(text, |text, value| match text.contains(value.as_str()) {
            true => text.replace(value.as_str(), "REDACTED"),
            false => text,
        })
    }
}

fn split(text: &str, secret: &str, shown: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (at, part) in text.split(secret).enumerate() {
        if at > 0 {
            pieces.push(Piece::Secret(shown.to_owned()));
        }
        pieces.push(Piece::Text(part.to_owned()));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_form_of_a_secret_is_left() {
        let mut secrets = Secrets::default();
        // `ann:pass word`
        secrets.add("YW5uOnBhc3Mgd29yZA==", "$LOGIN");
        secrets.add("ke\"y\\1", "$KEY");
        for (text, expected) in [
            ("Basic YW5uOnBhc3Mgd29yZA==", "Basic $LOGIN"),
            ("hello ann:pass word", "hello REDACTED"),
            ("the password pass word is wrong", "the password REDACTED is wrong"),
            ("ke\"y\\1", "$KEY"),
            (r#"{"key":"ke\"y\\1"}"#, r#"{"key":"REDACTED"}"#),
            ("ke%22y%5C1", "$KEY"),
            ("ann", "ann"),
        ] {
            assert_eq!(secrets.redacted(text), expected);
        }
        assert_eq!(secrets.pieces("a pass word"), [Piece::Text("a pass word".to_owned())]);
    }
}
