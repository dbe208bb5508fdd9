//! The server of these tests: operations that respond with their id and their parameters.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use runtime_server::runtime::auth::{Granted, Reject};
use runtime_server::runtime::call::Call;
use runtime_server::runtime::cross_site::TrustedOrigins;
use runtime_server::runtime::operation::{Access, KeyPlace, Operation, Scheme, SchemeKind, SchemeUse, Segment};
use runtime_server::runtime::parameter::Parameter;
use runtime_server::runtime::reply;
use runtime_server::runtime::router::{Route, Steps, mount};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const SCHEMES: &[Scheme] = &[
    Scheme { name: "token", kind: SchemeKind::Bearer },
    Scheme { name: "login", kind: SchemeKind::Basic },
    Scheme { name: "query", kind: SchemeKind::ApiKey { place: KeyPlace::Query, name: "key" } },
    Scheme { name: "cookie", kind: SchemeKind::ApiKey { place: KeyPlace::Cookie, name: "sid" } },
];
pub(crate) const BY_TOKEN: Access = Access::any_of(&[&[SchemeUse::new(0, &[])]]);

pub(crate) const PARAMETERS: &[Parameter] = &[Parameter::path("a"), Parameter::path("b")];

pub(crate) const fn operation(
    id: &'static str,
    method: &'static str,
    path: &'static [Segment],
    access: Access,
) -> Operation {
    Operation { id, method, path, query: "", parameters: PARAMETERS, access, accept: "" }
}

pub(crate) static PETS: Operation = operation("pets", "GET", &[Segment::Text("/pets")], BY_TOKEN);
pub(crate) static POST: Operation = operation("post", "POST", &[Segment::Text("/pets")], BY_TOKEN);
pub(crate) static MINE: Operation = operation("mine", "GET", &[Segment::Text("/pets/mine")], BY_TOKEN);
pub(crate) static ONE: Operation = operation("one", "GET", &[Segment::Text("/pets/"), Segment::Parameter(0)], BY_TOKEN);
pub(crate) static FILE: Operation =
    operation("file", "GET", &[Segment::Text("/pets/"), Segment::Parameter(0), Segment::Text(".json")], BY_TOKEN);
pub(crate) static PAIR: Operation = operation(
    "pair",
    "GET",
    &[Segment::Text("/pairs/"), Segment::Parameter(0), Segment::Text("-"), Segment::Parameter(1)],
    BY_TOKEN,
);
pub(crate) static PANIC: Operation = operation("panic", "GET", &[Segment::Text("/panic")], BY_TOKEN);
pub(crate) static ASK: Operation = operation("ask", "OPTIONS", &[Segment::Text("/ask")], BY_TOKEN);
pub(crate) static LOGIN: Operation =
    operation("login", "GET", &[Segment::Text("/login")], Access::any_of(&[&[SchemeUse::new(1, &[])]]));
pub(crate) static QUERY: Operation =
    operation("query", "GET", &[Segment::Text("/query")], Access::any_of(&[&[SchemeUse::new(2, &[])]]));
pub(crate) static COOKIE: Operation =
    operation("cookie", "GET", &[Segment::Text("/cookie")], Access::any_of(&[&[SchemeUse::new(3, &[])]]));
pub(crate) static CHANGE: Operation =
    operation("change", "POST", &[Segment::Text("/cookie")], Access::any_of(&[&[SchemeUse::new(3, &[])]]));

pub(crate) static LOOKUP: Operation = operation("lookup", "GET", &[Segment::Text("/users/:lookup")], BY_TOKEN);
pub(crate) static STAR: Operation = operation("star", "GET", &[Segment::Text("/users/*all/x")], BY_TOKEN);

pub(crate) static SEARCH: Operation = operation("search", "QUERY", &[Segment::Text("/search")], BY_TOKEN);
pub(crate) static FIND: Operation = operation("find", "M-SEARCH", &[Segment::Text("/search")], BY_TOKEN);

pub(crate) struct App(pub(crate) AtomicUsize);

macro_rules! handlers {
    ($($name:ident $operation:ident),*) => {
        &[$({
            fn handle(app: Arc<App>, call: Call) -> Steps {
                serve(&$operation, app, call)
            }
            Route { operation: &$operation, handle }
        }),*]
    };
}

/// Authenticates as generated code does and responds with the operation's id and its parameters.
pub(crate) fn serve(operation: &'static Operation, app: Arc<App>, call: Call) -> Steps {
    Box::pin(async move {
        {
            let credentials = call.head().credentials(SCHEMES);
            let mut evidence = credentials.evidence();
            let verdict = |is_right| if is_right { Ok(Granted::new(())) } else { Err(Reject::Invalid("wrong")) };
            if let Some(token) = credentials.bearer(0) {
                assert!(token.token != "panic", "a verifier panics with secret-words");
                evidence.record(0, verdict(token.token == "right"));
            }
            if let Some(login) = credentials.basic(1) {
                evidence.record(1, verdict(login.user == "u" && login.password == "p:w"));
            }
            for scheme in [2, 3] {
                if let Some(key) = credentials.api_key(scheme) {
                    evidence.record(scheme, verdict(key.key == "right"));
                }
            }
            evidence.decide()?;
        }
        app.0.fetch_add(1, Ordering::SeqCst);
        assert!(operation.id != "panic", "a function panics with secret-words");
        let (parameters, body) = call.read()?;
        let (a, b): (Option<String>, Option<String>) = (parameters.optional(0)?, parameters.optional(1)?);
        let body = if operation.method == "POST" { body.text("text/plain").await? } else { String::new() };
        let parts = [Some(operation.id.to_owned()), a, b, Some(body)];
        let text = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        Ok(reply::text(200, "text/plain", text))
    })
}

pub(crate) async fn start() -> (SocketAddr, Arc<App>) {
    let app = Arc::new(App(AtomicUsize::new(0)));
    let routes = handlers!(
        pets PETS, post POST, mine MINE, one ONE, file FILE, pair PAIR, panic PANIC, login LOGIN, query QUERY, cookie COOKIE,
        change CHANGE, ask ASK, search SEARCH, find FIND, lookup LOOKUP, star STAR
    );
    let router =
        axum::Router::new().nest("/nested", mount(Arc::clone(&app), routes)).merge(mount(Arc::clone(&app), routes));
    let router = router.layer(axum::Extension(TrustedOrigins(vec!["https://app.example.com".to_owned()])));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, app)
}

pub(crate) async fn ask(address: SocketAddr, line: &str, head: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{head}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    (head[9..12].parse().unwrap(), head.to_owned(), body.to_owned())
}

pub(crate) const RIGHT: &str = "Authorization: Bearer right\r\n";
