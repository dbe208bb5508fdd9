//! Compares media types of messages (RFC 9110, section 8.3.1) with those that the document lists, and decodes text.

/// A media type in lower case and without parameters; empty if there is none.
pub fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether this is a JSON media type.
pub fn is_json(essence: &str) -> bool {
    matches!(essence, "application/json" | "text/json") || essence.ends_with("+json")
}

/// How well a media type matches one that the document lists; 0 if it does not.
///
/// An equal media type matches best, then the narrowest range (RFC 9110, section 12.5.1), then another JSON media type,
/// then `application/octet-stream`. A media type with another value for a listed parameter does not match; one without
/// the parameter matches less well.
pub fn fit(came: &str, named: &str) -> u8 {
    const BYTES: &str = "application/octet-stream";
    if came.eq_ignore_ascii_case(named) && !came.contains(';') {
        return INCOMPLETE + 1;
    }
    let of_parameters = fit_of_parameters(came, named);
    let (came, named) = (essence(came), essence(named));
    let (kind, sub) = named.split_once('/').unwrap_or((&named, ""));
    let (came_kind, came_sub) = came.split_once('/').unwrap_or((&came, ""));
    match (kind, sub) {
        _ if came == named => of_parameters,
        (kind, sub) if sub.starts_with("*+") && kind == came_kind && came_sub.ends_with(&sub[1..]) => 5,
        (kind, "*") if kind == came_kind => 4,
        ("*", _) => 3,
        _ if is_json(&came) && is_json(&named) => 2,
        _ if named == BYTES || came == BYTES && !is_json(&named) && kind != "text" && kind != "multipart" => 1,
        _ => 0,
    }
}

/// The fit of equal media types without a parameter that the document lists.
const INCOMPLETE: u8 = 6;

/// The fit of equal media types by their parameters.
fn fit_of_parameters(came: &str, named: &str) -> u8 {
    let (came, mut is_complete, mut count) = (parameters(came), true, 0);
    for (name, value) in parameters(named) {
        // These belong to the message, not to the type of its content.
        if matches!(name.as_str(), "boundary" | "charset" | "q") {
            continue;
        }
        match came.iter().find(|(other, _)| *other == name) {
            Some((_, other)) if other.eq_ignore_ascii_case(&value) => count += 1,
            Some(_) => return 0,
            None => is_complete = false,
        }
    }
    if is_complete { INCOMPLETE + 1 + count.min(8) } else { INCOMPLETE }
}

/// The index of the best match, the first one if several are equal. `None` also if the media type lacks the parameters
/// by which the listed ones differ.
pub fn choose<'m>(came: &str, named: impl Iterator<Item = &'m str>) -> Option<usize> {
    let fits: Vec<u8> = named.map(|named| fit(came, named)).collect();
    let best = fits.iter().copied().max().filter(|fit| *fit > 0)?;
    if best == INCOMPLETE && fits.iter().filter(|fit| **fit == best).count() > 1 {
        return None;
    }
    fits.iter().position(|fit| *fit == best)
}

/// The value of a parameter (RFC 9110, section 5.6.6).
pub fn parameter(media_type: &str, name: &str) -> Option<String> {
    parameters(media_type).into_iter().find(|(own, _)| own == name).map(|(_, value)| value)
}

/// The parameters, with names in lower case and values without quotes.
fn parameters(media_type: &str) -> Vec<(String, String)> {
    let (mut pieces, mut piece) = (Vec::new(), String::new());
    let (mut is_quoted, mut letters) = (false, media_type.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '"' => is_quoted = !is_quoted,
            ';' if !is_quoted => pieces.push(std::mem::take(&mut piece)),
            '\\' if is_quoted => piece.extend(letters.next()),
            letter => piece.push(letter),
        }
    }
    pieces.push(piece);
    let pairs = pieces.iter().skip(1).filter_map(|piece| piece.split_once('='));
    pairs.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned())).collect()
}

/// Why a text cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextError {
    /// The media type names a character encoding that is not supported.
    Charset(String),
    /// The bytes are not UTF-8.
    Bytes,
}

impl TextError {
    /// The error in words.
    pub fn message(&self) -> String {
        match self {
            Self::Charset(name) => format!("unsupported charset `{name}`; expected `utf-8` or `iso-8859-1`"),
            Self::Bytes => "the text is not UTF-8".to_owned(),
        }
    }
}

/// Decodes a text by the `charset` of its media type. Default: UTF-8.
///
/// # Errors
///
/// If the charset is not supported, or the bytes are not text in it.
pub fn text(bytes: &[u8], media_type: Option<&str>) -> Result<String, TextError> {
    let charset =
        media_type.and_then(|media_type| parameter(media_type, "charset")).map(|name| name.to_ascii_lowercase());
    match charset.as_deref() {
        None | Some("utf-8" | "utf8" | "us-ascii" | "ascii") => {
            std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| TextError::Bytes)
        }
        // The first 256 code points of Unicode are those of ISO-8859-1.
        Some("iso-8859-1" | "iso8859-1" | "latin1") => Ok(bytes.iter().copied().map(char::from).collect()),
        Some(other) => {
            let is_plain = |c: &char| c.is_ascii_alphanumeric() || "-_.:+".contains(*c);
            Err(TextError::Charset(other.chars().filter(is_plain).take(40).collect()))
        }
    }
}
