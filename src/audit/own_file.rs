//! The name of a file as the document refers to it, which stays when both are moved.

/// The path of a file relative to the document's folder; empty for the document itself.
pub fn own_file(file: &str, document: &str) -> String {
    if file == document {
        return String::new();
    }
    // Files of a revision are named `REV:path`, URLs begin with a scheme.
    let prefix = document.split_once(':').map(|(prefix, _)| prefix);
    let rest_of = |name| prefix.and_then(|prefix| str::strip_prefix(name, prefix)?.strip_prefix(':'));
    let (file, document) = match (rest_of(file), rest_of(document)) {
        (Some(file), Some(document)) => (file, document),
        _ => (file, document),
    };
    let folder: Vec<&str> = match document.rsplit_once(['/', '\\']) {
        Some((folder, _)) => segments(folder),
        None => Vec::new(),
    };
    let file = segments(file);
    let common = folder.iter().zip(&file).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..", folder.len() - common);
    up.chain(file[common..].iter().copied()).collect::<Vec<_>>().join("/")
}

fn segments(path: &str) -> Vec<&str> {
    path.split(['/', '\\']).filter(|segment| *segment != ".").collect()
}

#[cfg(test)]
mod tests {
    use super::own_file;

    #[test]
    fn names_are_relative_to_the_document() {
        for (file, document, expected) in [
            ("api.yaml", "api.yaml", ""),
            ("a/b/api.yaml", "a/b/api.yaml", ""),
            ("parts/pet.yaml", "api.yaml", "parts/pet.yaml"),
            ("a/b/parts/pet.yaml", "a/b/api.yaml", "parts/pet.yaml"),
            ("a/c/pet.yaml", "a/b/api.yaml", "../c/pet.yaml"),
            ("./pet.yaml", "api.yaml", "pet.yaml"),
            ("../pet.yaml", "api.yaml", "../pet.yaml"),
            ("/x/c/pet.yaml", "/x/b/api.yaml", "../c/pet.yaml"),
            ("HEAD:pet.yaml", "HEAD:api.yaml", "pet.yaml"),
            ("v1:a/pet.yaml", "v1:a/api.yaml", "pet.yaml"),
            ("https://h.example/a/pet.yaml", "https://h.example/a/api.yaml", "pet.yaml"),
            ("a\\parts\\pet.yaml", "a\\api.yaml", "parts/pet.yaml"),
            ("keystub.toml", "a/api.yaml", "../keystub.toml"),
        ] {
            assert_eq!(own_file(file, document), expected, "{file} of {document}");
        }
    }
}
