//! Banks and branches as one lookup: the institution's own from its profile, the others from the
//! master data, loaded into the database or else as shipped.

use warifu_domain::policy::Profile;
use warifu_store::Db;
use warifu_store::tables::settings;
use warifu_zengin::master::BankMaster;

use crate::error::AppError;

/// Banks and branches.
pub struct Banks {
    own_code: String,
    own_name: String,
    own_branches: Vec<(String, String)>,
    master: BankMaster,
}

/// A code with its name and, for other banks, its kana.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Four digits of a bank, three of a branch.
    pub code: String,
    /// Name as shown.
    pub name: String,
    /// Half-width kana; empty for the institution's own.
    pub kana: String,
}

impl Banks {
    pub(crate) async fn load(
        db: &Db,
        shipped: &'static str,
        profile: &Profile,
    ) -> Result<Self, AppError> {
        let loaded = settings::find(db, settings::BANK_MASTER).await?;
        let text = loaded
            .as_ref()
            .map_or(shipped, |setting| setting.value.as_str());
        let master = BankMaster::parse(text)
            .map_err(|_| AppError::Inconsistent("the bank master data is damaged"))?;
        let own = &profile.institution;
        Ok(Self {
            own_code: own.bank_code.clone(),
            own_name: own.name.clone(),
            own_branches: own
                .branches
                .iter()
                .map(|b| (b.code.clone(), b.name.clone()))
                .collect(),
            master,
        })
    }

    /// The names of a bank and of its branch: `None` for an unknown bank, an inner `None` for an
    /// unknown branch of it.
    #[must_use]
    pub fn names(&self, bank: &str, branch: &str) -> Option<(String, Option<String>)> {
        if bank == self.own_code {
            let found = self.own_branches.iter().find(|(code, _)| code == branch);
            return Some((self.own_name.clone(), found.map(|(_, name)| name.clone())));
        }
        let name = self.master.bank(bank)?.name.to_owned();
        Some((
            name,
            self.master.branch(bank, branch).map(|b| b.name.to_owned()),
        ))
    }

    /// Banks whose code, name or kana holds `query`, at most `limit`; all where it is empty.
    #[must_use]
    pub fn search_banks(&self, query: &str, limit: usize) -> Vec<Named> {
        let own = Named {
            code: self.own_code.clone(),
            name: self.own_name.clone(),
            kana: String::new(),
        };
        let others = self.master.banks().map(|b| Named {
            code: b.code.to_owned(),
            name: b.name.to_owned(),
            kana: b.kana.to_owned(),
        });
        filtered(std::iter::once(own).chain(others), query, limit)
    }

    /// Branches of a bank whose code, name or kana holds `query`, at most `limit`.
    #[must_use]
    pub fn search_branches(&self, bank: &str, query: &str, limit: usize) -> Vec<Named> {
        if bank == self.own_code {
            let own = self.own_branches.iter().map(|(code, name)| Named {
                code: code.clone(),
                name: name.clone(),
                kana: String::new(),
            });
            return filtered(own, query, limit);
        }
        let branches = self.master.branches(bank).map(|b| Named {
            code: b.code.to_owned(),
            name: b.name.to_owned(),
            kana: b.kana.to_owned(),
        });
        filtered(branches, query, limit)
    }

    /// The day the master data was made, and where it comes from.
    #[must_use]
    pub fn snapshot(&self) -> (&str, &str) {
        (self.master.snapshot_date(), self.master.source())
    }
}

fn filtered(all: impl Iterator<Item = Named>, query: &str, limit: usize) -> Vec<Named> {
    let bounded: String = query.trim().chars().take(40).collect();
    let kana = warifu_zengin::kana::to_half_width(&bounded);
    all.filter(|n| n.code.starts_with(&kana) || n.name.contains(&bounded) || n.kana.contains(&kana))
        .take(limit)
        .collect()
}
