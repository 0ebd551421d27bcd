//! Sets of neurons that are listed, each with its weight.
//!
//! Weights that come from memories of ±1 are whole numbers over N. The whole numbers are kept, and the factor 1/N is taken last: what
//! flips cost is then exact, and a tie is one.

use super::super::{Concavity, Energy, Flip, Flips, Kind, Learn, Ports, Scratch, Synapse, finite};
use super::KIND;
use crate::lagrangian::TermRows;
use crate::number::plural;
use crate::refusal::Refusal;

/// `E = −c Σ_σ w_σ Π_{i∈σ} g_i` over a list of sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Simplices {
    neurons: usize,
    /// Where the neurons of each set begin, and the end of all.
    starts: Vec<usize>,
    members: Vec<u32>,
    weights: Vec<f64>,
    /// c, 1 unless said.
    scale: f64,
    /// The same of the sets of each neuron.
    of_starts: Vec<usize>,
    of: Vec<u32>,
}

impl Simplices {
    /// These sets of the `neurons` of a layer.
    ///
    /// # Errors
    /// If a set is empty, or holds a neuron twice or one that is not there, or the weights are not as many and finite.
    pub fn new(
        neurons: usize,
        simplices: &[Vec<usize>],
        weights: Vec<f64>,
    ) -> Result<Self, Refusal> {
        finite("weights", &weights, simplices.len(), "simplex")?;
        let (mut starts, mut members) = (vec![0], Vec::new());
        for (k, simplex) in simplices.iter().enumerate() {
            let wrong = |why: String| Refusal::new("simplices", why).of_entry(k);
            if simplex.is_empty() {
                return Err(wrong("has no neuron".into()));
            }
            for (m, i) in simplex.iter().enumerate() {
                if simplex[..m].contains(i) {
                    let why = format!("names neuron {i} twice: a simplex is a set of neurons");
                    return Err(wrong(why));
                }
                match u32::try_from(*i) {
                    Ok(i) if (i as usize) < neurons => members.push(i),
                    _ => {
                        let there = plural(neurons, "neuron");
                        let why = format!("names neuron {i}, the layer has {there}, from 0 on");
                        return Err(wrong(why));
                    }
                }
            }
            starts.push(members.len());
        }
        let mut of_starts = vec![0; neurons + 1];
        for i in &members {
            of_starts[*i as usize + 1] += 1;
        }
        for i in 0..neurons {
            of_starts[i + 1] += of_starts[i];
        }
        let mut of = vec![0; members.len()];
        let mut next = of_starts.clone();
        for s in 0..simplices.len() {
            for i in &members[starts[s]..starts[s + 1]] {
                let to = &mut next[*i as usize];
                of[*to] = s as u32;
                *to += 1;
            }
        }
        Ok(Simplices {
            neurons,
            starts,
            members,
            weights,
            scale: 1.0,
            of_starts,
            of,
        })
    }

    /// The same with a factor c of all weights.
    ///
    /// # Errors
    /// If it is not finite.
    pub fn scale(self, c: f64) -> Result<Self, Refusal> {
        finite("scale", &[c], 1, "synapse")?;
        Ok(Simplices { scale: c, ..self })
    }

    /// That two sets are the same, in words.
    pub fn note(&self) -> Option<String> {
        let sorted = |s: usize| {
            let mut members = self.members(s).to_vec();
            members.sort_unstable();
            (members, s)
        };
        let mut all: Vec<_> = (0..self.weights.len()).map(sorted).collect();
        all.sort_unstable();
        let pair = all.windows(2).find(|pair| pair[0].0 == pair[1].0)?;
        let (first, second) = (pair[0].1, pair[1].1);
        Some(format!(
            "its simplices {first} and {second} are of the same neurons: their weights add up"
        ))
    }

    fn members(&self, s: usize) -> &[u32] {
        &self.members[self.starts[s]..self.starts[s + 1]]
    }

