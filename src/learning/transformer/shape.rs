//! Sizes of an Energy Transformer, and where its parameters lie.

use std::ops::Range;

/// Sizes, and how its tokens move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Patches of an image, N.
    pub tokens: usize,
    /// Pixels of a patch, P.
    pub pixels: usize,
    /// Dimensions of a token, D.
    pub dims: usize,
    /// Heads of attention, H.
    pub heads: usize,
    /// Dimensions of a head, Y.
    pub inner: usize,
    /// Memories, M.
    pub memories: usize,
    /// Steps, S.
    pub steps: usize,
    /// How long a step is, in units of the tokens' time constant.
    pub length: f64,
    /// The leak towards the token that it began as: 0, as released, or 1.
    pub leak: f64,
    /// Does a token attend to itself?
    pub attends_itself: bool,
    /// Is there attention at all? Without it tokens do not talk.
    pub attends: bool,
    /// Is there a memory?
    pub remembers: bool,
}

impl Default for Shape {
    fn default() -> Self {
        Shape {
            tokens: 16,
            pixels: 4,
            dims: 48,
            heads: 6,
            inner: 8,
            memories: 128,
            steps: 6,
            length: 0.2,
            leak: 0.0,
            attends_itself: false,
            attends: true,
            remembers: true,
        }
    }
}

/// Where each parameter lies in θ.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Places {
    pub embed: Range<usize>,
    pub embed_bias: Range<usize>,
    pub mask: Range<usize>,
    pub position: Range<usize>,
    pub query: Range<usize>,
    pub key: Range<usize>,
    pub patterns: Range<usize>,
    pub ln_gamma: usize,
    pub delta: Range<usize>,
    pub read_out: Range<usize>,
    pub read_out_bias: Range<usize>,
    pub all: usize,
}

impl Places {
    pub fn of(s: &Shape) -> Self {
        let mut end = 0;
        let mut next = |n: usize| {
            end += n;
            end - n..end
        };
        let heads = s.heads * s.inner * s.dims;
        let mut places = Places {
            embed: next(s.dims * s.pixels),
            embed_bias: next(s.dims),
            mask: next(s.dims),
            position: next(s.tokens * s.dims),
            query: next(heads),
            key: next(heads),
            patterns: next(s.memories * s.dims),
            ln_gamma: next(1).start,
            delta: next(s.dims),
            read_out: next(s.pixels * s.dims),
            read_out_bias: next(s.tokens * s.pixels),
            all: 0,
        };
        places.all = end;
        places
    }
}
