//! The secrets of a run, and texts without them.

use std::collections::BTreeMap;

use super::carrier::RESERVED;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Secrets by value, with the text that is written in their place.
#[derive(Debug, Default)]
pub(super) struct Secrets(BTreeMap<String, String>);

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
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
        self.0.entry(value.to_owned()).or_insert_with(|| shown.to_owned());
        for set in [NON_ALPHANUMERIC, RESERVED] {
            let encoded = utf8_percent_encode(value, set).to_string();
            self.0.entry(encoded).or_insert_with(|| shown.to_owned());
        }
    }

    /// The text, cut at secrets.
    pub fn pieces(&self, text: &str) -> Vec<Piece> {
        // Longer secrets first: one may contain another.
        let mut secrets: Vec<(&String, &String)> = self.0.iter().collect();
        secrets.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        let mut pieces = vec![Piece::Text(text.to_owned())];
        for (value, shown) in secrets {
            let cut = |piece| match piece {
                Piece::Text(text) => split(&text, value, shown),
                secret => vec![secret],
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
        self.pieces(text).into_iter().map(piece).collect()
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
