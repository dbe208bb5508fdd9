//! The party that acts for the subject of a token (RFC 8693, section 4.1): a service that exchanged the token of its caller.

use serde_json::{Map, Value};

use super::jwt::Claims;

/// A party that is identified by claims.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Actor<'a> {
    members: &'a Map<String, Value>,
}

impl Claims {
    /// The party that acts for the subject (`act`): the service that calls this API. `None` if the subject calls it itself.
    ///
    /// A token that was exchanged without delegation (impersonation) has no `act`, and cannot be distinguished from one of the
    /// subject. [`Self::subject`] stays the party whose rights the token has; whether this actor may use them is for
    /// `Authenticator::authorize` to decide.
    pub fn actor(&self) -> Option<Actor<'_>> {
        member(&self.all, "act")
    }

    /// The party that may act for the subject (`may_act`, section 4.4). It is for the authorization server, which reads it when
    /// the token is exchanged: it does not show that this party calls the API.
    pub fn may_act(&self) -> Option<Actor<'_>> {
        member(&self.all, "may_act")
    }
}

impl<'a> Actor<'a> {
    /// `sub`.
    pub fn subject(&self) -> Option<&'a str> {
        self.text("sub")
    }

    /// `iss`: the issuer that knows the subject. `None`: that of the token.
    pub fn issuer(&self) -> Option<&'a str> {
        self.text("iss")
    }

    /// `client_id`.
    pub fn client_id(&self) -> Option<&'a str> {
        self.text("client_id")
    }

    /// The party that acted before this one, if the token was exchanged more than once. It is for information only: access is
    /// decided by the token's subject and the current actor (section 4.1).
    pub fn prior(&self) -> Option<Self> {
        member(self.members, "act")
    }

    /// All claims about the party.
    pub fn all(&self) -> &'a Map<String, Value> {
        self.members
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.members.get(name)?.as_str()
    }
}

fn member<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<Actor<'a>> {
    claims.get(name)?.as_object().map(|members| Actor { members })
}
