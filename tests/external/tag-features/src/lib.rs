//! Crates that are generated from `shop.yaml` with a feature for each tag. The tests compile them.
