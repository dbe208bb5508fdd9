//! The keys of every object of one version of OpenAPI, read from `keys.tsv`.
//!
//! [`super::kind`] covers the objects that code is generated from; this grammar covers the whole specification, before
//! any upgrade.

pub(super) mod walk;

use std::collections::BTreeMap;

use super::tree::Node;
use super::version::Version;

const KEYS: &str = include_str!("keys.tsv");

/// The key in a row of `keys.tsv` that matches all keys except extensions.
const ANY: &str = "*";

/// The name of an object in `keys.tsv`.
pub(super) type Name = &'static str;

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum What {
    /// Any value; it has no structure that the document uses.
    Data,
    /// A string, a number or a boolean.
    Scalar,
    Object(Name),
}

/// The value of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Holds {
    One(What),
    List(What),
    Map(What),
}

/// A key of an object.
#[derive(Debug)]
pub(super) struct KeyDefinition {
    pub(super) name: &'static str,
    holds: Holds,
    /// Whether the key affects who may call an operation.
    pub(super) decides_access: bool,
}

/// The objects of one version.
pub(super) struct Grammar {
    pub(super) version: Version,
    objects: BTreeMap<Name, Vec<KeyDefinition>>,
}

impl Grammar {
    pub(super) fn of(version: Version) -> Self {
        let mut objects: BTreeMap<Name, Vec<KeyDefinition>> = BTreeMap::new();
        for row in rows().filter(|row| is_of(row.versions, version)) {
            let key = KeyDefinition { name: row.key, holds: holds(row.value), decides_access: row.access == "yes" };
            objects.entry(row.object).or_default().push(key);
        }
        Self { version, objects }
    }

    /// The keys of an object, including `*` and `$ref`.
    pub(super) fn keys(&self, object: Name) -> &[KeyDefinition] {
        self.objects.get(object).map_or(&[], Vec::as_slice)
    }

    /// The value of `key` in `object`; `None` if the version does not define the key.
    pub(super) fn holds(&self, object: Name, key: &str) -> Option<Holds> {
        let keys = self.keys(object);
        let exact = keys.iter().find(|known| known.name == key && known.name != ANY);
        let any = || keys.iter().find(|known| known.name == ANY && !key.starts_with("x-"));
        exact.or_else(any).map(|known| known.holds)
    }

    /// Whether the keys of an object are names or patterns.
    pub(super) fn has_any_key(&self, object: Name) -> bool {
        self.keys(object).iter().any(|known| known.name == ANY)
    }

    /// Whether a `$ref` may replace an object.
    pub(super) fn may_be_reference(&self, object: Name) -> bool {
        self.keys(object).iter().any(|known| known.name == "$ref")
    }

    /// Whether `node` is a `$ref` where OpenAPI does not allow one.
    pub(super) fn is_undefined_reference(&self, node: &Node, holds: Holds) -> bool {
        node.reference().is_some()
            && match holds {
                Holds::One(What::Data) => false,
                Holds::One(What::Object(object)) => !self.may_be_reference(object),
                Holds::One(What::Scalar) | Holds::List(_) | Holds::Map(_) => true,
            }
    }

    /// A version that defines `key` in `object`.
    pub(super) fn version_with(object: Name, key: &str) -> Option<&'static str> {
        let row = rows().find(|row| row.object == object && row.key == key && key != ANY)?;
        Some(match row.versions {
            "2.0" => "Swagger 2.0",
            "3.0+" => "OpenAPI 3.0",
            "3.2+" => "OpenAPI 3.2",
            _ => "OpenAPI 3.1",
        })
    }
}

/// The name of an object with `a` or `an`.
pub(super) fn with_article(name: Name) -> String {
    let article = if name.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {name}")
}

struct KeyRow {
    object: Name,
    key: &'static str,
    versions: &'static str,
    value: &'static str,
    access: &'static str,
}

fn rows() -> impl Iterator<Item = KeyRow> {
    KEYS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut cells = line.split('\t');
        let mut next = || cells.next();
        Some(KeyRow { object: next()?, key: next()?, versions: next()?, value: next()?, access: next()? })
    })
}

fn is_of(versions: &str, version: Version) -> bool {
    versions.split(' ').any(|token| match token {
        "all" => true,
        "2.0" => version == Version::V2_0,
        "3.0+" => version >= Version::V3_0,
        "3.1+" => version >= Version::V3_1,
        "3.2+" => version >= Version::V3_2,
        _ => false,
    })
}

fn holds(value: &'static str) -> Holds {
    let within = |open: char, close: char| value.strip_prefix(open).and_then(|value| value.strip_suffix(close));
    match (within('[', ']'), within('{', '}')) {
        (Some(item), _) => Holds::List(what(item)),
        (_, Some(entry)) => Holds::Map(what(entry)),
        (None, None) => Holds::One(what(value)),
    }
}

fn what(value: &'static str) -> What {
    match value {
        "data" => What::Data,
        "text" | "reference" => What::Scalar,
        object => What::Object(object),
    }
}

#[cfg(test)]
mod tests {
    use super::{Grammar, Holds, What, rows};
    use crate::document::version::Version;

    #[test]
    fn every_row_is_well_formed_and_every_object_has_keys() {
        let mut count = 0;
        for row in rows() {
            count += 1;
            let known = ["all", "2.0", "3.0+", "3.1+", "3.2+"];
            assert!(row.versions.split(' ').all(|token| known.contains(&token)), "{} {}", row.object, row.key);
            assert!(matches!(row.access, "yes" | "-"), "{} {}", row.object, row.key);
        }
        assert_eq!(count, super::KEYS.lines().filter(|line| !line.starts_with('#')).count());
        for version in [Version::V2_0, Version::V3_0, Version::V3_1, Version::V3_2] {
            let grammar = Grammar::of(version);
            for key in grammar.objects.values().flatten() {
                let (Holds::One(what) | Holds::List(what) | Holds::Map(what)) = key.holds;
                let What::Object(object) = what else { continue };
                assert!(!grammar.keys(object).is_empty(), "{object} has no keys in {version:?}");
            }
        }
    }

    #[test]
    fn each_version_has_its_own_keys() {
        let holds = |version, object, key| Grammar::of(version).holds(object, key);
        assert_eq!(holds(Version::V3_0, "document", "webhooks"), None);
        assert_eq!(holds(Version::V3_1, "document", "webhooks"), Some(Holds::Map(What::Object("path item"))));
        assert_eq!(holds(Version::V2_0, "document", "components"), None);
        assert_eq!(holds(Version::V3_0, "document", "securityDefinitions"), None);
        assert_eq!(holds(Version::V3_0, "paths object", "x-a"), None);
        assert_eq!(holds(Version::V3_0, "schema", "const"), None);
        assert_eq!(holds(Version::V2_0, "security scheme", "flows"), None);
    }
}
