//! Builds the request of a call. The first value that cannot be sent is kept as an error and makes the call fail.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{
    ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue, InvalidHeaderValue,
};
use reqwest::{Body, Method, Url};

use super::credential::Credential;
use super::error::RequestError;
use super::header_text;
use super::json::{Encode, to_vec};
use super::operation::{Operation, Segment};
use super::parameter_write::{ParameterError, Wire, write};

/// A request before its URL and credentials are added.
pub(super) struct Draft {
    operation: &'static Operation,
    /// The URL that is called instead of that of the operation.
    url: Option<Url>,
    /// The encoded parameters by their index. Setting a parameter again replaces its value.
    wires: Vec<Option<Wire>>,
    headers: HeaderMap,
    body: Option<Body>,
    timeout: Option<Duration>,
    /// Credentials of this call, by the index of their scheme.
    pub(super) credentials: Vec<(usize, Credential)>,
    error: Option<RequestError>,
}

impl Draft {
    pub(super) fn new(operation: &'static Operation) -> Self {
        let mut headers = HeaderMap::new();
        if let Ok(accept) = fixed(operation.accept)
            && !accept.is_empty()
        {
            headers.insert(ACCEPT, accept);
        }
        Self {
            operation,
            url: None,
            wires: operation.parameters.iter().map(|_| None).collect(),
            headers,
            body: None,
            timeout: None,
            credentials: Vec::new(),
            error: None,
        }
    }

    /// Whether there is a body.
    #[allow(dead_code)] // only events use it
    pub(super) fn has_body(&self) -> bool {
        self.body.is_some()
    }

    /// The same request without its body: only operations without one are repeated by this.
    #[allow(dead_code)] // only events and the pages of lists use it
    pub(super) fn again(&self) -> Self {
        Self {
            operation: self.operation,
            url: self.url.clone(),
            wires: self.wires.clone(),
            headers: self.headers.clone(),
            body: None,
            timeout: self.timeout,
            credentials: self.credentials.clone(),
            error: self.error.clone(),
        }
    }

    /// Sets the URL that is called instead of that of the operation. It must have the origin of the base URL.
    #[allow(dead_code)] // only the pages of lists use it
    pub(super) fn redirect(&mut self, url: Url) {
        self.url = Some(url);
    }

    pub(super) fn fail(&mut self, error: RequestError) {
        self.error.get_or_insert(error);
    }

    pub(super) fn set(&mut self, index: usize, value: &dyn Encode) {
        let parameter = &self.operation.parameters[index];
        match write(parameter, value) {
            Ok(Wire::Header(text)) => self.header(parameter.name, &text),
            Ok(wire) => self.wires[index] = Some(wire),
            Err(error) => self.fail(RequestError::Parameter(error)),
        }
    }

    /// The value of a parameter in the query, percent-encoded.
    #[allow(dead_code)] // only the pages of lists use it
    pub(super) fn query_value(&self, index: usize) -> Option<&str> {
        match self.wires[index].as_ref()? {
            Wire::Query(text) => text.split_once('=').map(|(_, value)| value),
            _ => None,
        }
    }

    pub(super) fn header(&mut self, name: &str, value: &str) {
        let failed = |reason| RequestError::Header { name: name.to_owned(), reason };
        let value = header_text::check(value).map(|()| HeaderValue::from_str(value)).map_err(failed);
        match (HeaderName::from_bytes(name.as_bytes()), value) {
            (Ok(name), Ok(Ok(value))) => {
                self.headers.insert(name, value);
            }
            (Err(_), _) => self.fail(failed("invalid header name")),
            (Ok(_), Ok(Err(_))) => self.fail(failed("invalid header value")),
            (Ok(_), Err(error)) => self.fail(error),
        }
    }

    /// Sets a header whose value is not only ASCII. The name is in lower case.
    #[allow(dead_code)] // only events use it
    pub(super) fn insert_header(&mut self, name: &'static str, value: HeaderValue) {
        self.headers.insert(HeaderName::from_static(name), value);
    }

    /// Removes a header and returns its value.
    #[allow(dead_code)] // only events use it
    pub(super) fn take_header(&mut self, name: &str) -> Option<HeaderValue> {
        self.headers.remove(name)
    }

    pub(super) fn json(&mut self, media_type: &'static str, value: &dyn Encode) {
        match to_vec(value) {
            Ok(json) => self.fixed_body(media_type, json.into()),
            Err(_) => self.fail(RequestError::Body),
        }
    }

    pub(super) fn body(&mut self, media_type: &str, body: Body) {
        self.typed_body(HeaderValue::from_str(media_type), body);
    }

    /// As [`Self::body`], for a media type of the document.
    pub(super) fn fixed_body(&mut self, media_type: &'static str, body: Body) {
        self.typed_body(fixed(media_type), body);
    }

