//! How well does a count of successes know their probability?

/// The quantile 0.975 of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's interval for a probability of which `good` of `all` independent trials succeeded, at 95 % confidence:
///
/// ```text
/// (p̂ + z²/2n ± z √(p̂(1−p̂)/n + z²/4n²)) / (1 + z²/n),   p̂ = good/n, z = 1.959964
/// ```
///
/// Unlike the normal interval it stays within \[0, 1\] and is not empty where all or none succeed (Wilson 1927). Of no
/// trials it is \[0, 1\].
pub fn wilson(good: u64, all: u64) -> [f64; 2] {
    if all == 0 {
        return [0.0, 1.0];
    }
    interval(good as f64 / all as f64, all as f64, Z)
}

/// The same for part `p` of `n` trials and another quantile than `Z`.
fn interval(p: f64, n: f64, quantile: f64) -> [f64; 2] {
    let z2 = quantile * quantile / n;
    let middle = p + 0.5 * z2;
    let half = quantile * (p * (1.0 - p) / n + 0.25 * z2 / n).sqrt();
    let bound = |v: f64| (v / (1.0 + z2)).clamp(0.0, 1.0);
    // Exact where the formula leaves a rounding error.
    let low = if p == 0.0 { 0.0 } else { bound(middle - half) };
    let high = if p == 1.0 { 1.0 } else { bound(middle + half) };
    [low, high]
}

/// Successes and trials in clusters: trials of one cluster, such as cues of one pattern or patterns of one network, need not
/// be independent, clusters are. Only sums are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clusters {
    /// How many.
    pub count: u64,
    /// Successes in all of them.
    pub good: u64,
    /// Trials in all of them.
    pub all: u64,
    /// Σ kᵢ², Σ kᵢnᵢ, Σ nᵢ² of the kᵢ successes in the nᵢ trials of each.
    squares: [f64; 3],
}

impl Clusters {
    /// Adds a cluster; one without trials says nothing.
    pub fn add(&mut self, good: u64, all: u64) {
        if all == 0 {
            return;
        }
        self.count += 1;
        self.good += good;
        self.all += all;
        let (k, n) = (good as f64, all as f64);
        for (sum, square) in self.squares.iter_mut().zip([k * k, k * n, n * n]) {
            *sum += square;
        }
    }

    /// An interval for the probability of success in a cluster that is drawn like these, at 95 % confidence: Wilson's, of
    /// fewer trials. Their number is divided by the design effect, which is the variance between clusters over that of
    /// independent trials, and the quantile is Student's, for M clusters with M − 1 degrees of freedom (Korn and Graubard
    /// 1998):
    ///
    /// ```text
    /// v = M/(M−1) Σ (kᵢ − p̂nᵢ)² / n²,   n* = n / max(1, v / (p̂(1−p̂)/n))
    /// ```
    ///
    /// Where all trials or none succeed no variance is seen, and clusters are counted in place of trials. It is never
    /// shorter than that of independent trials. Trials of one cluster say nothing of others: then it is theirs alone.
    pub fn interval(&self) -> [f64; 2] {
        let [low, high] = wilson(self.good, self.all);
        if self.count < 2 {
            return [low, high];
        }
        let (m, n) = (self.count as f64, self.all as f64);
        let p = self.good as f64 / n;
        let wide = if self.good == 0 || self.good == self.all {
            interval(p, m, Z)
        } else {
            let [kk, kn, nn] = self.squares;
            let between = (kk - 2.0 * p * kn + p * p * nn).max(0.0);
            let variance = m / (m - 1.0) * between / (n * n);
            let effect = (variance / (p * (1.0 - p) / n)).max(1.0);
            interval(p, n / effect, student(self.count - 1))
        };
        [low.min(wide[0]), high.max(wide[1])]
    }
}

