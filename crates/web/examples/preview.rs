//! Writes every page in every state and both languages to a directory, to be looked at in a browser:
//! `cargo run -p warifu-web --example preview -- DIR`, then serve DIR with any file server.

use std::path::Path;
use std::{env, fs, io};

use warifu_web::texts::Locale;

#[path = "../tests/web/samples/mod.rs"]
mod samples;

fn main() -> io::Result<()> {
    let directory = env::args()
        .nth(1)
        .ok_or_else(|| io::Error::other("usage: preview DIR"))?;
    let directory = Path::new(&directory);
    let assets = directory.join("assets");
    fs::create_dir_all(&assets)?;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets"))? {
        let entry = entry?;
        fs::copy(entry.path(), assets.join(entry.file_name()))?;
    }
    for locale in [Locale::Ja, Locale::En] {
        for sample in samples::all(locale) {
            let html = sample.html.map_err(io::Error::other)?;
            fs::write(
                directory.join(format!("{}.{}.html", sample.name, locale.tag())),
                html,
            )?;
        }
    }
    Ok(())
}
