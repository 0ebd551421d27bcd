//! What is learnt from: rows of activations of a layer, and what is wanted of another at each.

use std::borrow::Cow;

use super::Masks;
use crate::lagrangian::Values;
use crate::network::{Layer, Network};
use crate::pattern::Drawer;
use crate::pattern::random::Stream;
use crate::refusal::Refusal;

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Shifts.place();

/// Examples, one a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Examples {
    /// The layer that is held at them.
    pub layer: usize,
    /// Its states, one row after the other.
    pub rows: Vec<f64>,
    /// What is wanted at each; none where only the layer itself is learnt.
    pub targets: Option<Targets>,
    /// Which patches are masked, and to be filled in, where the layer is seen as pictures: then the rows are pictures.
    pub masked: Option<Masks>,
    /// Pictures are moved by so many pixels at most, drawn anew for each epoch; what comes in from outside has the least value of the picture.
    pub shift: usize,
}

/// What is wanted of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Targets {
    /// The layer.
    pub layer: usize,
    /// Its activations, one row after the other.
    pub rows: Vec<f64>,
    /// The class of each row, where rows stand for classes.
    pub classes: Option<Vec<usize>>,
}

impl Examples {
    /// Examples for a layer.
    ///
    /// # Errors
    /// Rows that are not of its size or not finite, units that flip at none of their values, targets that are not as many or not of the
    /// size of theirs, one layer for both; masks without pictures, pictures without masks, or with targets beside them.
    pub fn check(&self, network: &Network) -> Result<(), Refusal> {
        let (own, size) = (&network.layers()[self.layer], self.size(network));
        self.check_masks(own)?;
        let fits = |what: &str, layer: &Layer, rows: &[f64], n: usize| {
            if rows.is_empty() || !rows.len().is_multiple_of(n) {
                let each = match layer.patches {
                    Some(_) => "pixels of a picture",
                    None => "neurons",
                };
                let why = format!(
                    "has {} numbers, which are no rows of the {n} {each} of layer `{}`",
                    rows.len(),
                    layer.name
                );
                return Err(Refusal::new(what, why));
            }
            match rows.iter().position(|v| !v.is_finite()) {
                Some(k) => Err(Refusal::new(
                    what,
                    format!("is not finite at row {}, column {}", k / n, k % n),
                )),
                None => Ok(()),
            }
        };
        fits("data", own, &self.rows, size)?;
        let states = own.patches.is_none();
        for s in own.lagrangian.segments().iter().filter(|_| states) {
            let Values::Two(values) = s.lagrangian.values() else {
                continue;
            };
            for (r, row) in self.rows.chunks_exact(size).enumerate() {
                let wrong = row[s.start..s.start + s.len]
                    .iter()
                    .find(|v| !values.contains(v));
                if let Some(v) = wrong {
                    let [a, b] = values;
                    let why = format!(
                        "has {v} in row {r}: units of layer `{}` are {a} or {b}",
                        own.name
                    );
                    return Err(Refusal::new("data", why));
                }
            }
        }
        if self.shift > 0 && self.shape(network).len() < 2 {
            let why = format!(
                "moves pictures, and layer `{}` has no height and width",
                own.name
            );
            let help = "its size may be a shape, size = [8, 8]";
            return Err(Refusal::new("shift", why).help(help));
        }
        let Some(targets) = &self.targets else {
            return Ok(());
        };
        if targets.layer == self.layer {
            let why = format!(
                "is the layer of the data, `{}`: what is held there cannot be wanted as well",
                own.name
            );
            return Err(Refusal::new("target", why));
        }
        let layer = &network.layers()[targets.layer];
        let wanted = layer.size();
        fits("targets", layer, &targets.rows, wanted)?;
        let (a, b) = (self.count(network), targets.rows.len() / wanted);
        if a != b {
            let why = format!("are {b}, the data has {a} rows: each needs one");
            return Err(Refusal::new("targets", why));
        }
        Ok(())
    }

