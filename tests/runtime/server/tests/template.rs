//! Matches paths against templates: compared with a naive matcher, and in linear time.

use runtime_server::runtime::operation::Segment::{self, Parameter, Text};
use runtime_server::runtime::operation::{Access, Operation};
use runtime_server::runtime::template::{RequestPath, Template};

const TEMPLATES: &[&[Segment]] = &[
    &[Text("/")],
    &[Text("/a/"), Parameter(0)],
    &[Text("/"), Parameter(0), Text("-"), Parameter(1)],
    &[Text("/"), Parameter(0), Text("-"), Parameter(1), Text(".a")],
    &[Text("/"), Parameter(0), Text("-"), Parameter(1), Text("-"), Parameter(2)],
    &[Text("/"), Parameter(0), Text("/"), Parameter(1), Text("-"), Parameter(2), Text("/")],
    &[Text("/"), Parameter(0), Parameter(1)],
    &[Text("/"), Parameter(0), Parameter(1), Text("-"), Parameter(2)],
    &[Text("/a"), Parameter(0), Text("-a")],
    &[Text("/"), Parameter(0), Text("-/-"), Parameter(1)],
    &[Text("/"), Parameter(0), Text("é"), Parameter(1)],
];

fn operation(path: &'static [Segment]) -> Operation {
    Operation { id: "x", method: "GET", path, query: "", parameters: &[], access: Access::Open, accept: "" }
}

fn captures(operation: &Operation, path: &str) -> Option<Vec<(usize, String)>> {
    Template::of(operation).captures(&RequestPath::new(path)?)
}

/// The longest text for each parameter in order that lets the rest of the template match.
fn naive(template: &[Segment], path: &str) -> Option<Vec<(usize, String)>> {
    match template {
        [] => path.is_empty().then(Vec::new),
        [Text(text), rest @ ..] => naive(rest, path.strip_prefix(text)?),
        [Parameter(index), rest @ ..] => {
            let within = path.split('/').next().unwrap_or_default();
            let ends = within.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
            ends.into_iter().find_map(|end| {
                let mut found = naive(rest, &path[end..])?;
                found.insert(0, (*index, path[..end].to_owned()));
                Some(found)
            })
        }
    }
}

/// All texts of up to six of these characters, after a slash.
fn paths() -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..6 {
        last = last.iter().flat_map(|text| ['a', '-', '.', '/', 'é'].map(|next| format!("{text}{next}"))).collect();
        all.extend(last.iter().cloned());
    }
    all.into_iter().map(|text| format!("/{text}")).collect()
}

#[test]
fn path_captures_agree_with_a_naive_matcher() {
    let paths = paths();
    for template in TEMPLATES {
        let operation = operation(template);
        let mut matched = 0;
        for path in &paths {
            let found = captures(&operation, path);
            let expected = naive(template, path).filter(|_| !path.split('/').any(|text| matches!(text, "." | "..")));
            assert_eq!(found, expected, "{template:?} {path}");
            matched += usize::from(found.is_some());
        }
        assert!(matched > 0, "{template:?} matches nothing");
    }
}

/// A matcher that backtracks does not terminate here. Paths are matched before any credential is checked.
#[test]
fn matching_many_parameters_takes_linear_time() {
    const TILE: &[Segment] = &[
        Text("/"),
        Parameter(0),
        Text("-"),
        Parameter(1),
        Text("-"),
        Parameter(2),
        Text("-"),
        Parameter(3),
        Text(".png"),
    ];
    let long = format!("/{}", "-".repeat(60_000));
    assert_eq!(captures(&operation(TILE), &long), None);
    let found = captures(&operation(TILE), &format!("{long}.png")).unwrap();
    assert_eq!(
        found.iter().map(|(index, text)| (*index, text.len())).collect::<Vec<_>>(),
        [(0, 59_994), (1, 1), (2, 1), (3, 1)]
    );
}

/// The path, the template and the value of each parameter, still percent-encoded.
type Row = (&'static [Segment], &'static str, Option<&'static [&'static str]>);

