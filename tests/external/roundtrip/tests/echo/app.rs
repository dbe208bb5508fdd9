//! The application: it keeps what it receives and sends it back.

use std::sync::{Arc, LazyLock, Mutex};

use roundtrip::client::runtime::json as sending;
use roundtrip::server::runtime::json as serving;
use roundtrip::{Number, client, is_same, own, server, values};
use serde_json::Value;

/// Responds with the body of the request, and keeps all received values.
#[derive(Clone, Default)]
pub struct Echo {
    seen: Arc<Mutex<Vec<Value>>>,
}

impl Echo {
    fn keep(&self, value: &dyn serving::Encode) {
        let text = serving::to_vec(value).unwrap();
        self.seen.lock().unwrap().push(serde_json::from_slice(&text).unwrap());
    }

    pub fn take(&self) -> Vec<Value> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

impl server::Api for Echo {
    type Error = axum::http::StatusCode;

    async fn post_thing(&self, request: server::PostThingRequest) -> Result<server::types::Thing, Self::Error> {
        self.keep(&request.id);
        self.keep(&request.word);
        self.keep(&request.limit);
        self.keep(&request.words);
        self.keep(&request.x_word);
        self.keep(&request.body);
        Ok(request.body)
    }

    async fn put_choice(&self, request: server::PutChoiceRequest) -> Result<server::types::Choice, Self::Error> {
        self.keep(&request.body);
        Ok(request.body)
    }

    async fn patch_list(&self, request: server::PatchListRequest) -> Result<server::types::Things, Self::Error> {
        self.keep(&request.body);
        Ok(request.body)
    }

    async fn send_styles(&self, request: server::SendStylesRequest) -> Result<(), Self::Error> {
        let server::SendStylesRequest { simple, label, matrix, flat, spaced, piped, reserved, deep, .. } = &request;
        let server::SendStylesRequest { pageable, ranges, json, x_plains, x_range, x_json, word, look, .. } = &request;
        let all: [&dyn serving::Encode; 16] = [
            simple, label, matrix, flat, spaced, piped, reserved, deep, pageable, ranges, json, x_plains, x_range,
            x_json, word, look,
        ];
        all.into_iter().for_each(|value| self.keep(value));
        Ok(())
    }

    async fn send_more(
        &self,
        request: server::SendMoreRequest,
    ) -> Result<server::WithHeaders<(), server::SendMoreHeaders>, Self::Error> {
        let server::SendMoreRequest { label, labels, matrix, pair, joined, point, json_path, span, rows, .. } =
            &request;
        let server::SendMoreRequest { either, list_query, deep, free, x_pair, x_count, list_cookie, .. } = &request;
        let server::SendMoreRequest { json_cookie, mixed, extent, x_mixed, later, when, x_later, crumb, .. } = &request;
        let all: [&dyn serving::Encode; 20] = [
            label,
            labels,
            matrix,
            pair,
            joined,
            point,
            json_path,
            span,
            rows,
            either,
            list_query,
            deep,
            free,
            x_pair,
            x_count,
            list_cookie,
            json_cookie,
            mixed,
            extent,
            x_mixed,
        ];
        all.into_iter().for_each(|value| self.keep(value));
        let optional: [Option<&dyn serving::Encode>; 4] = [
            later.as_ref().map(|value| value as _),
            when.as_ref().map(|value| value as _),
            x_later.as_ref().map(|value| value as _),
            crumb.as_ref().map(|value| value as _),
        ];
        optional.into_iter().flatten().for_each(|value| self.keep(value));
        let (x_range, x_list, x_json) = (request.pair, request.list_cookie, request.json_cookie);
        Ok(server::WithHeaders::new((), server::SendMoreHeaders { x_range, x_list, x_json }))
    }

