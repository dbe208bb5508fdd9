//! References within the document as URI fragments (RFC 6901, section 6).

use crate::diag::Pointer;

/// The pointers that a reference may mean: its fragment decoded, and as written.
pub(super) fn pointers(reference: &str) -> Vec<Pointer> {
    reference.strip_prefix('#').map(pointers_of).unwrap_or_default()
}

pub(super) fn pointers_of(fragment: &str) -> Vec<Pointer> {
    let texts = [percent_decoded(fragment), Some(fragment.to_owned())];
    texts.into_iter().flatten().filter_map(|text| Pointer::parse(&text)).collect()
}

/// The reference to `at`.
pub fn fragment_of(at: &Pointer) -> String {
    at.to_string().replace('%', "%25")
}

/// Decodes the percent-encoding of a fragment (RFC 6901, section 6); `None` if it is invalid.
pub(super) fn percent_decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let code = part.get(..2).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(code, 16).ok()?);
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}
