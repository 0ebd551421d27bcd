//! What is done with a network: where it starts, what acts on it, what is asked of its end.

use crate::cli::out::outln;
use crate::cli::words::{brief, plural, until};
use crate::monitor::Save;
use crate::network::Network;
use crate::number::{exact, number};
use crate::stimulus::{Interpolation, Shape};
use crate::study::{Case, Study};

pub(super) fn print(study: &Study) {
    outln!("\nstarts");
    for name in study.groups() {
        let cases: Vec<&Case> = study.cases.iter().filter(|c| c.group == name).collect();
        outln!("  {name}: {}", plural(cases.len(), "start"));
        print_starts(&study.network, &cases);
    }
    outln!("\ninput over time");
    print_input(study);
    if let Some(recall) = &study.recall {
        outln!("\nrecall");
        outln!(
            "  layer {}: {} to compare its activation with; recalled {}",
            study.network.layers()[recall.layer].name,
            plural(recall.memories.count(), "pattern"),
            recall.criterion.words()
        );
    }
    outln!("\nintegration");
    let s = &study.settings;
    match (s.method.flips, s.step.filter(|_| !s.method.is_adaptive())) {
        (true, _) => outln!("  {}", until(s)),
        (_, Some(step)) => outln!("  {}, step {}", until(s), exact(step)),
        _ => outln!("  {}, rtol {:e}, atol {:e}", until(s), s.rtol, s.atol),
    }
    let kept = match &study.save {
        Save::Final => "the start and the end".into(),
        Save::Steps => "every step".into(),
        Save::Every(dt) => format!("every {dt}"),
        Save::At(times) => plural(times.len(), "state"),
    };
    let mode = study.lyapunov_mode().word();
    outln!("  energy monitor {mode}; kept: {kept}");
    let pictures: Vec<&str> = study.pictures.iter().map(|d| d.word).collect();
    if !pictures.is_empty() {
        outln!("  figures: {}", pictures.join(", "));
    }
}

/// The states of each layer over all starts of a group, the clamped neurons, and the memories they are cues of.
fn print_starts(network: &Network, cases: &[&Case]) {
    for (k, layer) in network.layers().iter().enumerate() {
        let of = |case: &&Case| case.start.x[network.neurons(k)].to_vec();
        let x: Vec<f64> = cases.iter().flat_map(of).collect();
        outln!("      {} = {}", layer.name, brief(&x));
    }
    let clamped = |case: &&Case| case.start.clamped.len();
    if let Some(most) = cases.iter().map(clamped).max().filter(|n| *n > 0) {
        let each = if cases.len() > 1 { " in each" } else { "" };
        outln!("      clamped: {}{each}", plural(most, "neuron"));
    }
    let mut memories: Vec<usize> = cases.iter().filter_map(|c| c.target).collect();
    memories.sort_unstable();
    memories.dedup();
    match memories[..] {
        [] => {}
        [one] => outln!("      cue of memory {one}"),
        [first, .., last] => {
            let count = memories.len();
            outln!("      cues of {count} memories, {first} to {last}");
        }
    }
}

/// What is added to the inputs of layers, and when.
fn print_input(study: &Study) {
    let (network, additions) = (&study.network, study.stimulus.additions());
    if additions.is_empty() {
        outln!("  constant");
    }
    for addition in additions {
        let to = network.layers().iter().enumerate();
        let mut to = to.filter(|(k, _)| network.neurons(*k).start == addition.neurons.start);
        let layer = to.next().map_or("", |(_, l)| l.name.as_str());
        let what = brief(&addition.add);
        let from = number(addition.from);
        let until = match addition.until.is_finite() {
            true => format!("until t = {}", number(addition.until)),
            false => "to the end".to_owned(),
        };
        match &addition.shape {
            Shape::Step => outln!("  from t = {from} {until}: {what} added to {layer}"),
            Shape::Ramp => outln!(
                "  from t = {from} {until}: a ramp to {what} added to {layer}, which then stays"
            ),
            Shape::Sine { period, phase } => {
                let time = match addition.from == 0.0 {
                    true => "t".to_owned(),
                    false => format!("(t − {from})"),
                };
                let phase = match *phase == 0.0 {
                    true => String::new(),
                    false => format!(" + {}", number(*phase)),
                };
                outln!(
                    "  from t = {from} {until}: {what} times sin(2π {time}/{}{phase}) added to {layer}",
                    number(*period)
                );
            }
            Shape::Sampled {
                times,
                factors,
                interpolation,
            } => {
                let ends = [times.first(), times.last()];
                let [first, last] = ends.map(|t| number(t.copied().unwrap_or(0.0)));
                let samples = brief(factors.as_deref().unwrap_or(&addition.add));
                let how = match interpolation {
                    Interpolation::Linear => "joined by straight lines",
                    Interpolation::Hold => "each held until the next",
                };
                let count = plural(times.len(), "sample");
                outln!("  {count} at t = {first} … {last}, {how}: {samples} added to {layer}");
            }
        }
    }
}
