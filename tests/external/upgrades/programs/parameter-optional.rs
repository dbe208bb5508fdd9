// client stops
pub async fn call(client: &api::Client) {
    let _ = client.get_pets("1").await;
}

// server stops
pub struct App;

impl api::Api for App {
    type Error = api::Problem;
    async fn get_pets(&self, request: api::GetPetsRequest) -> Result<(), Self::Error> {
        let limit: String = request.limit;
        Ok(())
    }
}
