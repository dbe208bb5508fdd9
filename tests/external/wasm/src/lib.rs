//! Nothing: `tests/clients.rs` generates clients from `shop.yaml`, compiles `program.rs` and `exports.rs` with them, and runs it with
//! `serve.mjs`. It also compiles `examples/web-page`, and opens its page with `page.mjs`.
