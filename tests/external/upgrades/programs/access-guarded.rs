// client compiles
pub async fn call(client: &api::Client) {
    let _ = client.list_pets().await;
}

// server stops
pub struct App;

impl api::Api for App {
    type Error = api::Problem;
    async fn list_pets(&self) -> Result<(), Self::Error> {
        Ok(())
    }
}
