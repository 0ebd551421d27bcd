//! Seeded draws. A seed is the whole identity of what it draws, and the first `n` numbers of a longer draw are the
//! shorter one.
//!
//! PCG64 is fixed by its definition, whereas rand's `StdRng` may change between versions; the test pins what is made of
//! its bits. Uniform numbers and signs are then the same on every machine. Normal ones go through the platform's `exp`
//! and `ln` in about one draw in fifty.

use std::convert::Infallible;

use rand::{RngExt, SeedableRng, TryRng};
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;

/// A seed and one of its streams: streams of one seed are independent, so that every trajectory of an ensemble has its
/// own numbers whatever is drawn for the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stream {
    /// The seed.
    pub seed: u64,
    /// The number of the stream, of 127 bits.
    pub stream: u128,
}

impl Stream {
    /// The stream of draw `draw` for place `place` of a layer, a pattern or a start, all by their position: what is drawn
    /// besides changes nothing, and no two draws share their numbers.
    pub fn of(seed: u64, layer: usize, place: usize, draw: usize) -> Self {
        // No model has 2³¹ layers, or 2⁴⁸ of the others.
        let stream = (layer as u128) << 96 | (draw as u128) << 48 | place as u128;
        Stream { seed, stream }
    }

    /// `n` normal numbers.
    pub fn normal(self, n: usize, mean: f64, std: f64) -> Vec<f64> {
        normals(self.generator(), n, mean, std)
    }

    /// `n` numbers that are uniform in `[low, high)`, up to rounding at the upper end.
    pub fn uniform(self, n: usize, low: f64, high: f64) -> Vec<f64> {
        uniforms(self.generator(), n, low, high)
    }

    /// `n` numbers that are −1 or +1 with equal chance.
    pub fn signs(self, n: usize) -> Vec<f64> {
        coins(self.generator(), n)
    }

    /// `n` numbers, 1 with this probability, else 0.
    pub fn bits(self, n: usize, probability: f64) -> Vec<f64> {
        ones(self.uniform(n, 0.0, 1.0), probability)
    }

    /// `k` different numbers below `n`, all choices being equally likely. Drawn from other numbers than the normal ones.
    pub fn choice(self, n: usize, k: usize) -> Vec<usize> {
        let mut rng = Stream {
            seed: !self.seed,
            ..self
        }
        .generator();
        let mut all: Vec<usize> = (0..n).collect();
        for i in 0..k.min(n) {
            all.swap(i, rng.random_range(i..n));
        }
        all.truncate(k);
        all
    }

    fn generator(self) -> Pcg64 {
        // Spread over the state: neighbouring seeds must not give neighbouring states. Streams of one state go through the
        // same steps with different increments, so that their n-th numbers, one for each stream, lie too evenly or too
        // unevenly: a stream is therefore only asked for the seed of the numbers.
        let mut spread = Pcg64::seed_from_u64(self.seed);
        let state = u128::from(spread.random::<u64>()) << 64 | u128::from(spread.random::<u64>());
        Pcg64::seed_from_u64(Pcg64::new(state, self.stream).random())
    }
}

/// The numbers of a stream one after the other, for what draws as it goes.
#[derive(Clone, Debug)]
pub struct Draws {
    stream: Stream,
    rng: Pcg64,
    drawn: u64,
}

impl Draws {
    /// Those of a stream from its first on.
    pub fn of(stream: Stream) -> Self {
        Draws {
            stream,
            rng: stream.generator(),
            drawn: 0,
        }
    }

    #[inline]
    fn next(&mut self) -> u64 {
        self.drawn += 1;
        self.rng.random()
    }

    /// A number that is uniform in `[0, 1)`: a multiple of 2⁻⁵³.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (0.5 * f64::EPSILON)
    }

    /// A number of the standard normal distribution.
    #[inline]
    pub fn normal(&mut self) -> f64 {
        StandardNormal.sample(self)
    }

    /// A whole number below `n`. All are equally likely to 2⁻⁶⁴ n (Lemire 2019, without his correction, which would draw
    /// a number of times that is not known beforehand).
    #[inline]
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    /// Where it is, to go on from there by [`Draws::at`].
    pub fn place(&self) -> [u64; 4] {
        let Stream { seed, stream } = self.stream;
        [seed, stream as u64, (stream >> 64) as u64, self.drawn]
    }

    /// Goes on from a place.
    pub fn at([seed, low, high, drawn]: [u64; 4]) -> Self {
        let stream = u128::from(high) << 64 | u128::from(low);
        let mut draws = Draws::of(Stream { seed, stream });
        draws.rng.advance(u128::from(drawn));
        Draws { drawn, ..draws }
    }
}

/// What is drawn from it is counted, however many numbers a distribution takes.
impl TryRng for Draws {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.next() >> 32) as u32)
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.next())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for piece in bytes.chunks_mut(8) {
            let word = self.next().to_le_bytes();
            piece.copy_from_slice(&word[..piece.len()]);
        }
        Ok(())
    }
}

