//! The commands of `petshop` without an async runtime: each call blocks its thread.
//!
//! ```text
//! petshop-blocking list [LIMIT]
//! petshop-blocking add NAME
//! ```

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

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(pets) => {
            pets.iter().for_each(|pet| println!("{} {}", pet.id, pet.name));
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<Vec<Pet>, String> {
    match words {
        ["list"] => list(&client()?, None),
        ["list", limit] => list(&client()?, Some(limit.parse().map_err(|_| format!("`{limit}` is not a number"))?)),
        ["add", name] => add(&client()?, name),
        _ => Err("usage: petshop-blocking list [LIMIT] | petshop-blocking add NAME".to_owned()),
    }
}

/// The client is the same as that of an async program; only its calls are sent in another way.
fn client() -> Result<Client, String> {
    let builder = Client::builder().timeout(Duration::from_secs(30)).retries(2);
    let mut builder = builder.credentials_from_env().map_err(|error| error.to_string())?;
    if let Ok(url) = std::env::var("PETSHOP_URL") {
        builder = builder.base_url(&url);
    }
    builder.build().map_err(|error| error.to_string())
}

fn list(client: &Client, limit: Option<i32>) -> Result<Vec<Pet>, String> {
    // `send_blocking` takes the place of `.await`. Within an async runtime it fails, and nothing is sent.
    let mut call = client.list_pets().timeout(Duration::from_secs(5));
    if let Some(limit) = limit {
        call = call.limit(limit);
    }
    match call.send_blocking() {
        Ok(pets) => Ok(pets.into_body()),
        Err(Error::Api { status, error, .. }) => Err(described(status, error)),
        Err(Error::Auth(reason)) => Err(format!("{reason}; set one of the variables PETSHOP_CLIENT_…")),
        Err(other) => Err(other.to_string()),
    }
}

fn add(client: &Client, name: &str) -> Result<Vec<Pet>, String> {
    match client.create_pet(&NewPet::new(name.to_owned())).send_blocking() {
        Ok(pet) => Ok(vec![pet.into_body()]),
        Err(Error::Api { error: CreatePetError::Conflict, .. }) => Err(format!("there is a pet with the name {name}")),
        Err(Error::Api { status, error: CreatePetError::Default(problem), .. }) => Err(described(status, problem)),
        Err(other) => Err(other.to_string()),
    }
}

fn described(status: StatusCode, problem: Problem) -> String {
    format!("{status}: {}", problem.detail.unwrap_or(problem.title))
}
