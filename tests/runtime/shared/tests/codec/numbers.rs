//! Numbers as serde_json represents them if its feature `arbitrary_precision` is enabled: by a map with a reserved key. Any crate of a
//! program can enable it for all others. `cargo test -p runtime-shared --features arbitrary-precision` runs all tests with it.

use std::collections::BTreeMap;

use runtime_shared::runtime::json::{Value, parse};
use runtime_shared::runtime::serde_forward;
use runtime_shared::sample::Pet;
use serde::Deserialize;
use serde::de::value::{Error, MapDeserializer};

const KEY: &str = "$serde_json::private::Number";

/// The map of a number: the deserializer owns its text.
fn number(text: &str) -> MapDeserializer<'static, std::iter::Once<(&'static str, String)>, Error> {
    MapDeserializer::new(std::iter::once((KEY, text.to_owned())))
}

#[test]
fn number_that_is_a_map_is_read_as_the_number() {
    for (text, expected) in [
        ("1.5", Value::Float(1.5)),
        ("-1e-3", Value::Float(-0.001)),
        ("0.1000000000000000055511151231257827", Value::Float(0.1)),
        ("7", Value::Integer(7)),
        ("-9223372036854775808", Value::Integer(i64::MIN.into())),
        ("18446744073709551615", Value::Integer(u64::MAX.into())),
        ("18446744073709551616", Value::Float(18_446_744_073_709_551_616.0)),
    ] {
        assert_eq!(Value::deserialize(number(text)).unwrap(), expected, "{text}");
        let forwarded: f64 = serde_forward::deserialize(number(text)).unwrap();
        assert_eq!(forwarded, text.parse::<f64>().unwrap(), "{text}");
    }
    for text in ["1e400", "-1e400"] {
        assert!(Value::deserialize(number(text)).is_err(), "{text}");
        assert!(serde_forward::deserialize::<_, f64>(number(text)).is_err(), "{text}");
    }
    let large: u64 = serde_forward::deserialize(number("18446744073709551615")).unwrap();
    assert_eq!(large, u64::MAX);
}

/// Run with and without the feature, which must make no difference.
#[test]
fn numbers_of_a_document_are_read_everywhere() {
    let tree = parse(br#"{"a":[1.5,-0.25,1e2,{"b":0.1}],"c":18446744073709551616,"d":-7}"#).unwrap();
    let member = |name: &str, value| (name.to_owned().into(), value);
    let inner = Value::Object(vec![member("b", Value::Float(0.1))]);
    let items = vec![Value::Float(1.5), Value::Float(-0.25), Value::Float(100.0), inner];
    let large = Value::Float(18_446_744_073_709_551_616.0);
    let expected = vec![member("a", Value::Array(items)), member("c", large), member("d", Value::Integer(-7))];
    assert_eq!(tree, Value::Object(expected));
    let text = r#"{"id":1,"owner":null,"weight":0.1,"lives":7.0,"friends":[{"id":2,"owner":null,"weight":1e-2}]}"#;
    let pet: Pet = serde_json::from_str(text).unwrap();
    let friend = &pet.friends.as_ref().unwrap()[0];
    assert_eq!((pet.weight, pet.lives, friend.weight), (Some(0.1), 7, Some(0.01)));
    let pet: Pet = serde_json::from_value(serde_json::from_str(text).unwrap()).unwrap();
    assert_eq!(pet.weight, Some(0.1));
    assert!(parse(b"[1e400]").unwrap_err().to_string().contains("not JSON at line 1"));
    assert!(parse(br#"{"a":1.5,"a":2.5}"#).unwrap_err().to_string().contains("duplicate key"));
}

#[test]
fn object_with_the_reserved_key_remains_an_object() {
    for text in [
        r#"{"$serde_json::private::Number":"1.5"}"#,
        r#"{"$serde_json::private::Number":"\u0031.5"}"#,
        r#"{"$serde_json::private::N\u0075mber":"1.5"}"#,
    ] {
        let expected = BTreeMap::from([(KEY.to_owned(), "1.5".to_owned())]);
        let tree = parse(text.as_bytes()).unwrap();
        assert_eq!(tree.object().unwrap().rest::<String>(&[]).unwrap(), expected, "{text}");
        let mut json = serde_json::Deserializer::from_str(text);
        let forwarded: BTreeMap<String, String> = serde_forward::deserialize(&mut json).unwrap();
        assert_eq!(forwarded, expected, "{text}");
    }
    for text in [r#"{"$serde_json::private::Number":1.5}"#, r#"{"$serde_json::private::Number":"1.5","a":"2"}"#] {
        assert!(matches!(parse(text.as_bytes()).unwrap(), Value::Object(_)), "{text}");
    }
}
