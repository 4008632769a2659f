//! The texts of mails, as S0's picture shows them. Japanese, plain text, no links but the one that sets
//! a token app up (S4): a mail that asks for a click trains people for phishing.

pub(crate) mod passkeys;
#[cfg(test)]
mod tests;
mod token_activation;
pub(crate) mod tokens;

use jiff::Timestamp;
use warifu_domain::account::{masked_account, masked_mail};
use warifu_domain::content::Content;
use warifu_domain::instruction::{Instruction, LineResult};
use warifu_domain::person::Counted;
use warifu_domain::policy::Profile;
use warifu_domain::text::thousands;

pub(crate) use token_activation::{
    SoftwareNotice, approval_rejected, software_notice, token_activation,
};

/// Subject and text of a mail.
pub(crate) struct MailText {
    pub(crate) subject: String,
    pub(crate) text: String,
}

/// Who asked for something, and when.
pub(crate) struct Asked<'a> {
    pub(crate) contract_name: &'a str,
    pub(crate) person_name: &'a str,
    pub(crate) at: Timestamp,
}

/// MAIL-1: the code with what it is good for.
pub(crate) fn mail_otp(
    profile: &Profile,
    content: &Content,
    code: &str,
    asked: &Asked<'_>,
    expires_at: Timestamp,
) -> MailText {
    let subject = format!(
        "【{}】メールワンタイムパスワードのご連絡",
        profile.institution.name
    );
    let text = format!(
        "■ワンタイムパスワード\n\n{code}\n\n■取引内容\n{}\n\
         ■お申込み\n ご契約先 {}\n 利用者　 {}\n 申請日時 {}\n 有効期限 {}\n\n\
         ■ご確認ください\n\
         ・このパスワードは、上記の取引にのみ、1回限り有効です。\n\
         ・取引内容に心当たりがない場合や、画面の表示と異なる場合は、入力せずに、下記までご連絡ください。\n\
         ・複数回発行した場合は、最後に発行したパスワードのみ有効です。\n\
         ・当行からパスワードをお尋ねすることはありません。\n\n{}",
        content_lines(content),
        asked.contract_name,
        asked.person_name,
        local(profile, asked.at),
        local(profile, expires_at),
        signature(profile),
    );
    MailText { subject, text }
}

/// MAIL-5: the code that proves a new address.
pub(crate) fn address_proof(
    profile: &Profile,
    code: &str,
    asked: &Asked<'_>,
    expires_at: Timestamp,
) -> MailText {
    let subject = format!("【{}】メールアドレス確認のご連絡", profile.institution.name);
    let text = format!(
        "■確認コード\n\n{code}\n\nこのメールアドレスの登録を受け付けました。画面に確認コードを入力すると、登録が完了します。\n\n\
         ■お申込み\n ご契約先　{}\n 利用者　{}\n 申請日時　{}\n 有効期限　{}\n\n\
         心当たりがない場合は、入力せずに、下記までご連絡ください。\n\n{}",
        asked.contract_name,
        asked.person_name,
        local(profile, asked.at),
        local(profile, expires_at),
        signature(profile),
    );
    MailText { subject, text }
}

/// NOT-2: to the old and the new address, and to the administrator.
pub(crate) fn address_changed(
    profile: &Profile,
    what: &str,
    asked: &Asked<'_>,
    (old, new): (Option<&str>, &str),
) -> MailText {
    let subject = format!("【{}】Eメールアドレス変更通知", profile.institution.name);
    let text = format!(
        "次のとおり、{what}の登録・変更を受け付けました。\n\n ご契約先　{}\n 利用者　{}\n 受付日時　{}\n 変更前　{}\n 変更後　{}\n\n\
         心当たりがない場合は、不正に変更されたおそれがあります。直ちに下記までご連絡ください。\n\n{}",
        asked.contract_name,
        asked.person_name,
        local(profile, asked.at),
        old.map_or_else(|| "（未登録）".to_owned(), masked_mail),
        masked_mail(new),
        signature(profile),
    );
    MailText { subject, text }
}

/// NOT-1: the result of a transaction.
pub(crate) fn transfer_result(
    profile: &Profile,
    instruction: &Instruction,
    asked: &Asked<'_>,
) -> MailText {
    let subject = format!("【{}】お取引結果のお知らせ", profile.institution.name);
    let mut lines = String::new();
    for line in &instruction.lines {
        let t = &line.transfer;
        let result = match &line.result {
            LineResult::Accepted => "受付済",
            LineResult::Refused(_) => "不能（お取引は行われていません）",
            LineResult::Open => "処理中",
        };
        let account = masked_account(&t.account_number);
        let amount = thousands(t.amount);
        let payee = &t.payee_name;
        lines.push_str(&format!(
            " 受取人名　{payee}\n 口座番号　{account}\n 取引金額　{amount} 円\n 結果　　　{result}\n\n"
        ));
    }
    let text = format!(
        "次のお取引の結果をお知らせします。\n\n ご契約先　{}\n 利用者　　{}\n 送信日時　{}\n 受付番号　{}\n\n{lines}\
         心当たりがない場合は、直ちに下記までご連絡ください。\n\n{}",
        asked.contract_name,
        asked.person_name,
        local(profile, asked.at),
        instruction.receipt.as_deref().unwrap_or("-"),
        signature(profile),
    );
    MailText { subject, text }
}

