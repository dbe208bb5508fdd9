//! The dependencies of generated code: only those that the document needs.

use std::fmt;

use super::Settings;
use super::needs::{Need, Needs};
use crate::config::Runtime;
use crate::rust::Side;

/// A dependency of generated code; printed, it is a line of `[dependencies]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The name of the crate.
    pub name: &'static str,
    /// The version requirement.
    pub version: &'static str,
    /// Whether default features are enabled.
    pub has_defaults: bool,
    /// Enabled features.
    pub features: Vec<&'static str>,
}

impl fmt::Display for Dependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.has_defaults && self.features.is_empty() {
            return write!(f, "{} = \"{}\"", self.name, self.version);
        }
        write!(f, "{} = {{ version = \"{}\"", self.name, self.version)?;
        if !self.has_defaults {
            f.write_str(", default-features = false")?;
        }
        if !self.features.is_empty() {
            let features: Vec<String> = self.features.iter().map(|feature| format!("\"{feature}\"")).collect();
            write!(f, ", features = [{}]", features.join(", "))?;
        }
        f.write_str(" }")
    }
}

/// A dependency and who needs it for what.
struct Row {
    name: &'static str,
    version: &'static str,
    has_defaults: bool,
    features: &'static [&'static str],
    /// The vendored runtime of a client.
    client: Option<Need>,
    /// The vendored runtime of a server.
    server: Option<Need>,
    /// The files of a server crate that belong to the user.
    scaffold: Option<Need>,
}

const ROW: Row =
    Row { name: "", version: "", has_defaults: true, features: &[], client: None, server: None, scaffold: None };

const ALWAYS: Option<Need> = Some(Need::Always);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    Row { name: "argon2", version: "0.6", server: Some(Need::Passwords), ..ROW },
    Row { name: "axum", version: "0.8", has_defaults: false, features: &["http1", "tokio"], server: ALWAYS, scaffold: ALWAYS, ..ROW },
    Row { name: "base64", version: "0.22", client: ALWAYS, server: ALWAYS, ..ROW },
    Row { name: "bytes", version: "1", client: ALWAYS, server: ALWAYS, ..ROW },
    Row { name: "chrono", version: "0.4", has_defaults: false, features: &["std"], client: Some(Need::Chrono), server: Some(Need::Chrono), scaffold: Some(Need::Chrono), ..ROW },
    Row { name: "futures-util", version: "0.3", has_defaults: false, features: &["std"], server: ALWAYS, ..ROW },
    Row { name: "getrandom", version: "0.4", client: Some(Need::OAuth), ..ROW },
    Row { name: "http-body", version: "1", client: Some(Need::Multipart), ..ROW },
    Row { name: "http-body-util", version: "0.1", server: ALWAYS, ..ROW },
    Row { name: "httpdate", version: "1", client: ALWAYS, ..ROW },
    Row { name: "hyper", version: "1", has_defaults: false, features: &["http1", "server"], server: Some(Need::Serve), ..ROW },
    Row { name: "hyper-util", version: "0.1", has_defaults: false, features: &["service", "tokio"], server: Some(Need::Serve), ..ROW },
    Row { name: "jsonwebtoken", version: "11", has_defaults: false, features: &["aws_lc_rs", "use_pem"], server: Some(Need::Jwt), scaffold: Some(Need::Jwt), ..ROW },
    Row { name: "memchr", version: "2", server: Some(Need::Multipart), ..ROW },
    Row { name: "percent-encoding", version: "2", client: ALWAYS, server: ALWAYS, ..ROW },
    Row { name: "regex", version: "1", server: Some(Need::Patterns), ..ROW },
    Row { name: "reqwest", version: "0.13", has_defaults: false, features: &["http2", "rustls"], client: ALWAYS, server: Some(Need::Jwt), ..ROW },
    Row { name: "secrecy", version: "0.10", client: ALWAYS, ..ROW },
    Row { name: "serde", version: "1", features: &["derive"], client: ALWAYS, server: ALWAYS, ..ROW },
    Row { name: "serde_json", version: "1", features: &["float_roundtrip"], client: ALWAYS, server: ALWAYS, scaffold: Some(Need::AnyJson), ..ROW },
    Row { name: "sha2", version: "0.11", client: Some(Need::OAuth), server: Some(Need::ApiKeys), ..ROW },
    Row { name: "sha2", version: "0.11", server: Some(Need::Jwt), ..ROW },
    Row { name: "sha2", version: "0.11", server: Some(Need::MutualTls), ..ROW },
    Row { name: "subtle", version: "2", server: Some(Need::ApiKeys), ..ROW },
    Row { name: "tempfile", version: "3", server: Some(Need::File), ..ROW },
    Row { name: "tokio", version: "1", features: &["rt", "sync", "time"], client: ALWAYS, ..ROW },
    Row { name: "tokio", version: "1", features: &["macros", "net", "rt-multi-thread", "signal", "sync", "time"], server: ALWAYS, scaffold: ALWAYS, ..ROW },
    Row { name: "tokio-rustls", version: "0.26", has_defaults: false, features: &["aws_lc_rs", "tls12"], server: Some(Need::MutualTls), ..ROW },
    Row { name: "toml", version: "1", has_defaults: false, features: &["parse", "serde", "std"], client: Some(Need::Schemes), ..ROW },
    Row { name: "tower-http", version: "0.7", has_defaults: false, features: &["request-id", "sensitive-headers", "timeout", "trace"], server: ALWAYS, scaffold: ALWAYS, ..ROW },
    Row { name: "tracing", version: "0.1", server: ALWAYS, scaffold: ALWAYS, ..ROW },
    Row { name: "tracing-subscriber", version: "0.3", has_defaults: false, features: &["fmt", "std"], server: ALWAYS, scaffold: ALWAYS, ..ROW },
    Row { name: "uuid", version: "1", has_defaults: false, features: &["std"], client: Some(Need::Uuid), server: Some(Need::Uuid), scaffold: Some(Need::Uuid), ..ROW },
];

