//! The program for JavaScript: a function for each runtime.

use everything as _;
use wasm_bindgen::prelude::*;

mod with_vendored {
    use shop_vendored as shop;
    include!("program.rs");
}

mod with_crate {
    use shop_crate as shop;
    include!("program.rs");
}

#[wasm_bindgen]
pub async fn vendored(base: String, unreachable: String, is_browser: bool) -> Result<(), JsError> {
    with_vendored::run(&base, &unreachable, is_browser).await.map_err(|error| JsError::new(&error))
}

#[wasm_bindgen]
pub async fn runtime_crate(base: String, unreachable: String, is_browser: bool) -> Result<(), JsError> {
    with_crate::run(&base, &unreachable, is_browser).await.map_err(|error| JsError::new(&error))
}
