//! Files that are sent as they are read, so that only some chunks of them are in memory.

use std::fs::File;
use std::io::{Error, Read, Result};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use keystub_client_runtime as rt;

use http_body::{Body as HttpBody, Frame, SizeHint};
use rt::bytes::Bytes;
use rt::reqwest::Body;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Smaller files are read as a whole, so that a call can be sent again.
const SMALL: u64 = 1 << 20;

/// How many bytes are read at once.
const CHUNK: usize = 64 << 10;

/// How many chunks wait to be sent.
const WAITING: usize = 4;

/// A file that is sent.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    path: PathBuf,
    length: u64,
    sent: Arc<AtomicU64>,
}

impl Upload {
    /// The file, if it is a regular one and not small.
    ///
    /// # Errors
    ///
    /// If it cannot be opened.
    pub fn of(path: &Path) -> Result<Option<Self>> {
        let metadata = File::open(path)?.metadata()?;
        let is_streamed = metadata.is_file() && metadata.len() > SMALL;
        let upload = || Self { path: path.to_owned(), length: metadata.len(), sent: Arc::default() };
        Ok(is_streamed.then(upload))
    }

    /// The length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many bytes were sent.
    pub fn sent(&self) -> &Arc<AtomicU64> {
        &self.sent
    }

    /// The content. The file is opened when it is sent.
    pub fn body(&self) -> Body {
        self.sent.store(0, Ordering::Relaxed);
        Body::wrap(Content { upload: self.clone(), chunks: None, left: self.length })
    }
}

/// The content of a file.
struct Content {
    upload: Upload,
    /// The chunks that a thread reads, from the first time that one is needed.
    chunks: Option<Receiver<Result<Bytes>>>,
    left: u64,
}

impl HttpBody for Content {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let upload = self.upload.clone();
        let chunks = self.chunks.get_or_insert_with(|| {
            let (sender, chunks) = channel(WAITING);
            std::thread::spawn(move || read(&upload, &sender));
            chunks
        });
        let chunk = match ready!(chunks.poll_recv(context)) {
            Some(chunk) => chunk?,
            None => return Poll::Ready(Some(Err(Error::other("the thread that reads the file has ended")))),
        };
        self.left = self.left.saturating_sub(chunk.len() as u64);
        self.upload.sent.fetch_add(chunk.len() as u64, Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// Reads as many bytes as were announced. Ends when nobody sends them.
fn read(upload: &Upload, chunks: &Sender<Result<Bytes>>) {
    let failed = |error: Error| Error::new(error.kind(), format!("cannot read {}: {error}", upload.path.display()));
    let mut left = upload.length;
    let mut file = match File::open(&upload.path) {
        Ok(file) => file,
        Err(error) => {
            let _ = chunks.blocking_send(Err(failed(error)));
            return;
        }
    };
    while left > 0 {
        let mut chunk = vec![0; CHUNK.min(usize::try_from(left).unwrap_or(CHUNK))];
        let read = match file.read(&mut chunk) {
            Ok(0) => Err(failed(Error::other("it became shorter"))),
            Ok(count) => {
                chunk.truncate(count);
                left -= count as u64;
                Ok(chunk.into())
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => Err(failed(error)),
        };
        let is_failed = read.is_err();
        if chunks.blocking_send(read).is_err() || is_failed {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    fn upload(folder: &tempfile::TempDir, length: usize) -> (PathBuf, Option<Upload>) {
        let path = folder.path().join("file");
        std::fs::write(&path, vec![7; length]).unwrap();
        let upload = Upload::of(&path).unwrap();
        (path, upload)
    }

    async fn all(upload: &Upload) -> Result<usize> {
        let mut content = Content { upload: upload.clone(), chunks: None, left: upload.length };
        let mut count = 0;
        while let Some(frame) = poll_fn(|context| Pin::new(&mut content).poll_frame(context)).await {
            count += frame?.into_data().expect("there are no trailers").len();
        }
        Ok(count)
    }

    #[tokio::test]
    async fn large_files_are_streams_of_a_known_length() {
        let folder = tempfile::tempdir().unwrap();
        assert!(upload(&folder, 1 << 20).1.is_none());
        let (_, large) = upload(&folder, (1 << 20) + 1);
        let large = large.unwrap();
        assert_eq!(large.body().size_hint().exact(), Some((1 << 20) + 1));
        assert_eq!(all(&large).await.unwrap(), (1 << 20) + 1);
        assert_eq!(large.sent().load(Ordering::Relaxed), (1 << 20) + 1);
    }

    #[tokio::test]
    async fn file_that_changes_while_it_is_sent_is_not_sent_with_another_length() {
        let folder = tempfile::tempdir().unwrap();
        let (path, large) = upload(&folder, 2 << 20);
        let large = large.unwrap();
        std::fs::write(&path, vec![7; 3 << 20]).unwrap();
        assert_eq!(all(&large).await.unwrap(), 2 << 20);
        std::fs::write(&path, "short").unwrap();
        assert!(all(&large).await.unwrap_err().to_string().ends_with("it became shorter"));
        std::fs::remove_file(&path).unwrap();
        assert!(all(&large).await.unwrap_err().to_string().contains("cannot read"));
    }
}
