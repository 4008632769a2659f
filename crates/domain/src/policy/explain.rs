//! A profile in words, for `warifu check` and the people who sign it off.

use std::fmt::Write;

use jiff::Timestamp;

use super::rules::Profile;
use crate::factor::Factor;
use crate::text::thousands;

/// The profile as a page of plain English: who, what is needed when, lifetimes and counts.
#[must_use]
pub fn explain(profile: &Profile) -> String {
    let mut out = String::new();
    // Writing to a String can't fail.
    let _ = write_profile(profile, &mut out);
    out
}

fn write_profile(p: &Profile, out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "{} ({}), profile {}",
        p.institution.name, p.institution.name_en, p.version
    )?;
    writeln!(
        out,
        "Answers for every moment from {} on.\n",
        when(p, p.valid_from)
    )?;
    writeln!(out, "Logon")?;
    for row in &p.logon_rows {
        let roles: Vec<_> = row.roles.iter().map(|r| r.name()).collect();
        let channels: Vec<_> = row.channels.iter().map(|c| c.name()).collect();
        let since = when(p, row.from);
        let needs = names(&row.proof.needs);
        writeln!(
            out,
            "  {} by {}: {needs}, from {since}",
            roles.join(", "),
            channels.join(", ")
        )?;
        if !row.proof.needs_if_registered.is_empty() {
            let extra = names(&row.proof.needs_if_registered);
            writeln!(out, "    of those who have registered it also {extra}")?;
        }
        if row.proof.passkey_instead_of_pin {
            writeln!(out, "    a passkey may stand for ID and logon PIN")?;
        }
    }
    writeln!(out, "\nOperations")?;
    for row in &p.operation_rows {
        let operations: Vec<_> = row.operations.iter().map(|o| o.name()).collect();
        let stages: Vec<_> = row.stages.iter().map(|s| s.name()).collect();
        writeln!(out, "  {} ({})", operations.join(", "), stages.join(", "))?;
        write!(
            out,
            "    from {}: {}",
            when(p, row.from),
            names(&row.proof.needs)
        )?;
        if !row.proof.needs_if_registered.is_empty() {
            let extra = names(&row.proof.needs_if_registered);
            write!(out, "; of those who have registered it also {extra}")?;
        }
        if !row.proof.instead_of_token_otp.is_empty() {
            let stronger = names(&row.proof.instead_of_token_otp);
            write!(
                out,
                "; instead of a token's code, of those who have it: {stronger}"
            )?;
        }
        writeln!(out)?;
    }
    write_counts(p, out)
}

fn write_counts(p: &Profile, out: &mut String) -> std::fmt::Result {
    let otp = &p.mail_otp;
    writeln!(out, "\nMail OTP")?;
    writeln!(
        out,
        "  from {} <{}>",
        p.mail.sender_name, p.mail.sender_address
    )?;
    writeln!(
        out,
        "  {} digits, good for {} s and one transaction; {} wrong tries void it; at most {} codes in {} s",
        otp.digits, otp.ttl_secs, otp.tries_per_code, otp.issues_per_window, otp.issue_window_secs
    )?;
    writeln!(
        out,
        "  after a change of the address, transactions wait {} h; free mail: {:?} ({} domains)",
        otp.hold_after_change_secs / 3600,
        otp.free_mail,
        otp.free_mail_domains.len()
    )?;
    let lock = &p.suspension;
    writeln!(out, "\nSuspended after consecutive failures")?;
    writeln!(
        out,
        "  logon PIN {}, confirmation PIN {}, grid {}, mail OTP {}, token OTP {}",
        lock.logon_pin, lock.confirmation_pin, lock.grid, lock.mail_otp, lock.token_otp
    )?;
    write_tokens(p, out)?;
    writeln!(
        out,
        "\nSessions end after {} s idle, {} s in any case.",
        p.session.idle_secs, p.session.absolute_secs
    )?;
    writeln!(
        out,
        "A grid card has {} x {} cells; a logon asks {}. A PIN unchanged for {} days brings a notice.",
        p.grid.columns, p.grid.rows, p.grid.cells_asked, p.pin.reminder_after_days
    )?;
    writeln!(
        out,
        "Up to {} transfers together, {} yen each unless the contract says otherwise.",
        p.transfer.max_lines,
        thousands(p.transfer.per_transfer_yen)
    )
}

fn write_tokens(p: &Profile, out: &mut String) -> std::fmt::Result {
    let Some(token) = &p.token else {
        return writeln!(out, "\nNo tokens.");
    };
    let kinds: Vec<_> = token.kinds.iter().map(|k| k.name()).collect();
    writeln!(out, "\nTokens: {}", kinds.join(", "))?;
    writeln!(
        out,
        "  a code counts {} steps either side of the learnt drift, which is {} steps at most; {} wrong codes lock a token",
        token.steps_either_side, token.max_drift_steps, token.failures_per_token
    )?;
    writeln!(
        out,
        "  software: {} digits, {} s, valid {} days, renewal from {} days before; activation within {} s",
        token.software_digits,
        token.software_period_secs,
        token.software_valid_days,
        token.renewal_from_days,
        token.activation_ttl_secs
    )?;
    writeln!(
        out,
        "  after a revocation logons wait {} min; transactions confirmed in the app: {}",
        token.revocation_hold_secs / 60,
        if token.confirms_in_app { "yes" } else { "no" }
    )
}

fn names(factors: &[Factor]) -> String {
    if factors.is_empty() {
        return "nothing".to_owned();
    }
    factors
        .iter()
        .map(|f| f.name())
        .collect::<Vec<_>>()
        .join(" + ")
}

fn when(profile: &Profile, at: Timestamp) -> String {
    at.to_zoned(profile.time_zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S %Z")
        .to_string()
}