/// [`Stream::normal`] of a seed alone, whose numbers are others. A `std` below zero mirrors the draw.
pub fn normal(seed: u64, n: usize, mean: f64, std: f64) -> Vec<f64> {
    normals(Pcg64::seed_from_u64(seed), n, mean, std)
}

/// [`Stream::uniform`] of a seed alone.
pub fn uniform(seed: u64, n: usize, low: f64, high: f64) -> Vec<f64> {
    uniforms(Pcg64::seed_from_u64(seed), n, low, high)
}

/// [`Stream::bits`] of a seed alone.
pub fn bits(seed: u64, n: usize, probability: f64) -> Vec<f64> {
    ones(uniform(seed, n, 0.0, 1.0), probability)
}

/// [`Stream::signs`] of a seed alone.
pub fn signs(seed: u64, n: usize) -> Vec<f64> {
    coins(Pcg64::seed_from_u64(seed), n)
}

fn normals(mut rng: Pcg64, n: usize, mean: f64, std: f64) -> Vec<f64> {
    let mut one = || -> f64 { StandardNormal.sample(&mut rng) };
    (0..n).map(|_| mean + std * one()).collect()
}

fn uniforms(mut rng: Pcg64, n: usize, low: f64, high: f64) -> Vec<f64> {
    let mut one = || rng.random::<f64>();
    (0..n).map(|_| low + (high - low) * one()).collect()
}

/// 1 where a number from 0 to 1 is below the probability, else 0.
fn ones(mut drawn: Vec<f64>, probability: f64) -> Vec<f64> {
    drawn
        .iter_mut()
        .for_each(|u| *u = f64::from(*u < probability));
    drawn
}

fn coins(mut rng: Pcg64, n: usize) -> Vec<f64> {
    let mut heads = || rng.random::<bool>();
    (0..n).map(|_| if heads() { 1.0 } else { -1.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // A change of these numbers changes every model that has a seed: it needs a new major version, not a new expectation.
    #[test]
    fn the_numbers_of_a_seed_never_change() {
        assert_eq!(
            uniform(1, 2, 0.0, 1.0),
            [0.8398736585259249, 0.017298675035571365]
        );
        assert_eq!(
            normal(1, 2, 0.0, 1.0),
            [1.3339993956274996, -1.7669667385977912]
        );
        assert_eq!(signs(1, 8), [-1.0, 1.0, -1.0, 1.0, 1.0, -1.0, 1.0, -1.0]);
    }

    #[test]
    fn the_same_place_in_many_streams_holds_independent_numbers() {
        // How many of the n-th numbers of 20 000 streams lie below ½, for 100 seeds: the mean square of the deviation from
        // half of them, in standard deviations, is 1, give or take √(2/100) = 0.14.
        let (streams, seeds) = (20_000, 100);
        let mut squares = [0.0; 4];
        for seed in 0..seeds {
            let mut sums = [0.0; 4];
            for stream in 0..streams as u128 {
                let drawn = Stream { seed, stream }.uniform(4, 0.0, 1.0);
                for (sum, u) in sums.iter_mut().zip(drawn) {
                    *sum += if u < 0.5 { 1.0 } else { -1.0 };
                }
            }
            for (square, sum) in squares.iter_mut().zip(sums) {
                *square += sum * sum / streams as f64 / seeds as f64;
            }
        }
        let fine = squares.iter().all(|s| (0.5..1.5).contains(s));
        assert!(fine, "{squares:?}");
    }

    #[test]
    fn draws_go_on_where_they_were() {
        let mut draws = Draws::of(Stream::of(3, 1, 4, 1));
        let first: Vec<f64> = (0..5).map(|_| draws.uniform()).collect();
        assert_eq!(first, Stream::of(3, 1, 4, 1).uniform(5, 0.0, 1.0));
        let mut other = Draws::at(draws.place());
        let next = |d: &mut Draws| (d.below(1000), d.uniform(), d.below(3));
        assert_eq!(next(&mut draws), next(&mut other));
        // Of normal numbers one takes more bits than another.
        let normal: Vec<f64> = (0..1000).map(|_| draws.normal()).collect();
        assert_eq!(
            Stream::of(3, 1, 4, 1).normal(1000, 0.0, 1.0)[0],
            Draws::of(Stream::of(3, 1, 4, 1)).normal()
        );
        (0..1000).for_each(|k| assert_eq!(other.normal(), normal[k]));
        let mut third = Draws::at(draws.place());
        assert_eq!(next(&mut draws), next(&mut third));
    }

    #[test]
    fn a_shorter_draw_begins_a_longer_one() {
        assert_eq!(normal(3, 100, 0.0, 1.0)[..10], normal(3, 10, 0.0, 1.0));
        assert_eq!(signs(3, 100)[..10], signs(3, 10));
    }
}
