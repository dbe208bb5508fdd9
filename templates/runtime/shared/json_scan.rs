//! Reads JSON text into a tape. What this refuses is parsed again by `json_parse`, which says why.

use super::json_tape::{NewEntry, Tape};

/// The maximum depth, which is that of serde_json.
const MAX_DEPTH: u8 = 127;

/// A number without an exponent and with at most so many digits is finite.
const MOST_DIGITS: usize = 300;

/// A number with at most so many characters has less than 16 digits, so they are a number below 2^53.
const EXACT_DIGITS: usize = 16;

/// Powers of ten, which are exact.
const POWERS: [f64; 15] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14];

/// The document of this text; `None` if it is not JSON, nested deeper than 127 levels or larger than 1 GiB, or an object has
/// a duplicate key.
pub fn scan(bytes: &[u8]) -> Option<Tape<'_>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut scanner = Scanner { text, bytes, at: 0, tape: Tape::of(text)? };
    scanner.value(MAX_DEPTH)?;
    scanner.peek().is_none().then_some(scanner.tape)
}

/// The index of the first quote, backslash or control character at or after `from`, or the length of the text.
#[inline]
pub(super) fn plain_end(bytes: &[u8], from: usize) -> usize {
    // Most strings of a document are short.
    match bytes.get(from..).and_then(<[u8]>::first_chunk).map(|word| special(u64::from_le_bytes(*word))) {
        Some(0) => long_plain_end(bytes, from + 8),
        Some(found) => from + found.trailing_zeros() as usize / 8,
        None => from + short_plain_end(bytes.get(from..).unwrap_or_default()),
    }
}

fn long_plain_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
        if at == from + 16 {
            let (blocks, _) = bytes.get(at..).unwrap_or_default().as_chunks();
            at += 32 * blocks.iter().take_while(|block| is_plain(block)).count();
        }
    }
    let last = bytes.get(at..).unwrap_or_default();
    // The bytes before the last ones are plain.
    if bytes.last_chunk().is_some_and(|word| special(u64::from_le_bytes(*word)) == 0) {
        return at + last.len();
    }
    at + short_plain_end(last)
}

fn short_plain_end(bytes: &[u8]) -> usize {
    let word = match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)),
        _ => bytes.iter().fold(u64::from_le_bytes([b' '; 8]), |word, byte| word << 8 | u64::from(*byte)),
    };
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    let found = if special(word) == 0 { None } else { bytes.iter().position(is_special) };
    found.unwrap_or(bytes.len())
}

/// Whether no byte is special. Without branches, the compiler makes vector instructions of it.
fn is_plain(block: &[u8; 32]) -> bool {
    let is_special = |byte: u8| u8::from(byte < 0x20) | u8::from(byte == b'"') | u8::from(byte == b'\\');
    block.iter().fold(0, |found, byte| found | is_special(*byte)) == 0
}

/// Sets the highest bit of the first byte that is special, and perhaps of later ones: a subtraction borrows from the next
/// byte only if its own byte is less than what is subtracted.
fn special(word: u64) -> u64 {
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
    let control = word.wrapping_sub(0x20 * ONES) & !word;
    (control | zeros(word ^ (u64::from(b'"') * ONES)) | zeros(word ^ (u64::from(b'\\') * ONES))) & (0x80 * ONES)
}

/// One in each byte.
const ONES: u64 = 0x0101_0101_0101_0101;

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    tape: Tape<'a>,
}

