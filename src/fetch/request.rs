//! One request: follows redirects by the rules, and bounds the size and the time.

use std::error::Error;
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};

use super::header::Header;
use super::place::{Rules, is_loopback, origin};
use crate::limits::shown;

/// How many redirects are followed.
const REDIRECTS: usize = 5;

/// A request and its bounds.
pub(super) struct Request<'r> {
    pub(super) rules: Rules<'r>,
    pub(super) headers: &'r [Header],
    /// The origin to which the header fields go.
    pub(super) origin: Option<&'r str>,
    pub(super) deadline: Instant,
    pub(super) most: usize,
}

/// What was fetched.
pub(super) struct Fetched {
    /// The URL after redirects.
    pub(super) url: Url,
    /// The bytes; one more than the limit if there are more.
    pub(super) bytes: Vec<u8>,
}

impl Request<'_> {
    /// Sends the request. The message of an error names the URL.
    pub(super) fn send(&self, url: Url) -> Result<Fetched, String> {
        self.rules.check(&url)?;
        let name = shown(url.as_str());
        let left = self.deadline.saturating_duration_since(Instant::now());
        // In another thread, because the caller may be part of an asynchronous program.
        let run = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| error.to_string())?;
            let late = |_| "it takes longer than `--fetch-timeout` allows".to_owned();
            runtime.block_on(async { tokio::time::timeout(left, self.follow(url)).await.map_err(late) })?
        };
        let result = std::thread::scope(|scope| scope.spawn(run).join().expect("fetching does not panic"));
        result.map_err(|message| format!("cannot fetch `{name}`: {message}"))
    }

    async fn follow(&self, mut url: Url) -> Result<Fetched, String> {
        for _ in 0..=REDIRECTS {
            let mut response = self.once(&url).await?;
            let status = response.status();
            if status.is_redirection() {
                let target = target(&url, &response)?;
                self.rules.check_redirect(&url, &target)?;
                url = target;
                continue;
            }
            if !status.is_success() {
                return Err(format!("the response is {status}"));
            }
            let bytes = self.body(&mut response).await?;
            return Ok(Fetched { url, bytes });
        }
        Err(format!("more than {REDIRECTS} redirects"))
    }

    async fn once(&self, url: &Url) -> Result<Response, String> {
        let mut builder =
            Client::builder().redirect(Policy::none()).referer(false).connect_timeout(Duration::from_secs(10));
        if is_loopback(url) {
            builder = builder.no_proxy();
        }
        let client = builder.user_agent(concat!("keystub/", env!("CARGO_PKG_VERSION"))).build().map_err(text)?;
        let mut request =
            client.get(url.clone()).header(ACCEPT, "application/yaml, application/json, text/yaml, */*;q=0.5");
        if self.origin == Some(origin(url).as_str()) {
            for header in self.headers {
                request = request.header(header.name.clone(), header.value.clone());
            }
        }
        request.send().await.map_err(text)
    }

    async fn body(&self, response: &mut Response) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(text)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > self.most {
                bytes.truncate(self.most + 1);
                break;
            }
        }
        Ok(bytes)
    }
}

/// The URL to which a response redirects.
fn target(url: &Url, response: &Response) -> Result<Url, String> {
    let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    let location = location.ok_or_else(|| format!("the response is {} without a location", response.status()))?;
    let target = url.join(location).map_err(|_| "it redirects to an invalid URL".to_owned())?;
    super::place::parse(target.as_str()).map_err(|message| format!("it redirects: {message}"))
}

/// The error and its causes, without the URL.
fn text(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
