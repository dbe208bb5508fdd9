//! The URLs that a server has, from its text with variables and from the values of these.

use super::subject::list_in;
use crate::document::tree::Node;
use crate::model::url::{authority, host, is_http, is_local};

/// How many values of the variables of a server are read.
const MOST_VALUES: usize = 1000;

/// The URL of a server object.
pub struct ServerUrl<'a> {
    /// As it is written.
    pub written: &'a str,
    /// With the default of each variable.
    pub default: String,
    variables: Vec<Variable<'a>>,
}

/// A variable that a server declares.
struct Variable<'a> {
    name: &'a str,
    default: &'a str,
    /// Without them, clients may use any text.
    values: Vec<&'a str>,
}

/// A variable that decides to which host requests go.
pub struct HostVariable<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether the host is nothing but the variable.
    pub is_whole: bool,
}

/// A piece of the text of a URL.
#[derive(Clone, Copy)]
enum Piece<'a> {
    Text(&'a str),
    /// The name of a variable.
    Variable(&'a str),
}

impl<'a> ServerUrl<'a> {
    /// Reads a server object; `None` without `url`.
    pub fn new(server: &'a Node) -> Option<Self> {
        let written = server.get("url")?.as_str()?;
        let declared = server.get("variables").and_then(Node::as_object).into_iter().flatten();
        let variable = |(name, node): (&'a String, &'a Node)| Variable {
            name,
            default: node.get("default").and_then(Node::as_str).unwrap_or_default(),
            values: list_in(node, "enum").iter().filter_map(Node::as_str).collect(),
        };
        let variables = declared.map(variable).collect();
        let server = Self { written, default: String::new(), variables };
        Some(Self { default: server.filled(None), ..server })
    }

    /// Whether requests to any of its URLs stay on this machine.
    pub fn is_local(&self) -> bool {
        self.host_variable().is_none() && is_local(&self.default) && self.alternatives().all(|(_, url)| is_local(&url))
    }

    /// The first value of each variable of the scheme that makes it a URL without TLS, with this URL: `http` of
    /// `{scheme}://a.example`, an empty text of `http{s}://a.example`, `http://a.example` of `{base}/v1`.
    pub fn clear_variables(&self) -> Vec<(&'a str, String)> {
        let scheme: Vec<&str> = self.names_before_host();
        let mut found: Vec<(&'a str, String)> = Vec::new();
        let defaults = scheme.iter().filter_map(|name| self.variable(name)).map(|one| (one, self.default.clone()));
        for (variable, url) in defaults.chain(self.alternatives()) {
            let is_known = found.iter().any(|(name, _)| *name == variable.name);
            if !is_known && scheme.contains(&variable.name) && is_http(&url) {
                found.push((variable.name, url));
            }
        }
        found
    }

    /// The variable that decides to which host requests go: one without values, unless the rest of the host is a domain.
    pub fn host_variable(&self) -> Option<HostVariable<'a>> {
        if let Some(variable) = self.whole_url() {
            return Some(HostVariable { name: variable.name, is_whole: true });
        }
        // Variables with values and those of the path are text; the others keep their braces.
        let pieces = pieces(self.written);
        let text = |piece: &Piece<'a>| match *piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Variable(name) => match self.variable(name).and_then(Variable::fixed) {
                Some(value) => value.to_owned(),
                None => format!("{{{name}}}"),
            },
        };
        let url: String = pieces.iter().map(text).collect();
        let host = host(authority(&url));
        let (before, rest) = host.rsplit_once('}')?;
        let (before, name) = before.rsplit_once('{')?;
        if is_domain(rest) {
            return None;
        }
        let is_named = |piece: &&Piece<'a>| matches!(piece, Piece::Variable(own) if *own == name);
        let Some(Piece::Variable(name)) = pieces.iter().find(is_named).copied() else { return None };
        Some(HostVariable { name, is_whole: before.is_empty() && rest.is_empty() })
    }

    /// A variable without values whose default has both the scheme and the host.
    fn whole_url(&self) -> Option<&Variable<'a>> {
        let before_host = self.names_before_host();
        let mut variables = before_host.into_iter().filter_map(|name| self.variable(name));
        variables.find(|variable| variable.values.is_empty() && variable.has_host())
    }

    /// The variables before the first slash, which are those of the scheme.
    fn names_before_host(&self) -> Vec<&'a str> {
        let mut names = Vec::new();
        for piece in pieces(self.written) {
            match piece {
                Piece::Text(text) if text.contains('/') => break,
                Piece::Text(_) => {}
                Piece::Variable(name) => names.push(name),
            }
        }
        names
    }

    /// The URLs with one value of one variable, and the defaults of the others.
    fn alternatives(&self) -> impl Iterator<Item = (&Variable<'a>, String)> {
        let pairs = self.variables.iter().flat_map(|one| one.values.iter().map(move |value| (one, *value)));
        pairs.take(MOST_VALUES).map(|(one, value)| (one, self.filled(Some((one.name, value)))))
    }

    /// The URL with this value of a variable, and the defaults of the others. Undeclared variables remain.
    fn filled(&self, value: Option<(&str, &str)>) -> String {
        let mut url = String::new();
        for piece in pieces(self.written) {
            match piece {
                Piece::Text(text) => url.push_str(text),
                Piece::Variable(name) => match (value.filter(|(own, _)| *own == name), self.variable(name)) {
                    (Some((_, value)), _) => url.push_str(value),
                    (None, Some(variable)) => url.push_str(variable.default),
                    (None, None) => url.push_str(&format!("{{{name}}}")),
                },
            }
        }
        url
    }

    fn variable(&self, name: &str) -> Option<&Variable<'a>> {
        self.variables.iter().find(|variable| variable.name == name)
    }
}

