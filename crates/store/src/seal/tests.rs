use super::*;

const KEY_A: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const KEY_B: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

fn ring(text: &str) -> Result<KeyRing, StoreError> {
    KeyRing::from_key_file(text, Arc::new(|bytes: &mut [u8]| bytes.fill(9)))
}

fn reason(text: &str) -> (usize, &'static str) {
    match ring(text) {
        Err(StoreError::KeyFile { line, reason }) => (line, reason),
        _ => panic!("accepted"),
    }
}

#[test]
fn what_is_sealed_opens_for_its_row_only() {
    let ring = ring(&format!("a {KEY_A}")).unwrap();
    let sealed = ring.seal("tokens", "t1", b"secret").unwrap();
    assert_eq!(
        ring.open("tokens", "t1", &sealed).unwrap().as_slice(),
        b"secret"
    );
    assert!(ring.open("tokens", "t2", &sealed).is_err());
    assert!(ring.open("token", "st1", &sealed).is_err());
    for index in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[index] ^= 1;
        assert!(ring.open("tokens", "t1", &changed).is_err(), "byte {index}");
        assert!(ring.open("tokens", "t1", &sealed[..index]).is_err());
    }
}

#[test]
fn older_keys_still_open_and_the_first_seals() {
    let old = ring(&format!("a {KEY_A}")).unwrap();
    let new = ring(&format!("# rotated\n\nb {KEY_B}\na {KEY_A}\n")).unwrap();
    let sealed = old.seal("t", "r", b"x").unwrap();
    assert!(new.open("t", "r", &sealed).is_ok());
    let resealed = new.seal("t", "r", b"x").unwrap();
    assert!(
        matches!(old.open("t", "r", &resealed), Err(StoreError::WrongKey { key_id }) if key_id == "b")
    );
}

#[test]
fn faults_of_a_key_file_name_the_line() {
    assert_eq!(reason("# nothing").0, 0);
    assert_eq!(reason("\nonly-an-id").0, 2);
    assert_eq!(reason("a not/base64!").0, 1);
    assert_eq!(reason("a AAAA"), (1, "the key is not 32 bytes long"));
    assert_eq!(reason(&format!("a {KEY_A}\na {KEY_B}")).0, 2);
    assert_eq!(reason(&format!("a/b {KEY_A}")).0, 1);
}
