//! Tokens with their secrets unsealed, as several use cases need them.

use warifu_domain::authorization::HeldToken;
use warifu_domain::ids::TokenId;
use warifu_domain::person::Person;
use warifu_domain::token::Token;
use warifu_otp::OtpKey;
use warifu_store::tables::tokens::{self, SealedToken};

use crate::context::App;
use crate::error::AppError;

/// A token and what makes its codes. No `Debug`.
pub(super) struct Held {
    pub(super) token: Token,
    pub(super) key: OtpKey,
}

impl Held {
    pub(super) fn facts(&self) -> HeldToken<'_> {
        HeldToken {
            token: &self.token,
            key: &self.key,
        }
    }
}

impl App {
    /// The token this person uses.
    pub(super) async fn token_of(&self, person: &Person) -> Result<Option<Held>, AppError> {
        match &person.token {
            Some(own) => self.token(&own.id).await,
            None => Ok(None),
        }
    }

    /// One token by its ID.
    pub(super) async fn token(&self, id: &TokenId) -> Result<Option<Held>, AppError> {
        let found = tokens::find(&self.db, id).await?;
        found.map(|sealed| self.unseal_token(sealed)).transpose()
    }

    /// The token whose back says `serial`.
    pub(super) async fn token_by_serial(&self, serial: &str) -> Result<Option<Held>, AppError> {
        let found = tokens::find_by_serial(&self.db, serial).await?;
        found.map(|sealed| self.unseal_token(sealed)).transpose()
    }

    fn unseal_token(&self, found: SealedToken) -> Result<Held, AppError> {
        let id = found.token.id.as_str();
        let plain = self.vault.open(tokens::TABLE, id, &found.sealed)?;
        let key = OtpKey::from_bytes(&plain)
            .map_err(|_| AppError::Inconsistent("a sealed token secret is damaged"))?;
        Ok(Held {
            token: found.token,
            key,
        })
    }

    /// A token's secret, sealed for its row.
    pub(super) fn seal_token(&self, id: &TokenId, key: &OtpKey) -> Result<Vec<u8>, AppError> {
        Ok(self.vault.seal(tokens::TABLE, id.as_str(), key.expose())?)
    }
}
