//! The runtime files of a client as they are shipped, and what the tests share: servers that record raw bytes, and an
//! API.
//!
//! # Threat model of a generated client
//!
//! Each row names a threat, the mechanism against it, and the tests of the mechanism. `tests/threats.rs` of keystub
//! checks that the tests exist.
//!
//! | | threat | mechanism | test |
//! |-|-|-|-|
//! | C1 | a redirect sends credentials elsewhere | no redirect is followed (`core.rs`, applied after the user's settings) | `redirects_are_never_followed`, `no_referer_is_sent` |
//! | C2 | an existing reqwest client that follows redirects | it must be set by `dangerous_http_client`, and settings that it cannot have are errors | `existing_http_client_keeps_its_redirect_policy`, `settings_that_an_existing_http_client_cannot_have_are_rejected` |
//! | C3 | credentials over plain http | https, or http to loopback; anything else requires `allow_insecure_http` | `credentials_are_not_sent_over_plain_http_except_to_loopback`, `plain_http_requires_allow_insecure_http`, `loopback_may_be_called_over_plain_http` |
//! | C4 | a base URL or link to a different host | one base URL, fixed when the client is built; signers cannot change it | `base_url_with_user_query_or_fragment_is_rejected`, `signer_cannot_change_the_origin` |
//! | C5 | a path value that changes the path | one encoded segment; `.`, `..` and empty values are rejected | `path_value_is_encoded_as_one_segment`, `empty_or_dot_path_value_is_rejected`, `path_changed_by_the_url_parser_is_rejected` |
//! | C6 | a value that breaks out of its header, cookie, query or part | each place encodes or rejects it | `header_value_with_a_line_break_is_rejected`, `cookie_value_is_encoded`, `query_value_is_encoded`, `key_in_the_query_is_encoded`, `part_and_file_names_are_quoted` |
//! | C7 | secrets in `Debug`, errors and logs | `SecretString`, sensitive headers, errors without URLs | `no_log_shows_a_credential`, `no_error_shows_a_credential_or_a_url`, `debug_of_clients_builders_and_calls_shows_no_credential`, `every_header_is_marked_as_sensitive_before_it_is_sent` |
//! | C8 | a key in the query shows in `Referer` and errors | no `Referer`; errors contain no URL | `no_referer_is_sent`, `no_error_shows_a_credential_or_a_url`, `a_key_in_a_query_is_one_warning_if_an_operation_uses_it` |
//! | C9 | a password field in a log | `Password` is a separate type, whose `Debug` shows nothing | `string_formats_round_trip` |
//! | C10 | a credential sent to an operation that does not require it | credentials are stored by scheme; only those of the first satisfiable alternative are attached | `only_the_first_alternative_with_credentials_is_attached`, `public_operation_sends_no_credentials` |
//! | C11 | two schemes of one alternative in one header | rejected when the document is read (`conflicting-schemes`) | `every_code_has_a_fixture_that_breaks_its_rule_alone` |
//! | C12 | many calls refresh an expired token at once | one request in a separate task; failures are shared and cached for a short time | `concurrent_calls_refresh_an_expired_token_once`, `immediately_expired_token_serves_all_waiting_calls`, `dropped_call_does_not_cancel_the_token_request`, `token_failure_is_shared_and_retried_only_after_a_pause` |
//! | C13 | clock differences, missing or absurd lifetimes | a monotonic deadline, some seconds before expiry | `token_is_used_until_shortly_before_it_expires` |
//! | C14 | an endless loop of 401 and renewal | one renewal per call, if the call can be repeated | `rejected_token_is_renewed_once` |
//! | C15 | a call sent twice | disabled by default; only idempotent methods, and operations that declare `Idempotency-Key`, with one key per call; limited in number and time | `post_is_never_retried`, `declared_idempotency_key_is_one_per_call_and_allows_retries`, `key_that_is_not_declared_is_neither_added_nor_trusted`, `retry_after_is_respected_up_to_the_maximum`, `number_of_retries_is_limited` |
//! | C16 | a token endpoint with invalid responses | https, no redirect, size limit, strict parsing; id and secret form-encoded (RFC 6749 §2.3.1) | `invalid_token_response_is_rejected`, `client_authenticates_in_the_header_or_in_the_body`, `client_credentials_of_a_real_provider_are_verified` |
//! | C17 | endpoints of a different provider | the issuer in the metadata must be the requested one; secrets are sent only over https or to loopback | `provider_metadata_of_a_different_issuer_is_rejected`, `secrets_are_sent_only_over_https_or_to_loopback` |
//! | C18 | a redirect of a different consent | PKCE S256, a random state, `iss` (RFC 9207), each code is used once; there is no listener to attack | `redirect_of_a_different_consent_is_rejected`, `authorization_code_session_stays_authenticated` |
//! | C19 | a response that is huge, deeply nested or endless | limits on bytes, depth and time; nothing is decompressed | `oversized_response_is_not_read`, `endless_response_is_stopped_at_the_limit`, `deeply_nested_json_is_a_decode_error`, `unresponsive_server_causes_a_timeout`, `timeout_includes_the_body_of_a_service` |
//! | C20 | a proxy from the environment | not used for loopback, neither for calls nor for tokens | `loopback_calls_bypass_proxies_from_the_environment`, `loopback_calls_bypass_configured_proxies` |
//! | C21 | a user name with a colon | rejected before anything is sent (RFC 7617 §2) | `login_with_a_colon_or_control_characters_is_refused` |
//! | C22 | a credentials file with key and value swapped, that is not a regular file, or that belongs to a different user | entries are named by position; the file is checked before it is opened, and its owner must be the process's user or root | `invalid_toml_is_rejected_without_showing_secrets`, `malformed_file_is_rejected_without_showing_secrets`, `only_a_regular_file_is_opened`, `file_of_another_user_is_rejected` |
//! | C23 | `writeOnly` and nested `format: password` values in `Debug` | passwords have a separate type everywhere; types with other secret fields omit them | `no_debug_form_of_a_type_shows_a_secret`, `no_debug_form_of_a_request_or_its_header_fields_shows_a_secret` |
//! | C24 | a layer that sends the credentials of a call elsewhere, or before the call is authenticated | layers and services are below the authentication; the origin is compared below each layer | `layer_cannot_change_the_origin`, `layer_of_tower_cannot_change_the_origin_or_send_without_it`, `nothing_reaches_a_layer_or_service_without_the_credentials`, `nothing_reaches_a_service_of_tower_without_the_credentials`, `each_attempt_is_authenticated_again` |
//! | C25 | a next page at another origin, or without an end | only the origin of the base URL is called; a page that was requested before is the end | `next_page_of_another_origin_is_refused_and_not_requested`, `pages_end_at_a_page_that_was_requested_before` |
//! | C26 | the URL of a receiver of webhooks leads to a server behind the firewall | https only, no redirect; a host with an address that is not public is refused when it is resolved (`public_addresses.rs`) | `receivers_with_private_addresses_are_refused`, `name_with_a_private_address_is_not_resolved`, `special_purpose_addresses_are_not_public`, `private_receivers_must_be_allowed`, `redirects_are_never_followed` |
//! | C27 | a webhook that is sent unsigned, or altered after it was signed | the signer is required; it is the innermost layer; what cannot be signed is not sent | `delivery_is_signed_with_its_id_and_time`, `layers_see_no_signature_and_cannot_change_what_is_signed`, `what_cannot_be_signed_is_not_sent` |
//! | C28 | a token that is bound to a key is sent without a proof, as a bearer token, or with the proof of another request | the proof is made for each attempt from the finished request; a bound token has the scheme `DPoP` only; tokens of the other type are errors; nonces are kept by origin | `each_call_has_a_fresh_proof_for_its_request_and_token`, `each_attempt_and_each_renewed_token_has_its_own_proof`, `bound_token_is_never_sent_as_bearer_token_or_without_proof`, `token_of_the_other_type_is_rejected`, `nonce_of_the_token_endpoint_is_used_once_it_is_demanded` |
#![deny(missing_docs, warnings)]

pub mod api;
pub use keystub_client_runtime as runtime;
pub mod server;
