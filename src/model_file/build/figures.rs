//! `[[figures]]`.

use super::layers::named;
use crate::analysis::{Plane, Space};
use crate::experiment::{PatternPicture, Picture, PlanePicture, Recall};
use crate::model_file::{Diagnostics, Field, Span, Table};
use crate::network::Network;
use crate::number::plural;

/// What figures are read against.
pub(super) struct Figures<'a> {
    pub network: &'a Network,
    pub recall: Option<&'a Recall>,
    /// Is there a [recall] table that was not understood?
    pub recall_lost: bool,
    pub diagnostics: &'a Diagnostics,
}

impl Figures<'_> {
    /// The figures that are named; without any, the energy, and the patterns where recall is asked of a picture.
    pub fn read(&self, field: &Field<'_>) -> Vec<Picture> {
        if field.is_present() {
            let tables = field.tables("a figure").into_iter();
            return tables.filter_map(|table| self.one(table)).collect();
        }
        let mut pictures = vec![Picture::Energy];
        pictures.extend(
            self.own_shape()
                .map(|shape| Picture::Patterns(default_patterns(shape))),
        );
        pictures
    }

    fn one(&self, mut table: Table<'_>) -> Option<Picture> {
        let kind = table.required("kind").word(&Picture::WORDS);
        let span = table.span();
        let Some(kind) = kind else {
            drop(table);
            return None;
        };
        table.rename(&format!("the figure `{}`", kind.value));
        let picture = match kind.value {
            "energy" => Some(Picture::Energy),
            "terms" => Some(Picture::Terms),
            "connectivity" => Some(Picture::Connectivity),
            "activity" => self.layers(&table.key("layers")).map(Picture::Activity),
            "patterns" => self.patterns(&mut table, span).map(Picture::Patterns),
            "overlap" => self.needs_recall("overlap", span).map(|_| Picture::Overlap),
            "gain" => self.layer(&table.key("layer")).map(Picture::Gain),
            "phase" => self.plane(&mut table).map(Picture::Phase),
            "landscape" => self.plane(&mut table).map(Picture::Landscape),
            "panels" => self.plane(&mut table).map(Picture::Panels),
            // A word of the list that nothing is made of yet.
            other => {
                self.diagnostics
                    .error(kind.span, format!("figures of {other} are not drawn"));
                None
            }
        };
        table.finish();
        picture
    }

    fn needs_recall(&self, what: &str, span: Option<Span>) -> Option<&Recall> {
        if self.recall.is_none() && !self.recall_lost {
            self.diagnostics
                .error(span, format!("a figure of {what} needs a [recall] table"));
        }
        self.recall
    }

    /// A layer by its name; the first if nothing is said.
    fn layer(&self, field: &Field<'_>) -> Option<usize> {
        if !field.is_present() {
            return Some(0);
        }
        named(field, self.network)
    }

    /// Layers by their names; all if nothing is said.
    fn layers(&self, field: &Field<'_>) -> Option<Vec<usize>> {
        if !field.is_present() {
            return Some((0..self.network.layers().len()).collect());
        }
        field.items()?.iter().map(|item| self.layer(item)).collect()
    }

    fn patterns(&self, table: &mut Table<'_>, span: Option<Span>) -> Option<PatternPicture> {
        let mut picture = default_patterns([0, 0]);
        let shape = table.key("shape");
        if let Some(times) = numbers(&table.key("times")) {
            picture.times = times;
        }
        if let Some(rows) = table.key("rows").whole(1..=100) {
            picture.rows = rows.value as usize;
        }
        let recall = self.needs_recall("patterns", span.clone())?;
        let typed: Option<Vec<usize>> =
            numbers(&shape).map(|s| s.iter().map(|n| *n as usize).collect());
        let wanted = match &typed {
            Some(typed) => pixels(typed),
            None => self.own_shape(),
        };
        let n = recall.memories.size;
        let Some(shape_found) = wanted.filter(|[h, w]| h.checked_mul(*w) == Some(n)) else {
            self.diagnostics
                .error(
                    shape.span().or(span),
                    format!(
                        "a pattern of {} needs a shape of {}",
                        plural(n, "neuron"),
                        plural(n, "pixel")
                    ),
                )
                .help("shape = [rows, columns]");
            return None;
        };
        picture.shape = shape_found;
        Some(picture)
    }

    /// `neurons`, `space`, `x`, `y`, `levels`, `points`.
    fn plane(&self, table: &mut Table<'_>) -> Option<PlanePicture> {
        let layer = self.layer(&table.key("layer"));
        let neurons = table.key("neurons");
        let space = table
            .key("space")
            .word(&["activation", "state"])
            .map_or("activation", |w| w.value);
        let (x, y) = (table.key("x"), table.key("y"));
        let levels = numbers(&table.key("levels"));
        let points = table
            .key("points")
            .whole(10..=1000)
            .map_or(161, |n| n.value as usize);
        let layer = layer?;
        let range = self.network.neurons(layer);
        let pair = match neurons.is_present() {
            false if range.len() >= 2 => [0, 1],
            false => {
                neurons.diagnostics().error(
                    table.span(),
                    "a plane needs a layer of at least two neurons",
                );
                return None;
            }
            true => {
                let items = neurons.items()?;
                let most = range.len().saturating_sub(1) as u64;
                let chosen: Option<Vec<_>> = items.iter().map(|i| i.whole(0..=most)).collect();
                match chosen?[..] {
                    [ref a, ref b] if a.value != b.value => [a.value as usize, b.value as usize],
                    _ => {
                        neurons.expected("two different neurons");
                        return None;
                    }
                }
            }
        };
        let space = if space == "state" {
            Space::State
        } else {
            Space::Activation
        };
        let ends = |field: &Field<'_>, neuron: usize| self.ends(field, space, layer, neuron);
        Some(PlanePicture {
            plane: Plane {
                neurons: pair.map(|k| range.start + k),
                space,
                x: ends(&x, pair[0])?,
                y: ends(&y, pair[1])?,
                points,
            },
            levels: levels.unwrap_or_default(),
        })
    }

    /// The ends of an axis; the range of the activation where nothing is said and it is bounded.
    fn ends(
        &self,
        field: &Field<'_>,
        space: Space,
        layer: usize,
        neuron: usize,
    ) -> Option<[f64; 2]> {
        if !field.is_present() {
            let mut segments = self.network.layers()[layer].lagrangian.segments().iter();
            let segment = segments.find(|s| (s.start..s.start + s.len).contains(&neuron))?;
            let range = segment.lagrangian.range();
            return Some(match space {
                Space::Activation if range.is_bounded() => [range.low, range.high],
                _ => [-2.0, 2.0],
            });
        }
        match numbers(field)?[..] {
            [low, high] if low < high => Some([low, high]),
            _ => {
                field.expected("the two ends of the axis, rising");
                None
            }
        }
    }

    fn own_shape(&self) -> Option<[usize; 2]> {
        pixels(&self.network.layers()[self.recall?.layer].shape)
    }
}

fn numbers(field: &Field<'_>) -> Option<Vec<f64>> {
    if !field.is_present() {
        return None;
    }
    field
        .items()?
        .iter()
        .map(|i| i.number().map(|n| n.value))
        .collect()
}

fn default_patterns(shape: [usize; 2]) -> PatternPicture {
    PatternPicture {
        shape,
        times: vec![0.5, 1.0, 2.0],
        rows: 10,
    }
}

/// Rows and columns of a layer's shape, a flat square one included.
fn pixels(shape: &[usize]) -> Option<[usize; 2]> {
    match *shape {
        [h, w] | [1, h, w] => Some([h, w]),
        [n] => {
            let side = (n as f64).sqrt().round() as usize;
            (side * side == n && side > 1).then_some([side, side])
        }
        _ => None,
    }
}
