//! Tables of numbers as text: `.csv` and `.txt`, as `numpy.savetxt` and spreadsheets write them.

use std::path::Path;

use super::{Array, Fault, MAX_VALUES, RecordError};

/// Reads rows of numbers from text that is called `name` in messages: one row a line, its numbers parted by commas,
/// semicolons, tabs or blanks. A `#` begins a comment, empty lines are none, and the first line may name the columns. A
/// table of one column is a vector, as for `numpy.loadtxt`.
///
/// # Errors
/// Names the line and what is wrong with it: an entry that is no number, or another count of numbers than before.
pub fn table_from_bytes(bytes: &[u8], name: impl AsRef<Path>) -> Result<Array, RecordError> {
    table(bytes, name.as_ref(), MAX_VALUES)
}

/// The same with so many numbers at most, which are counted before they are kept.
fn table(bytes: &[u8], path: &Path, most: u64) -> Result<Array, RecordError> {
    let hint = "write it with numpy.savetxt(path, a, delimiter=\",\"), or of a data frame with to_csv(path, index=False)";
    let broken = |why| RecordError::new(path, Fault::Format("a table of numbers", why), hint);
    let text = std::str::from_utf8(bytes).map_err(|_| broken("it is not UTF-8 text".into()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut data, mut rows, mut columns) = (Vec::new(), 0, 0);
    let mut is_first = true;
    for (line, text) in text.lines().enumerate() {
        let text = text.split('#').next().unwrap_or_default().trim();
        if text.is_empty() {
            continue;
        }
        let fields = fields(text);
        if std::mem::take(&mut is_first) && fields.iter().all(|f| names_a_column(f)) {
            continue;
        }
        let line = line + 1;
        if rows == 0 {
            columns = fields.len();
        } else if fields.len() != columns {
            let found = fields.len();
            return Err(broken(format!(
                "line {line} has {found} numbers, those before it have {columns}"
            )));
        }
        if (data.len() + fields.len()) as u64 > most {
            let read = data.len();
            let what =
                format!("a table that has {read} numbers before line {line} and {columns} in it");
            let limit = format!("{most} values (2 GiB)");
            return Err(RecordError::too_large(path, what, limit));
        }
        for (k, field) in fields.iter().enumerate() {
            let Ok(value) = field.parse::<f64>() else {
                return Err(broken(match *field {
                    "" => format!("entry {} of line {line} is empty", k + 1),
                    _ => format!("entry {} of line {line} is no number: {field:?}", k + 1),
                }));
            };
            data.push(value);
        }
        rows += 1;
    }
    if rows == 0 {
        return Err(broken("it has no numbers".into()));
    }
    let shape = match columns {
        1 => vec![rows],
        _ => vec![rows, columns],
    };
    Ok(Array { shape, data })
}

/// The entries of a line. Beside a comma, a semicolon or a tab, blanks part nothing, nor does one of these at the end.
fn fields(text: &str) -> Vec<&str> {
    match [';', '\t', ','].into_iter().find(|c| text.contains(*c)) {
        Some(mark) => {
            let text = text.strip_suffix(mark).unwrap_or(text);
            text.split(mark).map(unquoted).collect()
        }
        None => text.split_whitespace().map(unquoted).collect(),
    }
}

fn unquoted(field: &str) -> &str {
    let field = field.trim();
    let inner = field.strip_prefix('"').and_then(|f| f.strip_suffix('"'));
    inner.unwrap_or(field)
}

fn names_a_column(field: &str) -> bool {
    field.starts_with(|c: char| c.is_alphabetic() || c == '_') && field.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_refused_at_the_line_that_is_too_much_and_read_no_further() {
        let read = |most| table(b"1 2\n3 4\n5 6\n7 x\n", Path::new("t.txt"), most);
        // The line that is no number is not come to.
        let error = read(5).unwrap_err().to_string();
        let said = "a table that has 4 numbers before line 3 and 2 in it, more than the 5 values";
        assert!(error.contains(said), "{error}");
        assert!(read(8).unwrap_err().to_string().contains("line 4"));
        let array = table(b"1 2\n3 4\n", Path::new("t.txt"), 4).unwrap();
        assert_eq!(array.data, [1.0, 2.0, 3.0, 4.0]);
    }
}
