//! Modules, and what the paths in them name. Generated code has no shadowed names, so the simple rules are enough.

use std::collections::BTreeMap;

use super::features::Features;
use super::item::Item;

/// The names of modules from the root, and that of an item.
pub type Path = Vec<String>;

/// A module.
#[derive(Default)]
pub struct Module {
    /// The public items with the traits that they derive.
    pub items: BTreeMap<String, (Item, Vec<String>)>,
    /// The features of which items need one, and items of traits as `Api::list_pets`. Those that are always there are absent.
    pub needs: BTreeMap<String, Features>,
    /// The imports.
    pub uses: Vec<Use>,
    /// The modules in it, and whether they are public.
    pub modules: BTreeMap<String, bool>,
    /// Whether other crates can name it.
    pub is_reachable: bool,
    /// Its path for other crates, except for the root.
    pub name: Option<String>,
}

/// An import of one name, or of all names of a module.
pub struct Use {
    /// What is imported.
    pub path: Path,
    /// The name here; empty for a glob.
    pub name: String,
    /// Whether it is a re-export.
    pub is_public: bool,
    /// Whether it imports all names.
    pub is_glob: bool,
}

impl Module {
    /// The module or item of this crate that a path in this module, which is at `at`, names.
    pub fn target(&self, modules: &BTreeMap<Path, Self>, at: &Path, path: &[String]) -> Option<Path> {
        self.target_within(modules, at, path, 8)
    }

    fn target_within(&self, modules: &BTreeMap<Path, Self>, at: &Path, path: &[String], depth: usize) -> Option<Path> {
        let (first, rest) = path.split_first()?;
        let base = match first.as_str() {
            "crate" => Path::new(),
            "self" => at.clone(),
            "super" => at.split_last()?.1.to_vec(),
            name if self.items.contains_key(name) || self.modules.contains_key(name) => {
                [at.as_slice(), std::slice::from_ref(first)].concat()
            }
            name => {
                let depth = depth.checked_sub(1)?;
                let import = self.uses.iter().find(|import| import.name == name && import.path != path)?;
                self.target_within(modules, at, &import.path, depth)?
            }
        };
        match (rest, modules.get(&base)) {
            ([], _) => Some(base),
            (rest, Some(module)) => module.target_within(modules, &base, rest, depth),
            (_, None) => None,
        }
    }
}