    /// The sets that a neuron is in.
    fn of(&self, neuron: usize) -> impl Iterator<Item = usize> {
        let own = self.of_starts[neuron]..self.of_starts[neuron + 1];
        self.of[own].iter().map(|s| *s as usize)
    }

    /// The largest set.
    fn longest(&self) -> usize {
        let lengths = self.starts.windows(2).map(|s| s[1] - s[0]);
        lengths.max().unwrap_or(0)
    }

    /// `w Π g` of a set, without the neurons `but`.
    fn product(&self, s: usize, but: [usize; 2], g: impl Fn(usize) -> f64) -> f64 {
        let others = self.members(s).iter().map(|i| *i as usize);
        let others = others.filter(|i| !but.contains(i));
        others.fold(self.weights[s], |product, i| product * g(i))
    }

    /// `to_b = w Π g_b` of a set for every column, without the neurons `but`.
    fn products(&self, s: usize, but: [usize; 2], g: &[f64], to: &mut [f64]) {
        let width = to.len();
        to.fill(self.weights[s]);
        for i in self.members(s) {
            let i = *i as usize;
            if !but.contains(&i) {
                let row = &g[i * width..][..width];
                to.iter_mut().zip(row).for_each(|(to, g)| *to *= g);
            }
        }
    }
}

/// No neuron.
const NONE: usize = usize::MAX;

impl Synapse for Simplices {
    fn describe(&self) -> String {
        let sets = match self.weights.len() {
            1 => "1 simplex".to_owned(),
            many => format!("{many} simplices"),
        };
        format!(
            "simplicial, {sets} of up to {}",
            plural(self.longest(), "neuron")
        )
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        vec![vec![self.neurons]]
    }

    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        mut energy: Option<TermRows<'_>>,
        scratch: &mut Scratch,
    ) {
        let width = ports.width;
        let (g, current) = (ports.of(0, g), ports.of_mut(0, current));
        let others = &mut scratch.rows[..width];
        if let Some(out) = &mut energy {
            out.value.fill(0.0);
            out.magnitude.fill(0.0);
        }
        for s in 0..self.weights.len() {
            for (m, i) in self.members(s).iter().enumerate() {
                let row = *i as usize * width..(*i as usize + 1) * width;
                self.products(s, [*i as usize, NONE], g, others);
                let into = current[row.clone()].iter_mut();
                others.iter_mut().for_each(|p| *p *= self.scale);
                into.zip(&*others).for_each(|(to, p)| *to += p);
                if let (0, Some(out)) = (m, &mut energy) {
                    for (b, (p, g)) in others.iter().zip(&g[row]).enumerate() {
                        out.value[b] -= p * g;
                        out.magnitude[b] += (p * g).abs();
                    }
                }
            }
        }
    }

    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        scratch: &mut Scratch,
    ) {
        let width = ports.width;
        let (g, dg) = (ports.of(0, g), ports.of(0, dg));
        let out = ports.of_mut(0, dcurrent);
        let others = &mut scratch.rows[..width];
        for s in 0..self.weights.len() {
            for i in self.members(s) {
                for j in self.members(s).iter().filter(|j| *j != i) {
                    let (i, j) = (*i as usize, *j as usize);
                    self.products(s, [i, j], g, others);
                    let terms = others.iter().zip(&dg[j * width..][..width]);
                    let to = out[i * width..][..width].iter_mut();
                    to.zip(terms)
                        .for_each(|(to, (p, d))| *to += self.scale * p * d);
                }
            }
        }
    }

    /// It is linear in each.
    fn concavity(&self) -> Concavity {
        Concavity::Each
    }

    fn energy(&self) -> Energy {
        Energy::Exact
    }

    fn order(&self, unbounded: &[bool]) -> f64 {
        match unbounded.contains(&true) {
            true => self.longest() as f64,
            false => 0.0,
        }
    }

    fn is_quadratic(&self) -> bool {
        self.longest() <= 2
    }

    /// Every neuron of a set takes a product of the others, each found by its place: by counted instructions, seven each.
    fn operations(&self) -> f64 {
        let lengths = self.starts.windows(2).map(|s| (s[1] - s[0]).pow(2));
        7.0 * lengths.sum::<usize>() as f64
    }

    fn flips(&self) -> Option<&dyn Flips> {
        Some(self)
    }

    fn learn(&self) -> Option<&dyn Learn> {
        Some(self)
    }

    fn scratch(&self, width: usize) -> Scratch {
        Scratch::rows(1, width)
    }
}

