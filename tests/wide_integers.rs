//! Defaults of integers beyond 64 signed bits.

use keystub::Generator;

const DOCUMENT: &str = "
openapi: 3.0.3
info: {title: Wide, version: '1'}
paths:
  /x:
    get:
      operationId: getX
      parameters:
        - {name: a, in: query, schema: {type: integer, format: uint64, default: 18446744073709551615}}
        - {name: b, in: query, schema: {type: integer, maximum: 36893488147419103232}}
      responses: {'204': {description: done}}
";

#[test]
fn default_beyond_i64_is_applied() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("wide-integers.yaml");
    std::fs::write(&path, DOCUMENT).unwrap();
    let output = Generator::server(&path).generate().unwrap();
    let router = output.files()["src/generated/router.rs"].to_owned();
    assert!(router.contains("18446744073709551615u64"), "{router}");
}
