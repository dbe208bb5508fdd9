//! Files of a multipart body (RFC 7578): small ones in memory, others in a temporary file without a name.

use std::fmt;
use std::io::{Error, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use bytes::Bytes;

use super::problem::{Failure, Problem};

/// The most bytes that a reader gives at once, and how many are written together.
pub(super) const PIECE: usize = 64 << 10;

/// A file of a multipart body. What is not held in memory is on disk until the last clone is dropped.
#[derive(Clone, Default)]
pub struct File {
    /// Its name, where it has one: the caller's words, and no path to write to.
    pub name: Option<String>,
    /// Its media type, where it is told.
    pub content_type: Option<String>,
    pub(super) content: Content,
}

/// Where the bytes are.
#[derive(Clone)]
pub(super) enum Content {
    Memory(Bytes),
    Disk { disk: Arc<Disk>, start: u64, length: u64 },
}

impl Default for Content {
    fn default() -> Self {
        Self::Memory(Bytes::new())
    }
}

impl File {
    /// A file in memory, as a test gives it to a function of the application.
    pub fn new(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self { name: Some(name.into()), content_type: None, content: Content::Memory(content.into()) }
    }

    /// The same with a media type.
    #[must_use]
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.content_type = Some(media_type.into());
        self
    }

    /// How many bytes it has.
    pub fn len(&self) -> u64 {
        match &self.content {
            Content::Memory(bytes) => bytes.len() as u64,
            Content::Disk { length, .. } => *length,
        }
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of its bytes, in memory at once.
    ///
    /// # Errors
    ///
    /// When the temporary file cannot be read: a bare 500.
    pub async fn bytes(&self) -> Result<Bytes, Problem> {
        self.read(0, self.len()).await
    }

    /// Its bytes from the start, piece by piece; each reader has a place of its own.
    pub fn reader(&self) -> FileReader {
        FileReader { file: self.clone(), at: 0 }
    }

    async fn read(&self, at: u64, length: u64) -> Result<Bytes, Problem> {
        match &self.content {
            // Both are within a length that is one of memory.
            Content::Memory(bytes) => Ok(bytes.slice(at as usize..(at + length) as usize)),
            Content::Disk { disk, start, .. } => {
                let read = disk.read(start + at, length).await;
                read.map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR))
            }
        }
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("name", &self.name)
            .field("content_type", &self.content_type)
            .field("content", &format_args!("{} bytes", self.len()))
            .finish()
    }
}

/// Reads a file piece by piece.
#[derive(Debug)]
pub struct FileReader {
    file: File,
    at: u64,
}

impl FileReader {
    /// The next piece; `None` at the end.
    ///
    /// # Errors
    ///
    /// When the temporary file cannot be read: a bare 500.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Problem> {
        let length = (PIECE as u64).min(self.file.len() - self.at);
        if length == 0 {
            return Ok(None);
        }
        let piece = self.file.read(self.at, length).await?;
        self.at += length;
        Ok(Some(piece))
    }
}

/// A temporary file that has no name and so vanishes with its last handle. The files of one body share it: however many
/// they are, one handle is open.
pub(super) struct Disk(Mutex<std::fs::File>);

impl Disk {
    pub(super) async fn create() -> Result<Arc<Self>, Failure> {
        let made = blocking(|| tempfile::tempfile().map(|file| Arc::new(Self(Mutex::new(file)))));
        made.await.map_err(|_| Failure::Storage)
    }

    /// Writes at the end of what is there, and gives the new end.
    pub(super) async fn append(self: &Arc<Self>, end: u64, data: Bytes) -> Result<u64, Failure> {
        let length = data.len() as u64;
        if length > 0 {
            let disk = Arc::clone(self);
            let written = blocking(move || disk.placed(end)?.write_all(&data));
            written.await.map_err(|_| Failure::Storage)?;
        }
        Ok(end + length)
    }

    async fn read(self: &Arc<Self>, at: u64, length: u64) -> Result<Bytes, Error> {
        let disk = Arc::clone(self);
        blocking(move || {
            let mut bytes = vec![0; usize::try_from(length).map_err(Error::other)?];
            disk.placed(at)?.read_exact(&mut bytes)?;
            Ok(bytes.into())
        })
        .await
    }

    fn placed(&self, at: u64) -> Result<MutexGuard<'_, std::fs::File>, Error> {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(at))?;
        Ok(file)
    }
}

/// Off the threads that serve connections.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(Error::other)?
}
