//! Formats of strings that have their own types. An invalid default would make generated code panic, so it is checked
//! before.

/// Whether the text is a `full-date` (RFC 3339, section 5.6).
pub fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_shaped = bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() });
    if !is_shaped {
        return false;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u32>().unwrap_or_default();
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// Whether the text is a `date-time` (RFC 3339, section 5.6) without leap seconds.
pub fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't']) else { return false };
    let Some(at) = time.find(['Z', 'z', '+', '-']) else { return false };
    let (clock, offset) = time.split_at(at);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let is_fraction = !fraction.is_empty() && fraction.len() <= 9 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let is_clock = is_clock(clock, &[23, 59, 59]);
    let is_offset = matches!(offset, "Z" | "z") || is_clock_of(&offset[1..]);
    is_date(date) && is_clock && is_fraction && is_offset
}

fn is_clock_of(offset: &str) -> bool {
    is_clock(offset, &[23, 59])
}

/// Two digits each, within their limits, separated by colons.
fn is_clock(text: &str, bounds: &[u32]) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let is_within = |(part, bound): (&&str, &u32)| {
        part.len() == 2
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse::<u32>().is_ok_and(|number| number <= *bound)
    };
    parts.len() == bounds.len() && parts.iter().zip(bounds).all(is_within)
}

/// Whether the text is a UUID in the usual form (RFC 9562, section 4).
pub fn is_uuid(text: &str) -> bool {
    let is_right = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.bytes().enumerate().all(is_right)
}

#[cfg(test)]
mod tests {
    use super::{is_date, is_date_time, is_uuid};

    #[test]
    fn dates_are_calendar_days() {
        for text in ["2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"] {
            assert!(is_date(text), "{text}");
        }
        for text in
            ["2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-1-01", "20240101", "", "２０２４-01-01"]
        {
            assert!(!is_date(text), "{text}");
        }
    }

    #[test]
    fn date_times_have_an_offset() {
        for text in ["2024-02-29T00:00:00Z", "2024-02-29t23:59:59.123+14:00", "2024-02-29T00:00:00-00:30"] {
            assert!(is_date_time(text), "{text}");
        }
        for text in
            ["2024-02-29", "2024-02-29T00:00:00", "2024-02-29T24:00:00Z", "2024-02-29T00:00Z", "2024-02-29T00:00:00.Z"]
        {
            assert!(!is_date_time(text), "{text}");
        }
    }

    #[test]
    fn uuid_has_36_characters() {
        assert!(is_uuid("67e55044-10b1-426f-9247-bb680e5fe0c8"));
        assert!(!is_uuid("67e5504410b1426f9247bb680e5fe0c8") && !is_uuid("67e55044-10b1-426f-9247-bb680e5fe0cg"));
    }
}
