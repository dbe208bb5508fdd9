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
//! | G6 | files elsewhere, files of the user, half a tree | a fixed set of paths; links and files without our header are refused; a failed write is undone | `only_safe_paths_are_paths`, `links_are_refused`, `a_file_without_our_header_refuses_the_whole_write`, `files_of_the_user_are_never_touched`, `a_write_that_fails_half_way_leaves_the_old_tree` |
//! | G7 | references that reach out | files below the root alone; nothing is fetched | `no_reference_is_fetched_or_quoted`, `no_reference_leads_out_of_the_root`, `a_link_leads_out_no_more_than_a_path`, `a_long_chain_of_references_is_refused` |
//! | G8 | bombs of YAML | bytes, nodes and depth are counted while reading | `bombs_are_refused`, `anchors_and_directives_and_nodes_are_counted`, `tags_outside_the_core_schema_are_refused` |
//! | G9 | nesting that overflows the stack | a depth cap, a large stack, names for what is nested deep | `nesting_of_any_depth_ends_in_files_or_a_listing`, `a_document_may_be_120_levels_deep`, `lists_in_lists_get_a_name_past_a_few_dozen` |
//! | G10 | cycles | followed through types alone; boxed where a value would hold itself | `every_cycle_is_a_type_or_told`, `a_type_that_holds_itself_is_boxed_or_a_union_of_one` |
//! | G11 | output out of proportion | each schema is lowered once; the output has a budget | `what_grows_out_of_proportion_is_made_once_or_told`, `a_flood_of_types_is_told_once`, `a_lattice_of_all_of_is_walked_once` |
//! | G12 | numbers that are code | read as numbers, printed as literals | `numbers_are_values_and_never_code`, `integers_beyond_64_bits_are_kept` |
//! | G13 | patterns that stop a server | `regex`, compiled within a bound when generating and when serving; what it cannot match is told | `what_cannot_be_matched_in_linear_time_or_bounded_memory_is_told`, `patterns_are_matched_in_linear_time` |
//! | G14 | media types, fields and cookies that hold more | their grammar is checked; what breaks it is left out and told | `names_of_the_wire_are_those_of_http_or_left_out`, `parameters_and_case_do_not_hide_a_media_type` |
//! | G15 | servers that lead elsewhere | http and https, without user or password, after variables are filled in | `a_server_url_that_would_mislead_is_no_base_url`, `only_absolute_http_urls_are_servers` |
//! | G16 | output that differs from run to run | order of the document, no clock, host or path | `two_processes_in_two_surroundings_write_the_same`, `keys_in_another_order_give_the_same_items` |
//! | G17 | extensions that name code | none is read | `no_extension_of_a_document_brings_in_code` |
//! | G18 | a terminal that obeys the document | control characters are shown, not printed | `a_listing_shows_control_characters_and_obeys_none`, `no_text_and_no_key_of_a_document_leaves_its_quotes` |
//! | G19 | security that is dropped | a scheme that is unknown is an error; absent, empty and anonymous are three things; `--deny-public` | `an_operation_asks_for_what_the_document_says`, `security_without_a_value_is_neither_open_nor_guarded`, `every_code_has_a_fixture_that_breaks_its_rule_alone`, `table_covers_success_and_failure_of_every_operation`, `a_public_operation_is_an_error_unless_it_is_allowed`, `a_public_operation_is_never_skipped` |
//! | G20 | `$ref` at a place that OpenAPI gives none, read as an empty object | the target is put in its place, or the document is refused | `operation_by_reference_asks_for_what_its_target_asks_for`, `reference_at_any_place_reads_as_its_target`, `reference_to_nothing_is_refused_at_any_place`, `keys_next_to_a_reference_are_added_unless_they_disagree`, `reference_that_is_left_out_leaves_no_empty_operation`, `references_that_grow_without_bound_are_refused` |
//! | G21 | a security key that is misspelt or misplaced | an error near a security key, a warning for any other unknown key | `unknown_key_near_security_is_an_error_and_any_other_a_warning`, `case_separators_plural_and_few_edits_are_near` |
//! | G22 | `--skip-broken` lets an operation answer for a path that was left out | an operation that may match a request for what was left out is left out too, unless both have the same known security requirements | `no_operation_answers_for_what_cannot_be_read`, `no_operation_answers_for_a_method_that_cannot_be_read`, `no_operation_answers_for_one_that_went_and_asked_for_more`, `what_cannot_be_read_is_unknown_in_every_version_and_in_json`, `what_cannot_be_read_in_another_file_is_unknown`, `paths_that_one_request_may_have_meet` |
//! | G23 | a quoted `"<<"` key that merges | only an untagged, unquoted `<<` merges | `only_an_unquoted_merge_key_merges`, `merge_key_with_another_tag_is_refused` |
//! | G24 | an API key named after a header that HTTP, proxies or bodies need | an error at the scheme, in any case of letters | `a_key_in_a_reserved_header_is_an_error_at_the_scheme`, `a_key_in_a_reserved_header_is_an_error_in_swagger_and_behind_a_reference`, `every_code_has_a_fixture_that_breaks_its_rule_alone` |

pub mod filled;
pub mod judge;
pub mod markdown;
pub mod payloads;
pub mod sites;
pub mod sweep;
