//! A trajectory has the same bits whatever shares its block: how wide that is, who began in its columns before, who begins, is
//! switched, watched or fails beside it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use crate::networks;

use attractor::dynamics::{AUTO, Block, Driver, Interrupt, OWN, Outcome, Settings, Start};
use attractor::monitor::{
    Flow, LyapunovMonitor, LyapunovReport, Mode, Monitor, Recorder, RestMonitor, Save,
};
use attractor::network::Network;
use attractor::stimulus::{Addition, Stimulus};
use attractor::trajectory::{State, Step, Trajectory};
use networks::{Numbers, Plan, moved};

/// What watches a trajectory.
#[derive(Clone, Copy)]
struct Watch {
    mode: Option<Mode>,
    rest: bool,
    save: Option<f64>,
}

type Monitors = (
    Option<LyapunovMonitor>,
    (Option<RestMonitor>, Option<Recorder>),
);

impl Watch {
    fn random(r: &mut Numbers) -> Self {
        let mode = r.below(Mode::WORDS.len() + 1);
        Watch {
            mode: Mode::WORDS.get(mode).map(|(_, mode)| *mode),
            rest: r.chance(0.4),
            save: r.chance(0.4).then_some(0.07),
        }
    }

    fn monitors(self, network: &Network) -> Monitors {
        let recorder = |every| Recorder::new(network.size(), Save::Every(every), true);
        let rest = || RestMonitor::new(network, [1e-6, 1e-5]).not_before(0.9);
        (
            self.mode.map(LyapunovMonitor::new),
            (self.rest.then(rest), self.save.map(recorder)),
        )
    }
}

type Ended = (Outcome, Option<LyapunovReport>, Option<Trajectory>);

/// A network with what it is driven by, and how it is integrated.
struct Problem {
    network: Network,
    settings: Settings,
    stimulus: Stimulus,
}

impl Problem {
    fn random(plan: &Plan, r: &mut Numbers) -> Self {
        let network = plan.build();
        let mut pulse = |from, until| Addition::pulse(from, until, r.vector(plan.size(), 0.5));
        let pulses = [pulse(0.2, 0.5), pulse(0.4999, 0.9)];
        let mut methods = vec![&AUTO; 8];
        methods.extend(OWN);
        let method = methods[r.below(methods.len())];
        let settings = Settings {
            method,
            rtol: [1e-3, 1e-6][r.below(2)],
            t_end: 1.2,
            // Few enough to end some before their time.
            max_steps: [40, 600][r.below(2)],
            step: (!method.is_adaptive()).then_some(0.01),
            until_rest: r.chance(0.5),
            ..Settings::default()
        };
        Problem {
            stimulus: Stimulus::new(&network, pulses.to_vec()).unwrap(),
            network,
            settings,
        }
    }

    fn start(&self, plan: &Plan, r: &mut Numbers) -> Start {
        let n = plan.size();
        let mut start = Start::at(moved(&plan.x, 0.5, &r.vector(n, 1.0)));
        if r.chance(0.5) {
            start.input = r.vector(n, 0.3);
        }
        let clamped: Vec<usize> = network_held(&self.network, r.below(n));
        if r.chance(0.3) && self.network.may_clamp(&clamped).is_ok() {
            start.clamped = clamped;
        }
        if r.chance(0.1) {
            // Currents, velocities or energies that are not finite.
            start.x.iter_mut().for_each(|x| *x *= 1e200);
        }
        start
    }

    /// Runs the starts of these numbers in this order, columns being filled as they come free or later.
    fn run(
        &self,
        starts: &[(Start, Watch)],
        order: &[usize],
        width: usize,
        r: &mut Numbers,
    ) -> Vec<Option<Ended>> {
        let Problem {
            network,
            settings,
            stimulus,
        } = self;
        let mut driver = Driver::new(network, settings, stimulus, [width, 1]).unwrap();
        let mut ended: Vec<Option<Ended>> = starts.iter().map(|_| None).collect();
        let mut queue = order.iter();
        let never = Interrupt::new();
        let mut left = order.len();
        while left > 0 {
            while driver.has_room() && r.chance(0.8) {
                let Some(k) = queue.next() else { break };
                let (start, watch) = &starts[*k];
                let monitors = watch.monitors(network);
                driver.load(*k, start.clone(), monitors).unwrap();
            }
            let done = |k: usize, outcome, (lyapunov, (_, recorder)): Monitors| {
                let report = lyapunov.map(LyapunovMonitor::into_report);
                ended[k] = Some((outcome, report, recorder.map(Recorder::into_trajectory)));
                left -= 1;
            };
            driver.advance(&never, done).unwrap();
        }
        ended
    }
}

