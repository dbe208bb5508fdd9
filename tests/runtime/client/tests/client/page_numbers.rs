//! Pages that are requested by a number: which one is requested, and where the list ends.

use runtime_client::api::{QUERY_KEY, client, key};
use runtime_client::runtime::call::{Call, Endpoint};
use runtime_client::runtime::core::Core;
use runtime_client::runtime::error::Error;
use runtime_client::runtime::operation::{Access, Operation, SchemeUse, Segment};
use runtime_client::runtime::page_number::{Counted, End, PageNumber};
use runtime_client::runtime::pages::{NextPage, Paged, Pages, Place};
use runtime_client::runtime::parameter::Parameter;
use runtime_client::runtime::reply::{Expected, Reply};
use runtime_client::server::{Server, answer};

type Body = runtime_client::runtime::serde_json::Value;

macro_rules! lists {
    ($($name:ident: $counts:ident from $first:literal, $items:literal, $end:expr;)*) => {$(
        #[derive(Debug)]
        enum $name {}

        impl Endpoint for $name {
            const OPERATION: &'static Operation = &Operation {
                id: stringify!($name),
                method: "GET",
                path: &[Segment::Text("/list")],
                query: "fixed=1",
                parameters: &[Parameter::query("n"), Parameter::query("limit")],
                access: Access::any_of(&[&[SchemeUse::new(QUERY_KEY, &[])]]),
                accept: "application/json",
            };
            type Output = Body;
            type Error = String;

            const OUTPUT: Expected<Body> = Expected::by(Reply::json);
        }

        impl Paged for $name {
            const NEXT: NextPage = NextPage::Number(&PageNumber {
                parameter: 0,
                first: $first,
                counts: Counted::$counts,
                items: $items,
                end: $end,
            });
        }
    )*};
}

lists! {
    Offsets: Items from 0, "", None;
    OffsetsOfTotal: Items from 1, "/data", Some(End::Items(Place::Body("/total")));
    PagesFrom1: Pages from 1, "/data", None;
    PagesOfTotal: Pages from 1, "/data", Some(End::Items(Place::Header("X-Total")));
    PagesOfPages: Pages from 0, "/data", Some(End::Pages(Place::Body("/meta/pages")));
    PagesWithMore: Pages from 1, "/data", Some(End::More(Place::Body("/more")));
    PagesWithHeader: Pages from 1, "/data", Some(End::More(Place::Header("X-More")));
}

fn core(url: &str) -> Core {
    client(&format!("{url}/v1"), [key(QUERY_KEY, "canary-query")])
}

/// Responds to the nth request with the nth of these bodies and header fields; the last one is repeated.
async fn listing(bodies: &[(&str, &str)]) -> Server {
    let bodies: Vec<(String, String)> =
        bodies.iter().map(|(body, fields)| ((*body).to_owned(), (*fields).to_owned())).collect();
    let count = std::sync::atomic::AtomicUsize::new(0);
    Server::start_with(move |_| {
        let at = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let (body, fields) = &bodies[at.min(bodies.len() - 1)];
        answer("200 OK", &format!("Content-Type: application/json\r\n{fields}"), body)
    })
    .await
}

/// The numbers that were requested.
fn numbers(server: &Server) -> Vec<String> {
    let number = |request: &String| {
        let target = request.split(' ').nth(1).unwrap_or_default();
        let rest = target.strip_prefix("/v1/list?fixed=1&n=").unwrap_or_else(|| panic!("{target}"));
        rest.strip_suffix("&api_key=canary-query").unwrap_or_else(|| panic!("{target}")).to_owned()
    };
    server.requests().iter().map(number).collect()
}

/// The number of pages, or the error after them.
async fn count<E: Paged<Output = Body>>(call: Call<'_, E>) -> (usize, Option<Error<E::Error>>) {
    let (mut pages, mut count) = (Pages::new(call), 0);
    loop {
        match pages.next().await {
            Ok(Some(_)) => count += 1,
            Ok(None) => return (count, None),
            Err(error) => return (count, Some(error)),
        }
    }
}

#[tokio::test]
async fn offset_grows_by_the_items_that_were_received_until_a_page_is_empty() {
    // The server has a lower limit than the call asks for: a short page is not the end.
    let server = listing(&[("[1,2,3]", ""), ("[4]", ""), ("[5,6]", ""), ("[]", "")]).await;
    assert!(matches!(count::<Offsets>(Call::new(&core(&server.url()))).await, (4, None)));
    assert_eq!(numbers(&server), ["0", "3", "4", "6"]);
}

