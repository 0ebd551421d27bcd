//! Matrices that are kept sparse, from files of SciPy.

use super::super::Diagnostics;
use super::{Array, ArraySpec, FileSpec, Form, Place, Resolver, entries};
use crate::kernels::Weights;
use crate::record::{SparseArray, sparse_from_bytes};

impl ArraySpec {
    /// The sparse matrix that a file holds, for `place`; none where it is written in another way. `None` within where it is
    /// wrong, which is recorded.
    pub fn sparse(&self, place: &Place, resolver: &mut Resolver<'_>) -> Option<Option<Weights>> {
        let Form::File(spec) = &self.form else {
            return None;
        };
        let path = resolver.directory().join(&spec.path.value);
        let is_archive = path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("npz"));
        if !is_archive || spec.key.is_some() {
            return None;
        }
        // What cannot be read is told by whoever reads it as an array.
        let (bytes, sha256) = resolver.files().read(&path).ok()?;
        let diagnostics = resolver.diagnostics();
        let file = match sparse_from_bytes(&bytes, &path) {
            Ok(file) => file?,
            Err(why) => {
                let why = format!("cannot read `{}`: {}", spec.path.value, why.why());
                diagnostics.error(spec.path.span.clone(), why);
                return Some(None);
            }
        };
        resolver.note(path, sha256);
        let weights = self.taken(spec, &file, place, diagnostics);
        if let Some(weights) = weights.as_ref().filter(|_| resolver.keeps_arrays()) {
            // Whole, as other programs read it, where there is room for that.
            let shape = vec![weights.rows(), weights.cols()];
            if entries(&shape).is_ok() {
                let data = weights.whole().data().to_vec();
                resolver.made(&self.span, &Array { shape, data });
            }
        }
        Some(weights)
    }

    fn taken(
        &self,
        spec: &FileSpec,
        file: &SparseArray,
        place: &Place,
        diagnostics: &Diagnostics,
    ) -> Option<Weights> {
        let at = spec.path.span.clone();
        if spec.rows.is_some() || spec.columns.is_some() || spec.shift != 0.0 {
            const WHOLE: &str =
                "a sparse matrix is taken whole, without `rows`, `columns` and `shift`";
            const HELP: &str = "select in SciPy, before save_npz";
            return diagnostics.error(at, WHOLE).help(HELP).none();
        }
        let [rows, cols] = match spec.transpose {
            true => [file.shape[1], file.shape[0]],
            false => file.shape,
        };
        if place.fit(&[rows, cols]).is_none() {
            self.misfit(place, &[rows, cols], diagnostics);
            return None;
        }
        let entries = file.entries().map(|(i, j, value)| match spec.transpose {
            true => (j, i, spec.scale * value),
            false => (i, j, spec.scale * value),
        });
        match Weights::sparse(rows, cols, entries) {
            Ok(weights) => Some(weights),
            Err(why) => diagnostics
                .error(at, format!("{}: {why}", place.what))
                .none(),
        }
    }
}
