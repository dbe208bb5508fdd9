//! The public items of a generated crate, by the paths at which other crates see them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use syn::UseTree;

use super::endpoint::endpoint;
use super::features::{Features, declared};
use super::item::{Item, associated_types, deprecated_methods, derived, is_public, methods, needs, needs_of_methods};
use super::resolve::{Module, Path, Use};
use super::text::text;

/// The files of a crate by their paths.
pub type Files<'a> = BTreeMap<&'a str, &'a str>;

/// The public items by their names: `types::Pet`, `Client::list_pets`, `impl Clone for types::Pet`.
#[derive(Debug, Default)]
pub struct Surface {
    pub(super) items: BTreeMap<String, Item>,
    /// The names of those whose use is a warning.
    pub(super) deprecated: BTreeSet<String>,
    /// The features of the crate.
    pub(super) features: Features,
    /// The features of which an item needs one, also items of traits. Those that are always there are absent.
    pub(super) needs: BTreeMap<String, Features>,
}

/// How many imports are followed from one to the next.
const DEPTH: usize = 8;

/// A file that cannot be read as Rust.
#[derive(Debug)]
pub struct SurfaceError {
    file: String,
    error: String,
}

impl fmt::Display for SurfaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.error)
    }
}

/// All modules, and the `impl`s in each.
#[derive(Default)]
struct Tree {
    modules: BTreeMap<Path, Module>,
    impls: Vec<(Path, syn::ItemImpl)>,
}

impl Surface {
    /// The public items below the module in the file `root`.
    ///
    /// # Errors
    ///
    /// If a file is not valid Rust or is missing.
    pub fn new(files: &Files<'_>, root: &str) -> Result<Self, SurfaceError> {
        let mut tree = Tree::default();
        tree.read(files, root, Path::new())?;
        let public = tree.public();
        let features = files.get("Cargo.toml").map(|manifest| declared(manifest)).unwrap_or_default();
        let mut surface = Self { features, ..Self::default() };
        for (at, name) in &public {
            surface.add(&tree.modules, at, name);
        }
        surface.add_reexports(&tree);
        for (module, item) in &tree.impls {
            surface.add_impl(&tree.modules, &public, module, item);
        }
        Ok(surface)
    }

    fn add(&mut self, modules: &BTreeMap<Path, Module>, at: &Path, name: &str) {
        let Some((last, module)) = at.split_last() else { return };
        let Some((item, traits)) = modules.get(module).and_then(|module| module.items.get(last)) else { return };
        self.items.insert(name.to_owned(), item.clone());
        for (own, features) in &modules[module].needs {
            if let Some(rest) = own.strip_prefix(last.as_str()).filter(|rest| rest.is_empty() || rest.starts_with("::"))
            {
                self.needs.insert(format!("{name}{rest}"), features.clone());
            }
        }
        for derived in traits {
            self.items.insert(format!("impl {derived} for {name}"), Item::Whole(String::new()));
        }
    }

    /// The public imports of items of other crates. Those of the runtime do not depend on the document, except for which
    /// of them are there.
    fn add_reexports(&mut self, tree: &Tree) {
        for (at, module) in tree.modules.iter().filter(|(_, module)| module.is_reachable) {
            for import in module.uses.iter().filter(|import| import.is_public) {
                if module.target(&tree.modules, at, &import.path).is_none() && !import.is_glob {
                    let name = [module.name.as_deref(), Some(&import.name)].into_iter().flatten().collect::<Vec<_>>();
                    let path = import.path.iter().filter(|part| *part != "super").cloned().collect::<Vec<_>>();
                    self.items.insert(name.join("::"), Item::Whole(format!("use {}", path.join("::"))));
                }
            }
        }
    }

    fn add_impl(
        &mut self,
        modules: &BTreeMap<Path, Module>,
        public: &BTreeMap<Path, String>,
        module: &Path,
        item: &syn::ItemImpl,
    ) {
        let syn::Type::Path(ty) = &*item.self_ty else { return };
        let written: Path = ty.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let Some(target) = modules[module].target(modules, module, &written) else { return };
        let Some(name) = public.get(&target) else { return };
        let arguments = ty.path.segments.last().map(|last| text(&last.arguments)).unwrap_or_default();
        let name = format!("{name}{arguments}");
        match &item.trait_ {
            Some(of) => {
                let key = format!("impl{} {} for {name}", text(&item.generics), text(&of.0));
                self.items.insert(key, Item::Whole(associated_types(&item.items)));
            }
            None => {
                let deprecated = deprecated_methods(&item.items).into_iter();
                self.deprecated.extend(deprecated.map(|method| format!("{name}::{method}")));
                let needs = needs_of_methods(item).into_iter();
                self.needs.extend(needs.map(|(method, features)| (format!("{name}::{method}"), features)));
                let methods = methods(&item.items).into_iter();
                self.items.extend(methods.map(|(method, item)| (format!("{name}::{method}"), item)));
            }
        }
    }
}

