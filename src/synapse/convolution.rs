//! Convolution between two images: the same weights at every place, `E = −Σ g_B ∘ (K * g_A)`.
//!
//! `(K * g)[o, i, j] = Σ_cuv K[o, c, u, v] g[c, i s_h + u − p_h, j s_w + v − p_w]`, a cross-correlation with zeros around the image, as in
//! convolutional networks (Krotov 2021, *Hierarchical associative memory*). It is the bilinear form of [`super::Dense`] with a
//! matrix that is never made: the current into B is `K * g_A`, that into A the transposed convolution of `g_B`.

use super::matrix::evaluate;
use super::{
    Enclosure, Energy, Flips, Joined, Kind, Learn, Linear, Made, Ports, Scratch, Sketch, Synapse,
    image,
};
use crate::kernels::{Correlation, Entry, Patch, Told, WeightsError};
use crate::key::{Form, parameter};
use crate::lagrangian::{Array, Axis, Parameters, TermRows};
use crate::refusal::Refusal;

/// Two images joined by one kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct Convolution {
    matrix: Correlation,
    /// Channels, rows and columns of both images.
    shapes: [[usize; 3]; 2],
    /// Rows and columns of the kernel, and of strides.
    size: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
}

pub const KIND: Kind = Kind {
    name: "convolution",
    formula: "E = −Σ g_B ∘ (K * g_A) between two images, (K * g)[o,i,j] = Σ K[o,c,u,v] g[c, i·s+u−p, j·s+v−p]; acts both ways: currents K * g_A into B and the transposed convolution of g_B into A",
    layers: "[A, B]: from, to, both `[channels, height, width]`",
    joins: Some(2),
    instead: None,
    parameters: &[
        parameter(
            "kernel",
            Form::Array,
            "K, channels of B × channels of A × rows × columns",
        ),
        parameter(
            "stride",
            Form::Array,
            "how far the kernel moves from place to place, one number or [rows, columns] (1)",
        ),
        parameter(
            "padding",
            Form::Array,
            "zeros on each side of A, one number or [rows, columns] (0); B has ⌊(n + 2·padding − k)/stride⌋ + 1 rows and columns, n those of A and k those of the kernel",
        ),
    ],
    make,
    examples: &[
        (
            &[&[2, 5, 4], &[3, 3, 2]],
            "kernel = { random = \"normal\", shape = [3, 2, 3, 3] }\nstride = 2\npadding = 1",
        ),
        (
            &[&[2, 4, 6], &[3, 3, 3]],
            "kernel = { random = \"normal\", shape = [3, 2, 2, 4] }\nstride = [1, 2]\npadding = [0, 1]",
        ),
        (&[&[2, 3, 3], &[1, 3, 3]], "kernel = [[[[0.7]], [[-0.4]]]]"),
    ],
};

fn make(p: &mut dyn Parameters, layers: &[Joined]) -> Result<Made, Refusal> {
    let [from, to] = [0, 1].map(|k| layers.get(k).map_or(Axis::Any, image::channels));
    let kernel = p.array("kernel", &[to, from, Axis::Any, Axis::Any]);
    let kernel = p.needed("kernel", kernel);
    let (stride, padding) = (
        image::pair(p, "stride", 1.0),
        image::pair(p, "padding", 0.0),
    );
    let first = image::first(p, layers);
    let (kernel, first) = (kernel?, first?);
    let stride = stride?.unwrap_or([1, 1]);
    let made = Convolution::new(kernel, first, stride, padding?.unwrap_or([0, 0]));
    let made = made.map_err(|e| p.refuse(e))?;
    image::fits(p, layers, made.shapes[1])?;
    Ok(made.into())
}

impl Convolution {
    /// From images of the shape `first`, `[channels, height, width]`, by `K`, `[channels of B, channels of A, rows, columns]`, that
    /// moves by `stride` rows and columns over an image with `padding` rows and columns of zeros on each side.
    ///
    /// ```
    /// use attractor::lagrangian::Array;
    /// use attractor::synapse::{Convolution, Synapse};
    ///
    /// let kernel = Array { shape: vec![16, 1, 3, 3], data: vec![0.1; 144] };
    /// let synapse = Convolution::new(kernel, [1, 8, 8], [2, 2], [1, 1])?;
    /// assert_eq!(synapse.shapes(), [[1, 8, 8], [16, 4, 4]]);
    /// # Ok::<(), attractor::refusal::Refusal>(())
    /// ```
    ///
    /// # Errors
    /// Unless the kernel has four axes, the channels of the image and finite entries, and is not larger than the padded image.
    pub fn new(
        kernel: Array,
        first: [usize; 3],
        stride: [usize; 2],
        padding: [usize; 2],
    ) -> Result<Self, Refusal> {
        let [c, h, w] = first;
        let [o, channels, rows, columns] = kernel.shape[..] else {
            let why = format!(
                "must have the axes [channels of B, channels of A, rows, columns], it has {:?}",
                kernel.shape
            );
            return Err(Refusal::new("kernel", why));
        };
        if channels != c || o == 0 || c == 0 {
            let why = format!(
                "reads {channels} channels and makes {o}, the image has {c}: it must read as many as there are, and make at least one"
            );
            return Err(Refusal::new("kernel", why));
        }
        let size = [rows, columns];
        let windows = image::windows("kernel", [h, w], size, stride, padding)?;
        let [height, width] = windows.places();
        let matrix = Correlation::new(windows, [o, c], kernel.data).map_err(taken)?;
        Ok(Convolution {
            matrix,
            shapes: [first, [o, height, width]],
            size,
            stride,
            padding,
        })
    }

