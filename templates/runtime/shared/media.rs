//! Compares media types of messages (RFC 9110, section 8.3.1) with those that the document lists.

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
/// then `application/octet-stream`.
pub fn fit(came: &str, named: &str) -> u8 {
    const BYTES: &str = "application/octet-stream";
    let (came, named) = (essence(came), essence(named));
    let (kind, sub) = named.split_once('/').unwrap_or((&named, ""));
    let (came_kind, came_sub) = came.split_once('/').unwrap_or((&came, ""));
    match (kind, sub) {
        _ if came == named => 6,
        (kind, sub) if sub.starts_with("*+") && kind == came_kind && came_sub.ends_with(&sub[1..]) => 5,
        (kind, "*") if kind == came_kind => 4,
        ("*", _) => 3,
        _ if is_json(&came) && is_json(&named) => 2,
        _ if named == BYTES || came == BYTES && !is_json(&named) && kind != "text" && kind != "multipart" => 1,
        _ => 0,
    }
}

/// The index of the best match, the first one if several are equal.
pub fn choose<'m>(came: &str, named: impl Iterator<Item = &'m str>) -> Option<usize> {
    let fits = named.map(|named| fit(came, named)).enumerate().filter(|(_, fit)| *fit > 0);
    fits.min_by_key(|(_, fit)| std::cmp::Reverse(*fit)).map(|(at, _)| at)
}
