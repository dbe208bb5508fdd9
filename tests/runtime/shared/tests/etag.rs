//! Entity tags and conditions, by RFC 9110, sections 8.8.3 and 13.

use keystub_server_runtime::etag::{Condition, Conditions, EntityTag};

fn tag(text: &str) -> EntityTag {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn tags_are_written_as_they_are_read() {
    for text in [r#""xyzzy""#, r#"W/"xyzzy""#, r#""""#, r#""a,b""#, r#"W/"W/""#, r#""a'\\b""#, "\"caf\u{e9}\""] {
        assert_eq!(tag(text).to_string(), text);
        assert_eq!(tag(&format!(" \t{text} ")).to_string(), text);
    }
    assert_eq!((tag(r#"W/"x""#).opaque().to_owned(), tag(r#"W/"x""#).is_weak()), ("x".to_owned(), true));
    for text in
        ["", "x", "'x'", "\"", "\"x", "x\"", r#"w/"x""#, r#"W"x""#, r#"W/ "x""#, r#""x" "#.trim_end(), r#""x""y""#]
    {
        assert_eq!(text.parse::<EntityTag>().is_ok(), text == r#""x""#, "{text}");
    }
    for text in ["\"a b\"", "\"a\tb\"", "\"a\u{7f}\"", "\"a\", \"b\"", "*"] {
        assert!(text.parse::<EntityTag>().is_err(), "{text}");
    }
    assert_eq!(EntityTag::strong("v1").unwrap().to_string(), r#""v1""#);
    assert_eq!(EntityTag::weak("v1").unwrap().to_string(), r#"W/"v1""#);
    // What would end the quotes, or the header field.
    for opaque in ["a\"b", "a b", "a\r\nSet-Cookie: b", "\0"] {
        assert!(EntityTag::strong(opaque).is_err() && EntityTag::weak(opaque).is_err(), "{opaque:?}");
    }
}

#[test]
fn comparison_is_the_table_of_rfc_9110() {
    // Section 8.8.3.2: the tags, and whether they match strongly and weakly.
    let rows = [
        (r#"W/"1""#, r#"W/"1""#, false, true),
        (r#"W/"1""#, r#"W/"2""#, false, false),
        (r#"W/"1""#, r#""1""#, false, true),
        (r#""1""#, r#""1""#, true, true),
        (r#""1""#, r#""a""#, false, false),
    ];
    for (one, other, strongly, weakly) in rows {
        for (one, other) in [(tag(one), tag(other)), (tag(other), tag(one))] {
            assert_eq!(one.matches_strongly(&other), strongly, "{one} {other}");
            assert_eq!(one.matches_weakly(&other), weakly, "{one} {other}");
        }
    }
}

/// The current tag, `If-Match`, `If-None-Match`, and the outcome of reading and of writing.
type Row<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>, Condition, Condition);

#[test]
fn conditions_are_evaluated_in_the_order_of_rfc_9110() {
    use Condition::{Failed, Holds, NotModified};
    // RFC 9110, section 13.2.2.
    let rows: [Row<'_>; 20] = [
        (Some(r#""1""#), None, None, Holds, Holds),
        (None, None, None, Holds, Holds),
        // Strong comparison (section 13.1.1).
        (Some(r#""1""#), Some(r#""1""#), None, Holds, Holds),
        (Some(r#""1""#), Some(r#""0", "1""#), None, Holds, Holds),
        (Some(r#""1""#), Some(r#", "0" ,, "1","#), None, Holds, Holds),
        (Some(r#""1""#), Some(r#""2""#), None, Failed, Failed),
        (Some(r#""1""#), Some(r#"W/"1""#), None, Failed, Failed),
        (Some(r#"W/"1""#), Some(r#"W/"1""#), None, Failed, Failed),
        (Some(r#"W/"1""#), Some("*"), None, Holds, Holds),
        (None, Some("*"), None, Failed, Failed),
        (None, Some(r#""1""#), None, Failed, Failed),
        // Weak comparison (section 13.1.2).
        (Some(r#""1""#), None, Some(r#""1""#), NotModified, Failed),
        (Some(r#""1""#), None, Some(r#"W/"1""#), NotModified, Failed),
        (Some(r#"W/"1""#), None, Some(r#""0", "1""#), NotModified, Failed),
        (Some(r#""1""#), None, Some(r#""2""#), Holds, Holds),
        (Some(r#""1""#), None, Some("*"), NotModified, Failed),
        (None, None, Some("*"), Holds, Holds),
        (None, None, Some(r#""1""#), Holds, Holds),
        // `If-Match` is first.
        (Some(r#""1""#), Some(r#""2""#), Some(r#""1""#), Failed, Failed),
        (Some(r#""1""#), Some(r#""1""#), Some(r#""1""#), NotModified, Failed),
    ];
    for (current, if_match, if_none_match, read, write) in rows {
        let current = current.map(tag);
        let conditions = Conditions::new(if_match, if_none_match);
        let row = format!("{current:?} {conditions:?}");
        assert_eq!(conditions.read(current.as_ref()).unwrap(), read, "{row}");
        assert_eq!(conditions.write(current.as_ref()).unwrap(), write, "{row}");
    }
}

#[test]
fn malformed_condition_is_an_error() {
    // Ignoring `If-Match` would overwrite another version.
    for text in ["", ",", "1", r#""1" "2""#, r#""1"; "2""#, r#""1""#.trim_end_matches('"'), r#"*, "1""#, r#""1", *"#] {
        for conditions in [Conditions::new(Some(text), None), Conditions::new(None, Some(text))] {
            assert!(conditions.read(Some(&tag(r#""1""#))).is_err(), "{text}");
            assert!(conditions.write(None).is_err(), "{text}");
        }
    }
}
