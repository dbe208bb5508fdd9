//! What an edit of a real document changes in the generated code: 20 edits of each of ten documents.
//!
//! An edit must not change a name that it does not concern: reordering and descriptions change none, additions take none away,
//! and removals give none. The exception are names of types that equal schemas share, which are counted separately: they appear
//! and disappear with the second of the equal schemas, while the aliases of each place stay. With a lock file, no name moves at
//! all. Prints the table of docs/BENCHMARKS.md with `--nocapture`.

#[path = "stable/edits.rs"]
mod edits;
#[path = "stable/items.rs"]
mod items;

use std::collections::BTreeMap;
use std::path::Path;

use edits::{EDITS, Edit, Effect, Random};
use items::Public;
use keystub::{Generator, Input, LockedNames, Runtime};
use serde_yaml::Value;
use similar::{Algorithm, ChangeTag, TextDiff};

const DOCUMENTS: [&str; 10] = [
    "1password.local/connect",
    "ably.io/platform",
    "ably.net/control",
    "clarify.io",
    "dev.to",
    "docker.com/hub",
    "mailscript.com",
    "netlicensing.io",
    "tyk.com",
    "up.com.au",
];

/// Edits that change other names than their own, with the reason.
const EXCEPTIONS: [(&str, &str, &str); 1] =
    [("docker.com/hub", "remove a value of an enum", "two values of the enum differ only in a sign")];

/// The code of a client, and its names.
struct Code {
    text: String,
    public: Public,
}

impl Code {
    fn of(generator: &Generator) -> Option<Self> {
        let output = generator.generate().ok()?;
        let files = output.files();
        let files = || files.iter().filter(|(path, _)| path.ends_with(".rs")).map(|(_, text)| *text);
        Some(Self { text: files().collect(), public: items::public(files()) })
    }

    /// The names that the other code lacks; those of shared types are counted in `shared`.
    fn without<'c>(&'c self, other: &'c Self, shared: &mut usize) -> Vec<&'c String> {
        let of_shared = |name: &&&String| self.public.shared.contains(name.split("::").next().unwrap_or_default());
        let (of_shared, own): (Vec<_>, Vec<_>) =
            self.public.names.difference(&other.public.names).partition(|name| of_shared(&name));
        *shared += of_shared.iter().filter(|name| !name.contains("::")).count();
        own
    }

    fn lines_changed(&self, other: &Self) -> usize {
        let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(&self.text, &other.text);
        diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal).count()
    }
}

fn generator(document: &Value) -> Generator {
    let bytes = serde_yaml::to_string(document).unwrap().into_bytes();
    Generator::client(Input::Memory { name: "api.yaml".into(), bytes }).runtime(Runtime::Crate)
}

/// The text of a lock file with these names.
fn lock_file(names: &LockedNames) -> String {
    let table = |kind: &str, names: &BTreeMap<String, String>| {
        let rows = names.iter().map(|(key, name)| format!("{} = {name:?}\n", serde_json::to_string(key).unwrap()));
        format!("[names.\"api.yaml\".{kind}]\n{}", rows.collect::<String>())
    };
    format!("version = 2\n{}{}", table("operations", &names.operations), table("types", &names.types))
}

/// The names with pointers that do not depend on the order of parameters.
fn places(names: &LockedNames, document: &Value) -> BTreeMap<String, String> {
    let types = names.types.iter().map(|(pointer, name)| (place(pointer, document), name.clone()));
    types.chain(names.operations.clone()).collect()
}

fn place(pointer: &str, document: &Value) -> String {
    let (mut node, mut place) = (Some(document), String::new());
    for segment in pointer.split('/').skip(1) {
        let key = segment.replace("~1", "/").replace("~0", "~");
        let item = node.and_then(|node| node.as_sequence()).and_then(|items| items.get(key.parse::<usize>().ok()?));
        let name = item.and_then(|item| item.get("name")?.as_str());
        place.push('/');
        place.push_str(name.unwrap_or(segment));
        node = item.or_else(|| node?.get(key.as_str()));
    }
    place
}

/// The places of both whose names differ.
fn moved(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let both = before.iter().filter_map(|(place, name)| Some((place, name, after.get(place)?)));
    both.filter(|(_, name, now)| name != now).map(|(place, name, now)| format!("{place}: {name} → {now}")).collect()
}

