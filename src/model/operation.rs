//! Operations: method, path, parameters, bodies, responses.

pub use super::content::{Content, Encoding, PartHeaders, Representation, Stream};
pub use super::parameter::{Parameter, ParameterShape, ParameterStyle, PathStyle, QueryStyle};
use super::schema::Doc;
use super::security::{Access, Vec1};
use crate::diag::Pointer;

/// An operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// `operationId`, or a stable text made from method and path (`get /pets/{petId}` gives `get pets by pet id`).
    pub id: String,
    /// `x-rust-name`.
    pub pinned: Option<String>,
    /// The method.
    pub method: Method,
    /// The path below the base URL.
    pub path: PathTemplate,
    /// The documentation.
    pub doc: Doc,
    /// The tags, in document order.
    pub tags: Vec<String>,
    /// The servers of the operation, or else those of its path item, as in [`super::Api::servers`]; empty if it uses the
    /// servers of the document.
    pub servers: Vec<Server>,
    /// `deprecated`.
    pub is_deprecated: bool,
    /// The security requirements.
    pub access: Access,
    /// The parameters: path parameters first, in the order of the path, then the others in document order.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub body: Option<Body>,
    /// The responses by status: codes, then ranges, then the default.
    pub responses: Vec<Response>,
    /// How the next page of a list is requested, if the document or the configuration describes it.
    pub next: Option<NextPage>,
    /// The JSON pointer of the items of a page in its body, if that is described; empty if the body is the list.
    pub page_items: Option<String>,
    /// Its pointer.
    pub at: Pointer,
}

/// The methods of a path item (OpenAPI 3.0.3, section 4.7.9; 3.2.0, section 4.9).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// `GET`.
    Get,
    /// `PUT`.
    Put,
    /// `POST`.
    Post,
    /// `DELETE`.
    Delete,
    /// `OPTIONS`.
    Options,
    /// `HEAD`.
    Head,
    /// `PATCH`.
    Patch,
    /// `TRACE`.
    Trace,
    /// `QUERY` (OpenAPI 3.2).
    Query,
    /// A method from `additionalOperations` (OpenAPI 3.2).
    Other(OtherMethod),
}

/// The name of a method for which OpenAPI has no key, in the case in which it is sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OtherMethod(String);

impl OtherMethod {
    /// The maximum length.
    const LONGEST: usize = 64;

    /// Methods that have their own key in a path item. Methods are case-sensitive, but these names are reserved in any
    /// case.
    const KEYS: [&str; 9] = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "QUERY"];

    /// Methods that are never sent for a path: a tunnel (RFC 9110, section 9.3.6), the preface of HTTP/2 (RFC 9113,
    /// section 3.4).
    const CONNECTION: [&str; 2] = ["CONNECT", "PRI"];

    /// The method with this name.
    ///
    /// # Errors
    ///
    /// The reason why the name is invalid: a method is a token (RFC 9110, section 9.1).
    pub fn new(name: &str) -> Result<Self, &'static str> {
        let is = |other: &&str| other.eq_ignore_ascii_case(name);
        if !is_token(name) {
            return Err("a method is made of letters, digits and some signs");
        }
        if name.len() > Self::LONGEST {
            return Err("it is longer than 64 characters");
        }
        if Self::KEYS.iter().any(is) {
            return Err("path items have a key for it");
        }
        if Self::CONNECTION.iter().any(is) {
            return Err("it is about a connection, not about a path");
        }
        Ok(Self(name.to_owned()))
    }
}

impl Operation {
    /// The method and the path: `GET /pets/{petId}`.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} {}", self.method.as_str(), self.path.text)
    }

    /// The header fields of the parts of its bodies.
    pub fn part_headers_mut(&mut self) -> impl Iterator<Item = &mut PartHeaders> {
        let forms = self.body.iter_mut().flat_map(|body| body.forms.iter_mut());
        forms.flat_map(|form| &mut form.encodings).filter_map(|encoding| match encoding {
            Encoding::Field(_) => None,
            Encoding::Part { headers, .. } => headers.as_mut(),
        })
    }

    /// The content of its bodies and responses.
    pub fn contents(&self) -> impl Iterator<Item = &Content> {
        let bodies = self.body.iter().flat_map(|body| body.forms.iter());
        let answers = self.responses.iter().flat_map(|response| &response.forms);
        bodies.chain(answers).map(|form| &form.content)
    }

    /// The content of its bodies and responses, to modify it.
    pub fn contents_mut(&mut self) -> impl Iterator<Item = &mut Content> {
        let bodies = self.body.iter_mut().flat_map(|body| body.forms.iter_mut());
        let answers = self.responses.iter_mut().flat_map(|response| &mut response.forms);
        bodies.chain(answers).map(|form| &mut form.content)
    }

    /// Everything that has a style: its parameters, the header fields of its responses and of the parts of its bodies,
    /// and the properties of forms with an `encoding`.
    pub fn parameters_mut(&mut self) -> impl Iterator<Item = &mut Parameter> {
        let (whole, parts) = self.parameters_and_parts_mut();
        whole.chain(parts)
    }

    /// The parameters and response headers, each of which is read alone, and the fields and headers of forms, which are
    /// read with their form.
    pub fn parameters_and_parts_mut(
        &mut self,
    ) -> (impl Iterator<Item = &mut Parameter>, impl Iterator<Item = &mut Parameter>) {
        let headers = self.responses.iter_mut().flat_map(|response| &mut response.headers);
        let forms = self.body.iter_mut().flat_map(|body| body.forms.iter_mut());
        let fields = forms.flat_map(|form| &mut form.encodings).filter_map(|encoding| match encoding {
            Encoding::Field(field) => Some(std::slice::from_mut(field)),
            Encoding::Part { headers, .. } => headers.as_mut().map(|headers| headers.fields.as_mut_slice()),
        });
        let fields = fields.flatten();
        (self.parameters.iter_mut().chain(headers), fields)
    }
}

