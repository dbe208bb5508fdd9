//! Calls of the servers in `serve.mjs`. It is included once for each generated client, which is `shop`.

use std::future::IntoFuture;
use std::time::Duration;

use shop::auth::{ClientCredentials, Login};
use shop::types::{Caller, Refusal, SendPhotoBody};
use shop::{AuthReason, Client, Error, File, RequestError};

/// What a client has: all credentials right, or all wrong.
fn client(base: &str, secret: &str) -> shop::ClientBuilder {
    let token_url = base.replace("/api", "/token");
    Client::builder()
        .base_url(base)
        .token(format!("{secret}-token"))
        .login(Login::new("user", format!("{secret}-password")))
        .header_key(format!("{secret}-header"))
        .query_key(format!("{secret}-query"))
        .cookie_key(format!("{secret}-cookie"))
        .oauth(ClientCredentials::new(&token_url, "client", format!("{secret}-secret")))
}

/// Fails unless the call has the scheme with the right credentials, and the documented error with the wrong ones.
macro_rules! judged {
    ($right:expr, $wrong:expr, $operation:ident, $scheme:literal) => {
        let caller = $right.$operation().await.map_err(|error| format!("{}: {error:?}", $scheme))?;
        if caller.scheme != $scheme {
            return Err(format!("{} instead of {}", caller.scheme, $scheme));
        }
        match $wrong.$operation().await {
            Err(Error::Api { status, error: Refusal { reason }, .. }) if status == 401 && reason == $scheme => {}
            other => return Err(format!("wrong credential of {}: {other:?}", $scheme)),
        }
    };
}

/// Fails unless the outcome matches.
macro_rules! expect {
    ($outcome:expr, $pattern:pat $(if $guard:expr)?) => {
        match $outcome {
            $pattern $(if $guard)? => {}
            other => return Err(format!("line {}: {other:?}", line!())),
        }
    };
}

fn sendable<T: Send>(value: T) -> T {
    value
}

/// Whether it is the platform's error with this text.
fn says<E>(error: &Error<E>, text: &str) -> bool
where
    E: std::fmt::Debug,
{
    let source = std::error::Error::source(error).map(ToString::to_string);
    matches!(error, Error::Transport(_)) && source.is_some_and(|source| source.contains(text))
}

pub async fn run(base: &str, unreachable: &str, is_browser: bool) -> Result<(), String> {
    let build = |builder: shop::ClientBuilder| builder.build().map_err(|error| error.to_string());
    let (right, wrong) = (build(client(base, "right"))?, build(client(base, "wrong"))?);
    let bare = build(Client::builder().base_url(base))?;

    judged!(right, wrong, with_bearer, "bearer");
    judged!(right, wrong, with_header, "header");
    judged!(right, wrong, with_query, "query");
    judged!(right, wrong, with_basic, "basic");
    judged!(right, bare_token(base)?, with_oauth, "oauth");
    expect!(wrong.with_oauth().await, Err(Error::Auth(error)) if matches!(error.reason, AuthReason::Failed(..)));
    if is_browser {
        // A browser would send the call without its credential.
        expect!(right.with_cookie().await, Err(Error::InvalidRequest(RequestError::Header { name, .. })) if name == "cookie");
    } else {
        judged!(right, wrong, with_cookie, "cookie");
    }
    expect!(bare.with_bearer().await, Err(Error::Auth(error)) if matches!(error.reason, AuthReason::Missing(_)));
    expect!(right.with_certificate().await, Err(Error::Auth(error)) if matches!(error.reason, AuthReason::Missing(_)));
    expect!(sendable(right.open().into_future()).await, Ok(caller) if caller.scheme == "none");
    let plain = build(client("http://shop.example/api", "right"))?;
    expect!(plain.with_bearer().await, Err(Error::Auth(error)) if matches!(error.reason, AuthReason::InsecureTransport));

    // The target has another origin, and counts what it receives.
    match right.away().await {
        Err(Error::Unexpected(answer)) if !is_browser && answer.status == 307 => {}
        Err(error) if is_browser && says(&error, "redirects") => {}
        other => return Err(format!("redirect: {other:?}")),
    }

    expect!(right.silent().timeout(Duration::from_millis(50)).await, Err(Error::Timeout));
    let impatient = build(client(base, "right").response_timeout(Duration::from_millis(50)))?;
    expect!(impatient.silent().await, Err(Error::Timeout));
    expect!(right.cut().await, Err(error) if says(&error, "within the body"));
    let small = build(client(base, "right").max_response_bytes(4))?;
    expect!(small.with_bearer().await, Err(Error::TooLarge));
    let gone = build(client(unreachable, "right"))?;
    expect!(gone.with_bearer().await, Err(error) if says(&error, "cannot be reached"));

    let patient = build(client(base, "right").retries(1))?;
    expect!(patient.flaky().await, Ok(caller) if caller.scheme == "bearer");
    for _ in 0..2 {
        expect!(patient.order(&Refusal { reason: "söme".to_owned() }).await, Ok(_));
    }
    let photo = SendPhotoBody {
        title: "cat".to_owned(),
        photo: File::stream("cat.png", || vec![0_u8, 255, 1]).content_type("image/png"),
    };
    expect!(right.send_photo(&photo).await, Ok(_));

    let mut events = right.events().events().await.map_err(|error| format!("{error:?}"))?.into_body();
    for expected in ["one", "two"] {
        expect!(events.next().await, Ok(Some(event)) if event.data == expected);
    }
    // The stream is dropped, so the server notices that the client is gone.
    drop(events);

    let layered = build(client(base, "right").layer(|mut request, next| async move {
        request.url_mut().set_host(Some("localhost"))?;
        next.send(request).await
    }))?;
    expect!(layered.with_bearer().await, Err(Error::Auth(error)) if matches!(error.reason, AuthReason::OtherOrigin));
    let served = build(client(base, "right").service(|_| async {
        let response = http::Response::builder().header("content-type", "application/json");
        Ok(response.body(r#"{"scheme":"service"}"#)?.into())
    }))?;
    expect!(served.with_bearer().await, Ok(caller) if caller.scheme == "service");
    let double = shop::TestDouble::new();
    double.on::<shop::operations::Open>().responds(&Caller { scheme: "double".to_owned() });
    let tested = build(client(base, "right").test_double(&double))?;
    expect!(tested.open().await, Ok(caller) if caller.scheme == "double");
    Ok(())
}

/// A client whose token for `oauth` the API does not know.
fn bare_token(base: &str) -> Result<Client, String> {
    let builder = Client::builder().base_url(base).oauth("wrong-token");
    builder.build().map_err(|error| error.to_string())
}
