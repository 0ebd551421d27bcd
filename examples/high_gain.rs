//! The high-gain limit as a measurement: the attractors of a graded network against the stable states of the binary one, for
//! a gain from 1 to 200.
//!
//! Seven units with symmetric weights and no diagonal. A graded network x' = −x + T g(x) + I, g = 1/(1 + e^(−βx)), rests from
//! all 128 starts x = T V + I, V of 0 and 1; ends that are nearer than 10⁻⁴ of the size of the state are one attractor. The
//! binary network's stable states are those of the 128 that no unit wants to leave. An attractor is as far from its binary
//! state (largest difference of an activation) as the unit with the weakest field κ: 1/(1 + e^(βκ)). `cargo run --release
//! --example high_gain -- DIRECTORY` draws that, the number of attractors and their energies into the directory.
//!
//! ```text
//! A = 1001011: energy -7.371, weakest field 1.879
//! B = 1100011: energy -5.834, weakest field 0.342
//! C = 1001101: energy -4.769, weakest field 0.215
//! D = 0011100: energy -1.713, weakest field 0.289
//! gain   attractors   farthest from a binary state
//!    1            1   1.7e-1
//!    2            2   3.4e-1
//!    4            3   2.4e-1
//!   10            3   5.3e-2
//!   20            4   1.3e-2
//!   40            4   1.8e-4
//!  100            4   4.6e-10
//!  200            4   1.4e-81
//! ```

use std::error::Error;
use std::path::PathBuf;
use std::sync::Mutex;

use attractor::analysis::FixedPoints;
use attractor::dynamics::{ASYNCHRONOUS, Interrupt, Settings, Start, Still, still};
use attractor::ensemble::Ensemble;
use attractor::figure::{Figure, Line, LinesPlot, PanelsPlot, Plot};
use attractor::kernels::Weights;
use attractor::lagrangian::{Sigmoid, Step};
use attractor::monitor::RestMonitor;
use attractor::network::{Drive, Layer, Network, Workspace, theories};
use attractor::stimulus::Stimulus;

const N: usize = 7;
const T: [f64; N * N] = [
    0.0, -1.855, -2.242, 1.165, -0.141, -0.795, 3.751, //
    -1.855, 0.0, -1.916, -3.904, -2.204, -0.06, 2.117, //
    -2.242, -1.916, 0.0, 0.202, 1.046, -2.933, -3.947, //
    1.165, -3.904, 0.202, 0.0, 0.004, 0.74, -0.109, //
    -0.141, -2.204, 1.046, 0.004, 0.0, -3.748, 0.194, //
    -0.795, -0.06, -2.933, 0.74, -3.748, 0.0, 3.26, //
    3.751, 2.117, -3.947, -0.109, 0.194, 3.26, 0.0, //
];
const I: [f64; N] = [-0.04, 0.14, 0.22, 0.083, 0.158, -0.388, -0.296];

/// A binary state that no unit wants to leave.
struct Binary {
    /// A letter, from the lowest energy up.
    name: &'static str,
    v: Vec<f64>,
    energy: f64,
    /// The weakest field of a unit.
    weakest: f64,
}

impl Binary {
    /// `0011100`.
    fn word(&self) -> String {
        self.v.iter().map(|v| format!("{v}")).collect()
    }
}

/// How far an attractor is from its binary state, whose weakest field is κ, in the limit.
fn theory(gain: f64, weakest: f64) -> f64 {
    1.0 / (1.0 + (gain * weakest).exp())
}

/// An attractor of the graded network.
struct Graded {
    /// The binary state that is nearest, and how far it is.
    nearest: usize,
    distance: f64,
    energy: f64,
}

fn network(layer: Layer) -> Result<Network, Box<dyn Error>> {
    let weights = Weights::new(N, N, T.to_vec())?;
    Ok(theories::classical(layer.input(I), weights)?)
}

fn energy(network: &Network, x: &[f64]) -> f64 {
    let mut ws = Workspace::new(network, 1);
    network.at(x, Drive::own(network), &mut ws).energy().total[0]
}

