//! The trace context of a request: the header fields `traceparent` and `tracestate` (W3C Trace Context).

/// The header field with the ids of the trace and of the parent span.
pub const TRACEPARENT: &str = "traceparent";

/// The header field with data of tracing systems.
pub const TRACESTATE: &str = "tracestate";

/// The length of `traceparent` in version 00.
const LENGTH: usize = 55;

/// The maximum length of `tracestate` (W3C Trace Context, section 3.3.1.5).
const MAX_STATE: usize = 512;

/// The position of a request in a distributed trace. It contains only hexadecimal digits, and visible ASCII in its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    parent: String,
    state: Option<String>,
}

impl TraceContext {
    /// Reads a `traceparent`: `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`. `None` if it is invalid.
    ///
    /// What follows the flags in a later version is ignored, and the context has version 00 (section 4.3).
    pub fn parse(traceparent: &str) -> Option<Self> {
        let mut parts = traceparent.splitn(5, '-');
        let version = hex(parts.next()?, 2)?;
        let (trace, span, flags) = (hex(parts.next()?, 32)?, hex(parts.next()?, 16)?, hex(parts.next()?, 2)?);
        let is_zero = |id: &str| id.bytes().all(|byte| byte == b'0');
        if version == "ff" || is_zero(trace) || is_zero(span) || (version == "00" && parts.next().is_some()) {
            return None;
        }
        let parent = if version == "00" {
            traceparent.to_owned()
        } else {
            // Only the flag `sampled` is known to have the same meaning.
            let sampled = u8::from_str_radix(flags, 16).ok()? & 1;
            format!("00-{trace}-{span}-{sampled:02x}")
        };
        Some(Self { parent, state: None })
    }

    /// Adds the `tracestate`. One that is empty, too long or not visible ASCII is left out.
    #[must_use]
    pub fn state(mut self, tracestate: &str) -> Self {
        let is_valid = tracestate.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t'));
        let length = tracestate.trim().len();
        self.state = (is_valid && (1..=MAX_STATE).contains(&length)).then(|| tracestate.trim().to_owned());
        self
    }

    /// The value of `traceparent`.
    pub fn traceparent(&self) -> &str {
        &self.parent
    }

    /// The value of `tracestate`.
    pub fn tracestate(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// The id of the trace: 32 hexadecimal digits.
    pub fn trace_id(&self) -> &str {
        &self.parent[3..35]
    }

    /// The id of the span of the sender: 16 hexadecimal digits.
    pub fn parent_id(&self) -> &str {
        &self.parent[36..52]
    }

    /// Whether the sender may have recorded the trace.
    pub fn is_sampled(&self) -> bool {
        u8::from_str_radix(&self.parent[53..LENGTH], 16).is_ok_and(|flags| flags & 1 == 1)
    }
}

/// This text, if it has this number of lower-case hexadecimal digits.
fn hex(text: &str, length: usize) -> Option<&str> {
    let is_hex = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (text.len() == length && is_hex).then_some(text)
}
