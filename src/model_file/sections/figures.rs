//! `[[figures]]`.

use super::layers::named;
use super::style;
use crate::analysis::{Plane, Space};
use crate::model_file::keys::FIGURE;
use crate::model_file::{Diagnostics, Field, Span, Table};
use crate::monitor::Mode;
use crate::network::Network;
use crate::number::plural;
use crate::study::{Drawing, PatternPicture, Picture, PlanePicture, Recall};
use crate::style::Style;
use crate::synapse::Energy;

/// What figures are read against.
pub(super) struct Figures<'a> {
    pub network: &'a Network,
    pub recall: Option<&'a Recall>,
    /// Is there a [recall] table that was not understood?
    pub recall_lost: bool,
    pub lyapunov: Mode,
    /// The style of all figures of the model.
    pub style: &'a Style,
    pub diagnostics: &'a Diagnostics,
}

impl Figures<'_> {
    /// The figures that are named; without any, the energy, and the patterns where recall is asked of a picture. What cannot
    /// be drawn unasked is a remark.
    pub fn read(&self, field: &Field<'_>, remarks: &mut Vec<String>) -> Vec<Drawing> {
        if let Some(why) = self.no_energy().filter(|_| self.lyapunov != Mode::Off) {
            remarks.push(format!(
                "there is no figure of the energy, nor any array of it: {why}"
            ));
        }
        if field.is_present() {
            let tables = field.sections(&FIGURE);
            return tables.filter_map(|table| self.one(table)).collect();
        }
        let unasked = |picture| Drawing {
            picture,
            style: self.style.clone(),
            title: None,
            subtitle: None,
        };
        let mut pictures = Vec::new();
        // Whoever does not look at the energy wants no figure of it.
        if self.no_energy().is_none() && self.lyapunov != Mode::Off {
            pictures.push(unasked(Picture::Energy));
        }
        let shape = self.own_shape().map(default_patterns);
        pictures.extend(shape.map(Picture::Patterns).map(unasked));
        pictures
    }

    /// Why the network has no energy, if it has none.
    fn no_energy(&self) -> Option<String> {
        let mut all = self.network.connections().iter().enumerate();
        all.find_map(|(k, c)| match c.synapse.energy() {
            Energy::None(why) => Some(format!(
                "synapse {k} ({}) has none, {why}",
                c.synapse.describe()
            )),
            _ => None,
        })
    }

    fn one(&self, mut table: Table<'_>) -> Option<Drawing> {
        let kind = table.required("kind").word(&Picture::WORDS);
        let span = table.span();
        let Some(kind) = kind else {
            drop(table);
            return None;
        };
        table.rename(&format!("the figure `{}`", kind.value));
        let (mut style, title, subtitle) = style::own(&mut table, self.style);
        let at = kind.span.clone();
        let picture = match kind.value {
            "energy" => self.with_energy("energy", at).map(|()| Picture::Energy),
            "monitor" => self.watched(at).map(|()| Picture::Monitor),
            "terms" => self.with_energy("terms", at).map(|()| Picture::Terms),
            "connectivity" => Some(Picture::Connectivity),
            "activity" => self.layers(&table.key("layers")).map(Picture::Activity),
            "patterns" => self.patterns(&mut table, span).map(Picture::Patterns),
            "overlap" => self.needs_recall("overlap", span).map(|_| Picture::Overlap),
            "gain" => self.gain(&table.key("layer"), at).map(Picture::Gain),
            "phase" => self.plane(&mut table).map(Picture::Phase),
            "landscape" => {
                let energy = self.with_energy("landscape", at);
                let plane = self.plane(&mut table);
                energy.and(plane).map(Picture::Landscape)
            }
            "panels" => self.plane(&mut table).map(Picture::Panels),
            // A word of the list that nothing here reads is a mistake of the program.
            other => {
                let message = format!("figures of kind \"{other}\" cannot be read yet");
                self.diagnostics.error(at, message);
                None
            }
        };
        match &picture {
            // The ends of a plane are its own: what lies beyond is not even evaluated.
            Some(Picture::Phase(_) | Picture::Landscape(_) | Picture::Panels(_)) => {}
            Some(Picture::Patterns(_) | Picture::Connectivity) | None => {}
            Some(_) => {
                style.x = style::ends(&table.key("x"));
                style.y = style::ends(&table.key("y"));
            }
        }
        table.finish();
        Some(Drawing {
            picture: picture?,
            style,
            title,
            subtitle,
        })
    }

    /// Nothing if the network has an energy, or else why the figure cannot be drawn.
    fn with_energy(&self, what: &str, span: Span) -> Option<()> {
        let Some(why) = self.no_energy() else {
            return Some(());
        };
        self.diagnostics
            .error(
                span,
                format!(
                    "a figure of kind \"{what}\" shows the energy, and this network has none: {why}"
                ),
            )
            .help("kinds \"activity\" and \"phase\" need no energy");
        None
    }

    fn watched(&self, span: Span) -> Option<()> {
        self.with_energy("monitor", span.clone())?;
        if self.lyapunov != Mode::Off {
            return Some(());
        }
        self.diagnostics
            .error(
                span,
                "a figure of the monitor needs the monitor, and lyapunov = \"off\"",
            )
            .help("solve.lyapunov = \"record\" watches and changes nothing");
        None
    }

    /// A layer whose neurons have a gain each.
    fn gain(&self, field: &Field<'_>, span: Span) -> Option<usize> {
        let k = self.layer(field)?;
        let layer = &self.network.layers()[k];
        let mut segments = layer.lagrangian.segments().iter();
        if segments.any(|s| s.lagrangian.is_additive()) {
            return Some(k);
        }
        let (name, lagrangian) = (&layer.name, &layer.lagrangian);
        self.diagnostics.error(
            span,
            format!("layer `{name}` has no gain to be drawn: {lagrangian} joins its neurons, no activation depends on one state alone"),
        );
        None
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
        let space = table.key("space");
        let typed = space.word(&["activation", "state"]).map(|w| w.value);
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
        let neurons = pair.map(|k| range.start + k);
        let ends = |field: &Field<'_>| match field.is_present() {
            true => style::ends(field).map(Some),
            false => Some(None),
        };
        let ends = [ends(&x)?, ends(&y)?];
        let ends = ends.map(|e| e.map(|e| (e, false)));
        let made = |space| {
            let own = [0, 1].map(|k| ends[k].unwrap_or_else(|| self.natural(neurons[k], space)));
            let plane = Plane {
                neurons,
                space,
                x: own[0].0,
                y: own[1].0,
                points,
            };
            (plane, [own[0].1, own[1].1])
        };
        let (mut plane, mut fitted) = made(match typed {
            Some("state") => Space::State,
            _ => Space::Activation,
        });
        if let Err(why) = plane.check(self.network) {
            if typed.is_some() {
                let place = space.span().or(table.span());
                self.diagnostics.error(place, why);
                return None;
            }
            // Nobody asked for activations, and these are no coordinates.
            (plane, fitted) = made(Space::State);
        }
        Some(PlanePicture {
            plane,
            levels: levels.unwrap_or_default(),
            fitted,
        })
    }

    /// The ends of an axis that nobody named, and whether they are to fit what there is to see: the range of a bounded
    /// activation says it all.
    fn natural(&self, neuron: usize, space: Space) -> ([f64; 2], bool) {
        let (name, k) = self.network.locate(neuron);
        let layer = self.network.layer(name).map(|l| &self.network.layers()[l]);
        let segment = layer.and_then(|l| {
            let mut segments = l.lagrangian.segments().iter();
            segments.find(|s| (s.start..s.start + s.len).contains(&k))
        });
        let range = segment.map(|s| s.lagrangian.range());
        match (space, range) {
            (Space::Activation, Some(range)) if range.is_bounded() => {
                ([range.low, range.high], false)
            }
            (Space::Activation, Some(range)) => ([range.low.max(-2.0), range.high.min(2.0)], true),
            _ => ([-2.0, 2.0], true),
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
