//! The texts of all files of a document, and which nodes came from which file.

use super::source::Lines;
use super::{Origins, Place, Pointer, Report, Source};

/// The text of the document and of the files that it refers to, each with the pointer of its root in the tree.
#[derive(Debug, Clone)]
pub struct Sources {
    own: Source,
    files: Vec<(Pointer, Source)>,
    /// Where overlays put or moved nodes.
    origins: Origins,
}

impl From<Source> for Sources {
    fn from(own: Source) -> Self {
        Self { own, files: Vec::new(), origins: Origins::default() }
    }
}

impl Sources {
    /// The name of the document.
    #[cfg(feature = "cli")]
    pub fn name(&self) -> &str {
        self.own.name()
    }

    /// Adds a file whose root node is at `at`.
    pub fn add(&mut self, at: Pointer, source: Source) {
        self.files.push((at, source));
    }

    /// Sets where the nodes of the tree that overlays changed were written.
    pub fn set_origins(&mut self, origins: Origins) {
        self.origins = origins;
    }

    /// Whether the node at `at` was added or moved by an overlay.
    pub fn is_overlaid(&self, at: &Pointer) -> bool {
        self.origins.of(at) != *at
    }

    /// The original place of the node at `at`, as the user knows it: `#/paths` or `other.yaml#/A`.
    pub fn shown_place(&self, at: &Pointer) -> String {
        self.shown(&self.origins.of(at).to_string())
    }

    /// Each text with its part of `report`, the document first.
    pub(super) fn split(&self, report: &Report) -> Vec<(&Source, Report)> {
        let report = report.map_places(|at| self.origins.of(at));
        let own = report.select(|at| if self.file(at).is_none() { Some(at.clone()) } else { None });
        let of_file = |(place, source)| (source, report.select(|at| at.below(place)));
        let files = self.files.iter().map(|(place, source)| of_file((place, source)));
        std::iter::once((&self.own, own)).chain(files).collect()
    }

    /// The place of each node, or of its key with the flag, in their order. Each text is walked once.
    pub fn places(&self, nodes: &[(Pointer, bool)]) -> Vec<Place> {
        let nodes: Vec<(Pointer, bool)> = nodes.iter().map(|(at, on_key)| (self.origins.of(at), *on_key)).collect();
        let texts =
            std::iter::once((Pointer::root(), &self.own)).chain(self.files.iter().map(|(at, text)| (at.clone(), text)));
        let mut places: Vec<Option<Place>> = vec![None; nodes.len()];
        for (root, source) in texts {
            let is_here = |(at, _): &(Pointer, bool)| std::ptr::eq(self.file(at).unwrap_or(&self.own), source);
            let here: Vec<usize> = (0..nodes.len()).filter(|&index| is_here(&nodes[index])).collect();
            let relative = |&index: &usize| (nodes[index].0.below(&root).expect("it is in this file"), nodes[index].1);
            let targets: Vec<(Pointer, bool)> = here.iter().map(relative).collect();
            let lines = Lines::new(source.text());
            for ((index, (at, _)), position) in here.iter().zip(&targets).zip(source.positions(&targets)) {
                places[*index] = Some(Place::new(source, &lines, at, position));
            }
        }
        places.into_iter().map(|place| place.expect("every node is in one file")).collect()
    }

    /// A message in which pointers into other files are named as the user knows them.
    pub fn shown(&self, text: &str) -> String {
        let mut files: Vec<_> = self.files.iter().map(|(at, source)| (at.to_string(), source)).collect();
        files.sort_by_key(|(at, _)| std::cmp::Reverse(at.len()));
        let shown = |text: String, (at, source): &(String, &Source)| text.replace(at, &format!("{}#", source.name()));
        files.iter().fold(text.to_owned(), shown)
    }

    fn file(&self, at: &Pointer) -> Option<&Source> {
        self.files.iter().find(|(place, _)| at.is_within(place)).map(|(_, source)| source)
    }
}

#[cfg(test)]
mod tests {
    use super::Sources;
    use crate::diag::{Code, Format, Pointer, Report, Source};

    #[test]
    fn diagnostics_are_split_by_file() {
        let mut sources = Sources::from(Source::new("a.yaml", "x: 1", Format::Yaml));
        let at = Pointer::root().child("x-files").child("b");
        sources.add(at.clone(), Source::new("b.yaml", "y: 1", Format::Yaml));
        let mut report = Report::new();
        report.error(Code::Malformed, &at.child("y"), "m");
        report.error(Code::Malformed, &Pointer::root().child("x"), "m");
        let split = sources.split(&report).into_iter();
        let places: Vec<_> = split
            .map(|(source, report)| {
                (source.name().to_owned(), report.iter().map(|found| found.at.to_string()).collect::<Vec<_>>())
            })
            .collect();
        let expected = [("a.yaml".to_owned(), vec!["#/x".to_owned()]), ("b.yaml".to_owned(), vec!["#/y".to_owned()])];
        assert_eq!(places, expected);
        assert_eq!(sources.shown("`#/x-files/b/y`"), "`b.yaml#/y`");
    }
}
