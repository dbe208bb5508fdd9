//! The schemas that the values of requests and responses have, with the operations that reach them.

use std::collections::BTreeSet;

use crate::model::Api;
use crate::model::operation::Status;
use crate::model::schema::Direction;
use crate::model::value_schema::{AdditionalValues, ValueSchema, ValueSchemaId};

/// The maximum number of operations that are kept for a schema.
const KEPT: usize = 64;

/// A schema that operations reach.
pub struct Reached<'a> {
    /// Its id.
    pub id: ValueSchemaId,
    /// The schema.
    pub schema: &'a ValueSchema,
    /// The indices of the first operations that reach it, public ones first; at most [`KEPT`].
    pub operations: Vec<usize>,
}

/// The schemas of request bodies, without `readOnly` properties, in the order of the model.
pub fn in_bodies(api: &Api, is_public: impl Fn(usize) -> bool) -> Vec<Reached<'_>> {
    let bodies = api.value_schemas.bodies.iter().map(|((operation, _), id)| (*operation, *id));
    reach(api, is_public, bodies.collect(), Direction::ReadOnly)
}

/// The schemas of the bodies of responses with these statuses, without `writeOnly` properties.
pub fn in_responses(
    api: &Api,
    is_public: impl Fn(usize) -> bool,
    is_selected: impl Fn(Status) -> bool,
) -> Vec<Reached<'_>> {
    let bodies = api.value_schemas.responses.iter();
    let selected = bodies
        .filter(|((operation, response, _), _)| is_selected(api.operations[*operation].responses[*response].status))
        .map(|((operation, ..), id)| (*operation, *id));
    reach(api, is_public, selected.collect(), Direction::WriteOnly)
}

/// The schemas that `schema` applies to parts of a value or to the value itself.
pub fn children(schema: &ValueSchema) -> impl Iterator<Item = ValueSchemaId> {
    let properties = schema.properties.iter().map(|(_, id)| *id);
    let additional = match schema.additional {
        AdditionalValues::Each(id) => Some(id),
        AdditionalValues::Any | AdditionalValues::None => None,
    };
    let places = schema.places.iter().flatten().copied();
    let choices = schema.choices.iter().flat_map(|choice| choice.alternatives.iter().map(|one| one.schema));
    properties.chain(additional).chain(schema.items).chain(places).chain(schema.all_of.iter().copied()).chain(choices)
}

fn reach(
    api: &Api,
    is_public: impl Fn(usize) -> bool,
    mut roots: Vec<(usize, ValueSchemaId)>,
    excluded: Direction,
) -> Vec<Reached<'_>> {
    roots.sort_by_key(|(operation, _)| (!is_public(*operation), *operation));
    let mut reached: Vec<Vec<usize>> = vec![Vec::new(); api.value_schemas.list.len()];
    for (operation, root) in roots {
        let mut waiting = vec![root];
        while let Some(id) = waiting.pop() {
            let known = &mut reached[id.0];
            // What a schema with all its operations contains has them too.
            if known.len() >= KEPT || known.last() == Some(&operation) {
                continue;
            }
            known.push(operation);
            let is_sent = |id: &ValueSchemaId| api.value_schemas.get(*id).direction != excluded;
            waiting.extend(children(api.value_schemas.get(id)).filter(is_sent));
        }
    }
    let found = reached.into_iter().enumerate().filter(|(_, operations)| !operations.is_empty());
    found
        .map(|(index, operations)| {
            let id = ValueSchemaId(index);
            Reached { id, schema: api.value_schemas.get(id), operations }
        })
        .collect()
}

/// The schemas that contain themselves, one for each group that contain each other: the first in the order of the model.
pub fn recursive<'r, 'a>(api: &'a Api, reached: &'r [Reached<'a>]) -> Vec<&'r Reached<'a>> {
    let known: BTreeSet<ValueSchemaId> = reached.iter().map(|reached| reached.id).collect();
    let mut explained: BTreeSet<ValueSchemaId> = BTreeSet::new();
    let mut found = Vec::new();
    let components = components(api, &known);
    for one in reached {
        let Some(component) = components.get(&one.id) else { continue };
        if explained.insert(*component) {
            found.push(one);
        }
    }
    found
}

/// The group of each schema that contains itself (Tarjan's algorithm, without recursion).
fn components(api: &Api, known: &BTreeSet<ValueSchemaId>) -> std::collections::BTreeMap<ValueSchemaId, ValueSchemaId> {
    let next = |id: ValueSchemaId| -> Vec<ValueSchemaId> {
        children(api.value_schemas.get(id)).filter(|child| known.contains(child)).collect()
    };
    let mut search = Search { low: vec![usize::MAX; api.value_schemas.list.len()], ..Search::default() };
    for &root in known {
        search.from(root, &next);
    }
    search.groups
}

#[derive(Default)]
struct Search {
    /// The number of each visited schema, lowered to that of its group.
    low: Vec<usize>,
    open: Vec<ValueSchemaId>,
    visited: usize,
    groups: std::collections::BTreeMap<ValueSchemaId, ValueSchemaId>,
}

struct Frame {
    id: ValueSchemaId,
    number: usize,
    next: Vec<ValueSchemaId>,
    contains_itself: bool,
}

/// The number of a schema whose group is complete.
const DONE: usize = usize::MAX - 1;

impl Search {
    fn enter(&mut self, id: ValueSchemaId, next: Vec<ValueSchemaId>) -> Frame {
        let number = self.visited;
        self.visited += 1;
        self.low[id.0] = number;
        self.open.push(id);
        Frame { id, number, contains_itself: next.contains(&id), next }
    }

    fn from(&mut self, root: ValueSchemaId, next: &impl Fn(ValueSchemaId) -> Vec<ValueSchemaId>) {
        if self.low[root.0] != usize::MAX {
            return;
        }
        let mut frames = vec![self.enter(root, next(root))];
        while let Some(frame) = frames.last_mut() {
            match frame.next.pop() {
                Some(child) if self.low[child.0] == usize::MAX => frames.push(self.enter(child, next(child))),
                Some(child) if self.low[child.0] != DONE => {
                    self.low[frame.id.0] = self.low[frame.id.0].min(self.low[child.0]);
                }
                Some(_) => {}
                None => {
                    let frame = frames.pop().expect("it is the last one");
                    let low = self.low[frame.id.0];
                    if let Some(parent) = frames.last() {
                        self.low[parent.id.0] = self.low[parent.id.0].min(low);
                    }
                    if low == frame.number {
                        self.close(&frame);
                    }
                }
            }
        }
    }

    /// Takes the group that begins with `frame`.
    fn close(&mut self, frame: &Frame) {
        let start = self.open.iter().rposition(|id| *id == frame.id).expect("its group is open");
        let group = self.open.split_off(start);
        for id in &group {
            self.low[id.0] = DONE;
            if group.len() > 1 || frame.contains_itself {
                self.groups.insert(*id, frame.id);
            }
        }
    }
}
