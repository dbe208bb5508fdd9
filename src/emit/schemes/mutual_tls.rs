//! `mutualTLS`: a client certificate.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::super::need::Need;
use super::scheme_code;
use super::scheme_code::{Credential, Scaffold, SchemeCode, Verifier};
use crate::names::SchemeNames;

/// Mutual TLS.
pub struct MutualTls;

/// The variables of the listener: its certificate, the key of the certificate, the certificate authorities of clients.
/// All schemes of this kind share one listener.
const LISTENER: [&str; 3] = ["TLS_CERTIFICATE_FILE", "TLS_KEY_FILE", "TLS_CLIENT_CA_FILE"];

impl SchemeCode for MutualTls {
    fn sentence(&self) -> String {
        "A client certificate (mutual TLS)".to_owned()
    }

    fn runtime_kind(&self) -> TokenStream {
        quote!(MutualTls)
    }

    fn has_scopes(&self) -> bool {
        false
    }

    fn is_sent_by_browsers(&self) -> bool {
        true
    }

    fn credential_header(&self) -> Option<&str> {
        None
    }

    fn client_needs(&self) -> &'static [Need] {
        &[Need::MutualTls]
    }

    fn credential(&self) -> Credential {
        Credential { path: quote!(rt::identity::Identity), argument: "identity", is_text: false }
    }

    fn example(&self, krate: &Ident, name: &str) -> TokenStream {
        let file = format!("{name}_PEM");
        quote!(#krate::auth::Identity::from_pem(&std::fs::read(std::env::var(#file)?)?)?)
    }

    fn verifier(&self) -> Verifier {
        Verifier { presented: "PeerCertificate", argument: "certificate", finder: "peer_certificate" }
    }

    fn scaffold(&self, names: &SchemeNames) -> Scaffold {
        let (function, variable) = (&names.function, scheme_code::variable(names, "CALLERS_FILE"));
        Scaffold {
            needs: &[Need::MutualTls],
            imports: &["Certificates"],
            field: scheme_code::list_from_file("Certificates", &variable),
            principal: "String",
            verify: format!("self.{function}.verify(certificate)"),
            words: "client certificates, verified in the handshake and listed by SHA-256",
            environment: LISTENER.iter().map(|name| (*name).to_owned()).chain([variable]).collect(),
            help: &[
                "The server uses TLS with the certificate chain in `TLS_CERTIFICATE_FILE` and the key in `TLS_KEY_FILE`, and accepts client certificates only from the authorities in `TLS_CLIENT_CA_FILE`; all files are PEM. A client without a certificate reaches only public operations and those that have another alternative; a client whose certificate cannot be verified cannot connect. No header can replace a certificate: a proxy in front of the server must pass the TLS connection through.",
                "A `…_CALLERS_FILE` holds one line per client certificate: its owner, its SHA-256 in hex (`openssl x509 -in client.pem -noout -fingerprint -sha256`), its scopes.",
            ],
        }
    }
}
