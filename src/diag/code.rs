//! The closed list of codes; a code names a rule and never changes its text.

use std::fmt;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal,)+) => {
        /// The rule that a diagnostic is about.
        ///
        /// Each has a document in `fixtures/bad` that breaks this rule alone.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// Every code, in the order of the passes that find it.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)+];

            /// The stable text, in kebab case.
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
    /// The input is not text in UTF-8: a picture, an archive, another encoding.
    NotADocument = "not-a-document",
    /// There is nothing in the input but space and comments.
    EmptyDocument = "empty-document",
    /// The input, all its files together, is longer than the byte cap, or there are too many files.
    TooLarge = "too-large",
    /// The text is neither YAML nor JSON.
    Syntax = "syntax",
    /// Values are nested deeper than the depth cap.
    TooDeep = "too-deep",
    /// The document, its aliases written out, has more nodes or text than the budget.
    TooManyNodes = "too-many-nodes",
    /// A key stands twice in one object.
    DuplicateKey = "duplicate-key",
    /// A key is not text.
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
    /// A version of OpenAPI or Swagger that is not read.
    UnsupportedVersion = "unsupported-version",
    /// A node that has not the form the specification gives it.
    Malformed = "malformed",
    /// A key that the version does not define.
    UnknownKey = "unknown-key",
    /// A keyword of a newer version that the code does not honour.
    IgnoredKeyword = "ignored-keyword",
    // References.
    /// A reference to nothing.
    DanglingRef = "dangling-ref",
    /// A reference that leads back to itself.
    CyclicRef = "cyclic-ref",
    /// A reference to another host, or to a file where the document itself is none.
    RemoteRef = "remote-ref",
    /// A reference to a file outside the root folder.
    OutsideRoot = "outside-root",
    /// A reference of a form that is not a JSON pointer, or through too many others.
    UnsupportedRef = "unsupported-ref",
    // Security.
    /// A key about security that is misspelt, or at a place that OpenAPI does not give it.
    MisplacedSecurity = "misplaced-security",
    /// A security requirement names a scheme that is not declared.
    UnknownScheme = "unknown-scheme",
    /// Two schemes of one alternative that cannot travel together.
    ConflictingSchemes = "conflicting-schemes",
    /// A scheme of an unknown kind.
    UnsupportedScheme = "unsupported-scheme",
    /// An API key in a header that HTTP or the generated code sets.
    ReservedHeader = "reserved-header",
    /// A scope that is not a scope of OAuth 2.
    BadScope = "bad-scope",
    /// A scope that operations require and no flow of its scheme declares.
    UndeclaredScope = "undeclared-scope",
    /// A URL of an authorization server that clients do not use.
    BadAuthUrl = "bad-auth-url",
    /// An API key that travels in a query.
    KeyInQuery = "key-in-query",
    /// An operation that anybody can call, if that is denied.
    PublicOperation = "public-operation",
    /// An entry of the list of public operations that names no operation, several, or one that is not public.
    UnusedAllowance = "unused-allowance",
    // Operations.
    /// A path that is not a template of OpenAPI.
    BadPath = "bad-path",
    /// A key of `additionalOperations` that cannot be a method, or a misspelt method.
    BadMethod = "bad-method",
    /// Two paths that match the same requests with the same method.
    DuplicateOperation = "duplicate-operation",
    /// Two operations with one `operationId`.
    DuplicateOperationId = "duplicate-operation-id",
    /// A parameter that is neither in the path, query, header nor cookie.
    UnknownParameterPlace = "unknown-parameter-place",
    /// A style that the place or the type of a parameter does not allow, or an `encoding` of a property that is not there.
    UnsupportedStyle = "unsupported-style",
    /// A `{name}` in a path that no parameter declares.
    MissingPathParameter = "missing-path-parameter",
    /// A path parameter that its path does not have.
    UnusedPathParameter = "unused-path-parameter",
    /// Two parameters with one name in one place.
    DuplicateParameter = "duplicate-parameter",
    /// A key of `responses` that is no status.
    BadStatus = "bad-status",
    /// A key of `content` that is no media type.
    BadMediaType = "bad-media-type",
    /// A media type that no code is written for.
    IgnoredMediaType = "ignored-media-type",
    /// A header name that HTTP does not allow.
    BadHeaderName = "bad-header-name",
    /// A server URL that no request can be sent to.
    BadServerUrl = "bad-server-url",
    // Schemas.
    /// A schema `type` that is not one of OpenAPI.
    UnknownType = "unknown-type",
    /// A default that its schema does not allow.
    BadDefault = "bad-default",
    /// A schema that is read as any value.
    UnsupportedSchema = "unsupported-schema",
    /// A pattern that a server cannot check.
    UnsupportedPattern = "unsupported-pattern",
    /// A type that has no finite value.
    InfiniteType = "infinite-type",
    /// More code than the output budget.
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
    fn texts_are_kebab_case_and_distinct() {
        let mut texts: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        for text in &texts {
            assert!(text.split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase())));
        }
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), Code::ALL.len());
    }
}
