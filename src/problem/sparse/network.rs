//! The network of a code, and what an end says.

use super::{Coding, OPEN, Source, dot};
use crate::number::{number, rounded};
use crate::problem::{Answer, End, Stage};

impl Coding {
    pub(super) fn atoms(&self) -> impl Iterator<Item = &[f64]> + Clone {
        self.atoms.chunks_exact(self.m)
    }

    pub(super) fn count(&self) -> usize {
        self.atoms.len() / self.m
    }

    pub(super) fn signal(&self, seed: u64, start: usize) -> Vec<f64> {
        match &self.source {
            Source::Given(all) => {
                let k = start % all.shape[0];
                all.data[k * self.m..(k + 1) * self.m].to_vec()
            }
            Source::Patches(picture) => picture.signal(picture.place(seed, start)),
        }
    }

    /// `s − Φa`.
    pub(super) fn residual(&self, signal: &[f64], code: &[f64]) -> Vec<f64> {
        let mut rest = signal.to_vec();
        for (atom, a) in self.atoms().zip(code).filter(|(_, a)| **a != 0.0) {
            rest.iter_mut().zip(atom).for_each(|(r, p)| *r -= a * p);
        }
        rest
    }

    pub(super) fn stage(&self, signals: &[Vec<f64>]) -> Stage {
        let (n, m) = (self.count(), self.m);
        let (lagrangian, input) = match self.is_signed {
            true => (
                format!(
                    "{{ kind = \"soft-threshold\", lambda = {:?} }}",
                    self.lambda
                ),
                String::new(),
            ),
            false => (
                "\"relu\"".to_owned(),
                format!("input = {:?}\n", -self.lambda),
            ),
        };
        let text = format!(
            "title = \"Sparse coding with {n} atoms\"\n\n[layers.signal]\nsize = {m}\nlagrangian = \"identity\"\nclamped = \"all\"\n\n[layers.code]\nsize = {n}\nlagrangian = {lagrangian}\ntau = {:?}\n{input}\n[[synapses]]\nkind = \"dense\"\nlayers = [\"signal\", \"code\"]\nweights = {{ file = \"atoms.npy\" }}\n\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"code\"]\nweights = {{ file = \"overlaps.npy\" }}\n",
            self.tau
        );
        let mut overlaps = vec![0.0; n * n];
        for (i, a) in self.atoms().enumerate() {
            for (j, b) in self.atoms().enumerate().skip(i) {
                let w = f64::from(u8::from(i == j)) - dot(a, b);
                (overlaps[i * n + j], overlaps[j * n + i]) = (w, w);
            }
        }
        Stage::new(text)
            .array("atoms", &[n, m], &self.atoms)
            .array("overlaps", &[n, n], &overlaps)
            .start("signal", signals)
            .solve("t_max", format!("{:?}", 1e5 * self.tau))
            .solve("rest_atol", "1e-11")
            .solve("rest_rtol", "1e-11")
    }

    pub(super) fn answer(&self, end: &End<'_>) -> Answer {
        let (signal, code) = (end.layer("signal"), end.layer("code"));
        let rest = self.residual(signal, code);
        let half = 0.5 * dot(signal, signal);
        let cost =
            0.5 * dot(&rest, &rest) + self.lambda * code.iter().map(|a| a.abs()).sum::<f64>();
        let along = self.atoms().map(|atom| dot(atom, &rest));
        let most = match self.is_signed {
            true => along.fold(0.0, |m: f64, a| m.max(a.abs())),
            false => along.fold(0.0, f64::max),
        };
        // The best of its multiples: |s − t r|² is least at t = s·r/|r|², within what is allowed.
        let (free, size) = (dot(signal, &rest), dot(&rest, &rest));
        let allowed = if most > 0.0 {
            self.lambda / most
        } else {
            f64::INFINITY
        };
        let t = if size > 0.0 {
            (free / size).clamp(0.0, allowed)
        } else {
            0.0
        };
        let bound = t * free - 0.5 * t * t * size;
        let gap = cost - bound;
        let active = code.iter().filter(|a| **a != 0.0).count();
        let violated = (gap > OPEN * half).then(|| {
            format!(
                "not known to be the best code: a better one may cost {} less (duality gap)",
                number(rounded(gap, 3))
            )
        });
        Answer {
            violated: violated.into_iter().collect(),
            cost: Some(cost),
            bound: Some(bound),
            values: code.to_vec(),
            besides: vec![
                ("gap", gap.max(0.0)),
                ("active", active as f64),
                ("error", if half > 0.0 { 0.5 * size / half } else { 0.0 }),
            ],
        }
    }
}
