//! The operations of the API. keystub wrote this file once; it is yours to edit.

use crate::app::App;
use crate::generated::Problem;
use crate::generated::{
    Api, BearerAuthOrShopKey, CreatePet, CreatePetResponse, DeletePet, DeletePetResponse, GetPet, GetPetResponse,
    ListPets, ListPetsResponse, PutPhoto, types,
};

impl Api for App {
    type Error = Problem;
    async fn list_pets(
        &self,
        _auth: BearerAuthOrShopKey<Self>,
        _request: ListPets,
    ) -> Result<ListPetsResponse, Problem> {
        Err(Problem::not_implemented())
    }
    async fn create_pet(&self, _auth: Self::BearerAuth, _request: CreatePet) -> Result<CreatePetResponse, Problem> {
        Err(Problem::not_implemented())
    }
    async fn get_pet(&self, _auth: Self::BearerAuth, _request: GetPet) -> Result<GetPetResponse, Problem> {
        Err(Problem::not_implemented())
    }
    async fn delete_pet(&self, _auth: Self::Oauth, _request: DeletePet) -> Result<DeletePetResponse, Problem> {
        Err(Problem::not_implemented())
    }
    async fn put_photo(&self, _auth: Self::BearerAuth, _request: PutPhoto) -> Result<(), Problem> {
        Err(Problem::not_implemented())
    }
    async fn create_token(&self, _auth: Self::Login) -> Result<types::CreateTokenResponse, Problem> {
        Err(Problem::not_implemented())
    }
    async fn health(&self) -> Result<String, Problem> {
        Err(Problem::not_implemented())
    }
}
