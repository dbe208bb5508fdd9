//! The list of diagnostic codes. A code names a rule and its text never changes.

use std::fmt;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal,)+) => {
        /// The rule that a diagnostic is about.
        ///
        /// Each has a document in `fixtures/bad` that breaks only this rule.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// Every code, in the order of the passes that report it.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)+];

            /// The text in kebab case.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Code::$variant => $text,)+
                }
            }
        }
    };
}

codes! {
    // Reading the text.
    /// The input is not UTF-8 text: a picture, an archive, another encoding.
    NotADocument = "not-a-document",
    /// The input has only white space and comments.
    EmptyDocument = "empty-document",
    /// The input with all its files exceeds the limit for bytes or for files.
    TooLarge = "too-large",
    /// The text is neither YAML nor JSON.
    Syntax = "syntax",
    /// Values are nested deeper than the limit.
    TooDeep = "too-deep",
    /// The document exceeds the limit for nodes or text when its aliases are expanded.
    TooManyNodes = "too-many-nodes",
    /// A key occurs twice in one object.
    DuplicateKey = "duplicate-key",
    /// A key is not a string.
    BadKey = "bad-key",
    /// A YAML tag outside the core schema.
    UnknownYamlTag = "unknown-yaml-tag",
    /// More than one YAML document in one input.
    MultipleDocuments = "multiple-documents",
    /// A `<<` whose value is neither an object nor a list of objects.
    BadMerge = "bad-merge",
    // Reading the document.
    /// Well-formed text that is not an OpenAPI document.
    NotOpenapi = "not-openapi",
    /// An unsupported version of OpenAPI or Swagger.
    UnsupportedVersion = "unsupported-version",
    /// A node that does not have the form that the specification requires.
    Malformed = "malformed",
    /// A key that the version does not define.
    UnknownKey = "unknown-key",
    /// A keyword of a newer version that is not supported.
    IgnoredKeyword = "ignored-keyword",
    // Overlays.
    /// A file that is not an OpenAPI overlay, or is malformed.
    BadOverlay = "bad-overlay",
    /// An expression that is not valid JSONPath.
    BadJsonPath = "bad-json-path",
    /// An action that cannot be applied: values that cannot be merged, or a `copy` of more than one node.
    OverlayConflict = "overlay-conflict",
    /// An action that changes nothing, because its target does not exist.
    OverlayNoMatch = "overlay-no-match",
    /// An overlay that is made for another document.
    OverlayExtends = "overlay-extends",
    /// An overlay changes who may call an operation.
    OverlayAccess = "overlay-access",
    // References.
    /// A reference to something that does not exist.
    DanglingRef = "dangling-ref",
    /// A reference that leads back to itself.
    CyclicRef = "cyclic-ref",
    /// A reference to another host, or to a file from a document that was not read from a file.
    RemoteRef = "remote-ref",
    /// A reference to a file outside the root folder.
    OutsideRoot = "outside-root",
    /// A reference that is not a JSON pointer, or a chain of too many references.
    UnsupportedRef = "unsupported-ref",
    // Security.
    /// A key about security that is misspelt, or where OpenAPI does not define it.
    MisplacedSecurity = "misplaced-security",
    /// A security requirement names a scheme that is not declared.
    UnknownScheme = "unknown-scheme",
    /// Two schemes of one alternative that cannot be sent together.
    ConflictingSchemes = "conflicting-schemes",
    /// A scheme of an unknown type.
    UnsupportedScheme = "unsupported-scheme",
    /// An API key in a header that HTTP or the generated code sets.
    ReservedHeader = "reserved-header",
    /// A scope that is not a valid scope of OAuth 2.
    BadScope = "bad-scope",
    /// A required scope that no flow of its scheme declares.
    UndeclaredScope = "undeclared-scope",
    /// A URL of an authorization server that clients do not use.
    BadAuthUrl = "bad-auth-url",
    /// An API key that is sent in a query.
    KeyInQuery = "key-in-query",
    /// A public operation, if public operations are rejected.
    PublicOperation = "public-operation",
    /// An entry in the list of public operations that names no operation, several operations, or one that is not
    /// public.
    UnusedAllowance = "unused-allowance",
    // Operations.
    /// A document without operations.
    NoOperations = "no-operations",
    /// An operation that documents no success: errors only, or no response.
    NoDocumentedSuccess = "no-documented-success",
    /// A path that is not a valid template.
    BadPath = "bad-path",
    /// A query in a path that is not made of fixed pairs, or conflicts with a parameter or an API key.
    FixedQuery = "fixed-query",
    /// A key of `additionalOperations` that is not a valid method, or a misspelt method.
    BadMethod = "bad-method",
    /// Two paths that match the same requests with the same method.
    DuplicateOperation = "duplicate-operation",
    /// Two operations with one `operationId`.
    DuplicateOperationId = "duplicate-operation-id",
    /// A parameter location other than path, query, header and cookie.
    UnknownParameterPlace = "unknown-parameter-place",
    /// A style that the location or the type of a parameter does not allow, or an `encoding` of a property that does
    /// not exist.
    UnsupportedStyle = "unsupported-style",
    /// An array or object inside a parameter, whose encoding OpenAPI does not define.
    UndefinedEncoding = "undefined-encoding",
    /// A `{name}` in a path that is not declared as a parameter.
    MissingPathParameter = "missing-path-parameter",
    /// A path parameter that is not in the path.
    UnusedPathParameter = "unused-path-parameter",
    /// Two parameters with the same name and location.
    DuplicateParameter = "duplicate-parameter",
    /// A key of `responses` that is not a status.
    BadStatus = "bad-status",
    /// A key of `content` that is not a media type.
    BadMediaType = "bad-media-type",
    /// A media type for which no code is generated.
    IgnoredMediaType = "ignored-media-type",
    /// A header name that HTTP does not allow.
    BadHeaderName = "bad-header-name",
    /// An `x-pagination` that does not describe how the pages of its operation are requested.
    BadPagination = "bad-pagination",
    /// A server URL that no request can be sent to.
    BadServerUrl = "bad-server-url",
    // Schemas.
    /// A schema `type` that is not one of OpenAPI.
    UnknownType = "unknown-type",
    /// A default that is not a valid value of its schema.
    BadDefault = "bad-default",
    /// A schema that is read as any value.
    UnsupportedSchema = "unsupported-schema",
    /// A pattern that a server cannot check.
    UnsupportedPattern = "unsupported-pattern",
    /// A type that has no finite value.
    InfiniteType = "infinite-type",
    /// The generated code exceeds the limit for output.
    TooLargeOutput = "too-large-output",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn codes_are_distinct_and_in_kebab_case() {
        let mut texts: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        for text in &texts {
            assert!(text.split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase())));
        }
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), Code::ALL.len());
    }
}
