use proptest::prelude::*;

use super::*;

/// The hash of the PIN 1234 of RFC 6287 appendix C.
const PIN_DIGEST: [u8; 20] = [
    0x71, 0x10, 0xed, 0xa4, 0xd0, 0x9e, 0x06, 0x2a, 0xa5, 0xe4, 0xa3, 0x90, 0xb0, 0xa5, 0x72, 0xac,
    0x0d, 0x2c, 0x02, 0x20,
];
/// The minute of RFC 6287 appendix C: 2008-03-25 12:06 UTC.
const STEP: u64 = 0x132d0b6;

/// The standard keys of RFC 6287 appendix C: 20, 32 or 64 bytes.
fn key(suite: &Suite) -> OtpKey {
    let text = "1234567890".repeat(7);
    OtpKey::from_bytes(&text.as_bytes()[..digest_bytes(suite.algorithm())]).unwrap()
}

/// Checks one block of appendix C; PIN and time go in where the suite names them.
fn check(suite: &str, vectors: &[(Option<u64>, &str, &str)]) {
    let suite = Suite::parse(suite).unwrap();
    for (counter, question, expected) in vectors {
        let inputs = Inputs {
            counter: *counter,
            question,
            pin_digest: suite.pin_hash().map(|_| PIN_DIGEST.as_slice()),
            session: None,
            step: suite.step_secs().map(|_| STEP),
        };
        let code = ocra(&key(&suite), &suite, &inputs).unwrap();
        assert_eq!(code.expose(), *expected, "{} {question}", suite.text());
    }
}

#[test]
fn the_one_way_vectors_of_rfc_6287_appendix_c_1() {
    check(
        "OCRA-1:HOTP-SHA1-6:QN08",
        &[
            (None, "00000000", "237653"),
            (None, "11111111", "243178"),
            (None, "22222222", "653583"),
            (None, "33333333", "740991"),
            (None, "44444444", "608993"),
            (None, "55555555", "388898"),
            (None, "66666666", "816933"),
            (None, "77777777", "224598"),
            (None, "88888888", "750600"),
            (None, "99999999", "294470"),
        ],
    );
    check(
        "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1",
        &[
            (Some(0), "12345678", "65347737"),
            (Some(1), "12345678", "86775851"),
            (Some(2), "12345678", "78192410"),
            (Some(3), "12345678", "71565254"),
            (Some(4), "12345678", "10104329"),
            (Some(5), "12345678", "65983500"),
            (Some(6), "12345678", "70069104"),
            (Some(7), "12345678", "91771096"),
            (Some(8), "12345678", "75011558"),
            (Some(9), "12345678", "08522129"),
        ],
    );
    check(
        "OCRA-1:HOTP-SHA256-8:QN08-PSHA1",
        &[
            (None, "00000000", "83238735"),
            (None, "11111111", "01501458"),
            (None, "22222222", "17957585"),
            (None, "33333333", "86776967"),
            (None, "44444444", "86807031"),
        ],
    );
    check(
        "OCRA-1:HOTP-SHA512-8:C-QN08",
        &[
            (Some(0), "00000000", "07016083"),
            (Some(1), "11111111", "63947962"),
            (Some(2), "22222222", "70123924"),
            (Some(3), "33333333", "25341727"),
            (Some(4), "44444444", "33203315"),
            (Some(5), "55555555", "34205738"),
            (Some(6), "66666666", "44343969"),
            (Some(7), "77777777", "51946085"),
            (Some(8), "88888888", "20403879"),
            (Some(9), "99999999", "31409299"),
        ],
    );
    check(
        "OCRA-1:HOTP-SHA512-8:QN08-T1M",
        &[
            (None, "00000000", "95209754"),
            (None, "11111111", "55907591"),
            (None, "22222222", "22048402"),
            (None, "33333333", "24218844"),
            (None, "44444444", "36209546"),
        ],
    );
}

#[test]
fn the_mutual_vectors_of_rfc_6287_appendix_c_2() {
    check(
        "OCRA-1:HOTP-SHA256-8:QA08",
        &[
            (None, "CLI22220SRV11110", "28247970"),
            (None, "CLI22221SRV11111", "01984843"),
            (None, "CLI22222SRV11112", "65387857"),
            (None, "CLI22223SRV11113", "03351211"),
            (None, "CLI22224SRV11114", "83412541"),
            (None, "SRV11110CLI22220", "15510767"),
            (None, "SRV11111CLI22221", "90175646"),
            (None, "SRV11112CLI22222", "33777207"),
            (None, "SRV11113CLI22223", "95285278"),
            (None, "SRV11114CLI22224", "28934924"),
        ],
    );
    check(
        "OCRA-1:HOTP-SHA512-8:QA08",
        &[
            (None, "CLI22220SRV11110", "79496648"),
            (None, "CLI22221SRV11111", "76831980"),
            (None, "CLI22222SRV11112", "12250499"),
            (None, "CLI22223SRV11113", "90856481"),
            (None, "CLI22224SRV11114", "12761449"),
        ],
    );
    check(
        "OCRA-1:HOTP-SHA512-8:QA08-PSHA1",
        &[
            (None, "SRV11110CLI22220", "18806276"),
            (None, "SRV11111CLI22221", "70020315"),
            (None, "SRV11112CLI22222", "01600026"),
            (None, "SRV11113CLI22223", "18951020"),
            (None, "SRV11114CLI22224", "32528969"),
        ],
    );
}