/// The currents are kept, without the factor c: E is linear in every neuron, so that one flip costs `−by I`.
impl Flips for Simplices {
    fn kept(&self) -> usize {
        self.neurons
    }

    fn keep(&self, g: &[f64], kept: &mut [f64]) {
        kept.fill(0.0);
        for s in 0..self.weights.len() {
            for i in self.members(s) {
                let i = *i as usize;
                kept[i] += self.product(s, [i, NONE], |j| g[j]);
            }
        }
    }

    fn current(&self, _: &[f64], kept: &[f64], neuron: usize) -> f64 {
        self.scale * kept[neuron]
    }

    fn difference(&self, g: &[f64], kept: &[f64], flips: &[Flip]) -> f64 {
        let mut sum = 0.0;
        for (k, f) in flips.iter().enumerate() {
            let earlier = &flips[..k];
            if earlier.is_empty() {
                sum += f.by * kept[f.neuron];
                continue;
            }
            // The later flips meet the earlier ones.
            let moved = |j: usize| {
                let by = earlier.iter().find(|e| e.neuron == j);
                g[j] + by.map_or(0.0, |e| e.by)
            };
            let current = |s: usize| self.product(s, [f.neuron, NONE], moved);
            sum += f.by * self.of(f.neuron).map(current).sum::<f64>();
        }
        -self.scale * sum
    }

    fn follow(&self, g: &[f64], flip: Flip, kept: &mut [f64]) {
        for s in self.of(flip.neuron) {
            for j in self.members(s) {
                let j = *j as usize;
                if j != flip.neuron {
                    kept[j] += flip.by * self.product(s, [flip.neuron, j], |l| g[l]);
                }
            }
        }
    }
}

/// θ is w.
impl Learn for Simplices {
    fn parameters(&self) -> Vec<(&'static str, Vec<usize>)> {
        vec![("weights", vec![self.weights.len()])]
    }

    fn values(&self) -> Vec<f64> {
        self.weights.clone()
    }

    fn add_gradient(&self, ports: &Ports<'_>, g: &[f64], by: &[f64], gradient: &mut [f64]) {
        let (g, width) = (ports.of(0, g), ports.width);
        for (s, to) in gradient.iter_mut().enumerate() {
            for (b, by) in by.iter().enumerate() {
                let own = self.members(s).iter().map(|i| g[*i as usize * width + b]);
                *to += self.scale * by * own.product::<f64>();
            }
        }
    }

    fn add_mixed(&self, ports: &Ports<'_>, g: &[f64], v: &[f64], gradient: &mut [f64]) {
        let (g, v, width) = (ports.of(0, g), ports.of(0, v), ports.width);
        for (s, to) in gradient.iter_mut().enumerate() {
            for b in 0..width {
                for i in self.members(s) {
                    let others = self.members(s).iter().filter(|j| *j != i);
                    let others = others.map(|j| g[*j as usize * width + b]);
                    *to += self.scale * v[*i as usize * width + b] * others.product::<f64>();
                }
            }
        }
    }

    fn with(&self, values: Vec<f64>) -> Result<Box<dyn Synapse>, Refusal> {
        finite("weights", &values, self.weights.len(), "simplex")?;
        Ok(Box::new(Simplices {
            weights: values,
            ..self.clone()
        }))
    }
}
