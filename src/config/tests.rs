//! Tests of the parts of a configuration file.

use std::path::Path;

use super::key::Place;
use super::keys::KEYS;
use super::*;
use crate::limits::Limits;
use crate::options::TargetKind;
use crate::options::{Layout, MappedCodec, MappedSource, Pagination};

/// The options of a file, or the message of its error.
fn parsed(text: &str) -> Result<Options, String> {
    parse(Options::default(), Path::new("folder"), text).map(|(options, _)| options).map_err(|(_, message)| message)
}

/// The line and the message of an error.
fn failure(text: &str) -> (Option<usize>, String) {
    let (at, message) = parse(Options::default(), Path::new("folder"), text).unwrap_err();
    (at.map(|at| line(text, at)), message)
}

#[test]
fn unknown_configuration_keys_are_rejected() {
    let options = parsed("name = \"pets\"\nlayout = \"module\"\nserde = false").unwrap();
    assert_eq!(
        options,
        Options { name: Some("pets".into()), layout: Layout::Module, has_serde: false, ..Options::default() }
    );
    assert!(parsed("nmae = \"pets\"").unwrap_err().contains("unknown key `nmae`"));
    assert!(parsed("layout = \"x\"").unwrap_err().contains("expected `crate` or `module`"));
}

#[test]
fn configuration_sets_deny_public_and_allow_public() {
    let options = parsed("deny-public = true\nallow-public = ['health', 'GET /x']").unwrap();
    assert!(options.denies_public);
    assert_eq!(options.allowed_public, ["health", "GET /x"]);
    for (text, reported) in [
        ("deny-public = 'yes'", "`deny-public` must be true or false"),
        ("allow-public = 'health'", "`allow-public` must be a list of strings"),
        ("allow-public = [1]", "`allow-public` must be a list of strings"),
    ] {
        assert_eq!(parsed(text).unwrap_err(), reported);
    }
}

#[test]
fn configuration_sets_limits_by_name() {
    let options = parsed("skip-broken = true\n[limits]\nbytes = 5\noutput = 7\ndepth = 127").unwrap();
    assert!(options.skips_broken);
    assert_eq!(options.limits, Limits { bytes: 5, output: 7, depth: 127, ..Limits::default() });
    for (text, reported) in [
        ("limits = 1", "must be a table"),
        ("[limits]\nbites = 5", "unknown limit `bites`; expected one of bytes, depth,"),
        ("[limits]\nbytes = 0", "limit `bytes` must be an integer greater than 0"),
        ("[limits]\nbytes = -1", "must be an integer greater than 0"),
        ("[limits]\nbytes = '1'", "must be an integer greater than 0"),
        ("[limits]\ndepth = 128", "expected at most 127"),
        ("skip-broken = 1", "`skip-broken` must be true or false"),
    ] {
        let error = parsed(text).unwrap_err();
        assert!(error.contains(reported), "{text}: {error}");
    }
}

#[test]
fn every_key_of_the_table_is_read() {
    for key in KEYS {
        let value = format!("{} = 1979-05-27", key.name);
        let text = match key.place {
            Place::Anywhere => value,
            Place::Api => {
                let message = parsed(&value).unwrap_err();
                assert_eq!(message, format!("`{}` belongs in `[[api]]`, not at top level", key.name));
                format!("[[api]]\n{value}")
            }
        };
        let message = parsed(&text).unwrap_err();
        assert!(message.starts_with(&format!("`{}` must be ", key.name)), "{message}");
    }
}

#[test]
fn errors_have_the_line_of_their_cause() {
    for (text, line, reported) in [
        ("name = 'a'\nlayout = [", 2, "invalid TOML: "),
        ("name = 'a'\nname = 'b'", 2, "invalid TOML: "),
        ("deny-public = true\nallow-public = [\n'a',\n1]", 4, "`allow-public` must be a list of strings"),
        ("[limits]\nbytes = 5\nbites = 6", 3, "unknown limit `bites`"),
        ("[limits]\nbytes = 5\nnodes = 0", 3, "limit `nodes` must be an integer greater than 0"),
        ("\n\nnmae = 'a'", 3, "unknown key `nmae`; did you mean `name`?"),
        ("allowPublic = []", 1, "unknown key `allowPublic`; did you mean `allow-public`?"),
        ("only = [\n'tag:a',\n'pets']", 3, "invalid filter `pets`; expected `tag:NAME`"),
        ("except = 'tag:a'", 1, "`except` must be a list of strings"),
        ("colour = 'red'", 1, "unknown key `colour`; expected one of name, version, layout,"),
    ] {
        let (line_found, message) = failure(text);
        assert!(message.contains(reported), "{text}: {message}");
        assert_eq!(line_found, Some(line), "{text}: {message}");
    }
}

