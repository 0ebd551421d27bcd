//! How often the mean activation of a layer, or its overlap with a memory, had which value.

use super::course::{activations, finite, values};
use super::density::of_bars;
use super::kind::{Asked, never, range};
use super::words::{about, method, title};
use super::{Kind, Picture, Refused};
use crate::figure::{HistogramPlot, Plot};
use crate::key::{Form, parameter};
use crate::lagrangian::Values;
use crate::number::{number, plural};
use crate::refusal::Refusal;
use crate::study::{NoPlot, OfEnds, Recall, Results, Study};

const MAGNETISATION: &str = "magnetisation";
const OVERLAP: &str = "overlap";
const TIMES: &str = "times";
const ENDS: &str = "ends";

pub(super) static KIND: Kind = Kind {
    name: "histogram",
    about: "how often the mean activation of a layer, or its overlap with a memory, had which value",
    keys: &[
        parameter(
            "quantity",
            Form::Words(|| vec![MAGNETISATION, OVERLAP]),
            "\"magnetisation\", the mean activation of a layer, or \"overlap\", the cosine with a memory of `[recall]`",
        ),
        parameter("layer", Form::Layer, "which layer (the first)"),
        parameter(
            "memory",
            Form::Whole(0, None),
            "which memory (that of the cue, else the nearest)",
        ),
        parameter(
            "of",
            Form::Words(|| vec![TIMES, ENDS]),
            "\"times\", every state that was kept, or \"ends\" of all trajectories, as always of an ensemble (times of one trajectory, ends of several)",
        ),
        parameter(
            "from",
            Form::Number,
            "time before which states do not count, until it has warmed up (the start)",
        ),
        parameter(
            "bars",
            Form::Whole(1, Some(1000)),
            "how many bars at most, or one more where every bar is to hold as many values (41)",
        ),
        range("x", "the quantity"),
        range("y", "probability"),
    ],
    unasked: never,
    make: |asked| {
        let wanted = Wanted::read(asked)?;
        let same = wanted.clone();
        let picture = Picture::new(move |study, results, _| histogram(study, results, &wanted));
        Ok(picture.of_ends(same))
    },
};

#[derive(Clone)]
struct Wanted {
    layer: usize,
    /// Is it the overlap with a memory, and not the mean activation?
    overlap: bool,
    memory: Option<usize>,
    /// Do the ends count, and no states before?
    ends: Option<bool>,
    from: Option<f64>,
    bars: usize,
}

impl Wanted {
    fn read(asked: &Asked<'_>) -> Result<Wanted, Refused> {
        let overlap = asked.word("quantity") == Some(OVERLAP);
        let memory = asked.whole("memory").map(|all| all[0]);
        let mut layer = asked.one("layer", 0);
        if overlap {
            let recall = asked.recall("overlaps")?;
            let count = recall.memories.count();
            if let Some(k) = memory.filter(|k| *k >= count) {
                let why = format!(
                    "is {k}, and there are {} from 0 on",
                    plural(count, "memory")
                );
                return Err(("memory", Refusal::new("memory", why)));
            }
            if asked.whole("layer").is_some_and(|l| l[0] != recall.layer) {
                let name = &asked.network.layers()[recall.layer].name;
                let why = format!("is not that of [recall], whose memories are of `{name}`");
                return Err(("layer", Refusal::new("layer", why)));
            }
            layer = recall.layer;
        } else if memory.is_some() {
            let refusal = Refusal::new("memory", "is for overlaps").help("quantity = \"overlap\"");
            return Err(("memory", refusal));
        } else if values(asked.network, layer) == Some(Values::OneOfGroup) {
            let name = &asked.network.layers()[layer].name;
            let why =
                format!("is the same in every state of `{name}`: one unit of each group is 1");
            let refusal = Refusal::new("the mean activation", why);
            return Err((
                "kind",
                refusal.help("quantity = \"overlap\", or kind \"activity\""),
            ));
        }
        if let Some(t) = asked.number("from").filter(|t| *t > asked.settings.t_end) {
            let end = number(asked.settings.t_end);
            let why = format!("is {}, and the run ends at t = {end}", number(t));
            return Err(("from", Refusal::new("from", why)));
        }
        Ok(Wanted {
            layer,
            overlap,
            memory,
            ends: asked.word("of").map(|of| of == ENDS),
            from: asked.number("from"),
            bars: asked.one("bars", 41),
        })
    }
}

