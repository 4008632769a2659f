use super::*;

fn event() -> AuditEvent {
    AuditEvent {
        chain: "c1".to_owned(),
        at_micros: 1,
        kind: "logon",
        person_id: Some("p".to_owned()),
        origin: "web".to_owned(),
        data: "{}".to_owned(),
    }
}

fn hash(event: &AuditEvent) -> Digest32 {
    Head::genesis("c1").after(&Fields::from(event)).hash
}

#[test]
fn every_field_changes_the_hash() {
    let base = hash(&event());
    let edits: [fn(&mut AuditEvent); 7] = [
        |e| e.chain = "c2".to_owned(),
        |e| e.at_micros = 2,
        |e| e.kind = "logoff",
        |e| e.person_id = None,
        |e| e.person_id = Some(String::new()),
        |e| e.origin = "api".to_owned(),
        |e| e.data = "{ }".to_owned(),
    ];
    for edit in edits {
        let mut changed = event();
        edit(&mut changed);
        assert_ne!(hash(&changed), base);
    }
}

#[test]
fn moving_text_between_fields_changes_the_hash() {
    let mut one = event();
    one.origin = "ab".to_owned();
    one.data = "c".to_owned();
    let mut other = event();
    other.origin = "a".to_owned();
    other.data = "bc".to_owned();
    assert_ne!(hash(&one), hash(&other));
}

#[test]
fn events_of_a_chain_are_numbered_and_linked() {
    let mut heads = Heads::default();
    heads.know("c1", Head::genesis("c1"));
    let first = heads.append(&event()).unwrap();
    let second = heads.append(&event()).unwrap();
    assert_eq!((first.seq, second.seq), (1, 2));
    assert_ne!(first.hash, second.hash);
    assert_eq!(heads.moved().count(), 1);
}

#[test]
fn an_unknown_chain_is_not_linked() {
    assert!(Heads::default().append(&event()).is_none());
}

#[test]
fn a_head_needs_the_mac_of_its_chain_number_and_hash() {
    let key = AuditKey::new(&[7; 32]);
    let head = Head::genesis("c1").after(&Fields::from(&event()));
    let mac = key.mac("c1", &head).unwrap();
    assert!(key.fits("c1", &head, &mac).unwrap());
    assert!(!key.fits("c2", &head, &mac).unwrap());
    assert!(!key.fits("c1", &Head { seq: 2, ..head }, &mac).unwrap());
    assert!(!AuditKey::new(&[8; 32]).fits("c1", &head, &mac).unwrap());
    let other = Head {
        hash: [0; 32],
        ..head
    };
    assert!(!key.fits("c1", &other, &mac).unwrap());
    let stored = StoredHead {
        seq: 1,
        hash: &[0; 32],
        mac: &mac,
    };
    assert!(trusted(&key, "c1", &stored).is_err());
}
