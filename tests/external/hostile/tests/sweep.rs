//! No text of a document becomes code, markup or a file name.

#[test]
fn no_text_of_a_document_becomes_code() {
    let output = inner_cargo::optimised("hostile").args(["sweep", "--payloads", "3"]).output().unwrap();
    let (said, faults) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let shown: Vec<&str> = faults.lines().take(60).collect();
    assert!(output.status.success(), "{said}{}", shown.join("\n"));
    let places = said.split_once(" places").and_then(|(count, _)| count.parse::<usize>().ok());
    assert!(places.is_some_and(|count| count > 700), "{said}");
}
