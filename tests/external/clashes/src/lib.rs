//! Both sides of documents whose names are those of generated code itself: that this compiles is the test.
#![deny(warnings)]

include!(concat!(env!("OUT_DIR"), "/modules.rs"));
