//! keystub on documents that mean harm: payloads, where they go, and how what comes out is judged.
//!
//! # What the generator withstands
//!
//! One row for each threat, with what closes it and the tests that hold it; `tests/threats.rs` of keystub sees to it
//! that the tests are there. `cargo run --release -p hostile` sweeps with every payload at every text, on both sides.
//!
//! | | threat | mechanism | test |
//! |-|-|-|-|
//! | G1 | text of a document that becomes code | text reaches Rust as a literal, or as an identifier of `names`; templates print nothing else | `no_text_and_no_key_of_a_document_leaves_its_quotes`, `documents_full_of_hostile_text_compile_and_their_documentation_runs_nothing`, `text_is_printed_as_literal_and_other_values_are_rejected` |
//! | G2 | names that are no identifiers, or the same one | one place makes identifiers, of ASCII; collisions are settled scope by scope | `any_text_gives_a_token`, `texts_in_one_scope_get_identifiers_that_differ`, `names_of_rust_and_names_that_collide_get_identifiers_of_their_own` |
//! | G3 | documentation that runs as a test, or is markup | one filter: code blocks are text, HTML is escaped, links lead to the web; `doctest = false` | `code_blocks_become_text_and_are_closed`, `html_and_links_are_inert_and_web_links_stay`, `what_the_compiler_refuses_is_dropped`, `documents_full_of_hostile_text_compile_and_their_documentation_runs_nothing` |
//! | G4 | paths in format strings | a path is segments, each a literal | `paths_with_braces_and_percent_signs_stay_data`, `literal_text_is_encoded_once` |
//! | G5 | manifests and READMEs | `toml_edit` values; markdown through the filter | `no_text_and_no_key_of_a_document_leaves_its_quotes` |
//! | G6 | files elsewhere, files of the user, half a tree | a fixed set of paths; links and files without our header are refused; a failed write is undone | `unsafe_paths_are_rejected`, `links_are_rejected`, `file_without_header_prevents_writing`, `user_files_are_never_touched`, `failed_write_restores_the_old_tree` |
//! | G7 | references that reach out | files below the root alone; nothing is fetched | `no_reference_is_fetched_or_quoted`, `references_outside_the_root_are_rejected`, `symbolic_links_outside_the_root_are_rejected`, `long_reference_chains_are_rejected` |
//! | G8 | bombs of YAML | bytes, nodes and depth are counted while reading | `expansion_bombs_are_rejected`, `anchors_directives_and_nodes_are_limited`, `tags_outside_the_core_schema_are_rejected` |
//! | G9 | nesting that overflows the stack | a depth cap, a large stack, names for what is nested deep | `nesting_of_any_depth_ends_in_files_or_a_listing`, `depth_of_120_levels_is_accepted`, `deeply_nested_lists_get_a_name` |
//! | G10 | cycles | followed through types alone; boxed where a value would hold itself | `every_cycle_is_a_type_or_told`, `recursive_types_are_boxed_or_single_variant_unions` |
//! | G11 | output out of proportion | each schema is lowered once; the output has a budget | `what_grows_out_of_proportion_is_made_once_or_told`, `output_limit_is_reported_once`, `shared_all_of_parts_are_merged_once` |
//! | G12 | numbers that are code | read as numbers, printed as literals | `numbers_are_values_and_never_code`, `integers_beyond_64_bits_are_preserved` |
//! | G13 | patterns that stop a server | `regex`, compiled within a bound when generating and when serving; what it cannot match is told | `unsupported_patterns_are_reported`, `patterns_are_matched_in_linear_time` |
//! | G14 | media types, fields and cookies that hold more | their grammar is checked; what breaks it is left out and told | `names_of_the_wire_are_those_of_http_or_left_out`, `media_type_parameters_and_case_are_ignored` |
//! | G15 | servers that lead elsewhere | http and https, without user or password, after variables are filled in | `a_server_url_that_would_mislead_is_no_base_url`, `only_absolute_http_urls_are_accepted_as_servers` |
//! | G16 | output that differs from run to run | order of the document, no clock, host or path | `output_is_equal_in_different_environments`, `keys_in_another_order_give_the_same_items` |
//! | G17 | extensions that name code | none is read | `no_extension_of_a_document_brings_in_code` |
//! | G18 | a terminal that obeys the document | control characters are shown, not printed | `a_listing_shows_control_characters_and_obeys_none`, `no_text_and_no_key_of_a_document_leaves_its_quotes` |
//! | G19 | security that is dropped | a scheme that is unknown is an error; absent, empty and anonymous are three things; `--deny-public` | `operation_access_follows_the_document`, `security_without_a_value_is_rejected`, `every_code_has_a_fixture_that_breaks_its_rule_alone`, `table_covers_success_and_failure_of_every_operation`, `public_operation_is_an_error_unless_allowed`, `public_operation_is_never_skipped` |
//! | G20 | `$ref` at a place that OpenAPI gives none, read as an empty object | the target is put in its place, or the document is refused | `referenced_operation_has_the_access_of_its_target`, `references_are_replaced_by_their_targets_everywhere`, `dangling_references_are_rejected_everywhere`, `conflicting_keys_next_to_a_reference_are_rejected`, `skipped_reference_leaves_no_empty_operation`, `exponential_references_are_rejected` |
//! | G21 | a security key that is misspelt or misplaced | an error near a security key, a warning for any other unknown key | `unknown_keys_about_security_are_errors_and_others_warnings`, `similar_keys_are_suggested` |
//! | G22 | `--skip-broken` lets an operation answer for a path that was left out | an operation that may match a request for what was left out is left out too, unless both have the same known security requirements | `unreadable_operation_is_not_shadowed`, `unreadable_method_is_not_shadowed`, `skipped_operation_is_not_shadowed_by_weaker_access`, `unreadable_operation_has_unknown_access_in_every_version`, `unreadable_operation_in_another_file_has_unknown_access`, `overlapping_path_forms_meet` |
//! | G23 | a quoted `"<<"` key that merges | only an untagged, unquoted `<<` merges | `quoted_merge_key_is_an_ordinary_key`, `merge_key_with_another_tag_is_rejected` |
//! | G24 | an API key named after a header that HTTP, proxies or bodies need | an error at the scheme, in any case of letters | `key_in_reserved_header_is_an_error_at_the_scheme`, `key_in_reserved_header_is_an_error_in_swagger_and_by_reference`, `every_code_has_a_fixture_that_breaks_its_rule_alone` |

pub mod filled;
pub mod judge;
pub mod markdown;
pub mod payloads;
pub mod sites;
pub mod sweep;
