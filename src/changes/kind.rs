//! A kind of change and its verdicts.

use std::fmt;

/// A kind of change.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its name in kebab case.
    pub id: &'static str,
    /// One sentence: what changed.
    pub summary: &'static str,
    /// The effect on those who call the API.
    pub clients: Effect,
    /// The effect on those who implement the API.
    pub servers: Effect,
    /// The effect on who can do what.
    pub security: Security,
}

/// The effect of a change on a program that was written for the old version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It works as before.
    None,
    /// Requests work as before, but code that uses the generated crate may have to be changed.
    Source,
    /// Requests succeed, but may have another result.
    Behavior,
    /// Requests that succeeded may fail.
    Wire,
}

/// The effect of a change on security.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Security {
    /// The same callers are accepted, and credentials go to the same places.
    Neutral,
    /// Fewer callers or less input are accepted.
    Strengthened,
    /// Other callers are accepted, or credentials go to another place.
    Moved,
    /// More callers are accepted, credentials are less protected, input is no longer limited, or secrets are sent.
    Weakened,
}

/// Whom changes are listed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Those who call the API.
    Clients,
    /// Those who implement the API.
    Servers,
    /// Those who look after its security.
    Security,
}

impl Effect {
    /// The text that is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "unaffected",
            Self::Source => "source changes",
            Self::Behavior => "may behave differently",
            Self::Wire => "requests fail",
        }
    }

    /// The word in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::None => "unaffected",
            Self::Source => "source",
            Self::Behavior => "behavior",
            Self::Wire => "wire",
        }
    }
}

impl Security {
    /// The word that is printed and that options accept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Strengthened => "strengthened",
            Self::Moved => "moved",
            Self::Weakened => "weakened",
        }
    }
}

impl Kind {
    /// A kind with its effects on clients and servers.
    pub(super) const fn new(
        id: &'static str,
        summary: &'static str,
        (clients, servers): (Effect, Effect),
        security: Security,
    ) -> Self {
        Self { id, summary, clients, servers, security }
    }

    /// The word before a change: the verdict on security, or else that on clients.
    pub fn verdict(&self) -> &'static str {
        match (self.security, self.clients) {
            (Security::Neutral, Effect::Wire) => "breaking",
            (Security::Neutral, Effect::Behavior | Effect::Source | Effect::None) => "change",
            (security, _) => security.as_str(),
        }
    }

    /// Whether requests of clients fail.
    pub fn is_breaking(&self) -> bool {
        self.clients == Effect::Wire
    }

    /// Whether it affects this audience.
    pub(super) fn concerns(&self, audience: Audience) -> bool {
        match audience {
            Audience::Clients => self.clients != Effect::None,
            Audience::Servers => self.servers != Effect::None,
            Audience::Security => self.security != Security::Neutral,
        }
    }

    /// The worst first: weakened, then what breaks clients, then the rest.
    pub(super) fn order(&self) -> impl Ord + use<> {
        let is_weakened = self.security == Security::Weakened;
        std::cmp::Reverse((is_weakened, self.clients, self.security, self.servers))
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
