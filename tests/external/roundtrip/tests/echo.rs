//! A generated client against the generated server of the same document: the server receives what the client sends, and
//! the client receives what the server sends.

use std::sync::{Arc, LazyLock, Mutex};

use roundtrip::client::runtime::json as sending;
use roundtrip::server::runtime::json as serving;
use roundtrip::{client, is_same, own, server, values};
use serde_json::Value;

/// Responds with the body of the request, and keeps all received values.
#[derive(Clone, Default)]
struct Echo {
    seen: Arc<Mutex<Vec<Value>>>,
}

impl Echo {
    fn keep(&self, value: &dyn serving::Encode) {
        let text = serving::to_vec(value).unwrap();
        self.seen.lock().unwrap().push(serde_json::from_slice(&text).unwrap());
    }

    fn take(&self) -> Vec<Value> {
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
struct Values(Vec<String>);

impl Values {
    fn of(rows: &[roundtrip::Row], schema: &str) -> Self {
        let rows = rows.iter().filter(|row| row.schema == schema && row.side == "server");
        Self(rows.map(|row| row.json.clone()).collect())
    }

    fn at(&self, index: usize) -> &str {
        &self.0[index % self.0.len()]
    }
}

fn typed<T: sending::Decode>(json: &str) -> T {
    sending::from_slice(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn value(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

fn encoded(response: &dyn sending::Encode) -> Value {
    serde_json::from_slice(&sending::to_vec(response).unwrap()).unwrap()
}

fn assert_same(seen: &[Value], sent: &[&str]) {
    assert_eq!(seen.len(), sent.len());
    for (seen, sent) in seen.iter().zip(sent) {
        assert!(is_same(seen, &value(sent)), "sent {sent}\nseen {seen}");
    }
}

/// The application, a client of it, and values for its schemas.
async fn start() -> (Echo, client::Client, impl Fn(&str) -> Values) {
    static ROWS: LazyLock<Vec<roundtrip::Row>> = LazyLock::new(|| values(16, &[own("echo.yaml")]));
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

#[tokio::test(flavor = "multi_thread")]
async fn client_and_server_receive_what_the_other_sends() {
    let (echo, api, of) = start().await;
    let (numbers, words, lists, things) = (of("Number"), of("Word"), of("Words"), of("Thing"));
    let count = things.0.len().max(words.0.len());
    assert!(count >= 10, "{count}");
    for at in 0..count {
        let sent = [numbers.at(at), words.at(at), numbers.at(at + 1), lists.at(at), words.at(at + 1), things.at(at)];
        let (word, header): (String, String) = (typed(sent[1]), typed(sent[4]));
        let (list, thing): (Vec<String>, client::types::Thing) = (typed(sent[3]), typed(sent[5]));
        let call = api.post_thing(typed(sent[0]), &word, typed(sent[2]), &list, &header, &thing);
        let response = call.await.unwrap_or_else(|error| panic!("{sent:?}: {error}"));
        assert_same(&echo.take(), &sent);
        assert_same(&[encoded(&*response)], &sent[5..]);
    }
    for json in &of("Choice").0 {
        let response = api.put_choice(&typed(json)).await.unwrap();
        assert_same(&echo.take(), &[json]);
        assert_same(&[encoded(&*response)], &[json]);
    }
    for json in &of("Things").0 {
        let body: client::types::Things = typed(json);
        let response = api.patch_list(body.as_slice()).await.unwrap();
        assert_same(&echo.take(), &[json]);
        assert_same(&[encoded(&*response)], &[json]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_of_every_style_are_received_as_sent() {
    let (echo, api, of) = start().await;
    let schemas = [
        "Words", "Words", "Range", "Words", "Plains", "Plains", "Plain", "Filter", "Pageable", "Ranges", "Filter",
        "Plains", "Range", "Range", "Word", "Look",
    ];
    let columns = schemas.map(of);
    let count = columns.iter().map(|column| column.0.len()).max().unwrap();
    assert!(count >= 10, "{count}");
    for row in 0..count {
        // Equal schemas have other values in each place.
        let sent: Vec<&str> = columns.iter().enumerate().map(|(at, column)| column.at(row + at)).collect();
        let (simple, label, flat): (Vec<String>, Vec<String>, Vec<String>) =
            (typed(sent[0]), typed(sent[1]), typed(sent[3]));
        let (spaced, piped, x_plains): (Vec<String>, Vec<String>, Vec<String>) =
            (typed(sent[4]), typed(sent[5]), typed(sent[11]));
        let (reserved, word): (String, String) = (typed(sent[6]), typed(sent[14]));
        let ranges: Vec<client::types::Range> = typed(sent[9]);
        let call = api.send_styles(
            &simple,
            &label,
            &typed(sent[2]),
            &flat,
            &spaced,
            &piped,
            &reserved,
            &typed(sent[7]),
            &typed(sent[8]),
            &ranges,
            &typed(sent[10]),
            &x_plains,
            &typed(sent[12]),
            &typed(sent[13]),
            &word,
            &typed(sent[15]),
        );
        call.await.unwrap_or_else(|error| panic!("{sent:?}: {error}"));
        assert_same(&echo.take(), &sent);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_every_media_type_are_received_as_sent() {
    let (echo, api, of) = start().await;
    for json in &of("Form").0 {
        api.send_form(&typed(json)).await.unwrap_or_else(|error| panic!("{json}: {error}"));
        assert_same(&echo.take(), &[json]);
    }
    let [filters, words, texts, ranges] = ["Filter", "Words", "Word", "Range"].map(of);
    for at in 0..filters.0.len().max(words.0.len()) {
        let sent = [filters.at(at), words.at(at), texts.at(at), ranges.at(at)];
        let files: Vec<(String, String)> =
            words.0.iter().take(at % 3).map(|json| ("a bä.txt".to_owned(), format!("--{json}\r\n--"))).collect();
        let file = |(name, text): &(String, String)| client::File::new(name, text.clone());
        let first = ("f.png".to_owned(), texts.at(at).to_owned());
        let body = client::types::SendPartsBody {
            filter: typed(sent[0]),
            words: typed(sent[1]),
            word: typed(sent[2]),
            range: typed(sent[3]),
            file: file(&first),
            files: files.iter().map(file).collect(),
        };
        api.send_parts(&body).await.unwrap_or_else(|error| panic!("{sent:?}: {error}"));
        let received = echo.take();
        assert_same(&received[..4], &sent);
        let files: Vec<Value> =
            std::iter::once(&first).chain(&files).map(|(name, text)| [&**name, text].into()).collect();
        assert_eq!(received[4..], files);
        let text: String = typed(sent[2]);
        assert_eq!(*api.put_text(&text).await.unwrap(), text);
        assert_eq!(api.put_bytes(text.clone()).await.unwrap().as_ref(), text.as_bytes());
    }
}
