//! How much of a document becomes part of the model. Large documents have megabytes of examples.

/// What the model has besides operations, their access, schemes, servers and types. What is reported about security and
/// what is invalid do not depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extent {
    /// Everything.
    #[default]
    Whole,
    /// What a client or server is generated from: neither schemas of values nor examples.
    Code,
    /// What an audit reads: the schemas of values of the API's own operations, and no examples.
    #[cfg(feature = "cli")]
    Audited,
    /// What a comparison reads: neither schemas of values nor examples.
    #[cfg(feature = "cli")]
    Compared,
}

impl Extent {
    /// Whether the model has examples.
    pub fn has_examples(self) -> bool {
        self == Self::Whole
    }

    /// Whether examples that cannot be read are reported.
    pub fn reports_examples(self) -> bool {
        match self {
            Self::Whole | Self::Code => true,
            #[cfg(feature = "cli")]
            Self::Audited | Self::Compared => false,
        }
    }

    /// Whether the model has the schemas of values of operations.
    pub fn has_values(self) -> bool {
        match self {
            Self::Whole => true,
            Self::Code => false,
            #[cfg(feature = "cli")]
            Self::Audited => true,
            #[cfg(feature = "cli")]
            Self::Compared => false,
        }
    }

    /// Whether the model has the schemas of values of webhooks and callbacks.
    pub fn has_outgoing_values(self) -> bool {
        self == Self::Whole
    }
}
