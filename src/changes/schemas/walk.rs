//! The walk over all pairs of types that belong together, each once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::super::change::Change;
use super::super::kind::Kind;
use super::choices;
use super::form::{Form, named, resolve};
use super::limits::{self, Limited};
use super::lists;
use super::objects::{self, Object};
use super::place::At;
use super::site::{Compared, Direction, Found, Side, Site};
use super::unions;
use super::values;
use crate::model::rule::{Rule, RuleId};
use crate::model::schema::{EnumValue, TypeHint, TypeId};

/// How many values without names are followed below a pair of named types.
const DEEPEST: usize = 64;

/// What a comparison of named types depends on.
type Key = (TypeId, TypeId, [Vec<RuleId>; 4]);

/// The walk of one direction.
pub struct Walk<'a> {
    sides: [Side<'a>; 2],
    direction: Direction,
    /// How many of the nodes are operations; the others are pairs of types.
    operations: usize,
    /// For each node, the pairs of types that it contains.
    edges: Vec<Vec<usize>>,
    known: BTreeMap<Key, usize>,
    queue: VecDeque<(usize, Site<'a>)>,
    found: Vec<(usize, Found)>,
}

impl<'a> Walk<'a> {
    /// A walk from this number of operations.
    pub fn new(sides: [Side<'a>; 2], direction: Direction, operations: usize) -> Self {
        Self {
            sides,
            direction,
            operations,
            edges: vec![Vec::new(); operations],
            known: BTreeMap::new(),
            queue: VecDeque::new(),
            found: Vec::new(),
        }
    }

    /// Adds a value of an operation.
    pub fn add(&mut self, operation: usize, site: Site<'a>) {
        self.queue.push_back((operation, site));
    }

    /// Compares everything, and returns the changes with the operations that reach them.
    pub fn finish(mut self, titles: &[String]) -> Vec<Change> {
        while let Some((node, site)) = self.queue.pop_front() {
            self.visit(node, site);
        }
        if self.found.is_empty() {
            return Vec::new();
        }
        let reached_by = self.reached_by();
        let [old, new] = self.sides.map(|side| side.document);
        let change = |(node, found): &(usize, Found)| Change {
            operations: members(&reached_by[*node]).map(|operation| titles[operation].clone()).collect(),
            ..Change::new(found.kind, &found.message).old(found.old.pointer(old)).new_at(found.new.pointer(new))
        };
        self.found.iter().map(change).collect()
    }

    fn visit(&mut self, mut node: usize, mut site: Site<'a>) {
        let [old, new] = [resolve(self.sides[0], site.old.ty), resolve(self.sides[1], site.new.ty)];
        if let Some((kind, message)) = values::null(self.direction, old, new) {
            self.found.push((node, site.found(kind, format!("`{}` {message}", site.label))));
        }
        if let (Some(old), Some(new)) = (named(site.old.ty), named(site.new.ty)) {
            let [from, to] = [&site.old, &site.new].map(|value| [value.rules.clone(), value.outer.clone()]);
            let ([from, from_outer], [to, to_outer]) = (from, to);
            let key = (old, new, [from, from_outer, to, to_outer]);
            let next = self.edges.len();
            let pair = *self.known.entry(key).or_insert(next);
            self.edges[node].push(pair);
            if pair != next {
                return;
            }
            self.edges.push(Vec::new());
            node = pair;
            site = self.of_definitions(site, old, new);
        }
        if site.depth > DEEPEST {
            return;
        }
        let compared = self.compare(&site, old.form, new.form);
        self.found.extend(compared.found.into_iter().map(|found| (node, found)));
        self.queue.extend(compared.below.into_iter().map(|below| (node, below)));
    }

    /// The same site with the places and the name of components.
    fn of_definitions(&self, site: Site<'a>, old: TypeId, new: TypeId) -> Site<'a> {
        let component = |side: Side<'a>, id: TypeId| match &side.definition(id).hint {
            TypeHint::Component { name, .. } => Some((name, At::Known(side.definition(id).at.clone()))),
            TypeHint::Within { .. } | TypeHint::Operation { .. } | TypeHint::Shared { .. } | TypeHint::Equal { .. } => {
                None
            }
        };
        let Site { old: mut old_value, new: mut new_value, mut label, .. } = site;
        if let Some((_, at)) = component(self.sides[0], old) {
            old_value.at = at;
        }
        if let Some((name, at)) = component(self.sides[1], new) {
            new_value.at = at;
            label.clone_from(name);
        }
        Site { old: old_value, new: new_value, label, depth: 0 }
    }

    fn compare(&self, site: &Site<'a>, old: Form<'a>, new: Form<'a>) -> Compared<'a> {
        let rules = [self.sides[0].closure(&site.old.rules), self.sides[1].closure(&site.new.rules)];
        let limits = self.limits([&rules[0], &rules[1]], old, new);
        let named = |(kind, message): (&'static Kind, String)| site.found(kind, format!("`{}`: {message}", site.label));
        let mut compared = match (old, new) {
            (Form::Union(_), _) | (_, Form::Union(_)) if !old.is_any() && !new.is_any() => {
                unions::compare(self.direction, self.sides, site)
            }
            (Form::Object { fields, additional }, Form::Object { fields: new_fields, additional: new_additional }) => {
                let [mut old_rules, mut new_rules] = rules;
                old_rules.extend(self.sides[0].closure(&site.old.outer));
                new_rules.extend(self.sides[1].closure(&site.new.outer));
                let old = Object { fields, additional, rules: old_rules };
                let new = Object { fields: new_fields, additional: new_additional, rules: new_rules };
                objects::compare((self.direction, self.sides), site, [&old, &new])
            }
            (Form::Texts(_), Form::Texts(_)) | (Form::Integers(_), Form::Integers(_)) => {
                let found = values::enums(self.direction, &texts(old), &texts(new));
                Compared { found: found.into_iter().map(named).collect(), below: Vec::new() }
            }
            _ => lists::compare((self.direction, self.sides), site, [old, new]).unwrap_or_else(|| {
                let found = values::form(self.direction, old, new);
                Compared { found: found.into_iter().map(named).collect(), below: Vec::new() }
            }),
        };
        compared.found.extend(limits.into_iter().map(named));
        compared
    }

    /// The changes of bounds and choices of a value. A wider type may have tighter bounds, and the reverse.
    fn limits(
        &self,
        [old_rules, new_rules]: [&[&'a Rule]; 2],
        old: Form<'a>,
        new: Form<'a>,
    ) -> Vec<(&'static Kind, String)> {
        if !new.has_bounds_of(old) {
            return Vec::new();
        }
        let limited = |rules, form| Limited { rules, form };
        let mut found = limits::differences(limited(old_rules, old), limited(new_rules, new));
        // The alternatives of unions are compared as types.
        if !matches!((old, new), (Form::Union(_), _) | (_, Form::Union(_))) {
            found.extend(choices::differences(self.sides, old_rules, new_rules));
        }
        found
    }

    /// For each node, the operations that reach it.
    fn reached_by(&self) -> Vec<Bits> {
        let words = self.operations.div_ceil(64);
        let mut reached = vec![vec![0_u64; words]; self.edges.len()];
        for (operation, bits) in reached.iter_mut().enumerate().take(self.operations) {
            bits[operation / 64] |= 1 << (operation % 64);
        }
        let mut queue: VecDeque<usize> = (0..self.operations).collect();
        let mut is_queued = vec![false; self.edges.len()];
        while let Some(node) = queue.pop_front() {
            is_queued[node] = false;
            let from = reached[node].clone();
            for &next in &self.edges[node] {
                let mut has_grown = false;
                for (word, more) in reached[next].iter_mut().zip(&from) {
                    has_grown |= *more & !*word != 0;
                    *word |= more;
                }
                if has_grown && !is_queued[next] {
                    is_queued[next] = true;
                    queue.push_back(next);
                }
            }
        }
        reached
    }
}

/// A set of operations, one bit for each.
type Bits = Vec<u64>;

fn members(bits: &Bits) -> impl Iterator<Item = usize> + '_ {
    (0..bits.len() * 64).filter(|operation| bits[operation / 64] >> (operation % 64) & 1 == 1)
}

/// The values of an enum as they are printed.
fn texts(form: Form<'_>) -> BTreeSet<String> {
    match form {
        Form::Texts(values) => values.iter().map(|value: &EnumValue<String>| value.wire.clone()).collect(),
        Form::Integers(values) => values.iter().map(|value| value.wire.to_string()).collect(),
        Form::Scalar(_) | Form::List(_) | Form::Object { .. } | Form::Tuple(_) | Form::Union(_) => BTreeSet::new(),
    }
}
