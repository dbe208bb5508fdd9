//! Requests with missing, wrong, doubled and misplaced credentials.

use super::carrier::{Carrier, Order};
use super::check::CheckId;
use super::probe::{Connection, Expected, Probe};
use super::runner::{Control, Runner};
use crate::model::Api;
use crate::model::operation::Operation;
use crate::model::security::{self as model, Access, SchemeKind, SchemeUse, Secret};
use keystub_client_runtime::reqwest::Request;
use keystub_client_runtime::reqwest::header::{AUTHORIZATION, HeaderName};

/// A credential that has the right syntax and is not valid.
const WRONG: &str = "keystub-wrong-credential";

/// `keystub:wrong` in base64.
const WRONG_LOGIN: &str = "a2V5c3R1Yjp3cm9uZw==";

/// Whether credentials in these places may satisfy an alternative.
pub(super) fn may_satisfy(api: &Api, operation: &Operation, places: &[Carrier]) -> bool {
    let is_there =
        |own: &SchemeUse| Carrier::of(&api.schemes[own.scheme.0]).is_some_and(|place| places.contains(&place));
    match &operation.access {
        Access::Open => true,
        Access::Guarded { any_of, or_anonymous } => {
            *or_anonymous && places.is_empty() || any_of.iter().any(|alternative| alternative.iter().all(is_there))
        }
    }
}

pub(super) fn carriers(api: &Api, uses: &[SchemeUse]) -> Vec<Carrier> {
    uses.iter().filter_map(|own| Carrier::of(&api.schemes[own.scheme.0])).collect()
}

pub(super) fn is_optional(operation: &Operation) -> bool {
    matches!(operation.access, Access::Open | Access::Guarded { or_anonymous: true, .. })
}

/// The requests that are made from a call by one alternative.
pub(super) async fn of_alternative(runner: &mut Runner<'_>, control: &Control) -> Vec<Probe> {
    let api = runner.api;
    let operation = &api.operations[control.operation];
    let mut probes = Vec::new();
    for own in &control.uses {
        let scheme = &api.schemes[own.scheme.0];
        let Some(carrier) = Carrier::of(scheme) else { continue };
        let rest: Vec<SchemeUse> = control.uses.iter().filter(|other| other.scheme != own.scheme).cloned().collect();
        let places = carriers(api, &rest);
        if places.contains(&carrier) || may_satisfy(api, operation, &places) {
            // What is left satisfies the requirements, or the same value serves another scheme.
            if is_optional(operation) {
                probes.extend(wrong(control, &carrier, &scheme.name, &scheme.kind, CheckId::AnonymousWithWrong));
            }
            continue;
        }
        if control.uses.len() > 1
            && let Ok(request) = runner.request(0, control.operation, &rest).await
        {
            let connection =
                if carrier == Carrier::Certificate { Connection::Anonymous } else { Connection::Account(0) };
            let sent = format!("no credential for {}", scheme.name);
            let probe = probe(control, CheckId::AuthPartMissing, &scheme.name, sent, request);
            probes.push(Probe { connection, ..probe });
        }
        probes.extend(wrong(control, &carrier, &scheme.name, &scheme.kind, CheckId::AuthPartWrong));
        probes.extend(malformed(control, &carrier, &scheme.name));
        let moved = |to: &Carrier| {
            let places: Vec<Carrier> = places.iter().cloned().chain([to.clone()]).collect();
            !may_satisfy(api, operation, &places)
        };
        let spelled = match scheme.carrier() {
            model::Carrier::Key(_, spelled) => Some(spelled),
            model::Carrier::Authorization(_) | model::Carrier::Connection => None,
        };
        probes.extend(misplaced(control, (&carrier, spelled), &scheme.name, moved));
    }
    probes
}

fn probe(control: &Control, check: CheckId, part: &str, sent: String, request: Request) -> Probe {
    Probe {
        check,
        part: Some(part.to_owned()),
        operation: control.operation,
        sent,
        request,
        connection: Connection::Account(0),
        expected: Expected::Unauthorized,
    }
}

fn wrong_value(kind: &SchemeKind) -> &'static str {
    if kind.secret() == Secret::Login { WRONG_LOGIN } else { WRONG }
}

fn wrong(control: &Control, carrier: &Carrier, name: &str, kind: &SchemeKind, check: CheckId) -> Vec<Probe> {
    let value = wrong_value(kind);
    let mut probes = Vec::new();
    if let Some(request) = carrier.replaced(&control.request, value) {
        probes.push(probe(control, check, name, format!("a wrong credential for {name}"), request));
    }
    if check == CheckId::AuthPartWrong {
        for (order, text) in [
            (Order::ValidFirst, "a valid credential and a wrong one"),
            (Order::ValidLast, "a wrong credential and a valid one"),
        ] {
            if let Some(request) = carrier.doubled(&control.request, value, order) {
                let probe = probe(control, CheckId::AuthTwice, name, format!("{text} for {name}"), request);
                // The response may also be 400 (RFC 6750, section 3.1).
                probes.push(Probe { expected: Expected::NotTheResource, ..probe });
            }
        }
    }
    probes
}

