//! The codec of dates and times (RFC 3339).

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, SecondsFormat};

use super::json::{Decode, DecodeError, Encode, Node, Writer};

impl Decode for DateTime<FixedOffset> {
    /// Reads RFC 3339. A missing offset, which many servers leave out, is read as UTC.
    fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
        let text = value.string()?;
        let without_offset = || {
            let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"];
            let found = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
            found.map(|time| time.and_utc().fixed_offset())
        };
        let time = DateTime::parse_from_rfc3339(text).ok().or_else(without_offset);
        time.ok_or_else(|| DecodeError::new("expected an RFC 3339 date and time"))
    }
}

impl Encode for DateTime<FixedOffset> {
    fn encode(&self, json: &mut Writer<'_>) {
        json.string(&self.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    }
}

impl Decode for NaiveDate {
    fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
        let date = Self::parse_from_str(value.string()?, "%Y-%m-%d");
        date.map_err(|_| DecodeError::new("expected a date of the form 2026-01-31"))
    }
}

impl Encode for NaiveDate {
    fn encode(&self, json: &mut Writer<'_>) {
        json.string(&self.format("%Y-%m-%d").to_string());
    }
}
