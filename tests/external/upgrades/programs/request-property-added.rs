// client stops
pub async fn call(client: &api::Client) {
    let pet = api::types::Pet { id: Some(1) };
    let _ = client.post_pets().body(&pet).await;
}

// server compiles
pub struct App;

impl api::Api for App {
    type Error = api::Problem;
    async fn post_pets(&self, request: api::PostPetsRequest) -> Result<(), Self::Error> {
        let id: Option<i64> = request.body.and_then(|pet| pet.id);
        Ok(())
    }
}
