//! `keystub mock --proxy`: what is forwarded, and which differences are found. A proxy is stopped by a signal.
#![cfg(unix)]

mod differences;
mod failures;
mod passing;
mod running;
mod upstream;
