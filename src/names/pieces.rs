//! The words of ASCII text, as `heck` finds them. A large document has hundreds of thousands of names, for which `heck`, which formats each
//! character of Unicode, takes longer than everything else that is done with them.

/// Calls `with` for each word. All characters but ASCII letters and digits separate words, and so do changes of the case:
/// `HTTPRequest2Send` is `HTTP`, `Request2`, `Send`.
pub(super) fn each_word(text: &str, mut with: impl FnMut(&str)) {
    text.split(|c: char| !c.is_ascii_alphanumeric()).for_each(|part| each_word_of(part, &mut with));
}

/// The case of the last letter of a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    None,
    Lower,
    Upper,
}

fn each_word_of(text: &str, with: &mut impl FnMut(&str)) {
    let (mut start, mut last) = (0, Last::None);
    for (at, pair) in text.as_bytes().windows(2).enumerate() {
        let (this, next) = (pair[0], pair[1]);
        let now = match this {
            _ if this.is_ascii_lowercase() => Last::Lower,
            _ if this.is_ascii_uppercase() => Last::Upper,
            _ => last,
        };
        let end = if now == Last::Lower && next.is_ascii_uppercase() {
            at + 1
        } else if last == Last::Upper && this.is_ascii_uppercase() && next.is_ascii_lowercase() {
            at
        } else {
            last = now;
            continue;
        };
        with(&text[start..end]);
        (start, last) = (end, Last::None);
    }
    if start < text.len() {
        with(&text[start..]);
    }
}
