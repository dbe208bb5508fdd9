//! Values that the table in tests/runtime/shared does not contain: numbers, booleans, forms.

use runtime_client::runtime::form_write;
use runtime_client::runtime::json::Encode;
use runtime_client::runtime::parameter::Parameter;
use runtime_client::runtime::parameter_write::{Wire, write};

fn query(value: &dyn Encode) -> String {
    match write(&Parameter::query("color"), value).unwrap() {
        Wire::Query(text) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn numbers_and_booleans_have_their_json_text() {
    assert_eq!(query(&-7_i64), "color=-7");
    assert_eq!(query(&true), "color=true");
    assert_eq!(query(&1.5_f64), "color=1.5");
}

#[test]
fn form_repeats_keys_of_lists_and_omits_null() {
    let value =
        serde_json::json!({"a": ["1", 2], "b": null, "c": {"d": 1}, "e&f": "g=h+i j\r\n", "f": [0.5], "k": true});
    let expected = "a=1&a=2&c=%7B%22d%22%3A1%7D&e%26f=g%3Dh%2Bi%20j%0D%0A&f=0%2E5&k=true";
    assert_eq!(form_write::write(&value).unwrap(), expected);
    assert!(form_write::encode(&f64::NAN).is_none());
}
