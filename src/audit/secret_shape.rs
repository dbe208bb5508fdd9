//! Texts that look like secrets: tokens and keys of known services, signed tokens, private keys, passwords in URLs.

use crate::model::url::has_userinfo;

/// What a secret is, by its shape.
struct Shape {
    name: &'static str,
    /// How it begins.
    start: &'static str,
    /// The minimum number of letters, digits, `_` and `-` after the start.
    rest: usize,
}

const SHAPES: &[Shape] = &[
    Shape { name: "an access key of AWS", start: "AKIA", rest: 16 },
    Shape { name: "a temporary access key of AWS", start: "ASIA", rest: 16 },
    Shape { name: "a token of GitHub", start: "ghp_", rest: 36 },
    Shape { name: "a token of GitHub", start: "gho_", rest: 36 },
    Shape { name: "a token of GitHub", start: "ghs_", rest: 36 },
    Shape { name: "a token of GitHub", start: "ghu_", rest: 36 },
    Shape { name: "a token of GitHub", start: "github_pat_", rest: 50 },
    Shape { name: "a token of GitLab", start: "glpat-", rest: 20 },
    Shape { name: "a token of Slack", start: "xoxb-", rest: 20 },
    Shape { name: "a token of Slack", start: "xoxp-", rest: 20 },
    Shape { name: "a live key of Stripe", start: "sk_live_", rest: 20 },
    Shape { name: "a live key of Stripe", start: "rk_live_", rest: 20 },
    Shape { name: "an API key of Google", start: "AIza", rest: 35 },
    Shape { name: "a key of SendGrid", start: "SG.", rest: 60 },
];

/// Begins of the payloads of tokens that documentation copies: that of jwt.io, and those of RFC 7519 and RFC 7515.
const SAMPLE_PAYLOADS: [&str; 2] = ["eyJzdWIiOiIxMjM0NTY3ODkw", "eyJpc3MiOiJqb2Ui"];

/// Texts in placeholders.
const PLACEHOLDERS: [&str; 8] = ["example", "xxx", "changeme", "your", "sample", "dummy", "fake", "1234567890"];

/// What secret a text contains; `None` if it contains none. Placeholders are not secrets.
pub fn secret(text: &str) -> Option<&'static str> {
    if private_key(text) {
        return Some("a private key");
    }
    text.split(|c: char| !(is_word(c) || matches!(c, '.' | '='))).filter(|word| word.len() >= 20).find_map(secret_word)
}

/// Whether a line that is shown may contain a secret: one of these shapes, or a URL with a user name or password.
pub fn may_contain_secret(line: &str) -> bool {
    secret(line).is_some() || line.match_indices("//").any(|(at, _)| has_userinfo(&line[at..]))
}

/// A private key in PEM format with its content (RFC 7468).
fn private_key(text: &str) -> bool {
    let Some((before, after)) = text.split_once("PRIVATE KEY-----") else { return false };
    let content = after.split("-----END").next().unwrap_or_default();
    before.contains("-----BEGIN") && content.chars().filter(|&c| is_word(c) || c == '/').count() > 100
}

fn secret_word(word: &str) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    if PLACEHOLDERS.iter().any(|placeholder| lower.contains(placeholder)) && !is_token(word) {
        return None;
    }
    if is_token(word) {
        return Some("a token (JWT)");
    }
    let fits = |shape: &&Shape| {
        let Some(at) = word.find(shape.start) else { return false };
        let is_start = !word[..at].ends_with(is_word);
        let rest = &word[at + shape.start.len()..];
        let length = rest.chars().take_while(|&c| is_word(c) || c == '.').count();
        is_start && length >= shape.rest && is_random(&rest[..length])
    };
    SHAPES.iter().find(fits).map(|shape| shape.name)
}

/// A signed token in compact form (RFC 7515, section 7.1) that is not a known sample.
fn is_token(word: &str) -> bool {
    let word = word.rsplit('=').next().unwrap_or(word);
    let parts: Vec<&str> = word.split('.').collect();
    let [header, payload, signature] = parts[..] else { return false };
    let is_json = |part: &str| part.starts_with("eyJ") && part.len() >= 16;
    let is_sample = SAMPLE_PAYLOADS.iter().any(|sample| payload.starts_with(sample));
    is_json(header) && is_json(payload) && signature.len() >= 20 && is_random(signature) && !is_sample
}

/// Whether a text has many different characters and digits, as a random one has.
fn is_random(text: &str) -> bool {
    let different: std::collections::BTreeSet<char> = text.chars().collect();
    different.len() >= 10 && text.contains(|c: char| c.is_ascii_digit()) && text.contains(char::is_alphabetic)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts of each text are joined, so that this file contains no text that scanners report.
    #[test]
    fn secrets_are_told_from_placeholders() {
        let key = "x9Jq2LmZ0".repeat(14);
        for (parts, expected) in [
            (vec!["AKIA", "I44QH8DHBF3KP2ZX"], Some("an access key of AWS")),
            (vec!["Authorization: token ghp", "_16C7e42F292c6912E7710c838347Ae178B4a"], Some("a token of GitHub")),
            (vec!["?key=AIza", "SyD9tSrke72PouQMnMX-a7eZSW0jkFMBWY4"], Some("an API key of Google")),
            (vec!["eyJhbGciOiJIUzI1NiJ9.", "c2hvcnQ.", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r"], None),
            (
                vec!["Bearer eyJhbGciOiJIUzI1NiJ9.", "eyJzdWIiOiJhbm4iLCJhIjoxfQ.", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r"],
                Some("a token (JWT)"),
            ),
            (vec!["eyJhbGciOiJIUzI1NiJ9.", "eyJzdWIiOiIxMjM0NTY3ODkwIn0.", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r"], None),
            (vec!["-----BEGIN RSA ", "PRIVATE KEY-----\n", &key, "\n-----END RSA"], Some("a private key")),
            (vec!["-----BEGIN ", "PRIVATE KEY-----\n...\n-----END"], None),
            (vec!["AKIA", "IOSFODNN7EXAMPLE"], None),
            (vec!["sk_live_", "xxxxxxxxxxxxxxxxxxxxxxxx"], None),
            (vec!["sk_live_", "your-key-goes-here-12345"], None),
            (vec!["the AKIA prefix of access keys"], None),
            (vec!["MAKIA", "I44QH8DHBF3KP2ZX"], None),
            (vec!["3fa85f64-5717-4562-b3fc-2c963f66afa6"], None),
        ] {
            let text = parts.concat();
            assert_eq!(secret(&text), expected, "{text}");
        }
    }
}