impl Scanner<'_> {
    /// The next byte that is not white space.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    /// Reads a value. `depth` is the number of levels that it may have.
    fn value(&mut self, depth: u8) -> Option<()> {
        let entry = match self.peek()? {
            b'"' => self.string()?,
            b'{' => return self.object(depth.checked_sub(1)?),
            b'[' => return self.array(depth.checked_sub(1)?),
            b'-' | b'0'..=b'9' => return self.number(),
            b't' => self.word(b"true", NewEntry::bool(true))?,
            b'f' => self.word(b"false", NewEntry::bool(false))?,
            b'n' => self.word(b"null", NewEntry::NULL)?,
            _ => return None,
        };
        self.tape.push(entry);
        Some(())
    }

    fn word(&mut self, word: &[u8], entry: NewEntry) -> Option<NewEntry> {
        let is_there = self.bytes.get(self.at..)?.starts_with(word);
        self.at += word.len();
        is_there.then_some(entry)
    }

    fn object(&mut self, depth: u8) -> Option<()> {
        self.at += 1;
        let mut object = self.tape.start_object();
        let mut next = self.peek()?;
        if next == b'}' {
            self.at += 1;
            return self.tape.end_object(&object);
        }
        loop {
            if next != b'"' {
                return None;
            }
            let key = self.string()?;
            self.tape.key(&mut object, key)?;
            if self.peek()? != b':' {
                return None;
            }
            self.at += 1;
            self.value(depth)?;
            if self.has_end(b'}')? {
                return self.tape.end_object(&object);
            }
            next = self.peek()?;
        }
    }

    fn array(&mut self, depth: u8) -> Option<()> {
        self.at += 1;
        let array = self.tape.start_array();
        if self.peek()? == b']' {
            self.at += 1;
            return self.tape.end_array(array, 0);
        }
        let mut count = 0;
        loop {
            self.value(depth)?;
            count += 1;
            if self.has_end(b']')? {
                return self.tape.end_array(array, count);
            }
        }
    }

    /// Reads a comma (`false`) or the end of an object or array (`true`).
    #[inline]
    fn has_end(&mut self, end: u8) -> Option<bool> {
        let next = self.peek()?;
        self.at += 1;
        (next == b',' || next == end).then_some(next == end)
    }

    /// Reads a string from its quote on.
    #[inline]
    fn string(&mut self) -> Option<NewEntry> {
        let start = self.at + 1;
        let end = plain_end(self.bytes, start);
        match self.bytes.get(end)? {
            b'"' => {
                self.at = end + 1;
                Some(NewEntry::borrowed(start, end))
            }
            b'\\' => self.escaped(start, end),
            _ => None,
        }
    }

    /// Reads the string that starts at `start` and has the first backslash at `end`.
    fn escaped(&mut self, mut start: usize, mut end: usize) -> Option<NewEntry> {
        let own = self.tape.own();
        let first = own.len();
        if own.capacity() == 0 {
            // Escapes are longer than their characters.
            own.reserve(self.text.len() - start);
        }
        loop {
            own.push_str(self.text.get(start..end)?);
            match self.bytes.get(end)? {
                b'"' => break,
                b'\\' => {}
                _ => return None,
            }
            let (character, length) = escape(self.bytes.get(end..)?)?;
            own.push(character);
            start = end + length;
            end = plain_end(self.bytes, start);
        }
        self.at = end + 1;
        self.tape.owned(first)
    }

    /// Reads a number.
    fn number(&mut self) -> Option<()> {
        let start = self.at;
        let is_negative = self.bytes.get(start) == Some(&b'-');
        let first = start + usize::from(is_negative);
        let (at, number) = digits(self.bytes, first, 0)?;
        let count = at - first;
        if count > 1 && self.bytes.get(first) == Some(&b'0') {
            return None;
        }
        if matches!(self.bytes.get(at), Some(b'.' | b'e' | b'E')) || count > MOST_DIGITS {
            return self.decimal(start, at, number);
        }
        self.at = at;
        // 18 digits fit into 60 bits; integers have no negative zero.
        let is_small = count <= 18 && !(is_negative && number == 0);
        let small = NewEntry::small(if is_negative { number.wrapping_neg() } else { number });
        self.tape.push(small.filter(|_| is_small).unwrap_or(NewEntry::whole(start, at)));
        Some(())
    }

    /// Reads the number that starts at `start` and whose whole part, which ends at `at`, has these digits.
    fn decimal(&mut self, start: usize, mut at: usize, mut number: i64) -> Option<()> {
        let point = at;
        if self.bytes.get(at) == Some(&b'.') {
            (at, number) = digits(self.bytes, at + 1, number)?;
        }
        let has_exponent = matches!(self.bytes.get(at), Some(b'e' | b'E'));
        if has_exponent {
            let sign = usize::from(matches!(self.bytes.get(at + 1), Some(b'+' | b'-')));
            (at, _) = digits(self.bytes, at + 1 + sign, 0)?;
        }
        self.at = at;
        if !has_exponent && at - start <= EXACT_DIGITS {
            // The number and the power of ten are exact, so the quotient is the nearest float.
            #[allow(clippy::cast_precision_loss)] // less than 2^53
            let number = number as f64 / POWERS.get(at - point - 1)?;
            self.tape.push_float(if self.bytes.get(start) == Some(&b'-') { -number } else { number });
            return Some(());
        }
        if has_exponent || at - start > MOST_DIGITS {
            let number: f64 = self.text.get(start..at)?.parse().ok()?;
            number.is_finite().then_some(())?;
        }
        self.tape.push(NewEntry::decimal(start, at));
        Some(())
    }
}

