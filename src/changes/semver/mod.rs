//! `--semver`: which version the API and the two generated crates need after the changes.
//!
//! The wire version follows from the changes of the document. A crate's version follows from the public items of the
//! generated code, because a change of a name or signature breaks programs whose requests would still be accepted.

mod bump;
mod compare;
mod endpoint;
mod features;
mod item;
mod resolve;
mod surface;
mod text;
mod version;

pub use bump::Bump;
pub use compare::Reason;
pub use surface::{Files, Surface, SurfaceError};
pub use version::{KINDS, not_raised};

/// The increments of the versions.
#[derive(Debug)]
pub struct Semver {
    /// Of the API: what clients send and receive.
    pub wire: Bump,
    /// Of the generated client.
    pub client: CrateVersion,
    /// Of the generated server, without the files that belong to the user.
    pub server: CrateVersion,
}

/// The increment of the version of a crate.
#[derive(Debug)]
pub struct CrateVersion {
    /// The increment.
    pub bump: Bump,
    /// The items that require it, the most severe first.
    pub reasons: Vec<Reason>,
}

impl Semver {
    /// The increments, from that of the API and the old and the new files of both crates.
    ///
    /// # Errors
    ///
    /// If a file is not valid Rust.
    pub fn new(wire: Bump, client: &[Files<'_>; 2], server: &[Files<'_>; 2]) -> Result<Self, SurfaceError> {
        Ok(Self {
            wire,
            client: CrateVersion::new(client, "src/lib.rs")?,
            server: CrateVersion::new(server, "src/generated/mod.rs")?,
        })
    }
}

impl CrateVersion {
    /// Compares the public items below the module in `root`.
    fn new([old, new]: &[Files<'_>; 2], root: &str) -> Result<Self, SurfaceError> {
        let reasons = compare::reasons(&Surface::new(old, root)?, &Surface::new(new, root)?);
        let texts = if old == new { Bump::None } else { Bump::Patch };
        let bump = reasons.iter().map(|reason| reason.bump).fold(texts, Bump::max);
        Ok(Self { bump, reasons })
    }
}
