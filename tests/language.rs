//! Keeps odd phrases out of comments, docs, templates, messages and markdown.
//!
//! A hit is reported as `path:line: phrase → suggestion`. Right uses are listed in `tests/language-allowed.tsv` (path,
//! phrase, reason); a row without a hit fails.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What is scanned.
const ROOTS: &[&str] =
    &["benches", "docs", "examples", "fixtures", "src", "templates", "tests", "CHANGELOG.md", "CONTRIBUTING.md"];

/// Generated files, and this test with its list.
const SKIPPED: &[&str] = &["tests/generated", "tests/language.rs", "tests/language-allowed.tsv"];

const EXTENSIONS: &[&str] = &["j2", "md", "mjs", "py", "rs", "toml", "tsv", "yaml", "yml"];

/// A phrase that may not occur.
struct Phrase {
    pattern: &'static str,
    /// The pattern also matches these right uses: the text of a match, in lower case.
    unless: &'static [&'static str],
    suggestion: &'static str,
    /// A sentence in which the phrase occurs.
    sample: &'static str,
}

const PHRASES: &[Phrase] = &[
    Phrase {
        pattern: r"\bst(?:ands?|ood) (?:alone|among|at|before|behind|beside|for itself|in|once|there|twice)\b",
        unless: &[],
        suggestion: "is, appears, occurs",
        sample: "The key stands twice in this list.",
    },
    Phrase {
        pattern: r"\b(?:tells?|told) (?:of|nobody|nothing)\b",
        unless: &[],
        suggestion: "reports, describes",
        sample: "An error tells of the place.",
    },
    Phrase {
        pattern: r"\b(?:are|be|is|was|were) told\b",
        unless: &[],
        suggestion: "is reported, is documented",
        sample: "What is told to the caller.",
    },
    Phrase {
        pattern: r"\b(?:\w+ )?(?:are|is|was|were) no \w+",
        unless: &[
            "there is no ",
            "there are no ",
            "there was no ",
            "there were no ",
            "no longer",
            "no more",
            "no less",
        ],
        suggestion: "is not a, is not an",
        sample: "The value is no number.",
    },
    Phrase {
        pattern: r"\b(?:\w+ )?(?:are|is) none\b",
        unless: &["there is none", "there are none"],
        suggestion: "is not one, is not valid",
        sample: "If the text is none.",
    },
    Phrase {
        pattern: r"\bours\b",
        unless: &[],
        suggestion: "keystub's, generated, internal",
        sample: "A clock that differs from ours.",
    },
    Phrase {
        pattern: r"\bbeside\b",
        unless: &[],
        suggestion: "next to, in addition to",
        sample: "The schema beside the reference.",
    },
    Phrase {
        pattern: r"\bpassing (?:error|failure|fault)s?\b",
        unless: &[],
        suggestion: "transient failure",
        sample: "After a passing fault.",
    },
    Phrase {
        pattern: r"\b(?:made|makes?) (?:calls? |it |once |requests? )?again\b",
        unless: &[],
        suggestion: "retries, is sent again",
        sample: "A call that is made again.",
    },
    Phrase { pattern: r"\bbeyond us\b", unless: &[], suggestion: "unsupported", sample: "The document is beyond us." },
    Phrase {
        pattern: r"\bthe world around\b|\b(?:around us|of the world)\b",
        unless: &[],
        suggestion: "I/O",
        sample: "Errors of the world around us.",
    },
    Phrase {
        pattern: r"\bof (?:her|his|its|my|one's|our|their|your) own\b",
        unless: &[],
        suggestion: "separate, its own",
        sample: "A file of its own.",
    },
    Phrase { pattern: r"\bheirs?\b", unless: &[], suggestion: "subtypes", sample: "The heirs of a schema." },
    Phrase {
        pattern: r"\b(?:for so long|only so many|so many times)\b",
        unless: &[],
        suggestion: "this number of, for this time",
        sample: "Only so many calls wait.",
    },
    Phrase {
        pattern: r"\bask(?:ed|ing|s)? of (?:a|his|its|the|their)\b",
        unless: &[],
        suggestion: "requires, security requirements",
        sample: "What an operation asks of its caller.",
    },
    Phrase {
        pattern: r"\b(?:are|be|is|was|were) let in\b|\blets? (?:everybody|no one|nobody)\b",
        unless: &[],
        suggestion: "is authenticated, is allowed",
        sample: "The caller is let in.",
    },
    Phrase {
        pattern: r"\b(?:can|cannot|could|may|must) be had\b|\b(?:are|is) had\b",
        unless: &[],
        suggestion: "can be obtained",
        sample: "No token could be had.",
    },
    Phrase {
        pattern: r"\bnothing but itself\b",
        unless: &[],
        suggestion: "only to itself",
        sample: "A reference to nothing but itself.",
    },
    Phrase {
        pattern: r"\bg(?:ave|ives?) way\b|\bpassed over\b",
        unless: &[],
        suggestion: "is replaced, is ignored",
        sample: "Empty lines are passed over.",
    },
    Phrase {
        pattern: r"\bthe server answered\b|\b(?:an|its|no|the) answers?\b",
        unless: &[],
        suggestion: "response",
        sample: "The body of the answer.",
    },
    Phrase {
        pattern: r"\b(?:no say|without a word)\b|\bat its word\b",
        unless: &[],
        suggestion: "silently, does not count",
        sample: "The system has no say.",
    },
    Phrase {
        pattern: r"\b(?:are|is) held to\b",
        unless: &[],
        suggestion: "is checked against",
        sample: "A list is held to its form.",
    },
    Phrase {
        pattern: r"\bsays? nothing (?:about|of)\b",
        unless: &[],
        suggestion: "does not specify",
        sample: "The document says nothing of it.",
    },
    Phrase {
        pattern: r"\bfurther (?:attempt|field|key|member|one|part|property|propertie|request|value)s?\b",
        unless: &[],
        suggestion: "additional, other",
        sample: "At most three further attempts.",
    },
];

