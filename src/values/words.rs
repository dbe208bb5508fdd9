//! Words that make values look right, by the names of properties and parameters.

use super::seed::Seed;

const FIRST_NAMES: &[&str] = &[
    "Ada", "Amir", "Chiara", "Elif", "Emeka", "Grace", "Hana", "Ines", "Jonas", "Kofi", "Lena", "Mateo", "Noor", "Yuki",
];
const LAST_NAMES: &[&str] = &[
    "Bauer", "Costa", "Diallo", "Haddad", "Ito", "Jensen", "Kaya", "Lopez", "Meyer", "Novak", "Okafor", "Rossi",
    "Silva",
];
const CITIES: &[&str] =
    &["Lisbon", "Nairobi", "Oslo", "Kyoto", "Bogota", "Vienna", "Accra", "Toronto", "Porto", "Turin"];
const COUNTRIES: &[&str] = &["Portugal", "Kenya", "Norway", "Japan", "Colombia", "Austria", "Ghana", "Canada", "Italy"];
const COUNTRY_CODES: &[&str] = &["PT", "KE", "NO", "JP", "CO", "AT", "GH", "CA", "IT"];
const STREETS: &[&str] = &["12 Harbour Road", "7 Mill Lane", "48 Station Street", "3 Orchard Way", "150 Bridge Avenue"];
const CURRENCIES: &[&str] = &["EUR", "USD", "JPY", "GBP", "CHF", "CAD", "NOK"];
const LANGUAGES: &[&str] = &["en", "de", "pt", "ja", "es", "it"];
const LOCALES: &[&str] = &["en-GB", "de-AT", "pt-PT", "ja-JP", "es-CO", "it-IT"];
const TIME_ZONES: &[&str] = &["Europe/Lisbon", "Africa/Nairobi", "Europe/Oslo", "Asia/Tokyo", "America/Toronto"];
const COMPANIES: &[&str] = &["Northwind Ltd", "Bluebird GmbH", "Harbour & Sons", "Cedar Works", "Lantern Labs"];
const COLORS: &[&str] = &["red", "green", "blue", "amber", "teal", "violet"];
const STATES: &[&str] = &["active", "pending", "closed", "open"];
const SENTENCES: &[&str] = &[
    "The delivery arrives on Tuesday morning.",
    "A short note about this entry.",
    "Everything is ready for the next step.",
    "Please keep the receipt for your records.",
];
const WORDS: &[&str] = &[
    "amber", "birch", "cedar", "clover", "coral", "falcon", "garnet", "harbour", "hazel", "indigo", "juniper",
    "lagoon", "maple", "meadow", "olive", "opal", "otter", "pebble", "quartz", "river", "sparrow", "thistle", "tulip",
    "willow",
];
const MIME_TYPES: &[&str] = &["image/png", "application/pdf", "text/plain", "application/json"];

/// A lower-case word.
pub(super) fn word(seed: &mut Seed) -> &'static str {
    one(WORDS, seed)
}

/// The parts of a name in lower case: `createdAt`, `created_at` and `Created-At` are `created`, `at`.
pub(super) fn parts(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut was_lower = false;
    let mut is_new = true;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            is_new = true;
            continue;
        }
        if is_new || c.is_uppercase() && was_lower {
            parts.push(String::new());
        }
        is_new = false;
        was_lower = c.is_lowercase() || c.is_numeric();
        parts.last_mut().expect("a part was pushed before the first character").extend(c.to_lowercase());
    }
    parts
}

/// A text for a property or parameter of this name, if the name says what it is.
pub(super) fn by_name(parts: &[String], seed: &mut Seed) -> Option<String> {
    let last = parts.last()?.as_str();
    let before = parts.len().checked_sub(2).map_or("", |at| parts[at].as_str());
    let text = match (before, last) {
        (_, "email" | "mail") => email(seed),
        ("first" | "given", "name") | (_, "firstname") => one(FIRST_NAMES, seed).to_owned(),
        ("last" | "family" | "sur", "name") | (_, "lastname" | "surname") => one(LAST_NAMES, seed).to_owned(),
        ("full" | "customer" | "contact" | "owner" | "author", "name") | (_, "author" | "owner" | "customer") => {
            format!("{} {}", one(FIRST_NAMES, seed), one(LAST_NAMES, seed))
        }
        ("user", "name") | (_, "username" | "login" | "nickname") => one(FIRST_NAMES, seed).to_lowercase(),
        ("company", "name") | (_, "company" | "organization" | "organisation") => one(COMPANIES, seed).to_owned(),
        ("file", "name") | (_, "filename") => format!("{}.txt", word(seed)),
        ("host", "name") | (_, "hostname" | "host" | "domain") => format!("{}.example.com", word(seed)),
        (_, "name" | "title" | "label" | "subject") => capitalised(word(seed)),
        (_, "city" | "town") => one(CITIES, seed).to_owned(),
        ("country", "code") => one(COUNTRY_CODES, seed).to_owned(),
        (_, "country") => one(COUNTRIES, seed).to_owned(),
        (_, "street" | "address" | "line1") => one(STREETS, seed).to_owned(),
        ("postal" | "zip" | "post", "code") | (_, "zip" | "postcode") => seed.between(10_000, 99_999).to_string(),
        (_, "phone" | "telephone" | "mobile" | "fax") => format!("+1 555 01{:02}", seed.below(100)),
        (_, "url" | "uri" | "href" | "link" | "website" | "homepage") => url(seed),
        (_, "currency") | ("currency", "code") => one(CURRENCIES, seed).to_owned(),
        (_, "language" | "lang") => one(LANGUAGES, seed).to_owned(),
        (_, "locale") => one(LOCALES, seed).to_owned(),
        (_, "timezone") | ("time", "zone") => one(TIME_ZONES, seed).to_owned(),
        (_, "color" | "colour") => one(COLORS, seed).to_owned(),
        (_, "status" | "state") => one(STATES, seed).to_owned(),
        (_, "description" | "text" | "message" | "comment" | "note" | "summary" | "body" | "detail") => {
            one(SENTENCES, seed).to_owned()
        }
        ("content" | "mime" | "media", "type") => one(MIME_TYPES, seed).to_owned(),
        (_, "version") => format!("{}.{}.{}", seed.below(4), seed.below(10), seed.below(10)),
        (_, "ip") => format!("192.0.2.{}", seed.below(254) + 1),
        (_, "id" | "key" | "token" | "hash" | "etag") => format!("{:012x}", seed.next() >> 16),
        (_, "price" | "amount" | "total" | "cost") => format!("{}.{:02}", seed.below(90) + 1, seed.below(100)),
        _ => return None,
    };
    Some(text)
}

/// An address in a domain that is reserved for examples (RFC 2606).
pub(super) fn email(seed: &mut Seed) -> String {
    format!("{}.{}@example.com", one(FIRST_NAMES, seed).to_lowercase(), one(LAST_NAMES, seed).to_lowercase())
}

/// A URL in a domain that is reserved for examples.
pub(super) fn url(seed: &mut Seed) -> String {
    format!("https://example.com/{}", word(seed))
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn one(words: &'static [&'static str], seed: &mut Seed) -> &'static str {
    seed.pick(words).copied().unwrap_or_default()
}
