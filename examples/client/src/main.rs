//! Lists the pets of a shop, or adds one:
//!
//! ```text
//! petshop list [LIMIT]
//! petshop add NAME
//! ```
//!
//! Credentials come from environment variables: `PETSHOP_CLIENT_BEARER_AUTH` for a token, `PETSHOP_CLIENT_SHOP_KEY` for
//! a key.

/// The generated code.
mod api {
    include!(concat!(env!("OUT_DIR"), "/api/mod.rs"));
}

use std::process::ExitCode;
use std::time::Duration;

use api::operations::CreatePetError;
use api::types::{NewPet, Pet, Problem};
use api::{Client, Error};
use keystub_client_runtime::reqwest::StatusCode;

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match run(&words).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(words: &[&str]) -> Result<(), String> {
    match words {
        ["list"] => list(&client()?, None).await,
        ["list", limit] => {
            list(&client()?, Some(limit.parse().map_err(|_| format!("`{limit}` is not a number"))?)).await
        }
        ["add", name] => add(&client()?, name).await,
        _ => Err("usage: petshop list [LIMIT] | petshop add NAME".to_owned()),
    }
}

/// A client with the credentials that are set. It retries requests that change nothing.
fn client() -> Result<Client, String> {
    let builder = Client::builder().timeout(Duration::from_secs(30)).retries(2);
    let mut builder = builder.credentials_from_env().map_err(|error| error.to_string())?;
    if let Ok(url) = std::env::var("PETSHOP_URL") {
        builder = builder.base_url(&url);
    }
    builder.build().map_err(|error| error.to_string())
}

async fn list(client: &Client, limit: Option<i32>) -> Result<(), String> {
    // Optional parameters and options of a single call are set before `.await` sends it.
    let mut call = client.list_pets().timeout(Duration::from_secs(5));
    if let Some(limit) = limit {
        call = call.limit(limit);
    }
    match call.await {
        Ok(pets) => {
            pets.iter().for_each(print);
            Ok(())
        }
        // The response is an error that the document describes.
        Err(Error::Api { status, error, .. }) => Err(described(status, error)),
        // No credentials for this operation are set; nothing was sent.
        Err(Error::Auth(reason)) => Err(format!("{reason}; set one of the variables PETSHOP_CLIENT_…")),
        // The connection failed, the call timed out, or the response is not one of the document.
        Err(other) => Err(other.to_string()),
    }
}

async fn add(client: &Client, name: &str) -> Result<(), String> {
    match client.create_pet(&NewPet::new(name.to_owned())).await {
        Ok(pet) => {
            print(&pet);
            Ok(())
        }
        // This operation documents two errors, so its error type is an enum.
        Err(Error::Api { error: CreatePetError::Conflict, .. }) => Err(format!("there is a pet with the name {name}")),
        Err(Error::Api { status, error: CreatePetError::Default(problem), .. }) => Err(described(status, problem)),
        Err(other) => Err(other.to_string()),
    }
}

fn print(pet: &Pet) {
    println!("{} {}", pet.id, pet.name);
}

fn described(status: StatusCode, problem: Problem) -> String {
    format!("{status}: {}", problem.detail.unwrap_or(problem.title))
}
