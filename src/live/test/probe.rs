//! A request that must have a certain outcome.

use super::check::CheckId;
use keystub_client_runtime::dynamic::RawResponse;
use keystub_client_runtime::reqwest::Request;

/// A request, and which responses are right.
#[derive(Debug)]
pub(super) struct Probe {
    pub check: CheckId,
    /// What is varied: a scheme, a scope, a parameter.
    pub part: Option<String>,
    /// The operation.
    pub operation: usize,
    /// What is sent, in a few words.
    pub sent: String,
    pub request: Request,
    /// The account whose connection is used.
    pub connection: Connection,
    pub expected: Expected,
}

/// Whether the connection may have a client certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connection {
    /// That of the account with this index.
    Account(usize),
    /// That of the account with this index. A proof of a key in the request is sent as it is, not replaced by a new one.
    Proved(usize),
    /// One without a client certificate.
    Anonymous,
}

/// The right responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::live) enum Expected {
    /// 401, or 403 or 404 for servers that do not say why.
    Unauthorized,
    /// 403, or 401 or 404 for servers that do not say why.
    Forbidden,
    /// A response of status 400 to 499.
    ClientError,
    /// Not the resource: no 2xx that looks like the response to the valid request.
    NotTheResource,
    /// Neither 401 nor 403.
    LetIn,
    /// Anything except a refusal of the values: 400, 415 and 422.
    ValuesAccepted,
    /// The object does not exist any more.
    Gone,
    /// 2xx.
    Success,
}

/// Whether a response is like the one to the valid request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::live) enum Likeness {
    /// It is the response of the operation.
    Resource,
    /// It is another one.
    Other,
    /// It has the same media type, and other content.
    Unknown,
}

/// What a response says about an expectation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The rule is kept.
    Kept,
    /// The rule is broken.
    Broken,
    /// It cannot be known.
    Inconclusive,
}

impl Expected {
    /// Whether a server that is right does what the request wants.
    pub fn is_acceptance(self) -> bool {
        match self {
            Self::LetIn | Self::ValuesAccepted | Self::Success => true,
            Self::Unauthorized | Self::Forbidden | Self::ClientError | Self::NotTheResource | Self::Gone => false,
        }
    }

    /// The right responses in words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Unauthorized => "401",
            Self::Forbidden => "403",
            Self::ClientError => "a status from 400 to 499",
            Self::NotTheResource => "not the response of the operation",
            Self::LetIn => "neither 401 nor 403",
            Self::ValuesAccepted => "none of 400, 415 and 422",
            Self::Gone => "404 or 410",
            Self::Success => "a status from 200 to 299",
        }
    }

    /// The verdict on a response with this likeness to the one to the valid request.
    pub fn verdict(self, response: &RawResponse, likeness: Likeness) -> Verdict {
        let status = response.status.as_u16();
        let kept = |is_kept| if is_kept { Verdict::Kept } else { Verdict::Broken };
        match (self, status) {
            // An overloaded server does not show how it decides.
            (_, 429 | 503) => Verdict::Inconclusive,
            (Self::NotTheResource, _) => match likeness {
                Likeness::Resource => Verdict::Broken,
                Likeness::Other => Verdict::Kept,
                Likeness::Unknown => Verdict::Inconclusive,
            },
            (Self::Unauthorized | Self::Forbidden | Self::Gone, 500..) => Verdict::Inconclusive,
            (Self::Unauthorized | Self::Forbidden, _) => kept(matches!(status, 401 | 403 | 404)),
            (Self::ClientError, 401 | 403) => Verdict::Inconclusive,
            (Self::ClientError, _) => kept((400..500).contains(&status)),
            (Self::LetIn, _) => kept(!matches!(status, 401 | 403)),
            (Self::ValuesAccepted, 401 | 403) => Verdict::Inconclusive,
            (Self::ValuesAccepted, _) => kept(!matches!(status, 400 | 415 | 422)),
            (Self::Gone, _) => kept(matches!(status, 404 | 410)),
            (Self::Success, _) => kept((200..300).contains(&status)),
        }
    }
}
