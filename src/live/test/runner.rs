//! A run: calls with valid credentials first, then the requests that must be rejected.

use std::collections::{BTreeMap, BTreeSet};

use super::account::{Account, AccountSource, anonymous};
use super::carrier::Carrier;
use super::check::CheckId;
use super::contract::{ORIGIN, Observation, foreign_origin, observations};
use super::finding::{Call, Coverage, Finding};
use super::inputs::{Inputs, created, last_collection};
use super::key_sets::KeySets;
use super::options::TestOptions;
use super::probe::{Connection, Probe, Verdict};
use super::proofs::Proofs;
use super::secrets::Secrets;
use super::sender::{NoResponse, Sender};
use super::shown;
use crate::live::bound_credential::is_bound;
use crate::live::call::{Caller, Input};
use crate::model::Api;
use crate::model::operation::{Method, Operation};
use crate::model::security::{Access, SchemeUse, Secret};
use crate::values::{Strictness, Values};
use keystub_client_runtime as rt;
use keystub_client_runtime::core::Core;
use keystub_client_runtime::dynamic::RawResponse;
use keystub_client_runtime::reqwest::Request;
use keystub_client_runtime::reqwest::StatusCode;
use keystub_client_runtime::reqwest::header::{HeaderMap, HeaderValue, ORIGIN as ORIGIN_FIELD};

/// The state of a run.
pub(super) struct Runner<'r> {
    pub caller: &'r Caller,
    pub api: &'static Api,
    pub values: Values<'static>,
    pub options: &'r TestOptions,
    /// The main account, the other one if there is one, then the roles.
    pub accounts: Vec<Account>,
    pub inputs: Inputs,
    pub secrets: Secrets,
    anonymous: Core,
    pub sender: Sender,
    pub is_cut: bool,
    /// The operation during which the server stopped responding.
    silent_at: Option<usize>,
    pub findings: Vec<Finding>,
    pub coverage: Vec<Coverage>,
    pub exchanges: Vec<serde_json::Value>,
    /// What requests of this run created, and was not deleted yet: the path of the collection and the id.
    created: Vec<(String, String)>,
    pub notes: BTreeSet<String>,
    /// The public keys of issuers.
    pub key_sets: KeySets,
    /// What the variables of forged tokens are, for curl commands.
    pub forged: BTreeMap<String, String>,
    pub proofs: Proofs,
    /// The indexes of the schemes for which the server accepted a token of the key of `--jwt-key`.
    pub accepted_keys: BTreeSet<usize>,
}

/// A call with valid credentials that succeeded.
#[derive(Debug)]
pub(super) struct Control {
    pub operation: usize,
    /// The schemes whose credentials it has.
    pub uses: Vec<SchemeUse>,
    pub request: Request,
    pub response: RawResponse,
}

impl<'r> Runner<'r> {
    pub fn new(caller: &'r Caller, variables: &[Option<String>], options: &'r TestOptions) -> Result<Self, String> {
        let sources = std::iter::once(&options.main).chain(&options.other).chain(&options.roles);
        let account =
            |source: &AccountSource| Account::new(caller, &options.server, variables, source.clone(), options.limits);
        let accounts: Vec<Account> = sources.map(account).collect::<Result<_, _>>()?;
        let proofs = Proofs::new(accounts.iter().flat_map(|account| account.keys.iter().cloned()).collect());
        Ok(Self {
            caller,
            api: caller.api,
            values: Values::new(caller.api, options.seed).with_strictness(Strictness::AsRead),
            options,
            accounts,
            inputs: Inputs::new(options.parameters.clone(), options.has_optional),
            secrets: Secrets::default(),
            anonymous: anonymous(caller, &options.server, options.limits)?,
            sender: Sender::new(options.limits),
            is_cut: false,
            silent_at: None,
            findings: Vec::new(),
            coverage: Vec::new(),
            exchanges: Vec::new(),
            created: Vec::new(),
            notes: BTreeSet::new(),
            key_sets: KeySets::new(&options.server, &options.allowed_hosts, options.limits.timeout),
            forged: BTreeMap::new(),
            proofs,
            accepted_keys: BTreeSet::new(),
        })
    }

