//! `keystub deps`: print the dependencies of the generated code.

use clap::Args;

use super::document_args::DocumentArgs;
use super::outcome::Outcome;
use crate::config::{layout, runtime};
use crate::emit::{TargetKind, WASM_TARGET};
use crate::error::Error;
use crate::options::{Features, Layout, Options, Runtime};

#[derive(Debug, Args)]
pub(super) struct DepsArgs {
    #[command(flatten)]
    pub(super) document: DocumentArgs,
    /// Print the dependencies of a server instead of a client
    #[arg(long)]
    server: bool,
    /// For a whole crate, or for the files of a module: `crate` or `module` [default: module]
    #[arg(long, value_parser = layout)]
    layout: Option<Layout>,
    /// For a vendored runtime, or for the runtime crate: `vendored` or `crate` [default: crate]
    #[arg(long, value_parser = runtime)]
    runtime: Option<Runtime>,
}

impl DepsArgs {
    /// The defaults are those of build scripts.
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let module = self.document.options(Options::for_build_script())?;
        let layout = self.layout.unwrap_or(module.layout);
        let mut options = match layout {
            Layout::Module => module,
            Layout::Crate => self.document.options(Options { runtime: Runtime::Crate, ..Options::default() })?,
        };
        options.layout = layout;
        // They need a crate, and make no difference to its dependencies.
        options.features = Features::None;
        options.runtime = self.runtime.unwrap_or(options.runtime);
        let kind = if self.server { TargetKind::ServerAxum } else { TargetKind::ClientReqwest };
        let output = self.document.generator(kind, options)?.generate()?;
        let own = output.dependencies().iter().map(ToString::to_string);
        let mut lines: Vec<String> = own.chain(output.added_dependencies().iter().map(ToString::to_string)).collect();
        lines.sort();
        let mut text = format!("[dependencies]\n{}\n", lines.join("\n"));
        if !output.wasm_dependencies().is_empty() {
            let lines: Vec<String> = output.wasm_dependencies().iter().map(ToString::to_string).collect();
            text.push_str(&format!("\n[target.'{WASM_TARGET}'.dependencies]\n{}\n", lines.join("\n")));
        }
        Ok(Outcome::described(&output, text))
    }
}
