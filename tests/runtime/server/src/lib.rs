//! The runtime files of a server, as a generated crate holds them; the tests stand in tests/.
//!
//! # What a generated server withstands
//!
//! One row for each threat, with what closes it and the tests that hold it; `tests/threats.rs` of keystub sees to it
//! that the tests are there.
//!
//! | | threat | mechanism | test |
//! |-|-|-|-|
//! | S1 | `alg: none` and confusion of algorithms | the policy names the algorithms; each key serves those of its type alone | `no_algorithm_and_no_signature_are_refused_in_every_spelling`, `a_public_key_is_no_shared_secret`, `no_forged_token_passes_and_every_right_one_does` |
//! | S2 | a `kid` that is more than a name | looked up among the held keys, by nothing else | `headers_that_attack_are_refused`, `no_forged_token_passes_and_every_right_one_does` |
//! | S3 | keys named by the token (`jwk`, `jku`, `x5u`, `x5c`) | refused; nothing is fetched | `headers_that_name_keys_elsewhere_fetch_nothing` |
//! | S4 | claims that are missing or of another type | `exp`, `iss`, `aud` and `sub` required, each of its type | `claims_that_are_missing_wrong_or_of_another_type_are_refused` |
//! | S5 | `crit`, `enc`, `zip`, `b64` | refused | `headers_that_attack_are_refused` |
//! | S6 | a token of another kind | `typ` among those of the policy, `JWT` only with the claims of an access token; the profile of RFC 9068 requires `at+jwt` and more | `the_profile_of_access_tokens_asks_for_more`, `headers_that_attack_are_refused`, `only_access_tokens_pass_by_type_and_claims` |
//! | S7 | keys that are weak or for other work | left out of the set; secrets have a least length and one algorithm | `keys_that_are_weak_or_for_other_work_are_left_out`, `shared_secrets_are_long_and_serve_one_algorithm` |
//! | S8 | a flood of unknown keys | one question in an interval, whatever is held | `a_flood_of_unknown_keys_asks_once_in_an_interval`, `a_withdrawn_key_dies_also_where_nobody_called_for_long`, `keys_change_under_running_calls_and_the_old_ones_die` |
//! | S9 | the provider is down | 503 with `Retry-After`, never 401 and never a 2xx; held keys serve for a bounded time | `a_refusal_without_keys_names_the_time_until_they_are_fetched_again`, `an_issuer_that_fails_lets_nobody_in_and_is_no_fault_of_the_token`, `what_was_held_serves_for_a_bounded_time_while_the_issuer_is_down`, `a_clock_or_provider_that_fails_lets_nobody_in` |
//! | S10 | keys at rest, and the time of comparing | SHA-256 of a key; hashes compared in constant time | `a_key_is_known_by_its_hash_alone` |
//! | S11 | guessing passwords, and starving the server by it | argon2id off the async threads, equal work for unknown users, few at once | `too_many_logins_at_once_are_put_off_and_none_of_them_let_in`, `a_name_that_nobody_has_costs_what_a_users_costs` |
//! | S12 | the wrong status or challenge | one decision, one table of answers | `raw_requests_get_what_the_table_says` |
//! | S13 | a path that reaches a handler without its check | the check stands inside each route | `each_spelling_of_a_path_is_checked_or_unknown` |
//! | S14 | routes that a layer misses | no layer is relied on; nest, merge and fallback change nothing | `no_set_of_paths_makes_the_router_panic`, `each_spelling_of_a_path_is_checked_or_unknown` |
//! | S15 | method override headers | read by nothing | `head_has_the_check_of_get_and_override_headers_are_nothing` |
//! | S16 | a body read before the check | the head is checked first | `a_stranger_is_refused_before_the_body_comes_and_long_bodies_are` |
//! | S17 | bodies without end | a bound on each | `a_stranger_is_refused_before_the_body_comes_and_long_bodies_are` |
//! | S18 | AND and OR judged wrongly | one evaluator, held against a naive oracle | `the_evaluator_decides_as_the_oracle` |
//! | S19 | a wrong credential taken for none | anonymous only where no credential of the operation came | `the_evaluator_decides_as_the_oracle` |
//! | S20 | two credentials in one request, a token in the header and another in the query | 400 | `malformed_and_doubled_credentials_are_refused`, `two_authorization_headers_are_no_credential`, `token_in_header_and_query_is_refused` |
//! | S21 | Basic read loosely | strict base64, UTF-8, no control characters, a user and a password | `malformed_and_doubled_credentials_are_refused` |
//! | S22 | a cookie sent by the page of another site | unsafe methods need `Sec-Fetch-Site` or `Origin` of this site | `the_page_of_another_site_changes_nothing_by_a_cookie` |
//! | S23 | CORS that lets everybody in | none is set; a preflight meets the user's own layer or 405 | `a_preflight_learns_nothing_and_no_answer_is_shared_with_other_origins`, `an_options_operation_has_its_own_check` |
//! | S24 | a panic that tells | caught in the route: 500 with fixed words | `a_panic_is_answered_without_its_words` |
//! | S25 | values of a request in answers and logs | fixed words; the log has the route, not the URL | `the_first_command_gives_a_client_and_a_server_that_talk`, `raw_requests_get_what_the_table_says` |
//! | S26 | a verifier that forgets scopes | generated code checks the scopes, the verifier only tells them | `raw_requests_get_what_the_table_says`, `the_evaluator_decides_as_the_oracle` |
//! | S27 | a token bound to a key, without the key (DPoP, RFC 8705) | no DPoP is offered, so a token with `cnf` is refused as a bearer token | `a_token_that_is_bound_to_a_key_is_no_bearer_token` |
//! | S28 | a header in place of a certificate | the certificate comes from the listener's extension alone | `no_header_stands_for_a_certificate`, `a_certificate_that_does_not_verify_ends_the_handshake`, `the_scaffold_serves_those_who_hold_a_listed_certificate` |
//! | S29 | heads that come slowly or without end, paths that are costly to take apart | bounds of time and size in `serve`; a path is read once, whatever its template | `a_head_that_comes_slowly_is_not_waited_for`, `a_head_without_end_is_refused`, `a_path_cannot_make_many_parameters_costly` |
//! | S30 | ambiguous framing or host | the ready `serve` reads each head before hyper does: 400 for a length with a transfer coding, for two lengths, and for a missing, doubled or invalid `Host`; no request follows a body with a transfer coding | `a_length_with_a_transfer_coding_is_refused`, `a_host_that_is_missing_doubled_or_invalid_is_refused`, `requests_that_are_framed_once_are_answered_in_turn`, `no_sequence_of_requests_parts_the_two_readers`, `a_length_beside_a_coding_smuggles_nothing` |
//! | S31 | a refresh, ID or logout token in place of an access token | JWT: kind by `typ` and claims; introspection: audience and `token_type: Bearer` required | `only_access_tokens_pass_by_type_and_claims`, `a_list_of_types_does_not_let_in_other_kinds`, `only_access_tokens_pass_introspection`, `only_tokens_for_the_audience_pass`, `a_refresh_token_of_a_real_provider_is_not_an_access_token` |
//! | S32 | an encoded spelling of a path that reaches an operation with less security | paths are compared in their normal form, in a tree over all operations; an ambiguous path is 404; path parameters hold no separators, control characters, `.` or `..` unless their schemas allow them | `an_encoded_spelling_reaches_no_other_operation`, `all_spellings_of_a_path_have_the_access_of_its_plain_one`, `a_path_is_compared_in_its_normal_form`, `what_has_not_the_form_of_its_style_is_refused` |
//! | S33 | `authorize` decides on another value than the function receives | parameters are read before it is asked, and it is given references to those very values | `authorize_sees_the_value_that_the_function_receives`, `authorize_sees_parameters_of_every_place`, `the_body_is_read_last_and_only_without_content_coding` |
//! | S34 | cross-site requests with credentials that browsers send by themselves | the check of S22 covers cookies, a key in the `Cookie` header, Basic and similar schemes, client certificates; a refusal is logged | `no_credential_that_browsers_send_counts_in_a_cross_site_request`, `cross_site_requests_that_change_nothing_are_let_in`, `refused_cross_site_request_is_logged_without_its_credential` |
//! | S35 | one ambiguous key voids a key set | keys of one `kid` and algorithm verify nothing, all others do | `keys_of_one_name_are_left_out_only_if_they_are_ambiguous`, `keys_of_one_name_do_not_void_the_key_set` |
//! | S36 | many calls with one new token ask the provider as many times | one question in flight for each token digest, a bound on all | `concurrent_calls_with_one_token_ask_once`, `a_call_that_is_dropped_does_not_end_the_question_for_the_others`, `a_failure_is_shared_and_not_kept`, `only_so_many_questions_wait` |

pub use keystub_server_runtime as runtime;
