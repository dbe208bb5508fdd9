//! `apis.toml`: the APIs that a user calls, with profiles that have a server and the places of credentials.
//!
//! The file has no secrets: errors may name its keys, never its values.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use keystub_client_runtime::secrets::{SecretsError, open_private};
use toml_edit::{Document, Item, TableLike};

use super::credential_source::{CommandLine, Source, access_error};
use super::login::client::Client;
use crate::diag::escaped;

/// The most bytes of the file.
const MOST: u64 = 1 << 20;

/// The file.
#[derive(Debug, Default)]
pub(crate) struct Apis {
    apis: BTreeMap<String, Api>,
}

/// An API of the file.
#[derive(Debug, Default)]
pub(crate) struct Api {
    /// The path or URL of the document.
    pub spec: Option<String>,
    /// Its profiles by name.
    pub profiles: BTreeMap<String, Profile>,
}

/// A server, and who calls it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Profile {
    /// The URL of the server. Always set if there are credentials.
    pub server: Option<String>,
    /// Where credentials are read from, by scheme.
    pub credentials: BTreeMap<String, Source>,
    /// The OAuth clients that log in, by scheme.
    pub clients: BTreeMap<String, OAuthClient>,
}

/// A client that is registered with an authorization server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OAuthClient {
    /// `client_id`.
    pub id: String,
    /// Its authorization server, if the file names it.
    pub server: Option<AuthorizationServer>,
}

/// The authorization server of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthorizationServer {
    /// Its URL.
    pub url: String,
    /// Where the secret of the client is read from, if it has one.
    pub secret: Option<Source>,
}

impl OAuthClient {
    /// Reads the secret of the client.
    ///
    /// # Errors
    ///
    /// Same as [`Source::read`].
    pub fn read(&self, variable: impl Fn(&str) -> Option<String>) -> Result<Client, String> {
        let Some(server) = &self.server else { return Ok(Client::of_document(&self.id)) };
        let secret = server.secret.as_ref().map(|source| source.read(variable)).transpose()?;
        Ok(Client::of_server(&self.id, &server.url, secret))
    }
}

/// An error with the byte range of its cause.
type Located = (Option<Range<usize>>, String);

