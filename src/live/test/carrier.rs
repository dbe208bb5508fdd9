//! Where a request carries the credential of a scheme, and requests that carry another one. They are made from the encoded
//! request, which the runtime of generated clients made.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::model::security::{self as model, KeyPlace, Scheme};
use keystub_client_runtime::reqwest::Request;
use keystub_client_runtime::reqwest::header::{COOKIE, HeaderName, HeaderValue};

/// Everything except the unreserved characters (RFC 3986, section 2.3).
pub(super) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The place of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::live) enum Carrier {
    /// A header field, with the name of the authentication scheme before the credential if there is one.
    Header { name: HeaderName, word: Option<String> },
    /// A pair of the query.
    Query(String),
    /// A cookie.
    Cookie(String),
    /// The client certificate of the connection.
    Certificate,
}

/// The order of a valid and an invalid credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::live) enum Order {
    ValidFirst,
    ValidLast,
}

impl Carrier {
    /// The place of the credential of a scheme; `None` if its name is not valid in its place.
    pub fn of(scheme: &Scheme) -> Option<Self> {
        Some(match scheme.carrier() {
            model::Carrier::Key(KeyPlace::Header, name) => Self::Header { name: name.parse().ok()?, word: None },
            model::Carrier::Key(KeyPlace::Query, name) => Self::Query(name.to_owned()),
            model::Carrier::Key(KeyPlace::Cookie, name) => Self::Cookie(name.to_owned()),
            model::Carrier::Authorization(word) => {
                Self::Header { name: HeaderName::from_static("authorization"), word: Some(word.to_owned()) }
            }
            model::Carrier::Connection => Self::Certificate,
        })
    }

    /// The credential that a request carries.
    pub fn value(&self, request: &Request) -> Option<String> {
        match self {
            Self::Header { name, word } => {
                let text = request.headers().get(name)?.to_str().ok()?;
                let text = match word {
                    Some(_) => text.split_once(' ')?.1,
                    None => text,
                };
                Some(text.to_owned())
            }
            Self::Query(name) => {
                pairs(request).find(|pair| is_named(pair, name)).map(|pair| decoded(after_equals(pair)))
            }
            Self::Cookie(name) => {
                let found = cookies(request).into_iter().find(|cookie| cookie.split('=').next() == Some(name));
                found.map(|cookie| after_equals(&cookie).to_owned())
            }
            Self::Certificate => None,
        }
    }

    /// The request with another credential; `None` if it cannot be written in this place.
    pub fn replaced(&self, request: &Request, value: &str) -> Option<Request> {
        let request = self.removed(request)?;
        self.added(request, value)
    }

    /// The request with this credential in addition to its own.
    pub fn doubled(&self, request: &Request, value: &str, order: Order) -> Option<Request> {
        match order {
            Order::ValidFirst => self.added(request.try_clone()?, value),
            Order::ValidLast => {
                let valid = self.value(request)?;
                let invalid = self.replaced(request, value)?;
                self.added(invalid, &valid)
            }
        }
    }

    /// The request without the credential.
    pub fn removed(&self, request: &Request) -> Option<Request> {
        let mut request = request.try_clone()?;
        match self {
            Self::Header { name, .. } => {
                request.headers_mut().remove(name);
            }
            Self::Query(name) => {
                let rest: Vec<String> =
                    pairs(&request).filter(|pair| !is_named(pair, name)).map(str::to_owned).collect();
                set_query(&mut request, &rest);
            }
            Self::Cookie(name) => {
                let mut rest = cookies(&request);
                rest.retain(|cookie| cookie.split('=').next() != Some(name));
                set_cookies(&mut request, &rest)?;
            }
            Self::Certificate => return None,
        }
        Some(request)
    }

    /// The request with this credential, after those that are already there.
    pub fn added(&self, mut request: Request, value: &str) -> Option<Request> {
        match self {
            Self::Header { name, word } => {
                let text = match word {
                    Some(word) => format!("{word} {value}"),
                    None => value.to_owned(),
                };
                request.headers_mut().append(name, HeaderValue::from_str(&text).ok()?);
            }
            Self::Query(name) => {
                let encoded = |text| utf8_percent_encode(text, RESERVED).to_string();
                let mut all: Vec<String> = pairs(&request).map(str::to_owned).collect();
                all.push(format!("{}={}", encoded(name), encoded(value)));
                set_query(&mut request, &all);
            }
            Self::Cookie(name) => {
                let mut all = cookies(&request);
                all.push(format!("{name}={value}"));
                set_cookies(&mut request, &all)?;
            }
            Self::Certificate => return None,
        }
        Some(request)
    }

    /// How the place is called.
    pub fn text(&self) -> String {
        match self {
            Self::Header { name, .. } => format!("header {name}"),
            Self::Query(name) => format!("query parameter {name}"),
            Self::Cookie(name) => format!("cookie {name}"),
            Self::Certificate => "client certificate".to_owned(),
        }
    }
}

fn pairs(request: &Request) -> impl Iterator<Item = &str> {
    request.url().query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty())
}

fn after_equals(pair: &str) -> &str {
    pair.split_once('=').map_or("", |(_, value)| value)
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

fn is_named(pair: &str, name: &str) -> bool {
    decoded(pair.split('=').next().unwrap_or_default()) == name
}

fn set_query(request: &mut Request, pairs: &[String]) {
    let query = pairs.join("&");
    request.url_mut().set_query((!query.is_empty()).then_some(&query));
}

fn cookies(request: &Request) -> Vec<String> {
    let fields = request.headers().get_all(COOKIE).into_iter().filter_map(|field| field.to_str().ok());
    fields.flat_map(|field| field.split(';')).map(|cookie| cookie.trim().to_owned()).collect()
}

fn set_cookies(request: &mut Request, cookies: &[String]) -> Option<()> {
    request.headers_mut().remove(COOKIE);
    if !cookies.is_empty() {
        request.headers_mut().insert(COOKIE, HeaderValue::from_str(&cookies.join("; ")).ok()?);
    }
    Some(())
}
