// client stops
pub fn build() {
    let _ = api::Client::builder().key("k").build();
}

pub async fn call(client: &api::Client) {
    let _ = client.list_pets().await;
}

// server stops
pub struct App;

impl api::Authenticator for App {
    type Key = String;
    async fn key(&self, key: api::auth::ApiKey<'_>) -> Result<api::Granted<Self::Key>, api::Reject> {
        Err(api::Reject::Invalid("wrong"))
    }
}

impl api::Api for App {
    type Error = api::Problem;
    async fn list_pets(&self, name: Self::Key) -> Result<(), Self::Error> {
        Ok(())
    }
}
