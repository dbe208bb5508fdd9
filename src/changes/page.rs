//! `docs/CHANGES.md`: the documentation of the kinds.

use super::kind::Kind;
use super::{access, operations, schemes, servers};

/// All kinds, in the order of the documentation.
fn kinds() -> impl Iterator<Item = &'static Kind> {
    [access::KINDS, schemes::KINDS, servers::KINDS, operations::KINDS].into_iter().flatten().copied()
}

/// The text of `docs/CHANGES.md`.
pub fn kinds_page() -> String {
    let mut page = "# Changes that keystub changes reports\n\nThis file is generated from the code: `keystub changes --kinds` \
                    prints it. Compared are security requirements, schemes,\nservers and the list of operations; parameters, \
                    bodies, responses and schemas are not compared yet.\n\nClients and servers are programs that were written \
                    for the old version: they are unaffected, need changes of source code\n(another generated name or \
                    signature), or their requests fail.\n\n| kind | security | clients | servers | what changed |\n| --- | --- \
                    | --- | --- | --- |\n"
        .to_owned();
    for Kind { id, summary, clients, servers, security } in kinds() {
        page += &format!("| `{id}` | {security} | {clients} | {servers} | {summary} |\n");
    }
    page
}
