//! Rust tokens as text in a message.

use quote::ToTokens;

/// The tokens in one line, with the usual spaces.
pub fn text(tokens: &impl ToTokens) -> String {
    const SPACES: &[(&str, &str)] = &[
        (" :: ", "::"),
        (":: ", "::"),
        (" ::", "::"),
        (" < ", "<"),
        ("< ", "<"),
        (" <", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        ("[ ", "["),
        (" ]", "]"),
        (" ;", ";"),
        (" : ", ": "),
    ];
    let plain = tokens.to_token_stream().to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    SPACES.iter().fold(plain, |text, (from, to)| text.replace(from, to)).replace("->(", "-> (").replace(",>", ">")
}
