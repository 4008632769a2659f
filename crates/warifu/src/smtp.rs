//! The mail server through lettre: TLS, authentication, time-outs. Retries are the outbox's.

use std::time::Duration;

use anyhow::{Context, Result};
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Mailbox, MessageBuilder, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use warifu_app::ports::{Answer, MailFailure, Mailer, OutgoingMail};

use crate::config::{Mail, MailSecurity, read_secret};

/// Hands mails to an SMTP server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Smtp {
    /// Prepares the connection; it is made when the first mail goes out.
    pub fn new(config: &Mail) -> Result<Self> {
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
            .port(config.port)
            .timeout(Some(Duration::from_secs(config.timeout_secs)))
            .tls(tls(config)?);
        if let Some(user) = &config.username {
            let file = config
                .password_file
                .as_deref()
                .context("mail.password_file is missing")?;
            builder = builder.credentials(Credentials::new(user.clone(), read_secret(file)?));
        }
        Ok(Self {
            transport: builder.build(),
        })
    }
}

fn tls(config: &Mail) -> Result<Tls> {
    if config.security == MailSecurity::None {
        return Ok(Tls::None);
    }
    let mut parameters = TlsParameters::builder(config.host.clone());
    if let Some(file) = &config.ca_file {
        let pem = std::fs::read(file).with_context(|| format!("can't read {}", file.display()))?;
        let trusted = Certificate::from_pem(&pem).context("mail.ca_file")?;
        parameters = parameters.add_root_certificate(trusted);
    }
    let parameters = parameters
        .build_rustls()
        .context("TLS of the mail server")?;
    Ok(match config.security {
        MailSecurity::Tls => Tls::Wrapper(parameters),
        MailSecurity::Starttls | MailSecurity::None => Tls::Required(parameters),
    })
}

impl Mailer for Smtp {
    fn send<'a>(&'a self, mail: &'a OutgoingMail) -> Answer<'a, Result<(), MailFailure>> {
        Box::pin(async move {
            let message = message(mail).map_err(MailFailure::Permanent)?;
            match self.transport.send(message).await {
                Ok(_) => Ok(()),
                Err(error) if error.is_permanent() => {
                    Err(MailFailure::Permanent(error.to_string()))
                }
                Err(error) => Err(MailFailure::Temporary(error.to_string())),
            }
        })
    }
}

/// Subject and sender as RFC 2047 words, the text as UTF-8 in base64: every relay passes that on
/// unchanged, and Japanese arrives readable.
fn message(mail: &OutgoingMail) -> Result<Message, String> {
    let address = |text: &str| text.parse::<Address>().map_err(|e| format!("{e}"));
    let from = Mailbox::new(Some(mail.from_name.clone()), address(&mail.from_address)?);
    let to = Mailbox::new(None, address(&mail.to)?);
    let builder: MessageBuilder = Message::builder()
        .message_id(Some(format!("<{}>", mail.message_id)))
        .from(from)
        .to(to)
        .subject(mail.subject.clone());
    let text = SinglePart::builder()
        .header(ContentType::TEXT_PLAIN)
        .header(ContentTransferEncoding::Base64)
        .body(mail.text.clone());
    builder.singlepart(text).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(to: &str) -> OutgoingMail {
        OutgoingMail {
            message_id: "ml_1@bank.example".into(),
            from_name: "割符銀行".into(),
            from_address: "otp@bank.example".into(),
            to: to.into(),
            subject: "【割符銀行】メールワンタイムパスワードのご連絡".into(),
            text: "■ワンタイムパスワード\n\n123456\n".into(),
        }
    }

    #[test]
    fn japanese_is_encoded_so_that_only_ascii_is_on_the_wire() {
        let raw = message(&mail("taro@example.co.jp")).unwrap().formatted();
        assert!(raw.is_ascii());
        let raw = String::from_utf8(raw).unwrap();
        assert!(raw.contains("Message-ID: <ml_1@bank.example>"), "{raw}");
        assert!(raw.contains("Subject: =?utf-8?b?"), "{raw}");
        assert!(raw.contains("charset=utf-8"), "{raw}");
        assert!(raw.lines().all(|line| line.len() <= 998));
        let body = raw.split("\r\n\r\n").nth(1).unwrap().replace("\r\n", "");
        let body = data_encoding::BASE64.decode(body.as_bytes()).unwrap();
        assert!(
            String::from_utf8(body)
                .unwrap()
                .starts_with("■ワンタイムパスワード")
        );
    }

    #[test]
    fn an_address_that_is_none_never_goes_out() {
        assert!(message(&mail("not an address")).is_err());
        assert!(message(&mail("a@b.example\r\nBcc: c@d.example")).is_err());
    }
}