#[test]
fn the_signature_vectors_of_rfc_6287_appendix_c_3() {
    check(
        "OCRA-1:HOTP-SHA256-8:QA08",
        &[
            (None, "SIG10000", "53095496"),
            (None, "SIG11000", "04110475"),
            (None, "SIG12000", "31331128"),
            (None, "SIG13000", "76028668"),
            (None, "SIG14000", "46554205"),
        ],
    );
    check(
        "OCRA-1:HOTP-SHA512-8:QA10-T1M",
        &[
            (None, "SIG1000000", "77537423"),
            (None, "SIG1100000", "31970405"),
            (None, "SIG1200000", "10235557"),
            (None, "SIG1300000", "95213541"),
            (None, "SIG1400000", "65360607"),
        ],
    );
}

#[test]
fn suites_that_are_refused() {
    let cases = [
        ("", SuiteError::Shape),
        ("OCRA-1:HOTP-SHA1-6", SuiteError::Shape),
        ("OCRA-1:HOTP-SHA1-6:QN08:", SuiteError::Shape),
        ("OCRA-2:HOTP-SHA1-6:QN08", SuiteError::Version),
        ("OCRA-1:TOTP-SHA1-6:QN08", SuiteError::Function),
        ("OCRA-1:HOTP-SHA1:QN08", SuiteError::Function),
        ("OCRA-1:HOTP-MD5-6:QN08", SuiteError::Function),
        ("OCRA-1:HOTP-sha1-6:QN08", SuiteError::Function),
        ("OCRA-1:HOTP-SHA1-0:QN08", SuiteError::Digits),
        ("OCRA-1:HOTP-SHA1-10:QN08", SuiteError::Digits),
        ("OCRA-1:HOTP-SHA1-+6:QN08", SuiteError::Digits),
        ("OCRA-1:HOTP-SHA1-6:", SuiteError::Question),
        ("OCRA-1:HOTP-SHA1-6:C-", SuiteError::Question),
        ("OCRA-1:HOTP-SHA1-6:QX08", SuiteError::Question),
        ("OCRA-1:HOTP-SHA1-6:QN03", SuiteError::Question),
        ("OCRA-1:HOTP-SHA1-6:QN65", SuiteError::Question),
        ("OCRA-1:HOTP-SHA1-6:QN8", SuiteError::Question),
        ("OCRA-1:HOTP-SHA1-6:QN08-", SuiteError::Input),
        ("OCRA-1:HOTP-SHA1-6:QN08-PMD5", SuiteError::Input),
        ("OCRA-1:HOTP-SHA1-6:QN08-S64", SuiteError::Input),
        ("OCRA-1:HOTP-SHA1-6:QN08-S000", SuiteError::Input),
        ("OCRA-1:HOTP-SHA1-6:QN08-S513", SuiteError::Input),
        ("OCRA-1:HOTP-SHA1-6:QN08-T", SuiteError::Input),
        ("OCRA-1:HOTP-SHA1-6:QN08-T0S", SuiteError::Input),
        ("OCRA-1:HOTP-SHA1-6:QN08-T60M", SuiteError::Input),
        ("OCRA-1:HOTP-SHA1-6:QN08-T49H", SuiteError::Input),
        ("OCRA-1:HOTP-SHA1-6:QN08-T01M", SuiteError::Input),
        ("OCRA-1:HOTP-SHA1-6:QN08-T1分", SuiteError::Input),
        ("OCRA-1:HOTP-SHA1-6:QN08-T1M-S064", SuiteError::Input),
        ("OCRA-1:HOTP-SHA1-6:QN08-T1M-T1M", SuiteError::Input),
    ];
    for (text, error) in cases {
        assert_eq!(Suite::parse(text), Err(error), "{text}");
    }
}

#[test]
fn every_part_of_a_suite_is_read() {
    let suite = Suite::parse("OCRA-1:HOTP-SHA256-7:C-QH40-PSHA512-S064-T48H").unwrap();
    assert_eq!(suite.algorithm(), Algorithm::Sha256);
    assert_eq!(suite.digits(), Digits::Seven);
    assert!(suite.has_counter());
    assert_eq!(suite.question_format(), QuestionFormat::Hexadecimal);
    assert_eq!(suite.question_chars_max(), 40);
    assert_eq!(suite.pin_hash(), Some(Algorithm::Sha512));
    assert_eq!(suite.session_bytes(), Some(64));
    assert_eq!(suite.step_secs(), Some(48 * 3600));
}

