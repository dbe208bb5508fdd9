//! One table tests both halves of each parameter style: the server must read what the client writes.

use std::borrow::Cow;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use runtime_shared::runtime::json::{DecodeError, Value, parse};
use runtime_shared::runtime::parameter::{Kind, Nested, Parameter, Place, Shape, Style, parameters};
use runtime_shared::runtime::parameter_read::{Sources, forms, read};
use runtime_shared::runtime::parameter_write::{Wire, write};

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

fn parameter(place: &str, style: &str, explode: &str, shape: Shape) -> Parameter {
    let place = match place {
        "path" => Place::Path,
        "query" => Place::Query,
        "header" => Place::Header,
        "cookie" => Place::Cookie,
        other => panic!("place {other}"),
    };
    let (style, reserved) = match style.strip_suffix(" reserved") {
        Some(style) => (style, true),
        None => (style, false),
    };
    let style = match style {
        "simple" => Style::Simple,
        "label" => Style::Label,
        "matrix" => Style::Matrix,
        "form" => Style::Form,
        "spaceDelimited" => Style::SpaceDelimited,
        "pipeDelimited" => Style::PipeDelimited,
        "deepObject" => Style::DeepObject,
        "json" => Style::Json,
        other => panic!("style {other}"),
    };
    let explode = match explode {
        "exploded" => true,
        "whole" => false,
        other => panic!("explode {other}"),
    };
    Parameter { explode, reserved, ..Parameter::new("color", place, style, shape) }
}

fn shape(value: &Value<'_>) -> Shape {
    match value {
        Value::Array(_) => Shape::Array,
        Value::Object(_) => Shape::Object,
        _ => Shape::Scalar,
    }
}

/// The text that the client writes.
fn text(wire: Wire) -> String {
    match wire {
        Wire::Path(text) | Wire::Query(text) | Wire::Header(text) => text,
        Wire::Cookie(pairs) => pairs.join("; "),
    }
}

/// The value that the server reads from the text.
fn read_text(parameter: &Parameter, wire: &str) -> Result<Option<Value<'static>>, DecodeError> {
    with_sources(parameter, wire, |from| read(parameter, 0, from))
}

