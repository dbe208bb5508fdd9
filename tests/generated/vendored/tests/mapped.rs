//! Types of other crates in the place of generated ones: values round-trip in every place, and invalid ones are rejected.

use axum::Router;
use tokio::net::TcpListener;
use vendored::Money;

/// What was received, as text.
type Seen = std::sync::Arc<std::sync::Mutex<String>>;

async fn start(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

macro_rules! sides {
    ($module:ident, $client:ident, $server:ident, $timestamp:expr, $date:expr) => {
        mod $module {
            use super::*;
            use vendored::$client::{Client, types};
            use vendored::$server::{Api, BookHeaders, BookRequest, Problem, WithHeaders, router};

            struct App(Seen);

            impl Api for App {
                type Error = Problem;

                async fn book(
                    &self,
                    request: BookRequest,
                ) -> Result<WithHeaders<vendored::$server::types::Booking, BookHeaders>, Problem> {
                    let BookRequest { day, since, days, x_at, price, body } = request;
                    let days: Vec<String> = days.iter().flatten().map(ToString::to_string).collect();
                    *self.0.lock().unwrap() =
                        format!("{day} {} {} {} {price:?}", since.is_some(), days.join("+"), since == x_at);
                    Ok(WithHeaders::new(body, BookHeaders { x_until: x_at }))
                }
            }

            pub fn app(seen: Seen) -> Router {
                router(App(seen))
            }

            pub async fn call(url: &str) {
                let (at, day) = ($timestamp, $date);
                let client = Client::builder().base_url(url).build().unwrap();
                let mut body =
                    types::Booking::new(at, None, vec![day], Money { amount: 5, currency: "EUR".to_owned() });
                body.changes = Some([("a".to_owned(), at)].into());
                body.until = Some(day);
                body.either = Some(types::BookingEither::DateTime(at));
                let call = client.book(&day, &body).since(&at).days(&[day, day]).x_at(&at).price("2.50");
                let response = call.await.unwrap();
                let headers = vendored::$client::operations::BookHeaders::read(&response.headers).unwrap();
                assert_eq!(headers.x_until, Some(at));
                assert_eq!(response.into_body(), body);
            }
        }
    };
}

sides!(
    of_jiff,
    jiff_client,
    jiff_server,
    "2026-01-31T12:30:00.25Z".parse::<jiff::Timestamp>().unwrap(),
    jiff::civil::date(2026, 1, 31)
);
sides!(
    of_time,
    time_client,
    time_server,
    time::OffsetDateTime::from_unix_timestamp_nanos(1_769_862_600_250_000_000).unwrap(),
    time::Date::from_calendar_date(2026, time::Month::January, 31).unwrap()
);

#[tokio::test]
async fn clients_and_servers_with_different_types_understand_each_other() {
    let seen = Seen::default();
    for app in [of_jiff::app, of_time::app] {
        let url = start(app(seen.clone())).await;
        of_jiff::call(&url).await;
        assert_eq!(seen.lock().unwrap().split_off(0), r#"2026-01-31 true 2026-01-31+2026-01-31 true "2.50""#);
        of_time::call(&url).await;
        assert_eq!(seen.lock().unwrap().split_off(0), r#"2026-01-31 true 2026-01-31+2026-01-31 true "2.50""#);
    }
}

const VALID: &str = r#"{"at":"2026-01-31T12:30:00Z","cancelled":null,"days":[],"price":{"amount":1,"currency":"EUR"}}"#;

#[tokio::test]
async fn invalid_values_of_mapped_types_are_rejected_without_repeating_them() {
    for app in [of_jiff::app, of_time::app] {
        let url = start(app(Seen::default())).await;
        let send = async |path: &str, body: &str| {
            let client = reqwest::Client::new();
            let request = client.post(format!("{url}{path}")).header("content-type", "application/json");
            let response = request.body(body.to_owned()).send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        };
        assert_eq!(send("/days/2026-01-31", VALID).await.0, 200);
        for (path, from, to) in [
            ("/days/2026-02-30", "", ""),
            ("/days/2026-01-31?since=secret", "", ""),
            ("/days/2026-01-31?days=2026-01-31&days=secret", "", ""),
            ("/days/2026-01-31", "2026-01-31T12:30:00Z", "secret"),
            ("/days/2026-01-31", "[]", "[\"secret\"]"),
            ("/days/2026-01-31", "\"amount\":1", "\"amount\":\"secret\""),
            // The constraints of the document still apply.
            ("/days/2026-01-31", "\"amount\":1", "\"amount\":-1"),
            ("/days/2026-01-31", "EUR", "EURO"),
        ] {
            let (status, text) = send(path, &VALID.replace(from, to)).await;
            assert!(status == 400 || status == 422, "{path} {to}: {status} {text}");
            assert!(!text.contains("secret"), "{text}");
        }
    }
}
