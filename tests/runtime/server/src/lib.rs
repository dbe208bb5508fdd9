//! The runtime files of a server, compiled as in a generated crate. The tests are in tests/.
//!
//! # Threat model of a generated server
//!
//! Each row names a threat, the mechanism against it, and the tests of the mechanism. `tests/threats.rs` of keystub
//! checks that the tests exist.
//!
//! | | threat | mechanism | test |
//! |-|-|-|-|
//! | S1 | `alg: none` and algorithm confusion | the policy lists the algorithms; each key verifies only the algorithms of its type | `unsigned_tokens_are_rejected_in_every_spelling`, `public_key_is_not_accepted_as_a_shared_secret`, `forged_tokens_are_rejected_and_valid_ones_accepted` |
//! | S2 | a `kid` with a path, a URL or an injection | compared with the ids of the known keys and used for nothing else | `malicious_token_headers_are_rejected`, `forged_tokens_are_rejected_and_valid_ones_accepted` |
//! | S3 | keys named by the token (`jwk`, `jku`, `x5u`, `x5c`) | the token is rejected; nothing is fetched | `key_urls_in_token_headers_are_not_fetched` |
//! | S4 | missing or mistyped claims | `exp`, `iss`, `aud` and `sub` are required and must have their types | `missing_wrong_or_mistyped_claims_are_rejected` |
//! | S5 | `crit`, `enc`, `zip`, `b64` | rejected | `malicious_token_headers_are_rejected` |
//! | S6 | a token of a different kind | `typ` must be listed in the policy, `JWT` only with the claims of an access token; the profile of RFC 9068 requires `at+jwt` and additional claims | `access_token_profile_requires_additional_claims`, `malicious_token_headers_are_rejected`, `only_access_tokens_are_accepted_by_type_and_claims` |
//! | S7 | weak keys, and keys for other uses | ignored when the key set is read; shared secrets have a minimum length and one algorithm | `weak_keys_and_keys_for_other_uses_are_ignored`, `shared_secret_has_a_minimum_length_and_one_algorithm` |
//! | S8 | a flood of unknown keys | at most one request to the issuer per interval | `unknown_keys_cause_one_request_per_interval`, `withdrawn_key_is_rejected_after_an_idle_period`, `key_rotation_of_a_real_provider_is_followed` |
//! | S9 | the provider is down | 503 with `Retry-After`, never 401 or 2xx; cached keys are used for a limited time | `retry_after_is_the_time_until_the_next_key_fetch`, `issuer_failure_is_reported_as_unavailable`, `cached_keys_are_used_for_a_limited_time_during_outage`, `failing_clock_or_provider_denies_access` |
//! | S10 | stolen key lists, timing of comparisons | SHA-256 of each key; hashes are compared in constant time | `api_key_is_verified_by_its_hash`, `key_hash_must_match_in_every_byte` |
//! | S11 | password guessing, and exhaustion by it | argon2id outside the async threads, equal cost for unknown users, limited concurrency | `excess_concurrent_logins_are_refused_as_unavailable`, `unknown_user_costs_as_much_as_a_known_one` |
//! | S12 | the wrong status or challenge | one evaluator; all responses are listed in a table | `raw_requests_match_the_table` |
//! | S13 | a path that reaches a handler without authentication | authentication is part of each route | `every_path_spelling_is_authenticated_or_not_found` |
//! | S14 | routes that a layer misses | no layer is needed; nest, merge and fallback do not change authentication | `no_set_of_paths_makes_the_router_panic`, `every_path_spelling_is_authenticated_or_not_found` |
//! | S15 | method override headers | ignored | `head_is_authenticated_like_get_and_override_headers_are_ignored` |
//! | S16 | a body read before authentication | the head is checked first | `unauthenticated_requests_and_oversized_bodies_are_rejected_early` |
//! | S17 | oversized bodies | a limit for each body | `unauthenticated_requests_and_oversized_bodies_are_rejected_early` |
//! | S18 | AND and OR evaluated incorrectly | one evaluator, compared with a naive oracle | `evaluator_agrees_with_a_naive_oracle` |
//! | S19 | an invalid credential treated as absent | anonymous only if no credential of the operation is present | `evaluator_agrees_with_a_naive_oracle` |
//! | S20 | two credentials in one request, a token in the header and another in the query | 400 | `malformed_and_repeated_credentials_are_rejected`, `two_authorization_headers_are_rejected`, `token_in_header_and_query_is_refused` |
//! | S21 | Basic parsed leniently | strict base64, UTF-8, no control characters; an empty user or password is verified like any other | `malformed_and_repeated_credentials_are_rejected`, `empty_user_or_password_is_verified_like_any_other` |
//! | S22 | a cookie sent by a page of another site | unsafe methods require `Sec-Fetch-Site` or `Origin` of this site | `cross_site_request_with_a_cookie_is_rejected` |
//! | S23 | permissive CORS | disabled by default; a preflight gets the user's own layer or 405 | `cors_is_not_enabled_by_default`, `options_operation_is_authenticated` |
//! | S24 | a panic that leaks its message | caught in the route: 500 with a fixed text | `panic_becomes_a_500_without_its_message` |
//! | S25 | values of a request in responses and logs | fixed texts; the log has the route, not the URL | `readme_commands_generate_a_client_and_a_server_that_work_together`, `raw_requests_match_the_table` |
//! | S26 | a verifier that does not check scopes | generated code compares the scopes that the verifier returns | `raw_requests_match_the_table`, `evaluator_agrees_with_a_naive_oracle` |
//! | S27 | a token bound to a key, without the key (DPoP, RFC 8705) | DPoP is not offered, so a token with `cnf` is rejected as a bearer token | `token_bound_to_a_key_is_rejected_as_bearer_token` |
//! | S28 | a header instead of a certificate | the certificate is read only from the listener's extension | `certificate_in_a_header_is_ignored`, `unverifiable_certificate_fails_the_handshake`, `scaffold_serves_holders_of_a_listed_certificate` |
//! | S29 | slow or oversized heads, paths that are expensive to match | limits on time and size in `serve`; matching is linear in the path | `slow_request_head_times_out`, `oversized_request_head_is_rejected`, `matching_many_parameters_takes_linear_time` |
//! | S30 | ambiguous framing or host | the provided `serve` reads each head before hyper does: 400 for a length with a transfer coding, for two lengths, and for a missing, repeated or invalid `Host`; no request follows a body with a transfer coding | `content_length_with_transfer_encoding_is_rejected`, `missing_repeated_or_invalid_host_is_rejected`, `unambiguously_framed_requests_are_answered_in_order`, `both_parsers_agree_on_every_sequence_of_requests`, `content_length_with_transfer_encoding_smuggles_no_request` |
//! | S31 | a refresh, ID or logout token instead of an access token | JWT: kind by `typ` and claims; introspection: audience and `token_type: Bearer` required | `only_access_tokens_are_accepted_by_type_and_claims`, `list_of_types_does_not_accept_other_kinds`, `only_access_tokens_are_accepted_by_introspection`, `only_tokens_for_the_audience_are_accepted`, `refresh_token_of_a_real_provider_is_rejected` |
//! | S32 | a percent-encoded path that reaches an operation with weaker security | paths are compared in normal form, in a tree of all operations; an ambiguous path is 404; path parameters contain no separators, control characters, `.` or `..` unless their schemas allow them | `percent_encoding_reaches_no_other_operation`, `every_spelling_of_a_path_has_the_same_access`, `paths_are_compared_in_their_normal_form`, `value_that_does_not_match_its_style_is_rejected` |
//! | S33 | `authorize` decides on a different value than the function receives | parameters are read before `authorize` runs, and it gets references to the same values | `authorize_sees_the_value_that_the_function_receives`, `authorize_sees_parameters_of_every_place`, `body_is_read_last_and_only_without_content_coding` |
//! | S34 | cross-site requests with credentials that browsers send automatically | the check of S22 covers cookies, a key in the `Cookie` header, Basic and similar schemes, client certificates; a rejection is logged | `automatically_sent_credentials_are_rejected_in_cross_site_requests`, `cross_site_requests_with_safe_methods_are_allowed`, `rejected_cross_site_request_is_logged_without_its_credential` |
//! | S35 | one ambiguous key invalidates a key set | keys that share `kid` and algorithm verify nothing, all others do | `keys_with_one_id_are_ignored_only_if_ambiguous`, `ambiguous_keys_do_not_invalidate_the_key_set` |
//! | S36 | many calls with one new token cause as many requests to the provider | one request per token digest at a time, a limit on all | `concurrent_calls_with_one_token_send_one_introspection_request`, `dropped_call_does_not_cancel_the_request_for_others`, `failed_introspection_is_shared_but_not_cached`, `number_of_pending_introspection_requests_is_limited` |
//! | S37 | a refusal that the application renders becomes a success, or loses its challenge | the status stays an error; missing header fields of the refusal are added | `rendered_refusal_cannot_become_a_success`, `rendered_refusals_are_read_as_the_error_of_the_document` |
//! | S38 | credentials in the head that the application receives, header fields that split or frame a response | credential headers and the query are removed; names and values are checked, and framing fields refused | `application_receives_the_head_without_credentials`, `header_fields_of_connection_body_and_security_are_refused`, `header_fields_belong_to_responses_of_the_application` |
//! | S39 | a request that reaches an operation with weaker security by a doubled, misspelt or missing fixed pair of the query | the pairs of all operations of a path decide: each exactly once, none of another operation; otherwise 404 | `fixed_pairs_select_one_operation_or_none`, `query_selects_the_operation_or_none`, `operations_with_fixed_pairs_require_their_credential` |

pub use keystub_server_runtime as runtime;
