//! Multipart bodies (RFC 7578): names, file names, media types and contents cannot break out of their part.

use runtime_client::runtime::multipart::File;
use runtime_client::runtime::multipart_write::{Multipart, ToMultipart, encode};

/// One field and one file, with malicious values.
struct Form {
    text: String,
    file: File,
}

impl ToMultipart for Form {
    fn parts(&self, form: &mut Multipart) {
        form.field("text", &self.text);
        form.file("a\"; filename=\"b", &self.file);
    }
}

fn body(text: &str, file: File) -> Option<(String, String)> {
    let (media_type, body) = encode(&Form { text: text.to_owned(), file }).ok()?;
    Some((media_type, String::from_utf8_lossy(body.as_bytes().unwrap()).into_owned()))
}

#[test]
fn part_and_file_names_are_quoted() {
    let file = File::new("x\"\r\nContent-Type: text/html\r\n\r\n<script>", "content");
    let (_, body) = body("plain", file).unwrap();
    let heads: Vec<&str> = body.lines().filter(|line| line.starts_with("Content-")).collect();
    assert_eq!(
        heads,
        [
            "Content-Disposition: form-data; name=\"text\"",
            "Content-Disposition: form-data; name=\"a%22; filename=%22b\"; \
             filename=\"x%22%0D%0AContent-Type: text/html%0D%0A%0D%0A<script>\"",
            "Content-Type: application/octet-stream",
        ]
    );
}

/// Browsers send `%22` for a quote, so `%22` itself is sent as another text (RFC 7578, section 2).
#[test]
fn different_file_names_are_sent_as_different_texts() {
    let names = [
        ("a\"b", "a%22b"),
        ("a%22b", "a%2522b"),
        ("a%2522b", "a%252522b"),
        ("a%0db", "a%250db"),
        ("100%25 %2f", "100%25 %2f"),
        ("%", "%"),
        ("%2ü", "%2ü"),
        ("C:\\", "C:\\"),
    ];
    for (name, sent) in names {
        let (_, body) = body("plain", File::new(name, "content")).unwrap();
        assert!(body.contains(&format!("filename=\"{sent}\"\r\n")), "{name}: {body}");
    }
}

#[test]
fn media_type_with_a_line_break_is_rejected() {
    assert!(body("plain", File::new("x", "y").content_type("text/plain\r\nX: y")).is_none());
    assert!(body("plain", File::new("x", "y").content_type("text/plain")).is_some());
}

#[test]
fn boundary_does_not_occur_in_any_part() {
    let (media_type, _) = body("plain", File::new("x", "y")).unwrap();
    let first = media_type.strip_prefix("multipart/form-data; boundary=").unwrap().to_owned();
    let hostile = format!("\r\n--{first}\r\nContent-Disposition: form-data; name=\"admin\"\r\n\r\ntrue");
    let (media_type, text) = body(&hostile, File::new("x", hostile.clone())).unwrap();
    let boundary = media_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    assert_ne!(boundary, first);
    assert_eq!(text.matches(&format!("--{boundary}")).count(), 3, "{text}");
}

#[test]
fn number_of_boundary_searches_is_limited() {
    let hostile: String = (0..1000).map(|number| format!("part-{number:016x} ")).collect();
    let (media_type, text) = body(&hostile, File::new("x", "y")).unwrap();
    let boundary = media_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    assert_eq!(boundary.len(), "part-".len() + 32, "one that nobody can know before");
    assert_eq!(text.matches(&format!("--{boundary}")).count(), 3, "{text}");
}
