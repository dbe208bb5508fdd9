//! Modules of one folder of src do not import each other in a circle. Imports are found by parsing: paths that start
//! with `crate`, `self`, `super` or a child module. Names that a module imports or re-exports count for the module that
//! defines them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

type Module = Vec<String>;

#[test]
fn modules_of_a_folder_do_not_import_in_a_circle() {
    let modules = modules();
    assert!(modules.len() > 100, "only {} modules found", modules.len());
    let imports = imports(&modules);
    let circles = circles(&imports);
    let text = |circle: &Vec<String>| format!("{}\n{}", circle.join(" "), edges(circle, &imports));
    assert!(circles.is_empty(), "circles of imports:\n{}", circles.iter().map(text).collect::<String>());
}

#[test]
fn circles_are_found_and_reexports_are_resolved() {
    let parse = |files: &[(&str, &str)]| -> BTreeMap<Module, TokenStream> {
        let module = |path: &str| path.split('/').map(str::to_owned).collect::<Module>();
        files.iter().map(|(path, text)| (module(path), text.parse().unwrap())).collect()
    };
    let circular =
        parse(&[("a", "mod b; mod c;"), ("a/b", "use super::c::{C, D as E};"), ("a/c", "fn f() { crate::a::b::g() }")]);
    assert_eq!(circles(&imports(&circular)), [["a::b", "a::c"]]);
    let reexported = parse(&[
        ("a", "mod b; mod c; use b::B; fn f() { c::g() }"),
        ("a/b", "pub struct B;"),
        ("a/c", "use super::B; fn f() { quote!(super::super::f); } mod tests { use super::super::f; }"),
    ]);
    assert!(circles(&imports(&reexported)).is_empty());
    let parent = parse(&[("a", "mod b; fn f() { b::g() }"), ("a/b", "use super::f;")]);
    assert_eq!(circles(&imports(&parent)), [["a", "a::b"]]);
}

/// Every module below src that has its own file, except tests, as tokens.
fn modules() -> BTreeMap<Module, TokenStream> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let mut modules = BTreeMap::new();
    for path in files {
        let name = path.strip_prefix(&root).unwrap().with_extension("");
        let mut module: Module = name.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
        module.pop_if(|last| last == "mod");
        if !module.contains(&"tests".to_owned()) && module != ["lib"] && module != ["main"] {
            let text = std::fs::read_to_string(&path).unwrap();
            modules.insert(module, text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display())));
        }
    }
    modules
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// For every module, the modules of the same folder that it imports from.
fn imports(modules: &BTreeMap<Module, TokenStream>) -> BTreeMap<Module, BTreeSet<Module>> {
    let names: BTreeMap<&Module, BTreeMap<String, Module>> =
        modules.iter().map(|(module, tokens)| (module, imported_names(module, tokens, modules))).collect();
    let mut imports = BTreeMap::new();
    for (module, tokens) in modules {
        let mut paths = Vec::new();
        collect_paths(module, tokens, modules, &mut paths);
        let targets = paths.into_iter().filter_map(|path| resolve(path, &names));
        let in_folder = targets.filter(|target| target[0] == module[0] && target != module);
        imports.insert(module.clone(), in_folder.collect());
    }
    imports
}

/// The module that defines what a path names, following imported names.
fn resolve(mut path: Module, names: &BTreeMap<&Module, BTreeMap<String, Module>>) -> Option<Module> {
    for _ in 0..10 {
        let length = (1..=path.len()).rev().find(|length| names.contains_key(&path[..*length].to_vec()))?;
        let module = path[..length].to_vec();
        match path.get(length).and_then(|item| names[&module].get(item)) {
            Some(target) if *target != path => path = [target, &path[length + 1..]].concat(),
            _ => return Some(module),
        }
    }
    None
}

/// The names that a module imports with `use`, with their full paths.
fn imported_names(
    module: &Module,
    tokens: &TokenStream,
    modules: &BTreeMap<Module, TokenStream>,
) -> BTreeMap<String, Module> {
    let mut names = BTreeMap::new();
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        if matches!(token, TokenTree::Ident(ident) if ident == "use") {
            let end = tokens[at..].iter().position(|token| is_punct(token, ';')).map_or(tokens.len(), |end| at + end);
            let mut paths = Vec::new();
            collect_paths(module, &tokens[at + 1..end].iter().cloned().collect(), modules, &mut paths);
            names.extend(paths.into_iter().filter_map(|path| Some((path.last()?.clone(), path))));
        }
    }
    names
}

