// client stops
pub async fn call(client: &api::Client) {
    if let Ok(response) = client.get_pets().await {
        let pet: api::types::Pet = response.into_body();
        match pet.kind {
            Some(api::types::PetKind::Cat) | None => {}
            Some(api::types::PetKind::Dog) => {}
            Some(api::types::PetKind::Unknown(_)) => {}
        }
    }
}

// server compiles
pub struct App;

impl api::Api for App {
    type Error = api::Problem;
    async fn get_pets(&self) -> Result<api::types::Pet, Self::Error> {
        Ok(api::types::Pet { kind: Some(api::types::PetKind::Cat) })
    }
}
