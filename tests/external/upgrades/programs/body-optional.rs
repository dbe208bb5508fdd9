// client stops
pub async fn call(client: &api::Client) {
    let _ = client.post_pets("text").await;
}

// server stops
pub struct App;

impl api::Api for App {
    type Error = api::Problem;
    async fn post_pets(&self, request: api::PostPetsRequest) -> Result<(), Self::Error> {
        let body: String = request.body;
        Ok(())
    }
}
