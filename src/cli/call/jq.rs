//! `--jq`: what a filter makes of a JSON response.

use std::io::{ErrorKind, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use clap::Args;
use jaq_core::load::{Arena, Error as LoadError, Errors as LoadErrors, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, compile, data};
use jaq_json::{Val, read};
use serde_json::Value;

use super::report::lines_escaped;
use crate::diag::{escaped, json_escaped};

/// The stack of a filter: recursive filters need much of it.
const STACK: usize = 256 << 20;

/// How many results may wait until they are printed.
const WAITING: usize = 64;

#[derive(Debug, Args)]
pub(super) struct JqArgs {
    /// Print what this jq filter makes of a successful response, or of each item with --all: each result on a line, strings
    /// without quotes
    #[arg(long, value_name = "FILTER", conflicts_with_all = ["dry_run", "curl"])]
    jq: Option<String>,
}

impl JqArgs {
    /// The filter, which may take this long for each value.
    ///
    /// # Errors
    ///
    /// If it is not valid.
    pub fn filter(&self, limit: Duration) -> Result<Option<Filter>, String> {
        let filter = self.jq.as_deref().map(|code| Filter::new(code, limit)).transpose();
        filter.map_err(|error| format!("`--jq`: {error}"))
    }
}

/// A filter. It runs in its own thread, because it may never end.
pub(super) struct Filter {
    inputs: SyncSender<Vec<u8>>,
    outputs: Receiver<Output>,
    limit: Duration,
}

/// What the thread sends.
enum Output {
    /// The filter is valid.
    Valid,
    /// A result that is a string.
    Text(String),
    /// Another result, as JSON.
    Json(String),
    /// The filter is not valid, or has failed.
    Failed(String),
    /// There are no more results for this input.
    End,
}

impl Filter {
    fn new(code: &str, limit: Duration) -> Result<Self, String> {
        let (inputs, received) = sync_channel(1);
        let (sender, outputs) = sync_channel(WAITING);
        let code = code.to_owned();
        let thread = std::thread::Builder::new().stack_size(STACK);
        thread
            .spawn(move || evaluate(&code, &received, &sender))
            .map_err(|error| format!("no thread for the filter: {error}"))?;
        let filter = Self { inputs, outputs, limit };
        match filter.next(Instant::now())? {
            Output::Failed(message) => Err(message),
            Output::Valid | Output::Text(_) | Output::Json(_) | Output::End => Ok(filter),
        }
    }

    /// The next output for an input that was given at this time.
    fn next(&self, since: Instant) -> Result<Output, String> {
        self.outputs.recv_timeout(self.limit.saturating_sub(since.elapsed())).map_err(|error| match error {
            RecvTimeoutError::Timeout => format!("the filter did not end within {} s", self.limit.as_secs()),
            RecvTimeoutError::Disconnected => "the filter has ended unexpectedly".to_owned(),
        })
    }

    /// Prints the results for a JSON text; returns whether anybody reads more.
    ///
    /// # Errors
    ///
    /// If the text is not JSON, the filter fails or does not end, or nothing can be written.
    pub fn print(&self, json: &[u8], is_terminal: bool) -> Result<bool, String> {
        self.results(json, |output| {
            let text = match output {
                Output::Text(text) if is_terminal => lines_escaped(&text),
                Output::Json(text) if is_terminal => pretty(&text),
                Output::Text(text) | Output::Json(text) => text,
                Output::Valid | Output::Failed(_) | Output::End => return Ok(true),
            };
            let mut output = std::io::stdout().lock();
            match writeln!(output, "{text}").and_then(|()| output.flush()) {
                Ok(()) => Ok(true),
                Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
                Err(error) => Err(format!("cannot write the response: {error}")),
            }
        })
    }

    /// Hands each result to `take` until it returns `false`.
    fn results(&self, json: &[u8], mut take: impl FnMut(Output) -> Result<bool, String>) -> Result<bool, String> {
        // It has a limit of depth, unlike the filter.
        serde_json::from_slice::<Value>(json).map_err(|error| format!("the response is not JSON: {error}"))?;
        let since = Instant::now();
        self.inputs.send(json.to_vec()).map_err(|_| "the filter has ended unexpectedly".to_owned())?;
        loop {
            match self.next(since)? {
                Output::End => return Ok(true),
                Output::Failed(message) => return Err(format!("`--jq`: {}", escaped(&message))),
                output => {
                    if !take(output)? {
                        return Ok(false);
                    }
                }
            }
        }
    }
}

/// The text for a terminal.
fn pretty(json: &str) -> String {
    let value: Option<Value> = serde_json::from_str(json).ok();
    json_escaped(&value.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| json.to_owned()))
}

