//! Changes of access, schemes and servers.

use std::collections::BTreeSet;

use super::{SCHEMES, changes, compare, stdout, versions};

#[test]
fn change_of_the_root_security_is_one_change_of_all_operations_that_inherit_it() {
    let folder = tempfile::tempdir().unwrap();
    let paths = "paths:
  /pets:
    get: {responses: {'204': {description: d}}}
    put: {responses: {'204': {description: d}}}
    post: {responses: {'204': {description: d}}, security: [{key: []}]}
";
    let old = format!("security: [{{key: []}}]\n{paths}{SCHEMES}");
    let new = format!("{paths}{SCHEMES}");
    let found = changes(folder.path(), &old, &new);
    assert_eq!(found.len(), 2, "one for each place in the new version: {found:?}");
    let operations: BTreeSet<&str> = found
        .iter()
        .flat_map(|change| change["operations"].as_array().unwrap())
        .map(|text| text.as_str().unwrap())
        .collect();
    assert_eq!(operations, BTreeSet::from(["GET /pets", "PUT /pets"]));
    for change in &found {
        assert_eq!((&change["kind"], &change["security"]), (&"access-opened".into(), &"weakened".into()));
        assert_eq!(change["old"]["line"], 3);
    }
}

/// The kinds of the changes between two versions with one operation and these schemes.
fn kinds_between(old: (&str, &str), new: (&str, &str)) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let document = |(security, schemes): (&str, &str)| {
        let operation = format!("{{responses: {{'204': {{description: d}}}}, security: {security}}}");
        format!("paths: {{/a: {{get: {operation}}}}}\ncomponents: {{securitySchemes: {{{schemes}}}}}\n")
    };
    let found = changes(folder.path(), &document(old), &document(new));
    found.iter().map(|change| change["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn change_of_a_scheme_does_not_hide_a_weaker_access() {
    let key = |name: &str| format!("k: {{type: apiKey, in: header, name: {name}}}, b: {{type: http, scheme: basic}}");
    let found = kinds_between(("[{k: [], b: []}]", &key("X-A")), ("[{k: []}]", &key("X-B")));
    assert_eq!(found, BTreeSet::from(["access-weakened".to_owned(), "key-moved".to_owned()]));
    let found = kinds_between(("[{k: []}]", &key("X-A")), ("[{k: [], b: []}]", &key("X-B")));
    assert_eq!(found, BTreeSet::from(["access-strengthened".to_owned(), "key-moved".to_owned()]));
    let bearer = "k: {type: http, scheme: bearer}, b: {type: http, scheme: basic}";
    let found = kinds_between(("[{k: [], b: []}]", &key("X-A")), ("[{k: []}]", bearer));
    assert_eq!(found, BTreeSet::from(["access-weakened".to_owned(), "scheme-strengthened".to_owned()]));
    let found = kinds_between(("[{k: []}]", bearer), ("[{k: []}, {}]", &key("X-A")));
    assert_eq!(found, BTreeSet::from(["anonymous-added".to_owned(), "scheme-weakened".to_owned()]));
}

#[test]
fn anonymous_alternative_does_not_hide_changes_of_the_others() {
    let schemes = "o: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://id.example/t', scopes: {a: s}}}}, k: \
                   {type: apiKey, in: header, name: X-Key}";
    for (old, new, expected) in [
        // A token without the scope was refused, although `{}` is an alternative.
        ("[{o: [a]}, {}]", "[{o: []}, {}]", "scopes-removed"),
        ("[{o: []}, {}]", "[{o: [a]}, {}]", "scopes-added"),
        ("[{o: [a]}, {}]", "[{}]", "access-weakened"),
        ("[{o: [a]}, {}]", "[]", "access-weakened"),
        ("[]", "[{o: [a]}, {}]", "access-strengthened"),
        ("[{k: []}, {}]", "[{k: []}, {o: [a]}, {}]", "access-weakened"),
        ("[{k: []}, {o: [a]}, {}]", "[{k: []}, {}]", "access-strengthened"),
        ("[{k: [], o: [a]}, {}]", "[{k: []}, {}]", "access-weakened"),
        ("[{k: []}, {}]", "[{k: []}, {k: [], o: [a]}, {}]", "redundant-alternative"),
        ("[{o: [a]}]", "[{o: [a]}, {}]", "anonymous-added"),
        ("[{o: [a]}, {}]", "[{o: [a]}]", "anonymous-removed"),
    ] {
        let found = kinds_between((old, schemes), (new, schemes));
        assert_eq!(found, BTreeSet::from([expected.to_owned()]), "{old} -> {new}");
    }
}

#[test]
fn other_alternatives_do_not_hide_that_less_is_required() {
    let schemes = "o: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://id.example/t', scopes: {a: s, b: s}}}}, \
                   k: {type: apiKey, in: header, name: X-Key}, l: {type: apiKey, in: header, name: X-Other}";
    for (old, new, expected) in [
        // `{}` together with another scheme, an additional one, another scope, or fewer alternatives.
        ("[{k: []}]", "[{l: []}, {}]", "access-downgraded"),
        ("[{k: []}]", "[{o: [a]}, {}]", "access-downgraded"),
        ("[{k: []}]", "[{k: [], l: []}, {}]", "access-downgraded"),
        ("[{o: [a]}]", "[{o: [b]}, {}]", "access-downgraded"),
        ("[{k: []}, {l: []}]", "[{k: []}, {}]", "access-downgraded"),
        // A scheme or a scope is no longer required, and another alternative was removed or changed.
        ("[{k: [], l: []}, {o: [a]}]", "[{k: []}]", "access-downgraded"),
        ("[{o: [a, b]}, {k: []}]", "[{o: [a]}]", "access-downgraded"),
        ("[{o: [a]}, {k: []}]", "[{o: []}, {k: [], l: []}]", "access-downgraded"),
        ("[{o: [a], k: []}, {l: []}, {}]", "[{k: []}, {}]", "access-downgraded"),
        // `{}` is in both versions, or only in the old one.
        ("[{k: []}, {}]", "[{l: []}, {}]", "access-moved"),
        ("[{o: [a]}, {}]", "[{o: [b]}, {}]", "access-moved"),
        ("[{k: []}, {}]", "[{l: []}]", "access-moved"),
        ("[{k: []}, {}]", "[{k: [], l: []}]", "anonymous-removed"),
        // Nothing that was required is left out.
        ("[{k: []}]", "[{l: []}]", "access-moved"),
        ("[{k: []}]", "[{k: [], l: []}, {o: [a]}]", "access-moved"),
        ("[{o: [a]}]", "[{o: [b]}]", "access-moved"),
        ("[{k: []}, {l: []}]", "[{k: []}, {o: [a]}]", "access-moved"),
        // Only `{}` or an open access in one of the versions.
        ("[{k: []}]", "[{k: []}, {l: []}, {}]", "anonymous-added"),
        ("[{k: [], l: []}]", "[{k: []}, {}]", "anonymous-added"),
        ("[{k: []}]", "[{}]", "access-opened"),
        ("[]", "[{k: []}]", "access-guarded"),
        ("[]", "[{k: []}, {}]", "access-strengthened"),
    ] {
        let found = kinds_between((old, schemes), (new, schemes));
        assert_eq!(found, BTreeSet::from([expected.to_owned()]), "{old} -> {new}");
    }
}

#[test]
fn webhook_that_may_present_nothing_is_weakened() {
    let folder = tempfile::tempdir().unwrap();
    let document = |security: &str| {
        format!(
            "paths: {{}}\nwebhooks: {{pet: {{post: {{responses: {{'204': {{description: d}}}}, security: {security}}}}}}}\n\
             components: {{securitySchemes: {{k: {{type: apiKey, in: header, name: X-K}}, l: {{type: apiKey, in: header, name: \
             X-L}}}}}}\n"
        )
    };
    for (old, new, expected) in [
        ("[{k: []}]", "[{l: []}, {}]", "webhook-weakened"),
        ("[{k: []}]", "[{k: [], l: []}, {}]", "webhook-weakened"),
        ("[{k: []}]", "[{l: []}]", "webhook-moved"),
    ] {
        let found = changes(folder.path(), &document(old), &document(new));
        let kinds: Vec<&str> = found.iter().map(|change| change["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, [expected], "{old} -> {new}");
    }
}

#[test]
fn added_method_that_requires_a_part_of_what_others_require_is_weaker() {
    let folder = tempfile::tempdir().unwrap();
    let document = |put: &str| {
        format!(
            "paths: {{/a: {{get: {{responses: {{'204': {{description: d}}}}, security: [{{k: [], l: []}}, {{m: []}}]}}{put}}}}}\n\
             components: {{securitySchemes: {{k: {{type: apiKey, in: header, name: X-K}}, l: {{type: apiKey, in: header, name: \
             X-L}}, m: {{type: http, scheme: basic}}}}}}\n"
        )
    };
    let put = ", put: {responses: {'204': {description: d}}, security: [{k: []}]}";
    assert_eq!(changes(folder.path(), &document(""), &document(put))[0]["kind"], "weaker-method-added");
}

#[test]
fn new_urls_of_an_issuer_are_reported_by_where_they_lead() {
    let code =
        "authorizationCode: {authorizationUrl: 'https://id.example/a', tokenUrl: 'https://id.example/t', scopes: {}}";
    let oauth = |flows: &str| format!("o: {{type: oauth2, flows: {{{code}{flows}}}}}");
    let machine = |url: &str| oauth(&format!(", clientCredentials: {{tokenUrl: '{url}', scopes: {{}}}}"));
    let removed = oauth("").replace(
        ", tokenUrl: 'https://id.example/t'",
        ", tokenUrl: 'https://id.example/t', refreshUrl: 'https://id.example/r'",
    );
    let found = kinds_between(("[{o: []}]", &removed), ("[{o: []}]", &oauth("")));
    assert_eq!(found, BTreeSet::from(["issuer-url-changed".to_owned()]), "a URL of a flow that remains was removed");
    let bearer = "o: {type: http, scheme: bearer}";
    let found = kinds_between(("[{o: []}]", bearer), ("[{o: []}]", &oauth("").replace("https", "http")));
    assert_eq!(found, BTreeSet::from(["issuer-clear".to_owned(), "scheme-strengthened".to_owned()]));
    for (url, expected) in [
        ("https://id.example/t", vec!["flow-added"]),
        ("https://evil.example/t", vec!["flow-added", "issuer-moved"]),
        ("http://evil.example/t", vec!["flow-added", "issuer-clear"]),
    ] {
        let found = kinds_between(("[{o: []}]", &oauth("")), ("[{o: []}]", &machine(url)));
        assert_eq!(found, expected.into_iter().map(str::to_owned).collect(), "{url}");
    }
}

#[test]
fn names_of_http_schemes_are_compared_without_case() {
    let scheme = |name: &str| format!("s: {{type: http, scheme: {name}}}");
    assert_eq!(kinds_between(("[{s: []}]", &scheme("Digest")), ("[{s: []}]", &scheme("digest"))), BTreeSet::new());
}

#[test]
fn clear_servers_are_reported_by_host_and_removed_ones_always() {
    let folder = tempfile::tempdir().unwrap();
    let document = |urls: &[&str]| {
        let servers: Vec<String> = urls.iter().map(|url| format!("{{url: '{url}'}}")).collect();
        format!("servers: [{}]\npaths: {{}}\n", servers.join(", "))
    };
    let kinds = |old: &[&str], new: &[&str]| -> BTreeSet<String> {
        let found = changes(folder.path(), &document(old), &document(new));
        found.iter().map(|change| change["kind"].as_str().unwrap().to_owned()).collect()
    };
    let both = BTreeSet::from(["server-clear".to_owned(), "server-removed".to_owned()]);
    assert_eq!(kinds(&["https://a.example", "http://b.example"], &["http://a.example", "http://b.example"]), both);
    assert_eq!(kinds(&["https://a.example"], &[]), BTreeSet::from(["server-removed".to_owned()]));
    assert_eq!(kinds(&["/v1"], &["https://a.example/v1"]), BTreeSet::from(["server-moved".to_owned()]));
    let clear = BTreeSet::from(["server-clear".to_owned()]);
    assert_eq!(kinds(&[], &["http://127.evil.example"]), clear, "only an address is loopback");
    assert_eq!(kinds(&["https://127.0.0.1"], &["https://127.0.0.1", "http://127.0.0.1"]), BTreeSet::new());
}

#[test]
fn variables_that_allow_other_schemes_or_hosts_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let document = |servers: &str| format!("servers: [{servers}]\npaths: {{}}\n");
    let api = "{url: 'https://api.example'}";
    let (freed, narrowed) = ("server-variable-freed", "server-variable-narrowed");
    let listed = |name: &str| {
        let values: Vec<String> = (0..70).map(|at| format!("{name}{at}")).collect();
        format!("{name}: {{default: {name}0, enum: [{}]}}", values.join(", "))
    };
    let many = format!("{{url: 'https://{{a}}.{{b}}.example', variables: {{{}, {}}}}}", listed("a"), listed("b"));
    // So few values that all of their combinations are compared.
    let last: Vec<String> = (50..70).map(|at| format!(", b{at}")).collect();
    let fewer = many.replace(&last.concat(), "");
    for (old, new, expected) in [
        // A URL became a template with the same defaults.
        (api, "{url: 'https://{h}', variables: {h: {default: api.example}}}", &[freed][..]),
        (api, "{url: 'https://{h}.example', variables: {h: {default: api, enum: [api, v2]}}}", &[freed]),
        (api, "{url: '{s}://api.example', variables: {s: {default: https, enum: [https, http]}}}", &[freed]),
        (api, "{url: 'https://api.example{p}', variables: {p: {default: ''}}}", &[freed]),
        (api, "{url: '{base}', variables: {base: {default: 'https://api.example'}}}", &[freed]),
        (api, "{url: 'https://{h}.example', variables: {h: {default: api, enum: [api]}}}", &[]),
        (api, "{url: 'https://api.example{p}', variables: {p: {default: '', enum: ['', /v1]}}}", &[]),
        // The name of a variable does not matter.
        (
            "{url: 'https://{a}.example', variables: {a: {default: eu, enum: [eu, us]}}}",
            "{url: 'https://{b}.example', variables: {b: {default: eu, enum: [eu, us]}}}",
            &[],
        ),
        (
            "{url: 'https://{a}.example/{v}', variables: {a: {default: eu, enum: [eu, us]}, v: {default: v1}}}",
            "{url: 'https://{b}.example/{w}', variables: {b: {default: eu}, w: {default: v1}}}",
            &[freed],
        ),
        // Any text was allowed.
        (
            "{url: 'https://{h}', variables: {h: {default: eu}}}",
            "{url: 'https://{h}', variables: {h: {default: eu, enum: [eu, us]}}}",
            &[narrowed],
        ),
        (
            "{url: 'https://{a}.example', variables: {a: {default: eu, enum: [eu, us]}}}",
            "{url: 'https://{b}.example', variables: {b: {default: eu, enum: [eu]}}}",
            &[narrowed],
        ),
        (
            "{url: 'https://{a}.example', variables: {a: {default: eu, enum: [eu, us]}}}",
            "{url: 'https://us.example'}, {url: 'https://eu.example'}",
            &["server-moved"],
        ),
        (
            "{url: 'https://a.example/{v}', variables: {v: {default: v1}}}",
            "{url: 'https://a.example/{v}', variables: {v: {default: v2}}}",
            &["server-removed"],
        ),
        (
            "{url: 'https://a.example/{v}', variables: {v: {default: v1, enum: [v1, v2]}}}",
            "{url: 'https://a.example/{v}', variables: {v: {default: v1, enum: [v1, v3]}}}",
            &[narrowed],
        ),
        // The default is another one.
        (
            "{url: 'https://{a}.example', variables: {a: {default: eu, enum: [eu, us]}}}",
            "{url: 'https://{a}.example', variables: {a: {default: us, enum: [eu, us]}}}",
            &["server-moved", "server-removed"],
        ),
        (
            "{url: 'https://{a}.example', variables: {a: {default: eu, enum: [eu, us]}}}",
            "{url: 'https://{a}.example', variables: {a: {default: us, enum: [us]}}}",
            &["server-moved", "server-removed"],
        ),
        // Each value on its own is allowed, but not all of them together.
        (
            "{url: 'https://a.example'}, {url: 'http://a.example'}, {url: 'https://b.example'}",
            "{url: '{s}://{h}.example', variables: {s: {default: https, enum: [https, http]}, h: {default: a, enum: [a, b]}}}",
            &["server-removed", freed],
        ),
        // More combinations than are compared together.
        (&many, &many, &[]),
        (&many, &many.replace("b69", "c"), &[freed, narrowed]),
        (&many, &many.replace(", b69", "").replace(", a69", ""), &[narrowed]),
        (&many, &fewer, &[narrowed]),
        // Another server.
        (
            api,
            "{url: 'https://{h}.other', variables: {h: {default: a, enum: [a, b]}}}",
            &["server-moved", "server-removed"],
        ),
        (api, "{url: 'https://{h}', variables: {h: {default: a.other}}}", &["server-moved", "server-removed", freed]),
        (
            api,
            "{url: '{s}://a.other', variables: {s: {default: https, enum: [https, http]}}}",
            &["server-moved", "server-removed", freed],
        ),
    ] {
        let found = changes(folder.path(), &document(old), &document(new));
        let kinds: BTreeSet<&str> = found.iter().map(|change| change["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, expected.iter().copied().collect(), "{old} -> {new}");
    }
}

#[test]
fn servers_that_are_not_compared_are_warnings() {
    let folder = tempfile::tempdir().unwrap();
    let document = |more: &str| format!("servers: [{{url: 'https://a.example'}}{more}]\npaths: {{}}\n");
    for (server, count) in [
        ("{url: 'https://{h}'}", 1),
        ("{url: 'https://u:p@evil.example'}", 1),
        ("{url: 'https://a.example{x}', variables: {x: {default: '', enum: ['', '@evil.example']}}}", 1),
        // It is compared.
        ("{url: 'https://a.example/{v}', variables: {v: {default: v1, enum: [v2]}}}", 0),
        ("{url: 'https://a.example/{v}', variables: {v: {default: v1, enum: []}}}", 0),
    ] {
        let (old, new) = (document(""), document(&format!(", {server}")));
        for (old, new, count) in [(&old, &new, count), (&new, &old, count), (&new, &new, 0)] {
            let output = compare(folder.path(), old, new, &["--fail", "never"]);
            assert!(output.status.success());
            let printed = String::from_utf8(output.stderr).unwrap();
            assert!(!printed.contains("u:p"), "{printed}");
            assert_eq!(printed.matches("warning[bad-server-url]").count(), count, "{server}: {printed}");
        }
    }
}

#[test]
fn passwords_in_urls_are_not_printed() {
    let folder = tempfile::tempdir().unwrap();
    let document = |url: &str| {
        format!(
            "paths: {{/a: {{get: {{responses: {{'204': {{description: d}}}}, security: [{{o: []}}]}}}}}}\ncomponents: \
             {{securitySchemes: {{o: {{type: oauth2, flows: {{clientCredentials: {{tokenUrl: '{url}', scopes: {{}}}}}}}}}}}}\n"
        )
    };
    let (old, new) = (document("https://id.example/t"), document("https://ann:hunter2@other.example/t"));
    for format in ["text", "json", "markdown"] {
        let output = compare(folder.path(), &old, &new, &["--format", format]);
        let printed = stdout(&output) + &String::from_utf8_lossy(&output.stderr);
        assert!(!printed.contains("hunter2"), "{printed}");
    }
}

#[test]
fn added_operation_with_optional_credentials_is_public() {
    let folder = tempfile::tempdir().unwrap();
    let guarded = "/a: {get: {responses: {'204': {description: d}}, security: [{key: []}]}}";
    let optional = "/b: {get: {responses: {'204': {description: d}}, security: [{key: []}, {}]}}";
    let old = format!("paths: {{{guarded}}}\n{SCHEMES}");
    let new = format!("paths: {{{guarded}, {optional}}}\n{SCHEMES}");
    assert_eq!(changes(folder.path(), &old, &new)[0]["kind"], "public-operation-added");
}

#[test]
fn weaker_scheme_under_another_key_weakens() {
    let all = "bearer: {type: http, scheme: bearer}, header: {type: apiKey, in: header, name: X-Key}, query: {type: apiKey, in: \
               query, name: key}, mtls: {type: mutualTLS}, basic: {type: http, scheme: basic}";
    for (old, new, expected) in [
        ("[{mtls: []}]", "[{bearer: []}]", "access-downgraded"),
        ("[{bearer: []}]", "[{header: []}]", "access-downgraded"),
        ("[{header: []}]", "[{query: []}]", "access-downgraded"),
        ("[{mtls: []}]", "[{basic: [], mtls: []}, {bearer: []}]", "access-downgraded"),
        ("[{header: []}]", "[{bearer: []}]", "access-moved"),
        ("[{header: []}]", "[{basic: []}]", "access-moved"),
        ("[{query: []}, {mtls: []}]", "[{query: [], bearer: []}, {header: []}]", "access-moved"),
    ] {
        assert_eq!(kinds_between((old, all), (new, all)), BTreeSet::from([expected.to_owned()]), "{old} -> {new}");
    }
    let issuer = |key: &str, scheme: &str| {
        format!(
            "{key}: {{type: openIdConnect, openIdConnectUrl: '{scheme}://id.example/.well-known/openid-configuration'}}"
        )
    };
    let found = kinds_between(("[{a: []}]", &issuer("a", "https")), ("[{b: []}]", &issuer("b", "http")));
    assert_eq!(found, BTreeSet::from(["access-downgraded".to_owned()]));
    let found = kinds_between(("[{a: []}]", &issuer("a", "http")), ("[{b: []}]", &issuer("b", "https")));
    assert_eq!(found, BTreeSet::from(["access-moved".to_owned()]));
}

#[test]
fn path_that_was_shadowed_before_is_not_a_change() {
    let folder = tempfile::tempdir().unwrap();
    let (_, new) = versions("access-shadowed");
    let renamed = new.replace("{id}", "{name}").replace("name: id", "name: name");
    let found = changes(folder.path(), &new, &renamed);
    assert!(found.iter().all(|change| change["kind"] != "access-shadowed"), "{found:?}");
    let integer = new.replace("type: string", "type: integer");
    let widened = changes(folder.path(), &integer, &new);
    assert!(widened.iter().any(|change| change["kind"] == "access-shadowed"), "the parameter now matches: {widened:?}");
}
