//! LOG-8: mails about passkeys.

use warifu_domain::policy::Profile;

use super::{Asked, MailText, local, signature};

/// A passkey was added or removed.
pub(crate) fn passkey_changed(profile: &Profile, asked: &Asked<'_>, added: bool) -> MailText {
    let what = if added { "登録" } else { "削除" };
    let subject = format!("【{}】パスキー{what}のお知らせ", profile.institution.name);
    let text = format!(
        "パスキー（生体認証ログイン）が{what}されました。\n\n ご契約先　{}\n 利用者　　{}\n {what}日時　{}\n\n\
         心当たりがない場合は、直ちに下記までご連絡ください。\n\n{}",
        asked.contract_name,
        asked.person_name,
        local(profile, asked.at),
        signature(profile),
    );
    MailText { subject, text }
}