fn network_held(network: &Network, one: usize) -> Vec<usize> {
    [network.clamped(), &[one]].concat()
}

#[test]
fn what_shares_a_block_changes_no_bit() {
    let (mut stops, mut migrations) = (std::collections::BTreeSet::new(), 0);
    for seed in 0..16 {
        let mut r = Numbers(seed + 40);
        let layers = 1 + r.below(3);
        let mut plan = Plan::random(seed, layers, [6, 20, 40][r.below(3)]);
        // Several synapses into one layer; a layer so fast that `auto` changes the method.
        let layer = r.below(layers);
        plan.add_recurrent(&mut r, layer);
        if r.chance(0.5) {
            plan.layers[layer].tau.iter_mut().for_each(|t| *t *= 1e-3);
        }
        let problem = Problem::random(&plan, &mut r);
        let starts: Vec<(Start, Watch)> = (0..24)
            .map(|_| (problem.start(&plan, &mut r), Watch::random(&mut r)))
            .collect();
        let alone: Vec<Option<Ended>> = (0..starts.len())
            .map(|k| problem.run(&starts, &[k], 8, &mut r).swap_remove(k))
            .collect();
        for (outcome, ..) in alone.iter().flatten() {
            stops.insert(outcome.stop.code());
            migrations += outcome.choices.len();
        }
        for width in [2, 19, 40] {
            let mut order: Vec<usize> = (0..starts.len()).collect();
            for k in (1..order.len()).rev() {
                order.swap(k, r.below(k + 1));
            }
            let together = problem.run(&starts, &order, width, &mut r);
            for (k, (one, other)) in alone.iter().zip(&together).enumerate() {
                // As text, in which every number is whole and NaN is NaN.
                let [one, other] = [one, other].map(|ended| format!("{ended:?}"));
                assert!(
                    one == other,
                    "seed {seed}, {width} width, start {k}, {}:\n{one:.400}\n{other:.400}",
                    problem.settings.method.name
                );
            }
        }
    }
    // The ends that it is about did come.
    assert!(
        stops.len() >= 4 && migrations > 10,
        "{stops:?} {migrations}"
    );
}

/// Asks for nothing, and keeps what it is shown all the same.
#[derive(Debug, Default)]
struct Keeps {
    slopes: usize,
    energies: usize,
    energy_of_error: f64,
}

impl Monitor for Keeps {
    fn start(&mut self, state: &State<'_>) -> Flow {
        self.slopes += usize::from(state.slope.is_some());
        self.energies += usize::from(state.energy.is_some());
        Flow::Continue
    }

    fn observe(&mut self, step: &Step<'_>) -> Flow {
        self.energy_of_error += step.energy.map_or(0.0, |e| e.error);
        self.start(&step.end)
    }
}

#[test]
fn a_monitor_is_not_shown_what_only_its_neighbour_asked_for() {
    let plan = Plan::random(3, 2, 20);
    let network = plan.build();
    let (settings, stimulus) = (Settings::default(), Stimulus::constant(&network));
    let mut block = Block::new(&network, &settings, &stimulus, 2).unwrap();
    let mut load = |column, lyapunov| {
        let start = Start::at(plan.x.clone());
        let monitors: (Option<LyapunovMonitor>, Keeps) = (lyapunov, Keeps::default());
        block.load(column, start, monitors).unwrap();
    };
    load(0, Some(LyapunovMonitor::new(Mode::Record)));
    load(1, None);
    let mut left = 2;
    while left > 0 {
        block.advance(&Interrupt::new());
        while let Some((column, _, (_, kept))) = block.take_finished() {
            left -= 1;
            let asked = column == 0;
            let seen = [
                kept.slopes > 0,
                kept.energies > 0,
                kept.energy_of_error > 0.0,
            ];
            assert_eq!(seen, [asked; 3], "column {column}: {kept:?}");
        }
    }
}