/// LCK-1, LCK-2: the service was suspended for a person, and who restores it.
pub(crate) fn suspended(
    profile: &Profile,
    asked: &Asked<'_>,
    because: Option<Counted>,
) -> MailText {
    let remedy = match because {
        Some(Counted::TokenOtp) => "停止の解除は、ご契約先のマスターユーザまたは管理者が行えます。",
        _ => "停止の解除には、書面でのお手続きが必要です。",
    };
    let subject = format!("【{}】ご利用停止のお知らせ", profile.institution.name);
    let text = format!(
        "暗証番号またはワンタイムパスワードの入力誤りが続いたため、次の利用者のご利用を停止しました。\n\n\
         \x20ご契約先　{}\n 利用者　　{}\n 停止日時　{}\n\n\
         {remedy}心当たりがない場合は、直ちに下記までご連絡ください。\n\n{}",
        asked.contract_name,
        asked.person_name,
        local(profile, asked.at),
        signature(profile),
    );
    MailText { subject, text }
}

/// A PIN was changed.
pub(crate) fn pin_changed(profile: &Profile, what: &str, asked: &Asked<'_>) -> MailText {
    let subject = format!("【{}】暗証番号変更のお知らせ", profile.institution.name);
    let text = format!(
        "{what}が変更されました。\n\n ご契約先　{}\n 利用者　　{}\n 変更日時　{}\n\n\
         心当たりがない場合は、直ちに下記までご連絡ください。\n\n{}",
        asked.contract_name,
        asked.person_name,
        local(profile, asked.at),
        signature(profile),
    );
    MailText { subject, text }
}

fn content_lines(content: &Content) -> String {
    match content {
        Content::Transfers {
            from_account,
            date,
            transfers,
        } => {
            let several = transfers.len() > 1;
            let mut out = String::new();
            for (i, t) in transfers.iter().enumerate() {
                if several {
                    out.push_str(&format!(" （{}件目）\n", i + 1));
                }
                out.push_str(&format!(
                    " 受取人名 {}\n 金融機関 {} {} {} {}\n 口座番号 {}\n 取引金額 {} 円\n",
                    t.payee_name,
                    t.bank_code,
                    t.bank_name,
                    t.branch_code,
                    t.branch_name,
                    masked_account(&t.account_number),
                    thousands(t.amount),
                ));
            }
            if several {
                let total = thousands(content.total_yen());
                out.push_str(&format!(" 合計　　 {}件 {total} 円\n", transfers.len()));
            }
            out.push_str(&format!(
                " 取引日　 {date}\n 引落口座 {}\n",
                masked_debit(from_account)
            ));
            out
        }
        Content::TaxPayment {
            from_account,
            collector_number,
            payment_number,
            payee_name,
            amount,
        } => {
            format!(
                " 払込先　 {payee_name}\n 収納機関 {collector_number}\n 納付番号 {}\n 取引金額 {} 円\n 引落口座 {}\n",
                masked_account(payment_number),
                thousands(*amount),
                masked_debit(from_account),
            )
        }
        Content::File {
            sha256,
            count,
            total,
            date,
        } => {
            let head = sha256.get(..16).unwrap_or_default();
            format!(
                " 件数　　 {}件\n 合計金額 {} 円\n 指定日　 {date}\n 照合値　 {head}\n",
                thousands(*count),
                thousands(*total),
            )
        }
    }
}

/// `001-1234567` → `001-123***7`.
fn masked_debit(account: &str) -> String {
    match account.rsplit_once('-') {
        Some((branch, number)) => format!("{branch}-{}", masked_account(number)),
        None => masked_account(account),
    }
}

fn signature(profile: &Profile) -> String {
    let desk = &profile.help_desk;
    format!(
        "{}\n{}\n電話 {}\n受付時間 {}\n{}\n",
        profile.institution.name,
        desk.name,
        desk.phone,
        desk.hours.join(" / "),
        desk.closed
    )
}

fn local(profile: &Profile, at: Timestamp) -> String {
    let zoned = at.to_zoned(profile.time_zone.clone());
    zoned.strftime("%Y年%-m月%-d日 %H時%M分%S秒").to_string()
}
