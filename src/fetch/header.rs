//! Header fields for private documents.

use std::fmt;

use reqwest::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderName, HeaderValue, TRANSFER_ENCODING};

/// A header field whose value is never printed.
#[derive(Clone)]
pub(crate) struct Header {
    pub(super) name: HeaderName,
    pub(super) value: HeaderValue,
}

impl Header {
    /// Parses `NAME: VALUE`. A last word `env:VARIABLE` is the value of an environment variable, which `variable` returns.
    pub(crate) fn parse(text: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let (name, value) = text.split_once(':').ok_or("`--header` must be `NAME: VALUE`")?;
        let name: HeaderName =
            name.trim().parse().map_err(|_| "`--header` must begin with the name of a header field".to_owned())?;
        if [CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING].contains(&name) {
            return Err(format!("`--header` cannot set `{name}`"));
        }
        let value = value.trim();
        let (start, last) =
            value.rsplit_once(' ').map_or(("", value), |_| value.split_at(value.rfind(' ').unwrap_or(0) + 1));
        let value = match last.strip_prefix("env:") {
            Some(wanted) => {
                let found = variable(wanted).filter(|found| !found.is_empty());
                let found =
                    found.ok_or_else(|| format!("the environment variable `{wanted}` of `--header` is not set"))?;
                format!("{start}{found}")
            }
            None => value.to_owned(),
        };
        let mut value = HeaderValue::from_str(&value)
            .map_err(|_| format!("the value of the header field `{name}` has characters that are not allowed"))?;
        value.set_sensitive(true);
        Ok(Self { name, value })
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Header({}: …)", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::Header;

    #[test]
    fn values_come_from_the_environment_and_are_not_printed() {
        let variable = |name: &str| (name == "TOKEN").then(|| "secret".to_owned());
        for (text, value) in [
            ("Authorization: Bearer env:TOKEN", "Bearer secret"),
            ("X-Key:env:TOKEN", "secret"),
            ("X-Key: secret with words", "secret with words"),
        ] {
            let header = Header::parse(text, variable).unwrap();
            assert_eq!(header.value.to_str().unwrap(), value);
            assert!(!format!("{header:?}").contains("secret"));
        }
        for text in ["secret", "a b: secret", "X: secret\nY: z", "Host: secret", "X: env:OTHER", ": secret"] {
            let message = Header::parse(text, variable).unwrap_err();
            assert!(!message.contains("secret"), "{message}");
        }
    }
}
