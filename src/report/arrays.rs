//! Trajectories, outcomes and the arrays of a model as arrays that NumPy opens.

use std::path::Path;

use crate::model_file::Array;
use crate::record::{NpzWriter, RecordError};
use crate::refusal::Refusal;
use crate::study::{Results, Starts, Study};
use crate::trajectory::Trajectory;

type Of = fn(&Trajectory) -> Vec<f64>;

/// `trajectory.npz`: one row for each kept state. `t`; `start`, which says whose state it is;
/// `x` (rows × neurons); each layer's state and activation under its name, in its shape; the
/// energy, its rate, what it did in a step beside what it was allowed to do, and its terms.
pub(super) fn trajectories(
    study: &Study,
    results: &Results,
    path: &Path,
) -> Result<(), RecordError> {
    let network = &study.network;
    let mut npz = NpzWriter::create(path)?;
    let kept = || results.cases.iter().map(|c| &c.trajectory);
    let all = |of: Of| kept().flat_map(of).collect::<Vec<f64>>();
    let t = all(|kept| kept.t.clone());
    let rows = t.len();
    npz.write("t", &[rows], &t)?;
    let starts = results.cases.iter();
    let start = starts.flat_map(|c| std::iter::repeat_n(c.case as i64, c.trajectory.len()));
    npz.write_i64("start", &[rows], &start.collect::<Vec<i64>>())?;
    let x = all(|kept| kept.x.clone());
    let n = network.size();
    npz.write("x", &[rows, n], &x)?;
    let mut g = vec![0.0; x.len()];
    for (x, g) in x.chunks_exact(n).zip(g.chunks_exact_mut(n)) {
        network.activation(x, 1, g);
    }
    for (k, layer) in network.layers().iter().enumerate() {
        let neurons = network.neurons(k);
        let cut = |block: &[f64]| -> Vec<f64> {
            let rows = block.chunks_exact(n);
            rows.flat_map(|row| row[neurons.clone()].iter().copied())
                .collect()
        };
        let mut shape = vec![rows];
        shape.extend(&layer.shape);
        npz.write(&format!("layer.{}", layer.name), &shape, &cut(&x))?;
        npz.write(&format!("activation.{}", layer.name), &shape, &cut(&g))?;
    }
    let columns: [(&str, Of); 6] = [
        ("energy", |kept| kept.energy.clone()),
        ("energy_rate", |kept| kept.energy_rate.clone()),
        ("energy_change", |kept| kept.energy_change.clone()),
        ("energy_allowance", Trajectory::energy_allowance),
        ("energy_slope", |kept| kept.energy_slope.clone()),
        ("input_power", |kept| {
            kept.input_power.iter().map(|p| p[1]).collect()
        }),
    ];
    let known = |column: &Vec<f64>| column.len() == rows && rows > 0;
    for (name, of) in columns {
        let column = all(of);
        if known(&column) {
            npz.write(name, &[rows], &column)?;
        }
    }
    let (terms, names) = (all(|kept| kept.terms.clone()), network.term_names());
    for (k, name) in names.iter().enumerate() {
        let term: Vec<f64> = terms.iter().skip(k).step_by(names.len()).copied().collect();
        if known(&term) {
            let name = format!("energy.{}", name.replace(':', "."));
            npz.write(&name, &[rows], &term)?;
        }
    }
    npz.finish()
}

/// The starts of a run, layer by layer: `start.features`, of one start in the layer's shape, of several one a row.
pub fn of_cases(study: &Study) -> Vec<(String, Array)> {
    let network = &study.network;
    let layers = network.layers().iter().enumerate();
    let start = layers.map(|(k, layer)| {
        let rows = study.cases.iter();
        let data = rows.flat_map(|c| c.start.x[network.neurons(k)].iter().copied());
        let shape = match study.cases.len() {
            1 => layer.shape.clone(),
            many => vec![many, layer.size()],
        };
        let data = data.collect();
        (format!("start.{}", layer.name), Array { shape, data })
    });
    start.collect()
}

/// The starts of an ensemble, `ensemble.states`: one a row, all neurons.
pub fn of_starts(study: &Study, starts: &Starts) -> Result<Vec<(String, Array)>, Refusal> {
    let (network, count) = (&study.network, starts.count());
    let shape = vec![count, network.size()];
    let mut data = Vec::with_capacity(count * network.size());
    for k in 0..count {
        data.extend(starts.get(network, k)?.x);
    }
    Ok(vec![("ensemble.states".into(), Array { shape, data })])
}

/// `arrays.npz`: what was made of every array of a model, under the path of its key, and its starts.
pub(super) fn resolved(
    arrays: &[(String, Array)],
    starts: &[(String, Array)],
    path: &Path,
) -> Result<(), RecordError> {
    let mut npz = NpzWriter::create(path)?;
    let own = |name: &String| starts.iter().any(|(start, _)| start == name);
    for (name, array) in arrays.iter().filter(|(name, _)| !own(name)).chain(starts) {
        npz.write(name, &array.shape, &array.data)?;
    }
    npz.finish()
}
