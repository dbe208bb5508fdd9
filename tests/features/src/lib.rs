//! No code: the manifest names the features.
