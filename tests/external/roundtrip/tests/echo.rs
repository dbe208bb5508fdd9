//! A generated client against the generated server of the same document: the server receives what the client sends, and
//! the client receives what the server sends.

use std::sync::{Arc, Mutex};

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
}

/// The values of one schema.
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

#[tokio::test(flavor = "multi_thread")]
async fn client_and_server_receive_what_the_other_sends() {
    let rows = values(16, &[own("echo.yaml")]);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let echo = Echo::default();
    let router = server::router(echo.clone());
    let running = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let api = client::Client::builder().base_url(&base).build().unwrap();

    let of = |schema: &str| Values::of(&rows, schema);
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
    running.abort();
}
