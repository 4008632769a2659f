//! Unbiased small integers from random bytes.

use zeroize::Zeroizing;

/// A number drawn uniformly from `0..bound`, or 0 when `bound` is 0.
///
/// Draws that would favour the low numbers are thrown away, so the expected number of calls to
/// `random` is below two; a source that repeats one rejected draw for ever never returns.
pub(crate) fn below(bound: u32, random: &mut impl FnMut(&mut [u8])) -> u32 {
    // 2^32 mod bound: the draws below it are the surplus that would make the low numbers likelier.
    let Some(surplus) = bound.wrapping_neg().checked_rem(bound) else {
        return 0;
    };
    let mut bytes = Zeroizing::new([0_u8; 4]);
    loop {
        random(bytes.as_mut_slice());
        let draw = u32::from_be_bytes(*bytes);
        if draw >= surplus {
            return draw % bound;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that hands out the given numbers in order.
    fn source(draws: &[u32]) -> impl FnMut(&mut [u8]) {
        let mut draws = draws.iter();
        move |bytes| bytes.copy_from_slice(&draws.next().expect("a draw is left").to_be_bytes())
    }

    #[test]
    fn surplus_draws_are_thrown_away() {
        // 2^32 mod 10 = 6, so 0..=5 are refused and 6 is the first draw kept.
        assert_eq!(below(10, &mut source(&[0, 5, 6])), 6);
        assert_eq!(below(10, &mut source(&[u32::MAX])), 5);
    }

    #[test]
    fn powers_of_two_keep_every_draw() {
        assert_eq!(below(16, &mut source(&[0])), 0);
        assert_eq!(below(1, &mut source(&[7])), 0);
    }

    #[test]
    fn an_empty_range_asks_for_nothing() {
        assert_eq!(below(0, &mut source(&[])), 0);
    }
}
