//! The table: a line each with operation, what is presented, the status, what the answer says, and what the generated
//! client makes of it.

/// One row of matrix.tsv.
#[derive(Debug, Clone)]
pub struct Row {
    /// The line, to name it.
    pub line: usize,
    /// `operationId`.
    pub operation: String,
    /// Scheme and state.
    pub presented: Vec<(String, String)>,
    /// The status of a raw request.
    pub status: u16,
    /// The principal (200), or the challenges in order.
    pub says: String,
    /// What the generated client ends in.
    pub client: Client,
}

/// What the generated client ends in, given the same credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// The same status, and the same principal.
    Same,
    /// Another status, since it sends the first alternative only.
    Status(u16),
    /// `Error::Auth`, and the server sees nothing.
    NotSent,
}

/// The rows.
pub fn rows() -> Vec<Row> {
    let lines = include_str!("../matrix.tsv").lines().enumerate();
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).map(|(at, line)| row(at + 1, line)).collect()
}

fn row(line: usize, text: &str) -> Row {
    let cells: Vec<&str> = text.split('\t').map(str::trim).collect();
    let [operation, presented, status, client, says] = cells[..] else {
        panic!("line {line} has {} cells", cells.len())
    };
    let pair = |word: &str| word.split_once('=').map(|(scheme, state)| (scheme.to_owned(), state.to_owned()));
    Row {
        line,
        operation: operation.to_owned(),
        presented: presented
            .split(' ')
            .filter(|word| *word != "-")
            .map(|word| pair(word).expect("scheme=state"))
            .collect(),
        status: status.parse().expect("a status"),
        says: says.to_owned(),
        client: match client {
            "same" => Client::Same,
            "not-sent" => Client::NotSent,
            status => Client::Status(status.parse().expect("same, not-sent or a status")),
        },
    }
}
