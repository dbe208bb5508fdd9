// client compiles
pub async fn call(client: &api::Client) {
    if let Ok(response) = client.get_pets().await {
        let pet: api::types::Pet = response.into_body();
        let id: Option<i64> = pet.id;
    }
}

// server stops
pub struct App;

impl api::Api for App {
    type Error = api::Problem;
    async fn get_pets(&self) -> Result<api::types::Pet, Self::Error> {
        Ok(api::types::Pet { id: Some(1) })
    }
}
