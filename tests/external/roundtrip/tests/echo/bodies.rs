//! Bodies of every media type.

use roundtrip::client;
use roundtrip::client::operations::{SendEitherBody as Body, SendEitherContent as Content};
use serde_json::Value;

use crate::app::{assert_same, encoded, start, typed};

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
async fn bodies_of_every_media_type_are_received_as_sent() {
    let (echo, api, of) = start().await;
    for json in &of("Form").0 {
        api.send_form(&typed(json)).await.unwrap_or_else(|error| panic!("{json}: {error}"));
        assert_same(&echo.take(), &[json]);
    }
    let [filters, words, texts, ranges] = ["Filter", "Words", "Word", "Range"].map(of);
    for at in 0..filters.0.len().max(words.0.len()) {
        let sent = [filters.at(at), words.at(at), texts.at(at), ranges.at(at)];
        let files: Vec<(String, String)> = words
            .0
            .iter()
            .take(at % 3)
            .map(|json| ("a \"bä\" %22\r\n.txt\\".to_owned(), format!("--{json}\r\n--")))
            .collect();
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

/// The media type of a response, and its value.
fn received(content: Content) -> (&'static str, Value) {
    match content {
        Content::Json(value) => ("json", encoded(&value)),
        Content::VndEchoJson(value) => ("version 2", encoded(&value)),
        Content::Csv(text) => ("csv", text.into()),
        Content::Image(bytes) => ("image", String::from_utf8_lossy(&bytes).into()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_several_media_types_is_received_and_sent_back() {
    let (echo, api, of) = start().await;
    let [filters, ranges, words, forms] = ["Filter", "Range", "Word", "Form"].map(&of);
    let send = async |body| received(api.send_either(body).await.unwrap().into_body());
    for at in 0..filters.0.len().max(ranges.0.len()) {
        let (filter, range, word, form) = (filters.at(at), ranges.at(at), words.at(at), forms.at(at));
        let (kind, content) = send(Body::Json(typed(filter))).await;
        assert_same(&[kind.into(), content], &["\"json\"", filter]);
        let (kind, content) = send(Body::VndEchoJson(typed(range))).await;
        assert_same(&[kind.into(), content], &["\"version 2\"", range]);
        let text: String = typed(word);
        assert_eq!(send(Body::Csv(text.clone())).await, ("csv", text.clone().into()));
        // The document only says that it is an image, so the caller says which.
        let call = api.send_either(Body::Image(text.clone().into())).header("Content-Type", "image/png");
        assert_eq!(received(call.await.unwrap().into_body()), ("image", text.clone().into()));
        assert_eq!(send(Body::Form(typed(form))).await, ("csv", "form".into()));
        assert_same(&echo.take(), &[form]);
        let file = Some(client::File::new("f", text.clone()));
        let parts = client::types::EitherBodyMultipartFormData { range: typed(range), file };
        assert_eq!(send(Body::Multipart(parts)).await, ("image", text.into()));
        assert_same(&echo.take(), &[range]);
    }
    let things = of("Thing");
    let mut lines = api.send_lines(things.0.join("\n")).streamed_items().await.unwrap().into_body();
    for sent in &things.0 {
        assert_same(&[encoded(&lines.next().await.unwrap().unwrap())], &[sent]);
    }
    assert!(lines.next().await.unwrap().is_none());
}
