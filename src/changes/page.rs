//! `docs/CHANGES.md`: the documentation of the kinds.

use super::kind::Kind;
use super::{access, bodies, operations, parameters, responses, routes, schemas, schemes, semver, servers, webhooks};

/// All kinds, in the order of the documentation.
pub(super) fn kinds() -> impl Iterator<Item = &'static Kind> {
    let families = [
        access::KINDS,
        schemes::KINDS,
        servers::KINDS,
        operations::KINDS,
        routes::KINDS,
        parameters::KINDS,
        bodies::KINDS,
        responses::KINDS,
        schemas::KINDS,
        webhooks::KINDS,
        semver::KINDS,
    ];
    families.into_iter().flatten().copied()
}

/// The text of `docs/CHANGES.md`.
pub fn kinds_page() -> String {
    let mut page = "# Changes that keystub changes reports\n\nThis file is generated from the code: `keystub changes --kinds` \
                    prints it.\n\nClients and servers are programs that were written for the old version: they are \
                    unaffected, need changes of source code\n(another generated name or signature), may behave differently \
                    (requests succeed, but may have another\nresult), or their requests fail. A request must still accept what \
                    clients send; a response must not contain what\nthey do not expect. Bounds and patterns are compared in \
                    requests only.\n\n| kind | security | clients | servers | what changed |\n| --- | --- \
                    | --- | --- | --- |\n"
        .to_owned();
    for Kind { id, summary, clients, servers, security } in kinds() {
        page += &format!("| `{id}` | {security} | {clients} | {servers} | {summary} |\n");
    }
    page
}
