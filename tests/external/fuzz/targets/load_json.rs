//! Reads and lowers bytes that begin like JSON.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if !bytes.trim_ascii_start().starts_with(b"{") && !bytes.trim_ascii_start().starts_with(b"[") {
        return Corpus::Reject;
    }
    keystub_fuzz::inspect(bytes);
    Corpus::Keep
});
