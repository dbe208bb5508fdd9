//! Compares the URL of a proof with that of its request (RFC 9449, section 4.3).

use reqwest::Url;

use super::jwks::secure_url;
use super::jwt_keys::KeyError;

/// The URL of the API as its callers know it.
#[derive(Debug, Clone)]
pub(super) struct PublicUrl {
    origin: Url,
    /// Without a slash at the end.
    path: String,
}

impl PublicUrl {
    pub(super) fn new(text: &str) -> Result<Self, KeyError> {
        let mut origin = secure_url(text)?;
        if origin.query().is_some() || origin.fragment().is_some() || has_login(&origin) {
            return Err(KeyError::new("the URL must not have a query, a fragment or user information"));
        }
        let path = normal(origin.path().trim_end_matches('/'));
        origin.set_path("");
        Ok(Self { origin, path })
    }

    /// Whether `htu` is the URL of the request with this path. A query and a fragment are ignored.
    pub(super) fn is_of(&self, htu: &str, path: &str) -> bool {
        let Ok(url) = Url::parse(htu) else { return false };
        let has_origin = url.origin() == self.origin.origin() && !has_login(&url);
        has_origin && path_of(htu).is_some_and(|own| normal(own) == format!("{}{}", self.path, normal(path)))
    }
}

fn has_login(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// The path of a URL as written: `Url` would remove its dot segments, which the router of the server does not.
fn path_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let rest = &rest[..rest.find(['?', '#']).unwrap_or(rest.len())];
    Some(rest.find('/').map_or("/", |at| &rest[at..]))
}

/// The path with normal percent-encoding (RFC 3986, section 6.2.2): hexadecimal digits in upper case, and unreserved
/// characters decoded.
fn normal(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let Some(byte) = rest.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok()) else {
            out.push('%');
            rest = &rest[at + 1..];
            continue;
        };
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        rest = &rest[at + 3..];
    }
    out.push_str(rest);
    out
}
