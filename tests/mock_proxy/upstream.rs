//! Servers that a proxy forwards to: each connection is handled by a function.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;

/// A server. Its thread ends with the tests.
pub struct Upstream {
    pub url: String,
}

impl Upstream {
    pub fn new(handle: impl Fn(Request, TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let handle = Arc::new(handle);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (Ok(stream), handle) = (stream, Arc::clone(&handle)) else { continue };
                std::thread::spawn(move || {
                    if let Some(request) = Request::read(&stream) {
                        handle(request, stream);
                    }
                });
            }
        });
        Self { url }
    }

    /// A server that responds with these bytes, by the first line of the request.
    pub fn responding(respond: impl Fn(&Request) -> String + Send + Sync + 'static) -> Self {
        Self::new(move |request, mut stream| {
            // A client may stop sending its body when it has a response.
            request.skip_body(&mut stream);
            let response = respond(&request);
            stream.write_all(response.as_bytes()).ok();
            stream.shutdown(Shutdown::Write).ok();
            // A connection with unread bytes is reset when it is dropped, and the response can be lost.
            std::io::copy(&mut stream, &mut std::io::sink()).ok();
        })
    }
}

/// A request whose body is not read yet.
pub struct Request {
    pub head: String,
}

impl Request {
    /// Reads the head byte by byte, so that the body stays in the stream.
    fn read(mut stream: &TcpStream) -> Option<Self> {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read(&mut byte).ok()? == 0 {
                return None;
            }
            head.push(byte[0]);
        }
        Some(Self { head: String::from_utf8(head).unwrap() })
    }

    /// Reads the body, if the head announces its length or it is chunked.
    fn skip_body(&self, stream: &mut TcpStream) {
        let fields = || self.head.lines().filter_map(|line| line.split_once(':'));
        let length = fields().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        if let Some((_, length)) = length {
            std::io::copy(&mut stream.take(length.trim().parse().unwrap()), &mut std::io::sink()).unwrap();
        } else if fields().any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding")) {
            let (mut body, mut byte) = (Vec::new(), [0]);
            while !body.ends_with(b"0\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
                body.push(byte[0]);
            }
        }
    }

    /// The method and the target.
    pub fn line(&self) -> &str {
        self.head.lines().next().unwrap().rsplit_once(' ').unwrap().0
    }

    pub fn has(&self, field: &str) -> bool {
        self.head.lines().any(|line| line.eq_ignore_ascii_case(field))
    }
}

/// A response that closes the connection.
pub fn response(status: &str, fields: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{fields}\r\n{body}")
}

pub fn json(status: &str, body: &str) -> String {
    response(status, "Content-Type: application/json\r\n", body)
}
