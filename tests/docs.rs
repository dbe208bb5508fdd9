//! The documentation agrees with the repository and with the program.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of the documentation, with their texts.
fn documents() -> Vec<(PathBuf, String)> {
    let mut paths: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "tests/README.md"].iter().map(|name| root().join(name)).collect();
    paths.extend(std::fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path()));
    paths.extend(examples().map(|folder| folder.join("README.md")));
    paths.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// The folders of the examples.
fn examples() -> impl Iterator<Item = PathBuf> {
    std::fs::read_dir(root().join("examples")).unwrap().map(|entry| entry.unwrap().path())
}

fn help(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_keystub")).args(arguments).arg("--help").output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// The anchor that GitHub makes of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase().replace(' ', "-");
    kept.chars().filter(|c| c.is_alphanumeric() || *c == '-' || *c == '_').collect()
}

#[test]
fn links_lead_to_files_and_headings() {
    let mut links = 0;
    for (path, text) in documents() {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.starts_with("https://") {
                continue;
            }
            links += 1;
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            // GitHub shows the README of a folder.
            let target = if target.is_dir() { target.join("README.md") } else { target };
            let target_text = std::fs::read_to_string(&target).unwrap_or_else(|_| panic!("{}: {link}", path.display()));
            let mut headings = target_text.lines().filter(|line| line.starts_with('#'));
            let is_found = heading.is_empty() || headings.any(|line| anchor(line.trim_start_matches('#')) == heading);
            assert!(is_found, "{}: {link}", path.display());
        }
    }
    assert!(links > 10, "only {links} links were found");
}

#[test]
fn readme_links_to_every_example() {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap();
    let mut count = 0;
    for folder in examples() {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        assert!(text.contains(&format!("](examples/{name})")), "README.md does not link to examples/{name}");
        count += 1;
    }
    assert!(count >= 3, "only {count} examples");
}

#[test]
fn every_command_and_option_is_documented() {
    let text = std::fs::read_to_string(root().join("docs/cli.md")).unwrap();
    let listed = help(&[]);
    let commands = listed.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    for command in commands.lines().filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        assert!(text.contains(&format!("keystub {command} ")), "`{command}` is not in docs/cli.md");
        let help = help(&[command]);
        let words = help.split(|c: char| c.is_whitespace() || ",[]".contains(c));
        for option in words.filter(|word| word.starts_with("--") && word.len() > 2 && *word != "--help") {
            assert!(text.contains(option), "`{option}` of `{command}` is not in docs/cli.md");
        }
    }
}

#[test]
fn every_documented_option_exists() {
    let text = std::fs::read_to_string(root().join("docs/cli.md")).unwrap();
    let block = text.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let client = help(&["client"]);
    let options: Vec<&str> = block.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let options: Vec<&str> = options.into_iter().filter(|word| word.starts_with("--")).collect();
    assert!(options.len() > 8, "{options:?}");
    for option in options {
        assert!(client.contains(&format!("{option} ")) || client.contains(&format!("{option}\n")), "`{option}`");
    }
}
