//! Places that arrays are for, and which shapes say what such a place needs.

use super::{axes_text, shape_text};

/// The place that an array is for.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub(super) what: String,
    pub(super) shape: Option<Vec<Option<usize>>>,
    /// The shape of the layer that the last axis runs over, if that is known.
    layer: Vec<usize>,
    /// May several stand here, one a row, if the file says so?
    begins: bool,
}

impl Place {
    /// `what` ("weights of `dense` from `features` (64) to `hidden` (100)") has just this shape.
    pub fn exact(what: impl Into<String>, shape: &[usize]) -> Self {
        Place::partly(what, shape.iter().copied().map(Some).collect())
    }

    /// A shape of which `None` leaves an axis free, as the number of patterns often is.
    pub fn partly(what: impl Into<String>, shape: Vec<Option<usize>>) -> Self {
        Place {
            what: what.into(),
            shape: Some(shape),
            layer: Vec::new(),
            begins: false,
        }
    }

    /// One number for each neuron of a layer of this shape: a vector, or an array of the layer's own shape.
    pub fn neurons(what: impl Into<String>, layer: &[usize]) -> Self {
        Place::exact(what, &[layer.iter().product()]).over(layer)
    }

    /// The same, the last axis running over a layer of this shape.
    pub fn over(self, layer: &[usize]) -> Self {
        Place {
            layer: layer.to_vec(),
            ..self
        }
    }

    /// The same where a layer begins.
    pub fn start(what: impl Into<String>, layer: &[usize]) -> Self {
        Place {
            begins: true,
            ..Place::neurons(what, layer)
        }
    }

    /// Rows, any number of them unless said, with one number each for every neuron of a layer of this shape.
    pub fn rows(what: impl Into<String>, count: Option<usize>, layer: &[usize]) -> Self {
        Place::partly(what, vec![count, Some(layer.iter().product())]).over(layer)
    }

    /// Rows, any number of them, each with as many numbers as this place has, where that is known.
    pub(super) fn of_rows(&self, what: &str, columns: Option<usize>) -> Self {
        Place::partly(what, vec![None, columns]).over(&self.layer)
    }

    /// Any shape.
    pub fn any(what: impl Into<String>) -> Self {
        Place {
            what: what.into(),
            shape: None,
            layer: Vec::new(),
            begins: false,
        }
    }

    /// The same shape under another name.
    pub(super) fn renamed(&self, what: String) -> Self {
        Place {
            what,
            ..self.clone()
        }
    }

    /// The shape, if it is known in full.
    pub fn known(&self) -> Option<Vec<usize>> {
        self.shape.as_ref()?.iter().copied().collect()
    }

    /// The shape that an array of shape `found` takes here, its numbers in the same order; none if it does not fit. Rows
    /// may be pictures, `N × 28 × 28` for 784 neurons, and a single row may stand without its axis; nothing is repeated.
    pub(super) fn fit(&self, found: &[usize]) -> Option<Vec<usize>> {
        let Some(wanted) = &self.shape else {
            return Some(found.to_vec());
        };
        let admits = |wanted: Option<usize>, n: usize| wanted.is_none_or(|w| w == n);
        match wanted[..] {
            [neurons] => {
                let n = product(found)?;
                let own = [squeezed(&[n]), squeezed(&self.layer)];
                let is_row = own.contains(&squeezed(found));
                (is_row && admits(neurons, n)).then(|| vec![n])
            }
            [rows, columns] => {
                let split = |at: usize| {
                    let (before, row) = found.split_at(at);
                    let shape = [product(before)?, product(row)?];
                    let fits = admits(rows, shape[0]) && admits(columns, shape[1]);
                    (fits && self.is_row(row)).then(|| shape.to_vec())
                };
                let places = match found.len() {
                    0 => 0..1,
                    // A vector is one row, unless there are as many rows as it has numbers.
                    1 => 0..2,
                    _ if rows.is_none() => 0..2,
                    2 => 0..2,
                    axes => 0..axes,
                };
                // The first axis counts the rows, if that can be.
                let mut places: Vec<usize> = places.collect();
                if places.len() > 1 && found.len() > 1 {
                    places.swap(0, 1);
                }
                places.into_iter().find_map(split)
            }
            _ => {
                let fits = wanted.len() == found.len()
                    && wanted.iter().zip(found).all(|(w, n)| admits(*w, *n));
                fits.then(|| found.to_vec())
            }
        }
    }

    /// May a row have this shape? One of several axes must be that of a layer that has several: another order of them
    /// would be another picture.
    fn is_row(&self, row: &[usize]) -> bool {
        let (row, layer) = (squeezed(row), squeezed(&self.layer));
        row.len() < 2 || layer.len() < 2 || row == layer
    }

    /// What to try if there are as many numbers as are needed, and only their axes are others.
    pub(super) fn advice(&self, found: &[usize]) -> Option<String> {
        let layer = shape_text(&self.layer);
        match self.shape.as_deref()? {
            [_] if self.begins_at_rows(found) => Some(
                "one start a row is { each = … } with this array in it: a trajectory from each"
                    .to_owned(),
            ),
            [n] if *n != product(found) => None,
            [_] if self.layer.len() < 2 => {
                Some("numpy's a.ravel() makes a vector of it".to_owned())
            }
            [_] => Some(format!(
                "its axes must be those of the layer, in the order {layer}"
            )),
            [_, _] if self.layer.len() >= 2 => {
                let any = Place {
                    layer: Vec::new(),
                    ..self.clone()
                };
                any.fit(found)?;
                Some(format!(
                    "a row is {layer}, as the layer; if each is turned round, numpy's a.swapaxes(-1, -2) turns it back"
                ))
            }
            _ => None,
        }
    }

    /// Is this the start of a layer, and are these several, one a row?
    fn begins_at_rows(&self, found: &[usize]) -> bool {
        let rows = Place::rows("", None, &self.layer);
        self.begins && rows.fit(found).is_some()
    }

    pub(super) fn text(&self) -> String {
        let axis = |n: &Option<usize>| n.map_or("any".to_owned(), |n| n.to_string());
        let mut axes: Vec<String> = self.shape.iter().flatten().map(axis).collect();
        let text = axes_text(&axes);
        if self.layer.len() < 2 {
            return text;
        }
        axes.pop();
        axes.extend(self.layer.iter().map(usize::to_string));
        format!("{text} or {}", axes_text(&axes))
    }
}

fn product(axes: &[usize]) -> Option<usize> {
    axes.iter().try_fold(1usize, |n, k| n.checked_mul(*k))
}

/// Without the axes of length 1, which say nothing of the order of the numbers.
fn squeezed(axes: &[usize]) -> Vec<usize> {
    axes.iter().copied().filter(|n| *n != 1).collect()
}
