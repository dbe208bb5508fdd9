//! The media types of two versions of a body or response.
//!
//! The model leaves out media types that are only another notation of the schema of another one. Clients and servers that
//! were not generated use them too, so they are compared as the documents list them.

use std::collections::BTreeMap;

use super::matching::{Indexed, Matched, matched};
use super::versions::Versions;
use crate::diag::Pointer;
use crate::document::Document;
use crate::document::tree::Node;
use crate::media_type::{essence, parameters};
use crate::model::operation::{Body, Representation, Response};

/// A media type and its parameters.
type Key = (String, Vec<(String, String)>);

/// The content of a body or response in one version.
struct Content<'a> {
    document: &'a Document,
    at: &'a Pointer,
    forms: Vec<&'a Representation>,
}

/// The media types of two versions by whether both have them.
pub struct Contents<'a> {
    /// The representations that belong together, with the indexes in their lists.
    pub both: Vec<(Indexed<'a, Representation>, Indexed<'a, Representation>)>,
    /// The media types that only the older version has, as written there.
    pub removed: Vec<&'a str>,
    /// The media types that only the newer version has, as written there.
    pub added: Vec<&'a str>,
}

/// The media types of two versions of a request body.
pub fn of_bodies<'a>(versions: &Versions<'a>, old: &'a Body, new: &'a Body) -> Contents<'a> {
    let old = Content { document: versions.old.document, at: &old.at, forms: old.forms.iter().collect() };
    compare(&old, &Content { document: versions.new.document, at: &new.at, forms: new.forms.iter().collect() })
}

/// The media types of two versions of a response.
pub fn of_responses<'a>(versions: &Versions<'a>, old: &'a Response, new: &'a Response) -> Contents<'a> {
    let old = Content { document: versions.old.document, at: &old.at, forms: old.forms.iter().collect() };
    compare(&old, &Content { document: versions.new.document, at: &new.at, forms: new.forms.iter().collect() })
}

/// Where a media type of a body or response is written.
pub fn media_type_at(whole: &Pointer, media_type: &str) -> Pointer {
    whole.child("content").child(media_type)
}

fn compare<'a>(old: &Content<'a>, new: &Content<'a>) -> Contents<'a> {
    let [before, after] = [old, new].map(|content| content.forms.iter().copied());
    let Matched { mut both, removed, added } = matched(before, after, |_, form| key(&form.media_type));
    let (left_out, others) = (old.left_out(), new.left_out());
    let mut contents = Contents { both: Vec::new(), removed: Vec::new(), added: Vec::new() };
    for form in removed {
        match others.get(&key(&form.1.media_type)).map(|media_type| new.covering(media_type)) {
            Some(covering) => both.extend(covering.map(|covering| (form, covering))),
            None => contents.removed.push(form.1.media_type.as_str()),
        }
    }
    for form in added {
        match left_out.get(&key(&form.1.media_type)).map(|media_type| old.covering(media_type)) {
            Some(covering) => both.extend(covering.map(|covering| (covering, form))),
            None => contents.added.push(form.1.media_type.as_str()),
        }
    }
    contents.removed.extend(left_out.values().filter(|media_type| !new.lists(media_type)));
    contents.added.extend(others.values().filter(|media_type| !old.lists(media_type)));
    contents.both = both;
    contents
}

impl<'a> Content<'a> {
    /// The media types that the document lists, by their keys; none if the model has no content here.
    fn listed(&self) -> BTreeMap<Key, &'a str> {
        let content = self.document.node(&self.at.child("content")).filter(|_| !self.forms.is_empty());
        let keys = content.and_then(Node::as_object).into_iter().flatten().map(|(media_type, _)| media_type.as_str());
        keys.filter(|media_type| media_type.contains('/')).map(|media_type| (key(media_type), media_type)).collect()
    }

    /// Those of them that are not in the model.
    fn left_out(&self) -> BTreeMap<Key, &'a str> {
        let mut listed = self.listed();
        for form in &self.forms {
            listed.remove(&key(&form.media_type));
        }
        listed
    }

    /// Whether the document lists a media type, with these or other parameters.
    fn lists(&self, media_type: &str) -> bool {
        self.listed().keys().any(|(own, _)| *own == essence(media_type))
    }

    /// The representation with the same schema as a media type that is not in the model.
    fn covering(&self, media_type: &str) -> Option<Indexed<'a, Representation>> {
        let schema = |media_type: &str| self.document.node(&media_type_at(self.at, media_type).child("schema"));
        let wanted = schema(media_type);
        self.forms.iter().copied().enumerate().find(|(_, form)| schema(&form.media_type) == wanted)
    }
}

/// Media types with equal keys are the same one in other words.
fn key(media_type: &str) -> Key {
    (essence(media_type), parameters(media_type))
}
