//! A curve in the space of states.

/// How a curve ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurveEnd {
    /// At the edge of the box.
    LeftTheBox,
    /// At a fixed point, which is its last state.
    AtPoint,
    /// Neither was reached: it is longer than is followed (it may go round for ever).
    Length,
}

/// A curve through states, the first of them the saddle.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// States of all neurons, near enough to one another that the cubic through two of them and their tangents is as accurate as they are.
    pub x: Vec<Vec<f64>>,
    /// The directions of the curve there, of length 1.
    pub tangents: Vec<Vec<f64>>,
    /// How it ends.
    pub end: CurveEnd,
}

impl Curve {
    /// The state at its end.
    pub fn last(&self) -> &[f64] {
        self.x.last().map_or(&[], Vec::as_slice)
    }

    /// The arclength from the saddle to every state: the chords, and what they lack of arcs that turn by the angle between the tangents.
    pub fn arclength(&self) -> Vec<f64> {
        let mut sum = 0.0;
        let mut all = Vec::with_capacity(self.x.len());
        all.extend(self.x.first().map(|_| 0.0));
        for (x, t) in self.x.windows(2).zip(self.tangents.windows(2)) {
            let turn = apart(&t[0], &t[1]);
            sum += apart(&x[0], &x[1]) * (1.0 + turn * turn / 24.0);
            all.push(sum);
        }
        all
    }

    /// How far a state is from the curve.
    pub fn distance(&self, x: &[f64]) -> f64 {
        let pieces = 0..self.x.len().saturating_sub(1);
        let all = pieces.map(|k| self.distance_of_piece(k, x));
        all.fold(f64::INFINITY, f64::min)
    }

    /// The state a fraction of the way through a piece, by the cubic.
    fn inside(&self, k: usize, t: f64) -> Vec<f64> {
        let [a, b] = [&self.x[k], &self.x[k + 1]];
        let [v, w] = [&self.tangents[k], &self.tangents[k + 1]];
        let (u, h) = (1.0 - t, apart(a, b));
        let entry = |i: usize| {
            let value = u * u * (1.0 + 2.0 * t) * a[i] + t * t * (1.0 + 2.0 * u) * b[i];
            value + h * (t * u * u * v[i] - u * t * t * w[i])
        };
        (0..a.len()).map(entry).collect()
    }

    fn distance_of_piece(&self, k: usize, x: &[f64]) -> f64 {
        let [a, b] = [&self.x[k], &self.x[k + 1]];
        let h = apart(a, b);
        // Farther off than the piece is long: the nearest state of it is not asked for exactly.
        if apart(a, x) > 4.0 * h {
            return apart(a, x).min(apart(b, x));
        }
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..48 {
            let thirds = [low + (high - low) / 3.0, high - (high - low) / 3.0];
            let [one, two] = thirds.map(|t| apart(&self.inside(k, t), x));
            if one < two {
                high = thirds[1];
            } else {
                low = thirds[0];
            }
        }
        apart(&self.inside(k, 0.5 * (low + high)), x)
    }
}

/// The distance between two states.
pub(in crate::analysis) fn apart(a: &[f64], b: &[f64]) -> f64 {
    norm(&difference(a, b))
}

pub(super) fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

pub(in crate::analysis) fn norm(v: &[f64]) -> f64 {
    v.iter().map(|v| v * v).sum::<f64>().sqrt()
}
