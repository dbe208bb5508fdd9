//! Multipart bodies with part headers, with aiohttp as the other side of the generated client and server.

use std::process::Stdio;

use axum::Extension;
use fixtures::part_headers_client::Client;
use fixtures::part_headers_client::File;
use fixtures::part_headers_client::Part;
use fixtures::part_headers_client::types::{UploadBody, UploadBodyPagesHeaders, UploadBodyPictureHeaders};
use fixtures::part_headers_server::Problem;
use fixtures::part_headers_server::{Api, PutOptionalRequest, UploadRequest, router};
use fixtures::part_headers_server::{BodyLimit, MemoryLimit};
use interop::{python, script};
use tokio::io::{AsyncBufReadExt, BufReader};

/// Returns what it received.
struct App;

impl Api for App {
    type Error = Problem;

    async fn upload(&self, request: UploadRequest) -> Result<String, Problem> {
        let body = request.body;
        let picture = body.picture;
        let mut lines = vec![format!("{:?} {:?}", picture.content, picture.content.bytes().await?)];
        lines.push(format!("{} {:?}", picture.headers.x_checksum, picture.headers.x_tags));
        lines.push(format!("{:?}", picture.headers.x_origin.map(|origin| origin.from)));
        for page in body.pages.into_iter().flatten() {
            lines.push(format!("{} {}", page.headers.x_page, page.content.len()));
        }
        lines.extend(body.note.map(|note| format!("{} {:?}", note.content, note.headers.content_language)));
        lines.extend(body.part.map(|part| format!("{} {:?}", part.content.from, part.headers.x_style)));
        Ok(lines.join("\n"))
    }

    async fn put_optional(&self, _: PutOptionalRequest) -> Result<(), Problem> {
        Err(Problem::not_implemented())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn generated_server_reads_parts_from_aiohttp() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = router(App).layer(Extension(BodyLimit(16 << 20))).layer(Extension(MemoryLimit(64 << 10)));
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let arguments = ["client", base.as_str()];
    let output = tokio::process::Command::new(python()).arg(script("parts.py")).args(arguments).output().await.unwrap();
    server.abort();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let expected = "200 File { name: Some(\"p.png\"), content_type: Some(\"image/png\"), content: 7 bytes } b\"\\r\\n--x\\r\\n\"\n\
                    abc Some([\"a\", \"b\"])\nSome(\"here\")\n1 3145728\n2 3145728\ngrüß Some(De)\nhere Bold\n";
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn aiohttp_reads_parts_from_the_generated_client() {
    let mut child = tokio::process::Command::new(python())
        .arg(script("parts.py"))
        .arg("server")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut port = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).await.unwrap();
    let client = Client::builder().base_url(&format!("http://127.0.0.1:{}", port.trim())).build().unwrap();
    let headers = UploadBodyPictureHeaders { x_size: Some(7), ..UploadBodyPictureHeaders::new("abc".to_owned()) };
    for picture in [File::new("p q.png", vec![0; 3_000_000]), File::stream("p q.png", || vec![0; 3_000_000])] {
        let mut parts = UploadBody::new(Part::new(picture.content_type("image/jpeg"), headers.clone()));
        parts.pages = Some(vec![Part::new(File::default(), UploadBodyPagesHeaders { x_page: 1 })]);
        let answer = client.upload(&parts).await.unwrap();
        let expected = "picture p q.png image/jpeg 3000000 X-Checksum=abc X-Size=7\n\
                        pages pages application/octet-stream 0 X-Page=1";
        assert_eq!(answer.body, expected);
    }
}
