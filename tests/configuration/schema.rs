//! The documentation and the JSON Schema of the configuration.

use std::path::Path;

use keystub::Options;
use serde_json::Value;

use super::{TWO, folder, run};

#[test]
fn documentation_and_schema_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (start, end) = ("<!-- keys -->\n", "<!-- end of keys -->");
    let path = root.join("docs/configuration.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(start).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let page = format!("{before}{start}{}{end}{after}", keystub::configuration_page());
    let schema = keystub::configuration_schema();
    if std::env::var_os("KEYSTUB_UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
        std::fs::write(root.join("docs/keystub.schema.json"), &schema).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), page, "run the test with KEYSTUB_UPDATE=1");
    let written = std::fs::read_to_string(root.join("docs/keystub.schema.json")).unwrap();
    assert_eq!(written, schema, "run the test with KEYSTUB_UPDATE=1");
    assert_eq!(run(root, &["schema"]).1, schema);
}

/// A configuration file, and whether it is valid.
const FILES: &[(&str, bool)] = &[
    ("", true),
    (TWO, true),
    ("name = 'a'\nversion = '1.0.0'\nlayout = 'module'\nruntime = 'crate'\nserde = false\nroot = '..'", true),
    ("skip-broken = true\ndeny-public = true\nallow-public = ['a', 'GET /x']", true),
    ("[limits]\nbytes = 1\ndepth = 127\n[types]\nderives = ['a::B']\n[types.Pet]\nderives = []", true),
    ("[dependencies]\na = '1'\nb = { path = '..' }", true),
    ("[[api]]\nspec = 'a'\nkind = 'client'\nout = 'b'\nserde = false\nlimits = { files = 1 }", true),
    (
        "[types]\ndate = 'a::B'\nuuid = 'String'\n'components.A' = { type = 'a::B<c::D>', via = 'serde', hash = true }",
        true,
    ),
    ("[types]\ndate = { type = 'a::B', with = 'a::b', dependency = 'a = \"1\"' }", true),
    ("[types]\ndate = 'B'", false),
    ("[types]\ndate = { type = 'a::B', via = 'json' }", false),
    ("[types]\ndate = { type = 'a::B', hsah = true }", false),
    ("nmae = 'a'", false),
    ("name = 1", false),
    ("layout = 'x'", false),
    ("runtime = 'x'", false),
    ("serde = 'true'", false),
    ("root = ''", false),
    ("allow-public = 'x'", false),
    ("allow-public = [1]", false),
    ("spec = 'a'", false),
    ("limits = 1", false),
    ("[limits]\nbytes = 0", false),
    ("[limits]\nbytes = 'x'", false),
    ("[limits]\ndepth = 128", false),
    ("[limits]\nbites = 1", false),
    ("[types]\nderives = ['a b']", false),
    ("[types]\nderive = 1", false),
    (
        "[types]\nattributes = ['x']\n[types.Pet]\nname = 'X'\nattributes = ['y']\nfields.a = 'b'\nvariants.c = 'D'",
        true,
    ),
    ("[operations]\n'GET /a' = 'b'", true),
    ("[types.Pet]\nnmae = 'x'", false),
    ("[types.Pet]\nname = 'a b'", false),
    ("[types.Pet]\nfields = ['x']", false),
    ("[operations]\na = 'b-c'", false),
    ("[dependencies]\n'a b' = '1'", false),
    ("[dependencies]\na = 1", false),
    ("[api]\nspec = 'a'\nkind = 'client'\nout = 'b'", false),
    ("[[api]]\nkind = 'client'\nout = 'b'", false),
    ("[[api]]\nspec = 'a'\npack = 'p'\nout = 'b'", true),
    ("[[api]]\nspec = 'a'\npack = 'p'\nkind = 'client'\nout = 'b'", false),
    ("[[api]]\nspec = 'a'\npack = ''\nout = 'b'", false),
    ("[[api]]\nspec = 'a'\nout = 'b'", false),
    ("[[api]]\nspec = 'a'\nkind = 'client'", false),
    ("[[api]]\nspec = 'a'\nkind = 'proxy'\nout = 'b'", false),
    ("[[api]]\nspec = 'a'\nkind = 'client'\nout = 'b'\ncolour = 'red'", false),
];

