//! Reads and lowers any bytes, as YAML or as JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| keystub_fuzz::inspect(bytes));
