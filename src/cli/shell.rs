//! `keystub completions` and `keystub man`: files for shells and for man.

use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::Man;

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell that reads the completions
    #[arg(value_enum)]
    shell: Shell,
}

impl CompletionsArgs {
    /// The completions for this command line.
    pub(super) fn run(&self, mut cli: Command) -> String {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut cli, "keystub", &mut text);
        String::from_utf8_lossy(&text).into_owned()
    }
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Print the page of this command instead of that of keystub
    command: Option<String>,
}

impl ManArgs {
    /// The page, in the format of man.
    pub(super) fn run(&self, mut cli: Command) -> Result<String, String> {
        cli.build();
        let command = match &self.command {
            None => cli,
            Some(name) => {
                let commands: Vec<&str> = cli.get_subcommands().map(Command::get_name).collect();
                let unknown = || format!("unknown command `{name}`; expected one of {}", commands.join(", "));
                cli.find_subcommand(name).cloned().ok_or_else(unknown)?
            }
        };
        let mut text = Vec::new();
        Man::new(command).render(&mut text).map_err(|error| format!("cannot make the page: {error}"))?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}