/// RFC 3986, section 6.2.2: unreserved characters may be percent-encoded, hexadecimal digits are case-insensitive, and
/// anything else makes paths different. The values of parameters are not changed.
#[test]
fn paths_are_compared_in_their_normal_form() {
    const JSON: &[Segment] = &[Text("/"), Parameter(0), Text(".json")];
    const ACTION: &[Segment] = &[Text("/"), Parameter(0), Text(":stop")];
    const DIGIT: &[Segment] = &[Text("/"), Parameter(0), Text("2"), Parameter(1)];
    const UMLAUT: &[Segment] = &[Text("/%C3%A4/a%20b/"), Parameter(0)];
    const BOTH: &[Segment] = &[Text("/"), Parameter(0), Text("-"), Parameter(1)];
    let rows: &[Row] = &[
        (JSON, "/7.json", Some(&["7"])),
        (JSON, "/7%2Ejson", Some(&["7"])),
        (JSON, "/7%2ejs%6Fn", Some(&["7"])),
        (JSON, "/%37%2F.json", Some(&["%37%2F"])),
        (JSON, "/7%252Ejson", None),
        (ACTION, "/7:stop", Some(&["7"])),
        (ACTION, "/7:%73top", Some(&["7"])),
        (ACTION, "/7%3Astop", None),
        // A digit of an escape is not a digit of the path.
        (DIGIT, "/a%2Fb", None),
        (DIGIT, "/a2b", Some(&["a", "b"])),
        (DIGIT, "/a%32%2Fb", Some(&["a", "%2Fb"])),
        (UMLAUT, "/%C3%A4/a%20b/x", Some(&["x"])),
        (UMLAUT, "/%c3%a4/%61%20b/x", Some(&["x"])),
        (UMLAUT, "/\u{e4}/a%20b/\u{e4}", Some(&["\u{e4}"])),
        (UMLAUT, "/%C3%A4/a+b/x", None),
        (BOTH, "/a%2Db", Some(&["a", "b"])),
        (BOTH, "/%E4%2D%E4", Some(&["%E4", "%E4"])),
        (&[Text("/"), Parameter(0), Parameter(1)], "/a%C3%A4", Some(&["a", "%C3%A4"])),
        (&[Text("/"), Parameter(0), Parameter(1)], "/%A4%A4", None),
        (BOTH, "/a-%", None),
        (BOTH, "/a-%4", None),
        (BOTH, "/a-%4g", None),
        (BOTH, "/a-%+1", None),
        (BOTH, "/%2E%2e", None),
        (BOTH, "/./a-b", None),
    ];
    for (template, path, expected) in rows {
        let found = captures(&operation(template), path);
        let found: Option<Vec<String>> = found.map(|found| found.into_iter().map(|(_, text)| text).collect());
        let expected = expected.map(|texts| texts.iter().map(|text| (*text).to_owned()).collect());
        assert_eq!(found, expected, "{template:?} {path}");
    }
}

/// `/t/{a}/{a}`: the handler receives one value, so the path must not contain two.
#[test]
fn values_of_a_repeated_parameter_must_be_equal() {
    const TWICE: &[Segment] = &[Text("/t/"), Parameter(0), Text("/"), Parameter(0)];
    for (path, is_match) in [
        ("/t/1/1", true),
        ("/t/a%62/ab", true),
        ("/t/a%3Ab/a:b", true),
        ("/t/a%2Fb/a%2fb", true),
        ("/t/%C3%A4/%c3%a4", true),
        ("/t/1/2", false),
        ("/t/1/%31%31", false),
        ("/t/a/A", false),
        ("/t/a%2Fb/a%252Fb", false),
    ] {
        let operation = operation(TWICE);
        assert_eq!(captures(&operation, path).is_some(), is_match, "{path}");
        let is_plain = RequestPath::new(path).is_some_and(|path| Template::of(&operation).fits_plain(&path));
        assert_eq!(is_plain, is_match, "{path}");
    }
}
