//! A linear programme in one form and one scale, and the network that holds its rows.
//!
//! ```text
//! minimise c·x  with  a_r·x ≥ b_r  or  a_r·x = b_r          |c| = |a_r| = 1
//! L(x, λ) = c·x + Σ ((λ_r + K (b_r − a_r·x))₊² − λ_r²)/2K   without ₊ where it is an equality
//! ```

use crate::problem::Stage;

/// A constraint.
#[derive(Clone, Debug)]
pub(super) struct Plane {
    pub a: Vec<f64>,
    pub b: f64,
    pub equal: bool,
}

/// A programme.
#[derive(Clone, Debug)]
pub(super) struct Flat {
    pub c: Vec<f64>,
    pub planes: Vec<Plane>,
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

pub(super) fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |m: f64, v| m.max(v.abs()))
}

/// What a direction of the variables or a weighting of the rows must keep to for it to prove anything, of lengths of order 1.
pub(super) const PROOF: f64 = 1e-8;

impl Flat {
    pub fn size(&self) -> usize {
        self.c.len()
    }

    /// How far the point is beyond each plane; of an equality with its sign.
    pub fn miss(&self, x: &[f64]) -> Vec<f64> {
        self.lifted(x, &vec![0.0; self.planes.len()], 1.0)
    }

    /// `(λ + K (b − a x))₊`: the multipliers of the next stage.
    pub fn lifted(&self, x: &[f64], lambda: &[f64], k: f64) -> Vec<f64> {
        let one = |(p, l): (&Plane, &f64)| {
            let pull = l + k * (p.b - dot(&p.a, x));
            if p.equal { pull } else { pull.max(0.0) }
        };
        self.planes.iter().zip(lambda).map(one).collect()
    }

    /// `Σ y_r a_r`.
    pub fn sum(&self, y: &[f64]) -> Vec<f64> {
        let mut all = vec![0.0; self.size()];
        for (p, y) in self.planes.iter().zip(y) {
            for (to, a) in all.iter_mut().zip(&p.a) {
                *to += y * a;
            }
        }
        all
    }

    /// `Σ y_r b_r`.
    pub fn weighed(&self, y: &[f64]) -> f64 {
        self.planes.iter().zip(y).map(|(p, y)| y * p.b).sum()
    }

    /// The same rows, and nothing that is minimised.
    pub fn without_cost(&self) -> Flat {
        Flat {
            c: vec![0.0; self.size()],
            planes: self.planes.clone(),
        }
    }

    /// Directions that no row forbids and along which the cost falls: `a_r·d ≥ 0` or `= 0`, `−c·d ≥ 1`.
    pub fn directions(&self) -> Flat {
        let mut flat = self.without_cost();
        flat.planes.iter_mut().for_each(|p| p.b = 0.0);
        flat.planes.push(Plane {
            a: self.c.iter().map(|c| -c).collect(),
            b: 1.0,
            equal: false,
        });
        flat
    }

    /// Multipliers that are not below 0 where they may not be, `Σ y_r a_r = 0` and `Σ y_r b_r > 0` prove that no point meets all rows
    /// (Farkas 1902). What rounding leaves of the sum is taken up by bounds, or told: no feasible point is nearer than the second number.
    pub fn farkas(&self, y: &[f64]) -> Option<(Vec<f64>, f64)> {
        let size = largest(y);
        if !(size > 0.0 && size.is_finite()) {
            return None;
        }
        let mut y: Vec<f64> = y.iter().map(|v| v / size).collect();
        for (y, p) in y.iter_mut().zip(&self.planes) {
            if !p.equal && *y < 0.0 {
                if *y < -PROOF {
                    return None;
                }
                *y = 0.0;
            }
        }
        let mut rest = self.sum(&y);
        if largest(&rest) > PROOF {
            return None;
        }
        self.absorb(&mut y, &mut rest);
        let (left, gain) = (rest.iter().map(|r| r.abs()).sum::<f64>(), self.weighed(&y));
        let far = gain / left;
        (gain > PROOF && far > 1.0 / PROOF.sqrt()).then_some((y, far))
    }

    /// Multipliers of the bounds of variables take up what the sum of rows is off.
    fn absorb(&self, y: &mut [f64], rest: &mut [f64]) {
        for (p, y) in self.planes.iter().zip(y) {
            let mut places = p.a.iter().enumerate().filter(|(_, a)| **a != 0.0);
            let (Some((j, a)), None) = (places.next(), places.next()) else {
                continue;
            };
            // y a + rest = 0, where that leaves y on its side.
            let by = -rest[j] / a;
            if rest[j] != 0.0 && (p.equal || *y + by >= 0.0) {
                (*y, rest[j]) = (*y + by, 0.0);
            }
        }
    }

