//! Requests with valid credentials and varied values, and requests by other methods.

use super::auth::is_optional;
use super::bodies;
use super::check::CheckId;
use super::probe::{Connection, Expected, Probe};
use super::runner::{Control, Runner};
use crate::live::call::{Input, Sent};
use crate::model::operation::{Body, Content};
use crate::values::{ValueUse, Variant};
use keystub_client_runtime::reqwest::{Method, Request};

/// The checks that are made here and from bodies.
const MADE: [CheckId; 7] = [
    CheckId::ValidAccepted,
    CheckId::InvalidRefused,
    CheckId::AuthOrder,
    CheckId::RequiredMissing,
    CheckId::MethodUndocumented,
    CheckId::WrongMediaType,
    CheckId::TooLarge,
];

/// How many values of one parameter or body are sent.
const MOST: usize = 24;

/// The requests.
pub(super) async fn probes(runner: &mut Runner<'_>, control: &Control) -> Vec<Probe> {
    let mut probes = Vec::new();
    if !MADE.iter().any(|check| runner.options.selection.contains(*check)) {
        return probes;
    }
    let (boundaries, invalid) = values(runner, control.operation);
    for (of, variant) in boundaries {
        probes.extend(varied(runner, control, of, &variant, CheckId::ValidAccepted).await);
    }
    for (at, (of, variant)) in invalid.into_iter().enumerate() {
        if at == 0 && !is_optional(&runner.api.operations[control.operation]) {
            probes.extend(ordered(runner, control, of, &variant).await);
        }
        probes.extend(varied(runner, control, of, &variant, CheckId::InvalidRefused).await);
    }
    probes.extend(required(runner, control).await);
    probes.extend(other_method(control));
    probes.extend(bodies::probes(runner, control));
    probes
}

type Varied = Vec<(ValueUse, Variant)>;

/// The values at the bounds of constraints, and those that break one.
fn values(runner: &Runner<'_>, at: usize) -> (Varied, Varied) {
    let operation = &runner.api.operations[at];
    let of_parameters = (0..operation.parameters.len()).map(|index| ValueUse::Parameter { operation: at, index });
    // The parts of a multipart body are sent only as they are generated.
    let varied = |body: &&Body| !matches!(body.forms.first().content, Content::Multipart(_));
    let of_body = operation.body.iter().filter(varied).map(|_| ValueUse::Body { operation: at, index: 0 });
    let (mut boundaries, mut invalid) = (Vec::new(), Vec::new());
    for of in of_parameters.chain(of_body) {
        // Which objects exist is not known, so every other path may be 404.
        let is_in_path = matches!(of, ValueUse::Parameter { index, .. } if is_in_path(runner, at, index));
        let take = |variants: Result<Vec<Variant>, _>| {
            variants.unwrap_or_default().into_iter().take(MOST).map(move |own| (of, own))
        };
        if !is_in_path {
            boundaries.extend(take(runner.values.boundaries(of)));
        }
        invalid.extend(take(runner.values.invalid(of)));
    }
    (boundaries, invalid)
}

fn is_in_path(runner: &Runner<'_>, at: usize, index: usize) -> bool {
    let style = runner.api.operations[at].parameters[index].style;
    matches!(style, crate::model::operation::ParameterStyle::Path(_))
}

fn input(runner: &Runner<'_>, of: ValueUse, variant: &Variant) -> Option<Input> {
    let mut input = runner.inputs.valid(runner.api, &runner.values, of.operation()).ok()?;
    match of {
        ValueUse::Parameter { index, .. } => {
            input.parameters.retain(|(own, _)| *own != index);
            input.parameters.push((index, variant.value.clone()));
        }
        ValueUse::Body { index, .. } => input.body = Some((index, Sent::Value(variant.value.clone()))),
        ValueUse::Response { .. } | ValueUse::Header { .. } => return None,
    }
    Some(input)
}

fn name(runner: &Runner<'_>, of: ValueUse) -> String {
    match of {
        ValueUse::Parameter { operation, index } => runner.api.operations[operation].parameters[index].name.clone(),
        ValueUse::Body { .. } | ValueUse::Response { .. } | ValueUse::Header { .. } => "body".to_owned(),
    }
}

async fn varied(
    runner: &mut Runner<'_>,
    control: &Control,
    of: ValueUse,
    variant: &Variant,
    check: CheckId,
) -> Option<Probe> {
    let input = input(runner, of, variant)?;
    let request = runner.request_with(0, control.operation, &control.uses, &input).await.ok()?;
    let text: String = variant.value.to_string().chars().take(60).collect();
    let name = name(runner, of);
    let place = variant.place.to_string();
    let (expected, sent) = match check {
        CheckId::InvalidRefused => (Expected::ClientError, format!("{name}{place} breaks {}: {text}", variant.keyword)),
        _ => (Expected::ValuesAccepted, format!("{name}{place} at the bound of {}: {text}", variant.keyword)),
    };
    let part = Some(format!("{name}:{}", variant.keyword));
    Some(Probe {
        check,
        part,
        operation: control.operation,
        sent,
        request,
        connection: Connection::Account(0),
        expected,
    })
}

/// An invalid value without credentials.
async fn ordered(runner: &mut Runner<'_>, control: &Control, of: ValueUse, variant: &Variant) -> Option<Probe> {
    let input = input(runner, of, variant)?;
    let request = runner.request_with(0, control.operation, &[], &input).await.ok()?;
    Some(Probe {
        check: CheckId::AuthOrder,
        part: None,
        operation: control.operation,
        sent: format!("no credentials, and an invalid value of {}", name(runner, of)),
        request,
        connection: Connection::Anonymous,
        expected: Expected::Unauthorized,
    })
}

/// The request without each required parameter of the query.
async fn required(runner: &mut Runner<'_>, control: &Control) -> Vec<Probe> {
    let mut probes = Vec::new();
    for parameter in &runner.api.operations[control.operation].parameters {
        let is_query = matches!(parameter.style, crate::model::operation::ParameterStyle::Query(_));
        if !parameter.is_required || !is_query || parameter.is_spread() {
            continue;
        }
        let carrier = super::carrier::Carrier::Query(parameter.name.clone());
        let Some(request) = carrier.value(&control.request).and_then(|_| carrier.removed(&control.request)) else {
            continue;
        };
        probes.push(Probe {
            check: CheckId::RequiredMissing,
            part: Some(parameter.name.clone()),
            operation: control.operation,
            sent: format!("no parameter {}", parameter.name),
            request,
            connection: Connection::Account(0),
            expected: Expected::ClientError,
        });
    }
    probes
}

/// A method that no server implements.
fn other_method(control: &Control) -> Option<Probe> {
    let mut request: Request = control.request.try_clone()?;
    *request.method_mut() = Method::from_bytes(b"KEYSTUB").ok()?;
    *request.body_mut() = None;
    Some(Probe {
        check: CheckId::MethodUndocumented,
        part: None,
        operation: control.operation,
        sent: "the method KEYSTUB".to_owned(),
        request,
        connection: Connection::Account(0),
        expected: Expected::NotTheResource,
    })
}
