//! Values that a document marks as secret have a type or a `Debug` that hides them; tests/generated/fixtures prints
//! such values.

use keystub::Generator;

/// The file without white space.
fn text(out: &keystub::Output, path: &str) -> String {
    out.files()[path].split_whitespace().collect()
}

#[test]
fn passwords_have_a_type_that_hides_them() {
    let client = Generator::client("fixtures/ok/secrets.yaml").generate().unwrap();
    let server = Generator::server("fixtures/ok/secrets.yaml").generate().unwrap();
    for types in [text(&client, "src/types.rs"), text(&server, "src/generated/types.rs")] {
        for row in [
            "pubtypePassword=rt::password::Password;",
            "pubtypeWords=Vec<Password>;",
            "pubnullable:Option<Option<rt::password::Password>>,",
            "publist:Option<Vec<rt::password::Password>>,",
            "pubmap:Option<std::collections::BTreeMap<String,rt::password::Password>>,",
            "pubnamed:Option<Password>,",
            "pubmixed:Option<rt::password::Password>,",
            "pubmerged:Option<rt::password::Password>,",
            "pubadditional_properties:std::collections::BTreeMap<String,rt::password::Password",
            "Text(rt::password::Password),",
            "pubword:Option<rt::password::Password>,",
        ] {
            assert!(types.contains(row), "{row}: {types}");
        }
    }
    let api = text(&server, "src/generated/api.rs");
    for row in [
        "pubpin:rt::password::Password,",
        "pubold:Vec<rt::password::Password>,",
        "pubx_code:Option<types::Password>,",
        "pubsession:rt::password::Password,",
        "pubx_next:Option<rt::password::Password>,",
        "pubbody:rt::password::Password,",
    ] {
        assert!(api.contains(row), "{row}: {api}");
    }
    // Callers of a client pass strings.
    let operations = text(&client, "src/operations.rs");
    for row in ["pin:&str,", "pubfnx_code(self,x_code:&str)", "pubx_next:Option<rt::password::Password>,"] {
        assert!(operations.contains(row), "{row}: {operations}");
    }
}

#[test]
fn debug_omits_secret_fields() {
    let server = Generator::server("fixtures/ok/secrets.yaml").generate().unwrap();
    let types = text(&server, "src/generated/types.rs");
    let shown = ["shown", "nullable", "list", "named", "names", "nested", "mixed", "merged", "additional_properties"];
    for name in shown {
        assert!(types.contains(&format!(".field(\"{name}\",&self.{name})")), "{name}: {types}");
    }
    let hidden = [
        "map",
        "number",
        "choice",
        "choices",
        "untyped",
        "sent",
        "sent_number",
        "sent_list",
        "sent_map",
        "sent_object",
        "sent_by_reference",
        "sent_items",
        "sent_choice",
        "type",
        "pin",
        "either",
    ];
    for name in hidden {
        assert!(types.contains(&format!(".field(\"{name}\",&format_args!(\"…\"))")), "{name}: {types}");
    }
    // In the `Debug` of a type that omits some fields.
    assert!(
        types.contains(".field(\"name\",&self.name).field(\"additional_properties\",&format_args!(\"…\"))"),
        "{types}"
    );
    // Types without such fields keep the derived form.
    assert!(types.contains("#[derive(Debug,Clone,Default,PartialEq)]pubstructShown"), "{types}");
}
