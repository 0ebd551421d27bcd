//! Pooling from one image to a smaller one, within each channel: the average or the log-sum-exp of a window.
//!
//! `E = −Σ_p z_p m(a in p)`, z the activations of the pooled image, p a window, with the mean `m = Σ a/k` or the soft maximum
//! `m = (1/β) ln Σ e^{βa}`. With the shares `s = ∂m/∂a` (1/k, or the softmax of βa) the currents are m into z and `Σ_p z_p s` into a.
//! The average is a convolution with a constant kernel for each channel by itself. The log-sum-exp is at z = 1 a memory with
//! patterns of 1, the softmax being that of the layer. It tends to the maximum for large β, and to the mean plus `ln k/β` for small
//! ones.

mod currents;
mod enclosure;
mod flips;
mod gradient;
mod strips;

use super::{Joined, Kind, Made, image};
use crate::kernels::Windows;
use crate::key::{Form, parameter};
use crate::lagrangian::{Parameters, Softmax, positive};
use crate::refusal::Refusal;

/// Two images of which the second pools windows of the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Pooling {
    windows: Windows,
    /// Channels, rows and columns of both images.
    shapes: [[usize; 3]; 2],
    size: [usize; 2],
    stride: [usize; 2],
    /// The softmax of a window; none for the average.
    softmax: Option<Softmax>,
}

const POOLS: &[&str] = &["average", "log-sum-exp"];

pub const KIND: Kind = Kind {
    name: "pooling",
    formula: "E = −Σ_p z_p m(a in p) over the windows p of each channel of an image a, z the pooled image; m the mean, or ln(Σ e^{βa})/β",
    layers: "[A, B]: image and pooled image, both `[channels, height, width]`",
    joins: Some(2),
    instead: None,
    parameters: &[
        parameter(
            "pool",
            Form::Words(|| POOLS.to_vec()),
            "m: \"average\", or \"log-sum-exp\", which tends to the maximum for large `beta`",
        ),
        parameter(
            "window",
            Form::Array,
            "how large a window is, one number or [rows, columns]",
        ),
        parameter(
            "stride",
            Form::Array,
            "how far it is from window to window, one number or [rows, columns] (the window: none overlap); B has ⌊(n − window)/stride⌋ + 1 rows and columns, n those of A",
        ),
        parameter(
            "beta",
            Form::Number,
            "β of \"log-sum-exp\", a positive number",
        ),
    ],
    make,
    examples: &[
        (
            &[&[2, 4, 6], &[2, 2, 2]],
            "pool = \"average\"\nwindow = [2, 3]",
        ),
        (
            &[&[2, 5, 4], &[2, 2, 3]],
            "pool = \"log-sum-exp\"\nwindow = [3, 2]\nstride = [2, 1]\nbeta = 2.5",
        ),
        (
            &[&[1, 3, 3], &[1, 2, 2]],
            "pool = \"average\"\nwindow = 2\nstride = 1",
        ),
    ],
};

fn make(p: &mut dyn Parameters, layers: &[Joined]) -> Result<Made, Refusal> {
    let pool = p.word("pool");
    let pool = p.needed("pool", pool);
    let size = image::pair(p, "window", 1.0);
    let size = p.needed("window", size);
    let (stride, beta) = (image::pair(p, "stride", 1.0), p.number("beta"));
    let first = image::first(p, layers);
    let (pool, size, stride, beta, first) = (pool?, size?, stride?, beta?, first?);
    let stride = stride.unwrap_or(size);
    let beta = match (pool, beta) {
        ("average", None) => None,
        ("average", Some(_)) => {
            let why = "is of \"log-sum-exp\"; an average has none";
            return Err(p.refuse(Refusal::new("beta", why).help("leave it out")));
        }
        (_, beta) => Some(p.needed("beta", Ok(beta))?),
    };
    let made = match beta {
        None => Pooling::average(first, size, stride),
        Some(beta) => Pooling::log_sum_exp(first, size, stride, beta),
    };
    let made = made.map_err(|e| p.refuse(e))?;
    image::fits(p, layers, made.shapes[1])?;
    Ok(made.into())
}

impl Pooling {
    /// The mean of windows of this size, which are `stride` rows and columns apart, in an image of the shape `first`,
    /// `[channels, height, width]`.
    ///
    /// # Errors
    /// If a window is empty or larger than the image.
    pub fn average(
        first: [usize; 3],
        size: [usize; 2],
        stride: [usize; 2],
    ) -> Result<Self, Refusal> {
        let [channels, height, width] = first;
        let windows = image::windows("window", [height, width], size, stride, [0, 0])?;
        let [rows, columns] = windows.places();
        Ok(Pooling {
            windows,
            shapes: [first, [channels, rows, columns]],
            size,
            stride,
            softmax: None,
        })
    }

    /// The same of `(1/β) ln Σ e^{βa}`.
    ///
    /// # Errors
    /// As [`Pooling::average`], and unless β is finite and above 0.
    pub fn log_sum_exp(
        first: [usize; 3],
        size: [usize; 2],
        stride: [usize; 2],
        beta: f64,
    ) -> Result<Self, Refusal> {
        let beta = positive("beta", beta)?;
        Ok(Pooling {
            softmax: Some(Softmax { beta }),
            ..Pooling::average(first, size, stride)?
        })
    }
}
