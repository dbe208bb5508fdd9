//! Composed schemas: `allOf` by merging, and what it leaves of `oneOf` and `anyOf`.

use std::collections::BTreeSet;

use openapiv3::Schema;

use super::Lowering;
use super::properties::Properties;
use super::scalar;
use super::schema::{Form, Formed};
use super::union::Choice;
use super::view::{Additional, Located, Part, View};
use crate::diag::{Code, Pointer};
use crate::model::schema::Scalar;

/// How deep `allOf` may stand in `allOf`, references followed.
const MAX_DEPTH: usize = 64;

/// What the parts of a composed schema say together.
#[derive(Default)]
struct Merger<'d> {
    properties: Properties<'d>,
    is_object: bool,
    /// Parts that are no objects.
    others: Vec<View<'d>>,
    choices: Vec<Choice<'d>>,
    is_nullable: bool,
    /// The schemas that are being merged, to find a cycle.
    path: Vec<Pointer>,
    /// The schemas that are merged: again would change nothing.
    done: BTreeSet<Pointer>,
}

impl<'d> Lowering<'d> {
    /// A schema with `allOf`, `oneOf` or `anyOf`.
    pub(super) fn composed(&mut self, view: &View<'d>) -> Formed<'d> {
        if let Some(same) = self.single(view) {
            return same;
        }
        let mut merger = Merger { path: vec![view.at.clone()], ..Merger::default() };
        self.collect(&mut merger, view, None);
        let is_nullable = merger.is_nullable;
        let mut formed = self.merged(view, merger);
        formed.is_nullable |= is_nullable;
        formed
    }

    /// The properties of a schema that is an object, parts and references merged; `None` where it is none.
    pub(super) fn properties(
        &mut self,
        view: &View<'d>,
        source: Option<(Pointer, &'d Schema)>,
    ) -> Option<Properties<'d>> {
        let mut merger = Merger { path: vec![view.at.clone()], ..Merger::default() };
        self.collect(&mut merger, view, source);
        for choice in &merger.choices {
            let message = "a choice between schemas is left out here, where its properties are merged into another";
            self.report.warning(Code::UnsupportedSchema, &choice.at, message);
        }
        merger.is_object.then_some(merger.properties)
    }

    /// `allOf` with one part that matters, and nothing beside it but words: that part.
    fn single(&mut self, view: &View<'d>) -> Option<Formed<'d>> {
        let is_bare = view.one_of.is_empty()
            && view.any_of.is_empty()
            && view.properties.is_empty()
            && view.values.is_empty()
            && view.required.is_empty()
            && view.items.is_none()
            && !matches!(view.additional, Additional::Schema(_));
        if !is_bare || view.all_of.is_empty() {
            return None;
        }
        let mut is_nullable = false;
        let mut kept: Vec<&Located<'d>> = Vec::new();
        for part in &view.all_of {
            match part.part {
                Part::Schema(schema) => {
                    let part_view = View::new(schema, &part.at);
                    let says_nothing = part_view.required.is_empty() && part_view.is_annotation();
                    is_nullable |= says_nothing && part_view.is_nullable();
                    if !says_nothing {
                        kept.push(part);
                    }
                }
                Part::Reference(_) => kept.push(part),
            }
        }
        match kept.as_slice() {
            [one] => Some(Formed { form: Form::Same((*one).clone()), is_nullable }),
            _ => None,
        }
    }

    fn collect(&mut self, merger: &mut Merger<'d>, view: &View<'d>, source: Option<(Pointer, &'d Schema)>) {
        if view.is_object() || (view.kind.is_none() && !view.properties.is_empty()) {
            merger.is_object = true;
        } else if !view.has_parts() && !view.is_annotation() {
            merger.others.push(view.clone());
        }
        for part in &view.all_of {
            self.collect_part(merger, part, source.clone());
        }
        for (old, new) in merger.properties.add(view, source) {
            self.check_replaced(&old, &new);
        }
        for (key, parts) in [("oneOf", &view.one_of), ("anyOf", &view.any_of)] {
            self.collect_choice(merger, view, key, parts);
        }
    }

    fn collect_part(&mut self, merger: &mut Merger<'d>, part: &Located<'d>, source: Option<(Pointer, &'d Schema)>) {
        if merger.path.len() >= MAX_DEPTH {
            let message = format!("`allOf` stands in `allOf` more than {MAX_DEPTH} times");
            self.report.error(Code::TooDeep, &part.at, message);
            return;
        }
        let (view, source) = match part.part {
            Part::Schema(schema) => (View::new(schema, &part.at), source),
            Part::Reference(reference) => {
                let Some((at, schema)) = self.resolve_schema(reference, &part.at) else { return };
                if merger.path.contains(&at) {
                    let message = format!("`allOf` leads back to `{at}`: this schema holds itself");
                    self.report.error(Code::InfiniteType, &part.at, message);
                    return;
                }
                if !merger.done.insert(at.clone()) {
                    return;
                }
                (View::new(schema, &at), Some((at, schema)))
            }
        };
        merger.path.push(view.at.clone());
        self.collect(merger, &view, source);
        merger.path.pop();
    }

    fn collect_choice(&mut self, merger: &mut Merger<'d>, view: &View<'d>, key: &str, parts: &[Located<'d>]) {
        if parts.is_empty() || parts.iter().all(only_requires) {
            return;
        }
        // A base that lists its own heirs: seen from an heir the list says nothing.
        for part in parts {
            if let Part::Reference(reference) = part.part {
                let target = self.resolve_schema(reference, &part.at).map(|(at, _)| at);
                if merger.path.len() > 1 && target.is_some_and(|at| merger.path.contains(&at)) {
                    return;
                }
            }
        }
        let at = view.at.child(key);
        merger.choices.push(Choice { at, parts: parts.to_vec(), discriminator: view.data.discriminator.as_ref() });
    }

    fn check_replaced(&mut self, old: &Located<'d>, new: &Located<'d>) {
        let same_reference = match (&old.part, &new.part) {
            (Part::Reference(old), Part::Reference(new)) => old == new,
            _ => false,
        };
        if same_reference {
            return;
        }
        let (Some(old), Some(new)) = (self.peek(old), self.peek(new)) else { return };
        if let (Some(before), Some(after)) = (old.kind, new.kind)
            && before != after
        {
            let message = format!("this property is `{before}` in another part and `{after}` here; the last one wins");
            self.report.warning(Code::UnsupportedSchema, &new.at, message);
        }
    }

    fn merged(&mut self, view: &View<'d>, merger: Merger<'d>) -> Formed<'d> {
        let mut choices = merger.choices.into_iter();
        let choice = choices.next();
        for ignored in choices {
            let message = "a second choice between schemas beside another is left out";
            self.report.warning(Code::UnsupportedSchema, &ignored.at, message);
        }
        let has_properties = !merger.properties.list.is_empty();
        match choice {
            Some(choice) if has_properties => self.choice(choice, Some(merger.properties)),
            Some(choice) => self.choice(choice, None),
            None if merger.is_object => {
                for other in merger.others.iter().filter(|other| other.at != view.at) {
                    let message = "this part of `allOf` is no object, as others are, and is left out";
                    self.report.warning(Code::UnsupportedSchema, &other.at, message);
                }
                merger.properties.form().into()
            }
            None => self.merged_others(view, &merger.others),
        }
    }

    /// Parts that are no objects: the last one that says most, where all mean one type.
    fn merged_others(&mut self, view: &View<'d>, others: &[View<'d>]) -> Formed<'d> {
        let Some(last) = others.iter().rfind(|other| !other.values.is_empty()).or(others.last()) else {
            return Form::Scalar(Scalar::Any).into();
        };
        let is_list = |view: &View<'_>| view.kind == Some("array") || view.items.is_some();
        let agrees = |other: &View<'_>| match (is_list(other), is_list(last)) {
            (true, true) => true,
            (false, false) => scalar::joined(scalar::of(other), scalar::of(last)).is_some(),
            _ => false,
        };
        if !others.iter().all(agrees) {
            let message = "the parts of `allOf` have no type in common; any value is taken";
            self.report.warning(Code::UnsupportedSchema, &view.at.child("allOf"), message);
            return Form::Scalar(Scalar::Any).into();
        }
        self.plain(last).into()
    }
}

/// `{required: […]}`: a rule about which properties go together, and no type.
pub(super) fn only_requires(part: &Located<'_>) -> bool {
    let Part::Schema(schema) = part.part else { return false };
    let view = View::new(schema, &part.at);
    let is_bare_object = view.kind == Some("object") && matches!(view.additional, Additional::Unsaid);
    let says_nothing = view.is_annotation() || (is_bare_object && view.properties.is_empty() && !view.has_parts());
    let nested = view.has_parts()
        && view.kind.is_none()
        && view.properties.is_empty()
        && [&view.all_of, &view.one_of, &view.any_of].into_iter().flatten().all(only_requires);
    !view.required.is_empty() && says_nothing || nested || (says_nothing && view.has_not)
}
