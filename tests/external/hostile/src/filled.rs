//! Documents in which all free texts are payloads at once. Their generated crates are compiled.

use keystub::{Generator, Input};
use serde_json::Value;

use crate::judge::{self, Counts};
use crate::payloads::PAYLOADS;
use crate::sites::{Site, sites};
use crate::sweep::{SIDES, document, generate};

/// The document with a payload at every place that accepts it. Each `turn` has other payloads at each place.
///
/// A payload for which the document is rejected, or a part of it is skipped, is not used at that place.
pub fn document_of(turn: usize) -> Value {
    let document = document();
    let places: Vec<(Site, usize)> = sites(&document)
        .into_iter()
        .enumerate()
        .map(|(index, site)| (site, (index + turn * 11) % PAYLOADS.len()))
        .collect();
    let items = items(&document).expect("the document itself is valid");
    // Most rejected payloads are rejected alone, which needs no generation to find out.
    let places: Vec<(Site, usize)> = places.into_iter().filter(|place| is_taken(&document, place)).collect();
    fill(document, &places, &items)
}

/// Whether the document with only this payload at this place is accepted.
fn is_taken(document: &Value, (site, payload): &(Site, usize)) -> bool {
    let Some(replaced) = site.replaced(document, PAYLOADS[*payload]) else { return false };
    let input = Input::Memory { name: "hostile.json".to_owned(), bytes: replaced.to_string().into_bytes() };
    std::panic::catch_unwind(|| Generator::client(input).inspect()).is_ok_and(|read| read.is_ok())
}

/// The number of items in every file of both sides; `None` if the document is rejected.
fn items(document: &Value) -> Option<[Counts; 2]> {
    let of = |side| {
        let files = generate(side, document).ok()?.files.into_iter();
        let rust = files.filter(|(path, _)| path.ends_with(".rs") && !path.contains("runtime/"));
        rust.map(|(path, text)| judge::rust(&path, &text).map(|count| (path, count))).collect::<Result<_, _>>().ok()
    };
    Some([of(SIDES[0])?, of(SIDES[1])?])
}

/// Inserts the payloads of these places. If the document is rejected with all of them, tries each half.
fn fill(document: Value, places: &[(Site, usize)], whole: &[Counts; 2]) -> Value {
    let mut filled = document.clone();
    for (site, payload) in places {
        if let Some(next) = site.replaced(&filled, PAYLOADS[*payload]) {
            filled = next;
        }
    }
    if items(&filled).as_ref() == Some(whole) {
        return filled;
    }
    match places.len() {
        0 | 1 => document,
        length => {
            let (first, second) = places.split_at(length / 2);
            fill(fill(document, first, whole), second, whole)
        }
    }
}
