//! The calls of a page that lists the pets of a shop, or adds one. `page.js` reads its form and shows what they return.
//!
//! An error is an `Error` of JavaScript. Its `name` is `ApiError` if the document describes it, `AuthError` if nothing was
//! sent because of the credential, and `Error` otherwise.

#![cfg(target_arch = "wasm32")]

/// The generated code.
mod api {
    include!(concat!(env!("OUT_DIR"), "/api/mod.rs"));
}

use std::time::Duration;

use api::operations::CreatePetError;
use api::types::{NewPet, Problem};
use api::{Client, Error};
use keystub_client_runtime::reqwest::StatusCode;
use wasm_bindgen::prelude::wasm_bindgen;

/// A pet as the page shows it.
#[wasm_bindgen(getter_with_clone)]
pub struct Pet {
    /// Its number, which is a `BigInt` of JavaScript.
    pub id: i64,
    /// Its name, which may contain markup: show it as text.
    pub name: String,
}

impl From<api::types::Pet> for Pet {
    fn from(pet: api::types::Pet) -> Self {
        Self { id: pet.id, name: pet.name }
    }
}

/// The shop, with the token of one user.
#[wasm_bindgen]
pub struct Shop {
    client: Client,
}

#[wasm_bindgen]
impl Shop {
    /// Creates a client for the API at `url`. If `token` is empty, it has no credential.
    #[wasm_bindgen(constructor)]
    pub fn new(url: &str, token: &str) -> Result<Shop, js_sys::Error> {
        let mut builder = Client::builder().base_url(url).timeout(Duration::from_secs(30)).retries(2);
        if !token.is_empty() {
            builder = builder.bearer_auth(token);
        }
        let client = builder.build().map_err(|error| named("Error", &error.to_string()))?;
        Ok(Self { client })
    }

    /// The pets of the shop.
    pub async fn list(&self) -> Result<Vec<Pet>, js_sys::Error> {
        match self.client.list_pets().limit(100).await {
            Ok(pets) => Ok(pets.into_body().into_iter().map(Pet::from).collect()),
            Err(Error::Api { status, error, .. }) => Err(described(status, error)),
            Err(other) => Err(undescribed(&other)),
        }
    }

    /// Adds a pet.
    pub async fn add(&self, name: String) -> Result<Pet, js_sys::Error> {
        match self.client.create_pet(&NewPet::new(name)).await {
            Ok(pet) => Ok(pet.into_body().into()),
            // This operation documents two errors, so its error type is an enum.
            Err(Error::Api { error: CreatePetError::Conflict, .. }) => {
                Err(named("ApiError", "there is a pet with this name"))
            }
            Err(Error::Api { status, error: CreatePetError::Default(problem), .. }) => Err(described(status, problem)),
            Err(other) => Err(undescribed(&other)),
        }
    }
}

/// The response is an error that the document describes.
fn described(status: StatusCode, problem: Problem) -> js_sys::Error {
    named("ApiError", &format!("{status}: {}", problem.detail.unwrap_or(problem.title)))
}

fn undescribed<E: std::fmt::Debug>(error: &Error<E>) -> js_sys::Error {
    match error {
        // The credential is missing, or is not valid in a header or for this URL. Nothing was sent.
        Error::Auth(reason) => named("AuthError", &reason.to_string()),
        // The connection failed, the call timed out, or the response is not one of the document. The source of a failed
        // connection mentions CORS.
        other => {
            let source = std::error::Error::source(other).map(|source| format!(": {source}"));
            named("Error", &format!("{other}{}", source.unwrap_or_default()))
        }
    }
}

fn named(name: &str, message: &str) -> js_sys::Error {
    let error = js_sys::Error::new(message);
    error.set_name(name);
    error
}
