//! LOG-9: explicit logoff.

use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::session::SessionEnd;
use warifu_store::Commit;
use warifu_store::tables::sessions;

use super::current_session::Current;
use crate::audit;
use crate::context::{App, Origin};
use crate::error::AppError;

/// Ends the session at once, for all its windows.
///
/// # Errors
/// When the system failed.
pub async fn run(app: &App, current: &Current, origin: &Origin) -> Result<(), AppError> {
    let data = json!({ "because": SessionEnd::Logoff.name() });
    let kind = EventKind::SessionEnded;
    let event = audit::of_person(&current.person, kind, &data, origin, current.now);
    let mut commit = Commit::audited(event);
    sessions::end(
        &mut commit,
        &current.session.token_hash,
        SessionEnd::Logoff,
        current.now,
    );
    app.record(commit).await
}
