//! Variables of a server URL. The URL that a builder made is in its debug form.

use runtime_client::api::builder;
use runtime_client::runtime::server_url::{Server, ServerVariable};

const fn free(name: &'static str, default: &'static str) -> ServerVariable {
    ServerVariable { name, default, values: &[] }
}

const REGION: Server = Server {
    template: "https://{region}.example.com:{port}/{base}",
    variables: &[
        ServerVariable { name: "region", default: "eu", values: &["eu", "us"] },
        free("port", "8443"),
        free("base", "v2"),
    ],
};
const TENANT: Server = Server {
    template: "{scheme}://{tenant}.example.com{base}",
    variables: &[free("scheme", "https"), free("tenant", "a"), free("base", "/v1")],
};
const HOST: Server = Server { template: "https://{host}/", variables: &[free("host", "a.test")] };
const WHOLE: Server = Server { template: "{url}/v1", variables: &[free("url", "https://a.test")] };

fn built(server: Server, values: &[(&str, &str)]) -> Result<String, String> {
    let mut builder = builder("", []).server(server);
    for (name, value) in values {
        builder.server_variable(name, value);
    }
    builder.build().map(|core| format!("{core:?}")).map_err(|error| error.to_string())
}

/// A server, the values of its variables, and the URL or a part of the error.
type Row<'r> = (Server, &'r [(&'r str, &'r str)], &'r str);

#[test]
fn server_variables_have_their_values_or_defaults() {
    let rows: [Row<'_>; 12] = [
        (REGION, &[], "https://eu.example.com:8443/v2"),
        (REGION, &[("region", "us")], "https://us.example.com:8443/v2"),
        (REGION, &[("port", "1"), ("base", "v3/x%20y"), ("port", "2")], "https://eu.example.com:2/v3/x%20y"),
        (REGION, &[("base", "")], "https://eu.example.com:8443/"),
        (REGION, &[("base", "{port}@x")], "!has a value with characters that are not allowed in a base URL"),
        (TENANT, &[], "https://a.example.com/v1"),
        (TENANT, &[("tenant", "b-c.d"), ("base", "/v2/x")], "https://b-c.d.example.com/v2/x"),
        (TENANT, &[("scheme", "http"), ("base", "/")], "http://a.example.com/"),
        (HOST, &[("host", "localhost:8080")], "https://localhost:8080/"),
        (WHOLE, &[("url", "http://127.0.0.1:8080/x")], "http://127.0.0.1:8080/x/v1"),
        (WHOLE, &[("url", "ftp://a.test")], "!is neither http nor https"),
        (WHOLE, &[("url", "https://u:p@a.test")], "!must not contain user information"),
    ];
    for (server, values, expected) in rows {
        match (built(server, values), expected.strip_prefix('!')) {
            (Ok(core), None) => assert!(core.contains(&format!("{expected:?}")), "{values:?}: {core}"),
            (Err(error), Some(expected)) => assert!(error.contains(expected), "{values:?}: {error}"),
            (other, _) => panic!("{values:?}: {other:?}"),
        }
    }
}

#[test]
fn server_variable_cannot_change_more_than_its_place() {
    let rows: [(Server, &str, &[&str]); 7] = [
        (REGION, "region", &["", "EU", "eu ", "asia", "evil.test/"]),
        (REGION, "port", &["", "x", "1@evil.test", "1/", "99999", "1.evil.test", "@evil.test:1", "1:2"]),
        (REGION, "base", &["..", "x/../y", "%2e%2e", "%2E", "?x", "#x", "x y", "é", "\\\\evil.test", "a\u{0}"]),
        (REGION, "Region", &["us"]),
        (TENANT, "scheme", &["", "ftp", "https:evil.test", "https://evil.test/", "https:"]),
        (
            TENANT,
            "tenant",
            &["", "evil.test/", "evil.test#", "evil.test?", "evil.test\\", "u@evil.test", "evil.test:1", "a%2f"],
        ),
        (TENANT, "base", &["", ".evil.test", "@evil.test", ":1", "/../x", "/?x"]),
    ];
    for (server, name, values) in rows {
        for value in values {
            let outcome = built(server, &[(name, value)]);
            assert!(outcome.is_err(), "{name} {value:?}: {outcome:?}");
        }
    }
    let other = built(REGION, &[("region", "canary")]).unwrap_err();
    assert_eq!(other, "the server variable `region` has a value that the document does not list");
}

#[test]
fn server_variable_of_another_base_url_is_an_error() {
    let mut builder = builder("", []).server(REGION);
    builder.base_url("https://a.test");
    builder.server_variable("region", "us");
    let error = builder.build().unwrap_err().to_string();
    assert_eq!(error, "the server variable `region` has no effect: the base URL is set");
}
