// client stops
pub async fn call(client: &api::Client) {
    if let Err(api::Error::Api { error: value, .. }) = client.get_pets().await {
        let never: api::NoError = value;
    }
}

// server stops
pub struct App;

impl api::Api for App {
    type Error = api::Problem;
    async fn get_pets(&self) -> Result<(), Self::Error> {
        Ok(())
    }
}
