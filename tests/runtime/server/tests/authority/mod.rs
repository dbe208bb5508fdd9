//! Certificates created for each test, so that the repository contains no private keys.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};

/// A certificate authority.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate signed by an authority, with its key.
pub struct Leaf {
    /// The certificate as PEM.
    pub certificate: String,
    /// The certificate as DER.
    pub der: Vec<u8>,
    /// The key as PEM.
    pub key: String,
}

impl Authority {
    /// Creates an authority. All authorities have the same name, so that only their keys differ.
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, "authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// The certificate of the authority as PEM.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Creates a certificate for a server on loopback.
    pub fn server(&self) -> Leaf {
        self.leaf("server", |params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth])
    }

    /// Creates a certificate for a client.
    pub fn client(&self, name: &str) -> Leaf {
        self.leaf(name, |_| {})
    }

    /// Creates a modified certificate for a client.
    pub fn leaf(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Leaf {
        let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Leaf { certificate: certificate.pem(), der: certificate.der().to_vec(), key: key.serialize_pem() }
    }
}
