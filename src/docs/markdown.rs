//! Descriptions as HTML: CommonMark without raw HTML, with links to the web, to mail addresses and within the page only.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::templates::{Html, visible};

/// The HTML of a Markdown text.
///
/// Paragraphs, lists and line breaks of HTML are read as Markdown; other raw HTML is shown as text. Images are links to
/// the image, because a page loads nothing from the network. Other links than `https:`, `http:`, `mailto:` and `#…` are
/// shown as their text.
pub fn html(text: &str) -> Html {
    let text = with_paragraphs(visible(text));
    let mut links = Vec::new();
    let events = Parser::new_ext(&text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    let events = events.filter_map(|event| safe(event, &mut links));
    let mut out = String::with_capacity(text.len() * 2);
    html::push_html(&mut out, events);
    Html::escaped_already(out)
}

/// The text with Markdown in place of the paragraphs and lists of HTML, which some documents use throughout. A text with
/// code is not changed, because these tags may be its subject.
fn with_paragraphs(text: String) -> String {
    const TAGS: [(&str, &str); 9] = [
        ("<p>", "\n\n"),
        ("</p>", "\n\n"),
        ("<ul>", "\n\n"),
        ("</ul>", "\n\n"),
        ("<li>", "\n- "),
        ("</li>", ""),
        ("<br/>", "<br>"),
        ("<br />", "<br>"),
        // Such a line begins a block of HTML, in which the next lines are not read as Markdown.
        ("\n\n<br>\n", "\n\n"),
    ];
    match text.contains('<') && !text.contains(['`', '~']) {
        true => TAGS.iter().fold(with_plain_items(&text), |text, (tag, markdown)| text.replace(tag, markdown)),
        false => text,
    }
}

/// The text without the tags of a paragraph at the beginning and the end of each item of a list, and without white space
/// around items: in Markdown, an item whose first line is blank is empty.
fn with_plain_items(text: &str) -> String {
    let text = with_rests(text, "<li>", |rest| {
        let rest = rest.trim_start();
        format!("<li>{}", rest.strip_prefix("<p>").unwrap_or(rest).trim_start())
    });
    let text = with_rests(&text, "</p>", |rest| match rest.trim_start() {
        end if end.starts_with("</li>") => end.to_owned(),
        _ => format!("</p>{rest}"),
    });
    with_rests(&text, "</li>", |rest| match rest.trim_start() {
        next if next.starts_with("<li>") || next.starts_with("</ul>") => format!("</li>{next}"),
        _ => format!("</li>{rest}"),
    })
}

/// The text with a replacement of each tag and what follows it, up to the next one.
fn with_rests(text: &str, tag: &str, replacement: impl Fn(&str) -> String) -> String {
    let mut rests = text.split(tag);
    let first = rests.next().unwrap_or_default().to_owned();
    rests.fold(first, |text, rest| text + &replacement(rest))
}

/// The event without what a document may not write. `links` has an entry for each open link: whether it is kept.
fn safe<'a>(event: Event<'a>, links: &mut Vec<bool>) -> Option<Event<'a>> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) if is_line_break(&text) => Some(Event::HardBreak),
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Link { dest_url, link_type, .. }) => {
            let address = match link_type {
                pulldown_cmark::LinkType::Email => CowStr::from(format!("mailto:{dest_url}")),
                _ => dest_url,
            };
            open(address, links)
        }
        Event::Start(Tag::Image { dest_url, .. }) => open(dest_url, links),
        Event::End(TagEnd::Link | TagEnd::Image) => links.pop()?.then_some(Event::End(TagEnd::Link)),
        // The headings of a page are those of its parts.
        Event::Start(Tag::Heading { level, .. }) => {
            let (level, id, classes, attrs) = (lower(level), None, Vec::new(), Vec::new());
            Some(Event::Start(Tag::Heading { level, id, classes, attrs }))
        }
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(lower(level)))),
        other => Some(other),
    }
}

/// Whether this is the tag of a line break, which is the only way to write one in a cell of a table.
fn is_line_break(html: &str) -> bool {
    matches!(html.trim(), "<br>" | "<br/>" | "<br />")
}

/// Opens a link, unless it is inside of one: HTML does not nest links, and an image in a link is such a case.
fn open<'a>(address: CowStr<'a>, links: &mut Vec<bool>) -> Option<Event<'a>> {
    let is_kept = is_allowed(&address) && !links.contains(&true);
    links.push(is_kept);
    let link_type = pulldown_cmark::LinkType::Inline;
    is_kept.then(|| Event::Start(Tag::Link { link_type, dest_url: address, title: "".into(), id: "".into() }))
}

