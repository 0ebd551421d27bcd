//! Currents, energy and curvature of a pooling synapse.

use super::{KIND, POOLS, Pooling};
use crate::kernels::{Entry, Patch, Told, sum_rows, update_rows};
use crate::lagrangian::TermRows;
use crate::synapse::{Enclosure, Energy, Flips, Kind, Learn, Ports, Scratch, Sketch, Synapse};

impl Synapse for Pooling {
    fn learn(&self) -> Option<&dyn Learn> {
        self.softmax.is_some().then_some(self)
    }

    fn describe(&self) -> String {
        let by = |[a, b]: [usize; 2]| format!("{a} × {b}");
        let stride = match self.stride == self.size {
            true => String::new(),
            false => format!(", stride {}", by(self.stride)),
        };
        let (pool, beta) = match &self.softmax {
            None => (POOLS[0], String::new()),
            Some(s) => (POOLS[1], format!(", beta = {}", s.beta)),
        };
        format!("{pool} pooling {}{stride}{beta}", by(self.size))
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        self.shapes.map(|shape| shape.to_vec()).to_vec()
    }

    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        mut energy: Option<TermRows<'_>>,
        scratch: &mut Scratch,
    ) {
        let width = ports.width;
        if let Some(out) = &mut energy {
            out.value.fill(0.0);
            out.magnitude.fill(0.0);
        }
        let z = ports.of(1, g);
        let (to_a, to_z) = ports.pair_mut(0, 1, current);
        self.strips(ports, g, scratch, |strip| {
            let at = self.pooled(&strip, width);
            let image = &mut to_a[self.channel(&strip, width)];
            let (z, to_z) = (&z[at.clone()], &mut to_z[at]);
            let columns = z.len();
            if let Some(out) = &mut energy {
                let (mean, sizes) = strip.spare.split_at_mut(columns);
                let sizes = &mut sizes[..columns];
                let pair = [&*strip.shares, &*strip.seen];
                sum_rows(pair, columns, mean, |[s, a]| s * a);
                sum_rows(pair, columns, sizes, |[s, a]| s * a.abs());
                for (k, z) in z.iter().enumerate() {
                    // m is the mean by shares and their entropy over β: as large as its summands.
                    let m = strip.value[k];
                    out.value[k % width] -= z * m;
                    out.magnitude[k % width] += z.abs() * (sizes[k] + (m - mean[k]).abs());
                }
            }
            to_z.iter_mut()
                .zip(&*strip.value)
                .for_each(|(to, m)| *to += m);
            update_rows([], columns, columns, strip.shares, |_, b, s, []| *s *= z[b]);
            self.windows
                .add_back(strip.shares, width, strip.places, image);
        });
    }

    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        scratch: &mut Scratch,
    ) {
        let (width, beta) = (ports.width, self.beta());
        let (z, dz, da) = (ports.of(1, g), ports.of(1, dg), ports.of(0, dg));
        let (to_a, to_z) = ports.pair_mut(0, 1, dcurrent);
        self.strips(ports, g, scratch, |strip| {
            let (at, own) = (self.pooled(&strip, width), self.channel(&strip, width));
            let (z, dz, to_z) = (&z[at.clone()], &dz[at.clone()], &mut to_z[at]);
            let columns = z.len();
            let (change, mean) = strip.spare.split_at_mut(strip.seen.len());
            let places = strip.places;
            self.windows
                .gather(&da[own.clone()], width, places.clone(), change);
            sum_rows([&*strip.shares, &*change], columns, mean, |[s, d]| s * d);
            to_z.iter_mut().zip(&*mean).for_each(|(to, m)| *to += m);
            // s (dz + β z (da − s·da)).
            let of = |b: usize, s: f64, d: f64| s * (dz[b] + beta * z[b] * (d - mean[b]));
            update_rows(
                [&*strip.shares],
                columns,
                columns,
                change,
                |_, b, d, [s]| {
                    *d = of(b, s, *d);
                },
            );
            self.windows.add_back(change, width, places, &mut to_a[own]);
        });
    }

    fn curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        scratch: &mut Scratch,
        show: &mut dyn FnMut([usize; 2], Patch<'_>),
    ) -> bool {
        let (beta, z, taps) = (self.beta(), ports.of(1, g), self.windows.taps());
        self.strips(ports, g, scratch, |strip| {
            let (row, column) = (self.pooled(&strip, 1).start, self.channel(&strip, 1).start);
            let columns = strip.places.len();
            // A place, a cell that it sees, and its share.
            let shares = |n: usize, tell: &mut dyn FnMut(usize, f64)| {
                let see =
                    |cell: usize, tap: usize| tell(column + cell, strip.shares[tap * columns + n]);
                self.windows.sees(strip.places.start + n, see);
            };
            let forth = |tell: Entry<'_>| {
                (0..columns).for_each(|n| shares(n, &mut |cell, s| tell(row + n, cell, s)));
            };
            let back = |tell: Entry<'_>| {
                (0..columns).for_each(|n| shares(n, &mut |cell, s| tell(cell, row + n, s)));
            };
            // β z (diag s − s sᵀ).
            let within = |tell: Entry<'_>| {
                for n in 0..columns {
                    let factor = beta * z[row + n];
                    shares(n, &mut |i, s| {
                        tell(i, i, factor * s);
                        shares(n, &mut |j, t| tell(i, j, -factor * s * t));
                    });
                }
            };
            let once = taps * columns;
            show(
                [1, 0],
                Patch::Told(Told {
                    count: once,
                    each: &forth,
                }),
            );
            show(
                [0, 1],
                Patch::Told(Told {
                    count: once,
                    each: &back,
                }),
            );
            if self.softmax.is_some() {
                let count = (taps + 1) * once;
                show(
                    [0, 0],
                    Patch::Told(Told {
                        count,
                        each: &within,
                    }),
                );
            }
        });
        true
    }

    fn energy(&self) -> Energy {
        Energy::Exact
    }

    /// m grows as the activations do.
    fn order(&self, unbounded: &[bool]) -> f64 {
        unbounded.iter().filter(|u| **u).count() as f64
    }

    fn is_quadratic(&self) -> bool {
        self.softmax.is_none()
    }

    /// Each tap of each window is laid out, weighed and added back; a softmax takes an exponential.
    fn operations(&self) -> f64 {
        let (tap, window) = match self.softmax {
            None => (31.0, 0.0),
            Some(_) => (70.0, 40.0),
        };
        let windows = (self.shapes[0][0] * self.windows.count()) as f64;
        windows * (tap * self.windows.taps() as f64 + window)
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
        let rows = 3 * self.windows.taps() + 2;
        Scratch::rows(rows * self.together(width), width)
    }
}