#[test]
fn configuration_maps_formats_and_components() {
    let options = parsed(
        "[types]\ndate-time = 'jiff::Timestamp'\n'components.Money' = 'crate::Money'\n\
         date = { type = 'a::B', via = 'serde', hash = true, dependency = 'a = { version = \"1\" }' }\n\
         uuid = { type = 'a::C', with = 'a::codec' }\n[types.Pet]\nderives = ['x::Y']\n",
    )
    .unwrap();
    let [jiff, money, date, uuid] = options.types.mapped.try_into().unwrap();
    assert_eq!((jiff.source, jiff.path.as_str()), (MappedSource::Format("date-time".into()), "jiff::Timestamp"));
    assert_eq!((money.source, money.codec), (MappedSource::Component("Money".into()), MappedCodec::Serde));
    assert_eq!((date.codec, date.has_hash), (MappedCodec::Serde, true));
    assert_eq!(date.dependency.unwrap().to_string(), "a = { version = \"1\" }");
    assert_eq!(uuid.codec, MappedCodec::With("a::codec".into()));
    assert_eq!(options.types.by_name.len(), 1);
    for (text, line, reported) in [
        ("[types]\n\ndate = 'B'", 3, "`B` is not the path of a type"),
        ("[types]\ndate = { type = 1 }", 2, "`type` must be a string"),
        ("[types]\ndate = { type = 'a::B', via = 'x' }", 2, "unknown codec `x`; expected `text` or `serde`"),
        ("[types.date]\ntype = 'a::B'\nvia = 'text'\nwith = 'a::b'", 3, "`date` has both `via` and `with`"),
        ("[types.date]\ntype = 'a::B'\nwith = 'a b'", 3, "`a b` is not the path of a module"),
        ("[types.date]\ntype = 'a::B'\nhsah = true", 3, "unknown key `hsah` of `date` in `[types]`"),
        ("[types.date]\ntype = 'a::B'\ndependency = 'a'", 3, "`dependency` must be a line of `[dependencies]`"),
        ("[types.'components.A']\nderives = ['x::Y']", 1, "`types.\"components.A\"` lacks `type`"),
    ] {
        let (line_found, message) = failure(text);
        assert!(message.contains(reported), "{text}: {message}");
        assert_eq!(line_found, Some(line), "{text}: {message}");
    }
}

#[test]
fn configuration_sets_derives_and_dependencies() {
    let options = parsed(
        "[types]\nderives = ['Ord', '::a::B']\n[types.Pet]\nderives = ['x::Y']\n[dependencies]\na = '1'\n\
         b = { version = '2', features = ['x'] } # why\n[dependencies.c]\npath = '../c'\n",
    )
    .unwrap();
    assert_eq!(options.types.derives, ["Ord", "::a::B"]);
    assert_eq!(options.types.by_name["Pet"].derives, ["x::Y"]);
    let lines: Vec<String> = options.dependencies.iter().map(ToString::to_string).collect();
    assert_eq!(lines, ["a = \"1\"", "b = { version = \"2\", features = [\"x\"] }", "c = { path = \"../c\" }"]);
    for (text, line, reported) in [
        ("types = 1", 1, "`types` must be a table"),
        ("\n[types]\nnames = 1", 3, "unknown key `names` in `[types]`"),
        ("[types]\nderives = 'x'", 2, "`derives` must be a list of strings"),
        ("[types]\nderives = [\n'Hash',\n'a b']", 4, "`a b` is not the path of a trait"),
        ("[types.Pet]\nnmae = 'x'", 2, "unknown key `nmae` in `[types.Pet]`; did you mean `name`?"),
        ("[types.Pet]\nname = 'a b'", 2, "`a b` is not a Rust identifier"),
        ("[types.Pet]\nfields = 'x'", 2, "`fields` must be a table of names"),
        ("[types.Pet.fields]\na = 1", 2, "`a` must be a string"),
        ("[types]\nattributes = [\n'x] #[y']", 3, "is not an attribute"),
        ("[types]\nattributes = [\n'derive(A)']", 3, "`derive(A)` belongs in `derives`"),
        ("operations = 1", 1, "`operations` must be a table"),
        ("[operations]\na = 'fn'", 2, "`fn` is not a Rust identifier"),
        ("[types.Pet]\nderives = ['x', 'serde::Serialize']", 2, "`Serialize` cannot be derived"),
        ("[dependencies]\na = '1'\nb = 2", 3, "dependency `b` must be a version requirement or a table"),
        ("[dependencies]\n\"a b\" = '1'", 2, "`a b` is not a valid crate name"),
    ] {
        let (line_found, message) = failure(text);
        assert!(message.contains(reported), "{text}: {message}");
        assert_eq!(line_found, Some(line), "{text}");
    }
}

