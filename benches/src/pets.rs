//! The types of fixtures/world/petshop.yaml as a careful person writes them, and values of them.

use serde::{Deserialize, Serialize};

/// A pet that a shop has.
#[derive(Debug, Serialize, Deserialize)]
pub struct Pet {
    /// What it is called.
    pub name: String,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// A date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub born: Option<String>,
    /// Whether it can be bought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Its number.
    pub id: i64,
    /// Who has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
}

/// A pet that a shop does not have yet.
#[derive(Debug, Serialize, Deserialize)]
pub struct NewPet {
    /// What it is called.
    pub name: String,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// A date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub born: Option<String>,
    /// Whether it can be bought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
}

/// Whether a pet can be bought.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It can.
    Available,
    /// It can later.
    Reserved,
    /// It cannot.
    Sold,
}

/// Who has a pet.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Owner {
    /// A person.
    Person(Person),
    /// A shelter.
    Shelter(Shelter),
}

/// A person.
#[derive(Debug, Serialize, Deserialize)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// A shelter.
#[derive(Debug, Serialize, Deserialize)]
pub struct Shelter {
    /// Where it is.
    pub address: String,
}

/// The JSON of a pet with this number.
pub fn pet(id: usize) -> String {
    let owner = if id.is_multiple_of(2) {
        format!(r#"{{"kind":"person","name":"Frank Miller {id}","email":"frank.miller.{id}@example.com"}}"#)
    } else {
        format!(r#"{{"kind":"shelter","address":"Long Road {id}, 12345 Somewhere, Far Away"}}"#)
    };
    let status = ["available", "reserved", "sold"][id % 3];
    format!(r#"{{"name":"Rex the {id}th","tag":"dog","status":"{status}","id":{id},"owner":{owner}}}"#)
}
