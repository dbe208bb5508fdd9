//! Pages: the next one is requested as the document describes it, with its own credentials, and only at this origin.

use runtime_client::api::{QUERY_KEY, client, key};
use runtime_client::runtime::auth_error::AuthReason;
use runtime_client::runtime::call::{Call, Endpoint};
use runtime_client::runtime::core::Core;
use runtime_client::runtime::error::Error;
use runtime_client::runtime::operation::{Access, Operation, SchemeUse, Segment};
use runtime_client::runtime::pages::{Items, NextPage, Paged, Pages, Place};
use runtime_client::runtime::parameter::Parameter;
use runtime_client::runtime::reply::{Expected, Reply};
use runtime_client::server::{Server, answer, json};

macro_rules! lists {
    ($($name:ident: $output:ty, $access:expr, $next:expr;)*) => {$(
        #[derive(Debug)]
        enum $name {}

        impl Endpoint for $name {
            const OPERATION: &'static Operation = &Operation {
                id: stringify!($name),
                method: "GET",
                path: &[Segment::Text("/list")],
                query: "fixed=1",
                parameters: &[Parameter::query("cursor"), Parameter::query("limit"), Parameter::header("X-Trace")],
                access: $access,
                accept: "application/json",
            };
            type Output = $output;
            type Error = String;

            const OUTPUT: Expected<$output> = Expected::by(Reply::json);
        }

        impl Paged for $name {
            const NEXT: NextPage = $next;
        }
    )*};
}

type Numbers = std::collections::BTreeMap<String, i64>;

const GUARDED: Access = Access::any_of(&[&[SchemeUse::new(QUERY_KEY, &[])]]);

lists! {
    Linked: Vec<i64>, GUARDED, NextPage::Link;
    PublicLinked: Vec<i64>, Access::Open, NextPage::Link;
    ByHeader: Vec<i64>, GUARDED, NextPage::Parameters(&[(0, Place::Header("X-Next"))]);
    ByBody: Numbers, GUARDED, NextPage::Parameters(&[(0, Place::Body("/next"))]);
    ByTwo: Vec<i64>, GUARDED, NextPage::Parameters(&[(0, Place::Body("/0")), (2, Place::Header("X-Next"))]);
}

fn core(url: &str) -> Core {
    client(&format!("{url}/v1"), [key(QUERY_KEY, "canary-query")])
}

