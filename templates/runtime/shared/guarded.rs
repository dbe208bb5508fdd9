//! What an operation asks of its caller, as the document says it.

/// What a guarded operation asks of its caller, in the order of the document: `|` stands between alternatives, `&` between
/// schemes that are met together, the scopes of an alternative behind their scheme. The schemes are constants of `auth`.
#[macro_export]
macro_rules! guarded {
    (anonymous or $($alternatives:tt)+) => {
        Access::Guarded { any_of: guarded!(list $($alternatives)+), or_anonymous: true }
    };
    (list $($($scheme:ident $([$($scope:literal),+])?)&+)|+) => {
        &[$(&[$(SchemeUse::new(auth::$scheme, &[$($($scope),+)?])),+]),+]
    };
    ($($alternatives:tt)+) => {
        Access::any_of(guarded!(list $($alternatives)+))
    };
}
pub use guarded;