#[test]
fn inputs_must_be_those_of_the_suite() {
    let suite = Suite::parse("OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1-S064-T1M").unwrap();
    let whole = Inputs {
        counter: Some(1),
        question: "12345678",
        pin_digest: Some(&PIN_DIGEST),
        session: Some(b"session"),
        step: Some(STEP),
    };
    let refusal = |inputs: Inputs<'_>| ocra(&key(&suite), &suite, &inputs).err();
    assert_eq!(refusal(whole), None);
    let without = [
        Inputs {
            counter: None,
            ..whole
        },
        Inputs {
            pin_digest: None,
            ..whole
        },
        Inputs {
            session: None,
            ..whole
        },
        Inputs {
            step: None,
            ..whole
        },
    ];
    for inputs in without {
        assert_eq!(refusal(inputs), Some(InputError::OtherParts));
    }
    let bare = Suite::parse("OCRA-1:HOTP-SHA256-8:QN08").unwrap();
    let too_much = ocra(&key(&bare), &bare, &whole).err();
    assert_eq!(too_much, Some(InputError::OtherParts));
    for question in ["", "12345678901234567", "1234567a", "１２３４"] {
        let inputs = Inputs { question, ..whole };
        assert_eq!(refusal(inputs), Some(InputError::Question), "{question}");
    }
    let pin_digest = Some([0_u8; 32].as_slice());
    let inputs = Inputs {
        pin_digest,
        ..whole
    };
    assert_eq!(refusal(inputs), Some(InputError::PinDigest));
    let session = Some([0_u8; 65].as_slice());
    let inputs = Inputs { session, ..whole };
    assert_eq!(refusal(inputs), Some(InputError::Session));
}

/// The reference code of RFC 6287 appendix A fills session data up on the left.
#[test]
fn session_data_is_filled_up_on_the_left() {
    let suite = Suite::parse("OCRA-1:HOTP-SHA1-6:QN08-S064").unwrap();
    let with = |session: &[u8]| {
        let inputs = Inputs {
            question: "12345678",
            session: Some(session),
            ..Inputs::default()
        };
        ocra(&key(&suite), &suite, &inputs)
            .unwrap()
            .expose()
            .to_owned()
    };
    let mut padded = [0; 64];
    padded[61..].copy_from_slice(b"abc");
    assert_eq!(with(b"abc"), with(&padded));
    assert_ne!(with(b"abc"), with(b"abd"));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

proptest! {
    #[test]
    fn a_transaction_code_is_the_code_of_its_suite(digest in any::<[u8; 32]>(), step in any::<u64>()) {
        let suite = Suite::parse(TRANSACTION_SUITE).unwrap();
        let question = hex(&digest);
        let inputs = Inputs { question: &question, step: Some(step), ..Inputs::default() };
        let expected = ocra(&key(&suite), &suite, &inputs).unwrap();
        let actual = transaction_code(&key(&suite), &digest, step);
        prop_assert_eq!(actual.expose(), expected.expose());
    }

    #[test]
    fn whatever_is_parsed_never_panics(text in "\\PC{0,70}", tail in "[-A-Z0-9]{0,30}") {
        let _ = Suite::parse(&text);
        let _ = Suite::parse(&format!("OCRA-1:HOTP-SHA1-6:{tail}"));
    }

    #[test]
    fn decimal_questions_become_hexadecimal(number in any::<u128>()) {
        let nibbles = nibbles_of_decimal(&number.to_string()).unwrap();
        let text: String = nibbles.iter().map(|nibble| format!("{nibble:x}")).collect();
        let expected = if number == 0 { String::new() } else { format!("{number:x}") };
        prop_assert_eq!(text, expected);
    }
}

/// A changed digest or another minute gives another code. Fixed values: two random codes are the
/// same once in 10^8.
#[test]
fn a_transaction_code_is_bound_to_digest_and_minute() {
    let key = OtpKey::from_bytes(b"12345678901234567890123456789012").unwrap();
    let code = |digest: [u8; 32], step| transaction_code(&key, &digest, step).expose().to_owned();
    let base = code([1; 32], STEP);
    let mut changed = [1; 32];
    changed[31] ^= 1;
    assert_ne!(code(changed, STEP), base);
    assert_ne!(code([1; 32], STEP + 1), base);
    // Python: hmac.new(key, suite + b"\0" + digest + bytes(96) + step.to_bytes(8, "big"), "sha256"),
    // truncated as in RFC 4226 §5.3.
    assert_eq!(base, "85238738");
}
