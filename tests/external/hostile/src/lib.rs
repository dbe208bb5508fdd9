//! Malicious documents: payloads, the places where they are inserted, and checks of the generated files.
//!
//! # Threats
//!
//! One row for each threat, with the defence and its tests; `tests/threats.rs` of keystub checks that the tests exist.
//! `cargo run --release -p hostile -- sweep` tries every payload at every text, on both sides.
//!
//! | | threat | defence | test |
//! |-|-|-|-|
//! | G1 | text of a document that becomes code | text is only printed as a literal, or as an identifier made by `names` | `no_text_of_a_document_becomes_code`, `crates_of_hostile_documents_compile_and_their_docs_run_nothing`, `text_is_printed_as_literal_and_other_values_are_rejected` |
//! | G2 | names that are not valid identifiers, or that collide | only `names` makes identifiers, from ASCII; collisions are resolved in each scope | `any_text_gives_a_token`, `texts_in_one_scope_get_identifiers_that_differ`, `keywords_and_colliding_names_get_distinct_identifiers` |
//! | G3 | documentation that runs as a test, or is markup | one filter: code blocks become text, HTML is escaped, only web links stay links; `doctest = false` | `code_blocks_become_text_and_are_closed`, `html_and_links_are_inert_and_web_links_stay`, `what_the_compiler_refuses_is_dropped`, `crates_of_hostile_documents_compile_and_their_docs_run_nothing` |
//! | G4 | paths in format strings | a path is segments, each a literal | `paths_with_braces_and_percent_signs_stay_data`, `literal_text_is_encoded_once` |
//! | G5 | manifests and READMEs | `toml_edit` values; markdown through the filter | `no_text_of_a_document_becomes_code` |
//! | G6 | writing outside the folder, over the user's files, or only half of the files | a fixed set of paths; links and files without keystub's header are refused; a failed write is undone | `unsafe_paths_are_rejected`, `links_are_rejected`, `file_without_header_prevents_writing`, `user_files_are_never_touched`, `failed_write_restores_the_old_tree` |
//! | G7 | references to other files and hosts | only files below the root are read; nothing is fetched | `no_reference_is_fetched_or_quoted`, `references_outside_the_root_are_rejected`, `symbolic_links_outside_the_root_are_rejected`, `long_reference_chains_are_rejected` |
//! | G8 | YAML bombs | bytes, nodes and depth are counted while reading | `expansion_bombs_are_rejected`, `anchors_directives_and_nodes_are_limited`, `tags_outside_the_core_schema_are_rejected` |
//! | G9 | nesting that overflows the stack | a depth limit, a large stack, separate types for deeply nested schemas | `nesting_of_any_depth_is_generated_or_rejected`, `depth_of_120_levels_is_accepted`, `deeply_nested_lists_get_a_name` |
//! | G10 | cycles | resolved when types are named; fields are boxed if a value would contain itself | `every_cycle_is_generated_or_rejected`, `recursive_types_are_boxed_or_single_variant_unions` |
//! | G11 | output out of proportion | each schema is lowered once; the output has a budget | `documents_that_expand_exponentially_are_bounded`, `output_limit_is_reported_once`, `shared_all_of_parts_are_merged_once` |
//! | G12 | numbers that become code | read as numbers, printed as literals | `numbers_are_values_and_never_code`, `integers_beyond_64_bits_are_preserved` |
//! | G13 | patterns that stop a server | `regex`, compiled with a size limit when generating and when serving; unsupported patterns are reported | `unsupported_patterns_are_reported`, `patterns_are_matched_in_linear_time` |
//! | G14 | media types, header fields and cookies with injected text | their grammar is checked; invalid ones are reported and not generated | `names_that_http_does_not_allow_are_reported`, `media_type_parameters_and_case_are_ignored` |
//! | G15 | server URLs that mislead | only http and https without user and password, checked after variables are replaced | `misleading_server_urls_are_not_base_urls`, `only_absolute_http_urls_are_accepted_as_servers` |
//! | G16 | output that differs from run to run | document order; no clock, host name or path in the output | `output_is_equal_in_different_environments`, `order_of_keys_does_not_change_the_items` |
//! | G17 | extensions that name code | such extensions are not read | `extensions_cannot_add_code` |
//! | G18 | control sequences for the terminal | control characters are escaped | `control_characters_in_diagnostics_are_escaped`, `no_text_of_a_document_becomes_code` |
//! | G19 | security that is dropped | an unknown scheme is an error; absent, empty and optional security are distinct; `--deny-public` | `operation_access_follows_the_document`, `security_without_a_value_is_rejected`, `every_code_has_a_fixture_that_breaks_its_rule_alone`, `table_covers_success_and_failure_of_every_operation`, `public_operation_is_an_error_unless_allowed`, `public_operation_is_never_skipped` |
//! | G20 | `$ref` where OpenAPI does not allow it, read as an empty object | replaced by its target, or the document is rejected | `referenced_operation_has_the_access_of_its_target`, `references_are_replaced_by_their_targets_everywhere`, `dangling_references_are_rejected_everywhere`, `conflicting_keys_next_to_a_reference_are_rejected`, `skipped_reference_leaves_no_empty_operation`, `exponential_references_are_rejected` |
//! | G21 | a security key that is misspelt or misplaced | an error near a security key, a warning for any other unknown key | `unknown_keys_about_security_are_errors_and_others_warnings`, `similar_keys_are_suggested` |
//! | G22 | with `--skip-broken`, an operation responds to requests for a skipped one | an operation that may match requests for a skipped one is skipped too, unless both have the same known security requirements | `unreadable_operation_is_not_shadowed`, `unreadable_method_is_not_shadowed`, `skipped_operation_is_not_shadowed_by_weaker_access`, `unreadable_operation_has_unknown_access_in_every_version`, `unreadable_operation_in_another_file_has_unknown_access`, `overlapping_path_forms_meet` |
//! | G23 | a quoted `"<<"` key that is merged | only an untagged, unquoted `<<` merges | `quoted_merge_key_is_an_ordinary_key`, `merge_key_with_another_tag_is_rejected` |
//! | G24 | an API key named after a header that HTTP, proxies or bodies need | an error at the scheme, in any case of letters | `key_in_reserved_header_is_an_error_at_the_scheme`, `key_in_reserved_header_is_an_error_in_swagger_and_by_reference`, `every_code_has_a_fixture_that_breaks_its_rule_alone` |

pub mod filled;
pub mod judge;
pub mod markdown;
pub mod payloads;
pub mod sites;
pub mod sweep;
