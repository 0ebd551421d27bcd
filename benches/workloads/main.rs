//! The workloads of the benchmark table, timed here; `benches/run.py` times the peers on the same problems.
//!
//! `cargo bench --bench workloads -- NAME…` prints one JSON line for each workload and setting. With `--write FOLDER` the
//! weights, starts and final states are written there as plain little-endian numbers, from which the peers begin and with
//! which they are compared: every engine integrates the same bits. `-- scale N P COUNT` runs one size of the scaling test,
//! alone in its process, so that the peak of its memory is its own.

mod attention;
mod flips;
mod labels;

use std::fs;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

use attractor::dynamics::{Interrupt, Method, Outcome, Settings, Start};
use attractor::ensemble::Ensemble;
use attractor::kernels::{Weights, vectorized};
use attractor::lagrangian::{Identity, Sigmoid, Softmax, Tanh};
use attractor::monitor::{LyapunovMonitor, Mode, RestMonitor};
use attractor::network::{Layer, Network, theories};
use attractor::stimulus::Stimulus;
use attractor::trajectory::StopReason;

type Failure = Box<dyn std::error::Error>;

/// A workload: a network, its starts, how long.
struct Workload {
    name: &'static str,
    network: Network,
    weights: Weights,
    /// How many trajectories, and where each begins.
    count: usize,
    start: Box<dyn Fn(usize) -> Start + Sync>,
    settings: Settings,
    /// Does each end where it comes to rest, in every setting?
    rests: bool,
    /// What the peers must know of it beside weights and starts, as JSON.
    problem: String,
}

/// A method by its name, from 0 to `t_end`.
fn settings(method: &str, t_end: f64) -> Result<Settings, Failure> {
    Ok(Settings {
        method: Method::named(method).ok_or("no such method")?,
        t_end,
        ..Settings::default()
    })
}

/// The problem of one layer whose neurons all act on one another.
fn one_layer(activation: &str, beta: f64, input: f64) -> String {
    format!(
        "{{\"kind\": \"one-layer\", \"activation\": \"{activation}\", \"beta\": {beta}, \"input\": {input}}}"
    )
}

/// Starts that lie ready, so that making them is not timed.
fn ready(starts: impl Iterator<Item = Vec<f64>>) -> (usize, Box<dyn Fn(usize) -> Start + Sync>) {
    let starts: Vec<Vec<f64>> = starts.collect();
    (
        starts.len(),
        Box::new(move |k| Start::at(starts[k].clone())),
    )
}

/// A 64-bit linear congruential generator, high bits first: no version of a crate changes the problems.
struct Numbers(u64);

