//! Rows of an ensemble are found again whatever ended the process, and those of something else are refused.

use std::fs;
use std::path::Path;

use attractor::record::{RecordError, Rows};
use serde_json::{Value, json};
use tempfile::tempdir;

/// Bytes before the first row, where the header is short.
const HEADER: usize = 4096;
/// A row of two words and its checksum.
const ROW: usize = 24;

/// The second word of each row, as far as the file goes.
fn found(rows: &mut Rows) -> Vec<Option<u64>> {
    let mut all = Vec::new();
    let read = rows.read(|k, row| {
        all.resize(k as usize, None);
        all.push(Some(row[1]));
        Ok::<_, RecordError>(())
    });
    read.unwrap();
    all
}

#[test]
fn rows_are_found_again_and_torn_ones_are_not() {
    let directory = tempdir().unwrap();
    let (path, of) = (directory.path().join("rows"), json!({ "model": "a" }));
    let mut rows = Rows::create(&path, 2, 5, &of).unwrap();
    rows.put(3, vec![7, 30]).unwrap();
    rows.put(0, vec![0, 0]).unwrap();
    rows.put(1, vec![7, 10]).unwrap();
    assert_eq!(found(&mut rows), [Some(0), Some(10), None, Some(30)]);
    drop(rows);
    // A bit of row 1, and the end of row 3.
    let mut bytes = fs::read(&path).unwrap();
    bytes[HEADER + ROW + 8] ^= 4;
    bytes.truncate(HEADER + 3 * ROW + 20);
    fs::write(&path, bytes).unwrap();
    let (mut rows, present) = Rows::open(&path, 2, 5, &of).unwrap();
    assert_eq!((present.count, present.torn), (1, 2));
    assert!(present.has(0) && !present.has(1) && !present.has(3));
    rows.put(1, vec![7, 11]).unwrap();
    assert_eq!(found(&mut rows), [Some(0), Some(11)]);
    // A whole row in another's place.
    drop(rows);
    let mut bytes = fs::read(&path).unwrap();
    bytes.resize(HEADER + 5 * ROW, 0);
    bytes.copy_within(HEADER + ROW..HEADER + 2 * ROW, HEADER + 4 * ROW);
    fs::write(&path, bytes).unwrap();
    let (_, present) = Rows::open(&path, 2, 5, &of).unwrap();
    assert!(present.has(1) && !present.has(4));
}

/// An ensemble that is interrupted early ends soon, however many rows are missing.
#[test]
fn rows_that_were_never_written_take_no_time() {
    let directory = tempdir().unwrap();
    let of = json!({ "model": "a" });
    let mut rows = Rows::create(&directory.path().join("rows"), 2, 1 << 40, &of).unwrap();
    rows.put(1, vec![7, 10]).unwrap();
    assert_eq!(found(&mut rows), [None, Some(10)]);
}

#[test]
fn rows_of_something_else_are_refused() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("rows");
    let of = |model: &str, overrides: Value| json!({ "model": model, "settings": overrides });
    let same = of("a", json!([]));
    let header = |count: u64, of: &Value| {
        let path = directory.path().join("other");
        drop(Rows::create(&path, 1, count, of).unwrap());
        let bytes = fs::read(&path).unwrap();
        fs::remove_file(path).unwrap();
        bytes
    };
    let refused = |of: &Value| Rows::open(&path, 1, 5, of).unwrap_err().to_string();
    drop(Rows::create(&path, 1, 5, &same).unwrap());
    let said = "not the same as then: model (then a, now c), settings (then none, now x=1 y=2);";
    assert!(refused(&of("c", json!(["x=1", "y=2"]))).contains(said));
    // A checksum says nothing to anybody.
    assert!(refused(&of(&"0".repeat(64), json!([]))).contains("not the same as then: model;"));
    assert!(Rows::open(&path, 1, 6, &same).is_err());
    assert!(Rows::create(&path, 1, 5, &same).is_err());
    for cut in [5, 100] {
        fs::write(&path, vec![b'x'; cut]).unwrap();
        refused(&same);
    }
    // A header of this very ensemble that was only begun has no rows after it.
    let count = |path: &Path| Rows::open(path, 1, 5, &same).unwrap().1.count;
    for cut in [0, 5, 100] {
        fs::write(&path, &header(5, &same)[..cut]).unwrap();
        assert_eq!(count(&path), 0);
        fs::write(&path, &header(6, &same)[..cut.max(100)]).unwrap();
        refused(&same);
    }
}
