//! Methods that the list does not have, made outside the library: one that draws at random, and one that flips units. They
//! go through the same blocks, monitors and ensembles as all others.

use std::sync::Mutex;

use attractor::dynamics::{
    EULER, Equation, Interrupt, Method, MethodError, Node, Outcome, RunError, Settings, Start,
    Stepper, Storage, integrate,
};
use attractor::ensemble::Ensemble;
use attractor::kernels::Weights;
use attractor::lagrangian::{Identity, Name, Reach, Scalar, Term};
use attractor::monitor::{Flow, Monitor, Needs, RestMonitor};
use attractor::network::{Drive, Layer, Network, Workspace, theories};
use attractor::pattern::random::Stream;
use attractor::refusal::Refusal;
use attractor::stimulus::Stimulus;
use attractor::synapse::Flip;
use attractor::trajectory::{Step, StopReason};

use crate::networks::Numbers;

/// Euler's step and a jump to either side, `x += h v ± √h`: every column draws its own signs.
#[derive(Debug)]
struct Noisy {
    /// What is drawn in each column comes from the seed and how many were drawn before.
    draws: Vec<[u64; 2]>,
}

impl Noisy {
    fn sign(&mut self, column: usize) -> f64 {
        let [seed, count] = &mut self.draws[column];
        *count += 1;
        // SplitMix64 (Steele, Lea and Flood 2014).
        let mut z = seed.wrapping_add(count.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        if (z ^ (z >> 31)) & 1 == 0 { 1.0 } else { -1.0 }
    }
}

impl Stepper for Noisy {
    fn velocities(&self) -> usize {
        2
    }

    fn evaluations(&self) -> u64 {
        1
    }

    fn begin(&mut self, _: &Network, (column, _): (usize, &[f64]), stream: Stream) {
        self.draws[column] = [stream.seed ^ stream.stream as u64, 0];
    }

    fn carry(&self, column: usize) -> Vec<u64> {
        self.draws[column].to_vec()
    }

    fn resume(&mut self, column: usize, carried: &[u64]) {
        self.draws[column].copy_from_slice(carried);
    }

    fn advance(
        &mut self,
        _: &mut Equation<'_, '_>,
        node: &mut Node<'_>,
        storage: &mut Storage,
        ws: &mut Workspace,
    ) -> Result<(), StopReason> {
        for k in 0..node.x.len() {
            let column = k % ws.width();
            let h = node.h[column];
            // A column that takes no step draws nothing: what it draws must not tell of its neighbours.
            if h > 0.0 {
                let jump = h.sqrt() * self.sign(column);
                storage.end[k] = node.x[k] + h * storage.k[0][k] + jump;
            }
        }
        Ok(())
    }

    fn work_at_end(&self) -> [f64; 2] {
        [0.0; 2]
    }

