//! `Set-Cookie` header fields (RFC 6265bis, section 4.1) that scripts and other sites cannot use unless the application allows it.

use std::fmt;
use std::time::Duration;

use super::request_parts::{HeaderError, ResponseHeaders};

/// The maximum length of name and value together (RFC 6265bis, section 5.6).
const MAX_LENGTH: usize = 4096;

/// A cookie for a response. By default it is `HttpOnly`, `Secure` and `SameSite=Lax`, is sent for every path of this host, and is
/// forgotten when the browser is closed.
#[derive(Clone, PartialEq, Eq)]
pub struct SetCookie {
    name: String,
    value: String,
    path: String,
    domain: Option<String>,
    max_age: Option<Duration>,
    same_site: SameSite,
    is_secure: bool,
    is_http_only: bool,
}

/// For which requests of pages of other sites a cookie is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// Only requests of pages of this site.
    Strict,
    /// Also links from other sites.
    Lax,
    /// All requests. Those of other sites have the cookie, so they need another protection.
    None,
}

/// Why a cookie cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieError {
    /// The name is empty or has a character that a name cannot have.
    Name,
    /// The value has a space, a comma, a semicolon, a quote, a backslash or a character that is not ASCII. Encode it first.
    Value,
    /// The path does not begin with a slash, or has a semicolon or a control character.
    Path,
    /// The domain is not a host name.
    Domain,
    /// Name and value have more than 4096 bytes.
    Length,
    /// The cookie has attributes that browsers reject for its name or for `SameSite=None`.
    Attributes(&'static str),
}

impl fmt::Display for CookieError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "invalid name of a cookie; expected letters, digits and the characters !#$%&'*+-.^_`|~",
            Self::Value => r#"invalid value of a cookie; expected visible ASCII without `"`, `,`, `;` and `\`"#,
            Self::Path => "invalid path of a cookie; expected a slash, then visible ASCII or spaces without semicolons",
            Self::Domain => "invalid domain of a cookie; expected a host name such as `example.com`",
            Self::Length => "name and value of a cookie have more than 4096 bytes",
            Self::Attributes(reason) => reason,
        })
    }
}

impl std::error::Error for CookieError {}

impl fmt::Debug for SetCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The value may be a session.
        f.debug_struct("SetCookie").field("name", &self.name).finish_non_exhaustive()
    }
}

impl SetCookie {
    /// A cookie with the default attributes.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            path: "/".to_owned(),
            domain: None,
            max_age: None,
            same_site: SameSite::Lax,
            is_secure: true,
            is_http_only: true,
        }
    }

    /// Makes a browser forget a cookie. Path and domain must be those with which it was set.
    pub fn removed(name: impl Into<String>) -> Self {
        Self::new(name, "").max_age(Duration::ZERO)
    }

    /// Sets how long the cookie is kept, in whole seconds.
    #[must_use]
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// Sets the path below which the cookie is sent. Default: `/`. It does not protect the cookie from other paths of the host.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Sends the cookie to this domain and all hosts below it. By default only this host receives it.
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// Sets for which requests of pages of other sites the cookie is sent. Default: `Lax`.
    #[must_use]
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// Lets scripts of the page read the cookie.
    #[must_use]
    pub fn allow_scripts(mut self) -> Self {
        self.is_http_only = false;
        self
    }

    /// Sends the cookie over plain http as well.
    #[must_use]
    pub fn allow_insecure_http(mut self) -> Self {
        self.is_secure = false;
        self
    }

    /// The value of the header field.
    ///
    /// # Errors
    ///
    /// If the cookie would be read as another one, or browsers would ignore it.
    pub fn header_value(&self) -> Result<String, CookieError> {
        self.check()?;
        let mut text = format!("{}={}; Path={}", self.name, self.value, self.path);
        if let Some(domain) = &self.domain {
            text += &format!("; Domain={domain}");
        }
        if let Some(age) = self.max_age {
            text += &format!("; Max-Age={}", age.as_secs());
        }
        text += match self.same_site {
            SameSite::Strict => "; SameSite=Strict",
            SameSite::Lax => "; SameSite=Lax",
            SameSite::None => "; SameSite=None",
        };
        text += if self.is_secure { "; Secure" } else { "" };
        text += if self.is_http_only { "; HttpOnly" } else { "" };
        Ok(text)
    }

    fn check(&self) -> Result<(), CookieError> {
        let is_domain = |domain: &str| {
            let is_label =
                |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            domain.split('.').all(is_label)
        };
        if self.name.is_empty() || !self.name.bytes().all(is_token) {
            return Err(CookieError::Name);
        }
        if !self.value.bytes().all(is_cookie_octet) {
            return Err(CookieError::Value);
        }
        if !self.path.starts_with('/') || !self.path.bytes().all(|b| matches!(b, b' '..=b'~') && b != b';') {
            return Err(CookieError::Path);
        }
        if self.domain.as_deref().is_some_and(|domain| !is_domain(domain)) {
            return Err(CookieError::Domain);
        }
        if self.name.len() + self.value.len() > MAX_LENGTH {
            return Err(CookieError::Length);
        }
        self.check_attributes()
    }

    /// RFC 6265bis, sections 4.1.3 and 5.6. Browsers compare the prefixes without regard to case.
    fn check_attributes(&self) -> Result<(), CookieError> {
        let name = self.name.to_ascii_lowercase();
        let is_of_host = name.starts_with("__host-");
        if is_of_host && (self.domain.is_some() || self.path != "/") {
            return Err(CookieError::Attributes("a `__Host-` cookie needs the path `/` and has no domain"));
        }
        if (is_of_host || name.starts_with("__secure-")) && !self.is_secure {
            return Err(CookieError::Attributes("a `__Host-` or `__Secure-` cookie needs `Secure`"));
        }
        if self.same_site == SameSite::None && !self.is_secure {
            return Err(CookieError::Attributes("a cookie with `SameSite=None` needs `Secure`"));
        }
        Ok(())
    }
}

impl ResponseHeaders {
    /// Adds a cookie to the response.
    ///
    /// # Errors
    ///
    /// If the cookie would be read as another one, or browsers would ignore it.
    pub fn set_cookie(&self, cookie: &SetCookie) -> Result<(), CookieError> {
        let value = cookie.header_value()?;
        self.append("Set-Cookie", &value).map_err(|error| match error {
            HeaderError::Name | HeaderError::Value | HeaderError::Reserved => CookieError::Value,
        })
    }
}

/// RFC 9110, section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// RFC 6265bis, section 4.1.1.
fn is_cookie_octet(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\')
}
