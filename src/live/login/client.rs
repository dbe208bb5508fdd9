//! The OAuth client of a login, and the authorization server that receives its secrets.

use keystub_client_runtime as rt;
use rt::secrecy::SecretString;

use crate::diag::escaped;

/// A client that is registered with an authorization server.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    /// `client_id`.
    id: String,
    /// Its authorization server, if the user named it.
    server: Option<Server>,
}

/// An authorization server that the user named, whatever a document says.
#[derive(Debug, Clone)]
struct Server {
    /// A URL. Only its origin counts.
    url: String,
    /// `client_secret`, if the client is a confidential one.
    secret: Option<SecretString>,
}

impl Client {
    /// A public client of the authorization server that the document names.
    pub fn of_document(id: &str) -> Self {
        Self { id: id.to_owned(), server: None }
    }

    /// A client of the authorization server with this URL.
    pub fn of_server(id: &str, url: &str, secret: Option<SecretString>) -> Self {
        Self { id: id.to_owned(), server: Some(Server { url: url.to_owned(), secret }) }
    }

    /// `client_id`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The secret for these endpoints, if the client has one.
    ///
    /// # Errors
    ///
    /// If one of the endpoints must not receive secrets and tokens of the client: it has another origin than the
    /// authorization server, which is that of the first endpoint unless the user named one.
    pub fn secret_for(&self, endpoints: &[&str]) -> Result<Option<SecretString>, String> {
        let server = self.server.as_ref().map(|server| server.url.as_str());
        let Some(own) = server.or(endpoints.first().copied()) else { return Ok(None) };
        if let Some(other) = endpoints.iter().find(|endpoint| !is_same_origin(own, endpoint)) {
            return Err(format!(
                "the endpoint {} has another origin than {}; secrets and tokens of the client are only sent to the origin \
                 of its authorization server (`server` of the client in apis.toml)",
                escaped(other),
                escaped(own)
            ));
        }
        Ok(self.server.as_ref().and_then(|server| server.secret.clone()))
    }
}

/// Whether two URLs have one origin: scheme, host and port.
pub(crate) fn is_same_origin(one: &str, other: &str) -> bool {
    let origin = |text: &str| rt::reqwest::Url::parse(text).ok().map(|url| url.origin());
    // An opaque origin is equal to no other one.
    origin(one).filter(|one| one.is_tuple()).is_some_and(|one| origin(other) == Some(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHERS: [&str; 7] = [
        "https://id.example.com.evil.example/token",
        "https://id.example.com@evil.example/token",
        "http://id.example.com/token",
        "https://id.example.com:8443/token",
        "https://evil.example/token",
        "/token",
        "",
    ];

    #[test]
    fn secret_is_sent_to_the_origin_of_the_server_only() {
        let client = |url: &str| Client::of_server("me", url, Some("s3cret".into()));
        let own = client("https://id.example.com/oauth");
        for endpoints in [
            &["https://id.example.com/token"][..],
            &["https://ID.example.com:443/token", "https://id.example.com/device"],
        ] {
            assert!(own.secret_for(endpoints).unwrap().is_some(), "{endpoints:?}");
        }
        for other in OTHERS {
            for endpoints in [&[other][..], &["https://id.example.com/token", other]] {
                let error = own.secret_for(endpoints).unwrap_err();
                assert!(error.contains("another origin") && !error.contains("s3cret"), "{other}: {error}");
            }
        }
        assert!(client("id.example.com").secret_for(&["id.example.com"]).is_err());
        assert!(client("data:x").secret_for(&["data:x"]).is_err());
    }

    #[test]
    fn endpoints_of_a_document_have_one_origin() {
        let client = Client::of_document("me");
        let own = "https://id.example.com/token";
        assert!(client.secret_for(&[own, "https://id.example.com/refresh"]).unwrap().is_none());
        for other in OTHERS {
            assert!(client.secret_for(&[own, other]).is_err(), "{other}");
        }
    }
}
