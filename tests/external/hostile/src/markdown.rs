//! Checks markdown from a document: only text, links to the web, and code blocks marked as text are allowed.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

/// Checks the documentation of an item.
pub fn documentation(text: &str) -> Result<(), String> {
    judge(text, |info, code| info == "text" || (is_from_keystub(info) && !code.contains("EVIL")))
}

/// Checks a README, whose examples must be valid Rust and TOML.
pub fn readme(text: &str) -> Result<(), String> {
    let text = text.split_once("-->").map_or(text, |(_, rest)| rest);
    judge(text, |info, code| match info {
        "rust,no_run" => crate::judge::rust("an example", code).is_ok(),
        "toml" => code.parse::<toml_edit::DocumentMut>().is_ok() && !code.contains("EVIL"),
        "sh" | "text" | "rust" | "console" => !code.contains("EVIL"),
        _ => false,
    })
}

/// Whether keystub's own documentation has code blocks with this info string.
fn is_from_keystub(info: &str) -> bool {
    matches!(info, "no_run" | "rust,no_run" | "ignore" | "")
}

fn judge(text: &str, is_right: impl Fn(&str, &str) -> bool) -> Result<(), String> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    let mut block: Option<(String, String)> = None;
    for event in Parser::new_ext(text, options | Options::ENABLE_TASKLISTS) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => return Err(format!("HTML `{html}`")),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) if !is_right_link(&dest_url) => {
                return Err(format!("a link to `{dest_url}`"));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => return Err("an indented code block".to_owned()),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                block = Some((info.to_string(), String::new()))
            }
            Event::Text(words) => {
                if let Some((_, code)) = &mut block {
                    code.push_str(&words);
                }
            }
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => {
                if let Some((info, code)) = block.take().filter(|(info, code)| !is_right(info, code)) {
                    return Err(format!("a code block of `{info}` with `{code}`"));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether it is a link to the web, or to an item by its path.
fn is_right_link(url: &str) -> bool {
    let is_path = !url.is_empty() && url.replace("::", "").chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    url.starts_with("https://") || url.starts_with("http://") || is_path
}
