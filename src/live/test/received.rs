//! Reads responses: as a whole, or what a stream sends first.

use std::time::Duration;

use keystub_client_runtime::core::Core;
use keystub_client_runtime::dynamic::RawResponse;
use keystub_client_runtime::error::{Error, NoError};
use keystub_client_runtime::reqwest::Request;
use keystub_client_runtime::reqwest::header::CONTENT_TYPE;
use tokio::time::{Instant, timeout_at};

use crate::document::{Framing, framing};

/// The largest response that is read.
pub(super) const LARGEST_RESPONSE: usize = 16 << 20;

/// How long the items of a stream are read. It may never end.
const STREAM_TIME: Duration = Duration::from_secs(1);

/// Sends a request and reads the response.
///
/// # Errors
///
/// If no response arrives, or the response is too large.
pub(super) async fn received(core: &Core, request: Request) -> Result<RawResponse, Error<NoError>> {
    let mut response = core.forward(request).await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let framing = media_type.and_then(framing);
    let end = Instant::now() + STREAM_TIME;
    let mut body = Vec::new();
    loop {
        let chunk = match framing {
            None => response.chunk().await,
            Some(framing) => match timeout_at(end, response.chunk()).await {
                Ok(chunk) => chunk,
                Err(_) => {
                    body.truncate(whole_items(framing, &body));
                    break;
                }
            },
        };
        match chunk.map_err(|error| Error::Transport(error.without_url()))? {
            None => break,
            Some(chunk) if body.len() + chunk.len() > LARGEST_RESPONSE => return Err(Error::TooLarge),
            Some(chunk) => body.extend_from_slice(&chunk),
        }
    }
    Ok(RawResponse { status, headers, body: body.into() })
}

/// The length of the items that are complete.
fn whole_items(framing: Framing, body: &[u8]) -> usize {
    match framing {
        // An event is complete with the empty line after it.
        Framing::Events => body.len(),
        Framing::Lines => body.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1),
        Framing::Sequence => body.iter().rposition(|byte| *byte == 0x1e).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Framing, whole_items};

    #[test]
    fn items_that_are_cut_off_are_left_out() {
        assert_eq!(whole_items(Framing::Events, b"data: 1\n\ndata: 2"), 16);
        assert_eq!(whole_items(Framing::Lines, b"1\n2\n3"), 4);
        assert_eq!(whole_items(Framing::Lines, b"1"), 0);
        assert_eq!(whole_items(Framing::Sequence, b"\x1e1\n\x1e2"), 3);
    }
}
