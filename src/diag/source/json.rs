//! Finds nodes in JSON text by walking its bytes. The text has already been parsed, so its syntax is not checked again.

use super::targets::{Offsets, Targets};

/// The byte offset of each target.
pub(super) fn walk(text: &str, targets: Targets) -> Vec<Option<usize>> {
    let mut walk = JsonWalk { bytes: text.as_bytes(), at: 0, found: Offsets::new(&targets) };
    // `None` means that the text ends too early; what was found before that is kept.
    let _ = walk.value(&targets);
    walk.found.into_offsets()
}

struct JsonWalk<'t> {
    bytes: &'t [u8],
    at: usize,
    found: Offsets,
}

impl JsonWalk<'_> {
    /// Walks the value that starts here; descends only if it contains a target.
    fn value(&mut self, targets: &Targets) -> Option<()> {
        let first = self.next_token()?;
        self.found.value(targets, self.at);
        match first {
            b'{' if targets.has_children() => self.object(targets),
            b'[' if targets.has_children() => self.array(targets),
            _ => self.skip(),
        }
    }

    fn object(&mut self, targets: &Targets) -> Option<()> {
        self.at += 1;
        while self.next_token()? != b'}' {
            let start = self.at;
            self.skip_string()?;
            let key: Option<String> = serde_json::from_slice(&self.bytes[start..self.at]).ok();
            self.next_token()?;
            match key.and_then(|key| targets.child(&key)) {
                Some(child) => {
                    self.found.key(child, start);
                    self.value(child)?;
                }
                None => self.skip()?,
            }
        }
        self.at += 1;
        Some(())
    }

    fn array(&mut self, targets: &Targets) -> Option<()> {
        self.at += 1;
        let mut index = 0;
        while self.next_token()? != b']' {
            match targets.child(&index.to_string()) {
                Some(child) => self.value(child)?,
                None => self.skip()?,
            }
            index += 1;
        }
        self.at += 1;
        Some(())
    }

    /// The next byte that is neither white space nor a separator.
    fn next_token(&mut self) -> Option<u8> {
        while matches!(self.bytes.get(self.at)?, b' ' | b'\t' | b'\r' | b'\n' | b',' | b':') {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    /// Moves past the next value, without recursion.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0usize;
        loop {
            match self.next_token()? {
                b'"' => self.skip_string()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                    continue;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                _ => self.skip_word()?,
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    fn skip_string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            match self.bytes.get(self.at)? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(())
    }

    /// Moves past a number, `true`, `false` or `null`; always by at least one byte.
    fn skip_word(&mut self) -> Option<()> {
        self.at += 1;
        while matches!(self.bytes.get(self.at)?, b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'+' | b'-' | b'.') {
            self.at += 1;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, Source};
    use crate::diag::Pointer;

    const TEXT: &str = r#"{"a": [1, {"b\u0041": "x, y: ]"}, true],
 "c": {"d": {}}}"#;

    fn place(pointer: &str, on_key: bool) -> (usize, usize) {
        let source = Source::new("x", TEXT, Format::Json);
        let position = source.locate(&Pointer::parse(pointer).unwrap(), on_key).unwrap();
        (position.line, position.column)
    }

    #[test]
    fn keys_and_values_are_found() {
        assert_eq!(place("", false), (1, 1));
        assert_eq!(place("/a", true), (1, 2));
        assert_eq!(place("/a", false), (1, 7));
        assert_eq!(place("/a/1/bA", true), (1, 12));
        assert_eq!(place("/a/1/bA", false), (1, 23));
        assert_eq!(place("/a/2", false), (1, 35));
        assert_eq!(place("/c/d", false), (2, 13));
    }

    #[test]
    fn missing_nodes_are_located_at_their_nearest_ancestor() {
        assert_eq!(place("/c/e/f", false), (2, 7));
        assert_eq!(place("/a/9", true), (1, 7));
    }
}