impl Method {
    /// The method as sent in a request line.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
            Self::Query => "QUERY",
            Self::Other(OtherMethod(name)) => name,
        }
    }
}

/// A parsed path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathTemplate {
    /// Its segments in order; the first one starts with `/`, and no two literal texts are adjacent.
    pub segments: Vec<Segment>,
    /// The fixed pairs of its query.
    pub query: FixedQuery,
    /// The path as written in the document.
    pub text: String,
}

/// The query of a path: pairs that all requests of its operations have. No name occurs twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FixedQuery {
    /// The pairs in the order of the document.
    pub pairs: Vec<FixedPair>,
}

/// A pair of the query of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FixedPair {
    /// The name, decoded.
    pub name: String,
    /// The value, decoded; empty if there is only a name.
    pub value: String,
    /// The pair percent-encoded as on the wire.
    pub text: String,
}

impl FixedQuery {
    /// The value of the pair with this name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|pair| pair.name == name).map(|pair| pair.value.as_str())
    }

    /// The query as sent, without `?`; empty if there are no pairs.
    pub fn text(&self) -> String {
        self.pairs.iter().map(|pair| pair.text.as_str()).collect::<Vec<_>>().join("&")
    }

    /// The names and values in alphabetical order: queries with the same pairs match the same requests.
    pub fn sorted(&self) -> Vec<(&str, &str)> {
        let mut pairs: Vec<_> = self.pairs.iter().map(|pair| (pair.name.as_str(), pair.value.as_str())).collect();
        pairs.sort_unstable();
        pairs
    }
}

/// A piece of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// Literal text, percent-encoded as on the wire; it may contain slashes.
    Text(String),
    /// The parameter with this index in [`Operation::parameters`].
    Parameter(usize),
}

/// A request body.
#[derive(Debug, Clone)]
pub struct Body {
    /// Its representations, in document order except that the preferred one is first; a body uses one of them.
    pub forms: Vec1<Representation>,
    /// `required`.
    pub is_required: bool,
    /// The documentation.
    pub doc: Doc,
    /// Its pointer.
    pub at: Pointer,
}

/// A response.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status.
    pub status: Status,
    /// The representations of its content; empty for no content.
    pub forms: Vec<Representation>,
    /// Its header fields, as parameters of the style `simple`.
    pub headers: Vec<Parameter>,
    /// The documentation.
    pub doc: Doc,
    /// Its pointer.
    pub at: Pointer,
}

/// A key of `responses`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// A three-digit code, 100 to 599.
    Code(u16),
    /// `1XX` to `5XX`, by its first digit.
    Range(u8),
    /// `default`.
    Default,
}

/// How the next page of a list is requested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextPage {
    /// By the `Link` header with the relation `next` (RFC 8288).
    Link,
    /// By the same call with other values of some parameters: a link to its own operation. Not empty.
    Parameters(Vec<NextParameter>),
    /// By the same call with a larger number in a parameter.
    Number(PageNumber),
}

/// Pages that are requested by a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageNumber {
    /// The index of a query parameter in [`Operation::parameters`].
    pub index: usize,
    /// Its value for the first page.
    pub first: u64,
    /// What it counts.
    pub counts: Counted,
    /// What says that there are no more pages. A page without items is the end in any case.
    pub end: Option<PageEnd>,
}

/// What the number of a page counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// The items before the page.
    Items,
    /// The pages.
    Pages,
}

/// What says that there are no more pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageEnd {
    /// The number of all items.
    Items(ResponsePlace),
    /// The number of all pages.
    Pages(ResponsePlace),
    /// Whether there is another page.
    More(ResponsePlace),
}

/// A parameter of the call for the next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextParameter {
    /// Its index in [`Operation::parameters`].
    pub index: usize,
    /// Where its value is.
    pub place: ResponsePlace,
}

/// A place in a response (OpenAPI 3.0.3, section 4.7.20.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResponsePlace {
    /// The value at this JSON pointer of the body.
    Body(String),
    /// The header with this name.
    Header(String),
}

impl ResponsePlace {
    /// Reads a runtime expression: `$response.body#/next` or `$response.header.X-Next`.
    pub fn parse(expression: &str) -> Option<Self> {
        let place = expression.strip_prefix("$response.")?;
        if let Some(pointer) = place.strip_prefix("body#") {
            return pointer.starts_with('/').then(|| Self::Body(pointer.to_owned()));
        }
        let name = place.strip_prefix("header.")?;
        is_token(name).then(|| Self::Header(name.to_owned()))
    }
}

/// Whether the text is a `token` (RFC 9110, section 5.6.2).
fn is_token(text: &str) -> bool {
    let is_token_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_token_byte)
}

/// A server of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The URL with the default of each variable, without a trailing slash.
    pub url: String,
    /// The URL as written in the document.
    pub template: String,
    /// `description`.
    pub description: Option<String>,
    /// The variables in document order.
    pub variables: Vec<ServerVariable>,
}

/// A variable of a server URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerVariable {
    /// Its name.
    pub name: String,
    /// `default`.
    pub default: String,
    /// `enum`; empty if any text is allowed.
    pub values: Vec<String>,
}