    fn error(&self, _: &[f64], _: &[f64], _: &Storage, out: &mut [f64]) {
        out.fill(0.0);
    }
}

static NOISY: Method = Method {
    name: "noisy",
    make: |_, _, width| {
        Box::new(Noisy {
            draws: vec![[0; 2]; width],
        })
    },
    ..EULER
};

/// Stops after some steps.
struct Until(u64);

impl Monitor for Until {
    fn observe(&mut self, step: &Step<'_>) -> Flow {
        match step.number + 1 < self.0 {
            true => Flow::Continue,
            false => Flow::Stop(StopReason::TimeReached),
        }
    }
}

fn ends<M: Monitor>(
    (network, method): (&Network, &'static Method),
    (threads, alone): (usize, bool),
    starts: Vec<(usize, Start)>,
    monitor: impl Fn(usize) -> M + Sync,
) -> Vec<(usize, Outcome)> {
    let settings = Settings {
        method,
        t_end: 1000.0,
        step: Some(1.0),
        ..Settings::default()
    };
    let ensemble = Ensemble {
        network,
        settings: &settings,
        stimulus: &Stimulus::constant(network),
        threads,
        alone,
        interrupt: &Interrupt::new(),
    };
    let ends = Mutex::new(Vec::new());
    let store = |k, outcome, _| ends.lock().unwrap().push((k, outcome));
    let (numbers, starts): (Vec<usize>, Vec<Start>) = starts.into_iter().unzip();
    let start = |k: usize| Ok(starts[numbers.iter().position(|n| *n == k).unwrap()].clone());
    ensemble
        .run(numbers.iter().copied(), start, monitor, store)
        .unwrap();
    let mut ends = ends.into_inner().unwrap();
    ends.sort_by_key(|(k, _)| *k);
    ends
}

#[test]
fn random_draws_stay_with_their_trajectory_in_whatever_block_it_is() {
    let weights = Weights::new(2, 2, vec![0.0, 0.3, 0.3, 0.0]).unwrap();
    let layer = Layer::new("n", &[2], Identity).unwrap().tau(10.0);
    let network = theories::general(layer, weights).unwrap();
    let start = |k: usize| Start {
        stream: Some(Stream::of(7, 0, k, 0)),
        ..Start::at(vec![k as f64, 0.5])
    };
    let starts = |ks: std::ops::Range<usize>| ks.map(|k| (k, start(k))).collect::<Vec<_>>();
    // Most end soon, at different steps, and some a little later: the block of the others becomes narrower twice, 128, 32 and 8
    // columns.
    let steps = |k: usize| {
        Until(match k % 16 {
            3 => 100 + k as u64,
            5 | 7 => 40 + k as u64 % 7,
            _ => 10 + k as u64 % 7,
        })
    };
    let run = |starts, threads| ends((&network, &NOISY), threads, starts, steps);
    let all = run(starts(0..128), (1, false));
    // By itself a trajectory never migrates.
    assert_eq!(all, run(starts(0..128), (1, true)));
    assert_eq!(all, run(starts(0..128), (2, false)));
    assert_eq!(
        all,
        run(starts(0..128).into_iter().rev().collect(), (1, false))
    );
    assert_eq!(all[35..], run(starts(35..128), (1, false)));
    // Different trajectories draw different numbers.
    assert_ne!(all[3].1.x[1], all[11].1.x[1]);
}

/// `g = sign(x)`, the limit of a steep tanh; `L = |x|`, and `L* = 0` where it counts.
#[derive(Debug)]
struct Sign;

impl Scalar for Sign {
    fn name(&self) -> Name {
        Name::new("sign")
    }

    fn value(&self, x: f64) -> Term {
        Term::plain(x.abs())
    }

    fn activation(&self, x: f64) -> f64 {
        x.signum()
    }

    fn slope(&self, _: f64) -> f64 {
        0.0
    }

    fn legendre(&self, _: f64) -> Term {
        Term::plain(0.0)
    }

    fn reach(&self) -> Reach {
        Reach::confined(-1.0, 1.0)
    }
}

/// One step is one sweep: each unit in turn flips if that lowers the energy.
#[derive(Debug)]
struct Descent {
    flips: u64,
}

/// By how much the energy changes if a unit flips.
fn difference(network: &Network, (g, kept): (&[f64], &[f64]), input: &[f64], i: usize) -> f64 {
    let flip = Flip {
        neuron: i,
        by: -2.0 * g[i],
    };
    let synapses = network.connections().iter();
    let of_synapses = synapses.filter_map(|c| c.synapse.flips());
    let sum: f64 = of_synapses.map(|f| f.difference(g, kept, &[flip])).sum();
    sum - input[i] * flip.by
}

/// One column of a block.
fn column(block: &[f64], width: usize, b: usize) -> Vec<f64> {
    block.iter().skip(b).step_by(width).copied().collect()
}

impl Stepper for Descent {
    fn velocities(&self) -> usize {
        2
    }

    fn evaluations(&self) -> u64 {
        1
    }

    /// What the units want to become, less what they are.
    fn velocity(
        &self,
        network: &Network,
        (x, drive): (&[f64], Drive<'_>),
        with_energy: bool,
        ws: &mut Workspace,
        out: &mut [f64],
    ) {
        // The energies of the synapses.
        network.velocity(x, drive, with_energy, ws, out);
        let width = ws.width();
        let flips = network.connections()[0].synapse.flips().unwrap();
        for b in 0..width {
            let (g, input) = (column(x, width, b), column(drive.input, width, b));
            let mut kept = vec![0.0; flips.kept()];
            flips.keep(&g, &mut kept);
            for i in 0..g.len() {
                let gains = difference(network, (&g, &kept), &input, i) < 0.0;
                out[i * width + b] = if gains { -2.0 * g[i] } else { 0.0 };
            }
        }
    }

    fn advance(
        &mut self,
        equation: &mut Equation<'_, '_>,
        node: &mut Node<'_>,
        storage: &mut Storage,
        ws: &mut Workspace,
    ) -> Result<(), StopReason> {
        let width = ws.width();
        equation.place(1.0, node.h);
        let flips = equation.network.connections()[0].synapse.flips();
        let flips = flips.unwrap();
        for b in 0..width {
            let mut g = column(node.x, width, b);
            let input = column(equation.drive().input, width, b);
            let mut kept = vec![0.0; flips.kept()];
            flips.keep(&g, &mut kept);
            for i in 0..g.len() {
                if difference(equation.network, (&g, &kept), &input, i) < 0.0 {
                    let by = -2.0 * g[i];
                    flips.follow(&g, Flip { neuron: i, by }, &mut kept);
                    g[i] += by;
                    self.flips += 1;
                }
                storage.end[i * width + b] = g[i];
            }
        }
        Ok(())
    }

    fn work_at_end(&self) -> [f64; 2] {
        [0.0; 2]
    }

    fn error(&self, _: &[f64], _: &[f64], _: &Storage, out: &mut [f64]) {
        out.fill(0.0);
    }
}

static DESCENT: Method = Method {
    name: "descent",
    suits: |network, _| {
        let of = |l: &Layer| {
            l.lagrangian
                .segments()
                .iter()
                .all(|s| s.lagrangian.describe() == "sign")
        };
        let other = network.layers().iter().find(|l| !of(l));
        let why = |l: &Layer| Refusal::new(&l.name, "is not two-valued").help("sign is");
        other.map_or(Ok(()), |l| Err(why(l)))
    },
    make: |_, _, _| Box::new(Descent { flips: 0 }),
    ..EULER
};

/// The energy of every step.
#[derive(Default)]
struct Energies(Vec<f64>);

impl Monitor for Energies {
    fn needs(&self) -> Needs {
        Needs {
            energy: true,
            ..Needs::default()
        }
    }

    fn observe(&mut self, step: &Step<'_>) -> Flow {
        self.0.extend(step.end.energy.as_ref().map(|e| e.total));
        Flow::Continue
    }
}

#[test]
fn a_rule_that_flips_units_runs_to_rest_and_its_energy_falls() {
    let n = 60;
    let mut r = Numbers(11);
    // Random symmetric weights without a diagonal, and a field: many states that no unit wants to leave.
    let mut values = r.symmetric(n, 1.0);
    (0..n).for_each(|i| values[i * (n + 1)] = 0.0);
    let weights = Weights::new(n, n, values.clone()).unwrap();
    let layer = Layer::new("n", &[n], Sign).unwrap().input(r.vector(n, 0.3));
    let network = theories::general(layer, weights).unwrap();
    let input = network.input().to_vec();
    let starts: Vec<(usize, Start)> = (0..20)
        .map(|k| {
            let signs = r.vector(n, 1.0).into_iter().map(f64::signum);
            (k, Start::at(signs.collect()))
        })
        .collect();
    let field = |x: &[f64], i: usize| -> f64 {
        let sum: f64 = (0..n).map(|j| values[i * n + j] * x[j]).sum();
        sum + input[i]
    };
    let monitor = |_| (RestMonitor::new(&network, [1e-9; 2]), Energies::default());
    let watched = Mutex::new(Vec::new());
    let settings = Settings {
        method: &DESCENT,
        t_end: 1000.0,
        step: Some(1.0),
        ..Settings::default()
    };
    Ensemble {
        network: &network,
        settings: &settings,
        stimulus: &Stimulus::constant(&network),
        threads: 2,
        alone: false,
        interrupt: &Interrupt::new(),
    }
    .run(
        0..starts.len(),
        |k| Ok(starts[k].1.clone()),
        monitor,
        |k, outcome, (_, energies)| {
            watched.lock().unwrap().push((k, outcome, energies.0));
        },
    )
    .unwrap();
    for (k, outcome, energies) in watched.into_inner().unwrap() {
        assert_eq!(outcome.stop, StopReason::Rest, "{k}");
        // The truth, from the weights alone: every unit agrees with its field.
        assert!(
            (0..n).all(|i| outcome.x[i] * field(&outcome.x, i) >= 0.0),
            "{k}"
        );
        assert!(
            energies.len() > 1 && energies.windows(2).all(|e| e[1] <= e[0]),
            "{k}: {energies:?}"
        );
        // E = −½ Σ W s s − Σ I s.
        let x = &outcome.x;
        let energy: f64 = (0..n)
            .map(|i| -x[i] * (0.5 * (field(x, i) - input[i]) + input[i]))
            .sum();
        assert!((energies.last().unwrap() - energy).abs() < 1e-11, "{k}");
    }
}

#[test]
fn a_method_says_which_networks_it_is_for() {
    let weights = Weights::new(1, 1, vec![0.5]).unwrap();
    let layer = Layer::new("v", &[1], Identity).unwrap();
    let network = theories::general(layer, weights).unwrap();
    let settings = Settings {
        method: &DESCENT,
        step: Some(1.0),
        ..Settings::default()
    };
    let start = Start::at(vec![1.0]);
    let stimulus = Stimulus::constant(&network);
    let refused = integrate(&network, &settings, &stimulus, start, &mut ()).unwrap_err();
    let why = Refusal::new("v", "is not two-valued").help("sign is");
    let wanted = MethodError::Network {
        method: "descent",
        why,
    };
    assert_eq!(refused, RunError::Method(wanted));
}