impl Tree {
    /// Reads a file and the files of its modules.
    fn read(&mut self, files: &Files<'_>, file: &str, at: Path) -> Result<(), SurfaceError> {
        let fault = |error: String| SurfaceError { file: file.to_owned(), error };
        let source = files.get(file).ok_or_else(|| fault("the file is missing".to_owned()))?;
        let parsed = syn::parse_file(source).map_err(|error| fault(error.to_string()))?;
        let folder = match file.strip_suffix("/mod.rs").or_else(|| file.strip_suffix("/lib.rs")) {
            Some(folder) => folder.to_owned(),
            None => file.trim_end_matches(".rs").to_owned(),
        };
        let mut module = Module::default();
        for item in parsed.items {
            match item {
                syn::Item::Mod(item) => {
                    let name = item.ident.to_string();
                    module.modules.insert(name.clone(), is_public(&item.vis));
                    let plain = name.trim_start_matches("r#");
                    let candidates = [format!("{folder}/{plain}.rs"), format!("{folder}/{plain}/mod.rs")];
                    // Only private modules are written inline.
                    let Some(next) = candidates.iter().find(|path| files.contains_key(path.as_str())) else { continue };
                    self.read(files, next, [at.as_slice(), &[name]].concat())?;
                }
                syn::Item::Use(item) => flatten(&item.tree, &mut Vec::new(), is_public(&item.vis), &mut module.uses),
                syn::Item::Impl(item) => self.impls.push((at.clone(), item)),
                syn::Item::Macro(item) => self.impls.extend(endpoint(&item).map(|item| (at.clone(), item))),
                item => {
                    if let Some((name, named)) = Item::named(&item) {
                        module.needs.extend(needs(&name, &item));
                        module.items.insert(name, (named, derived(&item)));
                    }
                }
            }
        }
        self.modules.insert(at, module);
        Ok(())
    }

    /// The definitions that other crates can name, each with a path for them. Marks the modules that they can name.
    fn public(&mut self) -> BTreeMap<Path, String> {
        let mut public = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let mut queue = vec![Path::new()];
        while let Some(at) = queue.pop() {
            if !seen.insert(at.clone()) {
                continue;
            }
            let module = &self.modules[&at];
            let named = |name: &str| [at.as_slice(), &[name.to_owned()]].concat();
            for name in module.items.keys() {
                public.insert(named(name), named(name).join("::"));
            }
            let children = module.modules.iter().filter(|(_, is_public)| **is_public).map(|(name, _)| named(name));
            queue.extend(children.filter(|path| self.modules.contains_key(path)));
            for import in module.uses.iter().filter(|import| import.is_public) {
                for (target, name) in self.imported(&at, import, DEPTH) {
                    public.insert(target, named(&name).join("::"));
                }
            }
        }
        for at in seen {
            let module = self.modules.get_mut(&at).expect("it was visited");
            module.is_reachable = true;
            module.name = (!at.is_empty()).then(|| at.join("::"));
        }
        public
    }

    /// The definitions that a public import names, with the names that it gives them. Imports of imports are followed up to
    /// a depth.
    fn imported(&self, at: &Path, import: &Use, depth: usize) -> Vec<(Path, String)> {
        let Some(target) = self.modules[at].target(&self.modules, at, &import.path) else { return Vec::new() };
        let Some(other) = self.modules.get(&target).filter(|_| import.is_glob) else {
            return vec![(target, import.name.clone())];
        };
        let named = |name: &String| ([target.as_slice(), std::slice::from_ref(name)].concat(), name.clone());
        let nested = other.uses.iter().filter(|import| import.is_public && depth > 0);
        let nested = nested.flat_map(|import| self.imported(&target, import, depth - 1));
        other.items.keys().map(named).chain(nested).collect()
    }
}

/// The imports of a tree, one by one.
fn flatten(tree: &UseTree, prefix: &mut Path, is_public: bool, uses: &mut Vec<Use>) {
    let mut add = |path: Path, name: String, is_glob| uses.push(Use { path, name, is_public, is_glob });
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            flatten(&path.tree, prefix, is_public, uses);
            prefix.pop();
        }
        UseTree::Name(name) => {
            add([prefix.as_slice(), &[name.ident.to_string()]].concat(), name.ident.to_string(), false)
        }
        UseTree::Rename(name) => {
            add([prefix.as_slice(), &[name.ident.to_string()]].concat(), name.rename.to_string(), false);
        }
        UseTree::Glob(_) => add(prefix.clone(), String::new(), true),
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, prefix, is_public, uses);
            }
        }
    }
}
