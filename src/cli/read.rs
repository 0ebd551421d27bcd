//! As which classes a run of a model that learns classes reads its starts.

use serde_json::{Value, json};

use crate::learning::{Reading, Task};
use crate::study::{Results, Study};

/// Starts that are told one by one; of more their number is enough.
const SHOWN: usize = 20;

/// How each start is read, beside its position.
pub(super) struct Readings(Vec<(usize, Reading)>);

impl Readings {
    /// Of a run that has ended; nothing where classes are not what is learnt.
    pub fn of(task: Option<&Task>, study: &Study, results: &Results) -> Self {
        let network = &study.network;
        let mut g = vec![0.0; network.size()];
        let all = results.cases.iter().filter_map(|end| {
            network.activation(&end.outcome.x, 1, &mut g);
            let x = &study.cases[end.case].start.x;
            Some((end.case, task?.reads(network, x, &g)?))
        });
        Readings(all.collect())
    }

    /// For the manifest.
    pub fn document(&self, study: &Study) -> Value {
        let one = |(k, r): &(usize, Reading)| json!({ "start": study.cases[*k].label, "class": r.class, "row": r.row, "label": r.label, "part": r.part });
        self.0.iter().map(one).collect()
    }

    /// A line for each start.
    pub fn lines(&self, study: &Study) -> Vec<String> {
        let one = |(k, r): &(usize, Reading)| {
            let from = match (r.row, r.label) {
                (Some(row), Some(label)) if r.part.is_empty() => {
                    format!("row {row} of the data, labelled {label}")
                }
                (Some(row), Some(label)) => {
                    format!("row {row} of the data ({}), labelled {label}", r.part)
                }
                _ => "no row of the data".into(),
            };
            format!("{}: {from}, is read as {}", study.cases[*k].label, r.class)
        };
        match self.0.len() <= SHOWN {
            true => self.0.iter().map(one).collect(),
            false => Vec::new(),
        }
    }

    /// `9 of 10 are read as they are labelled`, of those that have a label.
    pub fn sentence(&self) -> Option<String> {
        let all = self.0.iter().map(|(_, r)| r);
        let known: Vec<&Reading> = all.filter(|r| r.label.is_some()).collect();
        let right = known.iter().filter(|r| r.label == Some(r.class)).count();
        match known[..] {
            [] => None,
            [one] if right == 1 => Some(format!("read as {}, as it is labelled", one.class)),
            [one] => Some(format!(
                "read as {}, and labelled {}",
                one.class,
                one.label.unwrap_or_default()
            )),
            _ => Some(format!(
                "{right} of {} are read as they are labelled",
                known.len()
            )),
        }
    }
}