    fn typed_body(&mut self, media_type: Result<HeaderValue, InvalidHeaderValue>, body: Body) {
        match media_type {
            Ok(value) => {
                self.headers.insert(CONTENT_TYPE, value);
                self.body = Some(body);
            }
            Err(_) => self.fail(RequestError::Body),
        }
    }

    pub(super) fn timeout(&mut self, timeout: Duration) {
        self.timeout = Some(timeout);
    }

    /// Builds the request for a base URL, without credentials.
    pub(super) fn finish(mut self, base: &Url) -> Result<reqwest::Request, RequestError> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        let url = self.target(base)?;
        let method = Method::from_bytes(self.operation.method.as_bytes()).map_err(|_| RequestError::Path)?;
        let mut request = reqwest::Request::new(method, url);
        if let Some(cookies) = self.cookies() {
            let failed = |_| RequestError::Header { name: "Cookie".to_owned(), reason: "invalid header value" };
            self.headers.insert(COOKIE, HeaderValue::from_str(&cookies).map_err(failed)?);
        }
        if is_empty(self.body.as_ref()) && expects_content(request.method()) {
            // reqwest sends no length for an empty body, and some servers then respond with 411.
            self.headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        *request.headers_mut() = self.headers;
        *request.timeout_mut() = self.timeout;
        *request.body_mut() = self.body;
        Ok(request)
    }

    /// The URL of the request, without credentials.
    pub(super) fn target(&self, base: &Url) -> Result<Url, RequestError> {
        match &self.url {
            Some(url) => Ok(url.clone()),
            None => self.url(base),
        }
    }

    /// Builds the URL. The URL parser must not change the path, or a different path would be called.
    fn url(&self, base: &Url) -> Result<Url, RequestError> {
        let base_path = base.path().trim_end_matches('/');
        let mut path = String::with_capacity(base_path.len() + 64);
        path.push_str(base_path);
        for segment in self.operation.path {
            match segment {
                Segment::Text(text) => path.push_str(text),
                Segment::Parameter(index) => path.push_str(self.capture(*index)?),
            }
        }
        if path.split('/').any(is_dots) {
            return Err(RequestError::Path);
        }
        let mut url = base.clone();
        url.set_path(&path);
        if url.path() != path && !(path.is_empty() && url.path() == "/") {
            return Err(RequestError::Path);
        }
        url.set_query(self.query().as_deref());
        Ok(url)
    }

    fn capture(&self, index: usize) -> Result<&str, RequestError> {
        if let Some(Wire::Path(text)) = &self.wires[index] {
            return Ok(text);
        }
        let name = self.operation.parameters[index].name;
        Err(RequestError::Parameter(ParameterError { name, reason: "required path parameter is not set" }))
    }

    /// The fixed pairs of the path, followed by the parameters.
    fn query(&self) -> Option<String> {
        let mut pairs = Vec::new();
        if !self.operation.query.is_empty() {
            pairs.push(self.operation.query);
        }
        for wire in self.wires.iter().flatten() {
            if let Wire::Query(text) = wire
                && !text.is_empty()
            {
                pairs.push(text.as_str());
            }
        }
        (!pairs.is_empty()).then(|| pairs.join("&"))
    }

    /// The cookies from parameters, after those of a `Cookie` header set by the user.
    fn cookies(&self) -> Option<String> {
        let mut pairs = Vec::new();
        for wire in self.wires.iter().flatten() {
            if let Wire::Cookie(cookies) = wire {
                pairs.extend(cookies.iter().map(String::as_str));
            }
        }
        let own = self.headers.get(COOKIE).and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
        (!pairs.is_empty()).then(|| own.into_iter().chain(pairs).collect::<Vec<_>>().join("; "))
    }
}

/// A header value that is not copied.
fn fixed(text: &'static str) -> Result<HeaderValue, InvalidHeaderValue> {
    HeaderValue::from_maybe_shared(Bytes::from_static(text.as_bytes()))
}

fn is_empty(body: Option<&Body>) -> bool {
    body.is_none_or(|body| body.as_bytes().is_some_and(<[u8]>::is_empty))
}

/// Whether the method defines a meaning for content, so that a request without content has `Content-Length: 0` (RFC
/// 9110, section 8.6). For an extension method this is not known, and a length is always allowed.
fn expects_content(method: &Method) -> bool {
    ![Method::GET, Method::HEAD, Method::DELETE, Method::OPTIONS, Method::TRACE, Method::CONNECT].contains(method)
}

/// Whether a segment is `.` or `..` (RFC 3986, section 5.2.4), encoded or not: the URL standard treats `%2e` as a dot.
fn is_dots(segment: &str) -> bool {
    let after_dot = |text: &str| match text.as_bytes() {
        [b'.', ..] => Some(1),
        [b'%', b'2', b'e' | b'E', ..] => Some(3),
        _ => None,
    };
    let Some(second) = after_dot(segment).map(|end| &segment[end..]) else { return false };
    second.is_empty() || after_dot(second) == Some(second.len())
}
