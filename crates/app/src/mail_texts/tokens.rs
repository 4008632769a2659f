//! NOT-3: mails about tokens, so that whoever is concerned notices at once what they didn't ask for.

use warifu_domain::policy::Profile;

use super::{Asked, MailText, local, signature};

/// What happened to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenNotice {
    /// 利用登録.
    Registered,
    /// 交換.
    Exchanged,
    /// 利用登録解除.
    Deregistered,
    /// 失効.
    Revoked,
    /// 利用停止解除.
    Released,
}

impl TokenNotice {
    fn what(self) -> &'static str {
        match self {
            Self::Registered => "トークンの利用登録",
            Self::Exchanged => "トークンの交換",
            Self::Deregistered => "トークンの利用登録解除",
            Self::Revoked => "トークンの失効",
            Self::Released => "ワンタイムパスワードの利用停止解除",
        }
    }

    /// What the mail is, as the outbox names it.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Registered => "token-registered",
            Self::Exchanged => "token-exchanged",
            Self::Deregistered => "token-deregistered",
            Self::Revoked => "token-revoked",
            Self::Released => "token-released",
        }
    }
}

/// NOT-3: `asked` names who did it, `serials` the tokens, `names` the persons concerned.
pub(crate) fn token_notice(
    profile: &Profile,
    notice: TokenNotice,
    asked: &Asked<'_>,
    (serials, names): (&[&str], &[String]),
) -> MailText {
    let what = notice.what();
    let subject = format!("【{}】{what}のお知らせ", profile.institution.name);
    let text = format!(
        "{what}を受け付けました。\n\n ご契約先　　{}\n 対象利用者　{}\n シリアル番号 {}\n 操作者　　　{}\n 受付日時　　{}\n\n\
         心当たりがない場合は、不正に操作されたおそれがあります。直ちに下記までご連絡ください。\n\n{}",
        asked.contract_name,
        names.join("、"),
        serials.join(" → "),
        asked.person_name,
        local(profile, asked.at),
        signature(profile),
    );
    MailText { subject, text }
}
