//! The settings that the OAuth 2 flows share.

/// The settings of every flow: how the client authenticates to the token endpoint, and its connections.
macro_rules! endpoint_settings {
    ($flow:ident, $($endpoint:tt)+) => {
        impl $flow {
            /// Sends the client's id and secret in the body instead of the `Authorization` header
            /// (`client_secret_post`).
            #[must_use]
            pub fn post(mut self) -> Self {
                self.$($endpoint)+.authentication = super::token_endpoint::ClientAuthentication::Post;
                self
            }

            /// Sets a function that configures the HTTP client of the requests to the authorization server, instead of
            /// that of the API client. Redirects, `Referer` and verbose logging are disabled afterwards.
            #[must_use]
            pub fn configure(
                mut self,
                tune: impl Fn(super::platform::ClientBuilder) -> super::platform::ClientBuilder + Send + Sync + 'static,
            ) -> Self {
                self.$($endpoint)+.transport = Some(super::transport::Transport::tuned(tune));
                self
            }

            /// Binds the tokens to this key.
            #[allow(dead_code)] // for DPoP, which is optional
            #[must_use]
            pub(super) fn bound(mut self, key: std::sync::Arc<dyn super::credential::Possession>) -> Self {
                self.$($endpoint)+.possession = Some(key);
                self
            }

            /// Uses these settings for the requests to the authorization server.
            #[allow(dead_code)] // not every flow starts at the metadata of a provider
            #[must_use]
            pub(super) fn transport(mut self, transport: Option<super::transport::Transport>) -> Self {
                self.$($endpoint)+.transport = transport;
                self
            }
        }
    };
}
pub(super) use endpoint_settings;

/// The settings of a flow in which a user consents: its client may be public, and its tokens are refreshed later.
macro_rules! consent_settings {
    ($flow:ident) => {
        impl $flow {
            /// Sets the client secret, for confidential clients.
            #[must_use]
            pub fn secret(mut self, secret: impl Into<SecretString>) -> Self {
                self.endpoint.secret = Some(secret.into());
                self
            }

            /// Sets the URL for refresh requests, if it is not the token endpoint (`refreshUrl` of the document).
            #[must_use]
            pub fn refresh_url(mut self, url: &str) -> Self {
                self.refresh_url = Some(url.to_owned());
                self
            }
        }
    };
}
pub(super) use consent_settings;
