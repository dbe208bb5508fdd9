//! Bodies and parameters of the Python client of examples/packs/python-aiohttp: what the generated Rust servers make of them,
//! and that its requests are those of the generated Rust clients.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::Router;
use fixtures::encodings_server as encodings;
use fixtures::media_types_server as media;
use fixtures::nested_parameters_client as nested;
use fixtures::parameters_client as parameters;
use fixtures::part_headers_server as part_headers;
use fixtures::spread_objects_client as spread;
use interop::{folder, python, script};
use tokio::process::Command;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");

/// The folder with the package `api` of a fixture, of which each test has its own copy.
fn package(fixture: &str, test: &str) -> PathBuf {
    let out = folder("packs").join(format!("{fixture}-{test}"));
    let pack = format!("{ROOT}/examples/packs/python-aiohttp");
    let document = PathBuf::from(format!("{ROOT}/fixtures/ok/{fixture}.yaml"));
    let output = keystub::Generator::pack(pack, document).name("api").generate().unwrap_or_else(|e| panic!("{e}"));
    output.file_set().write(&out).unwrap();
    out
}

/// What a part of pack_bodies.py prints for the package of a fixture.
async fn printed(fixture: &str, mode: &str, argument: &str) -> String {
    let out = package(fixture, mode);
    let mut command = Command::new(python());
    command.arg("-B").arg(script("pack_bodies.py")).args([out.to_str().unwrap(), mode, argument]);
    let output = command.output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    base
}

/// A table of tests/generated/fixtures.
fn table(name: &str) -> String {
    let path = Path::new(ROOT).join("tests/generated/fixtures/tests").join(name);
    path.to_str().unwrap().to_owned()
}

/// Responds with what it received.
struct App;

impl encodings::Api for App {
    type Error = encodings::Problem;

    async fn send_form(&self, request: encodings::SendFormRequest) -> Result<String, encodings::Problem> {
        let form = request.body;
        let filter = form.filter.map(|range| (range.from, range.to));
        let rows: Vec<_> = form.rows.unwrap_or_default().into_iter().map(|range| (range.from, range.to)).collect();
        let nested = form.nested.map(|range| (range.from, range.to));
        let words = (form.plain, form.words, form.pipes, form.meta, form.note);
        Ok(format!("{nested:?} {:?} {filter:?} {rows:?} {words:?}", form.ids))
    }

    async fn send_lists(&self, request: encodings::SendListsRequest) -> Result<String, encodings::Problem> {
        Ok(format!("{:?} {}", request.body.words, request.body.pages.len()))
    }

