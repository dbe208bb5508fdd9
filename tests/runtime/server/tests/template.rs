//! Path templates against paths: as a naive reading says, and without work that a path could pile up.

use runtime_server::runtime::operation::Segment::{self, Parameter, Text};
use runtime_server::runtime::operation::{Access, Operation};
use runtime_server::runtime::template::captures;

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
    Operation { id: "x", method: "GET", path, parameters: &[], access: Access::Open, accept: "" }
}

/// The longest text for each parameter in turn that leaves the rest to the rest of the template.
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

/// All texts of these characters with up to six of them, behind a slash.
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
fn a_path_is_taken_apart_as_a_naive_reading_says() {
    let paths = paths();
    for template in TEMPLATES {
        let operation = operation(template);
        let mut matched = 0;
        for path in &paths {
            let found = captures(&operation, path);
            assert_eq!(found, naive(template, path), "{template:?} {path}");
            matched += usize::from(found.is_some());
        }
        assert!(matched > 0, "{template:?} matches nothing");
    }
}

/// What tries every place for every parameter does not end here: this comes before any credential is looked at.
#[test]
fn a_path_cannot_make_many_parameters_costly() {
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