/// The character of the escape at the start of a text, and the length of the escape; `None` if it is invalid.
#[inline]
fn escape(text: &[u8]) -> Option<(char, usize)> {
    let character = match text.get(1)? {
        plain @ (b'"' | b'\\' | b'/') => char::from(*plain),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(text),
        _ => return None,
    };
    Some((character, 2))
}

/// The character of `\u` and four digits, or of a surrogate pair.
fn unicode(text: &[u8]) -> Option<(char, usize)> {
    let first = unit(text)?;
    if !(0xd800..0xdc00).contains(&first) {
        return char::from_u32(first).map(|character| (character, 6));
    }
    let second = unit(text.get(6..)?).filter(|second| (0xdc00..0xe000).contains(second))?;
    char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)).map(|character| (character, 12))
}

fn unit(text: &[u8]) -> Option<u32> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |number, digit| Some(number << 4 | char::from(*digit).to_digit(16)?))
}

/// The index after digits, and the number that they continue; `None` if there are none. The number is right if it fits.
fn digits(bytes: &[u8], start: usize, mut number: i64) -> Option<(usize, i64)> {
    const TENS: [i64; 8] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];
    let mut at = start;
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk).map(|word| u64::from_le_bytes(*word)) {
        // Digits become 0 to 9. The others become at least 10, so that the sum or the value itself is at least 0x80.
        let word = word ^ (0x30 * ONES);
        let others = (word.wrapping_add(0x76 * ONES) | word) & (0x80 * ONES);
        if others != 0 {
            let count = others.trailing_zeros() as usize / 8;
            if count > 0 {
                let rest = eight_digits(word << (64 - 8 * count));
                number = number.wrapping_mul(TENS[count % 8]).wrapping_add(rest);
            }
            at += count;
            return (at > start).then_some((at, number));
        }
        number = number.wrapping_mul(100_000_000).wrapping_add(eight_digits(word));
        at += 8;
    }
    while let Some(digit @ b'0'..=b'9') = bytes.get(at) {
        number = number.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
        at += 1;
    }
    (at > start).then_some((at, number))
}

/// The number of eight digits, the first in the lowest byte: pairs of digits, of pairs and of fours are joined, each with one
/// multiplication.
fn eight_digits(word: u64) -> i64 {
    let pairs = word.wrapping_mul(10 << 8 | 1) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100 << 16 | 1) >> 16 & 0x0000_ffff_0000_ffff;
    (fours.wrapping_mul(10_000 << 32 | 1) >> 32).cast_signed()
}
