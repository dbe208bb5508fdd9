//! `keystub mock`: alternatives that only require properties, with the rules of generated servers.

use crate::running_mock::Mock;

#[test]
fn bodies_without_the_properties_of_an_alternative_are_rejected() {
    let mock = Mock::start("fixtures/ok/required-choices.yaml", &[]);
    for (path, body, is_valid) in [
        ("/any", r#"{"id": "a", "name": "b"}"#, true),
        ("/any", r#"{"note": "c"}"#, false),
        ("/one", r#"{"name": "b"}"#, true),
        ("/one", r#"{"id": "a", "name": "b"}"#, false),
        ("/one", "{}", false),
        ("/nested", r#"{"wallet": "w"}"#, true),
        ("/nested", r#"{"number": "1"}"#, false),
        ("/list", r#"[{"id": "a"}]"#, true),
        ("/list", "[{}]", false),
    ] {
        let answer = mock.send(&format!("POST {path}"), "Content-Type: application/json\r\n", body);
        let expected = if is_valid { 204 } else { 400 };
        assert_eq!(answer.status, expected, "{path} {body}: {}", answer.body);
    }
}