#[test]
fn schema_and_program_accept_the_same_files() {
    let schema: Value = serde_json::from_str(&keystub::configuration_schema()).unwrap();
    let folder = folder("schema");
    let path = folder.join("keystub.toml");
    for (text, is_valid) in FILES {
        std::fs::write(&path, text).unwrap();
        let read = match text.contains("[[api]]") {
            true => keystub::Configuration::read(&path).map(drop),
            false => Options::default().with_file(&path).map(drop),
        };
        assert_eq!(read.is_ok(), *is_valid, "{text}: {read:?}");
        let value = json(text.parse::<toml_edit::DocumentMut>().unwrap().as_item());
        let faults = faults(&schema, &value, "");
        assert_eq!(faults.is_empty(), *is_valid, "{text}: {faults:?}");
    }
}

/// The JSON of a TOML value.
fn json(item: &toml_edit::Item) -> Value {
    if let Some(tables) = item.as_array_of_tables() {
        return tables.iter().map(|table| json(&toml_edit::Item::Table(table.clone()))).collect();
    }
    if let Some(table) = item.as_table_like() {
        return Value::Object(table.iter().map(|(key, item)| (key.to_owned(), json(item))).collect());
    }
    if let Some(list) = item.as_array() {
        return list.iter().map(|value| json(&toml_edit::Item::Value(value.clone()))).collect();
    }
    let text = item.as_str().map(Value::from);
    text.or(item.as_bool().map(Value::from)).or(item.as_integer().map(Value::from)).expect("another type of TOML")
}

/// Where a value is not valid. Panics at keywords that it does not know.
fn faults(schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut require = |is_met: bool, keyword: &str| {
        if !is_met {
            faults.push(format!("{at}: {keyword}"));
        }
    };
    let mut parts = Vec::new();
    for (keyword, rule) in schema.as_object().unwrap() {
        match keyword.as_str() {
            "$schema" | "title" | "description" | "default" => {}
            "type" => require(has_type(rule, value), keyword),
            "enum" => require(rule.as_array().unwrap().contains(value), keyword),
            "anyOf" => {
                let mut rules = rule.as_array().unwrap().iter();
                require(rules.any(|rule| self::faults(rule, value, at).is_empty()), keyword);
            }
            "oneOf" => {
                let met = rule.as_array().unwrap().iter().filter(|rule| self::faults(rule, value, at).is_empty());
                require(met.count() == 1, keyword);
            }
            "minimum" => require(value.as_i64().is_none_or(|number| number >= rule.as_i64().unwrap()), keyword),
            "maximum" => require(value.as_i64().is_none_or(|number| number <= rule.as_i64().unwrap()), keyword),
            "minLength" => {
                require(value.as_str().is_none_or(|text| text.len() as u64 >= rule.as_u64().unwrap()), keyword)
            }
            "minItems" => {
                require(value.as_array().is_none_or(|list| list.len() as u64 >= rule.as_u64().unwrap()), keyword)
            }
            "pattern" => {
                let pattern = regex::Regex::new(rule.as_str().unwrap()).unwrap();
                require(value.as_str().is_none_or(|text| pattern.is_match(text)), keyword);
            }
            "required" => {
                let has = |name: &Value| value.get(name.as_str().unwrap()).is_some();
                require(!value.is_object() || rule.as_array().unwrap().iter().all(has), keyword);
            }
            "items" => {
                parts.extend(value.as_array().into_iter().flatten().map(|part| (rule, part.clone(), at.to_owned())))
            }
            "propertyNames" => {
                let names = value.as_object().into_iter().flat_map(|object| object.keys());
                parts.extend(names.map(|name| (rule, Value::from(name.as_str()), format!("{at}/{name}"))));
            }
            "properties" | "additionalProperties" => {}
            other => panic!("unknown keyword {other}"),
        }
    }
    for (name, part) in value.as_object().into_iter().flatten() {
        match (schema.get("properties").and_then(|known| known.get(name)), schema.get("additionalProperties")) {
            (Some(rule), _) => parts.push((rule, part.clone(), format!("{at}/{name}"))),
            (None, Some(Value::Bool(false))) => require(false, name),
            (None, Some(rule)) => parts.push((rule, part.clone(), format!("{at}/{name}"))),
            (None, None) => {}
        }
    }
    faults.extend(parts.iter().flat_map(|(rule, part, at)| self::faults(rule, part, at)));
    faults
}

fn has_type(rule: &Value, value: &Value) -> bool {
    match rule {
        Value::Array(types) => types.iter().any(|rule| has_type(rule, value)),
        rule => match rule.as_str().unwrap() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64(),
            other => panic!("unknown type {other}"),
        },
    }
}
