//! Links, tags and paths lead to operations.

use std::collections::BTreeSet;

use regex::Regex;

use super::{PETSHOP, pages};

#[test]
fn links_lead_to_pages_and_elements() {
    let href = Regex::new(r#"href="([^"]*)""#).unwrap();
    let id = Regex::new(r#" id="([^"]*)""#).unwrap();
    let copy = Regex::new(r#" data-copy="([^"]*)""#).unwrap();
    let mut copied = BTreeSet::new();
    for spec in
        [PETSHOP, "fixtures/world/everything.yaml", "fixtures/ok/v31-keywords.yaml", "fixtures/ok/callbacks.yaml"]
    {
        let (folder, single) = pages(spec);
        for files in [folder, single] {
            let mut count = 0;
            for (name, page) in files.iter().filter(|(name, _)| name.ends_with(".html")) {
                let ids: Vec<&str> = id.captures_iter(page).map(|found| found.get(1).unwrap().as_str()).collect();
                assert_eq!(
                    ids.iter().collect::<BTreeSet<_>>().len(),
                    ids.len(),
                    "{spec}: an id of {name} is not unique"
                );
                for source in copy.captures_iter(page).map(|found| found.get(1).unwrap().as_str()) {
                    assert!(ids.contains(&source), "{spec}: {name} has no `{source}` to copy");
                    copied.insert((spec, source.contains("tree")));
                }
                for link in href.captures_iter(page).map(|found| found[1].replace("&#x2f;", "/")) {
                    if link.starts_with("https:") || link.starts_with("mailto:") {
                        continue;
                    }
                    let (target, anchor) = link.split_once('#').unwrap_or((&link, ""));
                    let target = if target.is_empty() { name } else { target };
                    let target = files.get(target).unwrap_or_else(|| panic!("{spec}: {name} links to `{link}`"));
                    let is_there = anchor.is_empty() || target.contains(&format!(" id=\"{anchor}\""));
                    assert!(is_there, "{spec}: {name} links to `{link}`");
                    count += 1;
                }
            }
            assert!(count > 5, "{spec}");
        }
    }
    assert!(copied.contains(&(PETSHOP, true)), "{copied:?}");
}

const REPEATED: &str = "openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /a: {get: {tags: [one], responses: &all {'200': {$ref: '#/components/responses/R'}, '400': {$ref: '#/components/responses/R'}}}}
  /b: {get: {tags: [one], responses: *all}}
  /c: {get: {tags: [two], responses: *all}}
components:
  responses:
    R:
      description: d
      content:
        application/json:
          schema: {type: array, items: {$ref: '#/components/schemas/Node'}}
          example: [{name: LONG}]
  schemas:
    Node: {type: object, properties: {name: {type: string, description: only-here}, next: {$ref: '#/components/schemas/Node'}}}
";

/// A page has the tree of a component and a long example once, however many responses have it.
#[test]
fn trees_and_examples_are_in_a_page_once() {
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("repeated.yaml");
    std::fs::write(&spec, REPEATED.replace("LONG", &"long".repeat(80))).unwrap();
    let (folder, single) = pages(spec.to_str().unwrap());
    for (page, uses, entries) in
        [(&folder["tag-one.html"], 4, 0), (&folder["tag-two.html"], 2, 0), (&single["single.html"], 6, 1)]
    {
        // The tree refers to itself.
        assert_eq!(page.matches("data-copy=\"tree-").count(), uses + 1);
        assert_eq!(page.matches("<template id=\"tree-").count(), 1);
        assert_eq!(page.matches("only-here").count(), 1 + entries);
        assert_eq!(page.matches("longlong").count() / 40, 1, "{page}");
        assert_eq!(page.matches("data-copy=\"example-").count(), uses - 1);
    }
    assert_eq!(folder["schemas.html"].matches("only-here").count(), 1);
}

#[test]
fn every_tag_and_path_leads_to_its_operations() {
    let folder = tempfile::tempdir().unwrap();
    let operation = |id: &str, tags: &str| {
        format!("    get: {{operationId: {id}, tags: [{tags}], responses: {{'204': {{description: d}}}}}}\n")
    };
    let mut text = String::from("openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n");
    text += &format!("  /both:\n{}", operation("both", "one, two"));
    for number in 0..40 {
        let group = if number % 2 == 0 { "cats" } else { "dogs" };
        text += &format!("  /v1/{group}/{number}:\n{}", operation(&format!("op{number}"), ""));
    }
    let path = folder.path().join("api.yaml");
    std::fs::write(&path, text).unwrap();
    let (pages, _) = pages(path.to_str().unwrap());
    assert!(pages["tag-one.html"].contains("<article class=\"operation\" id=\"op-both\""));
    assert!(!pages["tag-two.html"].contains("<article"));
    let links = pages["tag-two.html"].matches("href=\"tag-one.html#op-both\"").count();
    assert_eq!(links, 2, "in the sidebar and in the page");
    let count = |page: &str| pages[page].matches("<article class=\"operation\"").count();
    assert_eq!([count("path-v1-cats.html"), count("path-v1-dogs.html")], [20, 20]);
}

#[test]
fn untagged_operations_with_different_paths_have_numbered_pages() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n");
    for number in 0..70 {
        text +=
            &format!("  /m{number}:\n    get: {{operationId: op{number}, responses: {{'204': {{description: d}}}}}}\n");
    }
    let path = folder.path().join("api.yaml");
    std::fs::write(&path, text).unwrap();
    let (pages, single) = pages(path.to_str().unwrap());
    let count = |page: &str| pages[page].matches("<article class=\"operation\"").count();
    assert_eq!(["tag-none-1.html", "tag-none-2.html", "tag-none-3.html"].map(count), [30, 30, 10]);
    assert!(!pages.keys().any(|name| name.starts_with("path-")), "{:?}", pages.keys());
    assert!(pages["index.html"].contains("href=\"tag-none-2.html\""));
    assert!(single["single.html"].contains("Other operations<"), "a single file has one list");
}
