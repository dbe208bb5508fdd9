//! The documentation that a server can serve, made before the code.

/// A page and the OpenAPI document. Both begin with the header of generated files.
#[derive(Debug, Clone)]
pub struct ServedDocs {
    /// The page.
    pub page: String,
    /// Its content security policy.
    pub page_policy: String,
    /// The entity tag of the page, in quotes.
    pub page_tag: String,
    /// The document as JSON.
    pub document: String,
    /// The entity tag of the document, in quotes.
    pub document_tag: String,
}
