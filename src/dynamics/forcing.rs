//! The input of the trajectories of a block at the times at which it is asked for.

use crate::monitor::ROUNDING;
use crate::network::{Drive, Network, Workspace};
use crate::stimulus::Stimulus;

/// The input of a block, and how fast it changes.
#[derive(Clone, Debug)]
pub struct Forcing<'n> {
    stimulus: &'n Stimulus,
    width: usize,
    /// Does it change other than by steps? If not, all is in `standing`.
    varies: bool,
    /// What stays until the next stop.
    standing: Vec<f64>,
    /// All of it where it was asked for last, and how fast it changes there; without entries if it does not vary.
    now: Vec<f64>,
    rate: Vec<f64>,
    /// A time of the piece that holds, by column.
    since: Vec<f64>,
}

impl<'n> Forcing<'n> {
    pub fn new(network: &Network, stimulus: &'n Stimulus, width: usize) -> Self {
        let size = network.size() * width;
        let varies = stimulus.varies();
        let moving = if varies { size } else { 0 };
        Forcing {
            stimulus,
            width,
            varies,
            standing: vec![0.0; size],
            now: vec![0.0; moving],
            rate: vec![0.0; moving],
            since: vec![0.0; width],
        }
    }

    /// Does the input change other than by steps?
    #[inline]
    pub fn varies(&self) -> bool {
        self.varies
    }

    /// The input where it was asked for last.
    #[inline]
    pub fn input(&self) -> &[f64] {
        if self.varies {
            &self.now
        } else {
            &self.standing
        }
    }

    /// The same for a network of which some neurons are clamped.
    #[inline]
    pub fn drive<'a>(&'a self, clamped: &'a [usize]) -> Drive<'a> {
        Drive {
            input: self.input(),
            clamped,
        }
    }

    /// How fast it changes there; without entries if it does not vary.
    pub fn rate(&self) -> &[f64] {
        &self.rate
    }

    /// A trajectory whose start has an input of its own is in this column now at `t`, after any jump there.
    pub fn set(&mut self, column: usize, t: f64, own: &[f64]) {
        let (width, standing) = (self.width, &mut self.standing);
        for row in standing.chunks_exact_mut(width) {
            row[column] = 0.0;
        }
        let stimulus = self.stimulus;
        stimulus.standing(t, |i, by| standing[i * width + column] += by);
        for (row, own) in standing.chunks_exact_mut(width).zip(own) {
            row[column] += own;
        }
        self.since[column] = t;
        self.place_one(column, t);
    }

    /// Takes over a column of another block.
    pub fn copy(&mut self, column: usize, other: &Forcing<'_>, from: usize) {
        let blocks = [
            (&mut self.standing, &other.standing),
            (&mut self.now, &other.now),
            (&mut self.rate, &other.rate),
        ];
        for (to, all) in blocks {
            let rows = to.chunks_exact_mut(self.width);
            for (to, row) in rows.zip(all.chunks_exact(other.width)) {
                to[column] = row[from];
            }
        }
        self.since[column] = other.since[from];
    }

    /// Finds the input of every column at its own time, in the piece that it is in.
    #[inline]
    pub fn place(&mut self, t: impl Fn(usize) -> f64) {
        if self.varies {
            for column in 0..self.width {
                self.place_one(column, t(column));
            }
        }
    }

    /// Finds the input of one column.
    pub fn place_one(&mut self, column: usize, t: f64) {
        if !self.varies {
            return;
        }
        let Forcing {
            width,
            standing,
            now,
            rate,
            ..
        } = self;
        for (row, standing) in standing.chunks_exact(*width).enumerate() {
            now[row * *width + column] = standing[column];
            rate[row * *width + column] = 0.0;
        }
        let since = self.since[column];
        self.stimulus.moving([since, t], |i, value, speed| {
            now[i * *width + column] += value;
            rate[i * *width + column] += speed;
        });
    }
}

