//! The choice of a media type by `Accept`.

use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, HeaderValue};
use runtime_server::runtime::accept::preferred;

const JSON: &str = "application/json";
const CSV: &str = "text/csv";

fn of(fields: &[&str], media_types: &[&'static str]) -> Option<&'static str> {
    let mut headers = HeaderMap::new();
    for field in fields {
        headers.append(ACCEPT, HeaderValue::from_str(field).unwrap());
    }
    preferred(&headers, media_types)
}

#[test]
fn preferred_media_type_is_that_of_rfc_9110() {
    let rows: [(&[&str], Option<&str>); 26] = [
        (&[], Some(JSON)),
        (&[""], Some(JSON)),
        (&["*/*"], Some(JSON)),
        (&["*"], Some(JSON)),
        (&["text/csv"], Some(CSV)),
        (&["TEXT/CSV"], Some(CSV)),
        (&["text/csv; charset=utf-8"], Some(CSV)),
        (&["text/*"], Some(CSV)),
        (&["text/csv, application/json"], Some(JSON)),
        (&["text/csv", "application/json;q=0.9"], Some(CSV)),
        (&["application/json;q=0.2, text/csv;q=0.3"], Some(CSV)),
        (&["application/json; q=0.2, */*"], Some(CSV)),
        (&["*/*, application/json;q=0"], Some(CSV)),
        (&["*/*;q=0.1, text/*;q=0.2, text/csv;q=0.05"], Some(JSON)),
        (&["image/png, */*;q=0.1"], Some(JSON)),
        (&["text/html, text/csv;Q=0.5"], Some(CSV)),
        (&["image/png;x=\"a,text/csv\", application/json"], Some(JSON)),
        (&["text/csv;q=2"], Some(CSV)),
        (&["image/png"], None),
        (&["image/*"], None),
        (&["*/*;q=0"], None),
        (&["text/csv;q=0"], None),
        (&["application/json;q=0.000, text/csv;q=0.0"], None),
        (&["application/xml", "text/html"], None),
        (&["application/vnd.other+json"], None),
        (&["image/png;x=\"a,text/csv\""], None),
    ];
    for (fields, expected) in rows {
        assert_eq!(of(fields, &[JSON, CSV]), expected, "{fields:?}");
    }
}

#[test]
fn ranges_of_the_document_and_parameters_are_compared() {
    assert_eq!(of(&["image/png"], &[JSON, "image/*"]), Some("image/*"));
    assert_eq!(of(&["text/html"], &[JSON, "*/*"]), Some("*/*"));
    assert_eq!(of(&["text/html"], &[JSON, "image/*"]), None);
    let versions = ["application/vnd.api+json; version=1", "application/vnd.api+json; version=2"];
    assert_eq!(of(&["application/vnd.api+json; version=2"], &versions), Some(versions[1]));
    assert_eq!(of(&["application/vnd.api+json"], &versions), Some(versions[0]));
    assert_eq!(of(&["application/vnd.api+json; version=3"], &versions), None);
}
