//! Dense memories that classify (Krotov & Hopfield 2016): one update of the units of the classes, with the picture held.
//!
//! All units of the classes begin at −1. Each is asked what the energy falls by when it alone turns to +1, and answers
//!
//! ```text
//! z_c = (E(all −1) − E(c at +1))/Tⁿ        y_c = tanh z_c        loss Σ_c |t_c − y_c|^{2m}
//! ```
//!
//! with n the order of the memory's potential: T is an overlap, about 0.7 times the number of pixels. Targets are ±1. The derivative by the
//! memories is `Σ_c w_c (∂E/∂θ(all −1) − ∂E/∂θ(c at +1))/Tⁿ`, `w = ∂loss/∂z`.

use super::classifier::Classifier;
use super::rule::{in_parts, largest, targets};
use super::{Examples, Found, Lesson, Rule, Score};
use crate::lagrangian::{Segment, Values};
use crate::network::Network;
use crate::refusal::Refusal;

/// A temperature that may change with the epochs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ramp {
    /// That of the first epoch.
    pub from: f64,
    /// That from epoch `epochs` on.
    pub to: f64,
    /// In how many epochs it goes there, by the same difference in each.
    pub epochs: usize,
}

impl Ramp {
    /// In this epoch, from 0.
    pub fn at(&self, epoch: usize) -> f64 {
        match epoch < self.epochs {
            true => self.from + (self.to - self.from) * epoch as f64 / self.epochs as f64,
            false => self.to,
        }
    }
}

/// Learning of a dense memory that classifies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DenseMemory {
    /// T.
    pub temperature: Ramp,
    /// m, above 0: the loss is the power 2m of what is wrong.
    pub power: u32,
}

impl DenseMemory {
    /// What rows say, without the derivative unless it is asked for; and z of every row and class.
    fn one(
        &self,
        lesson: &Lesson<'_>,
        rows: &[usize],
        (layer, scale): (usize, f64),
        learns: bool,
    ) -> (Found, Vec<f64>) {
        let mut found = Found::default();
        let network = lesson.network;
        let asked = Classifier {
            network,
            layer,
            scale,
        }
        .ask(&lesson.starts(rows, learns));
        let each = asked.each;
        let mut by = vec![0.0; rows.len() * each];
        let z = asked.z.chunks_exact(each - 1);
        for (b, (r, z)) in rows.iter().zip(z).enumerate() {
            let wanted = lesson.examples.wanted(network, *r);
            for (c, (t, z)) in wanted.iter().zip(z).enumerate() {
                let (down, up) = (b * each, b * each + 1 + c);
                let (y, m) = (z.tanh(), self.power as i32);
                let wrong = t - y;
                found.loss += wrong.powi(2 * m);
                // 1 − y² without cancellation.
                let slope = 1.0 / (z.cosh() * z.cosh());
                let w = -2.0 * f64::from(m) * wrong.powi(2 * m - 1) * slope;
                // add_gradient is of −∂E/∂θ.
                by[up] = scale * w;
                by[down] -= scale * w;
            }
        }
        if learns {
            found.gradient = vec![0.0; lesson.parameters.count()];
            let gradient = &mut found.gradient;
            lesson
                .parameters
                .add_gradient(network, &asked.g, &by, gradient);
        }
        (found, asked.z)
    }

    /// The layer of the classes, and T^−n.
    fn asked(&self, lesson: &Lesson<'_>) -> Result<(usize, f64), Refusal> {
        let scale = self
            .temperature
            .at(lesson.epoch)
            .powf(-order(lesson.network)?);
        Ok((targets(lesson.examples)?, scale))
    }
}

impl Rule for DenseMemory {
    fn check(&self, network: &Network, examples: &Examples) -> Result<(), Refusal> {
        let layer = targets(examples)?;
        order(network)?;
        for t in [self.temperature.from, self.temperature.to] {
            if !(t > 0.0 && t.is_finite()) {
                let why = format!("must be finite and above 0, it is {t}");
                return Err(
                    Refusal::new("temperature", why).help("about 0.7 times the number of pixels")
                );
            }
        }
        if !(1..=1000).contains(&self.power) {
            let why = format!("must be from 1 to 1000, it is {}", self.power);
            return Err(Refusal::new("power", why));
        }
        let joined = network
            .connections()
            .iter()
            .all(|c| [examples.layer, layer].iter().all(|l| c.layers.contains(l)));
        if !joined {
            let why =
                "has a memory that does not join the layer of the data and that of the classes";
            return Err(Refusal::new("the network", why));
        }
        let name = &network.layers()[layer].name;
        let spins = |s: &Segment| s.lagrangian.values() == Values::Two([-1.0, 1.0]);
        if !network.layers()[layer]
            .lagrangian
            .segments()
            .iter()
            .all(spins)
        {
            let why = "has no units of ±1, of which each is asked what turning it costs";
            return Err(Refusal::new(format!("layer `{name}`"), why).help("lagrangian = \"sign\""));
        }
        let rows = examples.targets.iter().flat_map(|t| &t.rows);
        match rows.copied().find(|t| t.abs() != 1.0) {
            Some(t) => Err(
                Refusal::new("targets", format!("must be −1 or 1, one is {t}"))
                    .help("coded = [-1, 1]"),
            ),
            None => Ok(()),
        }
    }

    fn learn(&mut self, lesson: &Lesson<'_>, rows: &[usize]) -> Result<Found, Refusal> {
        let asked = self.asked(lesson)?;
        let mut sum = Found {
            gradient: vec![0.0; lesson.parameters.count()],
            ..Found::default()
        };
        for (_, (found, _)) in in_parts(rows, |rows| self.one(lesson, rows, asked, true)) {
            sum.add(found);
        }
        Ok(sum)
    }

    fn is_bounded(&self) -> bool {
        true
    }

    fn score(&self, lesson: &Lesson<'_>, rows: &[usize]) -> Result<Score, Refusal> {
        let asked = self.asked(lesson)?;
        let classes = lesson.network.layers()[asked.0].size();
        let targets = lesson.examples.targets.as_ref();
        let known = targets.and_then(|t| t.classes.as_ref());
        let (mut loss, mut right) = (0.0, 0);
        for (rows, (found, z)) in in_parts(rows, |rows| self.one(lesson, rows, asked, false)) {
            loss += found.loss;
            for (z, r) in z.chunks_exact(classes).zip(rows) {
                right += usize::from(known.is_some_and(|c| Some(c[*r]) == largest(z)));
            }
        }
        let count = rows.len().max(1) as f64;
        Ok(Score {
            loss: loss / count,
            right: known.map(|_| right as f64 / count),
        })
    }
}

/// n: the order of the one synapse.
fn order(network: &Network) -> Result<f64, Refusal> {
    let orders = network.connections().iter().map(|c| {
        let unbounded = vec![true; c.layers.len()];
        c.synapse.order(&unbounded)
    });
    match orders.collect::<Vec<_>>()[..] {
        [n] if n.is_finite() && n > 0.0 => Ok(n),
        [_] => Err(Refusal::new(
            "the network",
            "has a potential of no finite order, as an exponential: Tⁿ has no meaning there",
        )
        .help("potential = { kind = \"repu\", n = 3 }")),
        _ => Err(Refusal::new(
            "the network",
            "must have one synapse, the memory of pictures and classes together",
        )),
    }
}
