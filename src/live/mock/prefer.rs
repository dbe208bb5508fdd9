//! The header `Prefer` (RFC 7240), by which a caller chooses the response.

use std::time::Duration;

use keystub_server_runtime::axum::http::HeaderMap;

/// The longest wait.
const LONGEST: Duration = Duration::from_secs(60);

/// What the caller prefers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Prefer {
    /// `code`: the status of the response.
    pub code: Option<u16>,
    /// `example`: the name of an example.
    pub example: Option<String>,
    /// `wait`, in seconds: how long the response takes.
    pub wait: Option<Duration>,
}

impl Prefer {
    /// Reads all `Prefer` fields. Of a preference that occurs twice, the first one counts (section 2); unknown ones are
    /// ignored.
    pub fn of(headers: &HeaderMap) -> Self {
        let mut prefer = Self::default();
        let lines = headers.get_all("prefer").iter().filter_map(|line| line.to_str().ok());
        for preference in lines.flat_map(|line| line.split(',')) {
            let preference = preference.split(';').next().unwrap_or_default();
            let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "code" if prefer.code.is_none() => prefer.code = value.parse().ok(),
                "example" if prefer.example.is_none() => prefer.example = Some(value.to_owned()),
                "wait" if prefer.wait.is_none() => {
                    prefer.wait = value.parse().ok().map(|seconds| Duration::from_secs(seconds).min(LONGEST));
                }
                _ => {}
            }
        }
        prefer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_are_read_from_all_fields() {
        let mut headers = HeaderMap::new();
        for line in ["code=404, example=\"small cat\"", "wait=5; x=y", "code=500", "respond-async"] {
            headers.append("prefer", line.parse().unwrap());
        }
        let wait = Some(Duration::from_secs(5));
        assert_eq!(Prefer::of(&headers), Prefer { code: Some(404), example: Some("small cat".to_owned()), wait });
    }

    #[test]
    fn a_wait_is_bounded_and_nonsense_is_ignored() {
        let mut headers = HeaderMap::new();
        headers.append("prefer", "wait=99999999, code=abc".parse().unwrap());
        assert_eq!(Prefer::of(&headers), Prefer { wait: Some(LONGEST), ..Prefer::default() });
    }
}
