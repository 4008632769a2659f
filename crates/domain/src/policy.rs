//! Policy is data: a *profile* states which proofs each operation, stage, role and channel needs,
//! from which moment on (POL-1). This is the only place that answers "what does this need now?".
//!
//! `profile` is the file as written, `check` refuses what can't hold (POL-4), `rules` answers, and
//! `explain` says it in words.

mod check;
mod explain;
mod profile;
mod rules;
#[cfg(test)]
mod tests;

pub use check::ProfileFault;
pub use explain::explain;
pub use profile::{
    FreeMail, GridPolicy, HelpDesk, Institution, MailOtpPolicy, MailSender, OwnBranch, PinPolicy,
    ResultNotice, SessionPolicy, Suspension, TokenPolicy, TransferPolicy,
};
pub use rules::{Profile, Proof};
