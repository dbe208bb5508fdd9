//! Texts that are harmful if they are not quoted or escaped.
//!
//! No payload begins with the word `EVIL`, so no name made from a payload does: an identifier that begins with it is
//! text of the document that became code.

/// A harmless text, to compare with. It occurs nowhere else.
pub const HARMLESS: &str = "harmless";

/// The payloads.
pub const PAYLOADS: &[&str] = &[
    // Quotes and their escapes.
    "x\"EVIL",
    "x'EVIL",
    "x\\EVIL",
    "x\\",
    "r#\"x EVIL\"#",
    "\"##x EVIL",
    "\"; std::process::exit(EVIL); \"",
    // Comments, attributes, macros.
    "*/ fn EVIL(){} /*",
    "// x EVIL",
    "\n fn EVIL(){}",
    "x\"]\n#[EVIL]",
    "')] x #[cfg(EVIL)]",
    "x.EVIL!{}",
    "#x #(#EVIL)*",
    // Templates and format strings.
    "{0}{x}{{",
    "{{ 7*7 }}x",
    "{% raw %}EVIL{% include 'EVIL' %}",
    "{{ x.EVIL }}{# EVIL #}",
    // Characters that break or reorder lines, and invisible ones.
    "x\u{2028}fn EVIL(){}",
    "x\u{202e}EVIL\u{2066}",
    "\u{feff}x EVIL",
    "x\0EVIL",
    "x\rfn EVIL(){}",
    "x\r\nX-EVIL: y",
    "x\u{1b}]8;;https://e.example\u{7}EVIL",
    // Markdown and HTML.
    "    fn EVIL(){}",
    "```\nfn EVIL(){}\n```",
    "~~~rust\nfn EVIL(){}\n",
    "- x\n\n      fn EVIL(){}\n\n\tfn EVIL(){}",
    "<script>x EVIL()</script>",
    "<img src=x onerror=EVIL()>",
    "[x](javascript:EVIL()) [y][z]\n\n[z]: javascript:EVIL()",
    "x <!-- EVIL --> `EVIL` | EVIL |",
    // Manifests, files and URLs.
    "x\"\n[dependencies]\nEVIL={git=\"https://e.example\"}\n[package]\nbuild=\"e.rs",
    "../../x/EVIL",
    "C:\\x\\EVIL",
    "https://u:p@e.example/{x}?EVIL#EVIL",
    // Keywords of Rust, and no text at all.
    "crate::EVIL",
    "Self",
    "r#type",
    "",
    "1;EVIL()",
];
