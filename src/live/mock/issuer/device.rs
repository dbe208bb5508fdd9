//! Device authorization (RFC 8628).

use std::sync::Arc;
use std::time::{Duration, Instant};

use keystub_server_runtime as rt;

use rt::axum::extract::{Request, State};
use rt::axum::http::{StatusCode, Uri};
use rt::axum::response::Response;
use serde_json::json;

use super::form::{Form, OAuthError, json};
use super::grants::{Device, DeviceState};
use super::page::{decision, escaped, page, scope_list};
use super::server::{CLIENT, Issuer};
use super::token::read;
use crate::live::mock::random;

/// How long a device code is valid.
const LIFETIME: Duration = Duration::from_secs(600);

/// The device authorization endpoint (section 3.1).
pub(super) async fn start(State(issuer): State<Arc<Issuer>>, request: Request) -> Response {
    let result = async {
        let (_, form) = read(request).await?;
        if form.required("client_id")? != CLIENT {
            return Err(OAuthError::new("invalid_client", format!("the only client is `{CLIENT}`")));
        }
        let scopes = issuer.requested_scopes(form.get("scope"))?;
        let (device_code, user_code) = (random::token(), user_code());
        let expires = Instant::now() + LIFETIME;
        let device = Device { user_code: user_code.clone(), scopes, state: DeviceState::Pending, expires };
        issuer.grants().devices.insert(device_code.clone(), device);
        let uri = issuer.endpoint("verify");
        let response = json!({
            "device_code": device_code,
            "user_code": user_code,
            "verification_uri": uri,
            "verification_uri_complete": format!("{uri}?user_code={user_code}"),
            "expires_in": LIFETIME.as_secs(),
            "interval": 1,
        });
        Ok(json(StatusCode::OK, &response))
    };
    result.await.unwrap_or_else(OAuthError::response)
}

/// Eight letters without vowels (section 6.1).
fn user_code() -> String {
    const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
    let random = random::token();
    let letters = random.bytes().take(8).map(|byte| char::from(LETTERS[usize::from(byte) % LETTERS.len()]));
    let code: String = letters.collect();
    format!("{}-{}", &code[..4], &code[4..])
}

/// The page on which the user enters the code and decides.
pub(super) async fn show(State(issuer): State<Arc<Issuer>>, uri: Uri) -> Response {
    let form = match Form::read(uri.query().unwrap_or_default()) {
        Ok(form) => form,
        Err(error) => return error.response(),
    };
    let Some(code) = form.get("user_code") else {
        let content = "<form><label>Code of the device <input name=\"user_code\" autofocus></label> <button>Continue</button></form>";
        return page(StatusCode::OK, "Connect a device", content);
    };
    let scopes = issuer
        .grants()
        .devices
        .iter()
        .find(|(_, device)| device.user_code == code)
        .map(|(_, device)| device.scopes.clone());
    match scopes {
        None => page(StatusCode::NOT_FOUND, "Unknown code", "<p>No device has this code.</p>"),
        Some(scopes) => {
            let content = format!(
                "<p>The device with the code <code>{}</code> wants to call this API in your name.</p>{}{}",
                escaped(code),
                scope_list(&scopes),
                decision("", &[("user_code", code)]),
            );
            page(StatusCode::OK, "Allow access?", &content)
        }
    }
}

/// Records what the user decides.
pub(super) async fn decide(State(issuer): State<Arc<Issuer>>, body: String) -> Response {
    let form = match Form::read(&body) {
        Ok(form) => form,
        Err(error) => return error.response(),
    };
    let code = form.get("user_code").unwrap_or_default();
    let is_allowed = form.get("decision") == Some("allow");
    let mut grants = issuer.grants();
    let device_code = grants.devices.iter().find(|(_, device)| device.user_code == code).map(|(key, _)| key.to_owned());
    match device_code.and_then(|key| grants.devices.get_mut(&key)) {
        None => page(StatusCode::NOT_FOUND, "Unknown code", "<p>No device has this code.</p>"),
        Some(device) => {
            device.state = if is_allowed { DeviceState::Allowed } else { DeviceState::Denied };
            let heading = if is_allowed { "The device is connected" } else { "Access denied" };
            page(StatusCode::OK, heading, "<p>You can close this page.</p>")
        }
    }
}
