//! Reading the records around one person, as several use cases need them.

use jiff::Timestamp;
use warifu_domain::authorization::{Authorization, Facts};
use warifu_domain::contract::Contract;
use warifu_domain::ids::{AuthorizationId, PersonId};
use warifu_domain::limits::UsedToday;
use warifu_domain::person::Person;
use warifu_store::Commit;
use warifu_store::tables::daily_totals::{self, DailyTotal};
use warifu_store::tables::{authorizations, contracts, persons};

use crate::context::{App, contract_subject};
use crate::error::AppError;

/// A person, their contract, and what left today where a limit asks for it.
pub(super) struct PersonRecords {
    pub(super) person: Person,
    pub(super) contract: Contract,
    totals: Option<(DailyTotal, DailyTotal)>,
}

impl PersonRecords {
    /// Reads them; `None` if there is no such person.
    pub(super) async fn read(
        app: &App,
        id: &PersonId,
        now: Timestamp,
    ) -> Result<Option<Self>, AppError> {
        let Some(person) = persons::find(&app.db, id).await? else {
            return Ok(None);
        };
        let contract = contracts::find(&app.db, &person.contract_id)
            .await?
            .ok_or(AppError::Inconsistent("a person without a contract"))?;
        Self::with_totals(app, person, contract, now)
            .await
            .map(Some)
    }

    /// Reads an authorization and the records around its person; `None` if there is no such
    /// authorization.
    pub(super) async fn read_with(
        app: &App,
        id: &AuthorizationId,
        now: Timestamp,
    ) -> Result<Option<(Authorization, Self)>, AppError> {
        let found = authorizations::find_with_owner(&app.db, id).await?;
        let Some((authorization, person, contract)) = found else {
            return Ok(None);
        };
        let records = Self::with_totals(app, person, contract, now).await?;
        Ok(Some((authorization, records)))
    }

    async fn with_totals(
        app: &App,
        person: Person,
        contract: Contract,
        now: Timestamp,
    ) -> Result<Self, AppError> {
        let mut records = Self {
            person,
            contract,
            totals: None,
        };
        if records.counts_days() {
            let day = app.today(now);
            let subject = contract_subject(&records.contract.id);
            let of_contract = daily_totals::find(&app.db, &subject, day).await?;
            let of_person = daily_totals::find(&app.db, records.person.id.as_str(), day).await?;
            records.totals = Some((of_contract, of_person));
        }
        Ok(records)
    }

    /// Whether a limit per day applies.
    pub(super) fn counts_days(&self) -> bool {
        self.contract.limits.per_day_yen.is_some() || self.person.limits.per_day_yen.is_some()
    }

    /// What `domain` decides upon.
    pub(super) fn facts<'a>(&'a self, app: &'a App) -> Facts<'a> {
        let used = self
            .totals
            .as_ref()
            .map_or(UsedToday::default(), |(contract, person)| UsedToday {
                contract_yen: contract.yen,
                person_yen: person.yen,
            });
        Facts {
            profile: &app.profile,
            contract: &self.contract,
            used,
            token: None,
        }
    }

    /// Counts what leaves toward the day's limits, in the commit that lets it leave.
    pub(super) fn count_today(&self, commit: &mut Commit, yen: i64) {
        if let Some((contract, person)) = &self.totals {
            daily_totals::add(commit, contract, yen);
            daily_totals::add(commit, person, yen);
        }
    }
}
