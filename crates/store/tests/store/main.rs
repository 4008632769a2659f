//! Conformance: every behaviour of the store, written once and run on SQLite and on PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test program: what fails must stop the test"
)]

#[path = "../../../testkit/src/postgres.rs"]
#[expect(dead_code, reason = "tests don't sync; measurements do")]
mod cluster;

mod audit;
mod commits;
mod fixture;
mod only_postgres;
mod only_sqlite;
mod schema;
mod tokens;
mod values;
mod vault;

/// Makes of each behaviour one test per database.
macro_rules! on_both {
    ($($behaviour:path as $name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() { $behaviour(crate::fixture::Fixture::sqlite().await).await; })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() { $behaviour(crate::fixture::Fixture::postgres().await).await; })*
        }
    };
}

on_both! {
    crate::values::every_kind_and_its_null_come_back as every_kind_and_its_null_come_back,
    crate::values::placeholders_in_any_order as placeholders_in_any_order,
    crate::values::nul_in_text_is_refused as nul_in_text_is_refused,
    crate::values::many_point_reads_get_their_own_rows as many_point_reads_get_their_own_rows,
    crate::values::two_rows_are_no_point_read as two_rows_are_no_point_read,
    crate::values::a_faulty_statement_is_refused as a_faulty_statement_is_refused,
    crate::commits::one_of_many_at_once_wins as one_of_many_at_once_wins,
    crate::commits::an_existing_row_is_a_conflict as an_existing_row_is_a_conflict,
    crate::commits::one_bad_row_among_many_inserts as one_bad_row_among_many_inserts,
    crate::commits::a_failed_guard_leaves_no_trace as a_failed_guard_leaves_no_trace,
    crate::commits::a_guard_that_hits_two_rows_fails as a_guard_that_hits_two_rows_fails,
    crate::commits::changes_come_before_inserts as changes_come_before_inserts,
    crate::commits::two_changes_of_one_row_in_order as two_changes_of_one_row_in_order,
    crate::commits::unguarded_writes_change_any_number as unguarded_writes_change_any_number,
    crate::commits::counters_of_unguarded_writes_add_up as counters_of_unguarded_writes_add_up,
    crate::commits::delete_and_conditional_guards as delete_and_conditional_guards,
    crate::commits::a_broken_constraint_spoils_only_its_commit as a_broken_constraint,
    crate::commits::a_full_queue_answers_busy as a_full_queue_answers_busy,
    crate::commits::closing_drains_and_reopening_finds_all as closing_drains,
    crate::schema::migrating_twice_does_nothing as migrating_twice_does_nothing,
    crate::schema::an_edited_migration_is_refused as an_edited_migration_is_refused,
    crate::schema::an_older_schema_is_refused as an_older_schema_is_refused,
    crate::tokens::a_token_comes_back_as_it_went as a_token_comes_back_as_it_went,
    crate::tokens::of_changes_at_once_one_wins as of_token_changes_at_once_one_wins,
    crate::tokens::a_serial_exists_once as a_serial_exists_once,
    crate::tokens::known_serials_are_found_among_many as known_serials_are_found_among_many,
    crate::tokens::the_inventory_comes_page_by_page as the_inventory_comes_page_by_page,
    crate::tokens::a_contracts_tokens_are_those_not_revoked as a_contracts_tokens,
    crate::tokens::only_a_token_never_in_service_is_erased as only_a_token_never_in_service,
    crate::vault::keys_stay_the_same as keys_stay_the_same,
    crate::vault::a_wrong_key_file_is_refused as a_wrong_key_file_is_refused,
    crate::vault::audited_commits_need_the_vault as audited_commits_need_the_vault,
    crate::audit::events_are_linked_in_order as events_are_linked_in_order,
    crate::audit::a_failed_commit_leaves_no_event as a_failed_commit_leaves_no_event,
    crate::audit::every_changed_column_shows as every_changed_column_shows,
    crate::audit::every_cut_shows as every_cut_shows,
    crate::audit::a_forged_head_is_not_built_upon as a_forged_head_is_not_built_upon,
    crate::audit::a_removed_head_is_not_built_upon as a_removed_head_is_not_built_upon,
}
