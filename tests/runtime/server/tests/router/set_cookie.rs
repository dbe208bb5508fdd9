//! `Set-Cookie`: safe by default, and nothing that a browser reads as another cookie or attribute.

use std::time::Duration;

use axum::response::Response;
use runtime_server::runtime::header_fields::HeaderFields;
use runtime_server::runtime::header_read;
use runtime_server::runtime::json::read;
use runtime_server::runtime::parameter::{Parameter, Place, Shape, Style};
use runtime_server::runtime::reply;
use runtime_server::runtime::request_parts::ResponseHeaders;
use runtime_server::runtime::set_cookie::{CookieError, SameSite, SetCookie};

#[test]
fn cookies_are_for_this_host_over_https_without_scripts_by_default() {
    let rows = [
        (SetCookie::new("sid", "abc"), "sid=abc; Path=/; SameSite=Lax; Secure; HttpOnly"),
        (SetCookie::removed("sid"), "sid=; Path=/; Max-Age=0; SameSite=Lax; Secure; HttpOnly"),
        (
            SetCookie::new("__Host-sid", "a=b").same_site(SameSite::Strict).max_age(Duration::from_millis(1_999)),
            "__Host-sid=a=b; Path=/; Max-Age=1; SameSite=Strict; Secure; HttpOnly",
        ),
        (
            SetCookie::new("a", "b").path("/x y").domain("example.com").same_site(SameSite::None).allow_scripts(),
            "a=b; Path=/x y; Domain=example.com; SameSite=None; Secure",
        ),
        (SetCookie::new("a", "b").allow_insecure_http(), "a=b; Path=/; SameSite=Lax; HttpOnly"),
    ];
    for (cookie, expected) in rows {
        assert_eq!(cookie.header_value().unwrap(), expected);
        ResponseHeaders::default().set_cookie(&cookie).unwrap();
    }
    assert!(!format!("{:?}", SetCookie::new("sid", "canary")).contains("canary"));
}

#[test]
fn cookies_that_would_be_read_differently_or_ignored_are_refused() {
    let new = SetCookie::new;
    let attributes = |reason: &str| reason.contains("Secure") || reason.contains("__Host-");
    let rows = [
        (new("", "b"), CookieError::Name),
        (new("a b", "b"), CookieError::Name),
        (new("a=b", "b"), CookieError::Name),
        (new("a;b", "b"), CookieError::Name),
        (new("a\r\nb", "b"), CookieError::Name),
        (new("ä", "b"), CookieError::Name),
        (new("a", "b; Domain=evil.example"), CookieError::Value),
        (new("a", "b\r\nSet-Cookie: c=d"), CookieError::Value),
        (new("a", "b c"), CookieError::Value),
        (new("a", "b,c"), CookieError::Value),
        (new("a", "\"b\""), CookieError::Value),
        (new("a", "b\\"), CookieError::Value),
        (new("a", "ä"), CookieError::Value),
        (new("a", "b").path("x"), CookieError::Path),
        (new("a", "b").path("/; Secure"), CookieError::Path),
        (new("a", "b").path("/\n"), CookieError::Path),
        (new("a", "b").domain(""), CookieError::Domain),
        (new("a", "b").domain(".example.com"), CookieError::Domain),
        (new("a", "b").domain("example.com; Path=/"), CookieError::Domain),
        (SetCookie::new("a", "b".repeat(4096)), CookieError::Length),
    ];
    for (cookie, expected) in rows {
        assert_eq!(cookie.header_value(), Err(expected), "{cookie:?}");
        assert_eq!(ResponseHeaders::default().set_cookie(&cookie), Err(expected), "{cookie:?}");
    }
    assert_eq!(CookieError::Length.to_string(), "name and value of a cookie have more than 4096 bytes");
    let rows = [
        new("__Host-a", "b").domain("example.com"),
        new("__Host-a", "b").path("/x"),
        new("__host-a", "b").allow_insecure_http(),
        new("__SECURE-a", "b").allow_insecure_http(),
        new("a", "b").same_site(SameSite::None).allow_insecure_http(),
    ];
    for cookie in rows {
        assert!(
            matches!(cookie.header_value(), Err(CookieError::Attributes(reason)) if attributes(reason)),
            "{cookie:?}"
        );
    }
}

/// The lines of a header of a response.
fn lines<'r>(response: &'r Response, name: &str) -> Vec<&'r str> {
    response.headers().get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
}

/// RFC 6265, section 3; RFC 9110, section 5.3.
#[test]
fn list_of_cookies_has_one_line_for_each() {
    const COOKIES: Parameter = Parameter::new("Set-Cookie", Place::Header, Style::Simple, Shape::Array);
    const TAGS: Parameter = Parameter::new("X-Tags", Place::Header, Style::Simple, Shape::Array);
    let cookies = ["a=1; Expires=Wed, 09 Jun 2027 10:18:14 GMT", "b=2"];
    let rows: [&[&str]; 4] = [&[], &cookies[..1], &cookies, &[cookies[1], cookies[0], "c=3"]];
    for values in rows {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        let mut fields = HeaderFields::of(reply::empty(204));
        for field in [COOKIES, COOKIES.or_scalar()] {
            fields.required(&field, &values);
        }
        fields.required(&TAGS, &vec!["x".to_owned(), "y".to_owned()]);
        let response = fields.finish();
        assert_eq!((response.status().as_u16(), lines(&response, "x-tags")), (204, vec!["x,y"]));
        let found = lines(&response, "set-cookie");
        assert_eq!(found, values);
        // The client reads what the server writes.
        let received = header_read::read(&COOKIES, &found).unwrap();
        let received: Option<Vec<String>> = received.map(|value| read(&value).unwrap());
        assert_eq!(received.unwrap_or_default(), values);
    }
    let mut fields = HeaderFields::of(reply::empty(204));
    fields.required(&COOKIES, &vec!["a=1".to_owned(), "b=2\r\nX-Evil: 1".to_owned()]);
    assert_eq!(fields.finish().status(), 500);
}
