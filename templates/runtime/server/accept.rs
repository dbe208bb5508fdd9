//! Chooses the media type of a response by the `Accept` header of the request (RFC 9110, section 12.5.1).

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;

use super::header_text;
use super::media::{essence, fit, parameter};

/// The quality of a range without `q`, in thousandths.
const FULL_QUALITY: u16 = 1000;

/// The one of these media types that the request prefers, the first one if it has no preference. `None` if it accepts
/// none of them.
pub fn preferred<'m>(headers: &HeaderMap, media_types: &[&'m str]) -> Option<&'m str> {
    let fields: Vec<_> = headers.get_all(ACCEPT).iter().map(|value| header_text::decode(value.as_bytes())).collect();
    let ranges: Vec<&str> = fields.iter().flat_map(|field| ranges(field)).collect();
    if ranges.is_empty() {
        return media_types.first().copied();
    }
    let mut best: Option<(u16, &str)> = None;
    for media_type in media_types {
        let quality = quality(media_type, &ranges);
        if quality > best.map_or(0, |(quality, _)| quality) {
            best = Some((quality, media_type));
        }
    }
    best.map(|(_, media_type)| media_type)
}

/// The ranges of a field. A comma within quotes belongs to a parameter.
fn ranges(field: &str) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let pieces = field.split(move |letter: char| {
        let was_escaped = std::mem::take(&mut is_escaped);
        match letter {
            '"' if !was_escaped => is_quoted = !is_quoted,
            '\\' if is_quoted && !was_escaped => is_escaped = true,
            _ => {}
        }
        letter == ',' && !is_quoted
    });
    pieces.map(str::trim).filter(|range| !range.is_empty())
}

/// The quality of a media type: that of the narrowest range that it matches; 0 if it matches none.
fn quality(media_type: &str, ranges: &[&str]) -> u16 {
    let matching = ranges.iter().map(|range| (width(media_type, range), weight(range)));
    matching.filter(|(width, _)| *width > 0).max_by_key(|(width, _)| *width).map_or(0, |(_, weight)| weight)
}

/// How narrow the range is that this media type matches; 0 if it does not. The media type may be a range of the document.
fn width(media_type: &str, range: &str) -> u8 {
    let (own, range_essence) = (essence(media_type), essence(range));
    let kind = |essence: &str| essence.split('/').next().unwrap_or_default().to_owned();
    if own == range_essence {
        return fit(media_type, range);
    }
    match range_essence.as_str() {
        "*/*" | "*" => 1,
        other if other.ends_with("/*") && (kind(other) == kind(&own) || own == "*/*") => 2,
        _ if own == "*/*" || own.ends_with("/*") && kind(&own) == kind(&range_essence) => 3,
        _ => 0,
    }
}

/// The weight of a range in thousandths (RFC 9110, section 12.4.2). An invalid weight is ignored.
fn weight(range: &str) -> u16 {
    let weight = parameter(range, "q").and_then(|text| text.parse::<f32>().ok());
    match weight.filter(|weight| (0.0..=1.0).contains(weight)) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between 0 and 1000
        Some(weight) => (weight * f32::from(FULL_QUALITY)).round() as u16,
        None => FULL_QUALITY,
    }
}
