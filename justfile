# A developer's day. Every recipe is a plain command that works without just.

# Run the demo: portal, mailbox and clock on http://127.0.0.1:8080
run *args:
    cargo run --release -p warifu -- demo {{ args }}

# All tests, as CI runs them (installs PostgreSQL, Chromium, … if missing)
test:
    scripts/test

# Everything but the browser
quick:
    scripts/test quick

# One crate's tests: just t app races
t crate *filter:
    cargo test -p warifu-{{ crate }} {{ filter }}

# Formatting and lints, mended where that is safe
lint:
    cargo fmt --all
    cargo clippy --workspace --all-targets -- -D warnings

# Licences, bans, sources of dependencies (needs cargo-deny)
deny:
    cargo deny check licenses bans sources

# The browser's tests alone
e2e:
    cargo build -p warifu
    e2e/run "${CARGO_TARGET_DIR:-target}/debug/warifu"

# Kill and restart the real binary under load: just kill 200
kill cycles="200":
    WARIFU_KILL_CYCLES={{ cycles }} cargo test --release -p warifu kill -- --nocapture

# Speed, as ratios measured side by side
bench *args:
    cargo run --release -p warifu-bench -- {{ args }}

# A shell on the demo's database
db:
    sqlite3 warifu-demo/warifu.db