    /// The operations: lists and those that create objects first, because they provide the ids of others.
    pub fn order(&self) -> Vec<usize> {
        let operations = &self.api.operations;
        let has_objects = |path: &str| operations.iter().any(|own| last_collection(own).as_deref() == Some(path));
        let rank = |at: &usize| {
            let operation = &operations[*at];
            let in_path = operation.path.segments.len();
            let of_method = match operation.method {
                Method::Get | Method::Head | Method::Options | Method::Query => 0,
                // The path of an object is longer than that of its collection.
                Method::Post if has_objects(&operation.path.text) => 0,
                Method::Post => 1,
                Method::Put | Method::Patch | Method::Trace | Method::Other(_) => 2,
                Method::Delete => 3,
            };
            (of_method, in_path)
        };
        let mut order: Vec<usize> = (0..self.api.operations.len()).collect();
        order.sort_by_key(rank);
        order
    }

    fn is_tested(&self, at: usize) -> bool {
        self.options.is_unsafe || matches!(self.api.operations[at].method, Method::Get | Method::Head)
    }

    /// Calls an operation by each alternative for which there are credentials, or without if it needs none.
    pub async fn controls(&mut self, at: usize) -> Vec<Control> {
        let mut coverage = Coverage { operation: at, calls: Vec::new(), skipped: None };
        let mut controls = Vec::new();
        match self.alternatives(at) {
            Err(why) => coverage.skipped = Some(why),
            Ok(alternatives) => {
                for uses in alternatives {
                    let (call, control) = self.control(at, uses).await;
                    coverage.calls.push(call);
                    controls.extend(control);
                }
            }
        }
        self.coverage.push(coverage);
        controls
    }

    /// The alternatives of an operation, if it is called.
    ///
    /// # Errors
    ///
    /// Why it is not.
    pub fn alternatives(&self, at: usize) -> Result<Vec<Vec<SchemeUse>>, String> {
        if !self.is_tested(at) {
            return Err("changes something; use `--unsafe`".to_owned());
        }
        self.inputs.valid(self.api, &self.values, at)?;
        Ok(alternatives(&self.api.operations[at].access))
    }

    /// A call that is not made yet, and whose response will be empty; `None` without credentials for it.
    pub async fn planned(&mut self, at: usize, uses: &[SchemeUse]) -> Option<Control> {
        if !uses.iter().all(|own| self.accounts[0].available[own.scheme.0]) {
            return None;
        }
        let request = self.request(0, at, uses).await.ok()?;
        let response =
            RawResponse { status: StatusCode::NO_CONTENT, headers: HeaderMap::new(), body: Vec::new().into() };
        Some(Control { operation: at, uses: uses.to_vec(), request, response })
    }

    /// Calls an operation by one alternative. The control is missing if the call does not succeed.
    pub async fn control(&mut self, at: usize, uses: Vec<SchemeUse>) -> (Call, Option<Control>) {
        let name = |own: &SchemeUse| self.api.schemes[own.scheme.0].name.clone();
        let schemes: Vec<String> = uses.iter().map(name).collect();
        let missing: Vec<&str> = uses
            .iter()
            .filter(|own| !self.accounts[0].available[own.scheme.0])
            .map(|own| self.api.schemes[own.scheme.0].name.as_str())
            .collect();
        if !missing.is_empty() {
            let outcome = Err(format!("no credential for {}", missing.join(" and ")));
            return (Call { schemes, outcome }, None);
        }
        let exchanged = match self.request(0, at, &uses).await {
            Ok(request) => self.send(Connection::Account(0), &request).await.map(|response| (request, response)),
            Err(message) => Err(NoResponse::Failed(message)),
        };
        let (request, response) = match exchanged {
            Ok(exchanged) => exchanged,
            Err(NoResponse::Limit) => {
                return (Call { schemes, outcome: Err("the limits of the run".to_owned()) }, None);
            }
            Err(NoResponse::Failed(message)) => return (Call { schemes, outcome: Err(message) }, None),
        };
        let call = Call { schemes, outcome: Ok(response.status.as_u16()) };
        if !matches!(response.status.as_u16(), 401 | 403) {
            let sent = "a valid request".to_owned();
            for observation in observations(self.api, &self.values, at, &response) {
                self.observe(at, observation, &sent, Some(&request));
            }
        }
        if uses.is_empty() {
            self.judge_anonymous(at, &response, &request);
        }
        if !call.is_success() {
            return (call, None);
        }
        self.judge_foreign_origin(at, &request).await;
        self.inputs.learn(self.api, at, &response.body);
        (call, Some(Control { operation: at, uses, request, response }))
    }

