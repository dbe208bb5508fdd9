//! Names and attributes that the options give to generated code.

use keystub::{Error, Generator, Input, OneType, Options};

const DOCUMENT: &str = "
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /pets:
    post:
      operationId: addPet
      requestBody:
        content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
      responses: {'200': {description: ok}}
    get: {responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Any'}}}}}}
components:
  schemas:
    Pet:
      type: object
      required: [petName, kind]
      properties: {petName: {type: string}, kind: {type: string, enum: [c, d]}}
    Any: {oneOf: [{$ref: '#/components/schemas/Pet'}, {type: integer}]}
";

fn generator(change: impl FnOnce(&mut Options)) -> Generator {
    let mut options = Options::default();
    change(&mut options);
    Generator::client(Input::Memory { name: "api.yaml".into(), bytes: DOCUMENT.into() }).options(options).name("pets")
}

fn one(options: &mut Options, key: &str, change: impl FnOnce(&mut OneType)) {
    change(options.types.by_name.entry(key.to_owned()).or_default());
}

fn renamed(key: &str, kind: &str, old: &str, new: &str) -> Generator {
    generator(|options| match kind {
        "operation" => drop(options.operations.insert(old.into(), new.into())),
        "type" => one(options, key, |one| one.name = Some(new.into())),
        "field" => one(options, key, |one| drop(one.fields.insert(old.into(), new.into()))),
        _ => one(options, key, |one| drop(one.variants.insert(old.into(), new.into()))),
    })
}

#[test]
fn types_fields_variants_and_operations_are_renamed() {
    for (key, kind, old, new, file, expected) in [
        ("Pet", "type", "", "Animal", "types.rs", "pub struct Animal {"),
        // A type inside another one is given by its generated name.
        ("PetKind", "type", "", "Species", "types.rs", "pub enum Species {"),
        ("Pet", "field", "petName", "label", "types.rs", "label \"petName\""),
        ("PetKind", "variant", "c", "Cat", "types.rs", "Cat \"c\""),
        ("Any", "variant", "integer", "Id", "types.rs", "Id(i64)"),
        ("", "operation", "addPet", "create", "client.rs", "pub fn create("),
        ("", "operation", "GET /pets", "all", "client.rs", "pub fn all("),
    ] {
        let output = renamed(key, kind, old, new).generate().unwrap();
        let files = output.files();
        let text: String =
            ["types.rs", "client.rs", "operations.rs"].map(|name| files[&*format!("src/{name}")]).concat();
        assert!(text.contains(expected), "{file} {key} {old}: {text}");
    }
}

#[test]
fn names_that_cannot_be_given_are_rejected() {
    for (key, kind, old, new, expected) in [
        ("Pett", "type", "", "A", "`[types.Pett]` is not a type of the document; did you mean `Pet`?"),
        ("Pet", "field", "petNmae", "a", "`[types.Pet]`: there is no field `petNmae`; did you mean `petName`?"),
        ("Pet", "variant", "c", "A", "`[types.Pet]`: there is no variant `c`"),
        ("", "operation", "addPets", "a", "`addPets` in `[operations]` is not an operation; did you mean `addPet`?"),
        ("Pet", "type", "", "Any", "`name` in `[types.Pet]`: `Any` is taken, reserved, or not in the case of Rust"),
        ("Pet", "type", "", "HTTPPet", "it would be `HttpPet`"),
        ("Pet", "type", "", "String", "`String` is taken, reserved"),
        ("Pet", "field", "petName", "kind", "field `petName` in `[types.Pet]`: `kind` is taken"),
        ("PetKind", "variant", "c", "D", "variant `c` in `[types.PetKind]`: `D` is taken"),
        ("", "operation", "addPet", "builder", "`addPet` in `[operations]`: `builder` is taken, reserved"),
    ] {
        match renamed(key, kind, old, new).generate() {
            Err(Error::Setting(message)) => assert!(message.contains(expected), "{message}"),
            other => panic!("{key} {kind} {old} {new}: {other:?}"),
        }
    }
}

#[test]
fn attributes_are_added_to_all_types_or_to_one() {
    let generator = generator(|options| {
        options.types.attributes = vec!["allow(dead_code)".into()];
        one(options, "Pet", |one| one.attributes = vec!["non_exhaustive".into(), "cfg_attr(x, y(z = \"]\"))".into()]);
    });
    let output = generator.generate().unwrap();
    let types = output.files()["src/types.rs"];
    assert_eq!(types.matches("#[allow(dead_code)]").count(), 3, "{types}");
    assert!(types.contains("#[allow(dead_code)]\n#[non_exhaustive]\n#[cfg_attr(x, y(z = \"]\"))]\npub struct Pet"));
    let invalid = self::generator(|options| options.types.attributes = vec!["x] struct Y; #[z".into()]);
    assert!(matches!(invalid.generate(), Err(Error::Setting(message)) if message.contains("is not an attribute")));
}
