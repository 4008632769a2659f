//! 取引データ: transfers on their way from the clerk's entry to the bank.
//!
//! registered → transmitting → done, or cancelled on the way. Money can only leave from
//! `transmitting`, and that state is only reached by the commit that uses up the authorization.

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::content::{Content, MAX_TRANSFERS, Transfer};
use crate::ids::{AuthorizationId, ContractId, InstructionId, PersonId};
use crate::operation::Operation;
use crate::refusal::Refusal;

/// One instruction: up to ten transfers confirmed together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Its ID.
    pub id: InstructionId,
    /// Whose money.
    pub contract_id: ContractId,
    /// Who entered it.
    pub maker_id: PersonId,
    /// The account debited.
    pub from_account: String,
    /// The day it is to happen.
    pub date: Date,
    /// What is to be paid.
    pub lines: Vec<Line>,
    /// Where it stands.
    pub status: Status,
    /// The authorization opened for what the lines say now.
    pub authorization_id: Option<AuthorizationId>,
    /// 受付番号, once transmitted.
    pub receipt: Option<String>,
    /// When it was entered.
    pub created_at: Timestamp,
    /// When it was transmitted.
    pub transmitted_at: Option<Timestamp>,
    /// Guard of the record.
    pub version: i64,
}

/// One transfer of an instruction with its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What was entered.
    pub transfer: Transfer,
    /// The bank's answer.
    pub result: LineResult,
}

/// The bank's answer to one transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineResult {
    /// None yet.
    Open,
    /// Accepted (受付済).
    Accepted,
    /// Not accepted, with the bank's reason code.
    Refused(String),
}

/// Where an instruction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// 確認待ち: entered, can be changed or cancelled.
    Registered,
    /// 送信中: authorized and on its way; survives any restart.
    Transmitting,
    /// 受付済: the bank accepted all of it.
    Accepted,
    /// 一部不能: the bank accepted some of it.
    PartlyRefused,
    /// 不能: the bank accepted nothing.
    Refused,
    /// 取消済: given up before money left.
    Cancelled,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Registered,
        Self::Transmitting,
        Self::Accepted,
        Self::PartlyRefused,
        Self::Refused,
        Self::Cancelled,
    ];

    /// The name in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Transmitting => "transmitting",
            Self::Accepted => "accepted",
            Self::PartlyRefused => "partly-refused",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
        }
    }

    /// Finds a status by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }
}

impl Instruction {
    /// `transfer` for one line, `consecutive-transfer` for several: each has its own policy row.
    #[must_use]
    pub fn operation(&self) -> Operation {
        if self.lines.len() > 1 {
            Operation::ConsecutiveTransfer
        } else {
            Operation::Transfer
        }
    }

    /// What is agreed to: exactly the lines as they stand.
    #[must_use]
    pub fn content(&self) -> Content {
        Content::Transfers {
            from_account: self.from_account.clone(),
            date: self.date,
            transfers: self.lines.iter().map(|l| l.transfer.clone()).collect(),
        }
    }

    /// Changes the lines while nothing has left. The authorization opened for the old lines no
    /// longer fits: it is returned, to be voided in the same commit (MAIL-2).
    ///
    /// # Errors
    /// [`Refusal::WrongState`] once it left `registered`, or with no lines or too many.
    pub fn change_lines(
        &mut self,
        from_account: String,
        transfers: Vec<Transfer>,
        max_lines: usize,
    ) -> Result<Option<AuthorizationId>, Refusal> {
        let fits = (1..=max_lines.min(MAX_TRANSFERS)).contains(&transfers.len());
        if self.status != Status::Registered || !fits {
            return Err(Refusal::WrongState);
        }
        self.from_account = from_account;
        self.lines = transfers
            .into_iter()
            .map(|transfer| Line {
                transfer,
                result: LineResult::Open,
            })
            .collect();
        Ok(self.authorization_id.take())
    }

    /// Gives the instruction up before money left.
    ///
    /// # Errors
    /// [`Refusal::WrongState`] once it left `registered`.
    pub fn cancel(&mut self) -> Result<Option<AuthorizationId>, Refusal> {
        if self.status != Status::Registered {
            return Err(Refusal::WrongState);
        }
        self.status = Status::Cancelled;
        Ok(self.authorization_id.take())
    }

    /// Goes to the bank, in the very commit that uses up the authorization. What is transmitted is
    /// what was authorized: the digests must agree (BIND-4).
    ///
    /// # Errors
    /// [`Refusal::WrongState`] unless it is registered with an authorization opened for it;
    /// [`Refusal::ContentChanged`].
    pub fn transmit(
        &mut self,
        authorized_digest: &str,
        receipt: &str,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if self.status != Status::Registered || self.authorization_id.is_none() {
            return Err(Refusal::WrongState);
        }
        let bound = self.content().bind(&self.contract_id, self.operation());
        if bound.digest != authorized_digest {
            return Err(Refusal::ContentChanged);
        }
        self.status = Status::Transmitting;
        self.receipt = Some(receipt.to_owned());
        self.transmitted_at = Some(now);
        Ok(())
    }

    /// Takes the bank's answers, one per line.
    ///
    /// # Errors
    /// [`Refusal::WrongState`] unless it is on its way and every line has an answer.
    pub fn settle(&mut self, results: Vec<LineResult>) -> Result<(), Refusal> {
        let complete = results.len() == self.lines.len() && !results.contains(&LineResult::Open);
        if self.status != Status::Transmitting || !complete {
            return Err(Refusal::WrongState);
        }
        let accepted = results
            .iter()
            .filter(|r| **r == LineResult::Accepted)
            .count();
        self.status = match accepted {
            0 => Status::Refused,
            n if n == results.len() => Status::Accepted,
            _ => Status::PartlyRefused,
        };
        for (line, result) in self.lines.iter_mut().zip(results) {
            line.result = result;
        }
        Ok(())
    }
}
