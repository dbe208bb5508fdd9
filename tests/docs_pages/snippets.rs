//! Commands, programs and calls of each operation.

use std::path::Path;

use super::{PETSHOP, articles, files, keystub, pages, stderr, text};

#[test]
fn each_alternative_has_a_command_with_its_credentials_only() {
    let (folder, _) = pages(PETSHOP);
    let article = &articles(&folder)["op-listpets"];
    let command = |title: &str| {
        let rest = article.split(&format!("<summary>{title}</summary>")).nth(1).expect(title);
        text(rest.split("</pre>").next().unwrap())
    };
    let (bearer, key) = (command("curl, with bearerAuth"), command("curl, with shopKey"));
    assert!(
        bearer.contains("\"Authorization: Bearer $API_BEARER_AUTH\"") && !bearer.contains("X-Shop-Key"),
        "{bearer}"
    );
    assert!(key.contains("\"X-Shop-Key: $API_SHOP_KEY\"") && !key.contains("Authorization"), "{key}");
    assert!(articles(&folder)["op-getpet"].contains("<summary>curl</summary>"));
    let bearer = command("Python, with aiohttp, with bearerAuth");
    let expected = r#"headers={"Authorization": "Bearer " + os.environ["API_BEARER_AUTH"]}"#;
    assert!(bearer.contains(expected) && !bearer.contains("X-Shop-Key"), "{bearer}");
    let key = command("Python, with aiohttp, with shopKey");
    assert!(key.contains(r#"headers={"X-Shop-Key": os.environ["API_SHOP_KEY"]}"#), "{key}");
}

#[test]
fn texts_of_a_document_stay_in_the_literals_of_python() {
    let folder = tempfile::tempdir().unwrap();
    let canary = r#"a\\\" + canary() + \\\"'\\n${canary}{canary()}"#;
    let text = format!(
        "openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\nservers: [{{url: 'https://a.example/x'}}]\npaths:\n  /a:\n    post:\n      \
         parameters: [{{name: \"{canary}\", in: query, required: true, schema: {{type: string}}}}]\n      requestBody: {{content: {{application/json: \
         {{schema: {{type: object}}, example: {{b: \"{canary}\"}}}}}}}}\n      responses: {{'204': {{description: d}}}}\n"
    );
    let path = folder.path().join("api.yaml");
    std::fs::write(&path, text).unwrap();
    let (pages, _) = pages(path.to_str().unwrap());
    let article = self::text(articles(&pages).values().next().unwrap());
    let program = article.split("Python, with aiohttp").nth(1).unwrap();
    assert_eq!(program.matches("canary()").count(), 4, "{program}");
    // Every quote of the text has an escape before it.
    for before in program.split("canary()").filter(|before| before.ends_with(" + ")) {
        assert!(before.ends_with(r#"\" + "#), "{before}");
    }
}

#[test]
fn rust_calls_use_the_groups_of_the_client() {
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().to_str().unwrap();
    let output = keystub(&["docs", "fixtures/ok/tags.yaml", "--set", "groups = \"tags\"", "--out", folder]);
    assert!(output.status.success(), "{}", stderr(&output));
    let shown: String = articles(&files(out.path())).values().map(|article| text(article)).collect();
    for call in ["client.pets().list().await?", "client.orders_group().post().await?", "client.orders().await?"] {
        assert!(shown.contains(call), "{call}: {shown}");
    }
    assert!(!shown.contains("client.list_pets()"), "{shown}");
}

/// The Rust snippets are a test of the generated client, so that they are compiled.
#[test]
fn rust_calls_are_those_that_the_client_compiles() {
    let (folder, _) = pages(PETSHOP);
    let mut calls = String::from(
        "//! The calls that `keystub docs` shows for the pet shop; `tests/docs_pages/snippets.rs` writes this file.\n\n#![allow(dead_code)]\n",
    );
    for (id, article) in articles(&folder) {
        let snippet = article.split("generates</summary><pre tabindex=\"0\"><code>").nth(1).unwrap();
        let snippet = snippet.split("</code></pre>").next().unwrap();
        let lines: String = text(snippet)
            .lines()
            .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") })
            .collect();
        calls += &format!("\n#[rustfmt::skip]\nmod {} {{\n{lines}}}\n", id.replace('-', "_"));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/generated/petshop-client/tests/calls.rs");
    if std::env::var_os("KEYSTUB_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &calls).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), calls, "run with KEYSTUB_UPDATE=1");
}
