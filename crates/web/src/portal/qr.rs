//! QR codes as views draw them.

use qrcode::{Color, EcLevel, QrCode};

use crate::views::token::Qr;

/// The code of a text; `None` if it doesn't fit into one.
pub(super) fn qr(text: &str) -> Option<Qr> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let size = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (y, row) in colors.chunks(size).enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, c)| **c == Color::Dark) {
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    Some(Qr { size, path })
}

#[cfg(test)]
mod tests {
    use super::qr;

    #[test]
    fn a_code_has_its_finder_patterns() {
        let code = qr("https://bank.example/app/#t=abc").unwrap();
        assert_eq!(code.size % 4, 1, "17 + 4 × version");
        let last = code.size - 7;
        for corner in [
            "M0 0h".to_owned(),
            format!("M{last} 0h"),
            format!("M0 {last}h"),
        ] {
            assert!(code.path.contains(&corner), "{corner}");
        }
    }

    #[test]
    fn what_is_too_long_has_none() {
        assert!(qr(&"x".repeat(2_953)).is_some());
        assert!(qr(&"x".repeat(2_954)).is_none());
    }
}
