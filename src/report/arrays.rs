//! Trajectories, outcomes and the arrays of a model as arrays that NumPy opens.

use std::path::Path;

use crate::model_file::Array;
use crate::monitor::{Course, LyapunovReport};
use crate::record::{NpzWriter, RecordError};
use crate::study::{CaseResult, Results, Starts, Study};

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
    let all = |f: fn(&CaseResult) -> &Vec<f64>| -> Vec<f64> {
        results
            .cases
            .iter()
            .flat_map(|c| f(c).iter().copied())
            .collect()
    };
    let t = all(|c| &c.trajectory.t);
    let rows = t.len();
    npz.write("t", &[rows], &t)?;
    let starts = results.cases.iter();
    let start: Vec<i64> = starts
        .flat_map(|c| std::iter::repeat_n(c.case as i64, c.trajectory.len()))
        .collect();
    npz.write_i64("start", &[rows], &start)?;
    let x = all(|c| &c.trajectory.x);
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
    let energy = all(|c| &c.trajectory.energy);
    if energy.len() == rows && rows > 0 {
        npz.write("energy", &[rows], &energy)?;
        let columns = [
            ("energy_rate", all(|c| &c.trajectory.energy_rate)),
            ("energy_change", all(|c| &c.trajectory.energy_change)),
        ];
        for (name, column) in columns {
            npz.write(name, &[rows], &column)?;
        }
        let allowance = results.cases.iter();
        let allowance: Vec<f64> = allowance
            .flat_map(|c| c.trajectory.energy_allowance())
            .collect();
        npz.write("energy_allowance", &[rows], &allowance)?;
        let power = results.cases.iter().flat_map(|c| &c.trajectory.input_power);
        let some = [
            ("energy_slope", all(|c| &c.trajectory.energy_slope)),
            ("input_power", power.map(|p| p[1]).collect()),
        ];
        for (name, column) in some {
            if column.len() == rows {
                npz.write(name, &[rows], &column)?;
            }
        }
        let terms = all(|c| &c.trajectory.terms);
        let names = network.term_names();
        for (k, name) in names.iter().enumerate() {
            let column: Vec<f64> = terms.iter().skip(k).step_by(names.len()).copied().collect();
            npz.write(
                &format!("energy.{}", name.replace(':', ".")),
                &[rows],
                &column,
            )?;
        }
    }
    npz.finish()
}

/// The starts of a run, layer by layer: `start.features`, of one start in the layer's shape, of several one a row.
pub(super) fn starts(study: &Study) -> Vec<(String, Array)> {
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
pub(super) fn states(study: &Study, starts: &Starts) -> Result<Vec<(String, Array)>, String> {
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

/// `outcomes.npz`: one row for each start.
pub(super) fn outcomes(study: &Study, results: &Results, path: &Path) -> Result<(), RecordError> {
    let cases = &results.cases;
    let n = cases.len();
    let mut npz = NpzWriter::create(path)?;
    let column = |f: &dyn Fn(&CaseResult) -> f64| -> Vec<f64> { cases.iter().map(f).collect() };
    let whole = |f: &dyn Fn(&CaseResult) -> i64| -> Vec<i64> { cases.iter().map(f).collect() };
    npz.write_i64("start", &[n], &whole(&|c| c.case as i64))?;
    // The codes are those of ensembles.
    npz.write_i64("stop", &[n], &whole(&|c| c.outcome.stop.code() as i64))?;
    npz.write("t", &[n], &column(&|c| c.outcome.t))?;
    npz.write_i64("at_rest", &[n], &whole(&|c| i64::from(c.rest.is_some())))?;
    npz.write_i64(
        "rest_point",
        &[n],
        &whole(&|c| c.rest.map_or(-1, |k| k as i64)),
    )?;
    npz.write_i64(
        "steps",
        &[n],
        &whole(&|c| c.outcome.statistics.accepted as i64),
    )?;
    let x: Vec<f64> = cases
        .iter()
        .flat_map(|c| c.outcome.x.iter().copied())
        .collect();
    npz.write("x", &[n, study.network.size()], &x)?;
    if cases.iter().all(|c| c.lyapunov.is_some()) {
        let of =
            |f: fn(&LyapunovReport) -> f64| column(&|c| c.lyapunov.as_ref().map_or(f64::NAN, f));
        npz.write("largest_rise", &[n], &of(|l| l.largest_rise))?;
        npz.write("risen", &[n], &of(|l| l.risen))?;
        npz.write("fallen", &[n], &of(|l| l.fallen))?;
        npz.write("input_work", &[n], &of(|l| l.input_work))?;
        npz.write("input_error", &[n], &of(|l| l.input_error))?;
        let course = |c: &CaseResult| {
            let course = c.lyapunov.as_ref().map_or(Course::Unknown, |l| l.course());
            course.code() as i64
        };
        npz.write_i64("course", &[n], &whole(&course))?;
        let start = |l: &LyapunovReport| l.energy.map_or(f64::NAN, |e| e[0]);
        let end = |l: &LyapunovReport| l.energy.map_or(f64::NAN, |e| e[1]);
        npz.write("energy_start", &[n], &of(start))?;
        npz.write("energy_end", &[n], &of(end))?;
    }
    if study.recall.is_some() {
        npz.write_i64(
            "memory",
            &[n],
            &whole(&|c| c.recalled.map_or(-1, |r| r.memory as i64)),
        )?;
        let of =
            |f: fn(crate::analysis::Recalled) -> f64| column(&|c| c.recalled.map_or(f64::NAN, f));
        npz.write("distance", &[n], &of(|r| r.distance))?;
        npz.write("overlap", &[n], &of(|r| r.overlap))?;
        let targets = results
            .pairs(study)
            .map(|(c, _)| c.target.map_or(-1, |t| t as i64));
        npz.write_i64("target", &[n], &targets.collect::<Vec<_>>())?;
        npz.write_i64(
            "recalled",
            &[n],
            &whole(&|c| c.correct.map_or(-1, i64::from)),
        )?;
    }
    npz.finish()
}
