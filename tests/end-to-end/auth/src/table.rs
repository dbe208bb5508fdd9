//! The table. Each line has the operation, the presented credentials, the status, the response, and the result of the
//! generated client.

/// One row of matrix.tsv.
#[derive(Debug, Clone)]
pub struct Row {
    /// The line number.
    pub line: usize,
    /// `operationId`.
    pub operation: String,
    /// Schemes with the state of their credential.
    pub presented: Vec<(String, String)>,
    /// The status of a raw request.
    pub status: u16,
    /// The principal (200), or the challenges in order.
    pub expected: String,
    /// The result of the generated client.
    pub client: Client,
}

/// The result of the generated client with the same credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// The same status and the same principal.
    Same,
    /// A different status, because the client sends only the first alternative.
    Status(u16),
    /// `Error::Auth`, and no request is sent.
    NotSent,
}

/// All rows of the table.
pub fn rows() -> Vec<Row> {
    let lines = include_str!("../matrix.tsv").lines().enumerate();
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).map(|(at, line)| row(at + 1, line)).collect()
}

fn row(line: usize, text: &str) -> Row {
    let cells: Vec<&str> = text.split('\t').map(str::trim).collect();
    let [operation, presented, status, client, expected] = cells[..] else {
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
        expected: expected.to_owned(),
        client: match client {
            "same" => Client::Same,
            "not-sent" => Client::NotSent,
            status => Client::Status(status.parse().expect("same, not-sent or a status")),
        },
    }
}
