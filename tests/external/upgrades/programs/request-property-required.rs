// client stops
pub async fn call(client: &api::Client) {
    let pet = api::types::Pet { name: Some(String::new()) };
    let _ = client.post_pets().body(&pet).await;
}

// server stops
pub struct App;

impl api::Api for App {
    type Error = api::Problem;
    async fn post_pets(&self, request: api::PostPetsRequest) -> Result<(), Self::Error> {
        let name: Option<String> = request.body.and_then(|pet| pet.name);
        Ok(())
    }
}
