//! The text of headers (RFC 9110, section 5.5): only ASCII is sent; what is received may also be UTF-8 or ISO-8859-1.

use std::borrow::Cow;

/// Checks that a text can be sent as the value of a header and arrives unchanged.
///
/// # Errors
///
/// The reason, if it cannot.
pub fn check(text: &str) -> Result<(), &'static str> {
    check_part(text)?;
    if text.is_ascii() { Ok(()) } else { Err("a header must contain only ASCII characters") }
}

/// As [`check`], for a header of a part of a multipart body, which is UTF-8 (RFC 7578, section 5.1).
///
/// # Errors
///
/// The reason, if the text cannot be sent.
pub fn check_part(text: &str) -> Result<(), &'static str> {
    if text.chars().any(|c| c.is_control() && c != '\t') {
        return Err("a header must not contain control characters");
    }
    if trim(text) != text {
        return Err("a header must not begin or end with a space or tab, which recipients remove");
    }
    Ok(())
}

/// The bytes of tokens.
const TOKEN68: [bool; 256] = {
    let mut bytes = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let is_other = matches!(byte as u8, b'-' | b'.' | b'_' | b'~' | b'+' | b'/');
        bytes[byte] = is_other || (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    bytes
};

/// Whether this is a bearer token (RFC 6750, section 2.1). It has no spaces and no commas, so it is not a second credential.
pub fn is_token68(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|byte| TOKEN68[usize::from(byte)])
}

/// The text of a received header: UTF-8 if it is valid, else ISO-8859-1.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        // The first 256 code points of Unicode are those of ISO-8859-1.
        Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    }
}

/// Removes the optional white space of HTTP (RFC 9110, section 5.6.3), but no other characters that Unicode counts as
/// white space.
pub fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}
