//! Builds the router of a generated server: reads the paths from `router.rs` and mounts them with the runtime crate. A
//! document for whose paths this panics is a defect of keystub.

use std::sync::Arc;

use keystub::Output;
use syn::{Expr, ExprLit, ExprStruct, Item, Lit, Member};

use keystub_server_runtime::operation::{Access, Operation, Segment};
use keystub_server_runtime::router::{self, Route};

/// Mounts the operations of a server and returns their number.
///
/// # Errors
///
/// If `router.rs` does not have the expected form.
pub fn mount(output: &Output) -> Result<usize, String> {
    let texts = output.files();
    let Some((_, text)) = texts.iter().find(|(path, _)| path.ends_with("generated/router.rs")) else {
        return Ok(0);
    };
    let file = syn::parse_file(text).map_err(|error| error.to_string())?;
    let mut routes: Vec<Route<()>> = Vec::new();
    for item in &file.items {
        let Item::Const(constant) = item else { continue };
        let Expr::Reference(value) = &*constant.expr else { continue };
        let Expr::Struct(operation) = &*value.expr else { continue };
        let operation: &'static Operation = Box::leak(Box::new(read(operation)?));
        routes.push(Route { operation, handle: |_, _| unreachable!("no request is sent") });
    }
    let router = router::mount(Arc::new(()), &routes);
    // For segments that begin with a colon, axum also requires this of every outer router.
    drop(axum::Router::new().without_v07_checks().nest("/nested", router.clone()).merge(router));
    Ok(routes.len())
}

fn read(operation: &ExprStruct) -> Result<Operation, String> {
    let path = match field(operation, "path")? {
        Expr::Reference(list) => match &*list.expr {
            Expr::Array(list) => list.elems.iter().map(segment).collect::<Result<Vec<_>, _>>()?,
            _ => return Err("expected an array of segments".to_owned()),
        },
        _ => return Err("expected an array of segments".to_owned()),
    };
    let Expr::Lit(ExprLit { lit: Lit::Str(method), .. }) = field(operation, "method")? else {
        return Err("expected a string literal as the method".to_owned());
    };
    let method = Box::leak(method.value().into_boxed_str());
    Ok(Operation { id: "", method, path: path.leak(), query: "", parameters: &[], access: Access::Open, accept: "" })
}

fn field<'e>(operation: &'e ExprStruct, name: &str) -> Result<&'e Expr, String> {
    let is_it = |member: &Member| matches!(member, Member::Named(ident) if ident == name);
    let field = operation.fields.iter().find(|field| is_it(&field.member));
    field.map(|field| &field.expr).ok_or_else(|| format!("an operation has no {name}"))
}

fn segment(piece: &Expr) -> Result<Segment, String> {
    let Expr::Call(call) = piece else { return Err("expected a call as a segment".to_owned()) };
    match call.args.first() {
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Ok(Segment::Text(text.value().leak())),
        Some(Expr::Lit(ExprLit { lit: Lit::Int(index), .. })) => {
            index.base10_parse().map(Segment::Parameter).map_err(|error| error.to_string())
        }
        _ => Err("expected a string or a number in a segment".to_owned()),
    }
}
