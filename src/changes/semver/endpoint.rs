//! The implementations that are written as a macro of the runtime.

use syn::parse::{ParseStream, Result};
use syn::{Expr, Ident, ItemImpl, ItemMacro, LitInt, Token, Type, parse_quote};

/// What `endpoint!` of the client runtime implements, without constants. `None` for other macros.
pub(super) fn endpoint(item: &ItemMacro) -> Option<ItemImpl> {
    let is_endpoint = item.mac.path.segments.last().is_some_and(|last| last.ident == "endpoint");
    is_endpoint.then(|| item.mac.parse_body_with(operation).ok()).flatten()
}

/// `for ListPets = OPERATION; Output: TYPE => READ, STATUS, …; Error: TYPE => READ, STATUS, …;`
fn operation(input: ParseStream<'_>) -> Result<ItemImpl> {
    input.parse::<Token![for]>()?;
    let operation: Ident = input.parse()?;
    input.parse::<Token![=]>()?;
    input.parse::<Expr>()?;
    input.parse::<Token![;]>()?;
    let (output, error) = (associated(input)?, associated(input)?);
    Ok(parse_quote! {
        impl Endpoint for #operation {
            type Output = #output;
            type Error = #error;
        }
    })
}

/// `NAME: TYPE;` or `NAME: TYPE => READ, STATUS, …;`
fn associated(input: ParseStream<'_>) -> Result<Type> {
    input.parse::<Ident>()?;
    input.parse::<Token![:]>()?;
    let ty = input.parse()?;
    if input.parse::<Option<Token![=>]>>()?.is_some() {
        input.parse::<Expr>()?;
        while input.parse::<Option<Token![,]>>()?.is_some() {
            input.parse::<LitInt>()?;
        }
    }
    input.parse::<Token![;]>()?;
    Ok(ty)
}

#[cfg(test)]
mod tests {
    use super::super::text::text;
    use super::*;

    #[test]
    fn types_of_an_operation_are_read() {
        let item: ItemMacro = parse_quote! {
            rt::call::endpoint! {
                for GetPet = rt::Operation { id: "getPet" };
                Output: types::Pet => |reply| match reply.status() { 200 => Ok(reply), _ => Err(()) };
                Error: Problem => rt::reply::Reply::json, 404, 410;
            }
        };
        let found = endpoint(&item).map(|item| text(&item));
        let expected = "impl Endpoint for GetPet { type Output = types::Pet; type Error = Problem; }";
        assert_eq!(found.as_deref(), Some(expected));
        assert!(endpoint(&parse_quote!(json_object! { for GetPet; })).is_none());
    }
}