/// What the edits of one kind changed.
#[derive(Default)]
struct Measured {
    lines: Vec<usize>,
    added: usize,
    removed: usize,
    shared: usize,
}

/// A document with what is generated from it.
struct Original {
    name: &'static str,
    document: Value,
    code: Code,
    names: BTreeMap<String, String>,
    lock: tempfile::NamedTempFile,
}

impl Original {
    fn read(name: &'static str, path: &Path) -> Self {
        let document: Value = serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let generator = generator(&document);
        let names = generator.names().unwrap_or_else(|error| panic!("{name}: {error}"));
        let lock = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(lock.path(), lock_file(&names)).unwrap();
        let code = Code::of(&generator).unwrap();
        Self { name, names: places(&names, &document), code, lock, document }
    }

    /// Makes an edit and measures it; the faults go to `faults`. `None` if the document has nothing of the kind.
    fn measure(&self, edit: &Edit, seed: u64, measured: &mut Measured, faults: &mut Vec<String>) -> Option<()> {
        let mut edited = self.document.clone();
        (edit.make)(&mut edited, &mut Random::new(seed))?;
        let generator = generator(&edited);
        let code = Code::of(&generator)?;
        let locked = generator.lock(self.lock.path()).names().unwrap();
        let moved = moved(&self.names, &places(&locked, &edited));
        let lost = self.code.without(&code, &mut measured.shared);
        let new = code.without(&self.code, &mut measured.shared);
        let is_clean = match edit.effect {
            Effect::Same => lost.is_empty() && new.is_empty(),
            Effect::Adds => lost.is_empty(),
            Effect::Removes => new.is_empty(),
        };
        let is_exception = EXCEPTIONS.iter().any(|(name, what, _)| (*name, *what) == (self.name, edit.what));
        if !moved.is_empty() || is_exception == is_clean {
            let what = edit.what;
            faults.push(format!(
                "{}, {what}: lost {lost:?}, new {new:?}, moved despite a lock file {moved:?}",
                self.name
            ));
        }
        measured.lines.push(self.code.lines_changed(&code));
        measured.added += new.len();
        measured.removed += lost.len();
        Some(())
    }
}

/// The measurements of each edit, and the faults, of one document.
fn measurements(name: &'static str, path: &Path, seed: u64) -> (Vec<Measured>, Vec<String>) {
    let original = Original::read(name, path);
    let mut faults = Vec::new();
    let of = |(edit, number): (&Edit, u64)| {
        let mut measured = Measured::default();
        let _ = original.measure(edit, seed + number, &mut measured, &mut faults);
        measured
    };
    (EDITS.iter().zip(0..).map(of).collect(), faults)
}

fn print(measured: &mut [Measured]) {
    println!("| edit | documents | lines, median | lines, most | names added | names removed | shared types |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for (edit, Measured { lines, added, removed, shared }) in EDITS.iter().zip(measured) {
        lines.sort_unstable();
        let (median, most) = (lines[lines.len() / 2], lines[lines.len() - 1]);
        println!("| {} | {} | {median} | {most} | {added} | {removed} | {shared} |", edit.what, lines.len());
    }
}

#[test]
fn edits_of_real_documents_change_only_what_they_concern() {
    let all = corpus::documents::all();
    let find = |name: &str| all.iter().find(|document| document.name == name).expect("the package has the document");
    let jobs: Vec<_> = DOCUMENTS.into_iter().zip((0_u64..).step_by(EDITS.len())).collect();
    let results: Vec<_> = std::thread::scope(|scope| {
        let run = |jobs| {
            move || -> Vec<_> {
                let jobs: &[(&'static str, u64)] = jobs;
                jobs.iter().map(|(name, seed)| measurements(name, &find(name).path, *seed)).collect()
            }
        };
        let threads: Vec<_> = jobs.chunks(jobs.len() / 2).map(|jobs| scope.spawn(run(jobs))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let mut measured: Vec<Measured> = EDITS.iter().map(|_| Measured::default()).collect();
    let mut faults = Vec::new();
    for (own, own_faults) in results {
        faults.extend(own_faults);
        for (sum, mut own) in measured.iter_mut().zip(own) {
            sum.lines.append(&mut own.lines);
            sum.added += own.added;
            sum.removed += own.removed;
            sum.shared += own.shared;
        }
    }
    print(&mut measured);
    let made: usize = measured.iter().map(|measured| measured.lines.len()).sum();
    assert!(made > 180, "only {made} edits were made");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
