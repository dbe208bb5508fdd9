//! The table of styles (OpenAPI 3.0.4, section 4.7.12.3), with values that need escapes.

use runtime_client::api::object;
use runtime_client::runtime::form_write;
use runtime_client::runtime::json::Encode;
use runtime_client::runtime::operation::{Parameter, Place, Shape, Style};
use runtime_client::runtime::parameter_write::{Wire, write};

const EXPLODED: bool = true;
const WHOLE: bool = false;

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn wire(place: Place, style: Style, explode: bool, value: &dyn Encode) -> Wire {
    let parameter = Parameter::new("color", place, style, Shape::Scalar);
    write(&Parameter { explode, ..parameter }, value).unwrap()
}

fn query(style: Style, explode: bool, value: &dyn Encode) -> String {
    match wire(Place::Query, style, explode, value) {
        Wire::Query(text) => text,
        other => panic!("{other:?}"),
    }
}

fn path(style: Style, explode: bool, value: &dyn Encode) -> String {
    match wire(Place::Path, style, explode, value) {
        Wire::Path(text) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_table_of_styles() {
    let scalar = "blue".to_owned();
    let list = texts(&["blue", "black", "brown"]);
    let map = object(&[("B", "150"), ("G", "200"), ("R", "100")]);
    let rows = [
        (path(Style::Matrix, WHOLE, &scalar), ";color=blue"),
        (path(Style::Matrix, WHOLE, &list), ";color=blue,black,brown"),
        (path(Style::Matrix, WHOLE, &map), ";color=B,150,G,200,R,100"),
        (path(Style::Matrix, EXPLODED, &scalar), ";color=blue"),
        (path(Style::Matrix, EXPLODED, &list), ";color=blue;color=black;color=brown"),
        (path(Style::Matrix, EXPLODED, &map), ";B=150;G=200;R=100"),
        (path(Style::Label, WHOLE, &scalar), ".blue"),
        (path(Style::Label, WHOLE, &list), ".blue,black,brown"),
        (path(Style::Label, WHOLE, &map), ".B,150,G,200,R,100"),
        (path(Style::Label, EXPLODED, &list), ".blue.black.brown"),
        (path(Style::Label, EXPLODED, &map), ".B=150.G=200.R=100"),
        (path(Style::Simple, WHOLE, &list), "blue,black,brown"),
        (path(Style::Simple, WHOLE, &map), "B,150,G,200,R,100"),
        (path(Style::Simple, EXPLODED, &map), "B=150,G=200,R=100"),
        (query(Style::Form, WHOLE, &scalar), "color=blue"),
        (query(Style::Form, WHOLE, &list), "color=blue,black,brown"),
        (query(Style::Form, WHOLE, &map), "color=B,150,G,200,R,100"),
        (query(Style::Form, EXPLODED, &list), "color=blue&color=black&color=brown"),
        (query(Style::Form, EXPLODED, &map), "B=150&G=200&R=100"),
        (query(Style::SpaceDelimited, WHOLE, &list), "color=blue%20black%20brown"),
        (query(Style::SpaceDelimited, EXPLODED, &list), "color=blue&color=black&color=brown"),
        (query(Style::PipeDelimited, WHOLE, &list), "color=blue%7Cblack%7Cbrown"),
        (query(Style::DeepObject, EXPLODED, &map), "color%5BB%5D=150&color%5BG%5D=200&color%5BR%5D=100"),
        (query(Style::Json, WHOLE, &list), "color=%5B%22blue%22%2C%22black%22%2C%22brown%22%5D"),
    ];
    for (written, expected) in rows {
        assert_eq!(written, expected);
    }
}

#[test]
fn an_element_cannot_become_two() {
    let sly = texts(&["a,b", "c&d", "e|f", "g h", "i;j", "k.l", "m=n"]);
    for style in [Style::Form, Style::SpaceDelimited, Style::PipeDelimited] {
        let text = query(style, WHOLE, &sly);
        for raw in ["a,b", "c&d", "e|f", "g h", "i;j", "m=n"] {
            assert!(!text.contains(raw), "{text}");
        }
    }
    assert_eq!(path(Style::Simple, WHOLE, &texts(&["a,b", "c/d"])), "a%2Cb,c%2Fd");
    assert_eq!(path(Style::Matrix, EXPLODED, &texts(&["a;b=c"])), ";color=a%3Bb%3Dc");
}

#[test]
fn headers_travel_as_they_are_and_cookies_encoded() {
    assert_eq!(wire(Place::Header, Style::Simple, WHOLE, &texts(&["a b", "c"])), Wire::Header("a b,c".to_owned()));
    assert_eq!(
        wire(Place::Header, Style::Simple, EXPLODED, &object(&[("a", "1"), ("b", "2")])),
        Wire::Header("a=1,b=2".to_owned())
    );
    let pairs = wire(Place::Cookie, Style::Form, EXPLODED, &texts(&["a; b", "c"]));
    assert_eq!(pairs, Wire::Cookie(texts(&["color=a%3B%20b", "color=c"])));
}

#[test]
fn numbers_and_booleans_have_their_json_text() {
    assert_eq!(query(Style::Form, EXPLODED, &-7_i64), "color=-7");
    assert_eq!(query(Style::Form, EXPLODED, &true), "color=true");
    assert_eq!(query(Style::Form, EXPLODED, &1.5_f64), "color=1.5");
}

#[test]
fn a_form_repeats_the_key_of_a_list_and_leaves_out_what_is_null() {
    let value = serde_json::json!({"a": ["1", 2], "b": null, "c": {"d": 1}, "e&f": "g=h+i j\r\n", "k": true});
    let expected = "a=1&a=2&c=%7B%22d%22%3A1%7D&e%26f=g%3Dh%2Bi%20j%0D%0A&k=true";
    assert_eq!(form_write::write(&value).unwrap(), expected);
    assert!(form_write::encode(&f64::NAN).is_none());
}