fn with_sources<T>(parameter: &Parameter, wire: &str, look: impl FnOnce(&Sources<'_>) -> T) -> T {
    let mut headers = HeaderMap::new();
    let mut captures = Vec::new();
    let mut query = "";
    match parameter.place {
        Place::Path => captures.push((0, wire.to_owned())),
        Place::Query => query = wire,
        Place::Header => drop(headers.insert(HeaderName::from_static("color"), HeaderValue::from_str(wire).unwrap())),
        Place::Cookie => drop(headers.insert(header::COOKIE, HeaderValue::from_str(wire).unwrap())),
    }
    look(&Sources { captures: &captures, query, headers: &headers })
}

/// A server reads strings; the reader of the type converts them.
fn as_texts(value: Value<'_>, style: Style) -> Value<'static> {
    match value.into_owned() {
        Value::String(text) if style != Style::Json => Value::Text(text),
        Value::Array(items) if style != Style::Json => {
            Value::Array(items.into_iter().map(|item| as_texts(item, style)).collect())
        }
        Value::Object(fields) if style != Style::Json => {
            let field = |(key, value): (Cow<'static, str>, Value<'static>)| (key, as_texts(value, style));
            Value::Object(fields.into_iter().map(field).collect())
        }
        other => other,
    }
}

#[test]
fn writer_and_reader_agree_with_the_table_of_styles() {
    let mut count = 0;
    for row in rows(include_str!("parameters.tsv")) {
        let [place, style, explode, json, wire, ref read_as @ ..] = row[..] else { panic!("{row:?}") };
        let value = parse(json.as_bytes()).unwrap();
        let parameter = parameter(place, style, explode, shape(&value)).with_any_text();
        count += 1;
        if let Some(reason) = wire.strip_prefix('!') {
            let error = write(&parameter, &value).unwrap_err().to_string();
            assert!(error.contains(reason), "{row:?}: {error}");
            continue;
        }
        let sent = text(write(&parameter, &value).unwrap_or_else(|error| panic!("{row:?}: {error}")));
        assert_eq!(sent, wire.trim_start_matches('-'), "{row:?}");
        let found = read_text(&parameter, &sent).unwrap_or_else(|error| panic!("{row:?}: {error}"));
        let value = read_as.first().map_or(value, |json| parse(json.as_bytes()).unwrap());
        let expected = (wire != "-").then(|| as_texts(value, parameter.style));
        assert_eq!(found, expected, "{row:?}");
    }
    assert!(count > 60, "{count} rows");
}

#[test]
fn single_text_and_list_or_object_are_told_apart_as_the_table_says() {
    let mut count = 0;
    for row in rows(include_str!("mixed.tsv")) {
        let [place, style, explode, other, json, wire, ref expected @ ..] = row[..] else { panic!("{row:?}") };
        let value = parse(json.as_bytes()).unwrap();
        let shape = if other == "array" { Shape::Array } else { Shape::Object };
        let nested =
            if other == "array" { TEXTS } else { Nested::Object(&[("R", Nested::Text), ("G", Nested::Text)], None) };
        let parameter = parameter(place, style, explode, shape).of(nested).or_scalar().with_any_text();
        count += 1;
        if let Some(reason) = wire.strip_prefix('!') {
            let error = write(&parameter, &value).unwrap_err().to_string();
            assert!(error.contains(reason), "{row:?}: {error}");
            continue;
        }
        let sent = text(write(&parameter, &value).unwrap_or_else(|error| panic!("{row:?}: {error}")));
        assert_eq!(sent, wire, "{row:?}");
        let found = with_sources(&parameter, &sent, |from| forms(&parameter, 0, from)).unwrap();
        let expected = as_texts(parse(expected[0].as_bytes()).unwrap(), parameter.style);
        assert_eq!(Value::Array(found), expected, "{row:?}");
    }
    assert!(count >= 30, "{count} rows");
}

#[test]
fn pairs_of_an_object_are_not_mixed_with_a_single_value() {
    const KNOWN: Nested = Nested::Object(&[("R", Nested::Text)], None);
    const MAP: Nested = Nested::Object(&[], Some(&Nested::Text));
    let both = "both a single value and the properties of an object";
    for (style, nested, query, expected) in [
        ("form", KNOWN, "color=a", Ok(r#"["a"]"#)),
        ("form", KNOWN, "color=a&other=1", Ok(r#"["a"]"#)),
        ("form", KNOWN, "color=a&R=1", Err(both)),
        ("form", MAP, "color=a", Ok(r#"["a"]"#)),
        ("form", MAP, "x=1", Ok(r#"[{"x":"1"}]"#)),
        ("form", MAP, "color=a&x=1", Err(both)),
        ("deepObject", KNOWN, "color=a", Ok(r#"["a"]"#)),
        // It is an object with an unknown property, and not absent.
        ("deepObject", KNOWN, "color%5Bx%5D=1", Ok(r#"[{"x":"1"}]"#)),
        ("deepObject", KNOWN, "color=a&color%5BR%5D=1", Err(both)),
        ("deepObject", MAP, "color=a&color%5Bx%5D=1", Err(both)),
    ] {
        let parameter = parameter("query", style, "exploded", Shape::Object).of(nested).or_scalar();
        let found = with_sources(&parameter, query, |from| forms(&parameter, 0, from));
        let found = found.map(Value::Array).map_err(|error| error.to_string());
        match expected {
            Ok(json) => {
                let expected = as_texts(parse(json.as_bytes()).unwrap(), parameter.style);
                assert_eq!(found, Ok(expected), "{style}: {query}");
            }
            Err(reason) => assert!(found.is_err_and(|error| error.contains(reason)), "{style}: {query}"),
        }
    }
    let map = parameter("query", "form", "exploded", Shape::Object).of(MAP).or_scalar();
    let error = write(&map, &parse(br#"{"color": "a"}"#).unwrap()).unwrap_err();
    assert!(error.to_string().contains("a key of the object is the name of the parameter"), "{error}");
}

/// RFC 9110, section 5.5: a recipient may treat other characters than ASCII as it likes.
#[test]
fn received_header_is_utf_8_or_iso_8859_1() {
    let field = parameter("header", "simple", "whole", Shape::Scalar);
    let cookie = parameter("cookie", "form", "whole", Shape::Scalar);
    for (bytes, expected) in [(&b"\xc3\xa9"[..], "é"), (b"\xe9", "é"), (b"a\xa0", "a\u{a0}"), (b"\x85", "\u{85}")] {
        let text = |value: Option<Value<'_>>| value.unwrap().node().string().unwrap().to_owned();
        let mut headers = HeaderMap::new();
        headers.insert("color", HeaderValue::from_bytes(bytes).unwrap());
        // Another cookie does not matter either.
        let cookies = [b"other=\xff; color=", bytes].concat();
        headers.insert(header::COOKIE, HeaderValue::from_bytes(&cookies).unwrap());
        let sources = Sources { captures: &[], query: "", headers: &headers };
        assert_eq!(text(read(&field, 0, &sources).unwrap()), expected);
        assert_eq!(text(read(&cookie, 0, &sources).unwrap()), expected);
    }
}

const TEXTS: Nested = Nested::List(&Nested::Text);
const ROW: Nested = Nested::Object(&[("x", Nested::Text), ("y", TEXTS)], None);

/// The structure of the parameter in `nested.tsv`: an object with properties of every structure.
const NESTED: Nested = Nested::Object(
    &[
        ("text", Nested::Text),
        ("texts", TEXTS),
        ("row", ROW),
        ("rows", Nested::List(&ROW)),
        ("lists", Nested::List(&TEXTS)),
        ("any", Nested::Any),
        ("map", Nested::Object(&[], Some(&Nested::Text))),
    ],
    None,
);

fn nested(place: &str, style: &str, explode: &str, kind: &str) -> Parameter {
    let (shape, nested) = match kind {
        "object" => (Shape::Object, NESTED),
        "map" => (Shape::Object, Nested::Object(&[], Some(&TEXTS))),
        "rows" => (Shape::Array, Nested::List(&ROW)),
        other => panic!("structure {other}"),
    };
    let parameter = parameter(place, style, explode, shape).with_any_text().of(nested);
    if parameter.is_spread() { parameter.without(&["other", "key"]) } else { parameter }
}

/// All scalars are compared as texts.
fn plain(value: Value<'_>) -> Value<'static> {
    match value.into_owned() {
        Value::String(text) => Value::Text(text),
        Value::Array(items) => Value::Array(items.into_iter().map(plain).collect()),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(key, value)| (key, plain(value))).collect()),
        other => other,
    }
}

#[test]
fn nested_values_are_read_as_they_are_written() {
    for row in rows(include_str!("nested.tsv")) {
        let [place, style, explode, kind, json, wire] = row[..] else { panic!("{row:?}") };
        let parameter = nested(place, style, explode, kind);
        let value = parse(json.as_bytes()).unwrap();
        if let Some(reason) = wire.strip_prefix('!') {
            let error = write(&parameter, &value).unwrap_err().to_string();
            assert!(error.contains(reason), "{row:?}: {error}");
            continue;
        }
        let sent = text(write(&parameter, &value).unwrap_or_else(|error| panic!("{row:?}: {error}")));
        assert_eq!(sent, wire, "{row:?}");
        let found = read_text(&parameter, &sent).unwrap_or_else(|error| panic!("{row:?}: {error}"));
        assert_eq!(found.map(plain), Some(plain(value)), "{row:?}");
    }
}

#[test]
fn nested_values_of_other_clients_are_read_or_rejected() {
    for row in rows(include_str!("nested-read.tsv")) {
        let [place, style, explode, kind, wire, expected] = row[..] else { panic!("{row:?}") };
        let found = read_text(&nested(place, style, explode, kind), wire);
        match expected.strip_prefix('!') {
            Some(reason) => {
                let error = found.expect_err(wire).to_string();
                assert!(error.contains(reason), "{row:?}: {error}");
            }
            None => {
                let found = found.unwrap_or_else(|error| panic!("{row:?}: {error}"));
                let value = (expected != "-").then(|| plain(parse(expected.as_bytes()).unwrap()));
                assert_eq!(found.map(plain), value, "{row:?}");
            }
        }
    }
}

#[test]
fn names_of_deep_objects_are_bounded() {
    let parameter = nested("query", "deepObject", "exploded", "object");
    let deep = format!("color[any]{}=1", "[a]".repeat(16));
    assert!(read_text(&parameter, &deep).unwrap_err().to_string().contains("too many brackets"));
    let allowed = format!("color[any]{}=1", "[a]".repeat(15));
    assert!(read_text(&parameter, &allowed).unwrap().is_some());
    let many = "color[texts]=a&".repeat(1025);
    assert!(read_text(&parameter, &many).unwrap_err().to_string().contains("too many pairs"));
    let mut value = Value::String("a".into());
    for _ in 0..16 {
        value = Value::Object(vec![("a".into(), value)]);
    }
    let value = Value::Object(vec![("any".into(), value)]);
    assert!(write(&parameter, &value).unwrap_err().to_string().contains("too deep"));
}

#[test]
fn value_that_does_not_match_its_style_is_rejected() {
    for row in rows(include_str!("unreadable.tsv")) {
        let [place, style, explode, kind, wire, reason] = row[..] else { panic!("{row:?}") };
        let kind = match kind {
            "scalar" => Shape::Scalar,
            "array" => Shape::Array,
            "object" => Shape::Object,
            other => panic!("shape {other}"),
        };
        let error = read_text(&parameter(place, style, explode, kind), wire).unwrap_err().to_string();
        assert!(error.contains(reason), "{row:?}: {error}");
    }
}

#[test]
fn texts_of_other_clients_are_decoded_by_the_rules_of_their_place() {
    for row in rows(include_str!("decoded.tsv")) {
        let [place, style, explode, wire, json] = row[..] else { panic!("{row:?}") };
        let value = parse(json.as_bytes()).unwrap();
        let parameter = parameter(place, style, explode, shape(&value));
        let found = read_text(&parameter, wire).unwrap_or_else(|error| panic!("{row:?}: {error}"));
        let expected = (value != Value::Null).then(|| as_texts(value, parameter.style));
        assert_eq!(found, expected, "{row:?}");
    }
}

/// OpenAPI 3.0.4, section 4.7.12.3: the rows of its table, each with the columns that are defined for it.
#[test]
fn table_covers_every_legal_style_and_shape() {
    let table: Vec<_> = rows(include_str!("parameters.tsv")).collect();
    let pairs = [
        ("path", "matrix", "whole", "string array object"),
        ("path", "matrix", "exploded", "string array object"),
        ("path", "label", "whole", "string array object"),
        ("path", "label", "exploded", "string array object"),
        ("path", "simple", "whole", "string array object"),
        ("path", "simple", "exploded", "string array object"),
        ("header", "simple", "whole", "string array object"),
        ("header", "simple", "exploded", "string array object"),
        ("query", "form", "whole", "string array object"),
        ("query", "form", "exploded", "string array object"),
        ("cookie", "form", "whole", "string array object"),
        ("cookie", "form", "exploded", "string array object"),
        ("query", "spaceDelimited", "whole", "array object"),
        ("query", "spaceDelimited", "exploded", "array"),
        ("query", "pipeDelimited", "whole", "array object"),
        ("query", "pipeDelimited", "exploded", "array"),
        ("query", "deepObject", "exploded", "object"),
        ("path", "json", "whole", "object"),
        ("query", "json", "whole", "object"),
        ("header", "json", "whole", "object"),
        ("cookie", "json", "whole", "object"),
    ];
    let mut missing = Vec::new();
    for (place, style, explode, kinds) in pairs {
        for kind in kinds.split(' ') {
            // Empty values among others.
            let begins = match kind {
                "string" => ["\"\"", "\"b"],
                "array" => ["[]", "[\""],
                _ => ["{}", "{\""],
            };
            for beginning in begins {
                let is = |row: &&Vec<&str>| row[..3] == [place, style, explode] && row[3].starts_with(beginning);
                if style != "json" && !table.iter().any(|row| is(&row)) {
                    missing.push(format!("{place} {style} {explode} {beginning}"));
                }
            }
        }
        if !table.iter().any(|row| row[..3] == [place, style, explode]) {
            missing.push(format!("{place} {style} {explode}"));
        }
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn parameters_are_those_of_their_constructors_with_the_names_of_the_rows() {
    const OTHER: Parameter = Parameter::new("", Place::Cookie, Style::Form, Shape::Array).required();
    const ROWS: &[Parameter] = &parameters([
        ("a", Kind::Path),
        ("b", Kind::Query),
        ("c", Kind::List),
        ("d", Kind::DeepObject),
        ("e", Kind::Header),
        ("f", Kind::Other(OTHER)),
    ]);
    let expected = [
        Parameter::path("a"),
        Parameter::query("b"),
        Parameter::list("c"),
        Parameter::deep_object("d"),
        Parameter::header("e"),
        Parameter::new("f", Place::Cookie, Style::Form, Shape::Array).required(),
    ];
    assert_eq!(format!("{ROWS:?}"), format!("{expected:?}"));
}
