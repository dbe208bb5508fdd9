//! Filters: which operations of a document are kept, by tag, `operationId`, method and path, or deprecation.

mod cut;
mod glob;
mod reach;

use super::near::nearest;
use super::tree::Node;
use crate::diag::print::excerpt;
pub use cut::OperationAt;
use glob::Glob;

/// The operations that stay: those that an `only` filter matches, if there are any, except those that an `except` filter
/// matches.
#[derive(Debug, Clone, Default)]
pub struct Filters {
    only: Vec<Filter>,
    except: Vec<Filter>,
}

/// One filter.
#[derive(Debug, Clone)]
pub struct Filter {
    text: String,
    rule: Rule,
}

#[derive(Debug, Clone)]
enum Rule {
    Tag(String),
    Id(String),
    Deprecated,
    /// A method, or any, and the pattern of a path.
    Path(Option<String>, Glob),
}

/// An operation as filters see it.
#[derive(Debug, Clone)]
pub struct Candidate<'t> {
    /// The method in capitals; `None` if it cannot be read.
    pub method: Option<String>,
    /// The key of `paths`.
    pub path: String,
    /// The operation.
    pub node: Option<&'t Node>,
}

/// A filter that matches no operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// The filter as written.
    pub filter: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl Unmatched {
    /// The message of the error.
    pub fn message(&self) -> String {
        let filter = excerpt(&self.filter);
        match &self.suggestion {
            Some(suggestion) => {
                format!("filter `{filter}` matches no operation; did you mean `{}`?", excerpt(suggestion))
            }
            None => format!("filter `{filter}` matches no operation; `keystub inspect` lists the operations"),
        }
    }
}

impl Filters {
    /// Parses filters.
    ///
    /// # Errors
    ///
    /// A message about the first that is malformed.
    pub fn parse(only: &[String], except: &[String]) -> Result<Self, String> {
        let parse = |texts: &[String]| texts.iter().map(|text| Filter::parse(text)).collect::<Result<_, _>>();
        Ok(Self { only: parse(only)?, except: parse(except)? })
    }

    /// Whether every operation stays.
    pub fn is_empty(&self) -> bool {
        self.only.is_empty() && self.except.is_empty()
    }

    /// Whether the operation stays.
    pub fn keeps(&self, candidate: &Candidate<'_>) -> bool {
        let is_any = |filters: &[Filter]| filters.iter().any(|filter| filter.matches(candidate));
        (self.only.is_empty() || is_any(&self.only)) && !is_any(&self.except)
    }

    /// The filters that match none of the operations.
    pub fn unmatched(&self, candidates: &[Candidate<'_>]) -> Vec<Unmatched> {
        let all = self.only.iter().chain(&self.except);
        let unmatched = all.filter(|filter| !candidates.iter().any(|candidate| filter.matches(candidate)));
        unmatched
            .map(|filter| Unmatched { filter: filter.text.clone(), suggestion: filter.suggestion(candidates) })
            .collect()
    }
}

impl Filter {
    /// Parses `tag:NAME`, `id:OPERATION`, `deprecated`, or a path with an optional method: `GET /pets/**`.
    ///
    /// # Errors
    ///
    /// A message if it has none of these forms.
    pub fn parse(text: &str) -> Result<Self, String> {
        let rule = match (text.strip_prefix("tag:"), text.strip_prefix("id:")) {
            (Some(tag), _) if !tag.is_empty() => Rule::Tag(tag.to_owned()),
            (_, Some(id)) if !id.is_empty() => Rule::Id(id.to_owned()),
            _ if text == "deprecated" => Rule::Deprecated,
            _ => path(text).ok_or_else(|| {
                format!(
                    "invalid filter `{}`; expected `tag:NAME`, `id:OPERATION`, `METHOD /path/**` or `deprecated`",
                    excerpt(text)
                )
            })?,
        };
        Ok(Self { text: text.to_owned(), rule })
    }

    fn matches(&self, candidate: &Candidate<'_>) -> bool {
        match &self.rule {
            Rule::Tag(tag) => candidate.tags().any(|found| found == tag),
            Rule::Id(id) => candidate.id() == Some(id),
            Rule::Deprecated => candidate.node.and_then(|node| node.get("deprecated")) == Some(&Node::Bool(true)),
            Rule::Path(method, glob) => {
                let is_method = method.is_none() || *method == candidate.method;
                is_method && glob.matches(&candidate.path)
            }
        }
    }

    /// The filter of the same kind that matches and is most similar.
    fn suggestion(&self, candidates: &[Candidate<'_>]) -> Option<String> {
        match &self.rule {
            Rule::Tag(tag) => nearest(tag, candidates.iter().flat_map(Candidate::tags)).map(|tag| format!("tag:{tag}")),
            Rule::Id(id) => nearest(id, candidates.iter().filter_map(Candidate::id)).map(|id| format!("id:{id}")),
            Rule::Deprecated => None,
            Rule::Path(method, glob) => match candidates.iter().find(|candidate| glob.matches(&candidate.path)) {
                Some(of_other_method) => Some(of_other_method.title()),
                None => {
                    let path = nearest(glob.text(), candidates.iter().map(|candidate| candidate.path.as_str()))?;
                    let method = method.as_ref().map(|method| format!("{method} ")).unwrap_or_default();
                    Some(format!("{method}{path}"))
                }
            },
        }
    }
}

/// A pattern of a path, after a method or `*` if there is one.
fn path(text: &str) -> Option<Rule> {
    let (method, path) = match text.split_once(' ') {
        Some((method, path)) => (Some(method), path.trim_start()),
        None => (None, text),
    };
    let is_method = |method: &str| !method.is_empty() && method.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !path.starts_with('/') || method.is_some_and(|method| method != "*" && !is_method(method)) {
        return None;
    }
    let method = method.filter(|method| *method != "*").map(str::to_ascii_uppercase);
    Some(Rule::Path(method, Glob::new(path)))
}

impl<'t> Candidate<'t> {
    fn tags(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        let tags = match self.node.and_then(|node| node.get("tags")) {
            Some(Node::Array(tags)) => tags.as_slice(),
            _ => &[],
        };
        tags.iter().filter_map(Node::as_str)
    }

    fn id(&self) -> Option<&'t str> {
        self.node?.get("operationId")?.as_str()
    }

    fn title(&self) -> String {
        match &self.method {
            Some(method) => format!("{method} {}", self.path),
            None => self.path.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
