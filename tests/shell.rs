//! `keystub --explain`, `keystub completions` and `keystub man`.

use std::process::Command;

use keystub::diag::Code;

/// The exit status, standard output and standard error.
fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_keystub")).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

const COMMANDS: [&str; 10] =
    ["client", "server", "generate", "init", "schema", "inspect", "audit", "changes", "deps", "completions"];

#[test]
fn explain_prints_the_section_of_a_code() {
    for code in [Code::UnknownScheme, Code::NotADocument, Code::TooLargeOutput] {
        let (status, printed, errors) = run(&["--explain", code.as_str()]);
        assert_eq!((status, errors.as_str()), (0, ""));
        assert_eq!(printed, format!("# {code}\n\n{}", code.explanation()));
        assert!(printed.ends_with(".\n") && printed.matches("\n# ").count() == 0, "{printed}");
    }
    let (status, _, errors) = run(&["--explain", "unknown-schema"]);
    assert_eq!(status, 2);
    assert!(errors.contains("did you mean `unknown-scheme`?"), "{errors}");
    assert_eq!(run(&["--explain", "syntax", "inspect", "x.yaml"]).0, 2);
    assert_eq!(run(&[]).0, 2);
}

#[test]
fn completions_know_every_command_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (status, printed, errors) = run(&["completions", shell]);
        assert_eq!((status, errors.as_str()), (0, ""));
        for word in COMMANDS.iter().chain(&["deny-public", "skip-broken"]) {
            assert!(printed.contains(word), "{shell}: {word}");
        }
    }
    let (status, _, errors) = run(&["completions", "cmd"]);
    assert_eq!(status, 2);
    assert!(errors.contains("bash"), "{errors}");
}

#[test]
fn man_pages_describe_commands_and_flags() {
    let (status, printed, _) = run(&["man"]);
    assert_eq!(status, 0);
    assert!(printed.contains(".TH keystub 1"), "{printed}");
    assert!(COMMANDS.iter().all(|command| printed.contains(&format!("keystub\\-{command}(1)"))), "{printed}");
    let (status, printed, _) = run(&["man", "server"]);
    assert_eq!(status, 0);
    assert!(printed.contains(".TH keystub-server 1") && printed.contains("\\-\\-deny\\-public"), "{printed}");
    let (status, _, errors) = run(&["man", "sever"]);
    assert_eq!(status, 1);
    assert!(errors.starts_with("error: unknown command `sever`; expected one of client, server,"), "{errors}");
}