/// The full paths of everything that the tokens of a module name in other modules of the crate.
fn collect_paths(
    module: &Module,
    tokens: &TokenStream,
    modules: &BTreeMap<Module, TokenStream>,
    paths: &mut Vec<Module>,
) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        let word = match token {
            TokenTree::Group(group) => {
                // The tokens of `quote!` are generated code.
                let is_quoted = at > 2
                    && is_punct(&tokens[at - 2], '!')
                    && matches!(&tokens[at - 3], TokenTree::Ident(name) if name == "quote");
                // `pub(in path)` is not an import.
                let is_visibility =
                    matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(word)) if word == "in");
                let is_tests = at > 2
                    && matches!(&tokens[at - 2], TokenTree::Ident(name) if name == "tests")
                    && matches!(&tokens[at - 3], TokenTree::Ident(name) if name == "mod");
                if !is_tests && !is_visibility && !is_quoted {
                    collect_paths(module, &group.stream(), modules, paths);
                }
                continue;
            }
            TokenTree::Ident(ident) if at < 2 || !is_punct(&tokens[at - 2], ':') => ident.to_string(),
            _ => continue,
        };
        let mut child = module.clone();
        child.push(word.clone());
        let start = match word.as_str() {
            "crate" => Vec::new(),
            "self" => module.clone(),
            "super" => module[..module.len() - 1].to_vec(),
            _ if modules.contains_key(&child) => child,
            _ => continue,
        };
        if tokens.get(at).is_some_and(|token| is_punct(token, ':')) {
            at = follow(start, &tokens, at, paths);
        }
    }
}

/// Reads the rest of a path from the `::` at `at`; returns the index of the first token after it.
fn follow(mut path: Module, tokens: &[TokenTree], mut at: usize, paths: &mut Vec<Module>) -> usize {
    while tokens.get(at).is_some_and(|token| is_punct(token, ':')) {
        match tokens.get(at + 2) {
            Some(TokenTree::Ident(ident)) if ident == "super" => drop(path.pop()),
            Some(TokenTree::Ident(ident)) => path.push(ident.to_string()),
            Some(TokenTree::Group(group)) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                for element in inner.split(|token| is_punct(token, ',')) {
                    if let Some(TokenTree::Ident(ident)) = element.first() {
                        let mut path = path.clone();
                        if ident != "self" {
                            path.push(ident.to_string());
                        }
                        follow(path, element, 1, paths);
                    }
                }
                return at + 3;
            }
            _ => break,
        }
        at += 3;
    }
    paths.push(path);
    at
}

fn is_punct(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == c)
}

/// The sets of modules that import each other, in order.
fn circles(imports: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<Vec<String>> {
    let reached: BTreeMap<&Module, BTreeSet<&Module>> =
        imports.keys().map(|module| (module, reachable(module, imports))).collect();
    let mut circles = BTreeSet::new();
    for module in imports.keys().filter(|module| reached[module].contains(module)) {
        let circle = reached[module].iter().filter(|other| reached[**other].contains(module));
        circles.insert(circle.map(|module| module.join("::")).collect::<Vec<_>>());
    }
    circles.into_iter().collect()
}

fn reachable<'m>(from: &'m Module, imports: &'m BTreeMap<Module, BTreeSet<Module>>) -> BTreeSet<&'m Module> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![from];
    while let Some(module) = waiting.pop() {
        for target in imports.get(module).into_iter().flatten() {
            if reached.insert(target) {
                waiting.push(target);
            }
        }
    }
    reached
}

/// The imports within a circle, one line each.
fn edges(circle: &[String], imports: &BTreeMap<Module, BTreeSet<Module>>) -> String {
    let is_inside = |module: &Module| circle.contains(&module.join("::"));
    let pairs =
        imports.iter().filter(|(from, _)| is_inside(from)).flat_map(|(from, to)| to.iter().map(move |to| (from, to)));
    pairs
        .filter(|(_, to)| is_inside(to))
        .map(|(from, to)| format!("  {} -> {}\n", from.join("::"), to.join("::")))
        .collect()
}
