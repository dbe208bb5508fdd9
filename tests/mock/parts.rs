//! `keystub mock`: the parts of multipart bodies.

use crate::running_mock::{Answer, Mock};

/// Sends parts: header fields and content.
fn send(mock: &Mock, parts: &[(&str, &str)]) -> Answer {
    let part = |(fields, content): &(&str, &str)| {
        format!("--b\r\nContent-Disposition: form-data; {fields}\r\n\r\n{content}\r\n")
    };
    let body: String = parts.iter().map(part).collect();
    mock.send("POST /parts", "Content-Type: multipart/form-data; boundary=b\r\n", &format!("{body}--b--\r\n"))
}

const PHOTO: (&str, &str) = ("name=photo; filename=a.png\r\nContent-Type: image/png", "PNG");
const COUNT: (&str, &str) = ("name=count", "3");

#[test]
fn parts_have_the_types_and_media_types_of_the_document() {
    let mock = Mock::start("tests/mock/parts.yaml", &[]);
    let valid: [&[(&str, &str)]; 5] = [
        &[PHOTO, COUNT],
        &[("name=photo; filename=a", "x"), COUNT],
        &[PHOTO, COUNT, ("name=tags", "a"), ("name=tags", "b"), ("name=note", "n")],
        &[PHOTO, COUNT, ("name=more; filename=a", "1"), ("name=more; filename=b", "2")],
        &[PHOTO, COUNT, ("name=place\r\nContent-Type: application/json", r#"{"x":1}"#), ("name=unknown", "u")],
    ];
    for parts in valid {
        let answer = send(&mock, parts);
        assert_eq!(answer.status, 204, "{parts:?}: {}", answer.body);
    }
    let invalid: [(&[(&str, &str)], &str); 8] = [
        (&[COUNT], "photo"),
        (&[PHOTO, PHOTO, COUNT], "photo"),
        (&[PHOTO], "count"),
        (&[PHOTO, ("name=count", "many")], "count"),
        (&[PHOTO, ("name=count", "0")], "count"),
        (&[PHOTO, COUNT, ("name=tags", "a"), ("name=tags", "b"), ("name=tags", "c")], "tags"),
        (&[PHOTO, COUNT, ("name=place\r\nContent-Type: application/json", "{")], "place"),
        (&[("name=photo; filename=a\r\nContent-Type: text/html", "x"), COUNT], "media type"),
    ];
    for (parts, reason) in invalid {
        let answer = send(&mock, parts);
        assert_eq!(answer.status, 400, "{parts:?}: {}", answer.body);
        assert!(answer.json()["detail"].as_str().unwrap().contains(reason), "{parts:?}: {}", answer.body);
    }
}
