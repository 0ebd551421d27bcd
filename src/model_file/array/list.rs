//! Nested lists of numbers as they stand in a model file.

use super::super::{Diagnostics, Spanned, Value};
use super::{Array, shape_text};

/// The array in a list, `None` if it is ragged or not made of finite numbers. Each list reports its first odd entry: one
/// missing comma should not give a hundred errors.
pub(super) fn read(items: &[Spanned<Value>], diagnostics: &Diagnostics) -> Option<Array> {
    let mut array = Array {
        shape: Vec::new(),
        data: Vec::new(),
    };
    array.shape = block(items, &mut array.data, diagnostics)?;
    Some(array)
}

/// Appends the numbers of a list and gives its shape.
fn block(
    items: &[Spanned<Value>],
    data: &mut Vec<f64>,
    diagnostics: &Diagnostics,
) -> Option<Vec<usize>> {
    let Some(first) = items.first() else {
        return Some(vec![0]);
    };
    let lists = matches!(first.value, Value::List(_));
    let mut inner: Option<Vec<usize>> = None;
    let mut sound = true;
    for (i, item) in items.iter().enumerate() {
        let shape = match (&item.value, lists) {
            (Value::List(row), true) => block(row, data, diagnostics),
            (Value::Integer(_) | Value::Float(_), false) => {
                data.push(number(item, diagnostics)?);
                Some(Vec::new())
            }
            _ => {
                odd(item, lists, diagnostics);
                return None;
            }
        };
        match (shape, &inner) {
            // The row has said what is wrong with it; the others may have something to say too.
            (None, _) => sound = false,
            (Some(shape), None) => inner = Some(shape),
            (Some(shape), Some(before)) if shape != *before => {
                return diagnostics
                    .error(item.span.clone(), "the rows of this list differ in shape")
                    .label(format!(
                        "entry {i} is {}, those before it {}",
                        shape_text(&shape),
                        shape_text(before)
                    ))
                    .none();
            }
            _ => {}
        }
    }
    if !sound {
        return None;
    }
    let mut shape = vec![items.len()];
    shape.extend(inner.unwrap_or_default());
    Some(shape)
}

fn number(item: &Spanned<Value>, diagnostics: &Diagnostics) -> Option<f64> {
    let x = item.value.as_number()?;
    if !x.is_finite() {
        let why = format!("the numbers of an array must be finite, this is {x}");
        return diagnostics.error(item.span.clone(), why).none();
    }
    Some(x)
}

fn odd(item: &Spanned<Value>, lists: bool, diagnostics: &Diagnostics) {
    let (found, others) = (item.value.kind(), if lists { "lists" } else { "numbers" });
    match &item.value {
        Value::Refused => return,
        Value::List(_) | Value::Integer(_) | Value::Float(_) => diagnostics
            .error(item.span.clone(), "a list may not mix numbers and lists")
            .label(format!("{found} among {others}")),
        _ => diagnostics.error(
            item.span.clone(),
            format!("an array is made of numbers, found {found}"),
        ),
    };
}
