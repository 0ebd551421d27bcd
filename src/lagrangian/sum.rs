//! A direct sum of Lagrangians over the neurons of one layer.

use std::fmt;
use std::sync::Arc;

use super::{Lagrangian, TermRows};
use crate::number::plural;
use crate::refusal::Refusal;

/// A run of neurons with one Lagrangian: any number of them if it is additive, else exactly one group.
#[derive(Clone, Debug)]
pub struct Segment {
    /// First neuron.
    pub start: usize,
    /// Number of neurons.
    pub len: usize,
    /// First unit: units are the neurons of additive segments and the groups of others, in order.
    pub unit: usize,
    /// Number of units.
    pub units: usize,
    /// What these neurons are.
    pub lagrangian: Arc<dyn Lagrangian>,
}

/// The Lagrangian of a whole layer, `L(x) = Σ_s L_s(x_s)` over disjoint segments: the same group repeated along the last
/// axis of the layer's shape, or `blocks` of several Lagrangians inside it.
#[derive(Clone, Debug)]
pub struct DirectSum {
    segments: Vec<Segment>,
    size: usize,
    units: usize,
}

impl DirectSum {
    /// One Lagrangian along the last axis of `shape`.
    ///
    /// # Errors
    /// Says which Lagrangian does not fit a group of that size.
    pub fn uniform(shape: &[usize], lagrangian: Arc<dyn Lagrangian>) -> Result<Self, Refusal> {
        let last = shape.last().copied().unwrap_or(0);
        DirectSum::blocks(shape, vec![(last, lagrangian)])
    }

    /// Several Lagrangians side by side along the last axis of `shape`, each with the number of neurons it takes; the
    /// numbers add up to the length of that axis.
    ///
    /// # Errors
    /// Says what does not add up, or which Lagrangian does not fit its group.
    pub fn blocks(
        shape: &[usize],
        parts: Vec<(usize, Arc<dyn Lagrangian>)>,
    ) -> Result<Self, Refusal> {
        let axis = shape.last().copied().unwrap_or(0);
        let total: usize = parts.iter().map(|(n, _)| n).sum();
        if total != axis {
            let neurons = plural(total, "neuron");
            let why = format!("take {neurons}, the layer has {axis} along its last axis");
            return Err(Refusal::new("the blocks", why));
        }
        let mut sum = DirectSum {
            segments: Vec::new(),
            size: 0,
            units: 0,
        };
        let groups: usize = shape[..shape.len().saturating_sub(1)].iter().product();
        for _ in 0..groups {
            for (n, lagrangian) in &parts {
                lagrangian.fits(*n)?;
                sum.push(*n, lagrangian);
            }
        }
        Ok(sum)
    }

    fn push(&mut self, len: usize, lagrangian: &Arc<dyn Lagrangian>) {
        let units = if lagrangian.is_additive() { len } else { 1 };
        match self.segments.last_mut() {
            // Neighbours of one additive Lagrangian are handled in one go.
            Some(s) if lagrangian.is_additive() && Arc::ptr_eq(&s.lagrangian, lagrangian) => {
                s.len += len;
                s.units += units;
            }
            _ => self.segments.push(Segment {
                start: self.size,
                len,
                unit: self.units,
                units,
                lagrangian: Arc::clone(lagrangian),
            }),
        }
        self.size += len;
        self.units += units;
    }

    /// The first group that shares a Lagrangian and of which some neurons are clamped, some not.
    pub fn clamped_in_part(&self, is_clamped: impl Fn(usize) -> bool) -> Option<&Segment> {
        let mut groups = self.segments.iter().filter(|s| !s.lagrangian.is_additive());
        groups.find(|s| {
            let clamped = (s.start..s.start + s.len)
                .filter(|i| is_clamped(*i))
                .count();
            clamped > 0 && clamped < s.len
        })
    }

    /// The segments, in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Number of neurons.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Number of units: neurons of additive segments plus groups of the others.
    pub fn units(&self) -> usize {
        self.units
    }

    /// `g = ∂L/∂x`.
    pub fn activation(&self, x: &[f64], width: usize, g: &mut [f64]) {
        for s in &self.segments {
            let at = s.start * width..(s.start + s.len) * width;
            s.lagrangian.activation(&x[at.clone()], width, &mut g[at]);
        }
    }

    /// About how much work the activations are, in multiplications of a large dense product.
    pub fn operations(&self) -> f64 {
        let each = self.segments.iter();
        each.map(|s| s.lagrangian.operations() * s.len as f64).sum()
    }

    /// `L(x)` by unit.
    pub fn value(&self, x: &[f64], width: usize, out: TermRows<'_>) {
        self.by_unit(x, width, out, |l, x, out| l.value(x, width, out));
    }

    /// The state whose activation is `g`.
    ///
    /// # Errors
    /// Which activation has none, or more than one.
    pub fn state(&self, g: &[f64]) -> Result<Vec<f64>, Refusal> {
        let mut x = vec![0.0; g.len()];
        for s in &self.segments {
            let found = |g: &[f64], x: &mut [f64]| {
                s.lagrangian.state(g, 1, x) && x.iter().all(|x| x.is_finite())
            };
            let at = s.start..s.start + s.len;
            if found(&g[at.clone()], &mut x[at.clone()]) {
                continue;
            }
            let name = s.lagrangian.describe();
            let mut alone = at.clone().filter(|_| s.lagrangian.is_additive());
            let of = match alone.find(|i| !found(&g[*i..i + 1], &mut [0.0])) {
                Some(i) => format!("activation {} (neuron {i})", g[i]),
                None => format!("these activations (neurons {} to {})", at.start, at.end - 1),
            };
            let why = format!("has no state, or not just one, of {of}");
            return Err(Refusal::new(name, why));
        }
        Ok(x)
    }

    /// `L*(g(x))` by unit.
    pub fn legendre(&self, x: &[f64], width: usize, out: TermRows<'_>) {
        self.by_unit(x, width, out, |l, x, out| l.legendre(x, width, out));
    }

    fn by_unit(
        &self,
        x: &[f64],
        width: usize,
        mut out: TermRows<'_>,
        f: impl Fn(&dyn Lagrangian, &[f64], TermRows<'_>),
    ) {
        for s in &self.segments {
            let at = s.start * width..(s.start + s.len) * width;
            f(s.lagrangian.as_ref(), &x[at], s.terms(width, &mut out));
        }
    }
}

impl Segment {
    /// Its rows among those of all units.
    pub(super) fn terms<'a>(&self, width: usize, all: &'a mut TermRows<'_>) -> TermRows<'a> {
        let units = self.unit * width..(self.unit + self.units) * width;
        TermRows {
            value: &mut all.value[units.clone()],
            magnitude: &mut all.magnitude[units],
        }
    }
}

impl fmt::Display for DirectSum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said: Vec<String> = Vec::new();
        for s in &self.segments {
            let text = s.lagrangian.describe();
            if !said.contains(&text) {
                said.push(text);
            }
        }
        f.write_str(&said.join(" ⊕ "))
    }
}
