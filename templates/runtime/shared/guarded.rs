//! The macro for security requirements of operations.

/// The security requirements of an operation, in document order: `|` separates alternatives, `&` separates schemes that
/// are required together, and the required scopes follow their scheme. The schemes are constants of `auth`.
#[macro_export]
macro_rules! guarded {
    (anonymous or $($alternatives:tt)+) => {
        rt::Access::Guarded { any_of: rt::guarded::guarded!(list $($alternatives)+), or_anonymous: true }
    };
    (list $($($scheme:ident $([$($scope:literal),+])?)&+)|+) => {
        &[$(&[$(rt::SchemeUse::new(super::auth::$scheme.index(), &[$($($scope),+)?])),+]),+]
    };
    ($($alternatives:tt)+) => {
        rt::Access::any_of(rt::guarded::guarded!(list $($alternatives)+))
    };
}
pub use guarded;
