//! The call of an operation with aiohttp: a program that reads parameters and credentials from environment variables.

use serde_json::Value;

use super::part::Part;
use super::snippet::{Field, Snippet, fields, variable_name};
use crate::model::content::Content;
use crate::model::operation::{Parameter, ParameterStyle, Segment};
use crate::model::security::{Carrier, KeyPlace, Requirement, Scheme, Secret};

/// The program with the credentials of an alternative.
pub fn program(part: Part<'_>, snippet: &Snippet<'_>, alternative: Option<&Requirement>) -> String {
    let operation = snippet.operation;
    let mut call = Call::default();
    for parameter in operation.parameters.iter().filter(|parameter| parameter.is_required) {
        call.parameter(parameter);
    }
    for used in alternative.into_iter().flat_map(Requirement::iter) {
        call.credential(&part.schemes[used.scheme.0]);
    }
    call.body(part, snippet);
    let mut url = snippet.base_url.map_or_else(|| environment("BASE_URL"), text);
    for segment in &operation.path.segments {
        url += " + ";
        match segment {
            Segment::Text(literal) => url += &text(literal),
            Segment::Parameter(index) => {
                call.is_quoting = true;
                let value = environment(&variable_name(&operation.parameters[*index].name));
                url += &format!("quote({value}, safe=\"\")");
            }
        }
    }
    call.text(operation.method.as_str(), &url.replace("\" + \"", ""))
}

/// The comment before a program that sends the proof of a key.
const PROOF: &str =
    "# Each request needs a new proof of the key of the token (DPoP, RFC 9449), which this program does not make.\n";

/// The parts of a program.
#[derive(Default)]
struct Call {
    /// Pairs of Python expressions.
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    cookies: Vec<(String, String)>,
    /// Further arguments of the request.
    arguments: Vec<String>,
    /// Lines before the request.
    before: Vec<String>,
    is_quoting: bool,
    has_certificate: bool,
    has_proof: bool,
}

impl Call {
    fn parameter(&mut self, parameter: &Parameter) {
        let pair = (text(&parameter.name), environment(&variable_name(&parameter.name)));
        match parameter.style {
            ParameterStyle::Path(_) => {}
            ParameterStyle::Query(_) => self.query.push(pair),
            ParameterStyle::Header | ParameterStyle::HeaderJson => self.headers.push(pair),
            ParameterStyle::Cookie | ParameterStyle::CookieJson => self.cookies.push(pair),
        }
    }

    fn credential(&mut self, scheme: &Scheme) {
        let variable = |suffix: &str| environment(&variable_name(&format!("{}{suffix}", scheme.name)));
        let authorization =
            |prefix: &str| (text("Authorization"), format!("{} + {}", text(&format!("{prefix} ")), variable("")));
        if scheme.is_bound() {
            self.has_proof = true;
            self.headers.push(authorization("DPoP"));
            return self.headers.push((text("DPoP"), variable("_proof")));
        }
        match scheme.kind.carrier() {
            Carrier::Key(place, name) => {
                let pair = (text(name), variable(""));
                match place {
                    KeyPlace::Header => self.headers.push(pair),
                    KeyPlace::Query => self.query.push(pair),
                    KeyPlace::Cookie => self.cookies.push(pair),
                }
            }
            Carrier::Authorization(_) if scheme.kind.secret() == Secret::Login => {
                let login = format!("aiohttp.BasicAuth({}, {}", variable("_user"), variable("_password"));
                self.arguments.push(format!("auth={login}, encoding=\"utf-8\")"));
            }
            Carrier::Authorization(scheme) => self.headers.push(authorization(scheme)),
            Carrier::Connection => {
                self.has_certificate = true;
                self.before.push("tls = ssl.create_default_context()".to_owned());
                let (certificate, key) = (variable("_certificate"), variable("_key"));
                self.before.push(format!("tls.load_cert_chain({certificate}, {key})"));
                self.arguments.push("ssl=tls".to_owned());
            }
        }
    }

