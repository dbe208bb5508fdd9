//! serde's traits of generated types, with serde_json and with a binary format.

use std::collections::BTreeMap;

use runtime_shared::sample::{Counts, Pet, Tree};

use super::{read, written};

#[test]
fn serde_round_trips_like_the_codec() {
    let text = r#"{"id":1,"owner":null,"nick":null,"lives":7}"#;
    let pet: Pet = serde_json::from_str(text).unwrap();
    assert_eq!(pet, read(text).unwrap());
    assert_eq!(serde_json::to_value(&pet).unwrap(), serde_json::from_str::<serde_json::Value>(text).unwrap());
    let message = serde_json::from_str::<Pet>(r#"{"id":true,"owner":null}"#).unwrap_err().to_string();
    assert!(message.contains("/id: expected an integer, found a boolean"), "{message}");
}

#[test]
fn serde_writes_each_property_like_the_codec() {
    let pet: Pet = read(r#"{"id":-1,"owner":"O\"","tag":"t","weight":0.5,"nick":null,"lives":7,"friends":[{"id":2,"owner":null,"lives":7}]}"#).unwrap();
    assert_eq!(serde_json::to_string(&pet).unwrap(), written(&pet), "in the order of the document");
    let counts = Counts { total: 1, rest: BTreeMap::from([("a".to_owned(), u32::MAX)]) };
    assert_eq!(serde_json::to_string(&counts).unwrap(), written(&counts));
    let tree: Tree = read(r#"{"child":{"right":true},"left":true}"#).unwrap();
    assert_eq!(serde_json::to_string(&tree).unwrap(), written(&tree));
}

#[test]
fn serde_refuses_numbers_that_are_not_finite() {
    let pet = Pet { weight: Some(f64::NAN), ..Pet::default() };
    assert!(serde_json::to_string(&pet).is_err());
    let pet = Pet { friends: Some(vec![pet]), ..Pet::default() };
    assert!(serde_json::to_string(&pet).is_err());
}

#[test]
fn binary_format_has_the_number_of_properties() {
    let pet: Pet = read(r#"{"id":1,"owner":null,"nick":null,"lives":7,"weight":1.5}"#).unwrap();
    let mut bytes = Vec::new();
    ciborium::into_writer(&pet, &mut bytes).unwrap();
    // A map with five entries (RFC 8949, section 3.1).
    assert_eq!(bytes[0], 5 << 5 | 5);
    assert_eq!(ciborium::from_reader::<Pet, _>(&bytes[..]).unwrap(), pet);
    let wrong = ciborium::from_reader::<Counts, _>(&bytes[..]).unwrap_err().to_string();
    assert!(wrong.contains("missing property `total`"), "{wrong}");
}

#[test]
fn serde_refuses_duplicate_keys() {
    let error = serde_json::from_str::<Counts>(r#"{"total":1,"a":1,"\u0061":2}"#).unwrap_err().to_string();
    assert!(error.contains("duplicate key"), "{error}");
}