    /// No point that meets all rows costs less than this (weak duality): `Σ y_r b_r` where `Σ y_r a_r = c`. What the multipliers leave
    /// of that sum is taken up by bounds; what these cannot take is the second number, and the bound holds up to that.
    pub fn bound(&self, lambda: &[f64]) -> (f64, f64) {
        let (mut y, sum) = (lambda.to_vec(), self.sum(lambda));
        let mut rest: Vec<f64> = sum.iter().zip(&self.c).map(|(s, c)| s - c).collect();
        self.absorb(&mut y, &mut rest);
        (self.weighed(&y), largest(&rest))
    }

    fn rows(&self, equal: bool) -> Vec<&Plane> {
        self.planes.iter().filter(|p| p.equal == equal).collect()
    }

    /// The variables as a layer that falls in `c·x`.
    fn variables(&self, title: &str) -> (String, Vec<f64>) {
        let n = self.size();
        let text = format!(
            "title = {title:?}\n\n[layers.variables]\nsize = {n}\nlagrangian = \"identity\"\nleak = 0\ninput = {{ file = \"cost.npy\" }}\n"
        );
        (text, self.c.iter().map(|c| -c).collect())
    }

    /// The network whose energy is `L` at these multipliers.
    pub fn stage(&self, title: &str, lambda: &[f64], k: f64, starts: &[Vec<f64>]) -> Stage {
        let (mut text, input) = self.variables(title);
        let mut arrays = vec![("cost".to_owned(), vec![self.size()], input)];
        for (kind, equal, sign) in [("inequality", false, -1.0), ("equality", true, 1.0)] {
            let rows = self.rows(equal);
            if rows.is_empty() {
                continue;
            }
            text += &format!(
                "\n[[synapses]]\nkind = \"{kind}\"\nlayers = [\"variables\"]\na = {{ file = \"{kind}-a.npy\" }}\nb = {{ file = \"{kind}-b.npy\" }}\nstrength = {k:?}\n"
            );
            let own = self.planes.iter().zip(lambda);
            let own = own.filter(|(p, _)| p.equal == equal);
            // a·g ≤ b: −a_r·x ≤ −b_r − λ_r/K, and −(a_r·x) = … for what is equal would do as well.
            let a = rows.iter().flat_map(|p| p.a.iter().map(|a| sign * a));
            let b = own.map(|(p, l)| sign * (p.b + l / k));
            arrays.push((
                format!("{kind}-a"),
                vec![rows.len(), self.size()],
                a.collect(),
            ));
            arrays.push((format!("{kind}-b"), vec![rows.len()], b.collect()));
        }
        let stage = Stage::new(text).start("variables", starts);
        let add = |stage: Stage, (name, shape, data): &(String, Vec<usize>, Vec<f64>)| {
            stage.array(name, shape, data)
        };
        arrays.iter().fold(stage, add)
    }

    /// The network whose field is `−∂L/∂x` and `+∂L/∂λ`.
    pub fn saddle(&self, title: &str, lambda: &[f64], k: f64, x: &[f64]) -> Stage {
        let (mut text, input) = self.variables(title);
        let mut arrays = vec![("cost".to_owned(), vec![self.size()], input)];
        let mut starts = vec![("variables", x.to_vec())];
        for (name, sides, equal) in [("multipliers", "one", false), ("forces", "two", true)] {
            let rows = self.rows(equal);
            if rows.is_empty() {
                continue;
            }
            text += &format!(
                "\n[layers.{name}]\nsize = {}\nlagrangian = \"identity\"\nleak = 0\n\n[[synapses]]\nkind = \"saddle\"\nlayers = [\"variables\", \"{name}\"]\na = {{ file = \"{name}-a.npy\" }}\nb = {{ file = \"{name}-b.npy\" }}\nstrength = {k:?}\nsides = \"{sides}\"\n",
                rows.len()
            );
            let a = rows.iter().flat_map(|p| p.a.iter().map(|a| -a)).collect();
            let b = rows.iter().map(|p| -p.b).collect();
            arrays.push((format!("{name}-a"), vec![rows.len(), self.size()], a));
            arrays.push((format!("{name}-b"), vec![rows.len()], b));
            let own = self.planes.iter().zip(lambda);
            let own = own.filter(|(p, _)| p.equal == equal).map(|(_, l)| *l);
            starts.push((name, own.collect()));
        }
        let stage = starts
            .into_iter()
            .fold(Stage::new(text), |stage, (layer, at)| {
                stage.start(layer, &[at])
            });
        let add = |stage: Stage, (name, shape, data): &(String, Vec<usize>, Vec<f64>)| {
            stage.array(name, shape, data)
        };
        arrays.iter().fold(stage, add)
    }

    /// The velocities of that field.
    pub fn velocity(&self, x: &[f64], lambda: &[f64], k: f64) -> [Vec<f64>; 2] {
        let s = self.lifted(x, lambda, k);
        let pull = self.sum(&s);
        let down = pull.iter().zip(&self.c).map(|(s, c)| s - c);
        let up = s.iter().zip(lambda).map(|(s, l)| (s - l) / k);
        [down.collect(), up.collect()]
    }
}
