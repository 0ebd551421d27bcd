//! Fingerprints of data.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::RecordError;

/// The SHA-256 of some bytes in hexadecimal, as manifests give it.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Size and SHA-256 of a file.
pub(super) fn fingerprint(path: &Path) -> Result<(u64, String), RecordError> {
    let run = || -> io::Result<(u64, String)> {
        let mut file = File::open(path)?;
        let (mut hash, mut size) = (Sha256::new(), 0);
        let mut buffer = vec![0; 1 << 16];
        loop {
            let n = file.read(&mut buffer)?;
            if n == 0 {
                return Ok((size, hex(&hash.finalize())));
            }
            hash.update(&buffer[..n]);
            size += n as u64;
        }
    };
    run().map_err(RecordError::io("read", path))
}
