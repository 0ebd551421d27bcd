//! The linear solver of the implicit methods, as the crate `diffsol-la` wants it: dense factors that know layers.

use diffsol_la::error::LinearSolverError;
use diffsol_la::{
    LaError, LinearOp, LinearSolver, Matrix, MatrixCommon, NalgebraContext, NalgebraMat,
    NalgebraVec,
};

use super::LongWork;
use crate::kernels::Factors;

/// Solves with `I − cJ`. The engine's own solver takes a column at a time, twenty times slower, and cannot be left.
#[derive(Default)]
pub struct LayeredLu<'a> {
    work: Option<&'a LongWork<'a>>,
    /// The matrix, or its factors in its place.
    matrix: Option<NalgebraMat<f64>>,
    factors: Option<Factors>,
}

impl<'a> LayeredLu<'a> {
    /// A solver that is left with the work given.
    pub fn new(work: &'a LongWork<'a>) -> Self {
        LayeredLu {
            work: Some(work),
            ..LayeredLu::default()
        }
    }
}

impl LinearSolver<NalgebraMat<f64>> for LayeredLu<'_> {
    fn set_sparsity<
        C: LinearOp<T = f64, V = NalgebraVec<f64>, M = NalgebraMat<f64>, C = NalgebraContext>,
    >(
        &mut self,
        op: &C,
    ) {
        let (rows, cols) = (op.nrows(), op.ncols());
        let matrix = Matrix::new_from_sparsity(rows, cols, op.sparsity(), *op.context());
        self.matrix = Some(matrix);
        self.factors = None;
    }

    fn set_linearisation<
        C: LinearOp<T = f64, V = NalgebraVec<f64>, M = NalgebraMat<f64>, C = NalgebraContext>,
    >(
        &mut self,
        op: &C,
    ) {
        // Without factors every solution is refused, and with it the step: this is how a step is left.
        self.factors = None;
        let go_on = || self.work.is_none_or(LongWork::goes_on);
        let Some(matrix) = &mut self.matrix else {
            return;
        };
        if !go_on() {
            return;
        }
        op.matrix_inplace(matrix);
        if go_on() {
            let n = matrix.nrows();
            self.factors = Factors::new(matrix.inner_mut().as_mut_slice(), n, &go_on);
        }
    }

    fn solve_in_place(&self, b: &mut NalgebraVec<f64>) -> Result<(), LaError> {
        let (Some(matrix), Some(factors)) = (&self.matrix, &self.factors) else {
            return Err(LinearSolverError::LuNotInitialized.into());
        };
        let solved = factors.solve(matrix.inner().as_slice(), b.batch_as_mut_slice(0));
        let failed = || LinearSolverError::LuSolveFailed.into();
        solved.then_some(()).ok_or_else(failed)
    }

    /// Only methods that go backwards in time ask for it.
    fn solve_transpose_in_place(&self, _: &mut NalgebraVec<f64>) -> Result<(), LaError> {
        Err(LinearSolverError::LinearSolverNotSetup.into())
    }
}