fn histogram(study: &Study, results: &Results, wanted: &Wanted) -> Result<Plot, NoPlot> {
    let from = wanted.from.unwrap_or(f64::NEG_INFINITY);
    let mut found = Vec::new();
    if wanted.ends.unwrap_or(results.cases.len() > 1) {
        let ended = results.pairs(study);
        let ended = ended.filter(|(_, result)| result.outcome.stop.is_success());
        found.extend(ended.map(|(case, r)| {
            let value = wanted.value(study, case.target, &r.outcome.x);
            (case.target, value)
        }));
        return wanted.plot(study, &found);
    }
    for (case, result) in results.pairs(study) {
        let kept = &result.trajectory;
        let warm = kept.t.partition_point(|t| *t < from)..kept.len();
        let value = |k| wanted.value(study, case.target, kept.state(k));
        found.extend(warm.map(|k| (case.target, value(k))));
    }
    let counted = plural(found.len(), "kept state");
    let counted = match (wanted.from, results.cases.len()) {
        (Some(t), _) => format!("{counted} from t = {} on", number(t)),
        (None, 1) => format!("{counted} of one trajectory"),
        (None, n) => format!("{counted} of {n} trajectories"),
    };
    wanted.distribution(study, &found, &counted)
}

impl OfEnds for Wanted {
    fn value(&self, study: &Study, target: Option<usize>, x: &[f64]) -> f64 {
        let g = activations(study, x);
        let g = &g[study.network.neurons(self.layer)];
        let Some(recall) = study.recall.as_ref().filter(|_| self.overlap) else {
            return g.iter().sum::<f64>() / g.len() as f64;
        };
        let nearest = || recall.memories.most_alike(g).map_or(0, |r| r.memory);
        let memory = self.memory.or(target).unwrap_or_else(nearest);
        recall.memories.overlap(memory, g)
    }

    fn plot(&self, study: &Study, values: &[(Option<usize>, f64)]) -> Result<Plot, NoPlot> {
        if values.len() == 1 {
            let why = "is that of one trajectory: one value has no distribution";
            let help = "of = \"times\" counts the kept states of a run; more starts have more ends";
            return Err(Refusal::new("the only end", why).help(help).into());
        }
        let counted = format!("ends of {}", plural(values.len(), "trajectory"));
        self.distribution(study, values, &counted)
    }
}

impl Wanted {
    /// The bars of some numbers, each with the memory of its cue; `counted` says what they are of.
    fn distribution(
        &self,
        study: &Study,
        found: &[(Option<usize>, f64)],
        counted: &str,
    ) -> Result<Plot, NoPlot> {
        let (cues, found): (Vec<Option<usize>>, Vec<f64>) = found.iter().copied().unzip();
        if found.is_empty() {
            let why = match self.from {
                Some(t) => format!("are none from t = {} on", number(t)),
                None => "are none".into(),
            };
            return Err(Refusal::new("kept states", why).into());
        }
        finite(&found)?;
        let edges = edges(study, self, &found);
        let mut counts = vec![0; edges.len() - 1];
        for v in &found {
            let k = edges.partition_point(|e| e <= v).saturating_sub(1);
            counts[k.min(edges.len() - 2)] += 1;
        }
        let part = |count: &usize| *count as f64 / found.len() as f64;
        let mut parts = about(study);
        parts.push(method(study, study.settings.method.name));
        parts.extend([counted.into(), "bars add up to 1".into()]);
        let (what, x_label) = self.words(study, &cues);
        Ok(Plot::Histogram(HistogramPlot {
            title: title(study, &format!("distribution of the {what}")),
            subtitle: parts.join(" · "),
            x_label,
            y_label: "probability".into(),
            expected: match self.overlap {
                true => Vec::new(),
                false => of_bars(study, &edges),
            },
            expected_label: "∝ e^(−E/T)".into(),
            edges,
            bars: counts.iter().map(part).collect(),
            ..HistogramPlot::default()
        }))
    }

