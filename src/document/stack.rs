//! A stack that is large enough for the deepest document.

/// 120 levels of a schema need more stack than the default of 2 MiB.
const STACK: usize = 256 << 20;

/// Runs `work` on a thread whose stack is large enough for the deepest document.
pub(crate) fn on_a_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let outcome = thread.expect("the system can start a thread").join();
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
