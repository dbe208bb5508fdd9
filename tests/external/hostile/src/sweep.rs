//! The sweep: replaces the texts of the document one after the other by payloads, and checks the generated files.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use keystub::{Error, Generator, Input, TargetKind};
use serde_json::Value;

use crate::judge::{self, Counts, Files};
use crate::markdown;
use crate::payloads::{HARMLESS, PAYLOADS};
use crate::sites::{Site, sites};

/// Both sides.
pub const SIDES: [TargetKind; 2] = [TargetKind::ClientReqwest, TargetKind::ServerAxum];

/// Which payloads are tried at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// This number, different ones at each place, each on one side.
    Some(usize),
    /// All, on both sides.
    All,
}

/// The results of a sweep.
#[derive(Debug, Default)]
pub struct Report {
    /// The number of places.
    pub places: usize,
    /// For each payload, the number of documents that were generated.
    pub made: BTreeMap<usize, usize>,
    /// The number of documents that were rejected.
    pub refused: usize,
    /// The defects.
    pub faults: Vec<String>,
}

/// The document in which texts are replaced.
///
/// # Panics
///
/// If the fixture is not valid YAML.
pub fn document() -> Value {
    serde_yaml::from_str(include_str!("../../../../fixtures/world/everything.yaml")).expect("the fixture is YAML")
}

/// A generated side of a document.
#[derive(Debug)]
pub struct Made {
    /// Its files.
    pub files: Files,
    /// The number of warnings; each may report a skipped part.
    pub warnings: usize,
}

/// Generates one side of a document.
///
/// # Errors
///
/// The diagnostics if the document is rejected; a fault if keystub has a bug.
pub fn generate(side: TargetKind, document: &Value) -> Result<Made, Refusal> {
    let input = Input::Memory { name: "hostile.json".to_owned(), bytes: document.to_string().into_bytes() };
    let made = std::panic::catch_unwind(|| Generator::new(side, input).name("hostile").generate());
    match made {
        Ok(Ok(output)) => {
            let files = output.files().into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
            Ok(Made { files, warnings: output.warnings().len() })
        }
        Ok(Err(Error::Document(refusal))) => Err(Refusal::Listing(refusal.to_string())),
        Ok(Err(other)) => Err(Refusal::Fault(other.to_string())),
        Err(_) => Err(Refusal::Fault("keystub panicked".to_owned())),
    }
}

/// Why there are no files.
#[derive(Debug)]
pub enum Refusal {
    /// The document is rejected, with these diagnostics.
    Listing(String),
    /// keystub has a bug.
    Fault(String),
}

/// Sweeps the document on all cores.
pub fn run(extent: Extent) -> Report {
    let document = document();
    let places = sites(&document);
    let sweep = Sweep::new(&document);
    let (next, report) = (AtomicUsize::new(0), Mutex::new(Report { places: places.len(), ..Report::default() }));
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some((index, site)) = at(&places, next.fetch_add(1, Ordering::Relaxed)) {
                    let own = sweep.place(index, site, extent);
                    let mut report = report.lock().expect("no thread panics");
                    report.refused += own.refused;
                    report.faults.extend(own.faults);
                    for (payload, count) in own.made {
                        *report.made.entry(payload).or_default() += count;
                    }
                }
            });
        }
    });
    report.into_inner().expect("no thread panics")
}

fn at(places: &[Site], index: usize) -> Option<(usize, &Site)> {
    places.get(index).map(|site| (index, site))
}

struct Sweep<'d> {
    document: &'d Value,
    clean: [Made; 2],
    /// The number of items of the files that were already checked, by the hash of their text.
    judged: Mutex<BTreeMap<u64, usize>>,
}

impl<'d> Sweep<'d> {
    fn new(document: &'d Value) -> Self {
        let clean = SIDES.map(|side| generate(side, document).expect("the document itself is valid"));
        Self { document, clean, judged: Mutex::default() }
    }