/// The patterns of [`PHRASES`], case-insensitive.
static PATTERNS: LazyLock<Vec<Regex>> =
    LazyLock::new(|| PHRASES.iter().map(|phrase| Regex::new(&format!("(?i){}", phrase.pattern)).unwrap()).collect());

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    path: String,
    line: usize,
    phrase: String,
    suggestion: &'static str,
}

#[test]
fn files_contain_no_odd_phrases() {
    let (hits, allowed) = (hits(), allowed());
    let is_allowed = |hit: &Hit| allowed.iter().any(|(path, phrase)| *path == hit.path && *phrase == hit.phrase);
    let is_odd = |hit: &&Hit| !is_allowed(hit);
    let found: Vec<String> = hits
        .iter()
        .filter(is_odd)
        .map(|Hit { path, line, phrase, suggestion }| format!("{path}:{line}: {phrase} → {suggestion}"))
        .collect();
    assert!(found.is_empty(), "{} phrases to rewrite:\n{}", found.len(), found.join("\n"));
}

#[test]
fn allowed_phrases_still_occur() {
    let hits = hits();
    let is_unused =
        |(path, phrase): &&(String, String)| !hits.iter().any(|hit| hit.path == *path && hit.phrase == *phrase);
    let allowed = allowed();
    let unused: Vec<_> = allowed.iter().filter(is_unused).collect();
    assert!(unused.is_empty(), "remove these rows from tests/language-allowed.tsv: {unused:?}");
}

#[test]
fn each_phrase_is_found_in_its_sample() {
    for phrase in PHRASES {
        let found = scan("sample", phrase.sample);
        let is_found = found.iter().any(|hit| hit.suggestion == phrase.suggestion);
        assert!(is_found, "`{}` does not match `{}`", phrase.pattern, phrase.sample);
        // The text is found across the lines of a comment, and reported at its first line.
        let wrapped = format!("fn f() {{}}\n/// {}\n", phrase.sample.replace(' ', "\n    /// "));
        assert!(
            scan("sample", &wrapped).iter().any(|hit| hit.suggestion == phrase.suggestion && hit.line > 1),
            "{wrapped}"
        );
    }
}

#[test]
fn right_uses_are_not_reported() {
    for text in ["There is no key.", "It is no longer used.", "If there are none.", "Answers are counted.", "besides"] {
        assert_eq!(scan("sample", text), [], "{text}");
    }
}

fn is_below(path: &str, entry: &str) -> bool {
    path.strip_prefix(entry).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The rows of the list of allowed phrases: path and phrase.
fn allowed() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(Path::new(ROOT).join("tests/language-allowed.tsv")).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| match line.split('\t').collect::<Vec<_>>()[..] {
            [path, phrase, reason] if !reason.is_empty() => (path.to_owned(), phrase.to_owned()),
            _ => panic!("expected path, phrase and reason, found {line:?}"),
        })
        .collect()
}

/// All hits, in the order of paths and lines; found once for all tests.
fn hits() -> &'static BTreeSet<Hit> {
    static HITS: LazyLock<BTreeSet<Hit>> = LazyLock::new(find);
    &HITS
}

fn find() -> BTreeSet<Hit> {
    let mut paths = Vec::new();
    for root in ROOTS {
        files(root, &mut paths);
    }
    assert!(paths.len() > 300, "only {} files are scanned", paths.len());
    // A fixture may be invalid UTF-8.
    let read =
        |path: &String| String::from_utf8_lossy(&std::fs::read(Path::new(ROOT).join(path)).unwrap()).into_owned();
    paths.iter().flat_map(|path| scan(path, &read(path))).collect()
}

fn files(path: &str, found: &mut Vec<String>) {
    if SKIPPED.iter().any(|skipped| is_below(path, skipped)) {
        return;
    }
    let full = Path::new(ROOT).join(path);
    // Build output contains this file.
    if full.join("CACHEDIR.TAG").exists() {
        return;
    }
    if full.is_dir() {
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().ok();
        let is_source = |name: &String| !name.starts_with('.') && name != "node_modules";
        for name in std::fs::read_dir(full).unwrap().filter_map(name).filter(is_source) {
            files(&format!("{path}/{name}"), found);
        }
    } else if full.is_file()
        && full.extension().is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known))
    {
        found.push(path.to_owned());
    }
}

/// The hits in one file. Lines are joined, so that a phrase is found across the lines of a comment.
fn scan(path: &str, text: &str) -> Vec<Hit> {
    let (mut joined, mut starts) = (String::new(), Vec::new());
    for line in text.lines() {
        starts.push(joined.len());
        joined.push_str(line.trim().trim_start_matches(['/', '!', '#', '*']).trim_start());
        joined.push(' ');
    }
    let line = |offset: usize| starts.partition_point(|start| *start <= offset);
    let mut hits = Vec::new();
    for (Phrase { unless, suggestion, .. }, pattern) in PHRASES.iter().zip(&*PATTERNS) {
        for found in pattern.find_iter(&joined) {
            let phrase = found.as_str().to_lowercase();
            if !unless.iter().any(|right| phrase.contains(right)) {
                hits.push(Hit { path: path.to_owned(), line: line(found.start()), phrase, suggestion });
            }
        }
    }
    hits
}
