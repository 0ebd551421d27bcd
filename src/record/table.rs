//! Tables of numbers as text: `.csv` and `.txt`, as `numpy.savetxt` and spreadsheets write them.

use std::path::Path;

use super::{Array, MAX_VALUES, RecordError};

/// Reads rows of numbers from text that is called `name` in messages: one row a line, its numbers parted by commas,
/// semicolons, tabs or blanks. A `#` begins a comment, empty lines are none, and the first line may name the columns. A
/// table of one column is a vector, as for `numpy.loadtxt`.
///
/// # Errors
/// Names the line and what is wrong with it: an entry that is no number, or another count of numbers than before.
pub fn table_from_bytes(bytes: &[u8], name: impl AsRef<Path>) -> Result<Array, RecordError> {
    let path = name.as_ref();
    let broken = |why: String| RecordError::Format {
        path: path.to_path_buf(),
        expected: "a table of numbers",
        why,
        hint: "write it with numpy.savetxt(path, a, delimiter=\",\"), or of a data frame with to_csv(path, index=False)",
    };
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
    if data.len() as u64 > MAX_VALUES {
        return Err(RecordError::TooLarge {
            path: path.to_path_buf(),
            what: format!("a table of {rows} × {columns}"),
            limit: format!("{MAX_VALUES} values (2 GiB)"),
        });
    }
    let shape = match columns {
        1 => vec![rows],
        _ => vec![rows, columns],
    };
    Ok(Array { shape, data })
}

/// The entries of a line. Where there is a comma, a semicolon or a tab, blanks part nothing; one at the end of a line
/// parts nothing either.
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
