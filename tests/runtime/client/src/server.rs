//! A server on loopback that records every byte and responds with a fixed text, so that tests see the request as it was
//! sent, not as a parser interprets it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a server received.
#[derive(Debug, Default)]
struct Seen {
    connections: usize,
    requests: Vec<Vec<u8>>,
}

/// A server that lives as long as its runtime.
#[derive(Debug, Clone)]
pub struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

impl Server {
    /// Starts a server that sends this text to every request and closes the connection.
    pub async fn start(answer: impl Into<String>) -> Self {
        let answer = answer.into();
        Self::start_with(move |_| answer.clone()).await
    }

    /// Starts a server that computes its response from the bytes of each request.
    pub async fn start_with(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let seen = Arc::new(Mutex::new(Seen::default()));
        let server = Self { address, seen: Arc::clone(&seen) };
        let answer = Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                lock(&seen).connections += 1;
                tokio::spawn(serve(stream, Arc::clone(&seen), Arc::clone(&answer)));
            }
        });
        server
    }

    /// The base URL of the server.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address of the server.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of connections opened to it.
    pub fn connections(&self) -> usize {
        lock(&self.seen).connections
    }

    /// All requests, as text.
    pub fn requests(&self) -> Vec<String> {
        lock(&self.seen).requests.iter().map(|request| String::from_utf8_lossy(request).into_owned()).collect()
    }

    /// The only request, as text.
    ///
    /// # Panics
    ///
    /// If there was not exactly one request.
    pub fn request(&self) -> String {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:#?}");
        requests.into_iter().next().expect("one was counted")
    }

    /// The target of the only request.
    ///
    /// # Panics
    ///
    /// As [`Server::request`].
    pub fn target(&self) -> String {
        self.request().split(' ').nth(1).expect("a request line has a target").to_owned()
    }

    /// The values of a header of the only request.
    ///
    /// # Panics
    ///
    /// As [`Server::request`].
    pub fn header(&self, name: &str) -> Vec<String> {
        let request = self.request();
        let head = request.split("\r\n\r\n").next().unwrap_or_default();
        let fields = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).collect()
    }

    /// The body of the only request.
    ///
    /// # Panics
    ///
    /// As [`Server::request`].
    pub fn body(&self) -> String {
        self.request().split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()
    }
}

/// A response with this status line, headers and body, and its `Content-Length`.
pub fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

/// A 200 response with JSON.
pub fn json(body: &str) -> String {
    answer("200 OK", "Content-Type: application/json\r\n", body)
}

fn lock(seen: &Mutex<Seen>) -> std::sync::MutexGuard<'_, Seen> {
    seen.lock().expect("no test panics while it holds the lock")
}

async fn serve(mut stream: TcpStream, seen: Arc<Mutex<Seen>>, answer: Arc<impl Fn(&str) -> String>) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !is_whole(&request) {
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => request.extend_from_slice(&buffer[..count]),
            _ => break,
        }
    }
    let text = String::from_utf8_lossy(&request).into_owned();
    // Recorded before the response is sent, so that the record is complete when the client has its response.
    lock(&seen).requests.push(request);
    // In some tests the client stops reading.
    let _ = stream.write_all(answer(&text).as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// Whether the request has its head and the announced body.
fn is_whole(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    request.len() >= end + 4 + length.and_then(|length| length.parse().ok()).unwrap_or(0)
}
