// client compiles
pub async fn call(client: &api::Client) {
    let _ = client.get_pet("1").await;
}

// server stops
pub struct App;

impl api::Api for App {
    type Error = api::Problem;
    async fn get_pet(&self, request: api::GetPetRequest) -> Result<(), Self::Error> {
        let id: String = request.id;
        Ok(())
    }
}