    fn place(&self, index: usize, site: &Site, extent: Extent) -> Report {
        let mut report = Report::default();
        let harmless = site.replaced(self.document, HARMLESS);
        let mut baselines: [Option<Option<Counts>>; 2] = [None, None];
        for (payload, side) in chosen(index, extent) {
            let Some(document) = site.replaced(self.document, PAYLOADS[payload]) else { continue };
            let baseline = baselines[side].get_or_insert_with(|| {
                let made = generate(SIDES[side], harmless.as_ref()?).ok()?;
                self.judge(side, &made.files).ok()
            });
            match generate(SIDES[side], &document) {
                Err(Refusal::Listing(listing)) => {
                    report.refused += 1;
                    report.faults.extend(listing_fault(&listing).map(|fault| named(site, payload, &fault)));
                }
                Err(Refusal::Fault(fault)) => report.faults.push(named(site, payload, &fault)),
                Ok(made) => {
                    *report.made.entry(payload).or_default() += 1;
                    let says_more = made.warnings > self.clean[side].warnings;
                    let fault = match (self.judge(side, &made.files), baseline.as_ref()) {
                        (Err(fault), _) => Some(fault),
                        (Ok(own), Some(counts)) => counts_fault(&own, counts, says_more),
                        (Ok(_), None) => None,
                    };
                    report.faults.extend(fault.map(|fault| named(site, payload, &fault)));
                }
            }
        }
        report
    }

    /// Checks the files and returns the number of items of each.
    fn judge(&self, side: usize, files: &Files) -> Result<Counts, String> {
        let clean = &self.clean[side].files;
        let names: BTreeSet<&String> = files.keys().collect();
        if let Some(stranger) = names.into_iter().find(|name| !clean.contains_key(*name)) {
            return Err(format!("unexpected file `{stranger}`"));
        }
        let mut counts = Counts::new();
        for (path, text) in files {
            match path.as_str() {
                "Cargo.toml" => judge::manifest(text, &clean["Cargo.toml"])?,
                path if path.ends_with(".md") => markdown::readme(text).map_err(|fault| format!("{path}: {fault}"))?,
                path if path.ends_with(".rs") => {
                    counts.insert(path.to_owned(), self.rust(path, text)?);
                }
                _ => {}
            }
        }
        Ok(counts)
    }

    fn rust(&self, path: &str, text: &str) -> Result<usize, String> {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(count) = self.judged.lock().expect("no thread panics").get(&hash) {
            return Ok(*count);
        }
        let count = judge::rust(path, text)?;
        self.judged.lock().expect("no thread panics").insert(hash, count);
        Ok(count)
    }
}

/// The payloads for a place, each with a side. Neighbouring places have different ones.
fn chosen(index: usize, extent: Extent) -> Vec<(usize, usize)> {
    match extent {
        Extent::All => (0..PAYLOADS.len()).flat_map(|payload| [(payload, 0), (payload, 1)]).collect(),
        // 11 and the number of payloads have no common divisor.
        Extent::Some(count) => {
            (0..count).map(|step| ((index * count + step) * 11 % PAYLOADS.len(), (index + step / 2) % 2)).collect()
        }
    }
}

/// A fault if there are more items than with a harmless text, or fewer without a warning.
fn counts_fault(own: &Counts, harmless: &Counts, says_more: bool) -> Option<String> {
    let is_bad = |count: usize, other: usize| count > other || (count < other && !says_more);
    let (path, count) = own.iter().find(|(path, count)| harmless.get(*path).is_some_and(|it| is_bad(**count, *it)))?;
    Some(format!("{path} has {count} items, and {} with a harmless text", harmless[path]))
}

/// A fault if diagnostics contain control characters, which a terminal interprets, or characters that reorder text
/// (G18).
fn listing_fault(listing: &str) -> Option<String> {
    let is_bad =
        |c: &char| (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    listing.chars().find(is_bad).map(|c| format!("the diagnostics contain {c:?}: {listing:?}"))
}

fn named(site: &Site, payload: usize, fault: &str) -> String {
    format!("{:?} at {site}: {fault}", PAYLOADS[payload])
}
