//! Fingerprints of data, and data files of which the bytes that were used are the bytes that are told of.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::{Fault, RecordError};

/// The SHA-256 of some bytes in hexadecimal, as manifests give it.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn fingerprint(path: &Path) -> Result<(u64, String), RecordError> {
    let mut hash = Sha256::new();
    let size = File::open(path).and_then(|mut file| io::copy(&mut file, &mut hash));
    let size = size.map_err(RecordError::io("read", path))?;
    Ok((size, hex(&hash.finalize())))
}

/// Bytes of files that are kept for whoever asks again, all files together. What does not fit is read again.
const KEPT: usize = 1 << 26;

/// Data files as they were when each was read first. A model that is read many times, as a sweep does, sees one state of
/// its files: those that are kept are not read again, and a larger one that has changed is refused.
#[derive(Debug, Default)]
pub struct DataFiles {
    read: Mutex<Vec<DataFile>>,
}

#[derive(Debug)]
struct DataFile {
    /// Absolute, so that one file has one name.
    path: PathBuf,
    sha256: String,
    bytes: Option<Arc<[u8]>>,
}

impl DataFiles {
    /// Takes these bytes for the file of this path, which is not looked for.
    pub fn put(&self, path: &Path, bytes: Arc<[u8]>) {
        let place = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let mut all = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|file| file.path != place);
        all.push(DataFile {
            path: place,
            sha256: sha256_hex(&bytes),
            bytes: Some(bytes),
        });
    }

    /// The bytes of a regular file and their SHA-256.
    pub fn get(&self, path: &Path) -> Result<(Arc<[u8]>, String), RecordError> {
        let place = std::path::absolute(path).map_err(RecordError::io("read", path))?;
        let mut all = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let before = all.iter().find(|file| file.path == place);
        if let Some((bytes, file)) = before.and_then(|f| Some((f.bytes.clone()?, f))) {
            return Ok((bytes, file.sha256.clone()));
        }
        let bytes: Arc<[u8]> = whole(path)?.into();
        let sha256 = sha256_hex(&bytes);
        match before {
            Some(file) if file.sha256 != sha256 => {
                let hint = "leave data files alone while they are in use, and begin anew";
                return Err(RecordError::new(path, Fault::Changed, hint));
            }
            Some(_) => {}
            None => {
                let kept: usize = all.iter().flat_map(|f| &f.bytes).map(|b| b.len()).sum();
                all.push(DataFile {
                    path: place,
                    sha256: sha256.clone(),
                    bytes: (kept + bytes.len() <= KEPT).then(|| bytes.clone()),
                });
            }
        }
        Ok((bytes, sha256))
    }
}

/// All of a regular file (a named pipe would wait for ever).
pub(super) fn whole(path: &Path) -> Result<Vec<u8>, RecordError> {
    let meta = std::fs::metadata(path).map_err(RecordError::io("read", path))?;
    if !meta.is_file() {
        let what = Fault::Format("a file of data", "it is not a file".to_string());
        return Err(RecordError::new(path, what, "name a regular file"));
    }
    std::fs::read(path).map_err(RecordError::io("read", path))
}
