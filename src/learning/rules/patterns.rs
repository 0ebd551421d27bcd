//! Patterns that a rule can learn.

use std::borrow::Cow;

use crate::number::{exact, plural};
use crate::refusal::Refusal;

/// Which values patterns have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// −1 and +1.
    Signs,
    /// 0 and 1.
    Bits,
    /// Any numbers.
    Numbers,
}

/// Patterns of one layer, one a row: finite, at least one, none of zeros alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Patterns {
    rows: Vec<f64>,
    size: usize,
    coding: Coding,
}

impl Patterns {
    /// Patterns of `size` numbers each, row by row.
    ///
    /// # Errors
    /// There is none, a length that is not a multiple of `size`, a number that is not finite, a pattern of zeros alone. The entry of the
    /// refusal is the pattern.
    pub fn new(rows: Vec<f64>, size: usize) -> Result<Self, Refusal> {
        let refused = |why: String| Err(Refusal::new("patterns", why));
        if rows.is_empty() || size == 0 {
            return refused("are none: there is nothing to learn".into());
        }
        if !rows.len().is_multiple_of(size) {
            let numbers = plural(rows.len(), "number");
            return refused(format!(
                "are {numbers}, which is no multiple of the {} of each",
                plural(size, "entry")
            ));
        }
        for (k, row) in rows.chunks_exact(size).enumerate() {
            if let Some(i) = row.iter().position(|x| !x.is_finite()) {
                let why = format!("has {} as entry {i}; all must be finite", row[i]);
                return Err(Refusal::new("patterns", why).of_entry(k));
            }
            if row.iter().all(|x| *x == 0.0) {
                let why = "has nothing but zeros: it is no memory, and no rule can store it";
                return Err(Refusal::new("patterns", why)
                    .of_entry(k)
                    .help("leave it out, or code patterns as −1 and 1"));
            }
        }
        let coding = match &rows {
            rows if rows.iter().all(|x| x.abs() == 1.0) => Coding::Signs,
            rows if rows.iter().all(|x| *x == 0.0 || *x == 1.0) => Coding::Bits,
            _ => Coding::Numbers,
        };
        Ok(Patterns { rows, size, coding })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.rows.len() / self.size
    }

    /// Numbers of each.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Which values they have.
    pub fn coding(&self) -> Coding {
        self.coding
    }

    /// The patterns as they are.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.rows.chunks_exact(self.size)
    }

    /// The patterns as ±1, row by row: 2ξ − 1 of 0 and 1, other numbers as they are.
    pub(super) fn centred(&self) -> Cow<'_, [f64]> {
        match self.coding {
            Coding::Bits => self.rows.iter().map(|x| 2.0 * x - 1.0).collect(),
            Coding::Signs | Coding::Numbers => Cow::Borrowed(&self.rows),
        }
    }

    /// The patterns as ±1, row by row, for a rule that learns no others.
    ///
    /// # Errors
    /// Some entry is neither: the first that is of no coding is told.
    pub fn signs(&self) -> Result<Cow<'_, [f64]>, Refusal> {
        self.two_valued()?;
        Ok(self.centred())
    }

    /// The patterns as 0 and 1, row by row.
    ///
    /// # Errors
    /// As [`signs`](Self::signs).
    pub fn bits(&self) -> Result<Cow<'_, [f64]>, Refusal> {
        self.two_valued()?;
        Ok(match self.coding {
            Coding::Signs => self.rows.iter().map(|x| 0.5 * (x + 1.0)).collect(),
            Coding::Bits | Coding::Numbers => Cow::Borrowed(&self.rows),
        })
    }

    fn two_valued(&self) -> Result<(), Refusal> {
        if self.coding != Coding::Numbers {
            return Ok(());
        }
        // A −1 anywhere says that they were meant as ±1.
        let signs = self.rows.contains(&-1.0);
        let low = if signs { -1.0 } else { 0.0 };
        let odd = self.rows.iter().position(|x| *x != low && *x != 1.0);
        let flat = odd.unwrap_or_default();
        let (k, i) = (flat / self.size, flat % self.size);
        let found = exact(self.rows[flat]);
        let others = if signs { "−1 and 1" } else { "0 and 1" };
        let why = format!("has {found} as entry {i}; this rule learns patterns of {others}");
        Err(Refusal::new("patterns", why)
            .of_entry(k)
            .help("all entries of all patterns must be −1 and 1, or all 0 and 1"))
    }
}