impl Numbers {
    fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        ((self.0 >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// Box and Muller, one of the pair.
    fn normal(&mut self) -> f64 {
        let (u, v) = (self.uniform(), self.uniform());
        (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }

    fn sign(&mut self) -> f64 {
        if self.uniform() < 0.5 { -1.0 } else { 1.0 }
    }
}

fn basin_map() -> Result<Workload, Failure> {
    let w = Weights::new(2, 2, vec![0.0, -1.0, -1.0, 0.0])?;
    let neurons = Layer::new("x", &[2], Sigmoid { beta: 8.0 })?.input([0.5, 0.5]);
    let side = 512;
    let at = |k: usize| -2.0 + 4.0 * k as f64 / (side - 1) as f64;
    let (count, start) = ready((0..side * side).map(|k| vec![at(k % side), at(k / side)]));
    Ok(Workload {
        name: "basin-map",
        network: theories::general(neurons, w.clone())?,
        weights: w,
        count,
        start,
        settings: settings("tsit5", 50.0)?,
        rests: false,
        problem: one_layer("sigmoid", 8.0, 0.5),
    })
}

/// What the entries of memories are.
type Entry = fn(&mut Numbers) -> f64;

/// `p` memories in `n` features.
fn memories([n, p]: [usize; 2], entry: Entry, r: &mut Numbers) -> Result<Weights, Failure> {
    let xi = (0..n * p).map(|_| entry(r)).collect();
    Ok(Weights::new(p, n, xi)?)
}

/// Model B with its hidden neurons, and the cues of some of its memories.
fn model_b(
    name: &'static str,
    (sizes, entry, cues): ([usize; 2], Entry, usize),
    [beta, tau, sigma]: [f64; 3],
    (method, seed): (&'static str, u64),
) -> Result<Workload, Failure> {
    let mut r = Numbers(seed);
    let weights = memories(sizes, entry, &mut r)?;
    let (count, start) = ready((0..cues).map(|k| cue(&weights, k, sigma, &mut r)));
    Ok(Workload {
        name,
        network: model_b_network(weights.clone(), beta, tau)?,
        weights,
        count,
        start,
        settings: settings(method, 20.0)?,
        rests: false,
        problem: format!(
            "{{\"kind\": \"model-b\", \"features\": {}, \"beta\": {beta}, \"tau\": {tau}}}",
            sizes[0]
        ),
    })
}

fn model_b_network(weights: Weights, beta: f64, tau: f64) -> Result<Network, Failure> {
    let features = Layer::new("v", &[weights.cols()], Identity)?;
    let hidden = Layer::new("h", &[weights.rows()], Softmax { beta })?.tau(tau);
    Ok(theories::two_layer(features, hidden, weights)?)
}

/// Memory `k`, disturbed, the hidden neurons at 0.
fn cue(weights: &Weights, k: usize, sigma: f64, r: &mut Numbers) -> Vec<f64> {
    let (n, p) = (weights.cols(), weights.rows());
    let memory = &weights.data()[(k % p) * n..(k % p + 1) * n];
    let mut x: Vec<f64> = memory.iter().map(|m| m + sigma * r.normal()).collect();
    x.resize(n + p, 0.0);
    x
}

fn recall(name: &'static str, entry: Entry, cues: usize) -> Result<Workload, Failure> {
    let of = ([784, 4096], entry, cues);
    model_b(name, of, [0.02, 0.1, 1.0], ("tsit5", 1))
}

fn stiff(name: &'static str, cues: usize) -> Result<Workload, Failure> {
    let of = ([64, 256], Numbers::sign as Entry, cues);
    model_b(name, of, [0.2, 1e-4, 0.7], ("exponential", 3))
}

/// A hundred neurons that keep eight memories of many values, and random starts.
fn mid_size() -> Result<Workload, Failure> {
    let (n, p) = (100, 8);
    let mut r = Numbers(5);
    let xi: Vec<f64> = (0..n * p).map(|_| r.normal()).collect();
    let mut w = vec![0.0; n * n];
    for memory in xi.chunks_exact(n) {
        for i in 0..n {
            for j in 0..n {
                if i != j {
                    w[i * n + j] += memory[i] * memory[j] / n as f64;
                }
            }
        }
    }
    let weights = Weights::new(n, n, w)?;
    let starts = (0..10_000).map(|_| (0..n).map(|_| 0.5 * r.normal()).collect());
    let (count, start) = ready(starts);
    let neurons = Layer::new("x", &[n], Tanh { beta: 3.0 })?;
    Ok(Workload {
        name: "mid-size",
        network: theories::general(neurons, weights.clone())?,
        weights,
        count,
        start,
        settings: settings("tsit5", 50.0)?,
        rests: false,
        problem: one_layer("tanh", 3.0, 0.0),
    })
}

fn spin_glass() -> Result<Workload, Failure> {
    let n = 2000;
    let mut r = Numbers(2);
    let a: Vec<f64> = (0..n * n).map(|_| r.normal() / (n as f64).sqrt()).collect();
    let mut w = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..n {
            if i != j {
                w[i * n + j] = (a[i * n + j] + a[j * n + i]) / 2f64.sqrt();
            }
        }
    }
    let weights = Weights::new(n, n, w)?;
    let x = (0..n).map(|_| 0.1 * r.normal()).collect();
    let (count, start) = ready(std::iter::once(x));
    let neurons = Layer::new("x", &[n], Tanh { beta: 1.5 })?;
    Ok(Workload {
        name: "spin-glass",
        network: theories::general(neurons, weights.clone())?,
        weights,
        count,
        start,
        settings: settings("tsit5", 50.0)?,
        rests: false,
        problem: one_layer("tanh", 1.5, 0.0),
    })
}

/// Sparse symmetric weights, a hundred of each neuron on average: too many neurons for a matrix of all pairs.
fn sparse(name: &'static str, count: usize, t_end: f64) -> Result<Workload, Failure> {
    let (n, pairs) = (100_000, 5_000_000);
    let mut r = Numbers(6);
    let index = |r: &mut Numbers| (r.uniform() * n as f64) as usize;
    let mut entries = Vec::with_capacity(2 * pairs);
    for _ in 0..pairs {
        let (i, j, w) = (index(&mut r), index(&mut r), r.normal() / 10.0);
        if i != j {
            entries.extend([(i, j, w), (j, i, w)]);
        }
    }
    let weights = Weights::sparse(n, n, entries)?;
    let starts = (0..count).map(|_| (0..n).map(|_| 0.1 * r.normal()).collect());
    let (count, start) = ready(starts);
    let neurons = Layer::new("x", &[n], Tanh { beta: 1.5 })?;
    Ok(Workload {
        name,
        network: theories::general(neurons, weights.clone())?,
        weights,
        count,
        start,
        settings: settings("tsit5", t_end)?,
        rests: false,
        problem: one_layer("tanh", 1.5, 0.0),
    })
}

/// One size of the scaling test. Starts are made when they are asked for, and the weights are held once, so that nothing
/// but the network and what integrates it is in memory.
fn scale(n: usize, p: usize, count: usize) -> Result<Workload, Failure> {
    let start = move |k: usize| {
        let mut r = Numbers((k as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut x: Vec<f64> = (0..n).map(|_| r.normal()).collect();
        x.resize(n + p, 0.0);
        Start::at(x)
    };
    Ok(Workload {
        name: "scale",
        network: model_b_network(memories([n, p], Numbers::sign, &mut Numbers(4))?, 0.02, 0.1)?,
        weights: Weights::new(0, 0, Vec::new())?,
        count,
        start: Box::new(start),
        settings: settings("tsit5", 20.0)?,
        rests: false,
        problem: String::new(),
    })
}

/// What a run has cost, and where it led if that was to be kept.
#[derive(Default)]
struct Run {
    seconds: f64,
    steps: u64,
    evaluations: u64,
    at_rest: usize,
    failures: usize,
    /// Final states, trajectory after trajectory.
    ends: Vec<f64>,
}

/// Runs it once.
fn time(w: &Workload, monitor: bool, at_rest: bool, keep: bool) -> Result<Run, Failure> {
    let settings = &w.settings;
    let stimulus = Stimulus::constant(&w.network);
    let ensemble = Ensemble {
        network: &w.network,
        settings,
        stimulus: &stimulus,
        threads: 0,
        alone: w.count == 1,
        interrupt: &Interrupt::new(),
    };
    let n = w.network.size();
    let mut run = Run::default();
    if keep {
        run.ends = vec![0.0; w.count * n];
    }
    let flips = settings.method.flips;
    let watch = |_| {
        let lyapunov = monitor.then(|| LyapunovMonitor::new(Mode::Record));
        let rest = RestMonitor::new(&w.network, [1e-8, 1e-6]);
        let rest = if flips { rest.at_once() } else { rest };
        let rest = (w.rests || at_rest).then_some(rest);
        (lyapunov, rest)
    };
    let start = |k| Ok((w.start)(k));
    let clock = Instant::now();
    let shared = Mutex::new(run);
    ensemble.run(0..w.count, start, watch, |k, outcome: Outcome, _| {
        let Ok(mut run) = shared.lock() else { return };
        run.steps += outcome.statistics.accepted + outcome.statistics.rejected;
        run.evaluations += outcome.statistics.evaluations;
        run.at_rest += usize::from(outcome.stop == StopReason::Rest);
        run.failures += usize::from(!outcome.stop.is_success());
        if keep {
            run.ends[k * n..(k + 1) * n].copy_from_slice(&outcome.x);
        }
    })?;
    let mut run = shared.into_inner().map_err(|_| "a thread failed")?;
    run.seconds = clock.elapsed().as_secs_f64();
    if run.failures > 0 {
        let why = format!(
            "{}: {} trajectories did not reach their end",
            w.name, run.failures
        );
        return Err(why.into());
    }
    Ok(run)
}

/// The median of at least one run and at most five, as many as two seconds hold, after one to warm up; a run of more than
/// five seconds needs no warming. The peers' rule is the same, but that the first run, in which compilers work, never counts.
fn median(mut once: impl FnMut() -> Result<f64, Failure>) -> Result<f64, Failure> {
    let first = once()?;
    let mut seconds: Vec<f64> = Vec::new();
    if first > 5.0 {
        seconds.push(first);
    }
    while seconds.is_empty() || seconds.len() < 5 && seconds.iter().sum::<f64>() < 2.0 {
        seconds.push(once()?);
    }
    seconds.sort_by(f64::total_cmp);
    Ok(seconds[seconds.len() / 2])
}

/// The shortest of as many runs as three seconds hold: what the machine can do, whoever else is using it.
fn shortest(mut once: impl FnMut() -> f64) -> f64 {
    let clock = Instant::now();
    let mut least = once();
    while clock.elapsed().as_secs_f64() < 3.0 {
        least = least.min(once());
    }
    least
}

/// Seconds of `work` done by so many threads at once, each with its own number.
fn together(threads: usize, work: impl Fn(usize) + Sync) -> f64 {
    let clock = Instant::now();
    std::thread::scope(|scope| {
        for k in 1..threads {
            let work = &work;
            scope.spawn(move || work(k));
        }
        work(0);
    });
    clock.elapsed().as_secs_f64()
}

/// What the machine itself does with a matrix of this size: 10⁹ operations a second of both products of one whose entries are
/// all different with a block of 64 columns on every core, and 10⁹ bytes a second read by one thread and by all.
fn machine(weights: &Weights) -> Result<[f64; 3], Failure> {
    let (rows, cols, width) = (weights.rows(), weights.cols(), 64);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let times = 10;
    let mut r = Numbers(3);
    let numbers = (0..rows * cols).map(|_| r.uniform()).collect();
    let full = Weights::new(rows, cols, numbers)?;
    let product = shortest(|| {
        together(cores, |_| {
            let (g, f) = (vec![0.5; cols * width], vec![0.25; rows * width]);
            let (mut to_rows, mut to_cols) = (vec![0.0; rows * width], vec![0.0; cols * width]);
            for _ in 0..times {
                full.add_both(&g, &f, width, &mut to_rows, &mut to_cols);
            }
            black_box((to_rows, to_cols));
        })
    });
    let operations = (4 * rows * cols * width * times * cores) as f64;
    let read = |threads: usize| {
        let data = weights.data();
        let seconds = shortest(|| {
            together(threads, |k| {
                let piece = data.len() / threads;
                for _ in 0..times {
                    black_box(sum(&black_box(data)[k * piece..(k + 1) * piece]));
                }
            })
        });
        (8 * data.len() * times) as f64 / seconds / 1e9
    };
    Ok([operations / product / 1e9, read(1), read(cores)])
}

/// A sum in as many parts as keep the reading, not the adding, the limit.
fn sum(values: &[f64]) -> f64 {
    vectorized(
        #[inline(always)]
        || {
            let mut parts = [0.0; 64];
            for v in values.chunks_exact(64) {
                for (p, v) in parts.iter_mut().zip(v) {
                    *p += v;
                }
            }
            parts.iter().sum()
        },
    )
}

/// The most memory that this process has held, in bytes; 0 where the system does not tell.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// From here on [`peak`] tells the most that is held from now on, where the system can begin anew.
fn forget_peak() {
    // Without it the peak includes how the problem was made: more, not less.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

fn write(folder: &Path, name: &str, values: impl Iterator<Item = f64>) -> std::io::Result<()> {
    let name = format!("{name}.f64");
    write_bytes(folder, &name, values.flat_map(f64::to_le_bytes).collect())
}

fn write_bytes(folder: &Path, name: &str, bytes: Vec<u8>) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join(name), bytes)
}

/// The entries row by row, and of sparse weights also the column of each and where every row begins.
fn write_weights(folder: &Path, weights: &Weights) -> std::io::Result<()> {
    if !weights.is_sparse() {
        return write(folder, "weights", weights.data().iter().copied());
    }
    let mut entries: Vec<(usize, usize, f64)> = weights.entries().collect();
    entries.sort_by_key(|(row, column, _)| (*row, *column));
    write(folder, "weights", entries.iter().map(|(_, _, w)| *w))?;
    let columns = entries.iter().map(|(_, column, _)| *column);
    let starts = (0..=weights.rows()).map(|r| entries.partition_point(|(row, _, _)| *row < r));
    let integers =
        |of: &mut dyn Iterator<Item = usize>| of.flat_map(|k| (k as i32).to_le_bytes()).collect();
    write_bytes(folder, "indices.i32", integers(&mut columns.into_iter()))?;
    write_bytes(folder, "indptr.i32", integers(&mut starts.into_iter()))
}

fn print(line: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{line}")
}

fn workload(mut w: Workload, folder: Option<&Path>) -> Result<(), Failure> {
    if let Some(folder) = folder {
        write_weights(folder, &w.weights)?;
        let problem = format!(
            "{{\"t_end\": {}, \"network\": {}}}",
            w.settings.t_end, w.problem
        );
        fs::write(folder.join("problem.json"), problem)?;
        write(folder, "starts", (0..w.count).flat_map(|k| (w.start)(k).x))?;
    }
    let w = &mut w;
    if w.weights.is_sparse() {
        // The network has its own; the peak is to tell what a user would hold.
        w.weights = Weights::new(0, 0, Vec::new())?;
    }
    for (setting, monitor, rest) in [
        ("plain", false, false),
        ("monitor", true, false),
        ("rest", false, true),
    ] {
        if rest && w.settings.method.flips {
            // Above temperature 0 nothing rests; below, all ends there in any case.
            continue;
        }
        let mut last = Run::default();
        forget_peak();
        let seconds = median(|| {
            last = time(w, monitor, rest, folder.is_some())?;
            Ok(last.seconds)
        })?;
        print(&format!(
            "{{\"workload\": \"{}\", \"method\": \"{}\", \"setting\": \"{setting}\", \"seconds\": {seconds:.9}, \
             \"trajectories\": {}, \"at_rest\": {}, \"steps\": {}, \"evaluations\": {}, \"ns_per_step\": {:.1}, \"bytes_peak\": {}}}",
            w.name,
            w.settings.method.name,
            w.count,
            last.at_rest,
            last.steps,
            last.evaluations,
            seconds * 1e9 / last.steps as f64,
            peak(),
        ))?;
        if let Some(folder) = folder {
            write(folder, setting, last.ends.into_iter())?;
        }
    }
    if w.name.contains("recall") {
        let [product, one, all] = machine(&w.weights)?;
        print(&format!(
            "{{\"workload\": \"{}\", \"setting\": \"machine\", \"product_gflops\": {product:.2}, \
             \"read_gbytes_one_thread\": {one:.2}, \"read_gbytes_all_threads\": {all:.2}}}",
            w.name,
        ))?;
    }
    Ok(())
}

fn one_size(sizes: &[String]) -> Result<(), Failure> {
    let [n, p, count] = sizes else {
        return Err("scale N P COUNT".into());
    };
    let before = peak();
    let w = scale(n.parse()?, p.parse()?, count.parse()?)?;
    // Once, not warmed up: a second run would find the memory of the first.
    let run = time(&w, false, false, false)?;
    print(&format!(
        "{{\"workload\": \"scale\", \"features\": {n}, \"memories\": {p}, \"trajectories\": {count}, \
         \"seconds\": {:.9}, \"steps\": {}, \"bytes_before\": {before}, \"bytes_peak\": {}}}",
        run.seconds,
        run.steps,
        peak(),
    ))?;
    Ok(())
}

fn main() -> Result<(), Failure> {
    let mut wanted: Vec<String> = Vec::new();
    let mut folder = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(a) = arguments.next() {
        match a.as_str() {
            "--write" => folder = Some(arguments.next().ok_or("--write FOLDER")?),
            // What cargo itself says.
            "--bench" => {}
            _ => wanted.push(a),
        }
    }
    if wanted.first().is_some_and(|w| w == "scale") {
        return one_size(&wanted[1..]);
    }
    if wanted.is_empty() || wanted.iter().any(|w| w == "basin-labels") {
        labels::labels()?;
    }
    if wanted.is_empty() || wanted.iter().any(|w| w == "attention") {
        let folder = folder.as_ref().map(|f| Path::new(f).join("attention"));
        attention::attention(folder.as_deref())?;
    }
    type Make = fn() -> Result<Workload, Failure>;
    let all: [(&str, Make); 16] = [
        ("basin-map", basin_map),
        ("mid-size", mid_size),
        ("batch-recall", || {
            recall("batch-recall", Numbers::sign, 256)
        }),
        ("batch-recall-many", || {
            recall("batch-recall-many", Numbers::normal, 256)
        }),
        ("one-recall", || recall("one-recall", Numbers::sign, 1)),
        ("one-recall-many", || {
            recall("one-recall-many", Numbers::normal, 1)
        }),
        ("spin-glass", spin_glass),
        ("sparse", || sparse("sparse", 1, 20.0)),
        ("sparse-batch", || sparse("sparse-batch", 8, 20.0)),
        ("stiff", || stiff("stiff", 1)),
        ("stiff-batch", || stiff("stiff-batch", 256)),
        ("overlaps", flips::overlaps),
        ("fields", flips::fields),
        ("glauber", || flips::glauber("glauber", Numbers::normal)),
        ("glauber-integers", || {
            flips::glauber("glauber-integers", Numbers::sign)
        }),
        ("dense-memory", flips::dense_memory),
    ];
    for (name, make) in all {
        if wanted.is_empty() || wanted.iter().any(|w| w == name) {
            let folder = folder.as_ref().map(|f| Path::new(f).join(name));
            workload(make()?, folder.as_deref())?;
        }
    }
    Ok(())
}
