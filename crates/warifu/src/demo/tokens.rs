//! The demo's tokens, where its profile has tokens: in people's hands and in service from the start, and
//! spare hardware tokens to be registered in the portal. `demo.json` tells their secrets.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use warifu_app::App;
use warifu_app::use_cases::hand_out_token::{self, NewToken};
use warifu_domain::ids::{ContractId, PersonId, UserId};
use warifu_domain::policy::TokenPolicy;
use warifu_domain::token::{Algorithm, Digits, TokenKind, Totp, UsageMode};
use warifu_otp::base32;

use super::companies::{COMPANIES, Company};
use super::people::{DemoPerson, made};

/// Seconds a hardware token shows one code (S3).
const HARDWARE_PERIOD_SECS: u32 = 30;

/// A token as `demo.json` tells it.
#[derive(Clone, Serialize, Deserialize)]
pub struct DemoToken {
    serial: String,
    /// Base32; codes are TOTP with SHA-1.
    secret: String,
    period: u32,
    digits: usize,
}

/// A hardware token lent to a contract and registered for nobody.
#[derive(Serialize, Deserialize)]
pub struct SpareToken {
    contract_id: String,
    #[serde(flatten)]
    token: DemoToken,
}

/// Numbers the tokens it makes.
#[derive(Default)]
pub struct TokenMaker {
    made: u32,
}

/// How a company uses its tokens: where they are hardware tokens, the last company shares one.
pub fn mode(app: &App, company: &Company) -> UsageMode {
    let policy = app.profile().token.as_ref();
    let hardware = policy.is_some_and(|p| p.kinds.contains(&TokenKind::Hardware));
    let is_last = COMPANIES.last().is_some_and(|last| last.id == company.id);
    if hardware && is_last {
        UsageMode::OneForAll
    } else {
        UsageMode::OneEach
    }
}

impl TokenMaker {
    /// Gives the company's people their tokens; the spare ones.
    pub async fn hand_out(
        &mut self,
        app: &App,
        company: &Company,
        people: &mut [DemoPerson],
    ) -> Result<Vec<SpareToken>> {
        let Some(policy) = app.profile().token.clone() else {
            return Ok(Vec::new());
        };
        let contract = ContractId::parse(company.id)?;
        if !policy.kinds.contains(&TokenKind::Hardware) {
            self.software(app, &contract, (company, &policy), people)
                .await?;
            return Ok(Vec::new());
        }
        let totp = Totp::new(Algorithm::Sha1, Digits::Six, HARDWARE_PERIOD_SECS);
        let way = (TokenKind::Hardware, totp.context("30 seconds")?);
        if mode(app, company) == UsageMode::OneForAll {
            let all = ids(&contract, people)?;
            let token = self.make(app, &contract, way, &all).await?;
            for person in people {
                person.token = Some(token.clone());
            }
        } else {
            for person in people {
                let own = ids(&contract, std::slice::from_ref(person))?;
                person.token = Some(self.make(app, &contract, way, &own).await?);
            }
        }
        Ok(vec![SpareToken {
            contract_id: contract.to_string(),
            token: self.make(app, &contract, way, &[]).await?,
        }])
    }

    /// A token app without the app's key: it shows codes and confirms nothing.
    async fn software(
        &mut self,
        app: &App,
        contract: &ContractId,
        (company, policy): (&Company, &TokenPolicy),
        people: &mut [DemoPerson],
    ) -> Result<()> {
        let digits = Digits::from_count(usize::from(policy.software_digits)).context("digits")?;
        let totp = Totp::new(Algorithm::Sha1, digits, policy.software_period_secs);
        let way = (TokenKind::App, totp.context("the period")?);
        for (person, someone) in people.iter_mut().zip(company.people) {
            if someone.equipped {
                let own = ids(contract, std::slice::from_ref(person))?;
                person.token = Some(self.make(app, contract, way, &own).await?);
            }
        }
        Ok(())
    }

    async fn make(
        &mut self,
        app: &App,
        contract: &ContractId,
        (kind, totp): (TokenKind, Totp),
        users: &[PersonId],
    ) -> Result<DemoToken> {
        self.made += 1;
        let serial = format!("WF-{:08}", self.made);
        let key = hand_out_token::new_key(app)?;
        let new = NewToken {
            serial: &serial,
            kind,
            totp,
            key: &key,
        };
        made(hand_out_token::run(app, contract, new, users).await?)?;
        Ok(DemoToken {
            secret: base32::encode(&key).to_string(),
            period: totp.period_secs(),
            digits: totp.digits().count(),
            serial,
        })
    }
}

fn ids(contract: &ContractId, people: &[DemoPerson]) -> Result<Vec<PersonId>> {
    let id = |person: &DemoPerson| {
        let user = person.user_id.as_deref().map(UserId::parse).transpose()?;
        Ok(PersonId::new(contract, user.as_ref()))
    };
    people.iter().map(id).collect()
}
