//! POL-4: a profile that can't hold is refused when it is loaded, with line and reason.

use std::ops::Range;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use toml::Spanned;

use super::profile::{LogonProofRow, OperationProofRow, ProfileFile};
use super::rules::{LogonProof, LogonRow, OperationRow, Profile, Proof};
use crate::factor::Factor;
use crate::operation::{Operation, Stage};
use crate::person::{Channel, Role};

/// One thing wrong with a profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct ProfileFault {
    /// 1-based line in the file.
    pub line: usize,
    /// What is wrong, in words.
    pub reason: String,
}

impl ProfileFault {
    /// A fault of the TOML itself, unknown keys among them.
    pub(super) fn from_toml(text: &str, error: &toml::de::Error) -> Self {
        let line = error.span().map_or(1, |span| line_of(text, &span));
        Self {
            line,
            reason: error.message().to_owned(),
        }
    }
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    let before = text.get(..span.start).unwrap_or(text);
    before.bytes().filter(|b| *b == b'\n').count() + 1
}

const DAY_SECS: i64 = 86_400;
const BOTH_NEEDED: &str = "a factor is both needed and needed only if registered";

/// Stands for a time that could not be read, so that it causes no second fault.
const UNREADABLE: Timestamp = Timestamp::MIN;

/// Gathers every fault, so that one run names them all.
struct Checker<'a> {
    text: &'a str,
    zone: TimeZone,
    faults: Vec<ProfileFault>,
}

/// Checks the file and makes the profile of it.
pub(super) fn check(
    text: &str,
    file: ProfileFile,
    version: String,
) -> Result<Profile, Vec<ProfileFault>> {
    let zone = TimeZone::get(&file.institution.time_zone).map_err(|_| {
        let reason = format!("time_zone {:?} is not known", file.institution.time_zone);
        vec![ProfileFault { line: 1, reason }]
    })?;
    let mut checker = Checker {
        text,
        zone: zone.clone(),
        faults: Vec::new(),
    };
    checker.values(&file);
    // Unreadable, it leaves no gap to complain of as well.
    let valid_from = checker
        .moment(&file.institution.valid_from)
        .unwrap_or(Timestamp::MAX);
    let logon_rows: Vec<_> = file
        .logon_proof
        .iter()
        .map(|r| checker.logon_row(r))
        .collect();
    let operation_rows: Vec<_> = file
        .operation_proof
        .iter()
        .map(|r| checker.operation_row(r))
        .collect();
    checker.tokens(&file, &logon_rows, &operation_rows);
    checker.logon_times(&logon_rows, valid_from);
    checker.operation_times(&operation_rows, valid_from);
    if !checker.faults.is_empty() {
        checker.faults.sort_by_key(|f| f.line);
        return Err(checker.faults);
    }
    Ok(Profile {
        institution: file.institution,
        help_desk: file.help_desk,
        mail: file.mail,
        mail_otp: file.mail_otp.into_inner(),
        grid: file.grid.into_inner(),
        session: file.session.into_inner(),
        suspension: file.suspension.into_inner(),
        pin: file.pin.into_inner(),
        transfer: file.transfer.into_inner(),
        token: file.token.map(Spanned::into_inner),
        version,
        time_zone: zone,
        valid_from,
        logon_rows,
        operation_rows,
    })
}

