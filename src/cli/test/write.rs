//! `keystub test --write`: write the authentication tests of generated servers for a server crate.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item};

use crate::error::Error;
use crate::generator::Generator;

/// The file, in the folder of the crate.
const FILE: &str = "tests/authentication.rs";

/// Writes the file that `keystub server` writes to a new crate; returns what is reported. A file that exists is not changed.
///
/// # Errors
///
/// If the folder has no server crate, if the document has no security schemes, if another file is in the place, or if the
/// folder of tests is a link.
pub(super) fn write(generator: Generator, folder: &Path) -> Result<String, Error> {
    let manifest = manifest(folder)?;
    let output = generator.name(library(&manifest, folder)?).generate()?;
    let files = output.files();
    let text = files.get(FILE).copied().ok_or_else(|| {
        Error::Setting("the document has no security schemes, so there are no authentication tests".to_owned())
    })?;
    let path = folder.join(FILE);
    if let Some(parent) = path.parent().filter(|parent| parent.is_symlink()) {
        return Err(Error::Io(format!("{} is a link; the tests are not written to another folder", parent.display())));
    }
    let mut report = match fs::read(&path) {
        Ok(old) if old == text.as_bytes() => format!("{} is up to date\n", path.display()),
        Ok(_) => return Err(differs(&path)),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            create(&path, text).map_err(|error| match error.kind() {
                ErrorKind::AlreadyExists => differs(&path),
                _ => Error::Io(format!("cannot write {}: {error}", path.display())),
            })?;
            format!("{} written\n", path.display())
        }
        Err(error) => return Err(Error::Io(format!("cannot read {}: {error}", path.display()))),
    };
    let missing = missing(&manifest, files.get("Cargo.toml").copied().unwrap_or_default());
    if !missing.is_empty() {
        report.push_str(&format!("add to Cargo.toml:\n\n[dev-dependencies]\n{missing}"));
    }
    Ok(report)
}

/// The file belongs to the user.
fn differs(path: &Path) -> Error {
    Error::Io(format!("{} exists and differs; remove it to write it again", path.display()))
}

fn manifest(folder: &Path) -> Result<DocumentMut, Error> {
    let path = folder.join("Cargo.toml");
    let text =
        fs::read_to_string(&path).map_err(|error| Error::Io(format!("cannot read {}: {error}", path.display())))?;
    let parts: [PathBuf; 2] = ["src/app.rs", "src/generated/operations.rs"].map(|part| folder.join(part));
    if let Some(part) = parts.iter().find(|part| !part.is_file()) {
        let reason = "the folder has no crate that `keystub server` generated";
        return Err(Error::Setting(format!("{} is missing: {reason}", part.display())));
    }
    text.parse().map_err(|error| Error::Setting(format!("{}: {error}", path.display())))
}

/// The name of the library, by which the tests import it.
fn library(manifest: &DocumentMut, folder: &Path) -> Result<String, Error> {
    let name = |table: &str| manifest.get(table)?.get("name")?.as_str().map(str::to_owned);
    let none = || Error::Setting(format!("{}: the package has no name", folder.join("Cargo.toml").display()));
    name("lib").or_else(|| name("package")).ok_or_else(none)
}

/// Writes the whole file or nothing, and never over another one.
fn create(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix(".keystub-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    file.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

/// The dependencies of the tests that the crate does not have, as lines of its manifest.
fn missing(manifest: &DocumentMut, generated: &str) -> String {
    let tables = ["dependencies", "dev-dependencies"].map(|table| manifest.get(table));
    let has = |name: &str| tables.iter().flatten().any(|table| table.get(name).is_some());
    let generated = generated.parse::<DocumentMut>().unwrap_or_default();
    let wanted = generated.get("dev-dependencies").and_then(Item::as_table).into_iter().flatten();
    wanted
        .filter(|(name, _)| !has(name))
        .map(|(name, item)| format!("{name} = {}\n", item.to_string().trim()))
        .collect()
}