    /// Sends the request as a page of another site does, and judges whether the response may be read there. Other requests have no
    /// `Origin`: servers may refuse them because of it, also methods other than GET and HEAD to prevent cross-site requests.
    async fn judge_foreign_origin(&mut self, at: usize, request: &Request) {
        let is_read = matches!(*request.method(), rt::reqwest::Method::GET | rt::reqwest::Method::HEAD);
        if !is_read || !self.options.selection.contains(CheckId::CorsNotStar) {
            return;
        }
        let Some(mut request) = request.try_clone() else { return };
        request.headers_mut().insert(ORIGIN_FIELD, HeaderValue::from_static(ORIGIN));
        if let Ok(response) = self.send(Connection::Account(0), &request).await {
            self.observe(at, foreign_origin(&response), "a valid request of another site", Some(&request));
        }
    }

    /// The request with the credentials of these schemes.
    pub async fn request(&mut self, account: usize, at: usize, uses: &[SchemeUse]) -> Result<Request, String> {
        let input = self.inputs.valid(self.api, &self.values, at)?;
        self.request_with(account, at, uses, &input).await
    }

    /// The request with these values and the credentials of these schemes.
    pub async fn request_with(
        &mut self,
        account: usize,
        at: usize,
        uses: &[SchemeUse],
        input: &Input,
    ) -> Result<Request, String> {
        let row = self.row(at, uses);
        let call = self.caller.prepare_as(row, at, input)?;
        let account = &self.accounts[account];
        let request = call.authenticated(&account.core).await.map_err(|error| error.to_string())?;
        for own in uses {
            let carrier = Carrier::of(&self.api.schemes[own.scheme.0]);
            if let Some(value) = carrier.and_then(|carrier| carrier.value(&request)) {
                let variable = match account.variables[own.scheme.0].as_str() {
                    "" => "CREDENTIAL",
                    variable => variable,
                };
                let is_basic = self.api.schemes[own.scheme.0].kind.secret() == Secret::Login;
                let shown = if is_basic {
                    format!("$(printf %s \"${variable}\" | base64 -w0)")
                } else if is_bound(self.api, own.scheme.0) {
                    // The variable has the token and its key.
                    format!("${{{variable}%% *}}")
                } else {
                    format!("${variable}")
                };
                self.secrets.add(&value, &shown);
            }
        }
        Ok(request)
    }

