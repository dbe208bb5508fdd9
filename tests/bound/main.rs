//! Schemes whose tokens are bound to a key (`dpop`) in the commands that run or describe a document.

mod call;
mod checks;
mod mock;
mod server;
mod texts;

use keystub_client_runtime::credential::Possession;
use keystub_client_runtime::dpop::DpopKey;
use keystub_client_runtime::reqwest::{Method, Request};
use keystub_client_runtime::secrecy::SecretString;

const SPEC: &str = "fixtures/ok/bound-tokens.yaml";
const BOUND: &str = r#"dpop = ["oauth", "bound"]"#;

/// A proof of this key.
fn proof(key: &DpopKey, method: &str, url: &str, token: Option<&str>) -> String {
    let mut request = Request::new(Method::from_bytes(method.as_bytes()).unwrap(), url.parse().unwrap());
    key.prove(&mut request, token.map(SecretString::from).as_ref()).unwrap();
    request.headers()["dpop"].to_str().unwrap().to_owned()
}
