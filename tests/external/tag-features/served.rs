//! Which requests the server serves with the enabled features. This file is copied into the generated server.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use jsonwebtoken::Algorithm;
use shop_server::app::App;
use shop_server::generated::auth::{ApiKeys, JwtKeys, JwtPolicy, JwtVerifier, Passwords};
use shop_server::generated::operations::OPERATIONS;
use shop_server::generated::router;
use tower::ServiceExt;

/// A user, hashed at the lowest cost.
const USER: &str = "tests $argon2id$v=19$m=8,t=1,p=1$c2FsdCBvZiB0aGUgdGVzdA$oP+d9lQM000QoHjRZT/bEDwcvXgevVyNrX0O3kbYduU";

fn app() -> App {
    let keys = JwtKeys::from_secret(&[7; 32], Algorithm::HS256).unwrap();
    let policy = JwtPolicy::new("https://issuer.example", "tests", &[Algorithm::HS256]);
    App {
        key: ApiKeys::new().with_key("tests", "right-key-of-the-tests", &[]).unwrap(),
        login: Passwords::from_text(USER).unwrap(),
        token: JwtVerifier::new(keys, policy),
    }
}

async fn status(method: &str, path: &str, key: Option<&str>) -> StatusCode {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(key) = key {
        request = request.header("X-Key", key);
    }
    router(app()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status()
}

const KEY: Option<&str> = Some("right-key-of-the-tests");
const WRONG: Option<&str> = Some("wrong-key-of-the-tests");

fn if_enabled(is_enabled: bool, status: StatusCode) -> StatusCode {
    if is_enabled { status } else { StatusCode::NOT_FOUND }
}

#[test]
fn operations_are_those_of_the_enabled_tags() {
    let (pets, store, groups) = (cfg!(feature = "pets"), cfg!(feature = "store"), cfg!(feature = "user-groups"));
    let expected = [
        ("health", true),
        ("listPets", pets),
        ("createPet", pets),
        ("getPet", pets),
        ("listMine", groups),
        ("addPhoto", pets),
        ("getPhoto", pets || store),
        ("placeOrder", store),
        ("orderEvents", store),
        ("listGroups", groups),
        ("reset", groups || cfg!(feature = "default-tag")),
        ("formats", cfg!(feature = "serde-tag")),
    ];
    let expected: Vec<&str> = expected.into_iter().filter(|(_, is_there)| *is_there).map(|(id, _)| id).collect();
    let found: Vec<&str> = OPERATIONS.iter().map(|operation| operation.id).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn enabled_operations_require_credentials_and_others_do_not_exist() {
    let pets = cfg!(feature = "pets");
    for (key, expected) in [
        (None, StatusCode::UNAUTHORIZED),
        (WRONG, StatusCode::UNAUTHORIZED),
        (KEY, StatusCode::NOT_IMPLEMENTED),
    ] {
        assert_eq!(status("GET", "/pets", key).await, if_enabled(pets, expected), "{key:?}");
        assert_eq!(status("GET", "/pets/abc", key).await, if_enabled(pets, expected), "{key:?}");
        let store = cfg!(feature = "store");
        assert_eq!(status("GET", "/pets/abc/photo", key).await, if_enabled(pets || store, expected), "{key:?}");
        assert_eq!(status("GET", "/orders/events", key).await, if_enabled(store, expected), "{key:?}");
    }
    assert_eq!(status("GET", "/health", None).await, StatusCode::NOT_IMPLEMENTED);
    let formats = if_enabled(cfg!(feature = "serde-tag"), StatusCode::NOT_IMPLEMENTED);
    assert_eq!(status("GET", "/formats", None).await, formats);
}

/// `/pets/{petId}` requires another credential. Without the place of `/pets/mine`, it would receive its requests.
#[tokio::test]
async fn requests_for_disabled_operations_reach_no_other_operation() {
    for key in [None, WRONG, KEY] {
        let expected = if_enabled(cfg!(feature = "user-groups"), StatusCode::UNAUTHORIZED);
        assert_eq!(status("GET", "/pets/mine", key).await, expected, "{key:?}");
        assert_eq!(status("HEAD", "/pets/mine", key).await, expected, "{key:?}");
    }
}
