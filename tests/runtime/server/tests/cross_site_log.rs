//! The log of a rejected cross-site request. This is a separate binary because tracing caches per process whether an
//! event is enabled.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use axum::http::{HeaderValue, Request};
use runtime_server::runtime::credentials::Credentials;
use runtime_server::runtime::operation::{Access, KeyPlace, Operation, Scheme, SchemeKind, SchemeUse};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const SCHEMES: &[Scheme] = &[
    Scheme { name: "session", kind: SchemeKind::ApiKey { place: KeyPlace::Cookie, name: "sid" } },
    Scheme { name: "whole", kind: SchemeKind::ApiKey { place: KeyPlace::Header, name: "Cookie" } },
    Scheme { name: "login", kind: SchemeKind::Basic },
    Scheme { name: "digest", kind: SchemeKind::Http("Digest") },
    Scheme { name: "token", kind: SchemeKind::Bearer },
];

static OPERATION: Operation = Operation {
    id: "change",
    method: "POST",
    path: &[],
    query: "",
    parameters: &[],
    access: Access::any_of(&[
        &[SchemeUse::new(0, &[])],
        &[SchemeUse::new(1, &[])],
        &[SchemeUse::new(2, &[])],
        &[SchemeUse::new(3, &[])],
        &[SchemeUse::new(4, &[])],
    ]),
    accept: "",
};

/// Collects the events.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<String>>);

impl Visit for Lines {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        *self.0.lock().unwrap() += &format!("{field}={value:?}\n");
    }
}

impl Subscriber for Lines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The log of a request with this credential and this header.
fn logged(credential: (&str, &str), name: &str, value: &[u8]) -> String {
    let request = Request::post("/x").header("host", "api.example.com").header(credential.0, credential.1);
    let (parts, ()) = request.header(name, HeaderValue::from_bytes(value).unwrap()).body(()).unwrap().into_parts();
    let lines = Lines::default();
    tracing::subscriber::with_default(lines.clone(), || drop(Credentials::of(&OPERATION, SCHEMES, &parts)));
    let text = lines.0.lock().unwrap().clone();
    assert!(!text.contains("canary") && !text.contains("dTpjYW5hcnk"), "{credential:?}: {text}");
    text
}

#[test]
fn rejected_cross_site_request_is_logged_without_its_credential() {
    let rows: [((&str, &str), &[&str]); 3] = [
        (("cookie", "sid=canary"), &["session", "whole"]),
        (("authorization", "Basic dTpjYW5hcnk="), &["login"]),
        (("authorization", "Digest response=\"canary\""), &["digest"]),
    ];
    for (credential, schemes) in rows {
        let text = logged(credential, "origin", b"https://evil.example");
        for scheme in schemes {
            let line = format!("operation=\"change\"\nscheme=\"{scheme}\"\nreason=\"`Origin` does not name");
            assert!(text.contains(&line), "{line}: {text}");
        }
        for part in ["origin=\"https://evil.example\"", "host=\"api.example.com\"", "`TrustedOrigins`"] {
            assert_eq!(text.matches(part).count(), schemes.len(), "{part}: {text}");
        }
        let text = logged(credential, "sec-fetch-site", b"same-site");
        assert!(text.contains("`Sec-Fetch-Site` is neither `same-origin` nor `none`"), "{text}");
        assert_eq!(logged(credential, "origin", b"https://api.example.com"), "");
    }
    assert_eq!(logged(("authorization", "Bearer canary"), "origin", b"https://evil.example"), "");
    // A header may contain any bytes, up to 60 KB, or an API key named `Origin`.
    for (value, shown) in [(b"canary-key\xff\t".to_vec(), "origin=\"…\""), (b"canary".to_vec(), "origin=\"…\"")] {
        let text = logged(("cookie", "sid=x"), "origin", &value);
        assert!(text.contains(shown), "{text}");
    }
    let text = logged(("cookie", "sid=x"), "origin", &[b"https://".as_slice(), &[b'b'; 5000]].concat());
    assert!(text.contains("origin=\"https://bbb") && text.len() < 1200, "{text}");
    let text = logged(("cookie", "sid=x"), "origin", b"null");
    assert!(text.contains("origin=\"null\""), "{text}");
}