/// Whether a page may link to this address.
pub fn is_allowed(address: &str) -> bool {
    let has_scheme = |scheme: &str| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    address.starts_with('#') || ["https://", "http://", "mailto:"].into_iter().any(has_scheme)
}

fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H4,
        HeadingLevel::H2 => HeadingLevel::H5,
        HeadingLevel::H3 | HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod tests {
    fn html(text: &str) -> String {
        super::html(text).into_string()
    }

    #[test]
    fn raw_html_is_text() {
        assert_eq!(html("a <b onclick=x>b</b>"), "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n");
        assert_eq!(html("<script>\nx()\n</script>"), "<p>&lt;script&gt;\nx()\n&lt;/script&gt;</p>\n");
    }

    #[test]
    fn paragraphs_and_lists_of_html_are_those_of_markdown() {
        assert_eq!(html("<p>a</p><p>b *c*</p>"), "<p>a</p>\n<p>b <em>c</em></p>\n");
        assert_eq!(html("a<br>b"), "<p>a<br />\nb</p>\n");
        assert_eq!(html("<ul><li>a</li><li>b</li></ul>"), "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n");
        assert_eq!(html("`<p>` begins a paragraph"), "<p><code>&lt;p&gt;</code> begins a paragraph</p>\n");
        assert!(html("<p onclick=x>a</p>").starts_with("<p>&lt;p onclick=x&gt;a"));
        assert!(!html("<p><script>x()</script></p><<p>script>").contains("<script"));
    }

    #[test]
    fn items_of_html_lists_may_contain_a_paragraph() {
        let list = "<ul>\n<li>one</li>\n<li><em>two</em></li>\n</ul>\n";
        for text in [
            "<ul><li><p>one</p></li><li><p>*two*</p></li></ul>",
            "<ul> <li> <p>one</p> </li> <li> <p>*two*</p> </li> </ul>",
            "<ul>\n  <li>\n    <p>\n      one</p>\n  </li>\n  <li>\n    *two*</li>\n</ul>",
        ] {
            assert_eq!(html(text), list, "{text}");
        }
        assert_eq!(html("<p>a</p> <ul> <li> <p>b</p> </li> </ul> <p>c</p>").matches("<li>b</li>").count(), 1);
    }

    #[test]
    fn line_breaks_of_html_are_kept_in_cells_of_tables() {
        let table = html("| a | b | c |\n| --- | --- | --- |\n| 1<br>2 | 3<br/>4 | 5<br />6 |");
        assert!(table.contains("<td>1<br />\n2</td><td>3<br />\n4</td><td>5<br />\n6</td>"), "{table}");
        assert_eq!(html("`a`<br>b"), "<p><code>a</code><br />\nb</p>\n");
        assert!(html("a\n\n<br>\n*b*").contains("<em>b</em>"));
        assert_eq!(html("a<br onclick=x>b"), "<p>a&lt;br onclick=x&gt;b</p>\n");
    }

    #[test]
    fn only_links_to_the_web_to_mail_and_within_the_page_are_kept() {
        for kept in ["https://a.example/b", "HTTP://a.example", "mailto:a@b.example", "#part"] {
            assert!(html(&format!("[x]({kept})")).contains("<a href="), "{kept}");
        }
        let dropped = [
            "javascript:x()",
            "JaVaScRiPt:x()",
            "java&#x73;cript:x()",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "//a.example",
            "/a",
            "\u{1}https://a.example",
        ];
        for address in dropped {
            assert_eq!(html(&format!("[x](<{address}>)")), "<p>x</p>\n", "{address}");
        }
        assert_eq!(html("<javascript:x>"), "<p>javascript:x</p>\n");
        assert_eq!(html("<a@b.example>"), "<p><a href=\"mailto:a@b.example\">a@b.example</a></p>\n");
    }

    #[test]
    fn images_are_links() {
        assert_eq!(html("![x](https://a.example/b.png)"), "<p><a href=\"https://a.example/b.png\">x</a></p>\n");
        assert_eq!(
            html("[![x](https://a.example/b.png)](https://c.example)"),
            "<p><a href=\"https://c.example\">x</a></p>\n"
        );
        assert_eq!(html("![x](javascript:y)"), "<p>x</p>\n");
    }
}