impl Checker<'_> {
    fn fault(&mut self, span: &Range<usize>, reason: impl Into<String>) {
        let fault = ProfileFault {
            line: line_of(self.text, span),
            reason: reason.into(),
        };
        self.faults.push(fault);
    }

    fn within(&mut self, span: &Range<usize>, name: &str, value: i64, range: Range<i64>) {
        if !range.contains(&value) {
            let Range { start, end } = range;
            self.fault(
                span,
                format!("{name} = {value}: must be {start} to {}", end - 1),
            );
        }
    }

    fn values(&mut self, file: &ProfileFile) {
        self.own_codes(file);
        self.mail_otp_values(file);
        let (grid, span) = (file.grid.get_ref(), file.grid.span());
        self.within(&span, "grid.columns", grid.columns.into(), 4..27);
        self.within(&span, "grid.rows", grid.rows.into(), 4..21);
        self.within(&span, "grid.cell_digits", grid.cell_digits.into(), 1..5);
        self.within(&span, "grid.cells_asked", grid.cells_asked.into(), 2..9);
        let (session, span) = (file.session.get_ref(), file.session.span());
        self.within(
            &span,
            "session.logon_ttl_secs",
            session.logon_ttl_secs,
            30..3601,
        );
        self.within(&span, "session.idle_secs", session.idle_secs, 60..3601);
        self.within(
            &span,
            "session.absolute_secs",
            session.absolute_secs,
            60..DAY_SECS + 1,
        );
        let (lock, span) = (file.suspension.get_ref(), file.suspension.span());
        for (name, count) in [
            ("suspension.logon_pin", lock.logon_pin),
            ("suspension.confirmation_pin", lock.confirmation_pin),
            ("suspension.grid", lock.grid),
            ("suspension.mail_otp", lock.mail_otp),
            ("suspension.token_otp", lock.token_otp),
        ] {
            self.within(&span, name, count.into(), 1..6);
        }
        let (pin, span) = (file.pin.get_ref(), file.pin.span());
        self.within(&span, "pin.min_len", pin.min_len.into(), 6..17);
        self.within(
            &span,
            "pin.max_len",
            pin.max_len.into(),
            i64::from(pin.min_len)..65,
        );
        self.within(
            &span,
            "pin.reminder_after_days",
            pin.reminder_after_days,
            1..3651,
        );
        let (transfer, span) = (file.transfer.get_ref(), file.transfer.span());
        self.within(
            &span,
            "transfer.max_lines",
            transfer.max_lines.into(),
            1..11,
        );
        let most = crate::content::MAX_AMOUNT_YEN + 1;
        self.within(
            &span,
            "transfer.per_transfer_yen",
            transfer.per_transfer_yen,
            1..most,
        );
    }

    fn mail_otp_values(&mut self, file: &ProfileFile) {
        let (otp, span) = (file.mail_otp.get_ref(), file.mail_otp.span());
        self.within(&span, "mail_otp.digits", otp.digits.into(), 6..9);
        self.within(&span, "mail_otp.ttl_secs", otp.ttl_secs, 30..601);
        self.within(
            &span,
            "address_proof_ttl_secs",
            otp.address_proof_ttl_secs,
            30..601,
        );
        self.within(
            &span,
            "authorization_ttl_secs",
            otp.authorization_ttl_secs,
            60..DAY_SECS + 1,
        );
        self.within(&span, "tries_per_code", otp.tries_per_code.into(), 1..6);
        self.within(
            &span,
            "issues_per_window",
            otp.issues_per_window.into(),
            1..101,
        );
        self.within(
            &span,
            "issue_window_secs",
            otp.issue_window_secs,
            60..DAY_SECS + 1,
        );
        self.within(
            &span,
            "hold_after_change_secs",
            otp.hold_after_change_secs,
            0..30 * DAY_SECS + 1,
        );
    }

    /// The token section's values, and that no rule asks for tokens the institution doesn't have.
    fn tokens(&mut self, file: &ProfileFile, logons: &[LogonRow], operations: &[OperationRow]) {
        let Some(written) = &file.token else {
            let lines: Vec<_> = logons
                .iter()
                .filter(|r| r.proof.for_person(|_| true).contains(&Factor::TokenOtp))
                .map(|r| r.line)
                .chain(
                    operations
                        .iter()
                        .filter(|r| r.proof.needs_token())
                        .map(|r| r.line),
                )
                .collect();
            for line in lines {
                let reason = "the row asks for a token, and there is no [token] section".to_owned();
                self.faults.push(ProfileFault { line, reason });
            }
            return;
        };
        let (token, span) = (written.get_ref(), written.span());
        if token.kinds.is_empty() {
            self.fault(&span, "token.kinds names no kind");
        }
        for (name, value, range) in [
            (
                "steps_either_side",
                i64::from(token.steps_either_side),
                0..3,
            ),
            ("max_drift_steps", token.max_drift_steps.into(), 0..121),
            (
                "repair_reach_steps",
                token.repair_reach_steps.into(),
                2..241,
            ),
            (
                "failures_per_token",
                token.failures_per_token.into(),
                1..101,
            ),
            ("software_digits", token.software_digits.into(), 6..9),
            (
                "software_period_secs",
                token.software_period_secs.into(),
                15..61,
            ),
            ("software_valid_days", token.software_valid_days, 1..3651),
            (
                "renewal_from_days",
                token.renewal_from_days,
                0..token.software_valid_days.max(1),
            ),
            (
                "activation_ttl_secs",
                token.activation_ttl_secs,
                60..DAY_SECS + 1,
            ),
            (
                "revocation_hold_secs",
                token.revocation_hold_secs,
                0..DAY_SECS + 1,
            ),
            (
                "waiting_approvals_max",
                token.waiting_approvals_max.into(),
                1..11,
            ),
        ] {
            self.within(&span, &format!("token.{name}"), value, range);
        }
    }

    fn own_codes(&mut self, file: &ProfileFile) {
        let digits =
            |code: &str, len| code.len() == len && code.bytes().all(|b| b.is_ascii_digit());
        let own = &file.institution;
        let span = own.valid_from.span();
        if !digits(&own.bank_code, 4) || own.branches.iter().any(|b| !digits(&b.code, 3)) {
            self.fault(
                &span,
                "institution: bank_code has four digits, a branch's code three",
            );
        }
    }

    fn moment(&mut self, written: &Spanned<String>) -> Option<Timestamp> {
        let text = written.get_ref();
        // Written in full and nothing after it: the parser alone would drop an offset in silence.
        let local = text
            .parse::<DateTime>()
            .ok()
            .filter(|local| local.to_string() == *text);
        let zoned = local.and_then(|local| local.to_zoned(self.zone.clone()).ok());
        if zoned.is_none() {
            let reason = format!("{text:?} is not a local time like 2017-07-24T07:00:00");
            self.fault(&written.span(), reason);
        }
        zoned.map(|zoned| zoned.timestamp())
    }

    /// The `from` of a row; an unreadable one counts as [`UNREADABLE`] until the faults are told.
    fn from(&mut self, written: &Spanned<String>) -> Timestamp {
        self.moment(written).unwrap_or(UNREADABLE)
    }

    /// A row that names none of them would silently cover nothing.
    fn refuse_none(&mut self, span: &Range<usize>, kind: &str, written: &[Spanned<String>]) {
        if written.is_empty() {
            self.fault(span, format!("the row names no {kind}"));
        }
    }

    fn names<T>(
        &mut self,
        kind: &str,
        written: &[Spanned<String>],
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let mut found = Vec::new();
        for name in written {
            match parse(name.get_ref()) {
                Some(value) => found.push(value),
                None => {
                    self.fault(&name.span(), format!("{:?} is not {kind}", name.get_ref()));
                }
            }
        }
        found
    }

    fn factors(
        &mut self,
        written: &[Spanned<String>],
        fits: impl Fn(Factor) -> bool,
        place: &str,
    ) -> Vec<Factor> {
        let factors = self.names("a factor", written, Factor::parse);
        for name in written {
            let Some(factor) = Factor::parse(name.get_ref()) else {
                continue;
            };
            if !factor.is_available() {
                let reason = format!(
                    "{} is in the policy model but this version can't ask for it",
                    factor.name()
                );
                self.fault(&name.span(), reason);
            } else if !fits(factor) {
                self.fault(
                    &name.span(),
                    format!("{} can't prove {place}", factor.name()),
                );
            }
        }
        factors
    }

    fn logon_row(&mut self, row: &Spanned<LogonProofRow>) -> LogonRow {
        let (span, row) = (row.span(), row.get_ref());
        let needs = self.factors(&row.needs, Factor::proves_logon, "a logon");
        let channels = self.names("a channel", &row.channels, Channel::parse);
        self.refuse_none(&span, "role", &row.roles);
        self.refuse_none(&span, "channel", &row.channels);
        if needs.is_empty() {
            self.fault(&span, "a logon needs at least one factor");
        } else if needs.first() != Some(&Factor::LogonPin)
            && let Some(factor) = needs.iter().find(|f| f.is_one_time())
        {
            // Otherwise a stranger could see the cells, and lock grid or token (LOG-4, LCK-4).
            self.fault(&span, format!("{} must follow logon-pin", factor.name()));
        }
        if channels.contains(&Channel::Smartphone) && !needs.iter().any(|f| f.is_one_time()) {
            self.fault(
                &span,
                "on a smartphone a one-time password is always needed (LOG-3)",
            );
        }
        let optional = self.factors(
            &row.needs_if_registered,
            |f| f == Factor::TokenOtp,
            "this if registered",
        );
        if optional.iter().any(|f| needs.contains(f)) {
            self.fault(&span, BOTH_NEEDED);
        }
        if row.passkey_instead_of_pin && needs.first() != Some(&Factor::LogonPin) {
            self.fault(
                &span,
                "passkey_instead_of_pin without logon-pin to stand for",
            );
        }
        LogonRow {
            line: line_of(self.text, &span),
            roles: self.names("a role", &row.roles, Role::parse),
            channels,
            from: self.from(&row.from),
            proof: LogonProof {
                needs,
                needs_if_registered: optional,
                passkey_instead_of_pin: row.passkey_instead_of_pin,
            },
        }
    }

    fn operation_row(&mut self, row: &Spanned<OperationProofRow>) -> OperationRow {
        let (span, row) = (row.span(), row.get_ref());
        let needs = self.factors(&row.needs, Factor::proves_operation, "an operation");
        let optional = self.factors(
            &row.needs_if_registered,
            |f| matches!(f, Factor::MailOtp | Factor::TokenOtp),
            "this if registered",
        );
        let stronger = self.factors(
            &row.instead_of_token_otp,
            |f| matches!(f, Factor::AppApproval | Factor::Passkey),
            "this instead of a token's code",
        );
        if !stronger.is_empty()
            && !needs
                .iter()
                .chain(&optional)
                .any(|f| *f == Factor::TokenOtp)
        {
            self.fault(&span, "instead_of_token_otp without token-otp to stand for");
        }
        self.refuse_none(&span, "operation", &row.operations);
        self.refuse_none(&span, "stage", &row.stages);
        if optional.iter().any(|f| needs.contains(f)) {
            self.fault(&span, BOTH_NEEDED);
        }
        OperationRow {
            line: line_of(self.text, &span),
            operations: self.names("an operation", &row.operations, Operation::parse),
            stages: self.names("a stage", &row.stages, Stage::parse),
            roles: or_all(self.names("a role", &row.roles, Role::parse), &Role::ALL),
            channels: or_all(
                self.names("a channel", &row.channels, Channel::parse),
                &Channel::ALL,
            ),
            from: self.from(&row.from),
            proof: Proof {
                needs,
                needs_if_registered: optional,
                instead_of_token_otp: stronger,
            },
        }
    }

    /// Every role can log on somewhere from the profile's first moment; no two rows claim the same
    /// role and channel from the same moment.
    fn logon_times(&mut self, rows: &[LogonRow], valid_from: Timestamp) {
        for role in Role::ALL {
            for channel in Channel::ALL {
                let key = format!("logon of {} by {}", role.name(), channel.name());
                let times = rows
                    .iter()
                    .filter(|r| r.roles.contains(&role) && r.channels.contains(&channel))
                    .map(|r| (r.from, r.line))
                    .collect();
                self.timeline(&key, times, valid_from);
            }
        }
        for role in Role::ALL {
            if !rows
                .iter()
                .any(|r| r.roles.contains(&role) && r.from <= valid_from)
            {
                let reason = format!("{} can't log on from valid_from", role.name());
                self.faults.push(ProfileFault { line: 1, reason });
            }
        }
    }

    fn operation_times(&mut self, rows: &[OperationRow], valid_from: Timestamp) {
        for operation in Operation::ALL {
            for stage in Stage::ALL {
                for role in Role::ALL {
                    for channel in Channel::ALL {
                        let key = format!(
                            "{} {} of {} by {}",
                            operation.name(),
                            stage.name(),
                            role.name(),
                            channel.name()
                        );
                        let times = rows
                            .iter()
                            .filter(|r| r.operations.contains(&operation))
                            .filter(|r| r.stages.contains(&stage) && r.roles.contains(&role))
                            .filter(|r| r.channels.contains(&channel))
                            .map(|r| (r.from, r.line))
                            .collect();
                        self.timeline(&key, times, valid_from);
                    }
                }
            }
        }
    }

    fn timeline(&mut self, key: &str, mut times: Vec<(Timestamp, usize)>, valid_from: Timestamp) {
        times.sort_unstable();
        let Some(&(first, line)) = times.first() else {
            return;
        };
        let mut faults = Vec::new();
        if first > valid_from {
            faults.push((
                line,
                format!("{key}: no rule between valid_from and this row's time"),
            ));
        }
        for pair in times.windows(2) {
            if let [(earlier, one), (later, other)] = pair
                && earlier == later
                && *earlier != UNREADABLE
            {
                faults.push((*other, format!("{key}: contradicts line {one}, same time")));
            }
        }
        for (line, reason) in faults {
            // One row covers many combinations: say each row's fault once.
            let said = self
                .faults
                .iter()
                .any(|f| f.line == line && tail(&f.reason) == tail(&reason));
            if !said {
                self.faults.push(ProfileFault { line, reason });
            }
        }
    }
}

fn tail(reason: &str) -> &str {
    reason.split_once(": ").map_or(reason, |(_, tail)| tail)
}

fn or_all<T: Copy>(named: Vec<T>, all: &[T]) -> Vec<T> {
    if named.is_empty() {
        all.to_vec()
    } else {
        named
    }
}
