//! The URL of a server with variables (OpenAPI 3.0.3, section 4.7.6). A value cannot change more of the URL than the
//! document allows, since credentials are sent to its host.

use percent_encoding::percent_decode_str;

use super::error::BuildError;

/// A server of the document.
#[derive(Debug, Clone, Copy)]
pub struct Server {
    /// Its URL with variables in braces.
    pub template: &'static str,
    /// The variables.
    pub variables: &'static [ServerVariable],
}

/// A variable of a server URL.
#[derive(Debug)]
pub struct ServerVariable {
    /// Its name.
    pub name: &'static str,
    /// The value if none is set.
    pub default: &'static str,
    /// The allowed values; empty if any text is allowed.
    pub values: &'static [&'static str],
}

/// A part of a URL.
enum Place {
    Scheme,
    Authority,
    Path,
}

impl Server {
    /// The URL with these values; other variables have their default.
    pub(super) fn url(&self, values: &[(String, String)]) -> Result<String, BuildError> {
        for (name, value) in values {
            let invalid = |why| BuildError::ServerVariable(name.clone(), why);
            let variable = self.variables.iter().find(|variable| variable.name == name);
            let variable = variable.ok_or_else(|| invalid("is not a variable of the server URL"))?;
            self.check(variable, value).map_err(invalid)?;
        }
        let value = |name: &str| {
            let set = values.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
            let variable = self.variables.iter().find(|variable| variable.name == name)?;
            Some(set.unwrap_or(variable.default))
        };
        let pieces = self.pieces().map(|(text, name)| format!("{text}{}", name.and_then(value).unwrap_or_default()));
        let url: String = pieces.collect();
        match values.last() {
            Some((name, _)) if has_dot_segment(&url) => {
                Err(BuildError::ServerVariable(name.clone(), "leads to a URL with a segment `.` or `..`"))
            }
            Some(_) | None => Ok(url),
        }
    }

    fn check(&self, variable: &ServerVariable, value: &str) -> Result<(), &'static str> {
        if !variable.values.is_empty() {
            let is_listed = variable.values.contains(&value);
            return if is_listed { Ok(()) } else { Err("has a value that the document does not list") };
        }
        // The default of a variable after the host may begin the path.
        let begins_path = variable.default.starts_with('/');
        let allowed = |is_allowed: bool, otherwise| if is_allowed { Ok(()) } else { Err(otherwise) };
        match self.place(variable.name) {
            Place::Scheme => {
                allowed(value.bytes().all(|byte| byte.is_ascii_alphanumeric()), "has a value that cannot be a scheme")
            }
            Place::Authority if begins_path && !value.starts_with('/') => {
                Err("has a value that does not begin with `/`, so that it would change the host")
            }
            Place::Authority if !begins_path => {
                allowed(is_authority_text(value), "has a value that cannot be part of a host or port")
            }
            Place::Authority | Place::Path => {
                allowed(is_path_text(value), "has a value with characters that are not allowed in a base URL")
            }
        }
    }

    /// The first part of the URL in which the variable occurs. A template without `://` leaves the whole URL to the user.
    fn place(&self, name: &str) -> Place {
        let Some((scheme, rest)) = self.template.split_once("://") else { return Place::Path };
        let is_in = |text: &str| text.contains(&format!("{{{name}}}"));
        let authority = rest.split('/').next().unwrap_or_default();
        match (is_in(scheme), is_in(authority)) {
            (true, _) => Place::Scheme,
            (false, true) => Place::Authority,
            (false, false) => Place::Path,
        }
    }

    /// The texts of the template, each with the name of the variable after it.
    fn pieces(&self) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
        self.template.split('}').map(|piece| match piece.split_once('{') {
            Some((text, name)) => (text, Some(name)),
            None => (piece, None),
        })
    }
}

fn is_authority_text(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte))
}

fn is_path_text(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\\"<>^`|{}?#".contains(&byte))
}

fn has_dot_segment(value: &str) -> bool {
    let decoded = percent_decode_str(value).decode_utf8_lossy();
    decoded.split('/').any(|segment| matches!(segment, "." | ".."))
}
