//! Files of a multipart body (RFC 7578): small ones are in memory, others in an unnamed temporary file.

use std::fmt;
use std::io::{Error, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use bytes::Bytes;

use super::problem::{Failure, Problem};

/// The maximum number of bytes that a reader returns at once, and the size of buffered writes.
pub(super) const CHUNK_SIZE: usize = 64 << 10;

/// A file of a multipart body. A file that is not in memory is on disk until its last clone is dropped.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct File {
    /// The file name, if the request has one. It is chosen by the caller: never use it as a path.
    pub name: Option<String>,
    /// The media type, if the request has one.
    pub content_type: Option<String>,
    pub(super) content: Content,
}

/// Where the content is.
#[derive(Clone)]
pub(super) enum Content {
    Memory(Bytes),
    Disk { disk: Arc<Disk>, start: u64, length: u64 },
}

/// Content on disk is not read to compare it: it is equal only to its clones.
impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Memory(one), Self::Memory(other)) => one == other,
            (Self::Disk { disk, start, length }, Self::Disk { disk: other, start: at, length: size }) => {
                Arc::ptr_eq(disk, other) && (start, length) == (at, size)
            }
            (Self::Memory(_), Self::Disk { .. }) | (Self::Disk { .. }, Self::Memory(_)) => false,
        }
    }
}

impl Eq for Content {}

impl Default for Content {
    fn default() -> Self {
        Self::Memory(Bytes::new())
    }
}

impl File {
    /// Creates a file in memory, for tests.
    pub fn new(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self { name: Some(name.into()), content_type: None, content: Content::Memory(content.into()) }
    }

    /// Sets the media type.
    #[must_use]
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.content_type = Some(media_type.into());
        self
    }

    /// The size in bytes.
    pub fn len(&self) -> u64 {
        match &self.content {
            Content::Memory(bytes) => bytes.len() as u64,
            Content::Disk { length, .. } => *length,
        }
    }

    /// Whether the file has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads the whole file into memory.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be read: a 500.
    pub async fn bytes(&self) -> Result<Bytes, Problem> {
        self.read(0, self.len()).await
    }

    /// Reads the file in chunks from its start. Each reader has its own position.
    pub fn reader(&self) -> FileReader {
        FileReader { file: self.clone(), at: 0 }
    }

    async fn read(&self, at: u64, length: u64) -> Result<Bytes, Problem> {
        match &self.content {
            // Both are at most the length of a buffer in memory, so the casts are lossless.
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

/// Reads a file in chunks.
#[derive(Debug)]
pub struct FileReader {
    file: File,
    at: u64,
}

impl FileReader {
    /// The next chunk; `None` at the end.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be read: a 500.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Problem> {
        let length = (CHUNK_SIZE as u64).min(self.file.len() - self.at);
        if length == 0 {
            return Ok(None);
        }
        let piece = self.file.read(self.at, length).await?;
        self.at += length;
        Ok(Some(piece))
    }
}

/// An unnamed temporary file, which is deleted when its last handle is closed. All files of one body share it, so that
/// a body uses one file handle.
pub(super) struct Disk(Mutex<std::fs::File>);

impl Disk {
    pub(super) async fn create() -> Result<Arc<Self>, Failure> {
        let made = blocking(|| tempfile::tempfile().map(|file| Arc::new(Self(Mutex::new(file)))));
        made.await.map_err(|_| Failure::Storage)
    }

    /// Writes at this offset, which is the end of the file, and returns the new end.
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

/// Runs blocking I/O outside the async threads.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(Error::other)?
}