    async fn send_parts(&self, request: encodings::SendPartsRequest) -> Result<String, encodings::Problem> {
        let Some(parts) = request.body else { return Ok("none".to_owned()) };
        let kind = |file: &encodings::File| file.content_type.clone().unwrap_or_default();
        let more: Vec<String> = parts.more.unwrap_or_default().iter().map(kind).collect();
        let windows: Vec<i64> = parts.windows.unwrap_or_default().iter().map(|window| window.from).collect();
        let (name, kind) = (parts.picture.name.clone(), kind(&parts.picture));
        let content = parts.picture.bytes().await?;
        Ok(format!(
            "{:?} {:?} {:?} {name:?} {kind} {content:?} {more:?} {windows:?} {:?} {:?}",
            parts.meta.from, parts.note, parts.code, parts.extra, parts.words
        ))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_are_encoded_as_by_the_generated_client_and_read_by_the_generated_server() {
    assert_eq!(printed("encodings", "forms", &table("forms.tsv")).await, "12 rows\n");
    let base = serve(encodings::router(App)).await;
    let expected = "Some((Some(1), None)) Some([1, 2]) Some((Some(1), Some(2))) [(Some(1), None), (None, Some(2))] \
                    (Some([\"a\", \"b c\"]), Some([\"a\", \"b\"]), None, Some([\"x\"]), Some(\"ä=&\"))\n";
    assert_eq!(printed("encodings", "send_form", &base).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_have_the_media_types_of_their_encoding() {
    let base = serve(encodings::router(App)).await;
    let expected = "Some(1) Some(\"# ä\") Some(\"1\") Some(\"p\\\" q.png\") image/png b\"\\x89PNG\" [\"text/csv\", \"text/plain\"] [0, 1] \
                    Some({\"a\": 1}) Some([\"v\", \"w\"])\n\
                    Some(1) None None Some(\"picture\") image/jpeg b\"jpeg\" [] [] None None\n\
                    none\n[\"a\"] 2\n[] 400\n\
                    part `picture`: set the media type of its file to one of image/png, image/jpeg\n\
                    part `more`: set the media type of its file to one of text/*\n";
    assert_eq!(printed("encodings", "send_parts", &base).await, expected);
}

impl media::Api for App {
    type Error = media::Problem;

    async fn send_report(
        &self,
        request: media::SendReportRequest,
    ) -> Result<media::types::EchoResponse, media::Problem> {
        let (form, text) = match request.body {
            media::SendReportBody::Json(report) => ("json", format!("{} {:?}", report.title, report.rows)),
            media::SendReportBody::Csv(text) => ("csv", text),
            media::SendReportBody::VndReportSummaryJson(summary) => ("summary", summary.words),
            media::SendReportBody::Form(form) => ("form", format!("{:?} {:?}", form.code, form.marks)),
            media::SendReportBody::Multipart(parts) => {
                let (name, content) = (parts.scan.name.clone(), parts.scan.bytes().await?);
                ("multipart", format!("{:?} {name:?} {content:?}", parts.title))
            }
            media::SendReportBody::Bytes(stream) => ("bytes", format!("{:?}", stream.bytes().await?)),
        };
        Ok(media::types::EchoResponse { form: form.to_owned(), text })
    }

    async fn put_version(&self, request: media::PutVersionRequest) -> Result<media::PutVersionContent, media::Problem> {
        Ok(match request.body {
            media::PutVersionBody::ApplicationVndApiJsonVersion1(summary) => {
                media::PutVersionContent::ApplicationVndApiJsonVersion1(summary)
            }
            media::PutVersionBody::ApplicationVndApiJsonVersion2(report) => {
                media::PutVersionContent::ApplicationVndApiJsonVersion2(report)
            }
        })
    }

    async fn put_note(&self, _: media::PutNoteRequest) -> Result<media::PutNoteResponse, media::Problem> {
        Err(media::Problem::not_implemented())
    }

    async fn get_report(&self, _: media::GetReportRequest) -> Result<media::GetReportResponse, media::Problem> {
        Err(media::Problem::not_implemented())
    }

    async fn post_version(&self, _: media::PostVersionRequest) -> Result<media::types::Summary, media::Problem> {
        Err(media::Problem::not_implemented())
    }

    async fn get_plain(&self) -> Result<media::WithHeaders<String, media::GetPlainHeaders>, media::Problem> {
        Ok("hello".to_owned().into())
    }

    async fn get_picture(&self) -> Result<axum::body::Body, media::Problem> {
        Ok(axum::body::Body::from("png"))
    }

    async fn get_any(&self) -> Result<media::types::Summary, media::Problem> {
        Err(media::Problem::not_implemented())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_media_type_of_a_body_reaches_the_generated_server() {
    let base = serve(media::router(App)).await;
    let expected = "json a [1, 2]\ncsv a,ä\nsummary w\nform Some(7) Some([\"a\", \"b c\"])\n\
                    multipart Some(\"t\") Some(\"s\") b\"scan\"\nbytes b\"\\0\\xff\"\n\
                    expected Report, found Summary\nexpected a text for text/csv, found bytes\n\
                    `sendReport` does not take image/png; expected one of application/json, text/csv, application/vnd.report.summary+json, \
                    application/x-www-form-urlencoded, multipart/form-data, application/octet-stream\n\
                    Summary(words='w') Report(title='a', rows=[])\nhello b'png'\n";
    assert_eq!(printed("media-types", "send_report", &base).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn status_and_media_type_decide_how_a_response_is_read() {
    assert_eq!(printed("media-types", "answers", &table("answers.tsv")).await, "45 rows\n");
}

impl part_headers::Api for App {
    type Error = part_headers::Problem;

    async fn upload(&self, request: part_headers::UploadRequest) -> Result<String, part_headers::Problem> {
        let body = request.body;
        let headers = &body.picture.headers;
        let mut lines = vec![format!("{} {:?} {:?}", headers.x_checksum, headers.x_size, headers.x_tags)];
        lines.push(format!("{:?}", headers.x_origin.as_ref().map(|origin| (&origin.from, &origin.shape))));
        lines.push(format!("{:?}", headers.x_meta.as_ref().map(|meta| &meta.place)));
        lines.push(format!("{:?}", body.picture.content));
        lines.extend(body.pages.iter().flatten().map(|page| format!("{} {}", page.headers.x_page, page.content.len())));
        lines.extend(body.note.map(|note| format!("{} {:?}", note.content, note.headers.content_language)));
        lines.extend(body.part.map(|part| format!("{} {:?}", part.content.from, part.headers.x_style)));
        lines.extend(body.rows.iter().flatten().map(|row| format!("{} {:?}", row.content, row.headers.x_row)));
        Ok(lines.join("\n"))
    }

    async fn put_optional(&self, _: part_headers::PutOptionalRequest) -> Result<(), part_headers::Problem> {
        Err(part_headers::Problem::not_implemented())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn header_fields_of_parts_reach_the_generated_server() {
    let base = serve(part_headers::router(App)).await;
    let expected = "ä, b Some(-7) Some([\"a\", \"b c\"])\nSome((\"here\", Some(\"round\")))\nSome(Some(Bold))\n\
                    File { name: Some(\"picture\"), content_type: Some(\"image/png\"), content: 3 bytes }\n1 4\n2 0\n\
                    grüß Some(De)\nhere Plain\n5 Some(1)\n6 Some(1)\n\
                    expected a Part with its header fields, found bytes\n\
                    the header field `X-Checksum` has characters that a header field cannot have\n";
    assert_eq!(printed("part-headers", "upload", &base).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn generated_python_has_no_type_errors() {
    for fixture in ["media-types", "part-headers", "nested-parameters"] {
        let out = package(fixture, "types");
        let mut command = Command::new(python());
        let output = command.args(["-m", "mypy", "--strict", "api"]).current_dir(&out).output().await.unwrap();
        assert!(output.status.success(), "{fixture}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

/// Requests, each as a text with what parameters decide.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<String>>>);

impl Recorder {
    async fn start() -> (Self, String) {
        let recorder = Self::default();
        let list = recorder.clone();
        let router = Router::new().fallback(move |request: axum::extract::Request| async move {
            let mut text = format!("{} {}", request.method(), request.uri());
            for name in ["trace", "x-colors", "x-json", "x-key", "cookie", "accept"] {
                for value in request.headers().get_all(name) {
                    text.push_str(&format!("\n{name}: {}", String::from_utf8_lossy(value.as_bytes())));
                }
            }
            list.0.lock().unwrap().push(text);
            ([("content-type", "text/plain")], "")
        });
        let base = serve(router).await;
        (recorder, base)
    }

    /// The requests since the last call.
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

fn texts(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_are_sent_as_by_the_generated_client() {
    let (recorder, base) = Recorder::start().await;
    let client = parameters::Client::builder().base_url(&base).key("k").build().unwrap();
    let filter = |from: Option<&str>, to: Option<&str>| parameters::types::Filter {
        from: from.map(str::to_owned),
        to: to.map(str::to_owned),
    };
    let call = client.get_file(7, "a/b c.d", "t.x", true).limit(-5).tags(&texts(&["a", "b&c", ""]));
    let call = call.r#where("a/b?x=%20,y&z+é%").ids(&[1, 2]).words(&texts(&["a", "b"])).pipes(&texts(&["x", "y z"]));
    let call = call.filter(&filter(Some("1[2]"), Some("ä"))).json(&filter(Some("q\" é"), None));
    let json = [("k".to_owned(), serde_json::json!(["ä", 1, null, "\u{1f600}"]))].into();
    let call = call.x_colors(&texts(&["red", "light blue"])).x_json(&json).mood(&parameters::types::Mood::Good);
    let trace = "67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap();
    call.trace(trace).await.unwrap();
    client.get_file(0, "n", "e", false).tags(&[]).ids(&[]).filter(&filter(None, None)).await.unwrap();
    let paths = [(&["a", "b.c"][..], &["d", "e.f"][..]), (&["a,b"][..], &["g/h"][..])];
    for (simple, label) in paths {
        client.path_styles(&texts(simple), &texts(label), &filter(Some("x;y"), Some("z,"))).await.unwrap();
    }
    let expected = recorder.take();
    assert_eq!(expected.len(), 4);
    let printed = printed("parameters", "parameters", &base).await;
    assert_eq!(recorder.take(), expected);
    assert_eq!(printed, "4 calls, 9 refused\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn nested_values_of_parameters_are_sent_as_by_the_generated_client() {
    use nested::types::{Filter, Pageable, Range};
    let (recorder, base) = Recorder::start().await;
    let client = nested::Client::builder().base_url(&base).key("right").build().unwrap();
    let range = |from, to| Range { from, to };
    let pageable = Pageable { page: Some(2), sort: Some(texts(&["a", "b c"])) };
    let inner = Filter { name: Some("i".to_owned()), ..Filter::default() };
    let filter = Filter {
        name: Some("n]".to_owned()),
        tags: Some(texts(&["x", "y"])),
        size: Some(range(Some(1), None)),
        any_of: Some(vec![range(Some(1), Some(2)), range(None, Some(3))]),
        not: Some(Box::new(inner)),
    };
    let ranges = [range(Some(1), Some(2)), range(None, None)];
    client.list_pages(&pageable).filter(&filter).ranges(&ranges).await.unwrap();
    client.list_pages(&Pageable::default()).await.unwrap();
    let labels = [("a".to_owned(), texts(&["x", "y z"])), ("ä b".to_owned(), texts(&["1"]))].into();
    client.list_labels().limit(3).labels(&labels).await.unwrap();
    let expected = recorder.take();
    assert_eq!(expected.len(), 3);
    let printed = printed("nested-parameters", "nested", &base).await;
    assert_eq!(recorder.take(), expected);
    // Keys that are the names of another parameter or of the API key, and the item that is empty.
    assert_eq!(printed, "3 calls, 4 refused\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn properties_among_other_parameters_are_sent_as_by_the_generated_client() {
    use spread::types::{SearchFilter, SearchLook, SearchPage};
    let (recorder, base) = Recorder::start().await;
    let client = spread::Client::builder().base_url(&base).build().unwrap();
    let filter = SearchFilter { from: Some("a&b".to_owned()), to: None };
    let look = SearchLook { theme: Some("dark; x".to_owned()) };
    client.search().limit(1).filter(&filter).page(&SearchPage { size: 3, start: Some(6) }).look(&look).await.unwrap();
    client.search().await.unwrap();
    let expected = recorder.take();
    assert_eq!(expected.len(), 2);
    assert_eq!(printed("spread-objects", "spread", &base).await, "2 calls, 0 refused\n");
    assert_eq!(recorder.take(), expected);
}
