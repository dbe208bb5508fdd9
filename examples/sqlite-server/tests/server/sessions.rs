//! Sessions: their cookie, and right, wrong and ended ones.

use reqwest::Method;

use super::program::{Caller, OTHER, Server, USER, WRITER, database};

/// Signs in. Returns the header `Set-Cookie`.
async fn sign_in(server: &Server, caller: Caller<'_>) -> String {
    let response = server.request(caller, Method::POST, "/session").send().await.unwrap();
    assert_eq!(response.status(), 204);
    response.headers()["set-cookie"].to_str().unwrap().to_owned()
}

fn secret(cookie: &str) -> &str {
    cookie.strip_prefix("__Host-session=").unwrap().split(';').next().unwrap()
}

#[tokio::test]
async fn cookie_is_for_this_host_over_https_and_not_for_scripts() {
    let folder = database();
    let server = Server::start(folder.path());
    let cookie = sign_in(&server, USER).await;
    let mut attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
    attributes.sort_unstable();
    assert_eq!(attributes, ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=Lax", "Secure"]);
    assert_eq!(secret(&cookie).len(), 64);
    assert_ne!(secret(&cookie), secret(&sign_in(&server, USER).await));
    let bytes = std::fs::read(folder.path().join("notes.db")).unwrap();
    assert!(!bytes.windows(64).any(|window| window == secret(&cookie).as_bytes()), "the database has the hash");
}

#[tokio::test]
async fn session_is_that_of_its_user_until_it_ends() {
    let folder = database();
    let server = Server::start(folder.path());
    let (cookie, other) = (sign_in(&server, USER).await, sign_in(&server, OTHER).await);
    let (ann, bob) = (Caller::Session(secret(&cookie)), Caller::Session(secret(&other)));
    let (status, note) = server.post(ann, "by session").await;
    assert_eq!((status, note["author"].as_str()), (201, Some("ann")));
    let path = format!("/notes/{}", note["id"].as_str().unwrap());
    assert_eq!(server.status(bob, Method::DELETE, &path).await, 403);
    for (wrong, expected) in [(Caller::Session("0"), 401), (Caller::Session(""), 400), (Caller::Nobody, 401)] {
        assert_eq!(server.status(wrong, Method::GET, "/notes").await, expected, "{wrong:?}");
    }
    let ended = server.request(ann, Method::DELETE, "/session").send().await.unwrap();
    let removed = ended.headers()["set-cookie"].to_str().unwrap();
    assert!(
        ended.status() == 204 && removed.starts_with("__Host-session=;") && removed.contains("Max-Age=0"),
        "{removed}"
    );
    assert_eq!(server.status(ann, Method::GET, "/notes").await, 401);
    assert_eq!(server.status(bob, Method::GET, "/notes").await, 200);
}

#[tokio::test]
async fn session_starts_with_a_password_only() {
    let folder = database();
    let server = Server::start(folder.path());
    let cookie = sign_in(&server, USER).await;
    let callers =
        [Caller::Nobody, Caller::Login("ann", "wrong"), Caller::Key(WRITER), Caller::Session(secret(&cookie))];
    for caller in callers {
        let response = server.request(caller, Method::POST, "/session").send().await.unwrap();
        assert!(response.status() == 401 && !response.headers().contains_key("set-cookie"), "{caller:?}");
    }
}

#[tokio::test]
async fn page_of_another_site_cannot_use_a_session() {
    let folder = database();
    let server = Server::start(folder.path());
    let cookie = sign_in(&server, USER).await;
    let delete = |site: &'static str, origin: &'static str| {
        let request = server.request(Caller::Session(secret(&cookie)), Method::DELETE, "/session");
        request.header("Sec-Fetch-Site", site).header("Origin", origin).send()
    };
    assert_eq!(delete("cross-site", "https://evil.example").await.unwrap().status(), 401);
    assert_eq!(server.status(Caller::Session(secret(&cookie)), Method::GET, "/notes").await, 200);
}