/// Responds to the nth request with the nth of these header fields and bodies.
async fn listing(responses: Vec<(String, &'static str)>) -> Server {
    let count = std::sync::atomic::AtomicUsize::new(0);
    Server::start_with(move |_| {
        let at = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let (fields, body) = &responses[at.min(responses.len() - 1)];
        answer("200 OK", &format!("Content-Type: application/json\r\n{fields}"), body)
    })
    .await
}

fn targets(server: &Server) -> Vec<String> {
    let target = |request: &String| request.split(' ').nth(1).unwrap_or_default().to_owned();
    server.requests().iter().map(target).collect()
}

async fn all<E: Paged>(core: &Core) -> Result<Vec<E::Output>, Error<E::Error>> {
    let (mut pages, mut all) = (Pages::<E>::new(Call::new(core)), Vec::new());
    while let Some(page) = pages.next().await? {
        all.push(page.body);
    }
    assert!(pages.next().await?.is_none(), "the end is final");
    Ok(all)
}

#[tokio::test]
async fn next_link_is_followed_with_credentials_of_its_own() {
    let next = "Link: </v1/list>; rel=first, <?cursor=b&api_key=stolen>; rel=\"Prev NEXT\"\r\n".to_owned();
    let server = listing(vec![(next, "[1,2]"), ("Link: </>; rel=last\r\n".to_owned(), "[3]")]).await;
    let core = core(&server.url());
    let mut items =
        Items::<Linked, _>::new(Pages::new(Call::new(&core).set(1, &2).set(2, &"on".to_owned())), |page| page);
    let mut found = Vec::new();
    while let Some(item) = items.next().await.unwrap() {
        found.push(item);
    }
    assert_eq!(found, [1, 2, 3]);
    let first = "/v1/list?fixed=1&limit=2&api_key=canary-query";
    assert_eq!(targets(&server), [first, "/v1/list?cursor=b&api_key=canary-query"]);
    assert!(server.requests().iter().all(|request| request.contains("x-trace: on")));
}

#[tokio::test]
async fn next_page_of_another_origin_is_refused_and_not_requested() {
    // A server could also make a public call read the services of its caller's network.
    refuses_other_origins::<Linked>().await;
    refuses_other_origins::<PublicLinked>().await;
}

async fn refuses_other_origins<E: Paged<Output = Vec<i64>, Error = String>>() {
    let other = Server::start(json("[9]")).await;
    let other_url = other.url();
    let authority = other_url.trim_start_matches("http://").to_owned();
    let targets = [
        format!("{other_url}/v1/list"),
        format!("//{authority}/v1/list"),
        "https://api.example/v1/list".to_owned(),
        "file:///etc/passwd".to_owned(),
    ];
    for target in targets {
        let server = listing(vec![(format!("Link: <{target}>; rel=next\r\n"), "[1]")]).await;
        let core = core(&server.url());
        let mut pages = Pages::<E>::new(Call::new(&core));
        // The page that was read is not lost.
        assert_eq!(pages.next().await.unwrap().unwrap().body, [1]);
        for _ in 0..2 {
            match pages.next().await {
                Err(Error::Auth(error)) => assert!(matches!(error.reason, AuthReason::OtherOrigin), "{target}"),
                other => panic!("{target}: {other:?}"),
            }
        }
        assert_eq!(server.requests().len(), 1);
    }
    assert_eq!(other.connections(), 0);
    // User information is a credential of somebody else.
    let server = Server::start_with(|_| String::new()).await;
    let own = server.url().replace("http://", "http://user:word@");
    let linking = listing(vec![(format!("Link: <{own}/v1/list>; rel=next\r\n"), "[1]")]).await;
    assert!(all::<E>(&core(&linking.url())).await.is_err());
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn pages_end_at_a_page_that_was_requested_before() {
    let a = || ("X-Next: a\r\n".to_owned(), "[1]");
    let b = || ("X-Next: b\r\n".to_owned(), "[2]");
    let server = listing(vec![a(), b(), a(), b()]).await;
    assert_eq!(all::<ByHeader>(&core(&server.url())).await.unwrap(), [[1], [2], [1]]);
    let cursors = ["fixed=1", "fixed=1&cursor=a", "fixed=1&cursor=b"];
    assert_eq!(targets(&server), cursors.map(|query| format!("/v1/list?{query}&api_key=canary-query")));
    let server = listing(vec![("Link: <?page=2>; rel=next\r\n".to_owned(), "[1]")]).await;
    assert_eq!(all::<Linked>(&core(&server.url())).await.unwrap().len(), 2);
    let server = listing(vec![("Link: <?fixed=1>; rel=next\r\n".to_owned(), "[1]")]).await;
    assert_eq!(all::<Linked>(&core(&server.url())).await.unwrap().len(), 1, "the first page names itself");
}

#[tokio::test]
async fn next_page_that_cannot_be_requested_is_an_error_after_its_page() {
    let server = listing(vec![("Link: <http://[>; rel=next\r\n".to_owned(), "[1]")]).await;
    let core = core(&server.url());
    let mut pages = Pages::<Linked>::new(Call::new(&core));
    assert_eq!(pages.next().await.unwrap().unwrap().body, [1]);
    for _ in 0..2 {
        let error = pages.next().await.unwrap_err();
        assert!(matches!(&error, Error::Decode(..)), "{error}");
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn cursor_in_the_body_is_a_text_or_a_number() {
    let server = listing(vec![
        (String::new(), "{\"next\": 7}"),
        (String::new(), "{\"next\": 8, \"count\": 1}"),
        (String::new(), "{\"count\": 0}"),
    ])
    .await;
    assert_eq!(all::<ByBody>(&core(&server.url())).await.unwrap().len(), 3);
    assert_eq!(targets(&server)[2], "/v1/list?fixed=1&cursor=8&api_key=canary-query");
    for (fields, end) in [("X-Next: \r\n", "[1]"), ("", "[1]"), ("X-Next: a\r\n", "[]")] {
        let server = listing(vec![(fields.to_owned(), end)]).await;
        assert_eq!(all::<ByTwo>(&core(&server.url())).await.unwrap().len(), 1, "{fields} {end}");
    }
    let server = listing(vec![("X-Next: a&b\r\n".to_owned(), "[1]"), (String::new(), "[2]")]).await;
    assert_eq!(all::<ByTwo>(&core(&server.url())).await.unwrap().len(), 2);
    let second = server.requests().remove(1);
    assert!(second.contains("cursor=1&") && second.contains("x-trace: a&b\r\n"), "{second}");
}

#[tokio::test]
async fn link_header_is_read_as_rfc_8288_says() {
    // The values of the header, and whether the page that follows is the second one.
    let rows: [(&str, bool); 12] = [
        ("<?cursor=2>; rel=\"next\"", true),
        ("<?cursor=2>;rel=next", true),
        ("<?cursor=2> ; title=\"a,b;\\\"<x>; rel=prev\" ; REL=Next", true),
        ("<?a=1>; rel=prev , <?cursor=2>; rel=\"last next\"", true),
        ("<?a=1>; rel=prev\r\nLink: <?cursor=2>; rel=next", true),
        ("<?a=1>\r\nLink: , ,<?cursor=2>; flag; rel=next", true),
        // Only the first `rel` counts.
        ("<?a=1>; rel=prev; rel=next", false),
        ("<?a=1>; rel=nextpage", false),
        ("<?a=1>; anchor=\"/other\"; rel=next", false),
        ("?a=1; rel=next", false),
        ("<?a=1; rel=next", false),
        ("<?a=1>; rel=\"next", false),
    ];
    for (value, has_next) in rows {
        let server = listing(vec![(format!("Link: {value}\r\n"), "[1]"), (String::new(), "[2]")]).await;
        all::<Linked>(&core(&server.url())).await.unwrap();
        let followed = targets(&server).get(1).cloned();
        assert_eq!(followed, has_next.then(|| "/v1/list?cursor=2&api_key=canary-query".to_owned()), "{value}");
    }
}

#[tokio::test]
async fn failed_page_is_requested_again() {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start_with(move |_| match count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
        0 => answer("200 OK", "Content-Type: application/json\r\nX-Next: b\r\n", "[1]"),
        1 => answer("503 Service Unavailable", "", ""),
        _ => json("[2]"),
    })
    .await;
    let core = core(&server.url());
    let mut pages = Pages::<ByHeader>::new(Call::new(&core));
    assert_eq!(pages.next().await.unwrap().unwrap().body, [1]);
    assert_eq!(pages.next().await.unwrap_err().status().map(|status| status.as_u16()), Some(503));
    assert_eq!(pages.next().await.unwrap().unwrap().body, [2]);
    assert!(pages.next().await.unwrap().is_none());
    let targets = targets(&server);
    assert_eq!(targets[1], targets[2]);
}

#[tokio::test]
async fn pages_without_credentials_are_not_requested() {
    let server = listing(vec![(String::new(), "[1]")]).await;
    let error = all::<Linked>(&client(&server.url(), [])).await.unwrap_err();
    assert!(matches!(error, Error::Auth(_)));
    assert_eq!(server.connections(), 0);
}
