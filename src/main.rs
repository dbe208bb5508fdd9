//! The entry point of the command line.

/// A third of the time of most commands is spent on small allocations.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    keystub::cli::run()
}