/// The APIs of a file in the folder `folder`.
fn apis(text: &str) -> Vec<ApiConfiguration> {
    parse(Options::default(), Path::new("folder"), text).unwrap().1
}

#[test]
fn settings_of_an_api_take_precedence_over_those_at_top_level() {
    let text = "version = '2.0.0'\nserde = false\nallow-public = ['a']\nroot = '..'\n\n[limits]\nbytes = 5\nfiles = 6\n\
                [types]\nderives = ['A']\n[types.Pet]\nderives = ['B']\n[dependencies]\na = '1'\nb = '1'\n\n\
                [[api]]\nspec = 'a.yaml'\nkind = 'client'\nout = '/out/a'\n\n\
                [[api]]\nspec = 'b.yaml'\nkind = 'server'\nout = 'b'\nserde = true\nallow-public = ['b']\nroot = 'r'\n\
                limits = { bytes = 7 }\n[api.types]\nderives = ['C']\n[api.types.Dog]\nderives = ['D']\n\
                [api.dependencies]\nb = '2'\nc = '1'\n";
    let [client, server] = apis(text).try_into().unwrap();
    assert_eq!(
        (client.spec, client.out, client.product),
        ("folder/a.yaml".into(), "/out/a".into(), Product::Rust(TargetKind::ClientReqwest))
    );
    assert_eq!(
        (server.spec, server.out, server.product),
        ("folder/b.yaml".into(), "folder/b".into(), Product::Rust(TargetKind::ServerAxum))
    );
    assert_eq!((client.line, server.line), (17, 22));
    let (client, server) = (client.options, server.options);
    assert_eq!((client.version.as_str(), client.has_serde), ("2.0.0", false));
    assert_eq!((server.version.as_str(), server.has_serde), ("2.0.0", true));
    assert_eq!((&client.allowed_public[..], &server.allowed_public[..]), (&["a".into()][..], &["b".into()][..]));
    assert_eq!((client.root.clone(), server.root.clone()), (Some("folder/..".into()), Some("folder/r".into())));
    assert_eq!((client.limits.bytes, client.limits.files), (5, 6));
    assert_eq!((server.limits.bytes, server.limits.files), (7, 6));
    assert_eq!(server.types.derives, ["C"]);
    assert_eq!(server.types.by_name.keys().collect::<Vec<_>>(), ["Dog", "Pet"]);
    assert_eq!(client.types.by_name.keys().collect::<Vec<_>>(), ["Pet"]);
    let lines = |options: &Options| options.dependencies.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(lines(&client), ["a = \"1\"", "b = \"1\""]);
    assert_eq!(lines(&server), ["a = \"1\"", "b = \"2\"", "c = \"1\""]);
}