/// Boole's rule: parts of a step, the weight of each, and how far that is from Simpson's.
pub(super) const BOOLE: [(f64, [f64; 2]); 5] = [
    (0.0, [7.0 / 90.0, 7.0 / 90.0 - 1.0 / 6.0]),
    (0.25, [32.0 / 90.0; 2]),
    (0.5, [12.0 / 90.0, 12.0 / 90.0 - 4.0 / 6.0]),
    (0.75, [32.0 / 90.0; 2]),
    (1.0, [7.0 / 90.0, 7.0 / 90.0 - 1.0 / 6.0]),
];

/// The work of a changing input over a step, `−Σ_A d_A ∫ İ_A·g_A dt`, at nodes that the method chooses so that it is as exact
/// as the step.
#[derive(Debug)]
pub struct InputWork {
    /// By column.
    pub done: Vec<f64>,
    /// The estimate of the error of that, and its rounding.
    pub error: Vec<f64>,
    pub rounding: Vec<f64>,
    power: Vec<f64>,
    size: Vec<f64>,
    /// The input where the step begins, and the quadrature of its rate: together they make the input at the end, if the step
    /// sees how the input runs.
    made: Vec<f64>,
}

impl InputWork {
    /// For a block of so many columns; without entries for a network if nothing varies there.
    pub fn new(width: usize) -> Self {
        let by_column = || vec![0.0; width];
        InputWork {
            done: by_column(),
            error: by_column(),
            rounding: by_column(),
            power: by_column(),
            size: by_column(),
            made: Vec::new(),
        }
    }

    /// A step starts under this input.
    pub fn start(&mut self, forcing: &Forcing<'_>) {
        for all in [&mut self.done, &mut self.error, &mut self.rounding] {
            all.fill(0.0);
        }
        self.made.resize(forcing.input().len(), 0.0);
        self.made.copy_from_slice(forcing.input());
    }

    /// Adds a node with its weights in the solution and in the error; the activations there are in `ws`.
    pub fn add(
        &mut self,
        network: &Network,
        forcing: &Forcing<'_>,
        ws: &Workspace,
        h: &[f64],
        [weight, error]: [f64; 2],
    ) {
        network.input_power(forcing.rate(), ws, [&mut self.power, &mut self.size]);
        for (b, h) in h.iter().enumerate() {
            self.done[b] += h * weight * self.power[b];
            self.error[b] += h * error * self.power[b];
            self.rounding[b] = self.rounding[b].max(self.size[b]);
        }
        let rows = self.made.chunks_exact_mut(h.len());
        for (made, rate) in rows.zip(forcing.rate().chunks_exact(h.len())) {
            for ((made, rate), h) in made.iter_mut().zip(rate).zip(h) {
                *made += h * weight * rate;
            }
        }
    }

    /// All nodes of steps from `t` to `t + h` have been added, and the input is that of the end, where the activations are
    /// in `ws`. A rounding of the time is one of the input.
    pub fn finish(
        &mut self,
        network: &Network,
        forcing: &Forcing<'_>,
        ws: &Workspace,
        [t, h]: [&[f64]; 2],
    ) {
        for (made, input) in self.made.iter_mut().zip(forcing.input()) {
            *made -= input;
        }
        // An oscillation that fits into the step is seen by no node; it shows in what the nodes make of the input.
        network.input_power(&self.made, ws, [&mut self.power, &mut self.size]);
        for (b, (t, h)) in t.iter().zip(h).enumerate() {
            self.error[b] = self.error[b].abs() + self.size[b];
            self.rounding[b] *= ROUNDING * (t.abs() + h);
        }
    }

    /// The states err by `error` at the end of the step, and by as much on the way there at most; the Hessians there are those last
    /// evaluated.
    pub fn err_by(
        &mut self,
        network: &Network,
        forcing: &Forcing<'_>,
        (error, h): (&[f64], &[f64]),
        ws: &mut Workspace,
    ) {
        network.input_power_of_error(forcing.rate(), error, ws, &mut self.power);
        for ((all, power), h) in self.error.iter_mut().zip(&self.power).zip(h) {
            *all += h * power;
        }
    }
}