impl Apis {
    /// Reads the file; empty if there is none.
    ///
    /// # Errors
    ///
    /// If other users can access the file, because it names commands, or it has another form.
    pub fn read(path: &Path) -> Result<Self, String> {
        let failed = |why: String| format!("{}: {why}", path.display());
        let mut text = String::new();
        let file = match open_private(path) {
            Err(SecretsError::File(error)) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            opened => opened.map_err(|error| failed(access_error(error)))?,
        };
        let read = file.take(MOST + 1).read_to_string(&mut text).map_err(|error| failed(error.to_string()))?;
        if read as u64 > MOST {
            return Err(failed("is larger than 1 MiB".to_owned()));
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        Self::parse(&text, folder).map_err(|(line, message)| format!("{}:{line}: {message}", path.display()))
    }

    /// Parses the file. Relative paths are relative to `folder`. An error has its line.
    fn parse(text: &str, folder: &Path) -> Result<Self, (usize, String)> {
        let line = |span: Option<Range<usize>>| {
            let at = span.map_or(0, |span| span.start.min(text.len()));
            text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1
        };
        // The parser's message may repeat a value.
        let document = Document::parse(text).map_err(|error| (line(error.span()), "invalid TOML".to_owned()))?;
        let mut apis = BTreeMap::new();
        for (name, item) in document.iter() {
            let span = document.get_key_value(name).and_then(|(key, _)| key.span());
            let own = table(item, span.clone(), "an API with `spec` and `profiles`").and_then(|own| api(own, folder));
            apis.insert(name.to_owned(), own.map_err(|(inner, message)| (line(inner.or(span)), message))?);
        }
        Ok(Self { apis })
    }

    /// The API of this name.
    pub fn named(&self, name: &str) -> Option<&Api> {
        self.apis.get(name)
    }

    /// The API whose document is this file or URL.
    pub fn of_spec(&self, spec: &str) -> Option<&Api> {
        let real = |path: &str| std::fs::canonicalize(path).ok();
        let is_it = |own: &str| own == spec || real(own).is_some_and(|own| real(spec) == Some(own));
        self.apis.values().find(|api| api.spec.as_deref().is_some_and(is_it))
    }
}

fn api(table: &dyn TableLike, folder: &Path) -> Result<Api, Located> {
    let mut api = Api::default();
    for (key, item, span) in entries(table) {
        match key {
            "spec" => api.spec = Some(located(&text(item, &span, "a path or URL")?, folder)),
            "profiles" => {
                for (name, item, span) in entries(self::table(item, span, "profiles by name")?) {
                    let own = self::table(item, span.clone(), "`server`, `credentials` and `clients`")?;
                    let profile = profile(own, folder)?;
                    // Otherwise, the credentials would be sent to the server that the document names.
                    if profile.server.is_none() && !profile.credentials.is_empty() {
                        let name = escaped(name);
                        return Err((span, format!("profile `{name}` has `credentials`, so it needs `server`")));
                    }
                    api.profiles.insert(name.to_owned(), profile);
                }
            }
            other => return Err((span, unknown(other, "`spec` or `profiles`"))),
        }
    }
    Ok(api)
}

/// A path of the file, or a URL.
fn located(spec: &str, folder: &Path) -> String {
    let is_url = spec.contains("://");
    if is_url { spec.to_owned() } else { folder.join(spec).to_string_lossy().into_owned() }
}

fn profile(table: &dyn TableLike, folder: &Path) -> Result<Profile, Located> {
    let mut profile = Profile::default();
    for (key, item, span) in entries(table) {
        match key {
            "server" => profile.server = Some(text(item, &span, "a URL")?),
            "credentials" => {
                for (scheme, item, span) in entries(self::table(item, span, "credentials by scheme")?) {
                    profile.credentials.insert(scheme.to_owned(), source(item, span, folder)?);
                }
            }
            "clients" => {
                for (scheme, item, span) in entries(self::table(item, span, "OAuth clients by scheme")?) {
                    let own = self::table(item, span.clone(), "`id`, `secret` and `server`")?;
                    profile.clients.insert(scheme.to_owned(), client(own, span, folder)?);
                }
            }
            other => return Err((span, unknown(other, "`server`, `credentials` or `clients`"))),
        }
    }
    Ok(profile)
}

fn client(table: &dyn TableLike, at: Option<Range<usize>>, folder: &Path) -> Result<OAuthClient, Located> {
    let (mut id, mut secret, mut server) = (None, None, None);
    for (key, item, span) in entries(table) {
        match key {
            "id" => id = Some(text(item, &span, "the id of the client")?),
            "secret" => secret = Some(source(item, span, folder)?),
            "server" => server = Some(text(item, &span, "a URL")?),
            other => return Err((span, unknown(other, "`id`, `secret` or `server`"))),
        }
    }
    let Some(id) = id else { return Err((at, "`id` of the client is missing".to_owned())) };
    let server = match (server, secret) {
        (Some(url), secret) => Some(AuthorizationServer { url, secret }),
        (None, None) => None,
        // Otherwise, the secret would be sent to the endpoint that the document names.
        (None, Some(_)) => {
            let message = "the client has a `secret`, so it needs `server`: the URL of its authorization server";
            return Err((at, message.to_owned()));
        }
    };
    Ok(OAuthClient { id, server })
}

/// `{ env = "NAME" }`, `{ file = "PATH" }` or `{ cmd = … }`.
fn source(item: &Item, span: Option<Range<usize>>, folder: &Path) -> Result<Source, Located> {
    const EXPECTED: &str = "`{ env = … }`, `{ file = … }` or `{ cmd = … }`, because this file has no secrets";
    let own = table(item, span.clone(), EXPECTED)?;
    let mut sources = entries(own);
    let (Some((key, item, inner)), None) = (sources.next(), sources.next()) else {
        return Err((span, format!("expected one of {EXPECTED}")));
    };
    match key {
        "env" => Ok(Source::Variable(text(item, &inner, "the name of a variable")?)),
        "file" => Ok(Source::File(folder.join(text(item, &inner, "a path")?))),
        "cmd" => command(item).map(Source::Command).ok_or_else(|| {
            (inner, "expected a command: a string for the shell, or a list of a program and its arguments".to_owned())
        }),
        other => Err((inner, unknown(other, "`env`, `file` or `cmd`"))),
    }
}

fn command(item: &Item) -> Option<CommandLine> {
    if let Some(line) = item.as_str() {
        return Some(CommandLine::Shell(line.to_owned()));
    }
    let words: Option<Vec<String>> = item.as_array()?.iter().map(|word| word.as_str().map(str::to_owned)).collect();
    let mut words = words?.into_iter();
    let program = PathBuf::from(words.next()?);
    Some(CommandLine::Program(program, words.collect()))
}

/// The entries of a table, each with the place of its key.
fn entries(table: &dyn TableLike) -> impl Iterator<Item = (&str, &Item, Option<Range<usize>>)> {
    table.iter().map(|(key, item)| (key, item, table.get_key_value(key).and_then(|(key, _)| key.span())))
}

fn table<'i>(item: &'i Item, span: Option<Range<usize>>, expected: &str) -> Result<&'i dyn TableLike, Located> {
    item.as_table_like().ok_or_else(|| (span, format!("expected {expected}")))
}

