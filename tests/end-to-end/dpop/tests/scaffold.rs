//! The tests of a new server pass: its scaffold compiles, verifies tokens and proofs, and refuses what the document does not
//! allow.
#![allow(dead_code, unexpected_cfgs, unused_imports)] // the modules are those of a crate

include!(concat!(env!("OUT_DIR"), "/scaffold/modules.rs"));
