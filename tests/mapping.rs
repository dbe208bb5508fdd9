//! Types of the user in the place of generated ones: what is rejected, and which dependencies are added.

use keystub::{Error, Generator, Input, Layout, MappedCodec, MappedSource, MappedType, Options, Runtime};

const DOCUMENT: &str = "
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /pets:
    get:
      parameters:
        - {name: price, in: query, schema: {$ref: '#/components/schemas/Price'}}
        - {name: secret, in: query, schema: {$ref: '#/components/schemas/Secret'}}
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}
components:
  schemas:
    Pet:
      type: object
      required: [born, weight]
      properties:
        born: {type: string, format: date-time}
        weight: {type: number, format: decimal}
        code: {type: string, format: pet-code}
        token: {type: string, format: password}
    Price: {type: object, properties: {amount: {type: integer}}}
    Secret: {type: string}
";

fn generator() -> Generator {
    Generator::client(Input::Memory { name: "api.yaml".into(), bytes: DOCUMENT.into() }).name("pets")
}

fn file(generator: &Generator, name: &str) -> String {
    generator.generate().unwrap().files()[name].to_owned()
}

fn refusal(generator: &Generator) -> String {
    match generator.generate() {
        Err(Error::Setting(message)) => message,
        Err(other) => other.to_string(),
        Ok(_) => panic!("not rejected"),
    }
}

fn mapped(source: &str, path: &str, codec: MappedCodec) -> MappedType {
    MappedType { codec, ..MappedType::new(MappedSource::of_key(source), path).unwrap() }
}

#[test]
fn mapped_types_are_used_and_bring_their_dependency() {
    let generator = generator().map("date-time", "jiff::Timestamp").map("pet-code", "String");
    let types = file(&generator, "src/types.rs");
    assert!(types.contains("pub born: ::jiff::Timestamp,") && types.contains("pub code: Option<String>,"), "{types}");
    let manifest = file(&generator, "Cargo.toml");
    assert!(manifest.contains("\njiff = { version = \"0.2\"") && !manifest.contains("chrono"), "{manifest}");
    // A type that the document does not use brings nothing, and an own dependency takes precedence.
    let generator = generator.map("duration", "jiff::SignedDuration").map("date", "time::Date");
    assert!(!file(&generator, "Cargo.toml").contains("\ntime"));
}

#[test]
fn debug_hides_secrets_of_mapped_types() {
    let generator = generator().map("password", "hidden::Text");
    let types = file(&generator, "src/types.rs");
    assert!(types.contains(r#".field("token", &format_args!("…"))"#), "{types}");
    assert!(types.contains("pub token: Option<::hidden::Text>"), "{types}");
}

#[test]
fn unsupported_mappings_are_rejected() {
    let crates = |generator: Generator| generator.runtime(Runtime::Crate);
    for (generator, expected) in [
        (
            generator().map("date-tiem", "a::B"),
            "`date-tiem` in `[types]`: no schema of the document has this format; did you mean `date-time`?",
        ),
        (
            generator().map("Pet", "a::B"),
            "`Pet` in `[types]`: no schema of the document has this format; did you mean `components.Pet`?",
        ),
        (
            generator().map("components.Pets", "a::B"),
            "`components.Pets` in `[types]`: the document has no such schema; did you mean `components.Pet`?",
        ),
        (generator().map("components.Pet", "crate::Pet"), "use the type of a dependency, or `layout = \"module\"`"),
        (
            crates(generator()).map("date-time", "jiff::Timestamp"),
            "use `runtime = \"vendored\"`, or a type of your crate (`crate::…`)",
        ),
        (generator().map("date-time", "chrono::NaiveDate"), "cannot be mapped, as the runtime has a codec for it"),
        (generator().map("password", "String"), "`password` in `[types]` is secret, and `Debug` prints a `String`"),
        (generator().map("decimal", "String"), "`decimal` in `[types]` is not a string, but is mapped to `String`"),
        (
            generator().map_type(mapped("date-time", "a::B", MappedCodec::Text)).map_type(mapped(
                "pet-code",
                "a::B",
                MappedCodec::Serde,
            )),
            "map to `a::B` with different codecs",
        ),
        (
            generator().map("components.Price", "a::B"),
            "a parameter or header cannot have a mapped type whose schema is not a string or a number",
        ),
    ] {
        let message = refusal(&generator);
        assert!(message.contains(expected), "{message}");
    }
    // A parameter with a mapped type whose values are strings is supported.
    generator().map("components.Secret", "a::B").generate().unwrap();
}

#[test]
fn types_of_the_own_crate_work_with_the_runtime_crate() {
    let generator = generator().runtime(Runtime::Crate).layout(Layout::Module).map("components.Pet", "crate::Pet");
    let types = file(&generator, "types.rs");
    assert!(
        types.contains("pub type Pet = crate::Pet;") && types.contains("impl rt::Decode for crate::Pet"),
        "{types}"
    );
}

#[test]
fn only_generated_code_uses_mapped_types() {
    let mut options = Options::default();
    options.types.map(MappedType::new(MappedSource::of_key("components.Pet"), "a::B").unwrap());
    let inspection = generator().options(options).inspect().unwrap();
    assert_eq!(inspection.api().types.len(), 3);
}
