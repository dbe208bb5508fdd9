//! Who can read kept tokens, and which server they are for.

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use super::*;

fn kept(owner: &Owner) -> Kept {
    Kept {
        owner: owner.clone(),
        client_id: "me".to_owned(),
        renewal: Renewal::TokenUrl("https://id.example.com/token".to_owned()),
        access_token: "s3cret".into(),
        refresh_token: Some("s3cret-too".into()),
        expires_at: Some(now() + 60),
        scopes: vec!["read".to_owned()],
        key: None,
    }
}

#[test]
fn the_key_of_bound_tokens_is_kept_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let owner = Owner::new("https://api.example.com", "oauth", "default");
    let key = DpopKey::generate().unwrap();
    kept(&owner).with_key(Some(key.clone())).write(folder.path()).unwrap();
    let read = Kept::read(folder.path(), &owner).unwrap().unwrap();
    assert_eq!(read.key.as_ref().map(DpopKey::thumbprint), Some(key.thumbprint()));
    let mode = std::fs::metadata(owner.path(folder.path())).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let text = std::fs::read_to_string(owner.path(folder.path())).unwrap();
    std::fs::write(owner.path(folder.path()), text.replace("PRIVATE KEY", "SECRET KEY")).unwrap();
    let error = Kept::read(folder.path(), &owner).unwrap_err();
    assert!(error.contains("no PKCS#8 private key") && error.contains("log in again"), "{error}");
}

#[test]
fn tokens_are_kept_for_one_server_scheme_and_profile() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("tokens");
    let owner = Owner::new("https://api.example.com/v1/", "oauth", "default");
    kept(&owner).write(&folder).unwrap();
    let same = Owner::new("https://api.example.com/v1", "oauth", "default");
    let read = Kept::read(&folder, &same).unwrap().unwrap();
    assert_eq!(read.access_token.expose_secret(), "s3cret");
    assert_eq!((read.scopes(), read.is_usable()), (&["read".to_owned()][..], true));
    for other in [
        Owner::new("https://api.example.com.evil.com/v1", "oauth", "default"),
        Owner::new("http://api.example.com/v1", "oauth", "default"),
        Owner::new("https://api.example.com/v1", "other", "default"),
        Owner::new("https://api.example.com/v1", "oauth", "prod"),
        Owner::new("https://api.example.com/v1", "oauth\ndefault", ""),
    ] {
        assert!(Kept::read(&folder, &other).unwrap().is_none(), "{other:?}");
    }
    assert!(Kept::remove(&folder, &owner).unwrap() && !Kept::remove(&folder, &owner).unwrap());
}

#[test]
fn only_the_user_can_access_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("tokens");
    let owner = Owner::new("https://api.example.com", "oauth", "default");
    kept(&owner).write(&folder).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let path = owner.path(&folder);
    assert_eq!((mode(&folder), mode(&path)), (0o700, 0o600));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(Kept::read(&folder, &owner).unwrap_err().contains("accessible to other users"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&path, "{\"access_token\": \"s3cret").unwrap();
    let error = Kept::read(&folder, &owner).unwrap_err();
    assert!(error.contains("not a file of tokens") && !error.contains("s3cret"), "{error}");
    // A file that was moved to the place of another is not taken for it.
    let other = Owner::new("https://other.example.com", "oauth", "default");
    kept(&owner).write(&folder).unwrap();
    std::fs::rename(&path, other.path(&folder)).unwrap();
    assert!(Kept::read(&folder, &other).unwrap_err().contains("another server"));
    assert!(!format!("{:?}", kept(&owner)).contains("s3cret"));
}

#[tokio::test]
async fn token_that_cannot_be_replaced_is_used_after_a_rejection() {
    let folder = tempfile::tempdir().unwrap();
    let owner = Owner::new("https://api.example.com", "oauth", "default");
    for refresh_token in [None, Some("s3cret-too".into())] {
        let can_renew = refresh_token.is_some();
        let kept = Kept { refresh_token, ..kept(&owner) };
        let tokens = KeptTokens::new(folder.path(), kept, |id| Ok(Client::of_document(id)));
        let secret = tokens.secret(&[]).await.unwrap();
        assert_eq!(tokens.refused(&secret), can_renew);
        assert_eq!(tokens.kept.lock().await.is_usable(), !can_renew);
    }
}

/// Sends this response to one token request, and returns the URL of the endpoint.
fn token_endpoint(body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).unwrap();
        let length = body.len();
        write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
    });
    url
}

#[tokio::test]
async fn new_refresh_token_of_an_invalid_response_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let owner = Owner::new("https://api.example.com", "oauth", "default");
    for (body, expected) in [
        (r#"{"access_token":"other","token_type":"mac","refresh_token":"next"}"#, "next"),
        (r#"{"access_token":"other","token_type":"mac","refresh_token":""}"#, "s3cret-too"),
        ("<html>", "s3cret-too"),
    ] {
        let renewal = Renewal::TokenUrl(token_endpoint(body));
        let old = Kept { renewal, expires_at: Some(0), ..kept(&owner) };
        old.write(folder.path()).unwrap();
        let file = || std::fs::metadata(owner.path(folder.path())).unwrap().ino();
        let before = file();
        let tokens = KeptTokens::new(folder.path(), old, |id| Ok(Client::of_document(id)));
        assert!(tokens.secret(&[]).await.is_err(), "{body}");
        assert_eq!(file() == before, expected == "s3cret-too", "only a new token is written: {body}");
        let read = Kept::read(folder.path(), &owner).unwrap().unwrap();
        let tokens = (read.access_token.expose_secret(), read.refresh_token.as_ref().map(ExposeSecret::expose_secret));
        assert_eq!(tokens, ("s3cret", Some(expected)), "{body}");
    }
}
