//! Damage to a memory: what makes a cue of it.

use super::random::Stream;

/// What is done to a pattern: noise on every entry, then flips, then hiding.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Damage {
    /// Standard deviation of normal noise on every entry.
    pub noise: f64,
    /// Fraction of the entries whose sign is turned, drawn at random.
    pub flip: f64,
    /// The two values of which an entry that is turned takes the other one, where they are not of one size.
    pub values: Option<[f64; 2]>,
    /// Entries that are hidden.
    pub hidden: Vec<usize>,
    /// What hidden entries become.
    pub fill: f64,
}

impl Damage {
    /// The damaged pattern. The stream decides the noise and the flips, nothing else does.
    pub fn apply(&self, pattern: &[f64], stream: Stream) -> Vec<f64> {
        let mut x = pattern.to_vec();
        if self.noise > 0.0 {
            let noise = stream.normal(x.len(), 0.0, self.noise);
            x.iter_mut().zip(noise).for_each(|(x, n)| *x += n);
        }
        let flips = (self.flip * x.len() as f64).round() as usize;
        if flips > 0 {
            for i in stream.choice(x.len(), flips) {
                x[i] = self.values.map_or(0.0, |[low, high]| low + high) - x[i];
            }
        }
        for i in &self.hidden {
            if let Some(x) = x.get_mut(*i) {
                *x = self.fill;
            }
        }
        x
    }

    /// The entries of a pattern of `n` that are not hidden.
    pub fn visible(&self, n: usize) -> Vec<usize> {
        (0..n).filter(|i| !self.hidden.contains(i)).collect()
    }
}
