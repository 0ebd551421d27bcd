//! A matrix that lies somewhere in a slice, and its products: for matrices that are made anew at every evaluation, as the scores
//! among tokens are, while [`super::Weights`] are laid out once.

use super::product::Product;

/// The entry of row `r` and column `k` lies at `r · row + k · step`.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The numbers.
    pub data: &'a [f64],
    /// Rows and columns.
    pub shape: [usize; 2],
    /// From one row to the next.
    pub row: usize,
    /// From one column to the next.
    pub step: usize,
}

impl<'a> View<'a> {
    /// A matrix that lies row by row, as many rows as there are.
    pub fn rows(data: &'a [f64], cols: usize) -> Self {
        View {
            data,
            shape: [data.len() / cols.max(1), cols],
            row: cols,
            step: 1,
        }
    }

    /// The same matrix turned round.
    pub fn turned(self) -> Self {
        let [rows, cols] = self.shape;
        View {
            shape: [cols, rows],
            row: self.step,
            step: self.row,
            ..self
        }
    }

    /// Some of its columns.
    pub fn columns(self, at: std::ops::Range<usize>) -> Self {
        View {
            data: self.data.get(at.start * self.step..).unwrap_or(&[]),
            shape: [self.shape[0], at.len()],
            ..self
        }
    }

    /// `out += self · g`: of `g` and `out` the first `width` columns, one row beginning `leads` numbers after another. On all cores
    /// if it is large; the bits do not depend on them.
    pub fn add_product(
        &self,
        g: &[f64],
        out: &mut [f64],
        width: usize,
        [of_g, of_out]: [usize; 2],
    ) {
        let [rows, inner] = self.shape;
        Product {
            weights: self.data,
            rows,
            inner,
            row: self.row,
            step: self.step,
            g,
            width,
            out,
            leads: [of_g, of_out],
        }
        .share(false);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::numbers;
    use super::*;

    #[test]
    fn a_product_of_views_is_the_sum_over_the_inner_index_however_they_lie() {
        for [n, k, m] in [[3, 4, 5], [70, 8, 64], [8, 300, 17], [65, 64, 8]] {
            let (a, b) = (numbers(n * k, 1), numbers(k * (m + 2), 2));
            let turned: Vec<f64> = (0..n * k).map(|at| a[at % n * k + at / n]).collect();
            let plain = View::rows(&a, k);
            let views = [plain, View::rows(&turned, n).turned()];
            let some = [plain.columns(0..k / 2), plain.columns(k / 2..k)];
            let lead = m + 2;
            let product = |views: &[View<'_>]| {
                let mut out = vec![0.5; n * (m + 1)];
                let mut from = 0;
                for v in views {
                    v.add_product(&b[from * lead..], &mut out, m, [lead, m + 1]);
                    from += v.shape[1];
                }
                out
            };
            let [first, second] = views.map(|v| product(&[v]));
            assert_eq!(first, second);
            for out in [first, product(&some)] {
                for (at, v) in out.iter().enumerate() {
                    let (i, j) = (at / (m + 1), at % (m + 1));
                    let sum: f64 = (0..k).map(|l| a[i * k + l] * b[l * lead + j]).sum();
                    let want = if j < m { 0.5 + sum } else { 0.5 };
                    // Sums of at most 300 products below 1/4, in another order.
                    assert!((v - want).abs() < 1e-13, "{n} {k} {m}, {i} {j}: {v} {want}");
                }
            }
        }
    }
}
