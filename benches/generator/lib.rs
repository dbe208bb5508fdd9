//! See stages.rs.
