//! The figure of branches of fixed points.

use crate::analysis::{Bifurcation, Branch, BranchPoint, Diagram, Memories, Special};
use crate::figure::{BranchEvent, BranchLine, BranchMark, BranchesPlot};
use crate::network::Network;
use crate::picture::UNTITLED;
use crate::refusal::Refusal;

/// What of a fixed point a diagram shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// The energy.
    Energy,
    /// The Euclidean norm of the state.
    Norm,
    /// The state of a neuron.
    Neuron {
        /// Its number in the network.
        index: usize,
        /// How it was asked for: `LAYER.K`.
        name: String,
    },
    /// The overlap with a memory: the cosine of the angle between it and the activation of the layer.
    Overlap {
        /// The neurons of the layer.
        neurons: std::ops::Range<usize>,
        /// The memory, by its number.
        memory: usize,
        /// The memories.
        memories: Memories,
    },
}

impl Shown {
    /// From the words `energy`, `norm`, `neuron:LAYER.K`, `overlap:K`. `memories` are the layer and its memories, where the model has
    /// some.
    ///
    /// # Errors
    /// Other words, a quantity that the model has not, a neuron or a memory that there is none of.
    pub fn read(
        asked: &str,
        network: &Network,
        memories: Option<(usize, &Memories)>,
    ) -> Result<Self, Refusal> {
        let refuse = |why: &str| Refusal::new(format!("--show {asked}"), why);
        match asked.split_once(':') {
            None if asked == "energy" && network.is_gradient() => Ok(Shown::Energy),
            None if asked == "energy" => {
                Err(refuse("cannot be had: the network has no energy").help("--show norm"))
            }
            None if asked == "norm" => Ok(Shown::Norm),
            Some(("neuron", name)) => {
                let index = network.neuron(name, None);
                let index = index.map_err(|why| Refusal {
                    what: format!("--show {asked}"),
                    ..why
                })?;
                let name = name.to_owned();
                Ok(Shown::Neuron { index, name })
            }
            Some(("overlap", k)) => {
                let Some((layer, memories)) = memories else {
                    let help = "[recall] of the model says which memories there are";
                    return Err(refuse("needs memories, and the model has none").help(help));
                };
                let count = memories.count();
                let known = k.parse().ok().filter(|k| *k < count);
                let none = || {
                    let last = count.saturating_sub(1);
                    refuse("names no memory").help(format!("there are memories 0 to {last}"))
                };
                Ok(Shown::Overlap {
                    neurons: network.neurons(layer),
                    memory: known.ok_or_else(none)?,
                    memories: memories.clone(),
                })
            }
            _ => {
                Err(refuse("is not known")
                    .help("there are energy, norm, neuron:LAYER.K and overlap:K"))
            }
        }
    }

    /// The state of the neuron that varies most, which parts branches that have one energy.
    pub fn widest(network: &Network, found: &Diagram) -> Self {
        let all = || found.branches.iter().flat_map(|b| &b.points);
        let width = |i: usize| {
            let [low, high] = all().fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], p| {
                [low.min(p.x[i]), high.max(p.x[i])]
            });
            high - low
        };
        let widths = (0..network.size()).map(|i| (i, width(i)));
        // The first of equals.
        let widest = widths.reduce(|a, b| if b.1 > a.1 * (1.0 + 1e-9) { b } else { a });
        let index = widest.map_or(0, |(i, _)| i);
        let (layer, k) = network.locate(index);
        Shown::Neuron {
            index,
            name: format!("{layer}.{k}"),
        }
    }

    /// Title of an axis.
    pub fn label(&self) -> String {
        match self {
            Shown::Energy => "energy E".into(),
            Shown::Norm => "norm of the state |x|".into(),
            Shown::Neuron { name, .. } => format!("state x of neuron {name}"),
            Shown::Overlap { memory, .. } => format!("overlap with memory {memory}"),
        }
    }

    /// Its value at a fixed point; not a number where there is none.
    pub fn value(&self, x: &[f64], g: &[f64], energy: Option<f64>) -> f64 {
        match self {
            Shown::Energy => energy.unwrap_or(f64::NAN),
            Shown::Norm => x.iter().map(|v| v * v).sum::<f64>().sqrt(),
            Shown::Neuron { index, .. } => x[*index],
            Shown::Overlap {
                neurons,
                memory,
                memories,
            } => memories.overlap_at_rest(*memory, &g[neurons.clone()]),
        }
    }

    fn of(&self, p: &BranchPoint) -> f64 {
        self.value(&p.x, &p.g, p.energy)
    }

    fn of_special(&self, s: &Special) -> f64 {
        self.value(&s.x, &s.g, s.energy)
    }
}

/// The diagram: what is shown of the fixed points against the parameter; none without a branch.
pub fn branches_plot(
    found: &Diagram,
    shown: &Shown,
    (title, parameter): (&str, &str),
) -> Option<BranchesPlot> {
    let event = |kind: Bifurcation| match kind {
        Bifurcation::Fold => BranchEvent::Fold,
        Bifurcation::Pitchfork => BranchEvent::Pitchfork,
        Bifurcation::Transcritical => BranchEvent::Transcritical,
        Bifurcation::BranchPoint => BranchEvent::BranchPoint,
        Bifurcation::Hopf => BranchEvent::Hopf,
    };
    let marks = found.special.iter().map(|s| BranchMark {
        x: s.parameter,
        y: shown.of_special(s),
        event: event(s.kind),
    });
    let lines: Vec<BranchLine> = found
        .branches
        .iter()
        .flat_map(|b| lines((found, b), shown))
        .collect();
    (!lines.is_empty()).then(|| BranchesPlot {
        title: match title {
            UNTITLED => "Branches of fixed points".into(),
            title => format!("{title} – branches of fixed points"),
        },
        subtitle: super::branches::branches_sentence(found),
        x_label: parameter.to_owned(),
        y_label: shown.label(),
        lines,
        marks: marks.collect(),
    })
}

/// Points of a line between two fixed points, so that it has no corners where it turns.
const BETWEEN: usize = 5;

/// The pieces of a branch between its special points, and where the index changes without one.
fn lines((found, branch): (&Diagram, &Branch), shown: &Shown) -> Vec<BranchLine> {
    let mut lines: Vec<BranchLine> = Vec::new();
    let mut last: Option<&BranchPoint> = None;
    // Where a value follows from the state alone.
    let is_smooth = matches!(shown, Shown::Norm | Shown::Neuron { .. });
    let smooth = if is_smooth { BETWEEN } else { 0 };
    for p in &branch.points {
        let value = shown.of(p);
        if !value.is_finite() {
            last = None;
            continue;
        }
        // A special point belongs to both sides; which of them it continues the next point says.
        let same = last
            .is_some_and(|l| l.special.is_none() && (p.special.is_some() || l.index == p.index));
        if !same {
            let mut line = BranchLine::default();
            if let Some(l) = last {
                line.x.push(l.parameter);
                line.y.push(shown.of(l));
            }
            lines.push(line);
        }
        if let Some(line) = lines.last_mut() {
            for (parameter, x) in last.iter().flat_map(|l| found.between([l, p], smooth)) {
                line.x.push(parameter);
                line.y.push(shown.value(&x, &[], None));
            }
            line.x.push(p.parameter);
            line.y.push(value);
            if p.special.is_none() {
                line.stable = p.index == 0;
            }
        }
        last = Some(p);
    }
    // A special point at the very end is on the piece before.
    lines.retain(|l| l.x.len() > 1 || branch.points.len() == 1);
    lines
}