fn text(item: &Item, span: &Option<Range<usize>>, expected: &str) -> Result<String, Located> {
    item.as_str().map(str::to_owned).ok_or_else(|| (span.clone(), format!("expected {expected}")))
}

fn unknown(key: &str, expected: &str) -> String {
    format!("unknown key `{}`; expected {expected}", escaped(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
[petshop]
spec = "petshop.yaml"

[petshop.profiles.default]
server = "http://127.0.0.1:4010"
credentials.shopKey = { env = "SHOP_KEY" }
credentials.login = { cmd = ["pass", "show", "petshop"] }
clients.oauth = { id = "me", secret = { file = "secret" }, server = "https://id.example.com" }

[remote]
spec = "https://example.com/api.yaml"
"#;

    #[test]
    fn apis_have_documents_and_profiles() {
        let apis = Apis::parse(FILE, Path::new("/home/me")).unwrap();
        assert_eq!(apis.named("remote").unwrap().spec.as_deref(), Some("https://example.com/api.yaml"));
        let petshop = apis.named("petshop").unwrap();
        assert_eq!(petshop.spec.as_deref(), Some("/home/me/petshop.yaml"));
        let profile = &petshop.profiles["default"];
        assert_eq!(profile.server.as_deref(), Some("http://127.0.0.1:4010"));
        assert_eq!(profile.credentials["shopKey"], Source::Variable("SHOP_KEY".to_owned()));
        let words = vec!["show".to_owned(), "petshop".to_owned()];
        assert_eq!(profile.credentials["login"], Source::Command(CommandLine::Program("pass".into(), words)));
        let secret = Some(Source::File("/home/me/secret".into()));
        let server = Some(AuthorizationServer { url: "https://id.example.com".to_owned(), secret });
        assert_eq!(profile.clients["oauth"], OAuthClient { id: "me".to_owned(), server });
        assert!(apis.of_spec("https://example.com/api.yaml").is_some() && apis.of_spec("other.yaml").is_none());
    }

    #[test]
    fn errors_have_the_line_and_never_a_value() {
        let cases = [
            ("[a]\nspec = 1", 2, "a path or URL"),
            ("[a]\nserver = 's3cret'", 2, "unknown key `server`; expected `spec` or `profiles`"),
            ("a = 's3cret'", 1, "expected an API"),
            ("[a.profiles.p]\ncredentials.k = 's3cret'", 2, "this file has no secrets"),
            ("[a.profiles.p]\n\ncredentials.k = { value = 's3cret' }", 3, "unknown key `value`"),
            ("[a.profiles.p]\ncredentials.k = { env = 'X', file = 's3cret' }", 2, "expected one of"),
            ("[a.profiles.p]\ncredentials.k = { cmd = [] }", 2, "expected a command"),
            ("[a.profiles.p]\nclients.o = { secret = { env = 'X' } }", 2, "`id` of the client is missing"),
            (
                "[a.profiles.p]\nclients.o = { id = 's3cret', secret = { env = 'X' } }",
                2,
                "the client has a `secret`, so it needs `server`",
            ),
            (
                "[a]\nprofiles.p = { credentials.k = { env = 's3cret' } }",
                2,
                "`p` has `credentials`, so it needs `server`",
            ),
            ("[a]\nspec = s3cret", 2, "invalid TOML"),
        ];
        for (text, line, part) in cases {
            let (at, message) = Apis::parse(text, Path::new("")).unwrap_err();
            assert!(at == line && message.contains(part) && !message.contains("s3cret"), "{text}: {at}: {message}");
        }
    }
}
