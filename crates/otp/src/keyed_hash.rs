//! HMAC (RFC 2104) with a key of any length over a hash chosen at run time.

use hmac::digest::Digest;
use hmac::digest::common::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use zeroize::{Zeroize, Zeroizing};

use crate::hotp::Algorithm;

/// The HMAC of `parts` joined.
pub(crate) fn hmac(algorithm: Algorithm, key: &[u8], parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    match algorithm {
        Algorithm::Sha1 => tag::<Sha1, Hmac<Sha1>>(key, parts),
        Algorithm::Sha256 => tag::<Sha256, Hmac<Sha256>>(key, parts),
        Algorithm::Sha512 => tag::<Sha512, Hmac<Sha512>>(key, parts),
    }
}

/// `M` must be the HMAC over `D`. Filling up the key block here (RFC 2104 §2) leaves no key length
/// that could be refused, so there is no error to hand on.
fn tag<D: Digest, M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let mut block = Key::<M>::default();
    if key.len() > block.len() {
        let mut digest = D::digest(key);
        fill(&mut block, &digest);
        digest.as_mut_slice().zeroize();
    } else {
        fill(&mut block, key);
    }
    let mut mac = <M as KeyInit>::new(&block);
    block.as_mut_slice().zeroize();
    for part in parts {
        mac.update(part);
    }
    Zeroizing::new(mac.finalize().into_bytes().to_vec())
}

fn fill(block: &mut [u8], key: &[u8]) {
    for (place, byte) in block.iter_mut().zip(key) {
        *place = *byte;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// RFC 4231 §4.3, test case 2; the SHA-1 line is RFC 2202 §3, test case 2.
    #[test]
    fn a_short_key() {
        let parts: [&[u8]; 2] = [b"what do ya want ", b"for nothing?"];
        assert_eq!(
            hex(&hmac(Algorithm::Sha1, b"Jefe", &parts)),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
        );
        assert_eq!(
            hex(&hmac(Algorithm::Sha256, b"Jefe", &parts)),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    /// RFC 4231 §4.7, test case 6: a key longer than any block.
    #[test]
    fn a_key_longer_than_the_block() {
        let parts: [&[u8]; 1] = [b"Test Using Larger Than Block-Size Key - Hash Key First"];
        assert_eq!(
            hex(&hmac(Algorithm::Sha256, &[0xaa; 131], &parts)),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
        assert_eq!(
            hex(&hmac(Algorithm::Sha512, &[0xaa; 131], &parts)),
            "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352\
             6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"
        );
    }
}
