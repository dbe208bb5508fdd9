//! The document as the mock serves it: with the mock as its server, and the mock's issuer in its schemes.

use serde_json::{Map, Value, json};

use super::issuer::Issuer;

/// Rewrites a document in the form of OpenAPI 3.0.
pub(super) fn served(mut document: Value, origin: &str, issuer: &Issuer) -> Value {
    let Some(root) = document.as_object_mut() else { return document };
    root.insert("servers".to_owned(), json!([{ "url": origin }]));
    let paths = root.get_mut("paths").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut);
    for item in paths.filter_map(Value::as_object_mut) {
        item.remove("servers");
        for operation in item.values_mut().filter_map(Value::as_object_mut) {
            operation.remove("servers");
        }
    }
    let schemes = root.get_mut("components").and_then(|components| components.get_mut("securitySchemes"));
    let schemes = schemes.and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut);
    for scheme in schemes.filter_map(Value::as_object_mut) {
        let discovery = issuer.endpoint(".well-known/openid-configuration");
        for (key, url) in [("openIdConnectUrl", discovery.clone()), ("oauth2MetadataUrl", discovery)] {
            if scheme.contains_key(key) {
                scheme.insert(key.to_owned(), url.into());
            }
        }
        let flows = scheme.get_mut("flows").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut);
        for flow in flows.filter_map(Value::as_object_mut) {
            let endpoints = [
                ("tokenUrl", "token"),
                ("refreshUrl", "token"),
                ("authorizationUrl", "authorize"),
                ("deviceAuthorizationUrl", "device"),
            ];
            for (key, endpoint) in endpoints {
                if flow.contains_key(key) {
                    flow.insert(key.to_owned(), issuer.endpoint(endpoint).into());
                }
            }
        }
    }
    document
}
