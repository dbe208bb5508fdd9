//! The router of a server that was made: its paths are read from `router.rs` and mounted by the runtime, which is compiled
//! here once. A document whose paths made it panic would be a defect.

use std::sync::Arc;

use keystub::Output;
use syn::{Expr, ExprLit, ExprStruct, Item, Lit, Member};

use keystub_server_runtime::operation::{Access, Operation, Segment};
use keystub_server_runtime::router::{self, Route};

/// Mounts the operations of a server and gives their number.
///
/// # Errors
///
/// When `router.rs` is not as keystub writes it.
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
        routes.push(Route { operation, handle: |_, _| unreachable!("no request is made") });
    }
    let router = router::mount(Arc::new(()), &routes);
    // Segments that begin with a colon need this of every router around ours, too: axum's own rule.
    drop(axum::Router::new().without_v07_checks().nest("/nested", router.clone()).merge(router));
    Ok(routes.len())
}

fn read(operation: &ExprStruct) -> Result<Operation, String> {
    let path = match field(operation, "path")? {
        Expr::Reference(list) => match &*list.expr {
            Expr::Array(list) => list.elems.iter().map(segment).collect::<Result<Vec<_>, _>>()?,
            _ => return Err("a path is no list".to_owned()),
        },
        _ => return Err("a path is no list".to_owned()),
    };
    let Expr::Lit(ExprLit { lit: Lit::Str(method), .. }) = field(operation, "method")? else {
        return Err("a method is no text".to_owned());
    };
    let method = Box::leak(method.value().into_boxed_str());
    Ok(Operation { id: "", method, path: path.leak(), parameters: &[], access: Access::Open, accept: "" })
}

fn field<'e>(operation: &'e ExprStruct, name: &str) -> Result<&'e Expr, String> {
    let is_it = |member: &Member| matches!(member, Member::Named(ident) if ident == name);
    let field = operation.fields.iter().find(|field| is_it(&field.member));
    field.map(|field| &field.expr).ok_or_else(|| format!("an operation has no {name}"))
}

fn segment(piece: &Expr) -> Result<Segment, String> {
    let Expr::Call(call) = piece else { return Err("a segment is no call".to_owned()) };
    match call.args.first() {
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Ok(Segment::Text(text.value().leak())),
        Some(Expr::Lit(ExprLit { lit: Lit::Int(index), .. })) => {
            index.base10_parse().map(Segment::Parameter).map_err(|error| error.to_string())
        }
        _ => Err("a segment is neither text nor a number".to_owned()),
    }
}
