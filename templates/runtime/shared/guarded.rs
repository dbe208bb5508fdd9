//! The macro for security requirements of operations.

/// The security requirements of an operation, in document order: `|` separates alternatives, `&` separates schemes that
/// are required together, and the required scopes follow their scheme. The schemes are constants of `auth`.
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
pub(crate) use guarded;
