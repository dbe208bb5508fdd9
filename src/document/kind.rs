//! The objects of OpenAPI 3.0, and the type of the value of each of their keys.

use openapiv3 as v3;

use super::tree::{Node, Object};
use super::typed;
use crate::diag::Pointer;

/// The key under which a path item has the operation of the method QUERY, for which 3.0 has no key.
pub const QUERY: &str = "x-keystub-query";

/// The key under which a path item has the operations of other methods, by method.
pub const OPERATIONS: &str = "x-keystub-operations";

/// The mark of a media type whose `schema` is that of its items, although another schema could describe them as a whole.
pub const ITEMS: &str = "x-keystub-items";

/// Keys whose values are documentation, so that code can be generated without them.
const DOCUMENTATION: [&str; 3] = ["description", "summary", "termsOfService"];

/// Whether the text at `at` is only documentation; the caller checked that it is a plain value and not a name.
pub(super) fn is_documentation(at: &Pointer) -> bool {
    at.last().is_some_and(|key| DOCUMENTATION.contains(&key.as_str()))
}

/// The objects that are read one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The whole document.
    Document,
    /// `info`.
    Info,
    /// An element of `tags`.
    Tag,
    /// An element of `servers`.
    Server,
    /// A variable of a server.
    ServerVariable,
    /// `paths`.
    Paths,
    /// A value of `paths`.
    PathItem,
    /// An operation.
    Operation,
    /// A parameter.
    Parameter,
    /// A request body.
    RequestBody,
    /// A value of `content`.
    MediaType,
    /// A value of `encoding`.
    Encoding,
    /// `responses` of an operation.
    Responses,
    /// A response.
    Response,
    /// A header.
    Header,
    /// A schema.
    Schema,
    /// A security scheme.
    SecurityScheme,
    /// An element of `security`.
    Requirement,
    /// `components`.
    Components,
}

/// The value of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Child {
    One(Kind),
    /// Also allows a boolean.
    OneOrBool(Kind),
    List(Kind),
    Map(Kind),
    /// A value that code is not generated from. It is only in the tree, so an error in it does not reject the document.
    Unread,
}

impl Kind {
    /// The type of the value of `key` in this object; `None` for a plain value.
    pub(super) fn child(self, key: &str) -> Option<Child> {
        use Child::{Map, One};
        let child = match self {
            Kind::Paths => return key.starts_with('/').then_some(One(Kind::PathItem)),
            Kind::Responses => return (!key.starts_with("x-")).then_some(One(Kind::Response)),
            Kind::Document => document_child(key)?,
            Kind::Components => components_child(key)?,
            Kind::PathItem => path_item_child(key)?,
            Kind::Operation => operation_child(key)?,
            Kind::Schema => schema_child(key)?,
            Kind::Parameter | Kind::Header => match key {
                "schema" => One(Kind::Schema),
                "content" => Map(Kind::MediaType),
                "example" | "examples" => Child::Unread,
                _ => return None,
            },
            Kind::MediaType => match key {
                "schema" => One(Kind::Schema),
                "encoding" => Map(Kind::Encoding),
                "example" | "examples" => Child::Unread,
                _ => return None,
            },
            Kind::Response => match key {
                "headers" => Map(Kind::Header),
                "content" => Map(Kind::MediaType),
                "links" => Child::Unread,
                _ => return None,
            },
            Kind::RequestBody if key == "content" => Map(Kind::MediaType),
            Kind::Encoding if key == "headers" => Map(Kind::Header),
            Kind::Server if key == "variables" => Map(Kind::ServerVariable),
            Kind::RequestBody | Kind::Encoding | Kind::Server => return None,
            Kind::Info => match key {
                "contact" | "license" => Child::Unread,
                _ => return None,
            },
            Kind::Tag if key == "externalDocs" => Child::Unread,
            Kind::Tag | Kind::ServerVariable | Kind::SecurityScheme | Kind::Requirement => return None,
        };
        Some(child)
    }

    /// Whether a reference may replace it.
    pub(super) fn may_be_reference(self) -> bool {
        match self {
            Kind::PathItem
            | Kind::Parameter
            | Kind::RequestBody
            | Kind::Response
            | Kind::Header
            | Kind::Schema
            | Kind::SecurityScheme => true,
            Kind::Document
            | Kind::Info
            | Kind::Tag
            | Kind::Server
            | Kind::ServerVariable
            | Kind::Paths
            | Kind::Operation
            | Kind::MediaType
            | Kind::Encoding
            | Kind::Responses
            | Kind::Requirement
            | Kind::Components => false,
        }
    }

