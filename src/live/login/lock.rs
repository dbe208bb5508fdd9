//! A lock file next to a file of tokens: one call at a time renews them.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How old a lock file is whose process was ended before it could remove it.
const STALE: Duration = Duration::from_secs(60);

/// How long a call waits for others.
const PATIENCE: Duration = Duration::from_secs(90);

/// How long a call waits before it tries again.
const PAUSE: Duration = Duration::from_millis(50);

/// A lock file. It is removed when this is dropped.
#[derive(Debug)]
pub(super) struct Lock(PathBuf);

impl Lock {
    /// Creates the lock file for a file; waits while there is one of another call.
    ///
    /// # Errors
    ///
    /// If it cannot be created, or other calls have it for too long.
    pub async fn acquire(file: &Path) -> Result<Self, String> {
        let path = file.with_extension("lock");
        let failed = |why: String| format!("cannot create {}: {why}", path.display());
        let start = Instant::now();
        loop {
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(_) => return Ok(Self(path)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(error.to_string())),
            }
            if start.elapsed() > PATIENCE {
                return Err(failed("another call is renewing the tokens".to_owned()));
            }
            let is_removed = is_stale(&path) && std::fs::remove_file(&path).is_ok();
            if !is_removed {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // If it cannot be removed, it becomes stale.
        std::fs::remove_file(&self.0).ok();
    }
}

/// Whether the file is so old that its process no longer exists. A time in the future has no age.
fn is_stale(path: &Path) -> bool {
    let modified = std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    modified.and_then(|time| time.elapsed().ok()).is_some_and(|age| age > STALE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lock_file_exists_until_the_lock_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let (file, path) = (folder.path().join("tokens.json"), folder.path().join("tokens.lock"));
        let lock = Lock::acquire(&file).await.unwrap();
        assert!(path.exists() && !is_stale(&path));
        drop(lock);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn stale_lock_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (file, path) = (folder.path().join("tokens.json"), folder.path().join("tokens.lock"));
        let left = std::fs::File::create(&path).unwrap();
        left.set_modified(std::time::SystemTime::now() - 2 * STALE).unwrap();
        drop(left);
        assert!(is_stale(&path));
        let _lock = Lock::acquire(&file).await.unwrap();
        assert!(path.exists() && !is_stale(&path));
    }
}
