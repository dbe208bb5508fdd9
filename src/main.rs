//! The entry point of the command line.

fn main() -> std::process::ExitCode {
    keystub::cli::run()
}
