//! A layer of tokens that is seen as pictures, each patch of a picture being a token.
//!
//! A picture is cut into N patches of P pixels. Patch B, less its mean m_B, is where token B begins, and is read from its activation:
//!
//! ```text
//! x_B = pos_B + (W_e (p_B − m_B) + b_e, or the mask token where the patch is masked)      W_e: D × P, pos: N × D
//! p_B = W_d g_B + c_B + m_B                                                                W_d: P × D, c: N × P
//! ```
//!
//! as in Hoover et al. (2023), with a bias c of each position. The equations of the network know nothing of it: it says where tokens
//! begin and how they are looked at, and what it depends on is learnt with what lies between.
//!
//! Hoover, B. et al. (2023). Energy Transformer. *NeurIPS* 36.

mod ends;

use crate::lagrangian::Array;
use crate::refusal::Refusal;

/// What pictures become tokens with, and tokens pictures; see the module.
#[derive(Clone, Debug, PartialEq)]
pub struct Patches {
    /// Rows and columns of a picture.
    picture: [usize; 2],
    /// Rows and columns of a patch.
    patch: [usize; 2],
    /// Dimensions of a token, D.
    dims: usize,
    /// The mean picture, m.
    mean: Vec<f64>,
    /// W_e, b_e, the mask token, pos, W_d, c.
    values: Vec<f64>,
}

/// A picture of which some patches are masked.
#[derive(Clone, Debug, PartialEq)]
pub struct Masked {
    /// Its pixels, row by row; of those that are masked nothing is seen.
    pub pixels: Vec<f64>,
    /// Is a patch masked? From left to right, then down.
    pub is_masked: Vec<bool>,
}

impl Masked {
    /// Is patch `t` masked?
    pub fn is(&self, t: usize) -> bool {
        self.is_masked.get(t) == Some(&true)
    }
}

impl Patches {
    /// Pictures of `picture` rows and columns cut into patches of `patch`, for tokens of so many dimensions; everything else is 0.
    ///
    /// # Errors
    /// Sizes of 0, patches that do not divide the picture.
    pub fn new(picture: [usize; 2], patch: [usize; 2], dims: usize) -> Result<Self, Refusal> {
        let [[h, w], [a, b]] = [picture, patch];
        if [h, w, a, b, dims].contains(&0) || !h.is_multiple_of(a) || !w.is_multiple_of(b) {
            let why = format!("of {a} × {b} pixels do not divide a picture of {h} × {w}");
            return Err(Refusal::new("patches", why)
                .help("the rows and columns of a patch divide those of the picture"));
        }
        let mut own = Patches {
            picture,
            patch,
            dims,
            mean: vec![0.0; h * w],
            values: Vec::new(),
        };
        let sizes = own.parameters().into_iter();
        let count = sizes.map(|(_, s)| s.iter().product::<usize>()).sum();
        own.values = vec![0.0; count];
        Ok(own)
    }

    /// The same with this mean picture, pixels row by row.
    ///
    /// # Errors
    /// It is not as large as a picture, or not finite.
    pub fn mean(self, mean: Vec<f64>) -> Result<Self, Refusal> {
        match mean.len() == self.mean.len() && mean.iter().all(|m| m.is_finite()) {
            true => Ok(Patches { mean, ..self }),
            false => {
                let why = format!("must be {} finite pixels", self.mean.len());
                Err(Refusal::new("mean", why))
            }
        }
    }

    /// Rows and columns of a picture.
    pub fn picture(&self) -> [usize; 2] {
        self.picture
    }

    /// Rows and columns of a patch.
    pub fn patch(&self) -> [usize; 2] {
        self.patch
    }

    /// How many pixels a picture has.
    pub fn pixels(&self) -> usize {
        self.mean.len()
    }

    /// Patches of a picture, N.
    pub fn tokens(&self) -> usize {
        self.pixels() / self.patch_size()
    }

    /// Pixels of a patch, P.
    fn patch_size(&self) -> usize {
        self.patch[0] * self.patch[1]
    }

    /// Does it fit a layer of this shape?
    ///
    /// # Errors
    /// The layer is not tokens × dimensions, or has others.
    pub fn fits(&self, shape: &[usize]) -> Result<(), Refusal> {
        let wanted = [self.tokens(), self.dims];
        if shape == wanted {
            return Ok(());
        }
        let [[h, w], [a, b]] = [self.picture, self.patch];
        let why = format!(
            "of {a} × {b} pixels of a picture of {h} × {w} are {} tokens, and the layer has the shape {shape:?}",
            self.tokens()
        );
        Err(Refusal::new("patches", why).help(format!(
            "size = [{}, {}] is as many tokens, of {} dimensions each",
            wanted[0], wanted[1], wanted[1]
        )))
    }

    /// The place in a picture of pixel `p` of patch `t`, patches and pixels from left to right, then down.
    fn place(&self, t: usize, p: usize) -> usize {
        let ([_, w], [a, b]) = (self.picture, self.patch);
        let across = w / b;
        (t / across * a + p / b) * w + t % across * b + p % b
    }

    /// Which pixels of a picture are masked.
    pub fn hidden(&self, is_masked: &[bool]) -> Vec<bool> {
        let mut hidden = vec![false; self.pixels()];
        for t in (0..self.tokens()).filter(|t| is_masked.get(*t) == Some(&true)) {
            (0..self.patch_size()).for_each(|p| hidden[self.place(t, p)] = true);
        }
        hidden
    }

    /// What it depends on, as a model file names it, each with its shape.
    pub fn parameters(&self) -> Vec<(&'static str, Vec<usize>)> {
        let [tokens, pixels, dims] = [self.tokens(), self.patch_size(), self.dims];
        vec![
            ("embed", vec![dims, pixels]),
            ("embed_bias", vec![dims]),
            ("mask", vec![dims]),
            ("position", vec![tokens, dims]),
            ("read_out", vec![pixels, dims]),
            ("read_out_bias", vec![tokens, pixels]),
        ]
    }

    /// θ: those arrays in one vector, each row by row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Those arrays.
    pub fn arrays(&self) -> Vec<Array> {
        let mut rest = &self.values[..];
        let parts = self.parameters().into_iter().map(|(_, shape)| {
            let (own, others) = rest.split_at(shape.iter().product());
            rest = others;
            let data = own.to_vec();
            Array { shape, data }
        });
        parts.collect()
    }

    /// The same with another θ.
    ///
    /// # Errors
    /// It is not as long, or not finite.
    pub fn with(&self, values: Vec<f64>) -> Result<Self, Refusal> {
        match values.len() == self.values.len() && values.iter().all(|v| v.is_finite()) {
            true => Ok(Patches {
                values,
                ..self.clone()
            }),
            false => {
                let why = format!("must be {} finite numbers", self.values.len());
                Err(Refusal::new("the arrays of patches", why))
            }
        }
    }

    /// The mean picture.
    pub fn mean_picture(&self) -> &[f64] {
        &self.mean
    }
}
