//! `--allow`: changes that are accepted, each with a reason and perhaps until a date.

use toml_edit::{DocumentMut, Item, Table, Value};

/// The accepted changes of a file.
#[derive(Debug)]
pub struct Allowances(Vec<Allowance>);

/// An accepted change.
#[derive(Debug)]
struct Allowance {
    fingerprint: String,
    reason: String,
    expires: Option<Date>,
}

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u64,
    month: u64,
    day: u64,
}

/// What became of the entries of a file.
#[derive(Debug, Default)]
pub struct Use {
    /// For each change, the reason why it is allowed.
    pub reasons: Vec<Option<String>>,
    /// The entries that allowed nothing, as sentences.
    pub unused: Vec<String>,
}

impl Date {
    /// The day with this number of days since 1 January 1970, in the Gregorian calendar.
    pub fn of_days(days: u64) -> Self {
        // Years begin in March, so that the day of a leap year is the last one; eras have 400 years.
        let days = days + 719_468;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        Self { year, month, day: of_year - (153 * shifted + 2) / 5 + 1 }
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Allowances {
    /// Reads a file: a TOML document with tables `[[allow]]`.
    ///
    /// # Errors
    ///
    /// What is wrong with it, without the name of the file.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document: DocumentMut = text.parse().map_err(|error| format!("{error}").trim_end().to_owned())?;
        if let Some((key, _)) = document.iter().find(|(key, _)| *key != "allow") {
            return Err(format!("unknown key `{}`; expected tables `[[allow]]`", key.escape_debug()));
        }
        let Some(item) = document.get("allow") else { return Ok(Self(Vec::new())) };
        let tables = item.as_array_of_tables().ok_or("`allow` is not a list of tables; expected `[[allow]]`")?;
        tables.iter().map(Allowance::read).collect::<Result<_, _>>().map(Self)
    }

    /// Finds the entries for changes with these fingerprints, as of a day.
    pub fn applied(&self, fingerprints: &[String], today: Date) -> Use {
        let is_valid = |allowance: &Allowance| allowance.expires.is_none_or(|last| today <= last);
        let reason = |fingerprint: &String| {
            let entry = self.0.iter().find(|entry| &entry.fingerprint == fingerprint && is_valid(entry));
            entry.map(|entry| entry.reason.clone())
        };
        let unused = self.0.iter().filter_map(|entry| match entry.expires {
            Some(last) if !is_valid(entry) => Some(format!("the allowance `{}` expired on {last}", entry.fingerprint)),
            _ if fingerprints.contains(&entry.fingerprint) => None,
            _ => Some(format!("the allowance `{}` is unused: there is no such change", entry.fingerprint)),
        });
        Use { reasons: fingerprints.iter().map(reason).collect(), unused: unused.collect() }
    }
}

impl Allowance {
    fn read(table: &Table) -> Result<Self, String> {
        const KEYS: [&str; 3] = ["fingerprint", "reason", "expires"];
        if let Some((key, _)) = table.iter().find(|(key, _)| !KEYS.contains(key)) {
            let key = key.escape_debug();
            return Err(format!("unknown key `{key}` in `[[allow]]`; expected `fingerprint`, `reason` or `expires`"));
        }
        let text = |key: &str| {
            let text = table.get(key).and_then(Item::as_str).filter(|text| !text.trim().is_empty());
            text.map(str::to_owned).ok_or(format!("an entry of `[[allow]]` has no `{key}`; expected a text"))
        };
        let (fingerprint, reason) = (text("fingerprint")?, text("reason")?);
        let expires = table.get("expires").map(date).transpose()?;
        Ok(Self { fingerprint, reason, expires })
    }
}

fn date(item: &Item) -> Result<Date, String> {
    let datetime = item.as_value().and_then(Value::as_datetime);
    let date = datetime.filter(|datetime| datetime.time.is_none()).and_then(|datetime| datetime.date);
    let date = date.ok_or("`expires` is not a date; expected a date without quotes, such as 2027-01-31")?;
    Ok(Date { year: date.year.into(), month: date.month.into(), day: date.day.into() })
}

#[cfg(test)]
mod tests {
    use super::{Allowances, Date};

    #[test]
    fn days_are_those_of_the_calendar() {
        for (days, expected) in [
            (0, "1970-01-01"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (19_782, "2024-02-29"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(Date::of_days(days).to_string(), expected);
        }
    }

    #[test]
    fn allowance_ends_after_its_last_day() {
        let file = "[[allow]]\nfingerprint = \"a\"\nreason = \"r\"\nexpires = 1970-01-02\n";
        let allowances = Allowances::parse(file).unwrap();
        let on = |days| allowances.applied(&["a".to_owned()], Date::of_days(days));
        assert_eq!((on(1).reasons, on(1).unused), (vec![Some("r".to_owned())], vec![]));
        assert_eq!(on(2).reasons, [None]);
        assert_eq!(on(2).unused, ["the allowance `a` expired on 1970-01-02"]);
    }

    #[test]
    fn invalid_files_are_errors() {
        for (file, message) in [
            ("allow = 1", "`allow` is not a list"),
            ("[other]", "unknown key `other`"),
            ("[[allow]]\nreason = \"r\"", "no `fingerprint`"),
            ("[[allow]]\nfingerprint = \"a\"\nreason = \" \"", "no `reason`"),
            ("[[allow]]\nfingerprint = \"a\"\nreason = \"r\"\nexpires = \"2027-01-31\"", "not a date"),
            ("[[allow]]\nfingerprint = \"a\"\nreason = \"r\"\nuntil = 1", "unknown key `until`"),
            ("[[allow]", "TOML parse error"),
        ] {
            let error = Allowances::parse(file).unwrap_err();
            assert!(error.contains(message), "{file}: {error}");
        }
    }
}
