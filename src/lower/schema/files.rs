//! Files in multipart bodies: which parts are files, also if their schemas wrap that of a file.

use std::collections::BTreeSet;

use super::choice::is_null;
use super::forms::Forms;
use super::merger::MAX_DEPTH;
use crate::document::FILE_PART;
use crate::lower::flat_schema::{FlatSchema, Located};
use crate::model::schema::{Scalar, TypeRef};

/// The maximum number of schemas that are searched for files in one part.
const MOST_PARTS: usize = 200;

/// A part that is a file or a list of files.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FilePart {
    is_list: bool,
    is_nullable: bool,
}

impl FilePart {
    /// The type of the part. `null` cannot be sent in a form, and is the same as an empty list.
    pub(super) fn ty(self) -> TypeRef {
        let file = TypeRef::Scalar(Scalar::File);
        match (self.is_list, self.is_nullable) {
            (true, _) => TypeRef::List(Box::new(file)),
            (false, true) => file.or_null(),
            (false, false) => file,
        }
    }
}

impl<'d> Forms<'_, 'd> {
    /// Whether a multipart body with this schema has parts that are files.
    pub(in crate::lower) fn has_files(&mut self, flat: &FlatSchema<'d>) -> bool {
        let Some(properties) = self.properties(flat, None) else { return false };
        properties.list.iter().any(|property| self.file_part(&property.located).is_some())
    }

    /// The files of a part with this schema.
    pub(super) fn file_part(&mut self, located: &Located<'d>) -> Option<FilePart> {
        self.file_below(located, 0)
    }

    /// Whether a part that is neither a file nor a list of files has a file in its items, properties or alternatives.
    pub(super) fn holds_file(&mut self, located: &Located<'d>) -> bool {
        let (mut open, mut seen) = (vec![located.clone()], BTreeSet::new());
        while let Some(part) = open.pop() {
            let Some(flat) = self.source.view(&part) else { continue };
            if flat.is_file() {
                return true;
            }
            if seen.len() >= MOST_PARTS || !seen.insert(flat.at.clone()) {
                continue;
            }
            let properties = flat.properties.into_iter().map(|(_, property)| property);
            open.extend(
                [flat.all_of, flat.one_of, flat.any_of].into_iter().flatten().chain(flat.items).chain(properties),
            );
        }
        false
    }

    fn file_below(&mut self, located: &Located<'d>, depth: usize) -> Option<FilePart> {
        let flat = self.source.view(located).filter(|_| depth < MAX_DEPTH)?;
        let is_nullable = flat.is_nullable();
        if flat.is_file() || self.source.document.node(&located.at).is_some_and(|node| node.get(FILE_PART).is_some()) {
            return Some(FilePart { is_list: false, is_nullable });
        }
        if let Some(items) = flat.items.as_ref().filter(|_| flat.kind == Some("array")) {
            let item = self.file_below(items, depth + 1).filter(|item| !item.is_list)?;
            return Some(FilePart { is_list: true, is_nullable: is_nullable || item.is_nullable });
        }
        let is_wrapper = matches!(flat.kind, None | Some("string")) && flat.values.is_empty();
        if is_wrapper && flat.has_parts() { self.file_in_parts(&flat, depth) } else { None }
    }

    /// The files of a schema whose parts are all files, `null` or annotations.
    fn file_in_parts(&mut self, flat: &FlatSchema<'d>, depth: usize) -> Option<FilePart> {
        let mut found: Option<FilePart> = None;
        let mut is_nullable = flat.is_nullable();
        for part in [&flat.all_of, &flat.one_of, &flat.any_of].into_iter().flatten() {
            let part_flat = self.source.view(part)?;
            if is_null(&part_flat) {
                is_nullable = true;
            } else if !part_flat.is_annotation() {
                let file = self.file_below(part, depth + 1)?;
                let before = found.unwrap_or_default();
                found = Some(FilePart { is_list: before.is_list || file.is_list, ..file });
                is_nullable |= file.is_nullable;
            }
        }
        found.map(|file| FilePart { is_nullable, ..file })
    }
}