    /// K, row by row.
    pub fn kernel(&self) -> &[f64] {
        self.matrix.kernel()
    }
}

/// θ is K.
impl Learn for Convolution {
    fn parameters(&self) -> Vec<(&'static str, Vec<usize>)> {
        let ([[c, ..], [o, ..]], [h, w]) = (self.shapes, self.size);
        vec![("kernel", vec![o, c, h, w])]
    }

    fn values(&self) -> Vec<f64> {
        self.kernel().to_vec()
    }

    /// `Σ_p g_B[o,p] g_A[c, p s + (u,v)]`.
    fn add_gradient(&self, ports: &Ports<'_>, g: &[f64], by: &[f64], gradient: &mut [f64]) {
        let all = ports.of(1, g).iter().zip(by.iter().cycle());
        let b: Vec<f64> = all.map(|(g, by)| by * g).collect();
        let pair = [&b, ports.of(0, g)];
        self.matrix.add_outer(pair, ports.width, gradient);
    }

    /// `Σ_p (v_B[o,p] g_A[c, p s + (u,v)] + g_B[o,p] v_A[c, p s + (u,v)])`.
    fn add_mixed(&self, ports: &Ports<'_>, g: &[f64], v: &[f64], gradient: &mut [f64]) {
        for [b, a] in [[v, g], [g, v]] {
            let pair = [ports.of(1, b), ports.of(0, a)];
            self.matrix.add_outer(pair, ports.width, gradient);
        }
    }

    fn with(&self, values: Vec<f64>) -> Result<Box<dyn Synapse>, Refusal> {
        let channels = [self.shapes[1][0], self.shapes[0][0]];
        let matrix = Correlation::new(*self.matrix.windows(), channels, values).map_err(taken)?;
        Ok(Box::new(Convolution {
            matrix,
            ..self.clone()
        }))
    }
}

fn taken(e: WeightsError) -> Refusal {
    Refusal::new("kernel", format!("cannot be taken: {e}"))
}

impl Synapse for Convolution {
    fn describe(&self) -> String {
        let [[c, ..], [o, ..]] = self.shapes;
        let [rows, columns] = self.size;
        let pair = |name: &str, [a, b]: [usize; 2], unsaid: usize| match (a == b, a == unsaid) {
            (true, true) => String::new(),
            (true, false) => format!(", {name} {a}"),
            (false, _) => format!(", {name} [{a}, {b}]"),
        };
        format!(
            "convolution {o} × {c} × {rows} × {columns}{}{}",
            pair("stride", self.stride, 1),
            pair("padding", self.padding, 0)
        )
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    fn learn(&self) -> Option<&dyn Learn> {
        Some(self)
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        self.shapes.map(|shape| shape.to_vec()).to_vec()
    }

    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        energy: Option<TermRows<'_>>,
        scratch: &mut Scratch,
    ) {
        evaluate(&self.matrix, ports, g, current, energy, scratch);
    }

    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        _g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        _scratch: &mut Scratch,
    ) {
        // The currents are linear in g.
        let (a, b) = (ports.of(0, dg), ports.of(1, dg));
        let (to_a, to_b) = ports.pair_mut(0, 1, dcurrent);
        self.matrix.add_product(a, ports.width, to_b);
        self.matrix.add_transposed_product(b, ports.width, to_a);
    }

    fn curvature(
        &self,
        _ports: &Ports<'_>,
        _g: &[f64],
        _scratch: &mut Scratch,
        show: &mut dyn FnMut([usize; 2], Patch<'_>),
    ) -> bool {
        let count = self.matrix.most_entries();
        let forth = |tell: Entry<'_>| self.matrix.entries(tell);
        let back = |tell: Entry<'_>| self.matrix.entries(&mut |i, j, w| tell(j, i, w));
        let told = |each| Patch::Told(Told { count, each });
        show([1, 0], told(&forth));
        show([0, 1], told(&back));
        true
    }

    fn energy(&self) -> Energy {
        Energy::Exact
    }

    fn order(&self, unbounded: &[bool]) -> f64 {
        unbounded.iter().filter(|u| **u).count() as f64
    }

    fn is_quadratic(&self) -> bool {
        true
    }

    /// Forth and back.
    fn operations(&self) -> f64 {
        2.0 * self.matrix.operations()
    }

    fn sketch(&self) -> Sketch {
        Sketch::Windows
    }

    fn flips(&self) -> Option<&dyn Flips> {
        Some(self)
    }

    fn enclosure(&self) -> Option<&dyn Enclosure> {
        Some(self)
    }

    fn scratch(&self, width: usize) -> Scratch {
        Scratch::rows(self.matrix.rows() + 1, width)
    }
}

impl Linear for Convolution {
    fn weight(&self, i: usize, j: usize) -> f64 {
        let from = self.matrix.cols();
        match (i < from, j < from) {
            (false, true) => self.matrix.entry(i - from, j),
            (true, false) => self.matrix.entry(j - from, i),
            _ => 0.0,
        }
    }

    fn add_currents(&self, g: &[f64], width: usize, currents: &mut [f64]) {
        let (a, b) = g.split_at(self.matrix.cols() * width);
        let (to_a, to_b) = currents.split_at_mut(a.len());
        self.matrix.add_product(a, width, to_b);
        self.matrix.add_transposed_product(b, width, to_a);
    }

    fn add_column(&self, j: usize, by: f64, currents: &mut [f64]) {
        let from = self.matrix.cols();
        let (to_a, to_b) = currents.split_at_mut(from);
        match j.checked_sub(from) {
            None => self.matrix.add_column(j, by, to_b),
            Some(row) => self.matrix.add_row(row, by, to_a),
        }
    }
}
