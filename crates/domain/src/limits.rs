//! OPS-5: limits per transfer and per day, for contract and person.

use crate::content::Content;
use crate::contract::Limits;
use crate::refusal::Refusal;

/// What has left or is on its way today, in yen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UsedToday {
    /// From the contract.
    pub contract_yen: i64,
    /// By this person.
    pub person_yen: i64,
}

/// The limits in force for a person: the profile's, the contract's and the person's own.
#[derive(Clone, Copy, Debug)]
pub struct LimitsInForce {
    /// Of the profile, where the contract has none.
    pub profile_per_transfer_yen: i64,
    /// The contract's.
    pub contract: Limits,
    /// The person's.
    pub person: Limits,
}

impl LimitsInForce {
    /// Checks one content against all limits.
    ///
    /// # Errors
    /// [`Refusal::LimitExceeded`] with the limit that is passed first.
    pub fn check(&self, content: &Content, used: UsedToday) -> Result<(), Refusal> {
        let per_transfer = [
            Some(
                self.contract
                    .per_transfer_yen
                    .unwrap_or(self.profile_per_transfer_yen),
            ),
            self.person.per_transfer_yen,
        ];
        for limit_yen in per_transfer.into_iter().flatten() {
            if content.largest_yen() > limit_yen {
                return Err(Refusal::LimitExceeded {
                    limit_yen,
                    per_day: false,
                });
            }
        }
        let per_day = [
            (self.contract.per_day_yen, used.contract_yen),
            (self.person.per_day_yen, used.person_yen),
        ];
        for (limit, used_yen) in per_day {
            let after = used_yen.saturating_add(content.total_yen());
            if let Some(limit_yen) = limit
                && after > limit_yen
            {
                return Err(Refusal::LimitExceeded {
                    limit_yen,
                    per_day: true,
                });
            }
        }
        Ok(())
    }

    /// Whether any limit per day exists; without one nothing needs to be counted.
    #[must_use]
    pub fn count_days(&self) -> bool {
        self.contract.per_day_yen.is_some() || self.person.per_day_yen.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payment(amount: i64) -> Content {
        Content::TaxPayment {
            from_account: "001-1234567".into(),
            collector_number: "00200".into(),
            payment_number: "1".into(),
            payee_name: "X".into(),
            amount,
        }
    }

    #[test]
    fn each_limit_holds_at_its_edge_and_refuses_one_yen_more() {
        let limits = LimitsInForce {
            profile_per_transfer_yen: 1_000,
            contract: Limits {
                per_transfer_yen: Some(500),
                per_day_yen: Some(800),
            },
            person: Limits {
                per_transfer_yen: Some(400),
                per_day_yen: Some(700),
            },
        };
        let used = UsedToday {
            contract_yen: 300,
            person_yen: 300,
        };
        let refused = |limit_yen, per_day| Err(Refusal::LimitExceeded { limit_yen, per_day });
        assert_eq!(limits.check(&payment(400), used), Ok(()));
        assert_eq!(limits.check(&payment(401), used), refused(400, false));
        assert_eq!(limits.check(&payment(501), used), refused(500, false));
        let more = UsedToday {
            contract_yen: 300,
            person_yen: 301,
        };
        assert_eq!(limits.check(&payment(400), more), refused(700, true));
        let more = UsedToday {
            contract_yen: 401,
            person_yen: 0,
        };
        assert_eq!(limits.check(&payment(400), more), refused(800, true));
    }

    #[test]
    fn the_profile_limits_where_the_contract_does_not() {
        let limits = LimitsInForce {
            profile_per_transfer_yen: 1_000,
            contract: Limits::default(),
            person: Limits::default(),
        };
        assert_eq!(limits.check(&payment(1_000), UsedToday::default()), Ok(()));
        assert!(limits.check(&payment(1_001), UsedToday::default()).is_err());
        assert!(!limits.count_days());
    }
}
