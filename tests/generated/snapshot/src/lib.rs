//! Empty: the snapshots stand in tests/.
