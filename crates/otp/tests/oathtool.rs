//! HOTP and TOTP against Debian's `oathtool`, an implementation that shares no code with ours.
//!
//! The tool must be installed (package `oathtool`); without it these tests fail rather than show
//! nothing.

use std::process::Command;

use warifu_otp::{Algorithm, Digits, OtpKey, Totp, hotp};

/// Keys of 16 to 64 bytes, one of them with bytes that are no text.
fn keys() -> Vec<Vec<u8>> {
    vec![
        b"1234567890123456".to_vec(),
        (0xF0..=0xFF).chain(0..=0x0F).collect(),
        (0..64).collect(),
    ]
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The codes the tool prints, one a line.
fn oathtool(arguments: &[String]) -> std::io::Result<Vec<String>> {
    let output = Command::new("oathtool").args(arguments).output()?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(std::io::Error::other(message));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.lines().map(str::to_owned).collect())
}

#[test]
fn hotp_is_that_of_oathtool() {
    for key in keys() {
        let ours = OtpKey::from_bytes(&key).unwrap();
        for digits in [Digits::Six, Digits::Seven, Digits::Eight] {
            for counter in [0, 1, 0xFFFF_FFFF, 1 << 40] {
                let arguments = [
                    "--hotp".to_owned(),
                    format!("--counter={counter}"),
                    format!("--digits={}", digits.count()),
                    "--window=9".to_owned(),
                    hex(&key),
                ];
                let theirs = oathtool(&arguments).expect("oathtool is installed and runs");
                assert_eq!(theirs.len(), 10);
                for (counter, code) in (counter..).zip(theirs) {
                    let own = hotp(&ours, Algorithm::Sha1, counter, digits);
                    assert_eq!(own.expose(), code, "{arguments:?}");
                }
            }
        }
    }
}

/// Times before and behind the edge of a step, today's and beyond 32 bits.
const UNIX_SECS: [i64; 6] = [
    0,
    59,
    1_234_567_890,
    1_799_999_999,
    1_800_000_000,
    20_000_000_000,
];

#[test]
fn totp_is_that_of_oathtool() {
    for key in keys() {
        for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
            for digits in [Digits::Six, Digits::Eight] {
                for period_secs in [30, 60] {
                    let totp = Totp::new(algorithm, digits, period_secs).unwrap();
                    compare_totp(&key, totp);
                }
            }
        }
    }
}

/// Compares the code of each time and of the two steps after it.
fn compare_totp(key: &[u8], totp: Totp) {
    for unix_secs in UNIX_SECS {
        let arguments = [
            format!("--totp={}", totp.algorithm().name()),
            format!("--digits={}", totp.digits().count()),
            format!("--time-step-size={}s", totp.period_secs()),
            format!("--now=@{unix_secs}"),
            "--window=2".to_owned(),
            hex(key),
        ];
        let theirs = oathtool(&arguments);
        let first = totp.step_at(unix_secs).unwrap_or(u64::MAX);
        let ours: Vec<String> = OtpKey::from_bytes(key)
            .map(|key| {
                (first..=first.saturating_add(2))
                    .map(|step| totp.code(&key, step).expose().to_owned())
                    .collect()
            })
            .unwrap_or_default();
        assert_eq!(theirs.map_err(|error| error.to_string()), Ok(ours));
    }
}
