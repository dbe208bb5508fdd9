//! Seeded edits of real documents, each as an author would make it: parts are added, removed, reordered and described anew.

use serde_yaml::{Mapping, Value};

/// The methods of a path item.
const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// What an edit may do to public names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The same names as before.
    Same,
    /// All names from before, and new ones.
    Adds,
    /// Fewer names.
    Removes,
}

/// A kind of edit.
pub struct Edit {
    /// What it does.
    pub what: &'static str,
    pub effect: Effect,
    /// Edits the document; `None` if the document has no part of this kind.
    pub make: fn(&mut Value, &mut Random) -> Option<()>,
}

/// The edits that are made of each document.
pub const EDITS: [Edit; 20] = [
    Edit {
        what: "reorder the paths",
        effect: Effect::Same,
        make: |api, random| shuffle(api.get_mut("paths")?, random),
    },
    Edit { what: "swap two paths", effect: Effect::Same, make: |api, random| swap(api.get_mut("paths")?, random) },
    Edit { what: "reorder the methods of a path", effect: Effect::Same, make: reorder_methods },
    Edit { what: "reorder the schemas", effect: Effect::Same, make: |api, random| shuffle(schemas(api)?, random) },
    Edit {
        what: "reorder properties",
        effect: Effect::Same,
        make: |api, random| shuffle(properties(api, random)?, random),
    },
    Edit {
        what: "reorder parameters",
        effect: Effect::Same,
        make: |api, random| shuffle(parameters(api, random)?, random),
    },
    Edit {
        what: "reorder the values of an enum",
        effect: Effect::Same,
        make: |api, random| shuffle(values(api, random)?, random),
    },
    Edit { what: "describe an operation", effect: Effect::Same, make: |api, random| describe(operation(api, random)?) },
    Edit {
        what: "describe a schema",
        effect: Effect::Same,
        make: |api, random| describe(pick(schemas(api)?, random)?),
    },
    Edit { what: "describe a property", effect: Effect::Same, make: describe_property },
    Edit {
        what: "add an unused schema",
        effect: Effect::Same,
        make: |api, random| add_copy(schemas(api)?, "Keystub", random),
    },
    Edit { what: "add an operation", effect: Effect::Adds, make: add_operation },
    Edit { what: "add an optional property", effect: Effect::Adds, make: add_property },
    Edit { what: "add an optional parameter", effect: Effect::Adds, make: add_parameter },
    Edit {
        what: "add a value to an enum",
        effect: Effect::Adds,
        make: |api, random| push(values(api, random)?, "keystub".into()),
    },
    Edit { what: "remove a path", effect: Effect::Removes, make: |api, random| remove(api.get_mut("paths")?, random) },
    Edit { what: "remove an operation", effect: Effect::Removes, make: remove_operation },
    Edit {
        what: "remove a property",
        effect: Effect::Removes,
        make: |api, random| remove(properties(api, random)?, random),
    },
    Edit { what: "remove a parameter", effect: Effect::Removes, make: remove_parameter },
    Edit {
        what: "remove a value of an enum",
        effect: Effect::Removes,
        make: |api, random| remove(values(api, random)?, random),
    },
];

/// A pseudorandom generator with a fixed seed, so that every run is the same.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % most
    }
}

fn schemas(api: &mut Value) -> Option<&mut Value> {
    api.get_mut("components")?.get_mut("schemas")
}

/// An entry of a mapping.
fn pick<'v>(node: &'v mut Value, random: &mut Random) -> Option<&'v mut Value> {
    let mapping = node.as_mapping_mut().filter(|mapping| !mapping.is_empty())?;
    let at = random.below(mapping.len());
    mapping.values_mut().nth(at)
}

