//! A server, the client of the same document, and the server of another document, whose code is made by the build script.

/// The generated code.
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/api/mod.rs"));
}

/// The client of the same document.
pub mod client {
    include!(concat!(env!("OUT_DIR"), "/client/mod.rs"));
}

/// A client whose operations are grouped by tag.
pub mod grouped {
    include!(concat!(env!("OUT_DIR"), "/grouped/mod.rs"));
}

/// The server of another document.
pub mod second {
    include!(concat!(env!("OUT_DIR"), "/second/mod.rs"));
}

use api::Problem;
use api::auth::{ApiKey, Basic, Bearer};
use api::{Api, Authenticator, BearerAuthOrShopKey};
use api::{Granted, Reject};

/// An application that knows one token and one key.
#[derive(Debug)]
pub struct App;

impl Authenticator for App {
    type BearerAuth = String;
    type Oauth = String;
    type ShopKey = u32;
    type Login = String;

    async fn bearer_auth(&self, token: Bearer<'_>) -> Result<Granted<String>, Reject> {
        if token.token == "right" { Ok(Granted::new("ann".to_owned())) } else { Err(Reject::Invalid("unknown")) }
    }

    async fn oauth(&self, token: Bearer<'_>) -> Result<Granted<String>, Reject> {
        match token.token {
            "may-write" => Ok(Granted::new("bob".to_owned()).scopes(["pets:write"])),
            "may-read" => Ok(Granted::new("bob".to_owned()).scopes(["pets:read"])),
            _ => Err(Reject::Invalid("unknown")),
        }
    }

    async fn shop_key(&self, key: ApiKey<'_>) -> Result<Granted<u32>, Reject> {
        if key.key == "k-1" { Ok(Granted::new(1)) } else { Err(Reject::Invalid("unknown")) }
    }

    async fn login(&self, _: Basic<'_>) -> Result<Granted<String>, Reject> {
        Err(Reject::Unavailable)
    }
}

impl Api for App {
    type Error = Problem;

    async fn list_pets(
        &self,
        auth: BearerAuthOrShopKey<Self>,
        request: api::ListPetsRequest,
    ) -> Result<api::ListPetsResponse, Problem> {
        let name = match auth {
            BearerAuthOrShopKey::BearerAuth(user) => user,
            BearerAuthOrShopKey::ShopKey(shop) => format!("shop {shop}"),
        };
        Ok(api::ListPetsResponse::Ok(vec![pet(i64::from(request.limit), name)]))
    }

    async fn create_pet(&self, _: String, request: api::CreatePetRequest) -> Result<api::CreatePetResponse, Problem> {
        Ok(api::CreatePetResponse::Created(pet(7, request.body.name)))
    }

    async fn get_pet(&self, _: String, request: api::GetPetRequest) -> Result<api::GetPetResponse, Problem> {
        Ok(api::GetPetResponse::Ok(pet(request.pet_id, "rex".to_owned())))
    }

    async fn delete_pet(&self, _: String, _: api::DeletePetRequest) -> Result<api::DeletePetResponse, Problem> {
        Ok(api::DeletePetResponse::NoContent)
    }

    async fn put_photo(&self, _: String, request: api::PutPhotoRequest) -> Result<(), Problem> {
        if request.body.photo.is_empty() { Err(Problem::not_implemented()) } else { Ok(()) }
    }

    async fn create_token(&self, _: String) -> Result<api::types::CreateTokenResponse, Problem> {
        Err(Problem::not_implemented())
    }

    async fn health(&self) -> Result<String, Problem> {
        Ok("open".to_owned())
    }
}

fn pet(id: i64, name: String) -> api::types::Pet {
    api::types::Pet { id, name, tag: None, born: None, status: None, owner: None }
}
