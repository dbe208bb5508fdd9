//! Nothing: `tests/pages.rs` runs `keystub docs` and `pages.mjs`.
