//! The traits and dependencies that the options add to generated code.

use keystub::{AddedDependency, Error, Generator, Input, Layout, Options, Runtime};

const DOCUMENT: &str = "
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /pets:
    post:
      requestBody:
        content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}
components:
  schemas:
    Pet:
      type: object
      required: [name, secret, kind]
      properties:
        name: {type: string}
        secret: {type: string, writeOnly: true}
        kind: {type: string, enum: [cat, dog]}
        weight: {$ref: '#/components/schemas/Weight'}
    Weight: {type: object, required: [kg], properties: {kg: {type: number}}}
";

fn generator() -> Generator {
    Generator::client(Input::Memory { name: "api.yaml".into(), bytes: DOCUMENT.into() }).name("pets")
}

/// The attribute of each type.
fn derives(generator: &Generator) -> Vec<String> {
    let output = generator.generate().unwrap();
    let text = output.files()["src/types.rs"].to_owned();
    let items = text.split("#[derive(").skip(1).map(|rest| {
        let (derives, rest) = rest.split_once(")]").unwrap();
        let name = rest.trim().split(' ').nth(2).unwrap().to_owned();
        format!("{name}: {}", derives.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(','))
    });
    items.collect()
}

fn refusal(generator: &Generator) -> String {
    match generator.generate() {
        Err(Error::Setting(message)) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn derives_are_added_to_all_types_or_to_one_and_never_twice() {
    let expected =
        ["Pet: Clone, PartialEq", "PetKind: Debug, Clone, PartialEq, Eq, Hash", "Weight: Debug, Clone, PartialEq"];
    assert_eq!(derives(&generator()), expected);
    // `Debug` of a type with a secret is written by hand; traits that a type implements already are not added.
    let own = ["Debug", "std::fmt::Debug", "::core::clone::Clone", "Hash", "std::cmp::Eq"];
    let generator = own.into_iter().fold(generator(), Generator::derive);
    assert_eq!(derives(&generator), expected);
    let generator =
        generator.derive("x::Debug").derive("x::Debug").derive_for("PetKind", "Ord").derive_for("Pet", "x::Y");
    let expected = [
        "Pet: Clone, PartialEq, x::Debug, x::Y",
        "PetKind: Debug, Clone, PartialEq, Eq, Hash, x::Debug, Ord",
        "Weight: Debug, Clone, PartialEq, x::Debug",
    ];
    assert_eq!(derives(&generator), expected);
}

#[test]
fn structs_are_hashable_on_request_together_with_their_parts() {
    let document = DOCUMENT.replace("kg: {type: number}", "kg: {type: integer}");
    let input = || Input::Memory { name: "api.yaml".into(), bytes: document.clone().into() };
    let generator = || Generator::client(input()).name("pets");
    let types = generator().generate().unwrap().files()["src/types.rs"].to_owned();
    assert!(types.contains("for Pet: Eq;") && types.contains("for Weight: Eq;"), "{types}");
    let enumeration = "PetKind: Debug, Clone, PartialEq, Eq, Hash";
    let expected = ["Pet: Clone, PartialEq", enumeration, "Weight: Debug, Clone, PartialEq"];
    assert_eq!(derives(&generator()), expected);
    let expected = ["Pet: Clone, PartialEq", enumeration, "Weight: Debug, Clone, PartialEq, Hash"];
    assert_eq!(derives(&generator().derive_for("Weight", "std::hash::Hash")), expected);
    let expected = ["Pet: Clone, PartialEq, Hash", enumeration, "Weight: Debug, Clone, PartialEq, Hash"];
    assert_eq!(derives(&generator().derive_for("Pet", "Hash")), expected);
    assert_eq!(derives(&generator().derive("Hash")), expected);
}

#[test]
fn invalid_derives_are_rejected() {
    for (name, path, expected) in [
        ("Pett", "Ord", "`[types.Pett]` is not a type of the document; did you mean `Pet`?"),
        (
            "Order",
            "Ord",
            "`[types.Order]` is not a type of the document; expected the name of a component or of a generated type",
        ),
        ("Pet", "Hash", "`Pet` cannot derive `Hash`: one of its parts does not implement it"),
        ("Pet", "a b", "`a b` is not the path of a trait; expected a path such as `my_crate::Trait`"),
        (
            "Pet",
            "serde::Serialize",
            "`Serialize` cannot be derived; set `serde = true`, which uses the names of the document",
        ),
    ] {
        assert_eq!(refusal(&generator().derive_for(name, path)), expected);
    }
}

#[test]
fn dependencies_are_added_to_the_manifest_and_do_not_replace_those_of_keystub() {
    let with = |name: &str| {
        let added = AddedDependency {
            name: name.to_owned(),
            requirement: "{ version = \"1\", features = [\"x\"] }".to_owned(),
        };
        generator().options(Options { name: Some("pets".to_owned()), dependencies: vec![added], ..Options::default() })
    };
    let output = with("schemars").generate().unwrap();
    let manifest = output.files()["Cargo.toml"].to_owned();
    assert!(manifest.contains("\nschemars = { version = \"1\", features = [\"x\"] }\nsecrecy = "), "{manifest}");
    assert_eq!(output.added_dependencies().len(), 1);
    for name in ["serde_json", "serde-json"] {
        let message = refusal(&with(name));
        let expected =
            format!("`[dependencies]` lists `{name}`, on which the generated code depends already: serde_json = {{");
        assert!(message.starts_with(&expected), "{message}");
    }
    // With the runtime crate, the generated code does not depend on it itself.
    let options = Options { layout: Layout::Module, runtime: Runtime::Crate, ..Options::default() };
    assert!(with("serde-json").options(options).generate().is_ok());
}

#[test]
fn configuration_file_sets_derives_and_dependencies() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keystub.toml");
    std::fs::write(&path, "[types]\nderives = ['x::All']\n[types.Pet]\nderives = ['Ord']\n[dependencies]\nx = '2'\n")
        .unwrap();
    let options = Options::default().with_file(&path).unwrap();
    let expected = [
        "Pet: Clone, PartialEq, x::All, Ord",
        "PetKind: Debug, Clone, PartialEq, Eq, Hash, x::All",
        "Weight: Debug, Clone, PartialEq, x::All",
    ];
    assert_eq!(derives(&generator().options(options.clone())), expected);
    let build = Options::for_build_script().with_file(&path).unwrap();
    assert_eq!(
        (build.layout, build.runtime, build.dependencies),
        (Layout::Module, Runtime::Crate, options.dependencies)
    );
    std::fs::write(&path, "[types]\nderives = [\n  'x::All',\n  'no path',\n]\n").unwrap();
    let message = Options::default().with_file(&path).unwrap_err().to_string();
    assert!(message.starts_with(&format!("{}:4: `no path` is not the path of a trait", path.display())), "{message}");
    std::fs::write(&path, "[types.Wieght]\nderives = ['x']\n").unwrap();
    let message = refusal(&generator().options(Options::default().with_file(&path).unwrap()));
    assert!(message.starts_with(&format!("{}: `[types.Wieght]` is not", path.display())), "{message}");
}
