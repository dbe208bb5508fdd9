//! The command line entrance.

fn main() -> std::process::ExitCode {
    keystub::cli::run()
}
