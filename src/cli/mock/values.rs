//! The values of flags: times and shares.

use std::ops::RangeInclusive;
use std::time::Duration;

/// `30s`, `200ms`, `5m`, `1h`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| "expected a number and a unit, such as `30s`".to_owned())?;
    let (seconds, is_fine) = match unit {
        "ms" => return Ok(Duration::from_millis(number)),
        "s" => (Some(number), true),
        "m" => (number.checked_mul(60), true),
        "h" => (number.checked_mul(3600), true),
        _ => (None, false),
    };
    // A year is more than anyone waits, and far from the end of the clock.
    match seconds.filter(|seconds| *seconds <= 366 * 86_400) {
        Some(seconds) => Ok(Duration::from_secs(seconds)),
        None if is_fine => Err("longer than a year".to_owned()),
        None => Err("the unit must be `ms`, `s`, `m` or `h`".to_owned()),
    }
}

/// `200ms`, or `50ms..400ms`.
pub(super) fn latency(text: &str) -> Result<RangeInclusive<Duration>, String> {
    let (least, most) = text.split_once("..").unwrap_or((text, text));
    let (least, most) = (duration(least)?, duration(most)?);
    if least > most { Err("the range is empty".to_owned()) } else { Ok(least..=most) }
}

/// `5%`.
pub(super) fn percent(text: &str) -> Result<f64, String> {
    let number: f64 = text.trim_end_matches('%').parse().map_err(|_| "expected a number such as `5%`".to_owned())?;
    if (0.0..=100.0).contains(&number) { Ok(number / 100.0) } else { Err("expected 0% to 100%".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit() {
        let milliseconds = Duration::from_millis;
        let cases =
            [("50ms", Some(milliseconds(50))), ("2s", Some(milliseconds(2000))), ("1h", Some(milliseconds(3_600_000)))];
        let bad = ["5", "s", "", "-1s", "5d", "99999999999999999999s", "18446744073709551615h", "1é"];
        for (text, expected) in cases.into_iter().chain(bad.map(|text| (text, None))) {
            assert_eq!(duration(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn latencies_are_one_duration_or_a_range() {
        let range = |least, most| Some(Duration::from_millis(least)..=Duration::from_millis(most));
        let cases = [("50ms", range(50, 50)), ("50ms..400ms", range(50, 400)), ("4s..1s", None), ("..", None)];
        for (text, expected) in cases {
            assert_eq!(latency(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn shares_are_percentages() {
        let cases = [("5%", Some(0.05)), ("100", Some(1.0)), ("101%", None), ("NaN", None), ("-1%", None)];
        for (text, expected) in cases {
            assert_eq!(percent(text).ok(), expected, "{text}");
        }
    }
}
