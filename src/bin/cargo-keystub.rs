//! `cargo keystub`: the same program as a command of cargo.

fn main() -> std::process::ExitCode {
    keystub::cli::run_for_cargo()
}
