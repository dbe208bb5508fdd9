//! A subscriber that collects spans. The tests of the client use it, too.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

type Fields = BTreeMap<String, String>;

/// The fields of each span of telemetry, in order.
#[derive(Debug, Clone, Default)]
pub struct Spans(Arc<Mutex<Vec<Fields>>>);

struct Visitor<'f>(&'f mut Fields);

impl Visit for Visitor<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target().contains("telemetry")
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut spans = self.0.lock().unwrap();
        let mut fields = Fields::new();
        attributes.record(&mut Visitor(&mut fields));
        spans.push(fields);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, id: &Id, record: &Record<'_>) {
        record.record(&mut Visitor(&mut self.0.lock().unwrap()[id.into_u64() as usize - 1]));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Spans {
    /// Collects the spans of this thread until the guard is dropped.
    pub fn start() -> (Self, tracing::subscriber::DefaultGuard) {
        let spans = Self::default();
        (spans.clone(), tracing::subscriber::set_default(spans))
    }

    /// These fields of all spans; `-` if a span does not have one.
    pub fn rows<const N: usize>(&self, names: [&str; N]) -> Vec<String> {
        let value = |span: &Fields, name: &str| span.get(name).cloned().unwrap_or_else(|| "-".to_owned());
        self.0.lock().unwrap().iter().map(|span| names.map(|name| value(span, name)).join(" ")).collect()
    }
}
