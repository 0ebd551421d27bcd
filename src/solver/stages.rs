//! One step of a method on a block, tried and not yet taken.

use super::exponential::{self, Exponential};
use super::forcing::{Forcing, InputWork};
use super::{Method, Scheme, TSIT5, Tableau};
use crate::kernels::{combine, sum_rows, vectorized};
use crate::network::{Drive, Network, Workspace};

/// What a step is a step of.
#[derive(Debug)]
pub(super) struct Equation<'a, 'n> {
    pub network: &'a Network,
    pub held: &'a [usize],
    pub forcing: &'a mut Forcing<'n>,
    /// The times at which the steps begin and end, by column.
    pub times: [&'a [f64]; 2],
}

impl Equation<'_, '_> {
    /// Finds the input a part of the step after its beginning.
    pub fn place(&mut self, part: f64, h: &[f64]) {
        let [from, to] = self.times;
        if part == 1.0 {
            self.forcing.place(|b| to[b]);
        } else {
            self.forcing.place(|b| from[b] + part * h[b]);
        }
    }

    /// The input where it was found last.
    pub fn drive(&self) -> Drive<'_> {
        self.forcing.drive(self.held)
    }
}

/// Storage of the stages of one block.
#[derive(Debug)]
pub(super) struct Stages {
    /// The velocities at the start, at the stages between, and at the end. The first must be the velocity at the start.
    pub k: Vec<Vec<f64>>,
    /// The state at the end.
    pub end: Vec<f64>,
    /// The state of the last stage before it.
    point: Vec<f64>,
    work: Work,
    /// What a changing input does to the energy in the step; nothing if it does not vary.
    pub input_work: InputWork,
}

/// What a scheme needs besides.
#[derive(Debug)]
enum Work {
    Explicit(&'static Tableau),
    Exponential(Box<Exponential>),
}

/// The nodes of a step, at which the power of a changing input is summed, if that is asked for.
pub(super) struct Node<'a> {
    works: Option<&'a mut InputWork>,
    pub x: &'a [f64],
    pub h: &'a [f64],
}

impl Node<'_> {
    /// The activations and the input where the step begins.
    fn begin(&mut self, equation: &mut Equation<'_, '_>, ws: &mut Workspace) {
        if let Some(works) = &mut self.works {
            equation.place(0.0, self.h);
            works.begin(equation.forcing);
            let lanes = ws.lanes();
            equation.network.activation(self.x, lanes, &mut ws.g);
        }
    }

    /// A node at which the velocity has just been evaluated, with its weights in the solution and in the error.
    pub fn add(&mut self, equation: &Equation<'_, '_>, ws: &Workspace, weights: [f64; 2]) {
        if let Some(works) = &mut self.works {
            works.add(equation.network, equation.forcing, ws, self.h, weights);
        }
    }

    fn finish(&mut self, equation: &Equation<'_, '_>, ws: &Workspace) {
        if let Some(works) = &mut self.works {
            let times = [equation.times[0], self.h];
            works.finish(equation.network, equation.forcing, ws, times);
        }
    }
}

impl Stages {
    pub fn new(method: &'static Method, network: &Network, lanes: usize) -> Result<Self, String> {
        let size = network.size() * lanes;
        let (stages, work) = match &method.scheme {
            Scheme::Explicit(tableau) => (tableau.stages(), Work::Explicit(tableau)),
            Scheme::Auto => return Stages::new(&TSIT5, network, lanes),
            Scheme::Exponential => {
                let exponential = Exponential::new(network, lanes);
                (2, Work::Exponential(Box::new(exponential)))
            }
            Scheme::Foreign { .. } => {
                return Err(format!(
                    "{} is an engine with a time loop of its own and takes no part in a block: use `integrate` or an ensemble",
                    method.name
                ));
            }
        };
        Ok(Stages {
            k: vec![vec![0.0; size]; stages + 1],
            end: vec![0.0; size],
            point: vec![0.0; size],
            work,
            input_work: InputWork::new(lanes),
        })
    }