/// The features of the runtime crates.
const CLIENT_FEATURES: &[(&str, &[Need])] = &[
    ("chrono", &[Need::Chrono]),
    ("multipart", &[Need::Multipart, Need::File]),
    ("mutual-tls", &[Need::MutualTls]),
    ("oauth", &[Need::OAuth]),
    ("stored-credentials", &[Need::Schemes]),
    ("streams", &[Need::Upload, Need::Download]),
    ("uuid", &[Need::Uuid]),
];

const SERVER_FEATURES: &[(&str, &[Need])] = &[
    ("api-keys", &[Need::ApiKeys]),
    ("chrono", &[Need::Chrono]),
    ("jwt", &[Need::Jwt]),
    ("multipart", &[Need::Multipart, Need::File]),
    ("mutual-tls", &[Need::MutualTls]),
    ("passwords", &[Need::Passwords]),
    ("patterns", &[Need::Patterns]),
    ("serve", &[Need::Serve]),
    ("uuid", &[Need::Uuid]),
];

/// The name of the runtime crate of this side.
pub fn runtime_crate(side: Side) -> &'static str {
    match side {
        Side::Client => "keystub-client-runtime",
        Side::Server => "keystub-server-runtime",
    }
}

/// The dependencies of the generated code, sorted by name.
pub fn of(side: Side, settings: &Settings, needs: &Needs) -> Vec<Dependency> {
    let mut all: Vec<Dependency> = match settings.runtime {
        Runtime::Vendored => {
            ROWS.iter().filter(|row| row.is_vendored(side, needs)).map(|row| row.dependency(side, needs)).collect()
        }
        Runtime::Crate => {
            let is_direct = |row: &&Row| side == Side::Server && settings.is_crate() && needs.has_any(row.scaffold);
            let direct = ROWS.iter().filter(is_direct).map(|row| row.dependency(side, needs));
            direct.chain([runtime_dependency(side, settings, needs)]).collect()
        }
    };
    all.sort_by_key(|dependency| dependency.name);
    all.dedup();
    all
}

fn runtime_dependency(side: Side, settings: &Settings, needs: &Needs) -> Dependency {
    let rows = match side {
        Side::Client => CLIENT_FEATURES,
        Side::Server => SERVER_FEATURES,
    };
    let is_on = |row: &&(&str, &[Need])| row.1.iter().any(|need| needs.has(*need));
    let mut features: Vec<&'static str> = rows.iter().filter(is_on).map(|row| row.0).collect();
    // In a crate of its own, serde's traits are a feature of that crate, which enables that of the runtime.
    if needs.has_serde_impls(settings) && !settings.is_crate() {
        features.push("serde");
        features.sort_unstable();
    }
    Dependency { name: runtime_crate(side), version: "0.1", has_defaults: true, features }
}

impl Row {
    fn is_vendored(&self, side: Side, needs: &Needs) -> bool {
        match side {
            Side::Client => needs.has_any(self.client),
            Side::Server => needs.has_any(self.server),
        }
    }

    fn dependency(&self, side: Side, needs: &Needs) -> Dependency {
        let features = match self.name {
            // The derives are for the key sets of access tokens.
            "serde" if !needs.has(Need::Jwt) => [].as_slice(),
            // With it, files and streams are bodies.
            "reqwest" if side == Side::Client && (needs.has(Need::Upload) || needs.has(Need::Multipart)) => {
                &["http2", "rustls", "stream"]
            }
            _ => self.features,
        };
        let (name, version, has_defaults) = (self.name, self.version, self.has_defaults);
        Dependency { name, version, has_defaults, features: features.to_vec() }
    }
}