/// Compiles the filter and applies it to each input. Ends when nobody reads the results.
fn evaluate(code: &str, inputs: &Receiver<Vec<u8>>, outputs: &SyncSender<Output>) {
    let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let arena = Arena::default();
    let modules = Loader::new(definitions).load(&arena, File { code, path: () }).map_err(|errors| unreadable(&errors));
    let compiled = modules
        .and_then(|modules| Compiler::default().with_funs(functions).compile(modules).map_err(|own| undefined(&own)));
    let filter = match compiled {
        Ok(filter) => filter,
        Err(message) => {
            let _ = outputs.send(Output::Failed(message));
            return;
        }
    };
    if outputs.send(Output::Valid).is_err() {
        return;
    }
    while let Ok(input) = inputs.recv() {
        let Ok(value) = read::parse_single(&input) else {
            let _ = outputs.send(Output::Failed("the response is not JSON".to_owned()));
            continue;
        };
        let context = Ctx::<data::JustLut<Val>>::new(&filter.lut, Vars::new([]));
        let mut end = Output::End;
        for result in filter.id.run((context, value)) {
            let output = match result {
                Ok(Val::TStr(text)) => Output::Text(String::from_utf8_lossy(&text).into_owned()),
                Ok(value) => Output::Json(value.to_string()),
                Err(exception) => {
                    // Otherwise it is `halt`.
                    if let Ok(error) = exception.get_err() {
                        end = Output::Failed(error.to_string());
                    }
                    break;
                }
            };
            if outputs.send(output).is_err() {
                return;
            }
        }
        if outputs.send(end).is_err() {
            return;
        }
    }
}

/// Why a filter cannot be read.
fn unreadable(errors: &LoadErrors<&str, ()>) -> String {
    let found = |text: &str| match text {
        "" => "found the end".to_owned(),
        text => format!("found `{}`", escaped(&text.chars().take(20).collect::<String>())),
    };
    let message = errors.iter().find_map(|(_, error)| match error {
        LoadError::Io(_) => Some("modules are not available".to_owned()),
        LoadError::Lex(all) => {
            all.first().map(|(expected, text)| format!("expected {}, {}", expected.as_str(), found(text)))
        }
        LoadError::Parse(all) => {
            all.first().map(|(expected, text)| format!("expected {}, {}", expected.as_str(), found(text)))
        }
    });
    message.unwrap_or_else(|| "the filter cannot be read".to_owned())
}

/// What a filter uses that does not exist.
fn undefined(errors: &compile::Errors<&str, ()>) -> String {
    let mut all = errors.iter().flat_map(|(_, all)| all);
    let message = all.next().map(|(name, kind)| format!("`{}` is an undefined {}", escaped(name), kind.as_str()));
    message.unwrap_or_else(|| "the filter cannot be compiled".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(code: &str, json: &str) -> Result<Vec<String>, String> {
        let mut all = Vec::new();
        Filter::new(code, Duration::from_secs(60))?.results(json.as_bytes(), |output| {
            match output {
                Output::Text(text) => all.push(text),
                Output::Json(text) => all.push(text),
                Output::Valid | Output::Failed(_) | Output::End => panic!("not a result"),
            }
            Ok(true)
        })?;
        Ok(all)
    }

    #[test]
    fn results_are_strings_without_quotes_and_json() {
        let json = r#"[{"name": "Rex", "id": 1}, {"name": "Tom\n", "id": 18446744073709551615}]"#;
        assert_eq!(results(".[].name", json).unwrap(), ["Rex", "Tom\n"]);
        assert_eq!(results("map(select(.id > 1))", json).unwrap(), [r#"[{"name":"Tom\n","id":18446744073709551615}]"#]);
        assert_eq!(results("empty", json).unwrap(), Vec::<String>::new());
        assert_eq!(results("1, halt, 2", json).unwrap(), ["1"]);
    }

    #[test]
    fn invalid_filter_is_reported_before_it_has_an_input() {
        for (code, message) in [
            (".[", "expected closing bracket, found the end"),
            ("if", "expected term, found the end"),
            ("1 | foo", "`foo` is an undefined filter"),
            ("$x", "`$x` is an undefined variable"),
            ("include \"x\"; .", "modules are not available"),
        ] {
            let error = Filter::new(code, Duration::from_secs(60)).err();
            assert_eq!(error.as_deref(), Some(message), "{code}");
        }
    }

    #[test]
    fn failure_while_a_filter_runs_is_reported() {
        assert_eq!(results(".a", "[]").unwrap_err(), "`--jq`: cannot index [] with \"a\"");
        assert!(results(".", "{").unwrap_err().starts_with("the response is not JSON: "));
        let deep = "[".repeat(1000) + &"]".repeat(1000);
        assert!(results(".", &deep).unwrap_err().contains("recursion limit"));
    }

    #[test]
    fn filter_that_does_not_end_is_left() {
        let filter = Filter::new("def f: f; f", Duration::from_secs(1)).unwrap();
        assert_eq!(filter.results(b"1", |_| Ok(true)).unwrap_err(), "the filter did not end within 1 s");
        let endless = Filter::new("repeat(1)", Duration::from_secs(60)).unwrap();
        let mut count = 0;
        let more = endless.results(b"1", |_| {
            count += 1;
            Ok(count < 1000)
        });
        assert_eq!((more, count), (Ok(false), 1000));
    }
}
