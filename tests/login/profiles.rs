//! The profiles of `apis.toml`.

use crate::running_mock::Mock;

use super::{FLOWS, Run, User, logged_in, served, write_private};

#[test]
fn profiles_have_servers_and_credentials() {
    let (user, mock) = (User::new(), Mock::petshop(&[]));
    let key = mock.printed("X-Shop-Key: ");
    let secret = user.home.path().join("key");
    write_private(&secret, &format!("{key}\n"));
    let (server, spec) =
        (format!("http://{}", mock.address), std::fs::canonicalize("fixtures/world/petshop.yaml").unwrap());
    user.apis(&format!(
        "[shop]\nspec = '{}'\n[shop.profiles]\n\
         default = {{ server = '{server}', credentials.shopKey = {{ file = '../../key' }} }}\n\
         other = {{ server = '{server}', credentials.shopKey = {{ env = 'OTHER_KEY' }} }}\n\
         program = {{ server = '{server}', credentials.shopKey = {{ cmd = ['cat', '{}'] }} }}\n\
         none = {{ server = '{server}' }}\n",
        spec.display(),
        secret.display(),
    ));
    let run = |arguments: &[&str], variables: &[(&str, &str)]| -> Run {
        user.command(arguments).envs(variables.iter().copied()).output().unwrap().into()
    };
    let of_client = ("PETSHOP_CLIENT_SHOP_KEY", "s3cret-of-another");
    for (arguments, variables, code) in [
        (&["shop", "listPets"][..], &[][..], 0),
        (&["fixtures/world/petshop.yaml", "listPets"], &[], 0),
        // The variable of the client comes before the default profile, and is not used with `--profile`.
        (&["shop", "listPets"], &[of_client], 4),
        (&["--profile", "default", "shop", "listPets"], &[of_client], 0),
        (&["--profile", "program", "shop", "listPets"], &[of_client], 0),
        (&["--profile", "other", "shop", "listPets"], &[("OTHER_KEY", key)], 0),
        (&["--profile", "other", "shop", "listPets"], &[("OTHER_KEY", "s3cret")], 4),
        (&["--profile", "other", "shop", "listPets"], &[], 6),
        (&["--profile", "none", "shop", "listPets"], &[of_client], 6),
        (&["--profile", "prod", "shop", "listPets"], &[], 2),
    ] {
        let done = run(arguments, variables);
        assert_eq!(done.code, Some(code), "{arguments:?} {variables:?}: {}", done.errors);
        assert!(!(done.output.clone() + &done.errors).contains("s3cret"), "{arguments:?}");
    }
    let listed = run(&["--profile", "program", "shop"], &[]);
    assert!(listed.output.contains("shopKey is read from command cat"), "{}", listed.output);
    let curl = run(&["--profile", "other", "--curl", "shop", "listPets"], &[("OTHER_KEY", key)]);
    assert!(curl.output.contains("$OTHER_KEY") && !curl.output.contains(key), "{}", curl.output);
    for dry in [&["--dry-run"][..], &["--curl"]] {
        let shown = run(&[dry, &["--profile", "program", "shop", "listPets"]].concat(), &[]);
        assert!(shown.code == Some(0) && !shown.output.contains(key), "{}", shown.output);
    }
}

#[test]
#[cfg(unix)]
fn a_file_of_profiles_is_for_its_owner_only() {
    let user = User::new();
    user.apis(
        "[shop]\nspec = 'petshop.yaml'\n[shop.profiles.default]\nserver = 'http://127.0.0.1:9'\n\
         credentials.shopKey = { cmd = 'echo key' }\n",
    );
    let file = user.home.path().join(".config/keystub/apis.toml");
    for (mode, part) in
        [(0o600, "petshop.yaml"), (0o620, "accessible to other users"), (0o604, "accessible to other users")]
    {
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        let run = user.call(&["shop"]);
        assert!(run.code != Some(0) && run.errors.contains(part), "{mode:o}: {}", run.errors);
    }
}

