//! The identifiers of one item of the model.

use super::case::Ident;

/// The identifiers of a type.
#[derive(Debug, Clone)]
pub struct TypeNames {
    /// The type itself.
    pub ident: Ident,
    /// Its fields, variants or values, in the model's order.
    pub members: Vec<Ident>,
    /// The field for additional properties.
    pub additional: Ident,
}

/// The identifiers of an operation.
#[derive(Debug, Clone)]
pub struct OperationNames {
    /// The method of the client and of the server's trait.
    pub function: Ident,
    /// The marker of the operation (client).
    pub ty: Ident,
    /// The struct of its parameters and its body (server).
    pub request: Ident,
    /// The enum of its responses, if there are several.
    pub response: Ident,
    /// The enum of its error responses (client).
    pub error: Ident,
    /// The constant that holds its data (server).
    pub constant: Ident,
    /// Its parameters, in the model's order.
    pub parameters: Vec<Ident>,
    /// The type of its body, if it has several media types.
    pub body: Option<Ident>,
    /// The identifiers of its responses, in the model's order.
    pub responses: Vec<ResponseNames>,
}

/// The identifiers of a response.
#[derive(Debug, Clone)]
pub struct ResponseNames {
    /// The type of its content, if it has several media types.
    pub content: Option<Ident>,
    /// The type of its header fields, if it has any.
    pub headers: Option<Ident>,
    /// Its header fields, in the model's order.
    pub fields: Vec<Ident>,
}

/// The identifiers of a scheme.
#[derive(Debug, Clone)]
pub struct SchemeNames {
    /// The method of the builder (client) and of the authenticator (server).
    pub function: Ident,
    /// The associated type of its principal, and the variant of an alternative.
    pub ty: Ident,
    /// The constant that holds its index.
    pub constant: Ident,
}
