//! The operations of the API. keystub wrote this file once; it is yours to edit.

use crate::app::App;
use crate::generated::*;

impl Api for App {
    type Error = Problem;

    async fn list_pets(
        &self,
        _auth: BearerAuthOrShopKey<Self>,
        _request: ListPetsRequest,
    ) -> Result<ListPetsResponse, Problem> {
        Err(Problem::not_implemented())
    }

    async fn create_pet(
        &self,
        _auth: Self::BearerAuth,
        _request: CreatePetRequest,
    ) -> Result<CreatePetResponse, Problem> {
        Err(Problem::not_implemented())
    }

    async fn get_pet(
        &self,
        _auth: Self::BearerAuth,
        _request: GetPetRequest,
    ) -> Result<GetPetResponse, Problem> {
        Err(Problem::not_implemented())
    }

    async fn delete_pet(
        &self,
        _auth: Self::Oauth,
        _request: DeletePetRequest,
    ) -> Result<DeletePetResponse, Problem> {
        Err(Problem::not_implemented())
    }

    async fn put_photo(
        &self,
        _auth: Self::BearerAuth,
        _request: PutPhotoRequest,
    ) -> Result<(), Problem> {
        Err(Problem::not_implemented())
    }

    async fn create_token(
        &self,
        _auth: Self::Login,
    ) -> Result<types::CreateTokenResponse, Problem> {
        Err(Problem::not_implemented())
    }

    async fn health(&self) -> Result<String, Problem> {
        Err(Problem::not_implemented())
    }
}
