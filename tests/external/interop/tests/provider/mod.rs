//! The OpenID provider of the tests: an npm package, installed once below `target`.
#![allow(dead_code)] // not every program uses all of it

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use tokio::io::{AsyncBufReadExt, BufReader};

/// The secret of its clients.
pub const SECRET: &str = "s3cr:et%+ /&";

/// The folder of the provider's npm package, installed once.
pub fn package() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("../../../target"), PathBuf::from);
        let (folder, done) = (target.join("interop/npm"), target.join("interop/npm/installed"));
        if !done.exists() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::copy(root.join("package.json"), folder.join("package.json")).unwrap();
            let mut npm = Command::new("npm");
            npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]).arg(&folder);
            assert!(npm.status().expect("npm is needed for the OpenID provider").success());
            std::fs::write(&done, "").unwrap();
        }
        FOLDER.get().map_or(folder, Clone::clone)
    })
}

/// A provider that stops when it is dropped.
pub struct Provider {
    pub issuer: String,
    child: tokio::process::Child,
    /// Kept open, because the provider continues to print.
    _output: BufReader<tokio::process::ChildStdout>,
}

impl Provider {
    pub async fn start(port: &str, keys: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("provider.mjs");
        let mut child = tokio::process::Command::new("node")
            .arg(script)
            .arg(std::fs::canonicalize(package()).unwrap())
            .arg(port)
            .args(keys)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut issuer = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut issuer).await.unwrap();
        Self { issuer: issuer.trim().to_owned(), child, _output: output }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    pub async fn end(mut self) -> String {
        self.child.kill().await.unwrap();
        self.issuer.rsplit(':').next().unwrap().to_owned()
    }
}

/// A browser that follows redirects, keeps cookies and submits the provider's two forms.
pub async fn browse(start: &str, redirect_uri: &str) -> String {
    let http = reqwest::Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
    let mut cookies: BTreeMap<String, String> = BTreeMap::new();
    let (mut url, mut form) = (start.to_owned(), None);
    for _ in 0..20 {
        let jar = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let request = match form.take() {
            Some(body) => http.post(&url).header("content-type", "application/x-www-form-urlencoded").body(body),
            None => http.get(&url),
        };
        let response = request.header(COOKIE, jar).send().await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            cookies.insert(name.to_owned(), value.to_owned());
        }
        if let Some(location) = response.headers().get(LOCATION) {
            let next = reqwest::Url::parse(&url).unwrap().join(location.to_str().unwrap()).unwrap();
            if next.as_str().starts_with(redirect_uri) {
                return next.into();
            }
            url = next.into();
            continue;
        }
        let page = response.text().await.unwrap();
        let prompt =
            if page.contains(r#"value="login""#) { "prompt=login&login=ann&password=x" } else { "prompt=consent" };
        form = Some(prompt.to_owned());
    }
    panic!("the browser never came back")
}