#[tokio::test]
async fn list_begins_at_the_number_that_the_call_sets() {
    let server = listing(&[(r#"{"data":[1]}"#, ""), (r#"{"data":[]}"#, "")]).await;
    let core = core(&server.url());
    assert!(matches!(count::<PagesFrom1>(Call::new(&core).set(0, &7).set(0, &5)).await, (2, None)));
    assert_eq!(numbers(&server), ["5", "6"]);
}

#[tokio::test]
async fn list_ends_where_the_response_says_so() {
    let server = listing(&[(r#"{"data":[1,2],"total":3}"#, ""), (r#"{"data":[3],"total":3}"#, "")]).await;
    assert!(matches!(count::<OffsetsOfTotal>(Call::new(&core(&server.url()))).await, (2, None)));
    assert_eq!(numbers(&server), ["1", "3"]);

    let total = "X-Total: 3\r\n";
    let server = listing(&[(r#"{"data":[1,2]}"#, total), (r#"{"data":[3]}"#, total)]).await;
    assert!(matches!(count::<PagesOfTotal>(Call::new(&core(&server.url()))).await, (2, None)));
    assert_eq!(numbers(&server), ["1", "2"]);

    let server =
        listing(&[(r#"{"data":[1],"meta":{"pages":2}}"#, ""), (r#"{"data":[2],"meta":{"pages":2}}"#, "")]).await;
    assert!(matches!(count::<PagesOfPages>(Call::new(&core(&server.url()))).await, (2, None)));
    assert_eq!(numbers(&server), ["0", "1"]);

    let server = listing(&[(r#"{"data":[1],"more":true}"#, ""), (r#"{"data":[2],"more":false}"#, "")]).await;
    assert!(matches!(count::<PagesWithMore>(Call::new(&core(&server.url()))).await, (2, None)));
    let server = listing(&[(r#"{"data":[1]}"#, "X-More: True\r\n"), (r#"{"data":[2]}"#, "X-More: false\r\n")]).await;
    assert!(matches!(count::<PagesWithHeader>(Call::new(&core(&server.url()))).await, (2, None)));
    // A response that does not say it is followed to a page without items.
    let server = listing(&[(r#"{"data":[1],"total":null}"#, ""), (r#"{"data":[2]}"#, ""), ("{}", "")]).await;
    assert!(matches!(count::<OffsetsOfTotal>(Call::new(&core(&server.url()))).await, (3, None)));
}

#[tokio::test]
async fn list_that_begins_later_is_read_to_its_end() {
    // The total counts the items that were left out.
    let total = "X-Total: 5\r\n";
    let server = listing(&[(r#"{"data":[3,4]}"#, total), (r#"{"data":[5]}"#, total), (r#"{"data":[]}"#, total)]).await;
    assert!(matches!(count::<PagesOfTotal>(Call::new(&core(&server.url())).set(0, &2)).await, (3, None)));
    assert_eq!(numbers(&server), ["2", "3", "4"]);
}

#[tokio::test]
async fn repeated_page_ends_the_list() {
    // The server sends its last page for every number beyond it, or ignores the number.
    for bodies in [
        [(r#"{"data":[1,2]}"#, ""), (r#"{"data":[3],"at":1}"#, ""), (r#"{"at":2,"data":[3]}"#, "")].as_slice(),
        &[(r#"{"data":[1,2]}"#, ""), (r#"{"data":[3]}"#, ""), (r#"{"data":[3]}"#, "")],
    ] {
        let server = listing(bodies).await;
        let (pages, error) = count::<PagesFrom1>(Call::new(&core(&server.url()))).await;
        assert!(error.is_none() && pages <= 3, "{pages} {error:?}");
        assert_eq!(numbers(&server), ["1", "2", "3"]);
    }
    // If it says that there are more, items would be lost.
    let server = listing(&[(r#"{"data":[1],"more":true}"#, "")]).await;
    let (pages, error) = count::<PagesWithMore>(Call::new(&core(&server.url()))).await;
    assert!(matches!(error, Some(Error::Decode(..))), "{pages} {error:?}");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn numbers_and_lists_of_another_type_are_errors_after_their_page() {
    for body in [r#"{"data":[1],"total":"many"}"#, r#"{"data":[1],"total":-1}"#, r#"{"data":[1],"total":1.5}"#] {
        let server = listing(&[(body, "")]).await;
        let (pages, error) = count::<OffsetsOfTotal>(Call::new(&core(&server.url()))).await;
        assert!(pages == 1 && matches!(error, Some(Error::Decode(..))), "{body}: {pages} {error:?}");
        assert_eq!(server.requests().len(), 1);
    }
    let server = listing(&[(r#"{"data":{"a":1}}"#, "")]).await;
    let (pages, error) = count::<PagesFrom1>(Call::new(&core(&server.url()))).await;
    assert!(pages == 1 && matches!(error, Some(Error::Decode(..))), "{error:?}");
    let server = listing(&[(r#"{"data":[1],"more":"yes"}"#, "")]).await;
    assert!(matches!(count::<PagesWithMore>(Call::new(&core(&server.url()))).await, (1, Some(Error::Decode(..)))));
}

#[tokio::test]
async fn number_of_the_call_must_be_an_integer_and_cannot_overflow() {
    for number in ["x", "18446744073709551615"] {
        let server = listing(&[(r#"{"data":[1]}"#, "")]).await;
        let core = core(&server.url());
        let (pages, error) = count::<PagesFrom1>(Call::new(&core).set(0, &number.to_owned())).await;
        assert!(pages == 1 && matches!(error, Some(Error::Decode(..))), "{number}: {error:?}");
    }
}

#[tokio::test]
async fn numbered_pages_without_credentials_are_not_requested() {
    let server = listing(&[("[1]", "")]).await;
    let core = client(&server.url(), []);
    assert!(matches!(count::<Offsets>(Call::new(&core)).await, (0, Some(Error::Auth(_)))));
    assert_eq!(server.connections(), 0);
}
