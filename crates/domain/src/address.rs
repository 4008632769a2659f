//! Mail addresses: what may be registered for mail OTPs, and when they count (MAIL-4 to MAIL-6).

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};

use crate::ids::{AddressChangeId, PersonId};
use crate::person::Person;
use crate::policy::{FreeMail, MailOtpPolicy};
use crate::refusal::Refusal;
use crate::text::fold;

/// Which of a person's two addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressPurpose {
    /// ワンタイムパスワード送信先.
    Otp,
    /// 取引結果通知.
    Notice,
}

/// A new address waiting to be proven by a code mailed to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressChange {
    /// Its ID.
    pub id: AddressChangeId,
    /// Whose.
    pub person_id: PersonId,
    /// Which address.
    pub purpose: AddressPurpose,
    /// The address to prove.
    pub address: String,
    /// MAC of the mailed code.
    pub code_mac: Vec<u8>,
    /// Which code of this change, from 1; a new one voids the older.
    pub issue: u32,
    /// Until when the code counts.
    pub expires_at: Timestamp,
    /// Wrong answers so far.
    pub tries: u32,
    /// Set once it was used or given up.
    pub closed_at: Option<Timestamp>,
    /// Guard of the record.
    pub version: i64,
}

impl AddressPurpose {
    /// The name in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Otp => "otp",
            Self::Notice => "notice",
        }
    }

    /// Finds a purpose by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Otp, Self::Notice]
            .into_iter()
            .find(|p| p.name() == name)
    }
}

/// Folds and checks an address: one `@`, a sensible local part, a domain with a dot, 254 bytes.
/// Deliverability is proven by the code, not guessed here.
///
/// # Errors
/// [`Refusal::AddressMalformed`].
pub fn parse_address(typed: &str) -> Result<String, Refusal> {
    if typed.len() > 800 {
        return Err(Refusal::AddressMalformed);
    }
    let folded = fold(typed);
    let Some((local, domain)) = folded.rsplit_once('@') else {
        return Err(Refusal::AddressMalformed);
    };
    let local_ok = (1..=64).contains(&local.len())
        && local
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b));
    let label_ok = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let domain_ok = domain.contains('.') && domain.split('.').all(label_ok);
    if local_ok && domain_ok && folded.len() <= 254 {
        Ok(format!("{local}@{}", domain.to_ascii_lowercase()))
    } else {
        Err(Refusal::AddressMalformed)
    }
}

/// Whether the address is at one of the listed free mail services, subdomains included.
#[must_use]
pub fn is_free_mail(policy: &MailOtpPolicy, address: &str) -> bool {
    let domain = address
        .rsplit_once('@')
        .map_or("", |(_, domain)| domain)
        .to_ascii_lowercase();
    policy.free_mail_domains.iter().any(|free| {
        let free = free.to_ascii_lowercase();
        domain == free
            || domain
                .strip_suffix(&free)
                .is_some_and(|head| head.ends_with('.'))
    })
}

/// Whether `address` may become the OTP address of `person` (MAIL-5). `warned` says that the person
/// has seen the warning, where the profile only warns of free mail.
///
/// # Errors
/// The rule it breaks.
pub fn check_otp_address(
    policy: &MailOtpPolicy,
    person: &Person,
    address: &str,
    warned: bool,
) -> Result<(), Refusal> {
    if person.otp_mail.as_deref() == Some(address) {
        return Err(Refusal::AddressUnchanged);
    }
    let free_mail_ok = match policy.free_mail {
        FreeMail::Refuse => false,
        FreeMail::Warn => warned,
    };
    if is_free_mail(policy, address) && !free_mail_ok {
        return Err(Refusal::FreeMail);
    }
    Ok(())
}

/// MAIL-6: after a *change* of the OTP address, transactions wait.
///
/// # Errors
/// [`Refusal::AddressHold`] with the moment they open again.
pub fn refuse_during_hold(
    policy: &MailOtpPolicy,
    person: &Person,
    now: Timestamp,
) -> Result<(), Refusal> {
    match hold_until(policy, person) {
        Some(until) if now < until => Err(Refusal::AddressHold { until }),
        _ => Ok(()),
    }
}

/// When the hold after the last change of the OTP address ends, whether or not it is over.
#[must_use]
pub fn hold_until(policy: &MailOtpPolicy, person: &Person) -> Option<Timestamp> {
    let hold = SignedDuration::from_secs(policy.hold_after_change_secs);
    person
        .otp_mail_changed_at
        .and_then(|changed| changed.checked_add(hold).ok())
}

/// Takes over a proven address. Replacing an existing OTP address starts the hold; the first
/// registration doesn't. Returns the address it replaced.
pub fn apply_proven_address(
    person: &mut Person,
    purpose: AddressPurpose,
    address: &str,
    now: Timestamp,
) -> Option<String> {
    match purpose {
        AddressPurpose::Otp => {
            let old = person.otp_mail.replace(address.to_owned());
            if old.is_some() {
                person.otp_mail_changed_at = Some(now);
            }
            old
        }
        AddressPurpose::Notice => person.notice_mail.replace(address.to_owned()),
    }
}
