//! The whole way of an authorization: opened, its code mailed and read, proven.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;

use super::*;
use crate::load::{Connection, connect, send};
use crate::outside::instant;

const JOURNEYS: u64 = 5_000;
const CONNECTIONS: usize = 64;
/// Pause between two looks at the mailbox.
const LOOK: Duration = Duration::from_millis(2);

pub(super) async fn measure(subject: &mut Subject) -> anyhow::Result<Line> {
    let next = Arc::new(AtomicU64::new(0));
    let cpu = subject.server.cpu_micros()?;
    let began = instant();
    let mut tasks = Vec::new();
    for _ in 0..CONNECTIONS {
        let (target, next) = (subject.target.clone(), Arc::clone(&next));
        let persons = subject.persons;
        tasks.push(tokio::spawn(async move {
            let mut connection = connect(&target.address).await?;
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= JOURNEYS {
                    return anyhow::Ok(());
                }
                one(&mut connection, &target, number % persons).await?;
            }
        }));
    }
    for task in tasks {
        task.await??;
    }
    let rate = JOURNEYS as f64 / began.elapsed().as_secs_f64();
    let cpu = (subject.server.cpu_micros()? - cpu) as f64 / JOURNEYS as f64;
    subject.proven += JOURNEYS;
    Ok(Line {
        what: format!("opened, mailed and confirmed ({})", subject.name),
        figure: format!("{rate:.0} /s (three requests and a mail each), server CPU {cpu:.0} µs"),
        target: "",
        verdict: Verdict::Given,
    })
}

async fn one(connection: &mut Connection, target: &Target, number: u64) -> anyhow::Result<()> {
    let (contract, user) = prepare::ids(number)?;
    let content = r#"{"payee_name":"ヤマダ タロウ","bank_code":"9990","branch_code":"002","account_type":"ordinary","account_number":"7654321","amount":100648}"#;
    let open = Request {
        path: "/api/v1/authorizations".to_owned(),
        body: Some(format!(
            r#"{{"contract_id":"{contract}","user_id":"{user}","operation":"transfer","stage":"transmit","content":{content}}}"#,
            user = user.as_str()
        )),
    };
    let opened = expect(send(connection, target, &open).await?, 201)?;
    let (_, rest) = opened
        .split_once(r#""authorization_id":""#)
        .context("an ID")?;
    let (id, _) = rest.split_once('"').context("an ID")?;
    let mail = Request {
        path: format!("/api/v1/authorizations/{id}/mail-otp"),
        body: Some("{}".to_owned()),
    };
    expect(send(connection, target, &mail).await?, 202)?;
    let look = Request {
        path: format!("/bench/codes/{}", prepare::address(number)),
        body: None,
    };
    let code = loop {
        let code = expect(send(connection, target, &look).await?, 200)?;
        if !code.is_empty() {
            break code;
        }
        tokio::time::sleep(LOOK).await;
    };
    let answer = Request {
        path: format!("/api/v1/authorizations/{id}/answers"),
        body: Some(format!(r#"{{"mail_otp":"{code}"}}"#)),
    };
    expect(send(connection, target, &answer).await?, 200)?;
    Ok(())
}

fn expect((status, body): (u16, hyper::body::Bytes), expected: u16) -> anyhow::Result<String> {
    let body = String::from_utf8_lossy(&body).into_owned();
    ensure!(status == expected, "{status}: {body}");
    Ok(body)
}
