//! Mails of software tokens: the activation link (S4 step C), the only mail of Warifu with a link in
//! it, and notices of what happened to a token (NOT-3, APP-2).

use jiff::Timestamp;
use warifu_domain::content::Content;
use warifu_domain::policy::Profile;

use super::{Asked, MailText, content_lines, local, signature};

/// What a notice tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SoftwareNotice {
    /// B: an activation mail went out.
    Issued,
    /// C: an app was set up.
    Activated,
    /// E: the token is in service.
    Registered,
    /// It lives on (TOK-8).
    Renewed,
}

impl SoftwareNotice {
    /// The kind of the mail in records.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Issued => "token-issued",
            Self::Activated => "token-activated",
            Self::Registered => "token-registered",
            Self::Renewed => "token-renewed",
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::Issued => "ワンタイムパスワードのトークン発行を受け付けました。",
            Self::Activated => "トークンアプリの初期設定が行われました。",
            Self::Registered => "ワンタイムパスワードのトークンの利用を開始しました。",
            Self::Renewed => "トークンの有効期限を更新しました。",
        }
    }
}

/// S4 step C: the link that sets the token app up. It is of no use without what it doesn't say: the
/// user ID and the start password. Of the service ID only the last digits are shown.
pub(crate) fn token_activation(
    profile: &Profile,
    url: &str,
    service_id: &str,
    asked: &Asked<'_>,
    expires_at: Timestamp,
) -> MailText {
    let subject = format!("【{}】トークン発行のお知らせ", profile.institution.name);
    let hint: String = service_id.chars().rev().take(4).collect();
    let hint: String = hint.chars().rev().collect();
    let text = format!(
        "ワンタイムパスワードのトークン発行を受け付けました。\n\n\
         ■トークンアプリの設定\n\
         1. ご利用になるスマートフォンで、次のURLを開いてください。\n\n{url}\n\n\
         2. パソコンの画面に表示されているサービスID（末尾 {hint}）・ユーザIDと、お申込み時に設定した利用開始パスワードを入力してください。\n\
         3. アプリに表示されるワンタイムパスワードを、パソコンの画面に入力してください。\n\n\
         ■お申込み\n 申請日時　{}\n 有効期限　{}\n\n\
         ・このURLは1回限り有効です。有効期限を過ぎた場合は、もう一度トークン発行を行ってください。\n\
         ・当行からのメールでURLをご案内するのは、お客さまがトークン発行を申し込まれたときのみです。\n\
         ・心当たりがない場合は、URLを開かずに、下記までご連絡ください。\n\n{}",
        local(profile, asked.at),
        local(profile, expires_at),
        signature(profile),
    );
    MailText { subject, text }
}

/// NOT-3: what happened to a token.
pub(crate) fn software_notice(
    profile: &Profile,
    what: SoftwareNotice,
    serial: &str,
    asked: &Asked<'_>,
) -> MailText {
    let subject = format!(
        "【{}】ワンタイムパスワードに関するお知らせ",
        profile.institution.name
    );
    let text = format!(
        "{}\n\n ご契約先　{}\n 利用者　　{}\n 受付日時　{}\n トークン　{serial}\n\n\
         心当たりがない場合は、直ちに下記までご連絡ください。\n\n{}",
        what.sentence(),
        asked.contract_name,
        asked.person_name,
        local(profile, asked.at),
        signature(profile),
    );
    MailText { subject, text }
}

/// APP-2: a transaction was rejected on the phone.
pub(crate) fn approval_rejected(
    profile: &Profile,
    content: &Content,
    asked: &Asked<'_>,
) -> MailText {
    let subject = format!("【{}】お取引の拒否のお知らせ", profile.institution.name);
    let text = format!(
        "次のお取引は、トークンアプリで拒否されたため、行われていません。\n\n\
         ■取引内容\n{}\n■お申込み\n ご契約先　{}\n 利用者　　{}\n 拒否日時　{}\n\n\
         お取引に心当たりがない場合は、暗証番号が第三者に知られているおそれがあります。直ちに下記までご連絡ください。\n\n{}",
        content_lines(content),
        asked.contract_name,
        asked.person_name,
        local(profile, asked.at),
        signature(profile),
    );
    MailText { subject, text }
}
