//! Schemes of one alternative that cannot be sent together.
//!
//! Two schemes in the same place are allowed if one value can satisfy both: two bearer-like schemes, or two keys with
//! the same name.

use crate::diag::print::excerpt;
use crate::model::security::{Carrier, KeyPlace, SchemeKind, Secret};

/// The field of a request that a credential uses.
#[derive(Debug, PartialEq, Eq)]
enum RequestField<'s> {
    Header(String),
    Query(&'s str),
    Cookie(&'s str),
    /// The connection itself.
    Connection,
}

/// The value in that field: two credentials with the same one can be the same.
#[derive(Debug, PartialEq, Eq)]
struct FieldValue {
    secret: Secret,
    /// In lower case.
    auth_scheme: Option<String>,
}

/// A message about the first two schemes that cannot both be satisfied.
pub(super) fn find(schemes: &[(&str, &SchemeKind)]) -> Option<String> {
    for (index, (second, kind)) in schemes.iter().enumerate() {
        for (first, other) in &schemes[..index] {
            let (field, value) = place(kind);
            let (other_field, other_value) = place(other);
            let clashes = field == other_field && value != other_value;
            if clashes || is_cookie_header(&field, &other_field) {
                let (first, second) = (excerpt(first), excerpt(second));
                let name = match field {
                    RequestField::Header(name) => format!("the `{}` header", excerpt(&name)),
                    RequestField::Query(name) => format!("the query parameter `{}`", excerpt(name)),
                    RequestField::Cookie(name) => format!("the cookie `{}`", excerpt(name)),
                    RequestField::Connection => "the connection".to_owned(),
                };
                return Some(format!(
                    "`{first}` and `{second}` are both sent in {name}, which can hold only one of them"
                ));
            }
        }
    }
    None
}

/// A key in a header named `Cookie` replaces all cookies.
fn is_cookie_header(one: &RequestField<'_>, other: &RequestField<'_>) -> bool {
    let is_header = |field: &RequestField<'_>| matches!(field, RequestField::Header(name) if name == "cookie");
    let is_cookie = |field: &RequestField<'_>| matches!(field, RequestField::Cookie(_));
    (is_header(one) && is_cookie(other)) || (is_cookie(one) && is_header(other))
}

fn place(kind: &SchemeKind) -> (RequestField<'_>, FieldValue) {
    let (field, auth_scheme) = match kind.carrier() {
        Carrier::Key(place, name) => (field(place, name), None),
        Carrier::Authorization(scheme) => {
            (RequestField::Header("authorization".to_owned()), Some(scheme.to_ascii_lowercase()))
        }
        Carrier::Connection => (RequestField::Connection, None),
    };
    (field, FieldValue { secret: kind.secret(), auth_scheme })
}

fn field(place: KeyPlace, name: &str) -> RequestField<'_> {
    match place {
        KeyPlace::Header => RequestField::Header(name.to_ascii_lowercase()),
        KeyPlace::Query => RequestField::Query(name),
        KeyPlace::Cookie => RequestField::Cookie(name),
    }
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::model::security::{KeyPlace, SchemeKind};

    fn key(place: KeyPlace, name: &str) -> SchemeKind {
        SchemeKind::ApiKey { place, name: name.to_owned() }
    }

    fn conflict(one: &SchemeKind, other: &SchemeKind) -> bool {
        find(&[("one", one), ("other", other)]).is_some()
    }

    #[test]
    fn schemes_that_share_one_value_do_not_conflict() {
        let bearer = SchemeKind::Bearer { format: None };
        assert!(!conflict(&bearer, &SchemeKind::OAuth2(Box::default())));
        assert!(!conflict(&key(KeyPlace::Header, "X-Key"), &key(KeyPlace::Header, "x-key")));
        assert!(!conflict(&key(KeyPlace::Query, "key"), &key(KeyPlace::Cookie, "key")));
        assert!(!conflict(&bearer, &SchemeKind::MutualTls));
    }

    #[test]
    fn two_values_for_one_field_conflict() {
        let bearer = SchemeKind::Bearer { format: None };
        let other = SchemeKind::OtherHttp { scheme: "Hawk".to_owned() };
        assert!(conflict(&bearer, &SchemeKind::Basic));
        assert!(conflict(&bearer, &key(KeyPlace::Header, "AUTHORIZATION")));
        assert!(conflict(&other, &bearer));
        assert!(conflict(&SchemeKind::Basic, &key(KeyPlace::Header, "Authorization")));
        assert!(conflict(&key(KeyPlace::Header, "Cookie"), &key(KeyPlace::Cookie, "sid")));
    }
}