impl<'a> Variable<'a> {
    /// The text of a variable that does not select the host freely: of its values, the one with the fewest labels.
    fn fixed(&self) -> Option<&'a str> {
        let is_of_path = self.default.starts_with(['/', '?', '#']);
        let least = self.values.iter().copied().min_by_key(|value| value.matches('.').count());
        least.or_else(|| is_of_path.then_some(self.default))
    }

    /// Whether the default has the host, as in `{base}/v1`.
    fn has_host(&self) -> bool {
        self.default.starts_with("//") || self.default.contains("://")
    }
}

/// The pieces of a URL in their order.
fn pieces(url: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = url;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        pieces.extend([Piece::Text(before), Piece::Variable(name)]);
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// Whether the text after a variable is a domain, so that the variable is only a part of labels before it. A top-level
/// domain is not enough: anyone can register a name in it. Names below `localhost` stay on this machine.
fn is_domain(rest: &str) -> bool {
    let Some((_, domain)) = rest.split_once('.') else { return false };
    let labels = || domain.split('.');
    let is_name = labels().all(|label| !label.is_empty() && !label.contains(['{', '}']));
    is_name && (labels().count() > 1 || domain.eq_ignore_ascii_case("localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Input};
    use crate::limits::Limits;

    /// Runs a check for a server object in YAML.
    fn with_server<T>(server: &str, check: impl FnOnce(&ServerUrl<'_>) -> T) -> T {
        let text = format!("openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\npaths: {{}}\nservers: [{server}]\n");
        let input = Input::Memory { name: "servers.yaml".to_owned(), bytes: text.into_bytes() };
        let document = Document::load(&input, &Limits::default()).unwrap();
        let at = crate::diag::Pointer::root().child("servers").index(0);
        check(&ServerUrl::new(document.node(&at).unwrap()).unwrap())
    }

    #[test]
    fn variables_with_a_default_are_replaced_once() {
        for (server, url) in [
            ("{url: 'http{s}://{h}/{x}', variables: {s: {default: s}, h: {default: '{x}'}}}", "https://{x}/{x}"),
            ("{url: '{base}/v1', variables: {base: {default: 'http://a.example'}}}", "http://a.example/v1"),
            ("{url: 'https://a.example/{'}", "https://a.example/{"),
        ] {
            assert_eq!(with_server(server, |server| server.default.clone()), url, "{server}");
        }
    }

    #[test]
    fn host_needs_a_fixed_domain_unless_its_variables_have_values() {
        for (url, variable) in [
            ("https://{a}/v1", Some("a")),
            ("https://{a}:{b}/v1", Some("a")),
            ("https://{a}.{b}", Some("b")),
            ("https://{a}.com", Some("a")),
            ("https://{a}example.com", Some("a")),
            ("https://api.{a}", Some("a")),
            ("https://api.example.com.{a}.{listed}", None),
            ("https://user@{a}", Some("a")),
            ("//{a}/v1", Some("a")),
            ("{whole}/v1", Some("whole")),
            ("https://{a}.example.com", None),
            ("https://{a}-eu.example.com:{b}", None),
            ("https://{a}.localhost", None),
            ("https://{listed}", None),
            ("https://{a}.{listed}", None),
            ("https://{a}.{top}", Some("a")),
            ("https://example.com{path}", None),
            ("https://example.com/{a}", None),
            ("{a}://example.com", None),
            ("/{a}", None),
        ] {
            let server = format!(
                "{{url: '{url}', variables: {{a: {{default: x}}, b: {{default: y.example}}, path: {{default: /v1}}, \
                 whole: {{default: 'https://a.example'}}, listed: {{default: c.example.net, enum: [c.example.net]}}, \
                 top: {{default: example.net, enum: [example.net, net]}}}}}}"
            );
            let found = with_server(&server, |server| server.host_variable().map(|found| found.name.to_owned()));
            assert_eq!(found.as_deref(), variable, "{url}");
        }
    }

    #[test]
    fn server_is_local_only_if_all_its_hosts_are() {
        for (server, is_local) in [
            ("{url: 'http://{h}', variables: {h: {default: localhost, enum: [localhost, 127.0.0.1]}}}", true),
            ("{url: 'http://localhost:{p}', variables: {p: {default: '80'}}}", true),
            ("{url: 'http://{h}', variables: {h: {default: localhost, enum: [localhost, a.example]}}}", false),
            ("{url: 'http://{h}', variables: {h: {default: localhost}}}", false),
        ] {
            assert_eq!(with_server(server, |server| server.is_local()), is_local, "{server}");
        }
    }
}
