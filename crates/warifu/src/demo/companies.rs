//! The demo's customers and their people, as data.

use warifu_domain::contract::Limits;
use warifu_domain::person::Role;

/// A customer.
pub struct Company {
    /// Contract number.
    pub id: &'static str,
    /// Name as shown.
    pub name: &'static str,
    /// 口座名義.
    pub holder: &'static str,
    /// Of its mail addresses.
    pub domain: &'static str,
    /// Account and first balance in yen; the first is 代表口座.
    pub accounts: &'static [(&'static str, i64)],
    /// OPS-5.
    pub limits: Limits,
    /// Its people, the administrator first.
    pub people: &'static [Someone],
}

/// All of them.
pub const COMPANIES: [Company; 3] = [
    Company {
        id: "1000000001",
        name: "株式会社みなと商事",
        holder: "ｶ)ﾐﾅﾄｼﾖｳｼﾞ",
        domain: "minato-shoji.example",
        accounts: &[("001-1234567", 50_000_000), ("002-2345678", 8_000_000)],
        limits: Limits {
            per_transfer_yen: Some(10_000_000),
            per_day_yen: None,
        },
        people: &[
            administrator("港 花子"),
            user("keiri01", "山田 太郎"),
            master("keiri02", "佐藤 次郎"),
            user("keiri03", "鈴木 三郎"),
            newcomer("shinjin", "田中 四季"),
        ],
    },
    Company {
        id: "1000000002",
        name: "有限会社かもめ運送",
        holder: "ﾕ)ｶﾓﾒｳﾝｿｳ",
        domain: "kamome-unso.example",
        accounts: &[("010-3456789", 3_000_000)],
        limits: Limits {
            per_transfer_yen: Some(1_000_000),
            per_day_yen: Some(2_000_000),
        },
        people: &[
            administrator("鴎 一郎"),
            master("jimu01", "高橋 五月"),
            newcomer("jimu02", "伊藤 六花"),
        ],
    },
    Company {
        id: "1000000003",
        name: "医療法人さくら会",
        holder: "ｲ)ｻｸﾗｶｲ",
        domain: "sakura-kai.example",
        accounts: &[("001-4567890", 120_000_000), ("001-4567891", 0)],
        limits: Limits {
            per_transfer_yen: None,
            per_day_yen: None,
        },
        people: &[
            administrator("桜井 七海"),
            user("shiharai", "渡辺 八重"),
            master("kaikei", "中村 九郎"),
        ],
    },
];

/// A person of a company.
pub struct Someone {
    /// Absent for the administrator.
    pub user: Option<&'static str>,
    /// Name as shown.
    pub name: &'static str,
    /// What they are.
    pub role: Role,
    /// Whether they have an OTP address and a token; a newcomer has neither.
    pub equipped: bool,
}

const fn administrator(name: &'static str) -> Someone {
    Someone {
        user: None,
        name,
        role: Role::Administrator,
        equipped: true,
    }
}

const fn master(user: &'static str, name: &'static str) -> Someone {
    Someone {
        user: Some(user),
        name,
        role: Role::Master,
        equipped: true,
    }
}

const fn user(user: &'static str, name: &'static str) -> Someone {
    Someone {
        user: Some(user),
        name,
        role: Role::General,
        equipped: true,
    }
}

const fn newcomer(user: &'static str, name: &'static str) -> Someone {
    Someone {
        user: Some(user),
        name,
        role: Role::General,
        equipped: false,
    }
}
