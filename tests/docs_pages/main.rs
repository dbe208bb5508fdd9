//! `keystub docs`: the pages show every operation with its access, and no text of a document becomes markup or script.

mod navigation;
mod snippets;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use keystub::Generator;
use keystub::model::security::Access;
use regex::Regex;

const PETSHOP: &str = "fixtures/world/petshop.yaml";

fn keystub(arguments: &[&str]) -> Output {
    let root = env!("CARGO_MANIFEST_DIR");
    Command::new(env!("CARGO_BIN_EXE_keystub")).current_dir(root).args(arguments).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The files of a folder by name.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let text = |path: &Path| std::fs::read_to_string(path).unwrap();
    entries.map(|entry| (entry.file_name().into_string().unwrap(), text(&entry.path()))).collect()
}

/// The pages of a document as a folder, and as a single file named `single.html`.
fn pages(spec: &str) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let (folder, single) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = single.path().join("single.html");
    for place in [["--out", folder.path().to_str().unwrap()], ["--single", file.to_str().unwrap()]] {
        let output = keystub(&[&["docs", spec], &place[..]].concat());
        assert!(output.status.success(), "{}", stderr(&output));
    }
    (files(folder.path()), files(single.path()))
}

/// The articles by id, with their text.
fn articles(files: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let pattern = Regex::new(r#"(?s)<article class="operation" id="([^"]*)"[^>]*>(.*?)</article>"#).unwrap();
    let pages = files.iter().filter(|(name, _)| name.ends_with(".html"));
    let found = pages.flat_map(|(_, page)| pattern.captures_iter(page).collect::<Vec<_>>());
    found.map(|found| (found[1].to_owned(), found[2].to_owned())).collect()
}

/// The text of a piece of HTML.
fn text(html: &str) -> String {
    let text = Regex::new("<[^>]*>").unwrap().replace_all(html, "").into_owned();
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/"), ("&amp;", "&")];
    entities.iter().fold(text, |text, (from, to)| text.replace(from, to))
}

#[test]
fn items_of_streams_are_shown_with_their_types() {
    let (files, _) = pages("fixtures/ok/typed-streams.yaml");
    let all: String = files.values().map(String::as_str).collect();
    for (media_type, ty) in [
        ("text/event-stream", "stream of Price"),
        ("text/event-stream", "stream of text"),
        ("application/x-ndjson", "stream of Trade"),
        ("application/json-seq", "stream of Trade"),
    ] {
        let media_type = media_type.replace('/', "&#x2f;");
        let shown = Regex::new(&format!("<code>{media_type}</code> <span class=\"type\">(<a [^>]*>)?{ty}<")).unwrap();
        assert!(shown.is_match(&all), "{media_type}: {ty}");
    }
}

#[test]
fn every_operation_and_alternative_is_shown() {
    for spec in [PETSHOP, "fixtures/world/everything.yaml", "fixtures/ok/v31-keywords.yaml"] {
        let inspection = Generator::client(spec).inspect().unwrap();
        let api = inspection.api();
        let (folder, single) = pages(spec);
        for files in [&folder, &single] {
            let articles = articles(files);
            assert_eq!(articles.len(), api.operations.len() + api.outgoing.operations.len(), "{spec}");
            for operation in &api.operations {
                let line = format!("{} {}", operation.method.as_str(), operation.path.text);
                let html = articles.values().find(|html| line_of(html) == line).expect(&line);
                assert_eq!(shown(html), expected(&api.schemes, &operation.access), "{spec}: {line}");
                let is_public = operation.access == Access::Open;
                assert_eq!(html.contains("No credentials are required"), is_public, "{line}");
            }
        }
    }
}

/// The method and path of an article.
fn line_of(article: &str) -> String {
    let line = article.split("<p class=\"line\">").nth(1).and_then(|rest| rest.split("</code>").next());
    text(line.expect("an article has this line"))
}

/// For each alternative, its schemes with their scopes.
type Alternatives = Vec<Vec<(String, Vec<String>)>>;

fn expected(schemes: &[keystub::model::security::Scheme], access: &Access) -> Alternatives {
    match access {
        Access::Open => Vec::new(),
        Access::Guarded { any_of, .. } => any_of
            .iter()
            .map(|all| all.iter().map(|used| (schemes[used.scheme.0].name.clone(), used.scopes.clone())).collect())
            .collect(),
    }
}

fn shown(article: &str) -> Alternatives {
    let list = article.split("<ol class=\"alternatives\">").nth(1).and_then(|rest| rest.split("</ol>").next());
    let scheme = Regex::new(r#"(?s)<span class="scheme-use"><a [^>]*>(.*?)</a>(.*?)</span>"#).unwrap();
    let scope = Regex::new(r#"<code class="scope">(.*?)</code>"#).unwrap();
    let items = list.unwrap_or_default().split("<li>").skip(1);
    let uses = |item: &str| {
        let uses = scheme
            .captures_iter(item)
            .map(|found| (text(&found[1]), scope.captures_iter(&found[2]).map(|scope| text(&scope[1])).collect()));
        uses.collect()
    };
    items.map(uses).collect()
}

const HOSTILE: &str = r##"
openapi: 3.1.0
info: {title: &x '"><script>canary()</script><img src=x onerror=canary()>''</style><!--', version: *x, description: &m "[a](javascript:canary()) [b](data:text/html,canary) ![c](https://evil.example/x.png)\n\n<script>canary()</script>\n\n<b onclick='canary()'>t</b>\n\n```\"><script>canary()</script>\n</code></pre><script>canary()</script>\n```\n\n# <img src=x onerror=canary()> {onclick=canary()}\n\n\u202e[d](https://ok.example/\"onmouseover=\"canary())"}
servers: [{url: 'https://a.example/"><script>canary()</script>', description: *m}]
tags: [{name: *x, description: *m, externalDocs: {url: 'javascript:canary()'}}]
security: [{'"><script>canary()</script>': [*x]}]
paths:
  '/a"><script>canary()</script>/{p}':
    post:
      operationId: *x
      summary: *x
      description: *m
      tags: [*x]
      parameters:
        - {name: p, in: path, required: true, description: *m, schema: {type: string, pattern: '"><script>canary\(\)</script>', default: *x}}
        - {name: '"><script>canary()</script>', in: query, required: true, example: *x, schema: {type: string, enum: [*x]}}
      requestBody:
        description: *m
        content:
          application/json:
            schema: {$ref: '#/components/schemas/A'}
            examples: {'"><script>canary()</script>': {summary: *x, value: *x}}
      responses:
        '200': {description: *m, headers: {X-A: {description: *m, schema: {type: string}}}, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}
webhooks:
  '"><script>canary()</script>':
    post: {summary: *x, description: *m, responses: {'200': {description: *m}}}
components:
  schemas:
    A: {type: object, title: *x, description: *m, properties: {'"><script>canary()</script>': {type: string, description: *m, default: *x, examples: [*x]}}}
  securitySchemes:
    '"><script>canary()</script>': {type: oauth2, description: *m, flows: {clientCredentials: {tokenUrl: 'https://a.example/t', scopes: {'"><script>canary()</script><img src=x onerror=canary()>''</style><!--': *x}}}}
"##;

/// Elements and attributes that the templates and Markdown write.
const ELEMENTS: &str = "a article b blockquote body br button code del details div em h1 h2 h3 h4 h5 h6 head header hr html \
    input li link main meta nav ol p pre script section small span strong style summary table tbody template td th thead title tr ul";
const ATTRIBUTES: &str = "aria-autocomplete aria-controls aria-current aria-expanded aria-label autocomplete charset class \
    content data-copy data-method data-try hidden href http-equiv id lang name open placeholder rel role scope src start style tabindex type";

#[test]
fn texts_of_a_document_are_neither_markup_nor_script() {
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("hostile.yaml");
    let text = HOSTILE.replace(
        "scopes: {'\"><script>canary()</script><img src=x onerror=canary()>''</style><!--'",
        "scopes: {'write'",
    );
    let text = text.replace("'\"><script>canary()</script>': [*x]}]", "'\"><script>canary()</script>': [write]}]");
    std::fs::write(&spec, text).unwrap();
    let (folder, single) = pages(spec.to_str().unwrap());
    let tag = Regex::new(r#"^<([a-z0-9]+)((?: [a-z-]+(?:="[^"<>]*")?)*)>"#).unwrap();
    let attribute = Regex::new(r#" ([a-z-]+)(?:="([^"]*)")?"#).unwrap();
    let local = Regex::new(r"^([a-z0-9-]+\.(html|css))?(#[a-z0-9-]*)?$").unwrap();
    let own = Regex::new(r"(?s)<(script|style)([^>]*)>.*?</(?:script|style)>").unwrap();
    let mut canaries = 0;
    for (name, page) in folder.iter().chain(&single) {
        if !name.ends_with(".html") {
            assert!(!page.contains("</script"), "{name}");
            continue;
        }
        let expected = 4;
        assert_eq!(own.find_iter(page).count(), expected, "{name} has another script or style");
        canaries += page.matches("canary").count();
        let markup = own.replace_all(page, "<$1$2>").into_owned();
        assert!(!markup.contains('\u{202e}'), "{name}");
        for (at, _) in markup.match_indices('<') {
            let rest = &markup[at..];
            let shown: String = rest.chars().take(80).collect();
            let is_other =
                rest.starts_with("</") || rest.starts_with("<!DOCTYPE html>") || rest.starts_with("<!-- @generated");
            if is_other {
                continue;
            }
            let found = tag.captures(rest).unwrap_or_else(|| panic!("{name}: not a tag of a template: {shown}"));
            assert!(ELEMENTS.split_whitespace().any(|known| known == &found[1]), "{name}: {shown}");
            for found in attribute.captures_iter(&found[2]) {
                assert!(ATTRIBUTES.split_whitespace().any(|known| known == &found[1]), "{name}: {shown}");
                if &found[1] == "href" {
                    let value = found[2].replace("&#x2f;", "/");
                    let is_web = value.starts_with("https://ok.example/") || value == "https://evil.example/x.png";
                    assert!(is_web || local.is_match(&value), "{name}: {value}");
                }
            }
        }
    }
    assert!(canaries > 50, "the texts are shown");
}

#[test]
fn policy_allows_only_the_scripts_of_keystub() {
    use base64::Engine;
    use sha2::Digest;
    let (folder, single) = pages(PETSHOP);
    for (name, page) in folder.iter().filter(|(name, _)| name.ends_with(".html")) {
        let policy = "default-src &#x27;none&#x27;; script-src &#x27;self&#x27;; style-src &#x27;self&#x27;; base-uri &#x27;none&#x27;;";
        assert!(page.contains(policy), "{name}");
        // The origins of the server and of the token endpoint, and no other.
        let connect = "; connect-src https:&#x2f;&#x2f;api.petshop.example https:&#x2f;&#x2f;id.petshop.example\">";
        assert!(page.contains(connect), "{name}");
    }
    let page = &single["single.html"];
    let hashed = |tag: &str| {
        let inner = page.split(&format!("<{tag}>")).nth(1).unwrap().split(&format!("</{tag}>")).next().unwrap();
        base64::prelude::BASE64_STANDARD.encode(sha2::Sha256::digest(inner.as_bytes())).replace('/', "&#x2f;")
    };
    for tag in ["script", "style"] {
        let source = format!("{tag}-src &#x27;sha256-{}&#x27;", hashed(tag));
        assert!(page.contains(&source), "{source}");
    }
    assert!(["docs.js", "try.js", "docs.css"].iter().map(|name| folder[*name].len()).sum::<usize>() < 100 << 10);
}

#[test]
fn changes_since_a_revision_or_a_file_have_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let (old, out) = (folder.path().join("old.yaml"), folder.path().join("out"));
    let text = std::fs::read_to_string(PETSHOP).unwrap();
    let stricter =
        text.replacen("security: [{ bearerAuth: [] }, { shopKey: [] }]", "security: [{ bearerAuth: [] }]", 1);
    let renamed = stricter.replacen("operationId: createPet", "operationId: \"create<b>Pet\"", 1);
    assert!(stricter != text && renamed != stricter);
    std::fs::write(&old, renamed).unwrap();
    let docs = |since: &str| keystub(&["docs", PETSHOP, "--since", since, "--out", out.to_str().unwrap()]);
    let output = docs(old.to_str().unwrap());
    assert!(output.status.success(), "{}", stderr(&output));
    let written = files(&out);
    let page = &written["changes.html"];
    let section = page.split("Weaker security").nth(1).expect("an alternative was added");
    assert!(section.contains("<a href=\"tag-pets.html#op-listpets\">GET &#x2f;pets</a>"), "{section}");
    assert!(section.contains("create&lt;b&gt;Pet") && !section.contains("create<b>Pet"), "{section}");
    assert!(page.contains("1 weakened, 0 moved, 0 strengthened"), "{page}");
    assert!(written["index.html"].contains("href=\"changes.html\""));
    let missing = docs("no-such-revision");
    assert_eq!(missing.status.code(), Some(1));
    assert!(stderr(&missing).contains("no-such-revision"), "{}", stderr(&missing));
    let same = docs(PETSHOP);
    assert!(same.status.success() && files(&out)["changes.html"].contains("has not changed"));
}

#[test]
fn parts_that_are_not_compared_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let [new, old, out] = ["new.yaml", "old.yaml", "out"].map(|name| folder.path().join(name));
    let document = |more: &str| {
        let text =
            "openapi: 3.0.3\ninfo: {title: T, version: '1'}\nservers: [{url: 'https://a.example'}MORE]\npaths: {}\n";
        text.replace("MORE", more)
    };
    let other = ", {url: 'https://{h}'}";
    for (before, after, expected) in [
        ("", other, Some("<code>#&#x2f;servers&#x2f;1&#x2f;url</code>: ")),
        (other, "", Some("<code>#&#x2f;servers&#x2f;1&#x2f;url</code> of the older version: ")),
        (other, other, None),
    ] {
        std::fs::write(&old, document(before)).unwrap();
        std::fs::write(&new, document(after)).unwrap();
        let [new, old, out_text] = [&new, &old, &out].map(|path| path.to_str().unwrap());
        let output = keystub(&["docs", new, "--since", old, "--out", out_text]);
        assert!(output.status.success(), "{}", stderr(&output));
        let page = &files(&out)["changes.html"];
        assert_eq!(page.contains("Not compared"), expected.is_some(), "{page}");
        assert_eq!(page.contains("The API has not changed"), expected.is_none(), "{page}");
        assert!(page.contains(expected.unwrap_or_default()), "{page}");
    }
}

#[test]
fn pages_without_try_send_no_requests() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("single.html");
    let out = folder.path().join("pages");
    for place in [["--out", out.to_str().unwrap()], ["--single", file.to_str().unwrap()]] {
        assert!(keystub(&[&["docs", PETSHOP, "--no-try"], &place[..]].concat()).status.success());
    }
    let mut all = files(&out);
    assert!(!["try.js", "api.js", "redirect.html"].iter().any(|name| all.contains_key(*name)), "{:?}", all.keys());
    all.insert("single.html".to_owned(), std::fs::read_to_string(&file).unwrap());
    for (name, text) in all {
        for word in ["connect-src", "data-try", "fetch(", "sessionStorage", "try.js"] {
            assert!(!text.contains(word), "{name} has `{word}`");
        }
    }
}

#[test]
fn token_endpoints_cannot_change_the_policy() {
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("spec.yaml");
    let text = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\nservers: [{url: 'https://a.example'}]\nsecurity: [{o: []}]\n\
                paths: {/a: {get: {responses: {'204': {description: D}}}}}\ncomponents:\n  securitySchemes:\n    o:\n      \
                type: oauth2\n      flows: {password: {tokenUrl: \"https://t.example; script-src *\", scopes: {}}}\n";
    std::fs::write(&spec, text).unwrap();
    let (folder, single) = pages(spec.to_str().unwrap());
    for page in folder.iter().chain(&single).filter(|(name, _)| name.ends_with(".html")).map(|(_, page)| page) {
        let policy = page.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(policy.ends_with("; connect-src https:&#x2f;&#x2f;a.example"), "{policy}");
        assert_eq!(policy.matches("script-src").count(), 1, "{policy}");
    }
}

#[test]
fn pages_are_checked_compared_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let run = |options: &[&str]| keystub(&[&["docs", PETSHOP, "--out", out], options].concat());
    assert!(!run(&["--check"]).status.success());
    assert!(files(folder.path()).is_empty(), "--check writes nothing");
    assert!(run(&[]).status.success());
    let first = files(folder.path());
    assert!(run(&["--check"]).status.success());
    assert!(run(&["--diff"]).stdout.is_empty());

    let old = "<!-- @generated by keystub from the OpenAPI document. Do not edit. -->\n";
    std::fs::write(folder.path().join("tag-old.html"), old).unwrap();
    std::fs::write(folder.path().join("mine.html"), "mine").unwrap();
    std::fs::write(folder.path().join("Cargo.toml"), "# @generated by keystub\n").unwrap();
    let drift = run(&["--check"]);
    assert_eq!(drift.status.code(), Some(1));
    assert!(stderr(&drift).contains("stray    tag-old.html"), "{}", stderr(&drift));
    assert!(run(&[]).status.success());
    let mut last = files(folder.path());
    assert_eq!(last.remove("mine.html").as_deref(), Some("mine"));
    assert!(last.remove("Cargo.toml").is_some(), "files of other targets are kept");
    assert_eq!(last, first);

    std::fs::write(folder.path().join("index.html"), "mine").unwrap();
    let refused = run(&[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("index.html"), "{}", stderr(&refused));
    assert_eq!(files(folder.path())["index.html"], "mine");
}

#[test]
fn single_pages_of_one_folder_do_not_remove_each_other() {
    let folder = tempfile::tempdir().unwrap();
    for (spec, name) in [(PETSHOP, "one.html"), ("fixtures/world/everything.yaml", "two.html")] {
        let file = folder.path().join(name);
        let output = keystub(&["docs", spec, "--single", file.to_str().unwrap()]);
        assert!(output.status.success(), "{}", stderr(&output));
    }
    assert_eq!(files(folder.path()).len(), 2);
    let file = folder.path().join("three.txt");
    let output = keystub(&["docs", PETSHOP, "--single", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("must end in `.html`"), "{}", stderr(&output));
}

#[test]
fn invalid_document_is_reported_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, out) = (folder.path().join("bad.yaml"), folder.path().join("out"));
    let text = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n  /a:\n    get:\n      security: [{zzz: []}]\n      \
                responses: {'204': {description: D}}\n";
    std::fs::write(&spec, text).unwrap();
    let output = keystub(&["docs", spec.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("error[unknown-scheme]"), "{}", stderr(&output));
    assert!(stderr(&output).contains("bad.yaml:6:"), "{}", stderr(&output));
    assert!(!out.exists());
}