#[test]
fn invalid_apis_are_rejected_with_their_line() {
    for (text, line, reported) in [
        ("\n[[api]]\nspec = 'a'\nkind = 'client'\n", 2, "`[[api]]` lacks `out`"),
        ("\n[[api]]\nkind = 'client'\n", 2, "`[[api]]` lacks `spec`"),
        ("[[api]]\nspec = 'a'\nout = 'b'", 1, "`[[api]]` lacks `kind` or `pack`"),
        ("[[api]]\nspec = 'a'\nkind = 'client'\npack = 'p'\nout = 'b'", 1, "`[[api]]` has both `kind` and `pack`"),
        ("[[api]]\nkind = 'proxy'", 2, "unknown kind `proxy`; expected `client` or `server`"),
        ("[[api]]\nspec = ''", 2, "`spec` must not be empty"),
        ("[[api]]\nspce = 'a'", 2, "unknown key `spce` in `[[api]]`; did you mean `spec`?"),
        ("[[api]]\ncolour = 'a'", 2, "unknown key `colour` in `[[api]]`; expected one of spec, kind, pack, out, name,"),
        ("\n[api]\nspec = 'a'", 2, "`api` must be an array of tables; expected `[[api]]`"),
        ("serde = true\napi = []", 2, "`api` must be an array of tables; expected `[[api]]`"),
        ("[[api]]\n[[api.api]]", 2, "unknown key `api` in `[[api]]`"),
        ("[[api]]\nlayout = 'x'", 2, "unknown layout `x`"),
        ("aip = 1", 1, "unknown key `aip`; did you mean `api`?"),
    ] {
        let (line_found, message) = failure(text);
        assert!(message.starts_with(reported), "{text}: {message}");
        assert_eq!(line_found, Some(line), "{text}: {message}");
    }
}

#[test]
fn output_folders_may_not_overlap() {
    let shared = |first: &str, second: &str| {
        let api = |out| format!("[[api]]\nspec = 'a'\nkind = 'client'\nout = '{out}'\n");
        shared_folder(&apis(&(api(first) + &api(second))))
    };
    for (first, second) in [("a", "a"), ("a", "./b/../a"), ("a", "a/b"), ("a/b", "a"), (".", "../x/../folder/y")] {
        let (line, message) = shared(first, second).unwrap();
        assert_eq!(line, 5);
        assert!(message.contains(" overlaps with ") && message.ends_with("in line 1"), "{message}");
    }
    assert_eq!(shared("a", "ab"), None);
    assert_eq!(shared("a", "b/a"), None);
}

#[test]
fn one_line_sets_one_option() {
    let options = Options::default().with_line("limits.depth = 100").unwrap().with_line("serde=false").unwrap();
    assert_eq!((options.limits.depth, options.has_serde), (100, false));
    for (line, reported) in [
        ("name = pets", "invalid TOML: "),
        ("nmae = 'x'", "unknown key `nmae`; did you mean `name`?"),
        ("spec = 'x'", "`spec` belongs in `[[api]]`"),
        ("[[api]]\nspec = 'a'\nkind = 'client'\nout = 'b'", "only a file can have `[[api]]`"),
    ] {
        let message = Options::default().with_line(line).unwrap_err();
        assert!(message.starts_with(reported), "{message}");
    }
}

#[test]
fn configuration_describes_the_pages_of_lists() {
    let options = parsed(
        "[pagination]\nlistPets = { offset = 'skip', total = '$response.header.X-Total' }\n\
         [pagination.'GET /orders']\npage = 'p'\nfirst = 0\nitems = '$response.body#/data'",
    )
    .unwrap();
    let by_offset = Pagination::by_offset("skip").total("$response.header.X-Total");
    assert_eq!(options.pagination["listPets"], by_offset);
    let by_page = Pagination::by_page("p").first(0).items("$response.body#/data");
    assert_eq!(options.pagination["GET /orders"], by_page);
    for (text, reported) in [
        ("pagination = 1", "`pagination` must be a table of operations"),
        ("[pagination]\nlistPets = 'page'", "`pagination.listPets` must be a table"),
        (
            "[pagination.listPets]\nofset = 'x'",
            "unknown key `ofset` in `[pagination.listPets]`; did you mean `offset`?",
        ),
        ("[pagination.listPets]\noffset = 1", "`offset` must be a string"),
        ("[pagination.listPets]\nfirst = -1", "`first` must be an integer of at least 0"),
    ] {
        assert_eq!(parsed(text).unwrap_err(), reported);
    }
}
