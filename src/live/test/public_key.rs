//! Public keys as the PEM files that servers have: what a server that confuses algorithms takes for the secret of HS256.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;

/// The PEM files of a key of a key set (RFC 7517), with and without a line break at the end; none if its kind is unknown.
pub(super) fn pem_files(jwk: &Value) -> Vec<Vec<u8>> {
    let member = |name: &str| BASE64_URL_SAFE_NO_PAD.decode(jwk.get(name)?.as_str()?).ok();
    let point = || Some([vec![4], member("x")?, member("y")?].concat());
    let text = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap_or_default();
    let files = match (text("kty"), text("crv")) {
        ("RSA", _) => member("n").zip(member("e")).map(|(n, e)| {
            let key = tagged(SEQUENCE, &[integer(&n), integer(&e)].concat());
            vec![pem("PUBLIC KEY", &subject(RSA, &key)), pem("RSA PUBLIC KEY", &key)]
        }),
        ("EC", "P-256") => point().map(|point| vec![pem("PUBLIC KEY", &subject(P256, &point))]),
        ("EC", "P-384") => point().map(|point| vec![pem("PUBLIC KEY", &subject(P384, &point))]),
        ("OKP", "Ed25519") => member("x").map(|point| vec![pem("PUBLIC KEY", &subject(ED25519, &point))]),
        _ => None,
    };
    let both = |file: String| [file.trim_end().as_bytes().to_vec(), file.into_bytes()];
    files.unwrap_or_default().into_iter().flat_map(both).collect()
}

const SEQUENCE: u8 = 0x30;

/// `rsaEncryption` with NULL (RFC 3279, section 2.3.1).
const RSA: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 0x05, 0];
/// `id-ecPublicKey` with `secp256r1` (RFC 5480, section 2.1.1).
const P256: &[u8] = &[0x06, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
/// `id-ecPublicKey` with `secp384r1`.
const P384: &[u8] = &[0x06, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 0x06, 5, 0x2b, 0x81, 4, 0, 0x22];
/// `id-Ed25519` (RFC 8410, section 3).
const ED25519: &[u8] = &[0x06, 3, 0x2b, 0x65, 0x70];

/// `SubjectPublicKeyInfo` (RFC 5280, section 4.1).
fn subject(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    // The first byte of a bit string is how many bits of the last one are unused.
    let key = tagged(0x03, &[&[0], key].concat());
    tagged(SEQUENCE, &[tagged(SEQUENCE, algorithm), key].concat())
}

/// A positive integer: a first bit of 1 would be its sign.
fn integer(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let bytes = &bytes[zeros.min(bytes.len().saturating_sub(1))..];
    let sign: &[u8] = if bytes.first().is_some_and(|first| *first >= 0x80) { &[0] } else { &[] };
    tagged(0x02, &[sign, bytes].concat())
}

/// A value of DER with its tag and its length (X.690, section 8.1.3).
fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let length = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    let mut bytes = vec![tag];
    match (content.len(), u8::try_from(length.len())) {
        (short @ ..0x80, _) => bytes.extend(u8::try_from(short)),
        (_, Ok(count)) => {
            bytes.push(0x80 | count);
            bytes.extend_from_slice(length);
        }
        (_, Err(_)) => {}
    }
    bytes.extend_from_slice(content);
    bytes
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Made by `openssl pkey -pubin -in FILE`, of the keys of RFC 7515, appendices A.2 and A.3, and of RFC 8037, appendix A.2.
    #[test]
    fn pem_files_are_those_of_openssl() {
        for (jwk, expected) in [
            (
                json!({ "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" }),
                "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n-----END PUBLIC KEY-----",
            ),
            (
                json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }),
                "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----",
            ),
            (
                json!({ "kty": "RSA", "e": "AQAB", "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ" }),
                "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJj\nNiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEz\nP1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo\n9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTB\nEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxX\nFvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp\noQIDAQAB\n-----END PUBLIC KEY-----",
            ),
        ] {
            let files = pem_files(&jwk);
            assert_eq!(String::from_utf8_lossy(&files[0]), expected);
            assert_eq!(files[1], [files[0].as_slice(), b"\n"].concat());
        }
        assert!(pem_files(&json!({ "kty": "EC", "crv": "P-256", "x": "AA" })).is_empty());
        assert!(pem_files(&json!({ "kty": "oct", "k": "AA" })).is_empty());
    }
}