/// One of the nodes below `node` that are wanted.
fn find<'v>(node: &'v mut Value, random: &mut Random, wanted: fn(&Value) -> bool) -> Option<&'v mut Value> {
    fn walk<'v>(node: &'v mut Value, wanted: fn(&Value) -> bool, found: &mut Vec<&'v mut Value>) {
        if wanted(node) {
            found.push(node);
            return;
        }
        match node {
            Value::Mapping(mapping) => mapping.values_mut().for_each(|node| walk(node, wanted, found)),
            Value::Sequence(items) => items.iter_mut().for_each(|node| walk(node, wanted, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(node, wanted, &mut found);
    let at = (!found.is_empty()).then(|| random.below(found.len()))?;
    Some(found.swap_remove(at))
}

/// A schema of an object with several properties.
fn object<'v>(api: &'v mut Value, random: &mut Random) -> Option<&'v mut Value> {
    let wanted = |node: &Value| {
        let several = node.get("properties").and_then(Value::as_mapping).is_some_and(|properties| properties.len() > 1);
        several && node.get("allOf").is_none() && node.get("example").is_none_or(|_| node.get("type").is_some())
    };
    find(schemas(api)?, random, wanted)
}

fn properties<'v>(api: &'v mut Value, random: &mut Random) -> Option<&'v mut Value> {
    object(api, random)?.get_mut("properties")
}

/// The values of an enum of strings.
fn values<'v>(api: &'v mut Value, random: &mut Random) -> Option<&'v mut Value> {
    let wanted = |node: &Value| {
        let values = node.get("enum").and_then(Value::as_sequence);
        let is_text = node.get("type").and_then(Value::as_str) == Some("string") && node.get("default").is_none();
        is_text && values.is_some_and(|values| values.len() > 2 && values.iter().all(Value::is_string))
    };
    find(api, random, wanted)?.get_mut("enum")
}

/// An operation.
fn operation<'v>(api: &'v mut Value, random: &mut Random) -> Option<&'v mut Value> {
    find(api.get_mut("paths")?, random, |node| node.get("responses").is_some())
}

/// The parameters of an operation with several of them.
fn parameters<'v>(api: &'v mut Value, random: &mut Random) -> Option<&'v mut Value> {
    let wanted = |node: &Value| {
        let list = node.get("parameters").and_then(Value::as_sequence);
        node.get("responses").is_some() && list.is_some_and(|list| list.len() > 1)
    };
    find(api.get_mut("paths")?, random, wanted)?.get_mut("parameters")
}

fn shuffle(node: &mut Value, random: &mut Random) -> Option<()> {
    match node {
        Value::Sequence(items) => shuffle_slice(items, random),
        Value::Mapping(mapping) => {
            let mut entries: Vec<(Value, Value)> = std::mem::take(mapping).into_iter().collect();
            shuffle_slice(&mut entries, random);
            *mapping = entries.into_iter().collect();
        }
        _ => return None,
    }
    Some(())
}

fn shuffle_slice<T>(items: &mut [T], random: &mut Random) {
    for at in (1..items.len()).rev() {
        items.swap(at, random.below(at + 1));
    }
}

fn swap(node: &mut Value, random: &mut Random) -> Option<()> {
    let mapping = node.as_mapping_mut().filter(|mapping| mapping.len() > 1)?;
    let mut entries: Vec<(Value, Value)> = std::mem::take(mapping).into_iter().collect();
    let (first, second) = (random.below(entries.len()), random.below(entries.len()));
    entries.swap(first, second);
    *mapping = entries.into_iter().collect();
    Some(())
}

fn reorder_methods(api: &mut Value, random: &mut Random) -> Option<()> {
    let several = |node: &Value| METHODS.iter().filter(|method| node.get(**method).is_some()).count() > 1;
    shuffle(find(api.get_mut("paths")?, random, several)?, random)
}

fn remove(node: &mut Value, random: &mut Random) -> Option<()> {
    match node {
        Value::Sequence(items) if !items.is_empty() => _ = items.remove(random.below(items.len())),
        Value::Mapping(mapping) if mapping.len() > 1 => {
            let key = mapping.keys().nth(random.below(mapping.len()))?.clone();
            mapping.shift_remove(&key);
        }
        _ => return None,
    }
    Some(())
}

