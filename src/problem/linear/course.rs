//! The networks of a linear programme, one after the other, and what their ends prove.

use super::flat::{Flat, PROOF, dot, largest};
use super::{Linear, Verdict};
use crate::problem::{Answer, Course, End, Stage};
use crate::refusal::Refusal;
use crate::trajectory::StopReason;

/// An end is settled where rows and duality gap are met this well, in units of the scaled programme.
const SETTLED: f64 = 1e-9;
/// By when the first network must rest, and how long the longest may take.
const TIMES: [f64; 2] = [1e4, 1e8];

/// How a network of a programme is run.
pub(super) fn run(stage: Stage) -> Stage {
    let accurate = stage.solve("rtol", "1e-8").solve("atol", "1e-11");
    accurate
        .solve("rest_atol", "1e-10")
        .solve("rest_rtol", "1e-13")
}

/// Is this end, with these multipliers, the optimum as far as weak duality tells?
fn is_settled(flat: &Flat, x: &[f64], lambda: &[f64]) -> bool {
    let (bound, off) = flat.bound(lambda);
    let (cost, size) = (dot(&flat.c, x), 1.0 + largest(x));
    let is_met = largest(&flat.miss(x)) <= SETTLED * size;
    is_met && off <= SETTLED && (cost - bound).abs() <= SETTLED * size
}

/// What a network on the way was for.
enum Purpose {
    /// Down in `L`.
    Descend,
    /// A direction along which the cost falls without end.
    Direction,
    /// A point that meets all rows, once there is such a direction.
    Feasible(Vec<f64>),
}

/// Multiplier stages: each descends in `L(x, λ)`, and `λ ← (λ + K (b − a x))₊` after it (Hestenes 1969; Powell 1969).
pub(super) struct Multipliers<'a> {
    own: &'a Linear,
    k: f64,
    most: usize,
    x: Vec<f64>,
    lambda: Vec<f64>,
    stages: usize,
    time: f64,
    purpose: Purpose,
    verdict: Verdict,
}

impl<'a> Multipliers<'a> {
    pub fn new(own: &'a Linear, k: f64, most: usize, x: Vec<f64>) -> Self {
        Multipliers {
            own,
            k,
            most,
            x,
            lambda: vec![0.0; own.flat.planes.len()],
            stages: 0,
            time: TIMES[0],
            purpose: Purpose::Descend,
            verdict: Verdict::Open,
        }
    }

    fn descend(&mut self) -> Option<Stage> {
        if self.stages == self.most {
            return None;
        }
        self.stages += 1;
        self.purpose = Purpose::Descend;
        let title = self.own.words_of("multipliers", self.stages);
        let starts = [self.x.clone()];
        let stage = self.own.flat.stage(&title, &self.lambda, self.k, &starts);
        Some(run(stage).solve("t_max", format!("{:?}", self.time)))
    }

    /// The network of another programme of the same variables, from here.
    fn aside(&self, flat: &Flat, what: &str, from: Vec<f64>) -> Stage {
        let none = vec![0.0; flat.planes.len()];
        let title = self.own.words_of(what, self.stages);
        let stage = flat.stage(&title, &none, self.k, &[from]);
        run(stage).solve("t_max", format!("{:?}", TIMES[1]))
    }

    /// The descent came to its end or its time.
    fn descended(&mut self, x: Vec<f64>, rests: bool) -> Option<Stage> {
        let flat = &self.own.flat;
        if !rests {
            // Whatever comes now, this is the point that has been reached.
            let before = std::mem::replace(&mut self.x, x.clone());
            let mut way: Vec<f64> = x.iter().zip(&before).map(|(a, b)| a - b).collect();
            let size = largest(&way).max(f64::MIN_POSITIVE);
            way.iter_mut().for_each(|w| *w /= size);
            let stage = self.aside(&flat.directions(), "direction", way);
            self.purpose = Purpose::Direction;
            return Some(stage);
        }
        let lifted = flat.lifted(&x, &self.lambda, self.k);
        // Where every stage rests, Σ λ_r a_r = c after it: what was added sums to 0.
        let added: Vec<f64> = lifted
            .iter()
            .zip(&self.lambda)
            .map(|(a, b)| a - b)
            .collect();
        let proof = (self.stages > 1).then(|| flat.farkas(&added)).flatten();
        (self.lambda, self.x) = (lifted, x);
        if let Some((weights, far)) = proof {
            self.verdict = Verdict::Infeasible { weights, far };
            return None;
        }
        if is_settled(flat, &self.x, &self.lambda) {
            self.verdict = Verdict::Settled;
            return None;
        }
        self.descend()
    }
}

