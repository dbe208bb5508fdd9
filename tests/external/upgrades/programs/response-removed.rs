// client compiles
pub async fn call(client: &api::Client) {
    let _ = client.get_pets().await;
}

// server stops
pub struct App;

impl api::Api for App {
    type Error = api::Problem;
    async fn get_pets(&self) -> Result<api::GetPetsResponse, Self::Error> {
        Ok(api::GetPetsResponse::Created)
    }
}
