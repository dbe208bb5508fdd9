//! curl commands for POSIX shells: of `keystub docs`, `keystub call --curl` and the reports of `keystub test`.

use crate::model::security::{Carrier, KeyPlace, SchemeKind, Secret};

/// A word of a command: literal text, in which the shell expands nothing, and expansions such as `$TOKEN`.
#[derive(Debug, Clone, Default)]
pub struct Word(Vec<Piece>);

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Expansion(String),
}

impl Word {
    /// Literal text.
    pub fn text(text: impl Into<String>) -> Self {
        Self(vec![Piece::Text(text.into())])
    }

    /// An expansion of the shell, such as `$TOKEN`. Its result stays one word.
    pub fn expansion(text: impl Into<String>) -> Self {
        Self(vec![Piece::Expansion(text.into())])
    }

    /// This word with another one attached.
    pub fn then(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The word with quotes where a shell needs them.
    fn quoted(&self) -> String {
        let has_expansion = self.0.iter().any(|piece| matches!(piece, Piece::Expansion(_)));
        if has_expansion && self.texts().all(is_inert) {
            return self.double_quoted();
        }
        let mut word = String::new();
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(more) => text.push_str(more),
                Piece::Expansion(expansion) => {
                    word.push_str(&single_quoted(&std::mem::take(&mut text)));
                    word.push_str(&format!("\"{expansion}\""));
                }
            }
        }
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@%+,".contains(&byte);
        if word.is_empty() && !text.is_empty() && text.bytes().all(is_plain) {
            return text;
        }
        word.push_str(&single_quoted(&text));
        if word.is_empty() { "''".to_owned() } else { word }
    }

    /// The word in one pair of double quotes, for texts that have no meaning in them.
    fn double_quoted(&self) -> String {
        let mut word = String::new();
        // From the end, because what follows a variable decides whether it needs braces.
        for piece in self.0.iter().rev() {
            let piece = match piece {
                Piece::Text(text) => text.clone(),
                Piece::Expansion(expansion) => braced(expansion, &word),
            };
            word.insert_str(0, &piece);
        }
        format!("\"{word}\"")
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Expansion(_) => None,
        })
    }

    fn contains(&self, wanted: &str) -> bool {
        self.texts().any(|text| text.contains(wanted))
    }
}

/// Whether the text means itself in double quotes. Interactive shells replace `!`.
fn is_inert(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() || "\"\\$`!".contains(c))
}

/// A variable in braces if the text after it could belong to its name, or be an index or a modifier of its value (zsh).
fn braced(expansion: &str, after: &str) -> String {
    let name = expansion.strip_prefix('$').unwrap_or_default();
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') && !name.is_empty();
    let is_apart =
        after.is_empty() || after.starts_with(['$', '/', '&', '?', ' ', ',', ';', '=']) || after.starts_with(":$");
    if is_name && !is_apart { format!("${{{name}}}") } else { expansion.to_owned() }
}

