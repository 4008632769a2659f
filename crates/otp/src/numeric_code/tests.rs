use proptest::prelude::*;

use super::*;

fn parsed(input: &str) -> Result<String, CodeFormatError> {
    parse_code(input, Digits::Six).map(|code| code.expose().to_owned())
}

/// A small deterministic generator (SplitMix64), so that the uniformity test repeats exactly.
fn splitmix(mut state: u64) -> impl FnMut(&mut [u8]) {
    move |bytes| {
        for chunk in bytes.chunks_mut(8) {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut word = state;
            word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            word ^= word >> 31;
            chunk.copy_from_slice(&word.to_be_bytes()[..chunk.len()]);
        }
    }
}

#[test]
fn only_six_to_eight_digits_exist() {
    assert_eq!(Digits::from_count(5), None);
    assert_eq!(Digits::from_count(9), None);
    for count in 6..=8 {
        let digits = Digits::from_count(count).unwrap();
        assert_eq!(digits.count(), count);
        assert_eq!(digits.codes(), 10_u32.pow(u32::try_from(count).unwrap()));
    }
}

#[test]
fn leading_zeros_are_kept() {
    // 2^32 mod 10^6 = 967296, so this draw is kept and gives 42.
    let mut random = |bytes: &mut [u8]| bytes.copy_from_slice(&1_000_042_u32.to_be_bytes());
    assert_eq!(
        NumericCode::from_entropy(Digits::Six, &mut random).expose(),
        "000042"
    );
}

#[test]
fn every_digit_is_equally_likely_in_every_place() {
    const CODES: u32 = 20_000;
    let mut random = splitmix(1);
    let mut seen = [[0_u32; 10]; 6];
    for _ in 0..CODES {
        let code = NumericCode::from_entropy(Digits::Six, &mut random);
        for (place, digit) in code.expose().bytes().enumerate() {
            seen[place][usize::from(digit - b'0')] += 1;
        }
    }
    for counts in seen {
        let expected = f64::from(CODES) / 10.0;
        let chi_squared: f64 = counts
            .iter()
            .map(|&count| (f64::from(count) - expected).powi(2) / expected)
            .sum();
        // 9 degrees of freedom: a fair source exceeds 33.7 once in ten thousand.
        assert!(chi_squared < 33.7, "{counts:?} gives {chi_squared}");
    }
}

#[test]
fn typing_habits_are_forgiven() {
    for input in [
        "123456",
        "１２３４５６",
        "123 456",
        "123-456",
        " １２３　４５６ ",
        "123ー456",
        "1−2‐3456",
    ] {
        assert_eq!(parsed(input).as_deref(), Ok("123456"), "{input}");
    }
}

#[test]
fn other_characters_are_refused() {
    for input in [
        "12345a", "①23456", "123,456", "123456\n", "+123456", "١23456", "一23456",
    ] {
        assert_eq!(parsed(input), Err(CodeFormatError::NotADigit), "{input}");
    }
}

#[test]
fn other_lengths_are_refused() {
    for input in ["", "-- --", "12345", "1234567"] {
        assert_eq!(
            parsed(input),
            Err(CodeFormatError::WrongLength { expected: 6 }),
            "{input}"
        );
    }
}

#[test]
fn long_inputs_are_not_read() {
    assert_eq!(
        parsed(&"-".repeat(64)),
        Err(CodeFormatError::WrongLength { expected: 6 })
    );
    assert_eq!(parsed(&"-".repeat(65)), Err(CodeFormatError::InputTooLong));
}

proptest! {
    #[test]
    fn a_drawn_code_reads_back(seed: u64, count in 6_usize..=8) {
        let digits = Digits::from_count(count).unwrap();
        let code = NumericCode::from_entropy(digits, &mut splitmix(seed));
        prop_assert_eq!(code.expose().len(), count);
        let read = parse_code(code.expose(), digits).unwrap();
        prop_assert_eq!(read.expose(), code.expose());
    }

    #[test]
    fn whatever_is_read_is_digits(input in "\\PC{0,12}") {
        if let Ok(code) = parse_code(&input, Digits::Six) {
            prop_assert!(code.expose().len() == 6);
            prop_assert!(code.expose().bytes().all(|byte| byte.is_ascii_digit()));
        }
    }
}