    /// The row of an operation with one alternative, or with none.
    fn row(&self, at: usize, uses: &[SchemeUse]) -> &'static rt::Operation {
        let own = self.caller.row(at);
        let scheme_use = |own: &SchemeUse| rt::SchemeUse::new(own.scheme.0, &[]);
        let access = if uses.is_empty() {
            rt::Access::Open
        } else {
            let alternative: &'static [rt::SchemeUse] = Vec::leak(uses.iter().map(scheme_use).collect());
            rt::Access::Guarded { any_of: Vec::leak(vec![alternative]), or_anonymous: false }
        };
        Box::leak(Box::new(rt::Operation {
            id: own.id,
            method: own.method,
            path: own.path,
            query: own.query,
            parameters: own.parameters,
            access,
            accept: own.accept,
        }))
    }

    /// Sends a request and keeps it for the HAR log.
    pub async fn send(&mut self, connection: Connection, request: &Request) -> Result<RawResponse, NoResponse> {
        let (core, proofs) = match connection {
            Connection::Account(account) => (&self.accounts[account].core, Some(&self.proofs)),
            Connection::Proved(account) => (&self.accounts[account].core, None),
            Connection::Anonymous => (&self.anonymous, Some(&self.proofs)),
        };
        let result = self.sender.send(core, request, proofs).await;
        match &result {
            Ok(response) => {
                self.exchanges.push(shown::exchange(request, Ok(response), &self.secrets));
                self.note_created(request, response);
            }
            Err(NoResponse::Failed(message)) => {
                self.exchanges.push(shown::exchange(request, Err(message), &self.secrets))
            }
            Err(NoResponse::Limit) => self.is_cut = true,
        }
        result
    }

    /// Remembers what a request created, so that it is deleted, and forgets what it deleted.
    fn note_created(&mut self, request: &Request, response: &RawResponse) {
        if !response.status.is_success() {
            return;
        }
        let base = keystub_client_runtime::reqwest::Url::parse(&self.options.server);
        let base = base.map(|url| url.path().trim_end_matches('/').to_owned()).unwrap_or_default();
        let path = request.url().path();
        let path = path.strip_prefix(&base).unwrap_or(path);
        match request.method().as_str() {
            "POST" => {
                let is_it = |own: &&Operation| own.method == Method::Post && own.path.text == path;
                let location = response.headers.get("location").and_then(|location| location.to_str().ok());
                let operation = self.api.operations.iter().find(is_it);
                self.created.extend(operation.and_then(|own| created(own, location, &response.body)));
            }
            "DELETE" => self.created.retain(|(collection, id)| path != format!("{collection}/{id}")),
            _ => {}
        }
    }

    /// Makes findings from this one on inconclusive if they took 404 for a rejection: the object may not have existed.
    pub fn doubt_missing(&mut self, start: usize) {
        for finding in self.findings.iter_mut().skip(start) {
            if finding.verdict == Verdict::Kept && finding.got == "404" {
                finding.verdict = Verdict::Inconclusive;
            }
        }
    }

    /// Sends the valid request again if the server did not respond to several requests in a row: it may only close connections whose
    /// requests it rejects.
    async fn awake(&mut self, control: &Control) {
        if !self.sender.has_given_up() || self.silent_at == Some(control.operation) {
            return;
        }
        self.sender.try_again();
        if self.send(Connection::Account(0), &control.request).await.is_err() {
            self.silent_at = Some(control.operation);
            let operation = self.api.operations[control.operation].title();
            self.notes.insert(format!("the server stopped responding; {operation} was not tested completely"));
        }
    }

    /// Sends a request and judges its response.
    pub async fn send_probe(&mut self, control: &Control, probe: &Probe) {
        self.awake(control).await;
        match self.send(probe.connection, &probe.request).await {
            Ok(response) => self.judge(control, probe, &response),
            Err(NoResponse::Limit) => {}
            Err(NoResponse::Failed(got)) => {
                let (check, part, expected) = (probe.check, probe.part.clone(), probe.expected.text().to_owned());
                let observation = Observation { check, part, verdict: Verdict::Inconclusive, expected, got };
                self.observe(probe.operation, observation, &probe.sent, Some(&probe.request));
            }
        }
    }

    /// What was created and has an operation that reads or deletes it.
    pub fn remaining(&mut self) -> Vec<(String, String)> {
        let operations = &self.api.operations;
        let has_objects = |path: &str| operations.iter().any(|own| last_collection(own).as_deref() == Some(path));
        let mut created = std::mem::take(&mut self.created);
        created.retain(|(path, _)| has_objects(path));
        created.sort();
        created.dedup();
        created
    }
}

/// What is called: every alternative, and without credentials if that is allowed.
fn alternatives(access: &Access) -> Vec<Vec<SchemeUse>> {
    match access {
        Access::Open => vec![Vec::new()],
        Access::Guarded { any_of, or_anonymous } => {
            let mut all: Vec<Vec<SchemeUse>> = any_of.iter().map(|own| own.iter().cloned().collect()).collect();
            if *or_anonymous {
                all.push(Vec::new());
            }
            all
        }
    }
}
