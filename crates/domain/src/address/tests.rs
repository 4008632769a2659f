use jiff::SignedDuration;

use super::*;
use crate::fixtures::{ADDRESS, now, person, profile, profile_with};

const MICROSECOND: SignedDuration = SignedDuration::from_micros(1);

fn unregistered() -> Person {
    Person {
        otp_mail: None,
        ..person()
    }
}

#[test]
fn an_address_is_folded_and_its_domain_lowered() {
    assert_eq!(
        parse_address("Taro@Example.CO.JP"),
        Ok("Taro@example.co.jp".into())
    );
    assert_eq!(
        parse_address("　ｔａｒｏ＠ｅｘａｍｐｌｅ．ｃｏ．ｊｐ "),
        Ok("taro@example.co.jp".into())
    );
    assert_eq!(
        parse_address("a.b+c_d-e@x-y.example.jp"),
        Ok("a.b+c_d-e@x-y.example.jp".into())
    );
    let longest_local = format!("{}@example.jp", "a".repeat(64));
    assert_eq!(parse_address(&longest_local), Ok(longest_local.clone()));
}

#[test]
fn what_is_no_address_is_refused() {
    let long_local = format!("{}@example.jp", "a".repeat(65));
    let long_label = format!("a@{}.jp", "b".repeat(64));
    let long = format!("a@{}jp", "bcdefghij.".repeat(26));
    let flood = "a".repeat(100_000);
    for typed in [
        "",
        "taro",
        "@example.jp",
        "taro@",
        "taro@example",
        "taro@@example.jp",
        "a@b@example.jp",
        "taro@exa mple.jp",
        "ta ro@example.jp",
        "taro@.jp",
        "taro@example..jp",
        "taro@example.jp.",
        "taro@-example.jp",
        "taro@example-.jp",
        "taro@ex_ample.jp",
        "太郎@example.jp",
        "taro@例え.jp",
        "taro@example.jp\r\nBcc: eve@example.jp",
        "taro\r\n@example.jp",
        "<taro@example.jp>",
        "taro@example.jp,eve@example.jp",
        "\"taro\"@example.jp",
        long_local.as_str(),
        long_label.as_str(),
        long.as_str(),
        flood.as_str(),
    ] {
        assert_eq!(
            parse_address(typed),
            Err(Refusal::AddressMalformed),
            "{typed}"
        );
    }
}

#[test]
fn free_mail_is_found_in_any_case_and_below_any_subdomain() {
    let policy = profile().mail_otp;
    for free in [
        "a@gmail.com",
        "a@GMAIL.com",
        "a@mx.gmail.com",
        "a@a.b.yahoo.co.jp",
    ] {
        assert!(is_free_mail(&policy, free), "{free}");
    }
    for company in [
        "a@notgmail.com",
        "a@gmail.com.example.jp",
        "gmail.com@example.jp",
        "a@co.jp",
    ] {
        assert!(!is_free_mail(&policy, company), "{company}");
    }
    let capitals = profile_with("\"gmail.com\"", "\"GMail.com\"").mail_otp;
    assert!(is_free_mail(&capitals, "a@gmail.com"));
}

#[test]
fn a_free_mail_address_is_refused_warned_or_not() {
    let policy = profile().mail_otp;
    for warned in [false, true] {
        let check = |address| check_otp_address(&policy, &unregistered(), address, warned);
        assert_eq!(check("taro@gmail.com"), Err(Refusal::FreeMail));
        assert_eq!(check("taro@example.co.jp"), Ok(()));
    }
}

#[test]
fn where_the_profile_only_warns_a_warned_person_may_go_on() {
    let policy = profile_with("free_mail = \"refuse\"", "free_mail = \"warn\"").mail_otp;
    let check = |warned| check_otp_address(&policy, &unregistered(), "taro@gmail.com", warned);
    assert_eq!(check(false), Err(Refusal::FreeMail));
    assert_eq!(check(true), Ok(()));
}

#[test]
fn the_registered_address_is_refused_as_unchanged() {
    let policy = profile().mail_otp;
    assert_eq!(
        check_otp_address(&policy, &person(), ADDRESS, true),
        Err(Refusal::AddressUnchanged)
    );
    assert_eq!(
        check_otp_address(&policy, &person(), "other@example.co.jp", false),
        Ok(())
    );
}

#[test]
fn a_first_registration_starts_no_hold() {
    let mut person = unregistered();
    let old = apply_proven_address(&mut person, AddressPurpose::Otp, ADDRESS, now());
    assert_eq!(old, None);
    assert_eq!(person.otp_mail.as_deref(), Some(ADDRESS));
    assert_eq!(hold_until(&profile().mail_otp, &person), None);
    assert_eq!(
        refuse_during_hold(&profile().mail_otp, &person, now()),
        Ok(())
    );
}

#[test]
fn a_change_starts_a_hold_of_24_hours_that_ends_to_the_microsecond() {
    let mut person = person();
    let old = apply_proven_address(&mut person, AddressPurpose::Otp, "new@example.co.jp", now());
    assert_eq!(old.as_deref(), Some(ADDRESS));
    let until = now() + SignedDuration::from_hours(24);
    let check = |at| refuse_during_hold(&profile().mail_otp, &person, at);
    assert_eq!(hold_until(&profile().mail_otp, &person), Some(until));
    assert_eq!(check(now()), Err(Refusal::AddressHold { until }));
    assert_eq!(
        check(until - MICROSECOND),
        Err(Refusal::AddressHold { until })
    );
    assert_eq!(check(until), Ok(()));
}

#[test]
fn a_second_change_starts_the_hold_anew() {
    let mut person = person();
    apply_proven_address(&mut person, AddressPurpose::Otp, "new@example.co.jp", now());
    let later = now() + SignedDuration::from_hours(23);
    apply_proven_address(&mut person, AddressPurpose::Otp, ADDRESS, later);
    let until = later + SignedDuration::from_hours(24);
    assert_eq!(hold_until(&profile().mail_otp, &person), Some(until));
}

#[test]
fn a_clock_set_back_does_not_end_the_hold() {
    let mut person = person();
    apply_proven_address(&mut person, AddressPurpose::Otp, "new@example.co.jp", now());
    let earlier = now() - SignedDuration::from_hours(48);
    assert!(refuse_during_hold(&profile().mail_otp, &person, earlier).is_err());
}

#[test]
fn the_notice_address_is_another_one_and_starts_no_hold() {
    let mut person = person();
    let change = |person: &mut Person, address| {
        apply_proven_address(person, AddressPurpose::Notice, address, now())
    };
    assert_eq!(change(&mut person, "a@example.co.jp"), None);
    assert_eq!(
        change(&mut person, "b@example.co.jp").as_deref(),
        Some("a@example.co.jp")
    );
    assert_eq!(person.notice_mail.as_deref(), Some("b@example.co.jp"));
    assert_eq!(person.otp_mail.as_deref(), Some(ADDRESS));
    assert_eq!(person.otp_mail_changed_at, None);
}

#[test]
fn purposes_are_found_by_their_names_only() {
    for purpose in [AddressPurpose::Otp, AddressPurpose::Notice] {
        assert_eq!(AddressPurpose::parse(purpose.name()), Some(purpose));
    }
    assert_eq!(AddressPurpose::parse("OTP"), None);
}
