//! JSON of generated types, and of equal types with serde's derives: both ways, by the codec and by serde's traits.

use std::fmt::Debug;

use benches::pets;
use divan::Bencher;
use divan::counter::BytesCount;
use keystub_client_runtime::json::{Decode, Encode, from_slice, to_vec};
use petshop_client::types as generated;
use serde::{Deserialize, Serialize};

/// 8,000 objects with six properties, one of which is a union with a discriminator: 1.3 MB.
fn objects() -> Vec<u8> {
    let all: Vec<String> = (0..8_000).map(pets::pet).collect();
    format!("[{}]", all.join(",")).into_bytes()
}

/// 32 strings of 64 KiB.
fn strings() -> Vec<u8> {
    let text = |_| "The quick brown fox jumps over the lazy dog, and the dog does not mind. ".repeat(910);
    serde_json::to_vec(&(0..32).map(text).collect::<Vec<_>>()).expect("strings are JSON")
}

/// 32 strings of 64 KiB with escapes and letters beyond ASCII in each line.
fn texts() -> Vec<u8> {
    let text = |_| "The quick brown fox jumps over the lazy dog on a \"Schöner Tag\", says the dog.\n".repeat(810);
    serde_json::to_vec(&(0..32).map(text).collect::<Vec<_>>()).expect("strings are JSON")
}

/// 100,000 integers of different lengths.
fn integers() -> Vec<u8> {
    let numbers: Vec<i64> = random().map(|bits| (bits >> (bits % 64)).cast_signed() / 2).take(100_000).collect();
    serde_json::to_vec(&numbers).expect("numbers are JSON")
}

/// 100,000 numbers, of which every second one has few digits.
fn floats() -> Vec<u8> {
    let number = |(at, bits): (usize, u64)| {
        #[allow(clippy::cast_precision_loss)] // the digits do not matter
        let unit = (bits >> 11) as f64 / (1_u64 << 53) as f64;
        if at.is_multiple_of(2) { unit } else { (unit * 1e5).round() / 100.0 }
    };
    let numbers: Vec<f64> = random().enumerate().map(number).take(100_000).collect();
    serde_json::to_vec(&numbers).expect("numbers are JSON")
}

/// Bits that are the same in each run.
fn random() -> impl Iterator<Item = u64> {
    let step =
        |state: &u64| Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
    std::iter::successors(Some(1), step).map(|state| state ^ state >> 29)
}

fn decode<T: Decode + Debug>(bencher: Bencher<'_, '_>, text: &[u8]) {
    assert!(from_slice::<T>(text.get(1..).unwrap_or_default()).is_err(), "the text is read");
    let bencher = bencher.counter(BytesCount::of_slice(text));
    bencher.bench_local(|| from_slice::<T>(divan::black_box(text)).expect("the text has this type"));
}

fn encode<T: Decode + Encode>(bencher: Bencher<'_, '_>, text: &[u8]) {
    let value: T = from_slice(text).expect("the text has this type");
    assert_eq!(to_vec(&value).as_deref(), Ok(text));
    let bencher = bencher.counter(BytesCount::of_slice(text));
    bencher.bench_local(|| to_vec(divan::black_box(&value)));
}

fn deserialize<T: for<'de> Deserialize<'de>>(bencher: Bencher<'_, '_>, text: &[u8]) {
    let bencher = bencher.counter(BytesCount::of_slice(text));
    bencher.bench_local(|| serde_json::from_slice::<T>(divan::black_box(text)).expect("the text has this type"));
}

fn serialize<T: for<'de> Deserialize<'de> + Serialize>(bencher: Bencher<'_, '_>, text: &[u8]) {
    let value: T = serde_json::from_slice(text).expect("the text has this type");
    assert_eq!(serde_json::to_vec(&value).expect("it can be written").len(), text.len());
    let bencher = bencher.counter(BytesCount::of_slice(text));
    bencher.bench_local(|| serde_json::to_vec(divan::black_box(&value)));
}

/// The benchmarks of one type: by the codec, by serde's derives, and by the serde traits of the generated type.
macro_rules! benchmarks {
    ($($name:ident: $generated:ty, $derived:ty $(, $forwarded:ty)?;)+) => {$(
        mod $name {
            use super::*;

            #[divan::bench]
            fn decode_codec(bencher: Bencher<'_, '_>) {
                decode::<$generated>(bencher, &super::$name());
            }

            #[divan::bench]
            fn decode_derived(bencher: Bencher<'_, '_>) {
                deserialize::<$derived>(bencher, &super::$name());
            }

            #[divan::bench]
            fn encode_codec(bencher: Bencher<'_, '_>) {
                encode::<$generated>(bencher, &super::$name());
            }

            #[divan::bench]
            fn encode_derived(bencher: Bencher<'_, '_>) {
                serialize::<$derived>(bencher, &super::$name());
            }

            $(
                #[divan::bench]
                fn decode_forwarded(bencher: Bencher<'_, '_>) {
                    deserialize::<$forwarded>(bencher, &super::$name());
                }

                #[divan::bench]
                fn encode_forwarded(bencher: Bencher<'_, '_>) {
                    serialize::<$forwarded>(bencher, &super::$name());
                }
            )?
        }
    )+};
}

benchmarks! {
    objects: Vec<generated::Pet>, Vec<pets::Pet>, Vec<generated::Pet>;
    strings: Vec<String>, Vec<String>;
    texts: Vec<String>, Vec<String>;
    integers: Vec<i64>, Vec<i64>;
    floats: Vec<f64>, Vec<f64>;
}

fn main() {
    divan::main();
}
