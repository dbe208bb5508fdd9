//! Empty: the tests stand in tests/, the scripts of the other side beside this folder.
