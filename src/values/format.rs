//! Values of `format`, and the checks of those formats that decide whether a value can be read.

use std::net::{Ipv4Addr, Ipv6Addr};

use keystub_server_runtime::base64::Base64;
use keystub_server_runtime::json;

use super::seed::Seed;
use super::words;
use crate::model::format::{is_date, is_date_time, is_uuid};

/// A text of the format, if it is known. The words of the name order times: a creation is before an update.
pub(super) fn text(format: &str, name: &[String], seed: &mut Seed) -> Option<String> {
    let text = match format {
        "date-time" => format!("{}T{}Z", date(name, seed), clock(seed)),
        "date" => date(name, seed),
        "time" => format!("{}Z", clock(seed)),
        "duration" => format!("P{}D", seed.below(30) + 1),
        "uuid" => uuid(seed),
        "byte" => base64(words::word(seed).as_bytes()),
        "email" | "idn-email" => words::email(seed),
        "hostname" | "idn-hostname" => format!("{}.example.com", words::word(seed)),
        "ipv4" => format!("192.0.2.{}", seed.below(254) + 1),
        "ipv6" => format!("2001:db8::{:x}", seed.below(0xffff) + 1),
        "uri" | "url" | "iri" | "uri-reference" | "iri-reference" => words::url(seed),
        "uri-template" => format!("https://example.com/{}/{{id}}", words::word(seed)),
        "json-pointer" => format!("/{}", words::word(seed)),
        "relative-json-pointer" => format!("1/{}", words::word(seed)),
        "regex" => format!("^{}$", words::word(seed)),
        "password" => format!("{}-{}-{}", words::word(seed), words::word(seed), seed.below(1000)),
        _ => return None,
    };
    Some(text)
}

/// The shortest text of a format that can vary in length.
pub(super) fn short(format: &str) -> Option<&'static str> {
    match format {
        "email" | "idn-email" => Some("a@b.co"),
        "hostname" | "idn-hostname" => Some("b.co"),
        "uri" | "url" | "iri" => Some("urn:a"),
        "uri-reference" | "iri-reference" | "uri-template" => Some("a"),
        "ipv6" => Some("::1"),
        "ipv4" => Some("1.1.1.1"),
        "byte" | "json-pointer" => Some(""),
        "duration" => Some("P1D"),
        _ => None,
    }
}

/// Whether a text can be read as this format. Formats that generated code reads as any string are not checked.
pub(super) fn is_valid(format: &str, text: &str) -> bool {
    match format {
        "date-time" => is_date_time(text),
        "date" => is_date(text),
        "uuid" => is_uuid(text),
        "byte" => json::read::<Base64>(&json::Value::String(text.into())).is_ok(),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        _ => true,
    }
}

/// The integers that a format can hold.
pub(super) fn integers(format: Option<&str>) -> (i128, i128) {
    match format {
        Some("int8") => (i8::MIN.into(), i8::MAX.into()),
        Some("int16") => (i16::MIN.into(), i16::MAX.into()),
        Some("int32") => (i32::MIN.into(), i32::MAX.into()),
        Some("uint8") => (0, u8::MAX.into()),
        Some("uint16") => (0, u16::MAX.into()),
        Some("uint32") => (0, u32::MAX.into()),
        Some("uint64") => (0, u64::MAX.into()),
        _ => (i64::MIN.into(), i64::MAX.into()),
    }
}

fn date(name: &[String], seed: &mut Seed) -> String {
    let is = |words: &[&str]| name.iter().any(|part| words.contains(&part.as_str()));
    let year = if is(&["birth", "birthday", "born", "dob"]) {
        1950 + seed.below(50)
    } else if is(&["updated", "modified", "changed", "end", "ends", "to", "until", "finished", "completed"]) {
        2025
    } else if is(&["expires", "expiry", "expiration", "due"]) {
        2030
    } else {
        2024
    };
    format!("{year}-{:02}-{:02}", seed.below(12) + 1, seed.below(28) + 1)
}

fn clock(seed: &mut Seed) -> String {
    format!("{:02}:{:02}:{:02}", seed.below(24), seed.below(60), seed.below(60))
}

/// A version 4 UUID (RFC 9562, section 5.4).
fn uuid(seed: &mut Seed) -> String {
    let (high, low) = (seed.next(), seed.next());
    let (a, b, c) = (high >> 32, (high >> 16) & 0xffff, high & 0x0fff);
    let (d, e) = ((low >> 48) & 0x3fff | 0x8000, low & 0xffff_ffff_ffff);
    format!("{a:08x}-{b:04x}-4{c:03x}-{d:04x}-{e:012x}")
}

fn base64(bytes: &[u8]) -> String {
    let quoted = json::to_vec(&Base64(bytes.to_vec())).unwrap_or_default();
    String::from_utf8_lossy(&quoted).trim_matches('"').to_owned()
}

/// A text of the format with at least this length, if the format has texts of any length.
pub(super) fn long(format: &str, length: usize) -> Option<String> {
    let tail = "a".repeat(length);
    match format {
        "uri" | "url" | "iri" | "uri-reference" | "iri-reference" | "uri-template" => {
            Some(format!("https://example.com/{tail}"))
        }
        "json-pointer" => Some(format!("/{tail}")),
        "byte" => Some(base64(tail.as_bytes())),
        "password" => Some(tail),
        _ => None,
    }
}

/// Whether a text is of this format, also if generated code does not check it; true for unknown formats.
pub(super) fn is_strict(format: &str, text: &str) -> bool {
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    match format {
        "email" | "idn-email" => text.split_once('@').is_some_and(|(user, host)| {
            is_word(user) && host.contains('.') && is_host(host) && !user.starts_with('.') && !user.ends_with('.')
        }),
        "hostname" | "idn-hostname" => is_host(text),
        "uri" | "url" | "iri" => {
            let scheme = text.split_once(':').map(|(scheme, _)| scheme);
            is_word(text) && scheme.is_some_and(|scheme| scheme.bytes().all(|byte| byte.is_ascii_alphabetic()))
        }
        "uri-reference" | "iri-reference" => is_word(text),
        "time" => text.strip_suffix('Z').is_some_and(|clock| is_date_time(&format!("2024-01-01T{clock}Z"))),
        "duration" => text.starts_with('P') && text.len() > 2,
        "json-pointer" => text.is_empty() || text.starts_with('/'),
        _ => is_valid(format, text),
    }
}

fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}