    /// What the quantity is called, in the title and along its axis, of cues of these memories.
    fn words(&self, study: &Study, cues: &[Option<usize>]) -> (&'static str, String) {
        let layer = &study.network.layers()[self.layer].name;
        let only = |recall: &&Recall| recall.memories.count() == 1;
        let only = study.recall.as_ref().filter(only).map(|_| 0);
        let first = cues.first().copied().flatten();
        let same = first.filter(|_| cues.iter().all(|cue| *cue == first));
        match (self.overlap, self.memory.or(same).or(only)) {
            (true, Some(k)) => ("overlap", format!("overlap with memory {k}")),
            (true, None) => {
                let whose = match cues.iter().filter(|cue| cue.is_some()).count() {
                    0 => "the nearest memory",
                    n if n == cues.len() => "the memory of the cue",
                    _ => "the memory of the cue, or the nearest",
                };
                ("overlap", format!("overlap with {whose}"))
            }
            (false, _) => match values(&study.network, self.layer) {
                Some(Values::Two([low, high])) if low == -high => (
                    "magnetisation",
                    format!("magnetisation m of {layer} (mean of the units)"),
                ),
                _ => ("mean activation", format!("mean activation of {layer}")),
            },
        }
    }
}

/// Where bars begin and end. Of two-valued units the quantity has as many values as there are units, and one more: every bar holds as
/// many of these, lest some are higher than others by their number alone. Where that number does not divide, the two outermost hold
/// fewer, and are as much narrower.
fn edges(study: &Study, wanted: &Wanted, found: &[f64]) -> Vec<f64> {
    let even = |low: f64, step: f64, bars: usize| {
        let edges = (0..=bars).map(|k| low + step * k as f64);
        edges.collect()
    };
    let n = study.network.neurons(wanted.layer).len();
    let signs = || {
        let memories = study.recall.iter().flat_map(|r| &r.memories.patterns);
        memories.into_iter().all(|v| v.abs() == 1.0)
    };
    if let Some(Values::Two([low, high])) = values(&study.network, wanted.layer)
        && (!wanted.overlap || (low == -high && signs()))
    {
        let step = (high - low) / n as f64;
        // An odd number of values in a bar, and bars that lie as far beyond one end as beyond the other.
        let mut each = (n + 1).div_ceil(wanted.bars);
        each += usize::from(each.is_multiple_of(2));
        let mut bars = (n + 1).div_ceil(each);
        bars += (bars * each - (n + 1)) % 2;
        let beyond = (bars * each - (n + 1)) / 2;
        let first = low - step * (0.5 + beyond as f64);
        let mut edges: Vec<f64> = even(first, step * each as f64, bars);
        edges[0] = low - 0.5 * step;
        edges[bars] = high + 0.5 * step;
        return edges;
    }
    let low = found.iter().copied().fold(f64::INFINITY, f64::min);
    let high = found.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (low, high) = match wanted.overlap {
        true if low < 0.0 => (-1.0, 1.0),
        true => (0.0, 1.0),
        false => (low, high),
    };
    // All one value but for rounding.
    let size = low.abs().max(high.abs());
    let size = if size > 0.0 { size } else { 1.0 };
    if high - low <= 1e-9 * size {
        return vec![low - 0.05 * size, high + 0.05 * size];
    }
    even(low, (high - low) / wanted.bars as f64, wanted.bars)
}
