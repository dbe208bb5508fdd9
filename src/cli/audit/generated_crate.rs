//! `--crate`: the locked dependencies of generated crates.

use std::path::{Path, PathBuf};

use crate::advisories::{AdvisoryError, CrateReport, Database, check};
use crate::error::Error;

/// Checks crates with a database.
///
/// # Errors
///
/// If there is no database, or a folder cannot be read.
pub fn reports(crates: &[PathBuf], database: Option<&Path>) -> Result<Vec<CrateReport>, Error> {
    let Some(database) = database else {
        let message = "--crate needs an advisory database: `--advisories DIR` is the folder of one, such as a clone of \
                       https://github.com/RustSec/advisory-db";
        return Err(Error::Setting(message.to_owned()));
    };
    let failed = |error: AdvisoryError| Error::Io(error.to_string());
    let database = Database::read(database).map_err(failed)?;
    crates.iter().map(|folder| check(folder, &database).map_err(failed)).collect()
}
