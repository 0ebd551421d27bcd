//! What a Lagrangian may learn.

use std::sync::Arc;

use super::{Array, DirectSum, Lagrangian};
use crate::refusal::Refusal;

/// How the activations of a group of n neurons depend on parameters θ of their Lagrangian, in one vector.
pub trait Learn {
    /// The parameters in their order, as a model file names them, each with its shape for a group of `n`.
    fn parameters(&self, n: usize) -> Vec<(&'static str, Vec<usize>)>;

    /// θ: numbers that may take any value, so that a parameter which must be above 0 is there as its logarithm.
    fn values(&self, n: usize) -> Vec<f64>;

    /// The arrays that a model file takes in the place of the parameters, in their order.
    fn arrays(&self, n: usize) -> Vec<Array>;

    /// `gradient += Σ_b c_b·∂g_b/∂θ` over the columns of a block, `c` being the derivative of a loss by the activations `g`,
    /// `n × width` each.
    fn add_mixed(&self, g: &[f64], c: &[f64], width: usize, gradient: &mut [f64]);

    /// The same Lagrangian with another θ.
    ///
    /// # Errors
    /// A parameter that is no longer finite.
    fn with(&self, values: &[f64]) -> Result<Arc<dyn Lagrangian>, Refusal>;
}

impl DirectSum {
    /// What its one Lagrangian learns, with the neurons of a group; none where it learns nothing, or where groups have different ones.
    pub fn learn(&self) -> Option<(&dyn Learn, usize)> {
        let first = self.segments().first()?;
        let is_first = |s: &super::Segment| {
            Arc::ptr_eq(&s.lagrangian, &first.lagrangian) && s.len == first.len
        };
        let is_one = self.segments().iter().all(is_first);
        let learn = first.lagrangian.learn().filter(|_| is_one)?;
        Some((learn, first.len))
    }

    /// How many numbers that is.
    pub fn learns(&self) -> usize {
        let all = self.learn().map(|(learn, n)| learn.parameters(n));
        let shapes = all.iter().flatten();
        shapes.map(|(_, s)| s.iter().product::<usize>()).sum()
    }

    /// `gradient += Σ c·∂g/∂θ` over all groups and columns, as [`Learn::add_mixed`] of each.
    pub fn add_mixed(&self, g: &[f64], c: &[f64], width: usize, gradient: &mut [f64]) {
        let Some((learn, n)) = self.learn() else {
            return;
        };
        for s in self.segments() {
            let at = s.start * width..(s.start + n) * width;
            learn.add_mixed(&g[at.clone()], &c[at], width, gradient);
        }
    }

    /// The same with another θ in every group.
    ///
    /// # Errors
    /// As [`Learn::with`]; a sum that learns nothing.
    pub fn with(&self, values: &[f64]) -> Result<DirectSum, Refusal> {
        let Some((learn, n)) = self.learn() else {
            return Err(Refusal::new(self.to_string(), "has nothing that learns"));
        };
        let shape = [self.size() / n.max(1), n];
        DirectSum::uniform(&shape, learn.with(values)?)
    }
}