    async fn send_either(&self, request: server::SendEitherRequest) -> Result<server::SendEitherContent, Self::Error> {
        use server::{SendEitherBody as Body, SendEitherContent as Content};
        let unreadable = |_| axum::http::StatusCode::BAD_REQUEST;
        Ok(match request.body {
            Body::Json(value) => Content::Json(value),
            Body::VndEchoJson(value) => Content::VndEchoJson(value),
            Body::Csv(text) => Content::Csv(text),
            Body::Image(stream) => Content::Image(stream.bytes().await.map_err(unreadable)?.into()),
            Body::Form(form) => {
                self.keep(&form);
                Content::Csv("form".to_owned())
            }
            Body::Multipart(parts) => {
                self.keep(&parts.range);
                let file = parts.file.ok_or(axum::http::StatusCode::BAD_REQUEST)?;
                Content::Image(file.bytes().await.map_err(unreadable)?.into())
            }
        })
    }

    async fn send_lines(
        &self,
        request: server::SendLinesRequest,
    ) -> Result<server::streams::JsonLines<server::types::Thing>, Self::Error> {
        let unreadable = |_| axum::http::StatusCode::BAD_REQUEST;
        let bytes = request.body.bytes().await.map_err(|_| axum::http::StatusCode::BAD_REQUEST)?;
        let things = bytes.split(|byte| *byte == b'\n').map(serving::from_slice::<server::types::Thing>);
        let things: Vec<server::types::Thing> = things.collect::<Result<_, _>>().map_err(unreadable)?;
        Ok(server::streams::JsonLines::new(futures_util::stream::iter(things)))
    }

    async fn send_form(&self, request: server::SendFormRequest) -> Result<(), Self::Error> {
        self.keep(&request.body);
        Ok(())
    }

    async fn send_parts(&self, request: server::SendPartsRequest) -> Result<(), Self::Error> {
        let server::types::SendPartsBody { filter, words, word, range, file, files } = &request.body;
        let all: [&dyn serving::Encode; 4] = [filter, words, word, range];
        all.into_iter().for_each(|value| self.keep(value));
        for file in std::iter::once(file).chain(files) {
            let bytes = file.bytes().await.map_err(|_| axum::http::StatusCode::INTERNAL_SERVER_ERROR)?;
            let text = String::from_utf8_lossy(&bytes);
            self.keep(&vec![file.name.clone().unwrap_or_default(), text.into_owned()]);
        }
        Ok(())
    }

    async fn put_text(&self, request: server::PutTextRequest) -> Result<String, Self::Error> {
        Ok(request.body)
    }

    async fn put_bytes(&self, request: server::PutBytesRequest) -> Result<axum::body::Body, Self::Error> {
        let bytes = request.body.bytes().await.map_err(|_| axum::http::StatusCode::BAD_REQUEST)?;
        Ok(bytes.into())
    }
}

/// The values of one schema.
#[derive(Clone)]
pub struct Values(pub Vec<String>);

impl Values {
    fn of(rows: &[roundtrip::Row], schema: &str) -> Self {
        let rows = rows.iter().filter(|row| row.schema == schema && row.side == "server");
        Self(rows.map(|row| row.json.clone()).collect())
    }

    pub fn at(&self, index: usize) -> &str {
        &self.0[index % self.0.len()]
    }
}

pub fn typed<T: sending::Decode>(json: &str) -> T {
    sending::from_slice(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error}"))
}

pub fn value(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

pub fn encoded(response: &dyn sending::Encode) -> Value {
    serde_json::from_slice(&sending::to_vec(response).unwrap()).unwrap()
}

pub fn assert_same(seen: &[Value], sent: &[&str]) {
    assert_eq!(seen.len(), sent.len());
    for (seen, sent) in seen.iter().zip(sent) {
        assert!(is_same(seen, &value(sent)), "sent {sent}\nseen {seen}");
    }
}

/// The application, a client of it, and values for its schemas.
pub async fn start() -> (Echo, client::Client, impl Fn(&str) -> Values) {
    static ROWS: LazyLock<Vec<roundtrip::Row>> = LazyLock::new(|| values(Number::of_each(16), &[own("echo.yaml")]));
    // Python takes seconds.
    let rows = tokio::task::spawn_blocking(|| &*ROWS).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let echo = Echo::default();
    let router = server::router(echo.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let api = client::Client::builder().base_url(&base).build().unwrap();
    (echo, api, move |schema: &str| Values::of(rows, schema))
}