/// The quantile 0.975 of Student's distribution, with an error below 0.002 (expansion in 1/degrees: Abramowitz and Stegun
/// 26.7.5).
fn student(degrees: u64) -> f64 {
    match degrees {
        0 => f64::INFINITY,
        1 => 12.706_204_736,
        2 => 4.302_652_730,
        3 => 3.182_446_305,
        _ => {
            let (z, n) = (Z, degrees as f64);
            let terms = [
                z,
                (z.powi(3) + z) / 4.0,
                (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0,
                (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0,
                (79.0 * z.powi(9) + 776.0 * z.powi(7) + 1482.0 * z.powi(5)
                    - 1920.0 * z.powi(3)
                    - 945.0 * z)
                    / 92160.0,
            ];
            terms.iter().rev().fold(0.0, |sum, term| sum / n + term)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // SciPy 1.x, binomtest(k, n).proportion_ci(method = "wilson").
    #[test]
    fn known_intervals() {
        let near =
            |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).abs() < 1e-6 && (a[1] - b[1]).abs() < 1e-6;
        assert!(
            near(wilson(8, 10), [0.490_162, 0.943_318]),
            "{:?}",
            wilson(8, 10)
        );
        assert!(near(wilson(0, 10), [0.0, 0.277_533]), "{:?}", wilson(0, 10));
        assert!(
            near(wilson(10, 10), [0.722_467, 1.0]),
            "{:?}",
            wilson(10, 10)
        );
        assert_eq!(wilson(0, 0), [0.0, 1.0]);
    }

    // SciPy 1.x, t.ppf(0.975, n).
    #[test]
    fn known_quantiles() {
        let known = [
            (1, 12.7062),
            (3, 3.1824),
            (4, 2.7764),
            (9, 2.2622),
            (19, 2.0930),
            (1000, 1.9623),
        ];
        for (degrees, quantile) in known {
            let found = student(degrees);
            assert!((found - quantile).abs() < 2e-3, "{degrees}: {found}");
        }
    }

    fn of(clusters: &[(u64, u64)]) -> [f64; 2] {
        let mut all = Clusters::default();
        clusters.iter().for_each(|(k, n)| all.add(*k, *n));
        all.interval()
    }

    #[test]
    fn trials_that_only_repeat_each_other_count_once() {
        // 20 clusters, all or none of each: as 20 trials, but for Student's quantile.
        let clusters: Vec<(u64, u64)> = (0..20).map(|k| (if k < 8 { 50 } else { 0 }, 50)).collect();
        let ([low, high], [a, b]) = (of(&clusters), wilson(8, 20));
        assert!(
            (low - a).abs() < 0.02 && (high - b).abs() < 0.02,
            "{low} {high} {a} {b}"
        );
        assert!(low < a && high > b);
        assert_eq!(of(&[(50, 50); 20]), wilson(20, 20));
    }

    /// Of clusters whose probability is 0 or 1, or anything between, 95 % of intervals hold the mean.
    #[test]
    fn intervals_of_clustered_trials_hold_the_truth_as_often_as_they_say() {
        use crate::pattern::random::Stream;
        let (trials, repeats) = (25, 1000);
        for (m, spread) in [(20, 0.0), (20, 0.3), (50, 0.2), (8, 0.3), (20, 0.45)] {
            let mut held = [0, 0];
            for r in 0..repeats {
                let stream = |k| Stream::of(m, r, k, 0);
                let places = stream(0).uniform(m as usize, -1.0, 1.0);
                let mut clusters = Clusters::default();
                for (k, place) in places.iter().enumerate() {
                    // Symmetric about one half, which is the truth.
                    let p = 0.5 + spread * place;
                    let draws = stream(k + 1).uniform(trials, 0.0, 1.0);
                    clusters.add(
                        draws.iter().filter(|u| **u < p).count() as u64,
                        trials as u64,
                    );
                }
                let intervals = [clusters.interval(), wilson(clusters.good, clusters.all)];
                for (held, [low, high]) in held.iter_mut().zip(intervals) {
                    *held += u64::from((low..=high).contains(&0.5));
                }
            }
            // 950 give or take 7; clusters that do not differ are held more often, as no interval is shorter than the naive.
            let most = if spread == 0.0 { 1000 } else { 975 };
            assert!((925..=most).contains(&held[0]), "{m} {spread}: {held:?}");
            if spread > 0.1 {
                assert!(held[1] < 880, "{m} {spread}: {held:?}");
            }
        }
    }

    #[test]
    fn clusters_never_shorten_an_interval() {
        // More alike than independent trials ever are.
        let ([low, high], [a, b]) = (of(&[(5, 10); 40]), wilson(200, 400));
        assert!(low <= a && high >= b, "{low} {high}");
        assert_eq!(of(&[(3, 10)]), wilson(3, 10));
        assert_eq!(of(&[]), [0.0, 1.0]);
    }
}
