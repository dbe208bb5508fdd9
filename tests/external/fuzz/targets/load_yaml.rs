//! Bytes that are read as YAML, or as what else they look like.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| keystub_fuzz::inspect(bytes));