/// Text in single quotes; nothing for empty text.
fn single_quoted(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// A command.
#[derive(Debug)]
pub struct Command {
    method: String,
    url: Word,
    query: Vec<Word>,
    options: Vec<(&'static str, Word)>,
    /// Whether a field of a form was left out.
    is_incomplete: bool,
    /// Whether it has a proof of a key.
    has_proof: bool,
}

/// The comment before a command that cannot send all fields. It has no text of the document, which could end the comment.
const INCOMPLETE: &str = "# curl cannot send form fields whose names contain an equals sign, so it leaves them out\n";

/// The comment before a command with the proof of a key.
const PROOF: &str =
    "# each request needs a new proof of the key of the token (DPoP, RFC 9449), which curl does not make\n";

impl Command {
    /// A request without header fields and without a body.
    pub fn new(method: &str, url: Word) -> Self {
        Self {
            method: method.to_owned(),
            url,
            query: Vec::new(),
            options: Vec::new(),
            is_incomplete: false,
            has_proof: false,
        }
    }

    /// Adds `name=value` to the query; both are percent-encoded already.
    pub fn pair(&mut self, pair: Word) {
        self.query.push(pair);
    }

    /// Adds an option.
    pub fn option(&mut self, flag: &'static str, value: Word) {
        self.options.push((flag, value));
    }

    /// Adds a header field.
    pub fn header(&mut self, name: &str, value: Word) {
        // curl leaves out a field without a value unless its name ends with a semicolon.
        let is_empty = value.0.iter().all(|piece| matches!(piece, Piece::Text(text) if text.is_empty()));
        let field = if is_empty { Word::text(format!("{name};")) } else { Word::text(format!("{name}: ")).then(value) };
        self.option("-H", field);
    }

    /// Adds a cookie.
    pub fn cookie(&mut self, name: &str, value: Word) {
        self.option("-b", Word::text(format!("{name}=")).then(value));
    }

    /// Adds a body.
    pub fn body(&mut self, text: Word) {
        self.option("--data-raw", text);
    }

    /// Adds the contents of a file as the body. `file` is a name for people to replace.
    pub fn body_file(&mut self, file: &str) {
        self.option("--data-binary", Word::text(format!("@{file}")));
    }

    /// Adds a field of a multipart form. `-F` would read a value that begins with `@` or `<` from a file.
    pub fn form_text(&mut self, name: &str, value: &str) {
        self.form_field("--form-string", name, value);
    }

    /// Adds a file of a multipart form; `after` is its path, with parameters.
    pub fn form_file(&mut self, name: &str, after: &str) {
        self.form_field("-F", name, &format!("@{after}"));
    }

    /// Adds a field of a multipart form. curl ends the name at the first `=` and has no escape for it: the rest of such a
    /// name would be the value, or the path of another file.
    fn form_field(&mut self, flag: &'static str, name: &str, value: &str) {
        match name.contains('=') {
            true => self.is_incomplete = true,
            false => self.option(flag, Word::text(format!("{name}={value}"))),
        }
    }

    /// Adds a credential of a scheme. For Basic it is `user:password`, for mutual TLS the file of the certificate.
    pub fn credential(&mut self, kind: &SchemeKind, value: Word) {
        let after = |prefix: &str, value| Word::text(format!("{prefix} ")).then(value);
        match kind.carrier() {
            Carrier::Key(KeyPlace::Header, name) => self.header(name, value),
            Carrier::Key(KeyPlace::Query, name) => {
                self.pair(Word::text(format!("{}=", percent_encoded(name))).then(value));
            }
            Carrier::Key(KeyPlace::Cookie, name) => self.cookie(name, value),
            Carrier::Authorization(_) if kind.secret() == Secret::Login => self.option("-u", value),
            Carrier::Authorization(scheme) => self.header("Authorization", after(scheme, value)),
            Carrier::Connection => self.option("--cert", value),
        }
    }

    /// Adds a token that is bound to a key, and the proof of the key (RFC 9449).
    pub fn bound_credential(&mut self, token: Word, proof: Word) {
        self.has_proof = true;
        self.header("Authorization", Word::text("DPoP ").then(token));
        self.header("DPoP", proof);
    }

    /// The command in one line, below a comment if it is incomplete.
    #[cfg(feature = "cli")]
    pub fn line(&self) -> String {
        format!("{}{}", self.comment(), self.parts().join(" "))
    }

    /// The command with an option in each line, below a comment if it is incomplete.
    pub fn lines(&self) -> String {
        format!("{}{}", self.comment(), self.parts().join(" \\\n  "))
    }

    fn comment(&self) -> String {
        let comments = [(self.is_incomplete, INCOMPLETE), (self.has_proof, PROOF)];
        comments.into_iter().filter_map(|(is_needed, comment)| is_needed.then_some(comment)).collect()
    }

    /// The command up to the URL, and each option.
    fn parts(&self) -> Vec<String> {
        let is_body = |flag: &str| matches!(flag, "-F" | "--form-string") || flag.starts_with("--data");
        let has_body = self.options.iter().any(|(flag, _)| is_body(flag));
        let method = match self.method.as_str() {
            "GET" if !has_body => String::new(),
            // With `-X HEAD`, curl waits for a body.
            "HEAD" => " --head".to_owned(),
            method => format!(" -X {}", Word::text(method).quoted()),
        };
        let as_is = if self.url.contains("/.") { " --path-as-is" } else { "" };
        let mut url = self.url.clone();
        for (at, pair) in self.query.iter().enumerate() {
            let separator = if at > 0 || self.url.contains("?") { "&" } else { "?" };
            url = url.then(Word::text(separator)).then(pair.clone());
        }
        // curl would expand `[1-3]` and `{a,b}` to several requests.
        let glob = if ["[", "]", "{", "}"].iter().any(|mark| url.contains(mark)) { " --globoff" } else { "" };
        let first = format!("curl{method}{as_is}{glob} {}", url.quoted());
        let options = self.options.iter().map(|(flag, value)| format!("{flag} {}", value.quoted()));
        std::iter::once(first).chain(options).collect()
    }
}

/// The bytes other than unreserved characters as `%XX` (RFC 3986, section 2.1).
pub fn percent_encoded(text: &str) -> String {
    let byte = |b: u8| match b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
        true => char::from(b).to_string(),
        false => format!("%{b:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::{Command, Word};

    #[test]
    fn words_cannot_leave_their_quotes() {
        let cases = [
            ("a-b", "a-b"),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's", r"'it'\''s'"),
            ("$(rm)", "'$(rm)'"),
            ("a;b", "'a;b'"),
            ("\n", "'\n'"),
            ("~", "'~'"),
        ];
        for (text, expected) in cases {
            assert_eq!(Word::text(text).quoted(), expected, "{text}");
        }
    }

    /// A word of texts, in which `$X` is a variable.
    fn mixed(text: &str) -> Word {
        let mut parts = text.split("$X").map(Word::text);
        let first = parts.next().unwrap();
        parts.fold(first, |word, part| word.then(Word::expansion("$X")).then(part))
    }

    #[test]
    fn variables_are_in_double_quotes_with_text_that_has_no_meaning_there() {
        let cases = [
            ("$X", r#""$X""#),
            ("$X:$X", r#""$X:$X""#),
            ("Bearer $X", r#""Bearer $X""#),
            ("$X/pets/$X?a=$X&b=it's", r#""$X/pets/$X?a=$X&b=it's""#),
            ("a'b=$Xc", r#""a'b=${X}c""#),
            ("$X[1]", r#""${X}[1]""#),
            ("$X:h", r#""${X}:h""#),
            ("a$b $X", r#"'a$b '"$X""#),
            (r#"a"b $X"#, r#"'a"b '"$X""#),
            ("a`b`$X", r#"'a`b`'"$X""#),
            (r"a\$X", r#"'a\'"$X""#),
            ("!a'$X", r#"'!a'\'''"$X""#),
            ("a\n$X", "'a\n'\"$X\""),
        ];
        for (text, expected) in cases {
            assert_eq!(mixed(text).quoted(), expected, "{text}");
        }
        let other = Word::text("a ").then(Word::expansion("${X%% *}")).then(Word::text("b"));
        assert_eq!(other.quoted(), r#""a ${X%% *}b""#);
    }

    #[test]
    #[cfg(unix)]
    fn shell_passes_words_on_as_they_are() {
        let texts = [
            "$X", "$X:$X", "a$Xb", "$X[0]", "$X:h", "$(id)$X", "`id`$X", "\\$X", "\"$X\"", "'$X'", "!$X", "*$X ?",
            "~$X", "\n$X", "é$Xé", "$Y$X", "a  b", "#", "",
        ];
        let value = "v \"$Y\" `id` $(id) * '";
        for text in texts {
            let script = format!("printf %s {}", mixed(text).quoted());
            let output = std::process::Command::new("sh").args(["-c", &script]).env("X", value).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), text.replace("$X", value), "{script}");
        }
    }

    #[test]
    fn commands_send_what_they_say() {
        let line = |method: &str, url: &str| Command::new(method, Word::text(url)).line();
        assert_eq!(line("GET", "https://a/b"), "curl https://a/b");
        assert_eq!(line("HEAD", "https://a/b"), "curl --head https://a/b");
        assert_eq!(line("PO ST", "https://a/../b?c"), "curl -X 'PO ST' --path-as-is 'https://a/../b?c'");
        let mut command = Command::new("GET", Word::text("https://a/b"));
        command.pair(Word::text("c=").then(Word::expansion("$C")));
        command.pair(Word::text("d=1"));
        command.header("X-Empty", Word::text(""));
        command.body(Word::text("@x"));
        assert_eq!(command.line(), r#"curl -X GET "https://a/b?c=$C&d=1" -H 'X-Empty;' --data-raw @x"#);
    }

    #[test]
    fn urls_are_not_expanded() {
        for (url, expected) in [
            ("https://a/[1-3]", "curl --globoff 'https://a/[1-3]'"),
            ("https://a/{b,c}/..", "curl --path-as-is --globoff 'https://a/{b,c}/..'"),
            ("https://a/%5B1-3%5D", "curl https://a/%5B1-3%5D"),
        ] {
            assert_eq!(Command::new("GET", Word::text(url)).line(), expected, "{url}");
        }
        let mut command = Command::new("GET", Word::text("https://a/b"));
        command.pair(Word::text("c={d}"));
        assert_eq!(command.line(), "curl --globoff 'https://a/b?c={d}'");
    }

    #[test]
    fn forms_send_no_file_that_a_name_chooses() {
        let form = |fields: &[(&str, Option<&str>)]| {
            let mut command = Command::new("GET", Word::text("https://a/b"));
            for (name, text) in fields {
                match text {
                    Some(text) => command.form_text(name, text),
                    None => command.form_file(name, "FILE"),
                }
            }
            command.line()
        };
        let comment = super::INCOMPLETE;
        for (fields, expected) in [
            (vec![("a", Some("@b"))], "curl -X GET https://a/b --form-string 'a=@b'".to_owned()),
            (vec![("a", None)], "curl -X GET https://a/b -F 'a=@FILE'".to_owned()),
            (vec![("a=@/etc/hostname;filename=x", None)], format!("{comment}curl https://a/b")),
            (
                vec![("a=b", Some("c")), ("d", Some("e=f"))],
                format!("{comment}curl -X GET https://a/b --form-string 'd=e=f'"),
            ),
        ] {
            assert_eq!(form(&fields), expected, "{fields:?}");
        }
    }
}
