//! Names by which credentials and secrets are recognised if the document does not declare them.

/// Whether a parameter with this name is a credential: `Authorization`, `X-Api-Key`, `access_token`, `X-Auth-Token`.
pub fn is_credential_name(name: &str) -> bool {
    let plain = plain(name);
    let plain = plain.strip_prefix('x').unwrap_or(&plain);
    matches!(plain, "authorization" | "apikey" | "accesstoken" | "authtoken" | "authkey" | "apitoken" | "sessiontoken")
}

/// Whether a property with this name is a secret: a credential, or `password_hash`, `clientSecret`, `private-key`.
pub fn is_secret_name(name: &str) -> bool {
    const ENDS: [&str; 6] = ["password", "passwd", "passwordhash", "secret", "secretkey", "privatekey"];
    is_credential_name(name) || ENDS.iter().any(|end| plain(name).ends_with(end))
}

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{is_credential_name, is_secret_name};

    #[test]
    fn names_of_secrets_are_told_from_others() {
        assert!(is_credential_name("X-Api-Key") && is_credential_name("access_token"));
        assert!(!is_credential_name("page_token") && !is_credential_name("password"));
        assert!(is_secret_name("passwordHash") && is_secret_name("client-secret") && is_secret_name("api_key"));
        assert!(!is_secret_name("next_page_token") && !is_secret_name("secret_count"));
    }
}
