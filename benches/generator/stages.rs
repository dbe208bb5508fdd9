//! What generating spends its time on.
//!
//! The stages are parts of one path, so each row of a document includes those before it: `read` has loading, upgrading and filters, and
//! lowers one operation; `lower` lowers all; `name` also names them; `generate` also makes and formats the code; `write` writes it.

use std::fmt::Write;

use divan::Bencher;
use divan::counter::ItemsCount;
use keystub::{Generator, Input};

const PETSHOP: &str = include_str!("../../fixtures/world/petshop.yaml");

/// A document, by its name in the table.
struct Document {
    name: &'static str,
    text: fn() -> String,
    operations: usize,
}

/// Twenty operations have the same number of schemas each as a thousand.
const DOCUMENTS: [Document; 4] = [
    Document { name: "petshop", text: || PETSHOP.to_owned(), operations: 7 },
    Document { name: "20 operations", text: || made("3.0.3", 20), operations: 20 },
    Document { name: "400 operations", text: || made("3.0.3", 400), operations: 400 },
    Document { name: "400 operations, 3.1", text: || made("3.1.0", 400), operations: 400 },
];

/// A document whose operations have parameters, a body, two responses and three schemas each.
fn made(version: &str, operations: usize) -> String {
    let nullable =
        if version == "3.0.3" { r#""type":"string","nullable":true"# } else { r#""type":["string","null"]"# };
    let (mut paths, mut schemas) = (String::new(), String::new());
    for at in 0..operations {
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(
            paths,
            r##"{comma}"/teams/{{teamId}}/items{at}":{{"post":{{"operationId":"items{at}/create","tags":["items"],"summary":"Creates item {at}",
"description":"Creates an item of the team, and returns it with its number. Only members of the team may do so.","parameters":[
{{"name":"teamId","in":"path","required":true,"schema":{{"type":"integer","format":"int64"}}}},
{{"name":"dry_run","in":"query","description":"Whether nothing is stored","schema":{{"type":"boolean","default":false}}}}],
"requestBody":{{"required":true,"content":{{"application/json":{{"schema":{{"type":"object","required":["title"],"properties":{{
"title":{{"type":"string","description":"The title","example":"A title"}},"labels":{{"type":"array","items":{{"type":"string"}}}},
"state{at}":{{"type":"string","enum":["open","closed","closed for {at} days"]}}}}}}}}}}}},
"responses":{{"201":{{"description":"The item","content":{{"application/json":{{"schema":{{"$ref":"#/components/schemas/item-{at}"}}}}}}}},
"422":{{"description":"It is invalid","content":{{"application/json":{{"schema":{{"$ref":"#/components/schemas/problem"}}}}}}}}}}}}}}"##
        );
        let _ = write!(
            schemas,
            r##","item-{at}":{{"type":"object","title":"Item {at}","description":"An item of a team, of kind {at}.","required":["id","title"],
"properties":{{"id":{{"type":"integer","format":"int64"}},"title":{{"type":"string"}},"body":{{{nullable},"description":"The text, if there is one"}},
"owner":{{"type":"object","required":["login"],"properties":{{"login":{{"type":"string"}},"url{at}":{{"type":"string","format":"uri"}}}}}},
"created_at":{{"type":"string","format":"date-time"}},"size":{{"type":"integer","minimum":0}}}}}}"##
        );
    }
    format!(
        r##"{{"openapi":"{version}","info":{{"title":"Items","version":"1"}},"servers":[{{"url":"https://api.example.com"}}],
"security":[{{"token":[]}}],"paths":{{{paths}}},"components":{{"securitySchemes":{{"token":{{"type":"http","scheme":"bearer"}}}},
"schemas":{{"problem":{{"type":"object","properties":{{"message":{{"type":"string"}}}}}}{schemas}}}}}}}"##
    )
}

/// Measures a part of the path of each document.
fn measure<T>(bencher: Bencher<'_, '_>, name: &str, stage: impl Fn(&Generator) -> T) {
    let document =
        DOCUMENTS.iter().find(|document| document.name == name).expect("the names are those of the documents");
    let input = Input::Memory { name: "document".to_owned(), bytes: (document.text)().into_bytes() };
    let generator = Generator::client(input);
    let found = generator.inspect().expect("the document is valid").summary().operations;
    assert_eq!(found, document.operations);
    bencher.counter(ItemsCount::new(found)).bench_local(|| stage(&generator));
}

const NAMES: [&str; 4] = [DOCUMENTS[0].name, DOCUMENTS[1].name, DOCUMENTS[2].name, DOCUMENTS[3].name];

#[divan::bench_group(max_time = 5)]
mod stages {
    use super::*;

    #[divan::bench(args = NAMES)]
    fn a_read(bencher: Bencher<'_, '_>, name: &str) {
        let filter = if name == "petshop" { "id:listPets" } else { "id:items1/create" };
        measure(bencher, name, |generator| {
            let found = generator.clone().only(filter).inspect().expect("the document is valid");
            assert_eq!(found.summary().operations, 1);
        });
    }

    #[divan::bench(args = NAMES)]
    fn b_lower(bencher: Bencher<'_, '_>, name: &str) {
        measure(bencher, name, Generator::inspect);
    }

    #[divan::bench(args = NAMES)]
    fn c_name(bencher: Bencher<'_, '_>, name: &str) {
        measure(bencher, name, Generator::names);
    }

    #[divan::bench(args = NAMES)]
    fn d_generate(bencher: Bencher<'_, '_>, name: &str) {
        measure(bencher, name, Generator::generate);
    }

    #[divan::bench(args = NAMES)]
    fn e_write(bencher: Bencher<'_, '_>, name: &str) {
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        measure(bencher, name, |generator| {
            let files = generator.generate().expect("the document is valid");
            files.file_set().write(folder.path()).expect("the folder can be written")
        });
    }
}

fn main() {
    divan::main();
}
