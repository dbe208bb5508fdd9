//! `cargo keystub`: the same program as a command of cargo.

/// Generating allocates many small values, for which the allocator of glibc takes a third of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    keystub::cli::run_for_cargo()
}