/// The field T V + I of every unit.
fn fields(v: &[f64]) -> Vec<f64> {
    let rows = T.chunks_exact(N).zip(I);
    let field = |(row, i): (&[f64], f64)| i + row.iter().zip(v).map(|(t, v)| t * v).sum::<f64>();
    rows.map(field).collect()
}

/// All states of 0 and 1.
fn corners() -> impl Iterator<Item = Vec<f64>> {
    let bit = |code: usize, i: usize| (code >> i & 1) as f64;
    (0..1 << N).map(move |code| (0..N).map(|i| bit(code, i)).collect())
}

fn binary() -> Result<Vec<Binary>, Box<dyn Error>> {
    let network = network(Layer::new("units", &[N], Step {})?)?;
    let settings = Settings {
        method: &ASYNCHRONOUS,
        ..Settings::default()
    };
    let stays = |v: &Vec<f64>| still((&network, &settings), v, network.input(), &[]) == Still::Firm;
    let all = corners().filter(stays).map(|v| Binary {
        name: "",
        energy: energy(&network, &v),
        weakest: fields(&v)
            .iter()
            .map(|x| x.abs())
            .fold(f64::INFINITY, f64::min),
        v,
    });
    let mut all: Vec<Binary> = all.collect();
    all.sort_by(|a, b| a.energy.total_cmp(&b.energy));
    let names = ["A", "B", "C", "D", "E", "F"];
    all.iter_mut()
        .zip(names)
        .for_each(|(b, name)| b.name = name);
    Ok(all)
}

/// The attractors at a gain.
fn graded(beta: f64, binary: &[Binary]) -> Result<Vec<Graded>, Box<dyn Error>> {
    let network = network(Layer::new("units", &[N], Sigmoid { beta })?)?;
    let starts: Vec<Vec<f64>> = corners().map(|v| fields(&v)).collect();
    let settings = Settings {
        t_end: 10_000.0,
        until_rest: true,
        rtol: 1e-9,
        atol: 1e-12,
        ..Settings::default()
    };
    let ends = Mutex::new(vec![Vec::new(); starts.len()]);
    let ensemble = Ensemble {
        network: &network,
        settings: &settings,
        stimulus: &Stimulus::constant(&network),
        threads: 0,
        alone: false,
        interrupt: &Interrupt::default(),
    };
    ensemble.run(
        0..starts.len(),
        |k| Ok(Start::at(starts[k].clone())),
        |_| RestMonitor::new(&network, [1e-10, 1e-10]),
        |k, end, _| {
            if let Ok(mut ends) = ends.lock() {
                ends[k] = end.x;
            }
        },
    )?;
    let mut points = FixedPoints::default();
    for x in ends.into_inner()? {
        points.find(&network, &x, network.input(), &[]);
    }
    let attractors = points.points().iter().filter(|p| p.stability.attracts());
    let of = |x: &[f64]| {
        let mut g = vec![0.0; N];
        network.activation(x, 1, &mut g);
        let far = |b: &Binary| {
            let pairs = b.v.iter().zip(&g);
            pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
        };
        let far: Vec<f64> = binary.iter().map(far).collect();
        let nearest = (0..far.len()).min_by(|a, b| far[*a].total_cmp(&far[*b]));
        let nearest = nearest.unwrap_or(0);
        Graded {
            nearest,
            distance: far[nearest],
            energy: energy(&network, x),
        }
    };
    Ok(attractors.map(|p| of(&p.x)).collect())
}

/// Gains from 1 to 200, a constant factor apart.
fn gains(count: u32) -> impl Iterator<Item = f64> {
    (0..count).map(move |k| 200f64.powf(f64::from(k) / f64::from(count - 1)))
}