    fn body(&mut self, part: Part<'_>, snippet: &Snippet<'_>) {
        let Some(form) = snippet.operation.body.as_ref().map(|body| body.forms.first()) else { return };
        let content_type = (text("Content-Type"), text(form.sent_as()));
        match &form.content {
            Content::Json(_) => {
                self.headers.push(content_type);
                self.arguments.push(format!("json={}", literal(&snippet.value(part).unwrap_or_default(), 2)));
            }
            Content::Form(_) => {
                let pairs = fields(part, snippet, None)
                    .into_iter()
                    .map(|Field { name, value, .. }| (text(&name), text(&value)));
                self.arguments.push(format!("data={}", dictionary(&pairs.collect::<Vec<_>>())));
            }
            Content::Multipart(id) => {
                self.before.push("form = aiohttp.FormData(default_to_multipart=True)".to_owned());
                for Field { name, value, is_file } in fields(part, snippet, Some(*id)) {
                    let value = if is_file { "open(\"FILE\", \"rb\")".to_owned() } else { text(&value) };
                    self.before.push(format!("form.add_field({}, {value})", text(&name)));
                }
                self.arguments.push("data=form".to_owned());
            }
            Content::Text | Content::Stream(_) | Content::Bytes => {
                self.headers.push(content_type);
                self.arguments.push("data=open(\"FILE\", \"rb\")".to_owned());
            }
        }
    }

    fn text(&self, method: &str, url: &str) -> String {
        let mut arguments = vec![text(method), url.to_owned()];
        for (name, pairs) in [("params", &self.query), ("headers", &self.headers), ("cookies", &self.cookies)] {
            if !pairs.is_empty() {
                arguments.push(format!("{name}={}", dictionary(pairs)));
            }
        }
        arguments.extend(self.arguments.iter().cloned());
        // A redirect would take the credentials along.
        arguments.push("allow_redirects=False".to_owned());
        let mut imports = vec!["import asyncio", "import os"];
        imports.extend(self.has_certificate.then_some("import ssl"));
        imports.extend(self.is_quoting.then_some("from urllib.parse import quote"));
        let before: String = self.before.iter().map(|line| format!("    {line}\n")).collect();
        let arguments: String = arguments.iter().map(|argument| format!("            {argument},\n")).collect();
        let comment = if self.has_proof { PROOF } else { "" };
        format!(
            "{comment}{}\n\nimport aiohttp\n\n\nasync def main():\n{before}    async with aiohttp.ClientSession() as session:\n        \
             async with session.request(\n{arguments}        ) as response:\n            \
             print(response.status, await response.text())\n\n\nasyncio.run(main())\n",
            imports.join("\n")
        )
    }
}

/// `os.environ["NAME"]`.
fn environment(name: &str) -> String {
    format!("os.environ[{}]", text(name))
}

fn dictionary(pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    format!("{{{}}}", pairs.join(", "))
}

/// A string literal of Python: the escapes of JSON are escapes of Python, except for pairs of surrogates, which
/// `serde_json` does not write.
fn text(text: &str) -> String {
    Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

/// A literal of Python over several lines, below `level` levels of four spaces.
fn literal(value: &Value, level: usize) -> String {
    let line = |level: usize| format!("\n{}", "    ".repeat(level + 1));
    let lines = |items: Vec<String>, [open, close]: [&str; 2]| match items.is_empty() {
        true => format!("{open}{close}"),
        false => {
            let items: String = items.into_iter().map(|item| format!("{}{item},", line(level + 1))).collect();
            format!("{open}{items}{}{close}", line(level))
        }
    };
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(own) => text(own),
        Value::Array(items) => lines(items.iter().map(|item| literal(item, level + 1)).collect(), ["[", "]"]),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{}: {}", text(name), literal(value, level + 1)));
            lines(members.collect(), ["{", "}"])
        }
    }
}