impl Course for Multipliers<'_> {
    fn next(&mut self, ends: &[End<'_>]) -> Result<Option<Stage>, Refusal> {
        let Some(end) = ends.first() else {
            return Ok(self.descend());
        };
        let x = end.states("variables").to_vec();
        let rests = end.outcome.stop == StopReason::Rest;
        let flat = &self.own.flat;
        Ok(
            match std::mem::replace(&mut self.purpose, Purpose::Descend) {
                Purpose::Descend => self.descended(x, rests),
                Purpose::Direction => match flat.directions().miss(&x) {
                    miss if largest(&miss) <= PROOF => {
                        let from = self.x.clone();
                        let stage = self.aside(&flat.without_cost(), "feasible point", from);
                        self.purpose = Purpose::Feasible(x);
                        Some(stage)
                    }
                    // There is none: the descent has an end, and takes longer.
                    _ => {
                        self.time = (10.0 * self.time).min(TIMES[1]);
                        self.descend()
                    }
                },
                Purpose::Feasible(direction) => {
                    let miss = flat.miss(&x);
                    self.verdict = match largest(&miss) <= PROOF * (1.0 + largest(&x)) {
                        true => Verdict::Unbounded {
                            point: x,
                            direction,
                        },
                        false => match flat.farkas(&miss) {
                            Some((weights, far)) => Verdict::Infeasible { weights, far },
                            None => Verdict::Open,
                        },
                    };
                    None
                }
            },
        )
    }

    fn is_on_the_way(&self) -> bool {
        matches!(self.purpose, Purpose::Descend)
    }

    fn answer(&self, _: usize, _: &End<'_>) -> Answer {
        // The last network may have been one aside.
        self.own
            .answer(&self.verdict, &self.x, &self.lambda, Vec::new())
    }
}

/// The flow down in the variables and up in the multipliers, in windows of time.
pub(super) struct PrimalDual<'a> {
    own: &'a Linear,
    k: f64,
    most: usize,
    x: Vec<f64>,
    lambda: Vec<f64>,
    stages: usize,
    time: f64,
    /// `½‖ż‖²` where the last window ended, and after how many windows it was larger than before.
    speed: f64,
    rises: usize,
    verdict: Verdict,
}

/// By what a window is longer than the one before.
const LONGER: f64 = 1.25;
/// What the method's own error may make of the speed, relative and absolute.
const BLUR: [f64; 2] = [1e-6, 1e-18];

impl<'a> PrimalDual<'a> {
    pub fn new(own: &'a Linear, k: f64, [most, time]: [f64; 2], x: Vec<f64>) -> Self {
        let lambda = vec![0.0; own.flat.planes.len()];
        PrimalDual {
            own,
            k,
            most: most as usize,
            speed: speed(&own.flat.velocity(&x, &lambda, k)),
            x,
            lambda,
            stages: 0,
            time,
            rises: 0,
            verdict: Verdict::Open,
        }
    }

    fn window(&mut self) -> Option<Stage> {
        if self.stages == self.most {
            return None;
        }
        self.stages += 1;
        let title = self.own.words_of("primal–dual", self.stages);
        let stage = self.own.flat.saddle(&title, &self.lambda, self.k, &self.x);
        let time = self.time;
        self.time = (self.time * LONGER).min(TIMES[1]);
        let stage = run(stage).solve("t_max", format!("{time:?}"));
        Some(stage.solve("lyapunov", "\"off\""))
    }

    /// The multipliers in the order of the rows.
    fn taken(&self, end: &End<'_>) -> Vec<f64> {
        let mut of = ["multipliers", "forces"].map(|layer| end.states(layer).iter());
        let planes = self.own.flat.planes.iter();
        let all = planes.filter_map(|p| of[usize::from(p.equal)].next());
        all.copied().collect()
    }
}

fn speed([down, up]: &[Vec<f64>; 2]) -> f64 {
    0.5 * (dot(down, down) + dot(up, up))
}

impl Course for PrimalDual<'_> {
    fn next(&mut self, ends: &[End<'_>]) -> Result<Option<Stage>, Refusal> {
        let Some(end) = ends.first() else {
            return Ok(self.window());
        };
        (self.x, self.lambda) = (end.states("variables").to_vec(), self.taken(end));
        let flat = &self.own.flat;
        let velocity = flat.velocity(&self.x, &self.lambda, self.k);
        let now = speed(&velocity);
        self.rises += usize::from(now > self.speed * (1.0 + BLUR[0]) + BLUR[1]);
        self.speed = now;
        let held = flat.lifted(&self.x, &self.lambda, self.k);
        if is_settled(flat, &self.x, &held) {
            (self.lambda, self.verdict) = (held, Verdict::Settled);
            return Ok(None);
        }
        if end.outcome.stop == StopReason::Rest {
            return Ok(None);
        }
        // What moves for ever moves along what proves why: the multipliers along weights of Farkas, the variables along a direction.
        let [down, up] = velocity;
        if let Some((weights, far)) = flat.farkas(&up) {
            self.verdict = Verdict::Infeasible { weights, far };
            return Ok(None);
        }
        let falls = -dot(&flat.c, &down);
        let direction: Vec<f64> = down.iter().map(|d| d / falls).collect();
        let is_met = largest(&flat.miss(&self.x)) <= PROOF * (1.0 + largest(&self.x));
        let is_free = |d: &[f64]| largest(&flat.directions().miss(d)) <= PROOF;
        if is_met && falls > PROOF && is_free(&direction) {
            self.verdict = Verdict::Unbounded {
                point: self.x.clone(),
                direction,
            };
            return Ok(None);
        }
        Ok(self.window())
    }

    fn answer(&self, _: usize, end: &End<'_>) -> Answer {
        let besides = vec![
            ("speed", (2.0 * self.speed).sqrt()),
            ("speed rises", self.rises as f64),
        ];
        self.own.answer(
            &self.verdict,
            end.states("variables"),
            &self.lambda,
            besides,
        )
    }
}
