//! The client's runtime as it is shipped, and what its tests share: servers that record raw bytes, and an API.
//!
//! # What a generated client withstands
//!
//! One row for each threat, with what closes it and the tests that hold it; `tests/threats.rs` of keystub sees to it
//! that the tests are there.
//!
//! | | threat | mechanism | test |
//! |-|-|-|-|
//! | C1 | a redirect takes credentials elsewhere | no redirect is followed (`core.rs`, applied after the user's own settings) | `no_redirect_is_followed_whatever_it_says`, `no_referer_is_sent` |
//! | C2 | a ready-made reqwest client brings redirects of its own | it goes in through `dangerous_http_client` alone, and what it cannot take on is refused | `only_a_ready_made_client_follows_its_own_redirects`, `what_a_ready_made_client_cannot_take_on_is_refused` |
//! | C3 | credentials over plain http | https, or this machine; all else needs `allow_insecure_http` | `credentials_do_not_go_over_plain_http_to_another_machine`, `plain_http_to_another_machine_needs_an_explicit_word`, `this_machine_may_be_reached_over_plain_http` |
//! | C4 | a base URL or link that leads elsewhere | one base URL, fixed when the client is built; signers cannot change it | `a_base_url_that_would_decide_more_than_where_calls_go_is_refused`, `a_signer_cannot_send_the_call_elsewhere` |
//! | C5 | a path value that names another path | one encoded segment; `.`, `..` and nothing are refused | `a_path_value_is_one_segment_that_decodes_to_it`, `a_path_value_of_dots_or_nothing_is_never_sent`, `a_path_that_would_be_read_as_another_one_is_never_sent` |
//! | C6 | a value that leaves its header, cookie, query or part | each place encodes or refuses | `a_header_value_cannot_leave_its_line`, `a_cookie_value_cannot_leave_its_pair`, `a_query_value_cannot_leave_its_pair`, `a_key_in_the_query_cannot_leave_its_pair`, `a_name_cannot_leave_its_quotes` |
//! | C7 | secrets in `Debug`, errors and logs | `SecretString`, sensitive headers, errors without URLs | `no_log_shows_a_credential`, `no_error_shows_a_credential_or_a_url`, `clients_builders_and_calls_show_nothing`, `every_header_is_marked_as_sensitive_before_it_is_sent` |
//! | C8 | a key in the query shows in `Referer` and errors | no `Referer`; errors hold no URL | `no_referer_is_sent`, `no_error_shows_a_credential_or_a_url`, `a_key_in_a_query_is_one_warning_if_an_operation_uses_it` |
//! | C9 | a password field in a log | `Password` is its own type, whose `Debug` shows nothing | `formats_are_read_and_written_as_their_texts` |
//! | C10 | a credential on an operation that does not ask for it | credentials stand by scheme; the first alternative that is met is attached alone | `only_the_first_alternative_that_can_be_met_is_attached`, `an_open_operation_carries_nothing` |
//! | C11 | two schemes of one alternative in one header | refused when the document is read (`conflicting-schemes`) | `every_code_has_a_fixture_that_breaks_its_rule_alone` |
//! | C12 | a stampede on an expired token | one fetch in a task of its own, whoever waits; failures are told to all and kept for a while | `a_thousand_calls_on_a_token_that_is_over_ask_for_one`, `a_token_that_ends_at_once_serves_all_who_waited_for_it`, `a_caller_that_goes_away_takes_the_token_from_nobody`, `a_failure_is_told_to_all_and_the_server_left_alone_for_a_while` |
//! | C13 | clocks that differ, lifetimes that are missing or absurd | a monotonic deadline, some seconds before the end | `a_token_serves_until_shortly_before_its_end` |
//! | C14 | a loop of 401 and renewal | one renewal a call, where the call can be repeated | `a_token_that_the_api_refuses_is_changed_once` |
//! | C15 | a call made twice | off by default; idempotent methods alone; bounded in number and time | `a_post_is_never_made_again`, `retry_after_is_kept_to_and_capped`, `the_number_of_attempts_is_bounded` |
//! | C16 | a token endpoint that answers wrongly | https, no redirect, bounded, read strictly; id and secret form-encoded (RFC 6749 §2.3.1) | `no_answer_but_a_right_one_gives_a_token`, `the_client_names_itself_in_the_header_or_in_the_body`, `client_credentials_of_a_real_provider_let_in_and_wrong_ones_do_not` |
//! | C17 | endpoints of another provider | the issuer of metadata must be the one asked; secrets go to https or this machine | `the_metadata_of_a_provider_must_be_its_own`, `a_secret_goes_to_https_or_to_this_machine` |
//! | C18 | a redirect of somebody else's consent | PKCE S256, a random state, `iss` (RFC 9207), one trade; no listener is offered, so none can be attacked | `a_redirect_that_is_not_of_this_consent_trades_nothing`, `a_person_lets_the_client_in_and_it_stays_in` |
//! | C19 | an answer that is huge, deep or never ends | bounds of bytes, depth and time; nothing is decompressed | `an_answer_beyond_the_bound_is_not_read`, `an_answer_without_end_is_cut_at_the_bound`, `json_that_is_nested_too_deep_is_a_decode_error`, `a_silent_server_ends_in_a_timeout` |
//! | C20 | a proxy of the environment | none for this machine, for calls as for tokens | `no_proxy_of_the_environment_sees_a_call_to_this_machine`, `no_proxy_stands_between_this_machine_and_itself` |
//! | C21 | a user name with a colon | refused before anything is sent (RFC 7617 §2) | `a_login_with_a_colon_or_control_characters_is_refused` |
//! | C22 | a credentials file with key and value swapped, that is not a regular file, or that belongs to another user | entries are named by their place; the file is looked at before it is opened, and its owner is the process's user or root | `toml_that_is_no_table_of_texts_is_refused_without_its_secrets`, `a_file_that_has_not_the_form_is_refused_without_its_secrets`, `only_a_regular_file_is_opened`, `file_of_another_user_is_refused` |
//! | C23 | `writeOnly` and nested `format: password` values in `Debug` | passwords have a type of their own wherever they are; a type with other secret fields leaves them out | `no_debug_form_of_a_type_shows_a_secret`, `no_debug_form_of_a_request_or_its_header_fields_shows_a_secret` |
#![deny(missing_docs, warnings)]

pub mod api;
pub use keystub_client_runtime as runtime;
pub mod server;