    /// The smallest valid object of this kind, used in place of a child while its parent is checked.
    pub(super) fn stub(self) -> Node {
        let empty_text = |key: &str| (key.to_owned(), Node::String(String::new()));
        Node::from(match self {
            Kind::Info => Object::from([empty_text("title"), empty_text("version")]),
            Kind::Response => Object::from([empty_text("description")]),
            Kind::Operation => Object::from([("responses".to_owned(), Node::empty_object())]),
            _ => Object::new(),
        })
    }

    /// Reads one object of this kind whose children are stubs.
    pub(super) fn check(self, node: &Node) -> Result<(), String> {
        match self {
            Kind::Document => parses::<v3::OpenAPI>(node),
            Kind::Info => parses::<v3::Info>(node),
            Kind::Tag => parses::<v3::Tag>(node),
            Kind::Server => parses::<v3::Server>(node),
            Kind::ServerVariable => parses::<v3::ServerVariable>(node),
            Kind::Paths => parses::<v3::Paths>(node),
            Kind::PathItem => parses::<v3::PathItem>(node),
            Kind::Operation => parses::<v3::Operation>(node),
            Kind::Parameter => parses::<v3::Parameter>(node),
            Kind::RequestBody => parses::<v3::RequestBody>(node),
            Kind::MediaType => parses::<v3::MediaType>(node),
            Kind::Encoding => parses::<v3::Encoding>(node),
            Kind::Responses => parses::<v3::Responses>(node),
            Kind::Response => parses::<v3::Response>(node),
            Kind::Header => parses::<v3::Header>(node),
            Kind::Schema => parses::<v3::Schema>(node),
            Kind::SecurityScheme => parses::<v3::SecurityScheme>(node),
            Kind::Requirement => parses::<v3::SecurityRequirement>(node),
            Kind::Components => parses::<v3::Components>(node),
        }
    }

    /// The name with an article, for messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Document => "a document",
            Kind::Info => "an info object",
            Kind::Tag => "a tag",
            Kind::Server => "a server",
            Kind::ServerVariable => "a server variable",
            Kind::Paths => "the paths object",
            Kind::PathItem => "a path item",
            Kind::Operation => "an operation",
            Kind::Parameter => "a parameter",
            Kind::RequestBody => "a request body",
            Kind::MediaType => "a media type",
            Kind::Encoding => "an encoding",
            Kind::Responses => "the responses object",
            Kind::Response => "a response",
            Kind::Header => "a header",
            Kind::Schema => "a schema",
            Kind::SecurityScheme => "a security scheme",
            Kind::Requirement => "a security requirement",
            Kind::Components => "the components object",
        }
    }
}

fn parses<'de, T: serde::Deserialize<'de>>(node: &'de Node) -> Result<(), String> {
    typed::parse::<T>(node).map(|_| ())
}

fn document_child(key: &str) -> Option<Child> {
    Some(match key {
        "info" => Child::One(Kind::Info),
        "servers" => Child::List(Kind::Server),
        "paths" => Child::One(Kind::Paths),
        "components" => Child::One(Kind::Components),
        "security" => Child::List(Kind::Requirement),
        "tags" => Child::List(Kind::Tag),
        "externalDocs" => Child::Unread,
        _ => return None,
    })
}

fn components_child(key: &str) -> Option<Child> {
    Some(match key {
        "schemas" => Child::Map(Kind::Schema),
        "responses" => Child::Map(Kind::Response),
        "parameters" => Child::Map(Kind::Parameter),
        "requestBodies" => Child::Map(Kind::RequestBody),
        "headers" => Child::Map(Kind::Header),
        "securitySchemes" => Child::Map(Kind::SecurityScheme),
        "examples" | "links" | "callbacks" => Child::Unread,
        _ => return None,
    })
}

fn path_item_child(key: &str) -> Option<Child> {
    Some(match key {
        "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace" | QUERY => {
            Child::One(Kind::Operation)
        }
        OPERATIONS => Child::Map(Kind::Operation),
        "parameters" => Child::List(Kind::Parameter),
        "servers" => Child::List(Kind::Server),
        _ => return None,
    })
}

fn operation_child(key: &str) -> Option<Child> {
    Some(match key {
        "parameters" => Child::List(Kind::Parameter),
        "requestBody" => Child::One(Kind::RequestBody),
        "responses" => Child::One(Kind::Responses),
        "security" => Child::List(Kind::Requirement),
        "servers" => Child::List(Kind::Server),
        "callbacks" | "externalDocs" => Child::Unread,
        _ => return None,
    })
}

fn schema_child(key: &str) -> Option<Child> {
    Some(match key {
        "properties" => Child::Map(Kind::Schema),
        "additionalProperties" => Child::OneOrBool(Kind::Schema),
        "items" | "not" => Child::One(Kind::Schema),
        "oneOf" | "allOf" | "anyOf" => Child::List(Kind::Schema),
        "example" | "externalDocs" | "xml" => Child::Unread,
        _ => return None,
    })
}