/// Number of attractors, distances and energies over the gain.
fn figure(binary: &[Binary], seen: &[(f64, Vec<Graded>)]) -> PanelsPlot {
    // What a saturated activation near 1 is off by is lost in rounding.
    const ROUNDING: f64 = 1e-16;
    let dots = |label: &str, points: &mut dyn Iterator<Item = (f64, f64)>| {
        let (x, y) = points.unzip();
        Line {
            label: label.into(),
            x,
            y,
            dots: true,
            scattered: true,
            ..Line::default()
        }
    };
    let line = |label: String, y: &dyn Fn(f64) -> f64| {
        let points = gains(200).map(|gain| (gain, y(gain)));
        let (x, y) = points.filter(|(_, y)| *y > ROUNDING).unzip();
        Line {
            label,
            x,
            y,
            ..Line::default()
        }
    };
    let reference = |y: f64| Line {
        reference: true,
        ..line("binary".into(), &|_| y)
    };
    let (mut distances, mut energies) = (Vec::new(), Vec::new());
    for (k, b) in binary.iter().enumerate() {
        let own = || {
            let all = seen
                .iter()
                .flat_map(|(gain, g)| g.iter().map(move |g| (*gain, g)));
            all.filter(move |(_, g)| g.nearest == k)
        };
        let far = own().map(|(gain, g)| (gain, g.distance));
        distances.push(dots(b.name, &mut far.filter(|(_, d)| *d > ROUNDING)));
        let below = own().map(|(gain, g)| (gain, b.energy - g.energy));
        energies.push(dots(
            b.name,
            &mut below.filter(|(_, e)| *e > 100.0 * ROUNDING),
        ));
    }
    distances.extend(binary.iter().map(|b| Line {
        second: true,
        ..line(format!("κ = {:.2}", b.weakest), &|gain| {
            theory(gain, b.weakest)
        })
    }));
    let counts = &mut seen.iter().map(|(gain, g)| (*gain, g.len() as f64));
    let numbers = vec![reference(binary.len() as f64), dots("graded", counts)];
    let panel = |title: &str, y_label: &str, y_log: bool, y_reaches: Vec<f64>, lines| {
        Plot::Lines(LinesPlot {
            title: title.into(),
            x_label: "gain β".into(),
            y_label: y_label.into(),
            x_log: true,
            y_log,
            x_reaches: vec![1.0, 200.0],
            y_reaches,
            lines,
            ..LinesPlot::default()
        })
    };
    let names = binary.iter().map(|b| format!("{} {}", b.name, b.word()));
    let names = names.collect::<Vec<_>>().join(", ");
    PanelsPlot {
        title: "From graded units to binary ones".into(),
        subtitle: format!(
            "N = {N}, τẋ = −x + T g(x) + I, 128 starts at each gain · stable binary states {names}"
        ),
        columns: 3,
        plots: vec![
            panel("attractors", "number", false, vec![0.0, 5.0], numbers),
            panel(
                "distance from V",
                "max |g − V|",
                true,
                vec![1.0, ROUNDING],
                distances,
            ),
            panel(
                "energy below that of V",
                "E_{V} − E",
                true,
                vec![1.0, ROUNDING],
                energies,
            ),
        ],
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let binary = binary()?;
    for b in &binary {
        let (name, word, energy, weakest) = (b.name, b.word(), b.energy, b.weakest);
        println!("{name} = {word}: energy {energy:.3}, weakest field {weakest:.3}");
    }
    println!("gain   attractors   farthest from a binary state");
    for gain in [1.0, 2.0, 4.0, 10.0, 20.0, 40.0, 100.0, 200.0] {
        let found = graded(gain, &binary)?;
        let farthest = found.iter().map(|g| g.distance).fold(0.0, f64::max);
        println!("{gain:4}   {:10}   {farthest:.1e}", found.len());
    }
    let seen = gains(49).map(|gain| Ok((gain, graded(gain, &binary)?)));
    let plot = figure(&binary, &seen.collect::<Result<Vec<_>, Box<dyn Error>>>()?);
    let directory = std::env::args().nth(1).map(PathBuf::from);
    let directory = directory.unwrap_or_else(std::env::temp_dir);
    for ending in ["png", "svg"] {
        let path = directory.join(format!("high-gain.{ending}"));
        plot.draw(&path)?;
        eprintln!("drawn to {}", path.display());
    }
    Ok(())
}