fn malformed(control: &Control, carrier: &Carrier, name: &str) -> Vec<Probe> {
    let mut probes = Vec::new();
    let rejected = |probe| Probe { expected: Expected::NotTheResource, ..probe };
    if let Some(request) = carrier.replaced(&control.request, "") {
        probes.push(rejected(probe(
            control,
            CheckId::AuthEmpty,
            name,
            format!("an empty credential for {name}"),
            request,
        )));
    }
    let Carrier::Header { name: field, word: Some(word) } = carrier else { return probes };
    let Some(value) = carrier.value(&control.request) else { return probes };
    let with_word = |word: &str| {
        Carrier::Header { name: field.clone(), word: Some(word.to_owned()) }.replaced(&control.request, &value)
    };
    let other = if word.eq_ignore_ascii_case("basic") { "Bearer" } else { "Basic" };
    if let Some(request) = with_word(other) {
        let sent = format!("the credential of {name} after `{other}`");
        probes.push(rejected(probe(control, CheckId::AuthWrongSchemeWord, name, sent, request)));
    }
    let changed = if *word == word.to_lowercase() { word.to_uppercase() } else { word.to_lowercase() };
    if let Some(request) = with_word(&changed) {
        let own =
            probe(control, CheckId::AuthCase, name, format!("the credential of {name} after `{changed}`"), request);
        probes.push(Probe { expected: Expected::LetIn, ..own });
    }
    probes
}

/// The credential in the places in which servers also look for it. Names of fields are case-insensitive, but not those of
/// parameters and cookies, so that of a key is also used as it is spelled in the document.
fn misplaced(
    control: &Control,
    (carrier, spelled): (&Carrier, Option<&str>),
    name: &str,
    is_allowed: impl Fn(&Carrier) -> bool,
) -> Vec<Probe> {
    let (Some(value), Some(without)) = (carrier.value(&control.request), carrier.removed(&control.request)) else {
        return Vec::new();
    };
    let in_header = |name: &str| name.parse::<HeaderName>().ok().map(|name| Carrier::Header { name, word: None });
    let targets = match carrier {
        Carrier::Header { name, word: Some(_) } if *name == AUTHORIZATION => {
            vec![Some(Carrier::Query("access_token".to_owned())), Some(Carrier::Cookie("access_token".to_owned()))]
        }
        Carrier::Header { name, .. } => {
            let other = spelled.filter(|spelled| *spelled != name.as_str());
            let names = [name.as_str()].into_iter().chain(other).map(str::to_owned);
            names.flat_map(|name| [Some(Carrier::Query(name.clone())), Some(Carrier::Cookie(name))]).collect()
        }
        Carrier::Query(name) => vec![in_header(name), Some(Carrier::Cookie(name.clone()))],
        Carrier::Cookie(name) => vec![in_header(name), Some(Carrier::Query(name.clone()))],
        Carrier::Certificate => Vec::new(),
    };
    let mut probes = Vec::new();
    for target in targets.into_iter().flatten().filter(is_allowed) {
        let Some(request) = without.try_clone().and_then(|request| target.added(request, &value)) else { continue };
        let sent = format!("the credential of {name} as {}", target.text());
        let probe = probe(control, CheckId::AuthWrongPlace, name, sent, request);
        probes.push(Probe { expected: Expected::NotTheResource, ..probe });
    }
    probes
}

/// The requests without credentials.
pub(super) async fn of_operation(runner: &mut Runner<'_>, control: &Control) -> Vec<Probe> {
    let at = control.operation;
    if is_optional(&runner.api.operations[at]) {
        return Vec::new();
    }
    let Ok(request) = runner.request(0, at, &[]).await else { return Vec::new() };
    let anonymous = |check, sent: &str, request, expected| Probe {
        check,
        part: None,
        operation: at,
        sent: sent.to_owned(),
        request,
        connection: Connection::Anonymous,
        expected,
    };
    let mut probes = Vec::new();
    for name in ["x-http-method-override", "x-http-method", "x-method-override"] {
        let Some(mut request) = request.try_clone() else { continue };
        request
            .headers_mut()
            .insert(HeaderName::from_static(name), "OPTIONS".parse().expect("a token is a field value"));
        let sent = format!("no credentials, {name}: OPTIONS");
        probes.push(anonymous(CheckId::AuthMethodOverride, &sent, request, Expected::NotTheResource));
    }
    probes.insert(0, anonymous(CheckId::AuthNone, "no credentials", request, Expected::Unauthorized));
    probes
}