fn push(node: &mut Value, value: Value) -> Option<()> {
    node.as_sequence_mut()?.push(value);
    Some(())
}

fn describe(node: &mut Value) -> Option<()> {
    node.as_mapping_mut()?.insert("description".into(), "An edited description.".into());
    Some(())
}

fn describe_property(api: &mut Value, random: &mut Random) -> Option<()> {
    let is_described =
        |node: &Value| node.get("type").is_some_and(Value::is_string) && node.get("properties").is_none();
    describe(find(properties(api, random)?, random, is_described)?)
}

/// Adds a copy of an entry, whose key has this word in front.
fn add_copy(node: &mut Value, word: &str, random: &mut Random) -> Option<()> {
    let mapping = node.as_mapping_mut()?;
    let (key, value) = mapping.iter().nth(random.below(mapping.len()))?;
    let (name, value) = (format!("{word}{}", key.as_str()?), value.clone());
    let mut entries: Mapping = [(name.into(), value)].into_iter().collect();
    entries.extend(std::mem::take(mapping));
    *mapping = entries;
    Some(())
}

fn add_operation(api: &mut Value, random: &mut Random) -> Option<()> {
    let mut copy = operation(api, random)?.clone();
    let fields = copy.as_mapping_mut()?;
    fields.insert("operationId".into(), "keystubAdded".into());
    // The path has no parameters.
    fields.shift_remove("parameters");
    let paths = api.get_mut("paths")?.as_mapping_mut()?;
    let mut entries: Mapping =
        [("/keystub-added".into(), [(Value::from("post"), copy)].into_iter().collect::<Mapping>().into())]
            .into_iter()
            .collect();
    entries.extend(std::mem::take(paths));
    *paths = entries;
    Some(())
}

fn remove_operation(api: &mut Value, random: &mut Random) -> Option<()> {
    let has_any = |node: &Value| METHODS.iter().any(|method| node.get(*method).is_some());
    let item = find(api.get_mut("paths")?, random, has_any)?.as_mapping_mut()?;
    let methods: Vec<&str> = METHODS.into_iter().filter(|method| item.contains_key(*method)).collect();
    item.shift_remove(methods[random.below(methods.len())]).map(|_| ())
}

fn add_property(api: &mut Value, random: &mut Random) -> Option<()> {
    let properties = properties(api, random)?.as_mapping_mut()?;
    let mut entries: Mapping = [("keystub_added".into(), text_schema())].into_iter().collect();
    entries.extend(std::mem::take(properties));
    *properties = entries;
    Some(())
}

fn text_schema() -> Value {
    [(Value::from("type"), Value::from("string"))].into_iter().collect::<Mapping>().into()
}

fn add_parameter(api: &mut Value, random: &mut Random) -> Option<()> {
    let parameter: Mapping = [("name", "keystub_added".into()), ("in", "query".into()), ("schema", text_schema())]
        .map(|(key, value)| (key.into(), value))
        .into_iter()
        .collect();
    let operation = operation(api, random)?.as_mapping_mut()?;
    let list = operation.entry("parameters".into()).or_insert_with(|| Value::Sequence(Vec::new()));
    list.as_sequence_mut()?.insert(0, parameter.into());
    Some(())
}

/// Removes a parameter that is not a part of the path.
fn remove_parameter(api: &mut Value, random: &mut Random) -> Option<()> {
    let wanted = |node: &Value| {
        let list = node.get("parameters").and_then(Value::as_sequence);
        node.get("responses").is_some() && list.is_some_and(|list| list.iter().any(is_removable))
    };
    let list = find(api.get_mut("paths")?, random, wanted)?.get_mut("parameters")?.as_sequence_mut()?;
    let at = list.iter().position(is_removable)?;
    list.remove(at);
    Some(())
}

fn is_removable(parameter: &Value) -> bool {
    parameter.get("in").and_then(Value::as_str).is_some_and(|place| place != "path")
}
