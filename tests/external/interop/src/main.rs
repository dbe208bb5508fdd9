//! The command line of keystub, for the tests of this package.

fn main() -> std::process::ExitCode {
    keystub::cli::run()
}