    /// Masks and pictures need each other, and need nothing else.
    fn check_masks(&self, own: &Layer) -> Result<(), Refusal> {
        let name = &own.name;
        match (&own.patches, &self.masked) {
            (None, None) => Ok(()),
            (None, Some(_)) => {
                let why = format!("masks patches of pictures, and layer `{name}` has none");
                Err(Refusal::new("masked", why).help(format!(
                    "[layers.{name}.patches] says how its tokens are seen as pictures"
                )))
            }
            (Some(_), None) => {
                let why = format!(
                    "is not said: layer `{name}` is seen as pictures, and learns to fill in what is masked of them"
                );
                Err(Refusal::new("masked", why).help("masked = 8 masks so many patches of each"))
            }
            (Some(patches), Some(masks)) => {
                masks.check(patches.tokens())?;
                match &self.targets {
                    Some(_) => {
                        let why = "are given beside `masked`: what is wanted of a picture is what is masked of it";
                        Err(Refusal::new("targets", why).help("leave out `target` and `targets`"))
                    }
                    None => Ok(()),
                }
            }
        }
    }

    /// The shape of a row: that of the layer, or of its pictures.
    fn shape<'n>(&self, network: &'n Network) -> Cow<'n, [usize]> {
        let own = &network.layers()[self.layer];
        match &own.patches {
            Some(patches) => Cow::Owned(patches.picture().to_vec()),
            None => Cow::Borrowed(&own.shape),
        }
    }

    fn size(&self, network: &Network) -> usize {
        self.shape(network).iter().product()
    }

    /// How many there are.
    pub fn count(&self, network: &Network) -> usize {
        self.rows.len() / self.size(network).max(1)
    }

    /// The states of row `r`, moved as draw `draw` of the seed says; as it is without a draw.
    pub fn row(&self, network: &Network, r: usize, draw: Option<(u64, usize)>) -> Vec<f64> {
        let n = self.size(network);
        let own = &self.rows[r * n..(r + 1) * n];
        let shape = self.shape(network);
        let (Some((seed, draw)), [.., h, w], 1..) = (draw, &shape[..], self.shift) else {
            return own.to_vec();
        };
        let most = self.shift as f64;
        let by = Stream::of(seed, OWN, r, draw).uniform(2, -most, most + 1.0);
        let [down, right] = [by[0].floor() as isize, by[1].floor() as isize];
        let least = own.iter().fold(f64::INFINITY, |a, b| a.min(*b));
        let from = |k: usize, by: isize, n: usize| k.checked_add_signed(-by).filter(|k| *k < n);
        let moved = (0..n).map(|k| {
            let (picture, y, x) = (k / (h * w), k / w % h, k % w);
            match (from(y, down, *h), from(x, right, *w)) {
                (Some(y), Some(x)) => own[picture * h * w + y * w + x],
                _ => least,
            }
        });
        moved.collect()
    }
}

impl Examples {
    /// What is wanted at row `r`; nothing where there are no targets.
    pub fn wanted(&self, network: &Network, r: usize) -> &[f64] {
        self.targets.as_ref().map_or(&[], |t| t.row(network, r))
    }
}

impl Targets {
    /// Rows that stand for classes, numbered from 0: the neuron of the class is `on`, the others `off`.
    ///
    /// # Errors
    /// A number that is no class of the layer.
    pub fn of_classes(
        network: &Network,
        layer: usize,
        classes: &[f64],
        [off, on]: [f64; 2],
    ) -> Result<Self, Refusal> {
        let n = network.layers()[layer].size();
        let mut numbers = Vec::with_capacity(classes.len());
        for (r, c) in classes.iter().enumerate() {
            if c.fract() != 0.0 || !(0.0..n as f64).contains(c) {
                let name = &network.layers()[layer].name;
                let why = format!(
                    "has {c} in row {r}: layer `{name}` has the classes 0 to {}",
                    n - 1
                );
                return Err(Refusal::new("targets", why));
            }
            numbers.push(*c as usize);
        }
        let row = |c: usize| (0..n).map(move |k| if k == c { on } else { off });
        Ok(Targets {
            layer,
            rows: numbers.iter().flat_map(|c| row(*c)).collect(),
            classes: Some(numbers),
        })
    }

    /// What is wanted at row `r`.
    pub fn row(&self, network: &Network, r: usize) -> &[f64] {
        let n = network.layers()[self.layer].size();
        &self.rows[r * n..(r + 1) * n]
    }
}