    /// The velocity at the end of the step.
    #[inline]
    pub fn last(&self) -> &[f64] {
        self.k.last().map_or(&[], Vec::as_slice)
    }

    /// What a step costs, in evaluations of the velocity.
    pub fn evaluations(&self) -> u64 {
        match &self.work {
            Work::Explicit(tableau) => tableau.stages() as u64,
            Work::Exponential(exponential) => exponential.evaluations(),
        }
    }

    /// Takes a step of length `h[b]` in lane `b` from `x`. Every method's last evaluation is at the end of the step,
    /// so that it is the next step's first and the monitors see a fresh velocity; with `with_energy` the synapses'
    /// energies at the end are left in `ws`.
    pub fn advance(
        &mut self,
        mut equation: Equation<'_, '_>,
        x: &[f64],
        h: &[f64],
        with_energy: bool,
        ws: &mut Workspace,
    ) {
        let network = equation.network;
        let works = with_energy && equation.forcing.varies();
        let mut node = Node {
            works: works.then_some(&mut self.input_work),
            x,
            h,
        };
        node.begin(&mut equation, ws);
        match &mut self.work {
            Work::Explicit(tableau) => {
                let lanes = ws.lanes();
                node.add(&equation, ws, tableau.work(0));
                for (i, row) in tableau.a.iter().enumerate() {
                    combine(lanes, Some(x), h, row, &self.k, &mut self.point);
                    equation.place(row.iter().sum(), h);
                    let k = &mut self.k[i + 1];
                    network.velocity(&self.point, equation.drive(), false, ws, k);
                    node.add(&equation, ws, tableau.work(i + 1));
                }
                combine(lanes, Some(x), h, tableau.b, &self.k, &mut self.end);
            }
            Work::Exponential(exponential) => {
                let states = [&mut self.point, &mut self.end];
                exponential.advance(&mut equation, &mut node, states, &mut self.k, ws);
            }
        }
        equation.place(1.0, h);
        if let Some(last) = self.k.last_mut() {
            network.velocity(&self.end, equation.drive(), with_energy, ws, last);
        }
        let last = match &self.work {
            Work::Explicit(tableau) => tableau.work(tableau.stages()),
            Work::Exponential(_) => exponential::WORK[3],
        };
        node.add(&equation, ws, last);
        node.finish(&equation, ws);
    }

    /// The state a fraction `theta` into the last step, one of a single lane, by the method's own polynomial, if it has one.
    pub fn inside(&self, theta: f64, x: &[f64], h: f64, out: &mut [f64]) {
        if let Work::Exponential(exponential) = &self.work {
            exponential.inside(theta, h, [x, &self.end], &self.k, out);
        }
    }

    /// An estimate of the fastest rate of the network near the end of the step, by lane: how much the velocity differs
    /// between the last two points at which it was evaluated, over how much they differ (Hairer and Wanner, *Solving
    /// Ordinary Differential Equations II*, IV.2). `norms` is overwritten. For a method of at least two stages, as every
    /// adaptive one is; equal points give 0.
    pub fn fastest_rate(&self, lanes: usize, norms: &mut [f64], out: &mut [f64]) {
        let [.., before, last] = &self.k[..] else {
            return;
        };
        let difference = |[a, b]: [f64; 2]| (a - b) * (a - b);
        sum_rows([last, before], lanes, out, difference);
        sum_rows([&self.end, &self.point], lanes, norms, difference);
        vectorized(
            #[inline(always)]
            || {
                for (o, d) in out.iter_mut().zip(norms) {
                    let rate = (*o / *d).sqrt();
                    *o = if *d > 0.0 { rate } else { 0.0 };
                }
            },
        );
    }

    /// The embedded error of the step from `x`, component by component; zero for a method without one.
    pub fn error(&self, x: &[f64], h: &[f64], out: &mut [f64]) {
        match &self.work {
            Work::Explicit(tableau) => match tableau.error {
                Some(weights) => combine(h.len(), None, h, weights, &self.k, out),
                None => out.fill(0.0),
            },
            Work::Exponential(exponential) => exponential.error([x, &self.end], h, &self.k, out),
        }
    }
}