#[test]
fn credentials_of_a_profile_are_sent_to_its_server_only() {
    let user = User::new();
    let (mock, other) = (Mock::petshop(&[]), Mock::petshop(&[]));
    let spec = std::fs::canonicalize("fixtures/world/petshop.yaml").unwrap();
    let profile = |server: &str| {
        user.apis(&format!(
            "[shop]\nspec = '{}'\n[shop.profiles.default]\n{server}credentials.shopKey = {{ env = 'SHOP_KEY' }}\n",
            spec.display()
        ));
    };
    let run = |arguments: &[&str]| -> Run {
        user.command(arguments).env("SHOP_KEY", mock.printed("X-Shop-Key: ")).output().unwrap().into()
    };
    let (own, foreign) = (format!("http://{}", mock.address), format!("http://{}", other.address));
    profile(&format!("server = '{own}'\n"));
    for (arguments, code, part) in [
        (&["shop", "listPets"][..], 0, ""),
        (&["--server", &own, "shop", "listPets"], 0, ""),
        (&["--server", &foreign, "shop", "listPets"], 2, "profile `default`"),
        (&["--server", "https://api.example.com", "--curl", "shop", "listPets"], 2, "another origin"),
        (&["--server", &foreign, "shop", "health"], 0, ""),
    ] {
        let done = run(arguments);
        assert!(
            done.code == Some(code) && done.errors.contains(part),
            "{arguments:?}: {:?} {}",
            done.code,
            done.errors
        );
    }
    profile("");
    let done = run(&["shop", "listPets"]);
    assert!(done.code == Some(2) && done.errors.contains("needs `server`"), "{:?} {}", done.code, done.errors);
}

#[test]
fn a_client_secret_is_sent_for_its_client_only() {
    // The secret of the profile cannot be read, which does not matter for the public client that has logged in.
    let (user, mock) = (User::new(), Mock::start(FLOWS, &["--expire", "1s"]));
    let document = served(&mock);
    let profile = |id: &str| {
        user.apis(&format!(
            "[flows]\nspec = '{document}'\n[flows.profiles.default]\n\
             clients.all = {{ id = '{id}', secret = {{ env = 'UNSET' }}, server = 'http://{}' }}\n",
            mock.address
        ));
    };
    profile("another-client");
    logged_in(&user, &mock, &document, "all");
    let call = user.call(&[&document, "GET /things"]);
    assert_eq!(call.code, Some(0), "{}", call.errors);
    profile("keystub-mock");
    let call = user.call(&[&document, "GET /things"]);
    assert!(call.code == Some(6) && call.errors.contains("$UNSET"), "{:?} {}", call.code, call.errors);
}

#[test]
fn a_client_secret_is_sent_to_its_authorization_server_only() {
    let (user, mock, other) = (User::new(), Mock::start(FLOWS, &["--expire", "1s"]), Mock::start(FLOWS, &[]));
    let document = served(&mock);
    let profile = |secret: &str, server: &Mock| {
        user.apis(&format!(
            "[flows]\nspec = '{document}'\n[flows.profiles.default]\nclients.all = {{ id = 'keystub-mock', {secret} \
             server = 'http://{}' }}\n",
            server.address
        ));
    };
    let secret = "secret = { cmd = 'echo s3cret' },";
    let refused = |run: &Run| run.errors.contains("another origin") && !run.errors.contains("s3cret");
    // A public client logs in; its token is renewed as that of a confidential one.
    logged_in(&user, &mock, &document, "all");
    for secret in [secret, ""] {
        profile(secret, &other);
        for device in [&[][..], &["--device"]] {
            let run = user.call(&[&[document.as_str(), "login", "all", "--no-browser"], device].concat());
            assert!(run.code == Some(1) && refused(&run), "{device:?}: {:?} {}", run.code, run.errors);
        }
        let call = user.call(&[&document, "GET /things"]);
        assert!(call.code == Some(6) && refused(&call), "{:?} {}", call.code, call.errors);
    }
    // The mock has no confidential clients: it receives the secret, and refuses it.
    profile(secret, &mock);
    let call = user.call(&[&document, "GET /things"]);
    assert!(call.code == Some(6) && call.errors.contains("(invalid_client)"), "{:?} {}", call.code, call.errors);
    profile("", &mock);
    let call = user.call(&[&document, "GET /things"]);
    assert_eq!(call.code, Some(0), "{}", call.errors);
}

#[test]
fn a_file_of_profiles_that_is_too_large_is_not_cut() {
    let user = User::new();
    user.apis(&format!("[shop]\nspec = 'petshop.yaml'\n#{}", " ".repeat(1 << 20)));
    let run = user.call(&["shop"]);
    assert!(run.code == Some(2) && run.errors.contains("larger than 1 MiB"), "{:?} {}", run.code, run.errors);
}
