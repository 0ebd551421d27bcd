//! `attractor continue`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde_json::json;

use super::Exit;
use super::failure::Failure;
use super::flags::{Overrides, Place};
use super::origin::Origin;
use super::out::outln;
use super::question::Question;
use super::tables;
use crate::analysis::{Continuation, continuation_watched};
#[cfg(feature = "figures")]
use crate::figure::Plot;
use crate::model_file::{Varied, VariedError};
use crate::number::exact;
use crate::report::branches_answer;
#[cfg(feature = "figures")]
use crate::report::{Shown, branches_plot};
#[cfg(feature = "figures")]
use crate::style::Style;

#[derive(Args, Debug)]
pub(super) struct Continue {
    /// The model file, or the name of a model that is part of the program
    model: PathBuf,
    /// The path of a number of the model, as for --set: layers.hidden.lagrangian.beta; several that get the same value are
    /// given one by one
    #[arg(long, value_name = "PATH", required = true)]
    param: Vec<String>,
    /// The smallest value
    #[arg(long, value_name = "A", allow_hyphen_values = true)]
    from: f64,
    /// The largest value
    #[arg(long, value_name = "B", allow_hyphen_values = true)]
    to: f64,
    /// Tell the fixed points at this value; may be given several times
    #[arg(long, value_name = "P", allow_hyphen_values = true)]
    at: Vec<f64>,
    /// Look for fixed points at so many values of the parameter
    #[arg(long, value_name = "N", default_value_t = 9, value_parser = clap::value_parser!(u16).range(2..))]
    values: u16,
    /// From so many drawn states at each of them, at most
    #[arg(long, value_name = "N", default_value_t = 200)]
    starts: usize,
    /// Seed of these states
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Most points of a branch to either side of where it was found
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..))]
    points: u32,
    /// Replace any value of the model: --set layers.hidden.tau=0.2 (may be repeated)
    #[arg(long, value_name = "PATH=VALUE", allow_hyphen_values = true)]
    set: Vec<String>,
    /// What the figure shows: energy, norm, neuron:LAYER.K or overlap:K [default: the state of the neuron that varies most]
    #[cfg(feature = "figures")]
    #[arg(long, value_name = "WHAT")]
    show: Option<String>,
    #[command(flatten)]
    place: Place,
}

impl Continue {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let clock = Instant::now();
        let all = self.set.clone();
        let typed = all.len();
        let (loaded, origin) = Origin::named(&self.model, Overrides { all, typed })?;
        let p = &origin.provenance;
        let varied = Varied::new(
            &loaded,
            &p.model,
            &self.set,
            p.directory.as_deref(),
            &self.param,
        );
        let varied = varied.map_err(Failure::bad)?;
        if self.from < self.to && (self.to - self.from).is_finite() {
            varied
                .check([self.from, self.to])
                .map_err(|why| match why {
                    // A path that leads nowhere is drawn with its place.
                    VariedError::Load(why) => why.into(),
                    VariedError::Refused(why) => Failure::bad(why),
                })?;
        }
        let study = &loaded.study;
        let first = study.cases.first();
        let settings = Continuation {
            states: study.cases.iter().map(|c| c.start.x.clone()).collect(),
            clamped: first.map_or_else(Vec::new, |c| c.start.clamped.clone()),
            at: self.at.clone(),
            values: self.values.into(),
            starts: self.starts,
            seed: self.seed,
            points: self.points as usize,
            ..Continuation::new([self.from, self.to], Vec::new())
        };
        let (from, to) = (exact(self.from), exact(self.to));
        let head = format!(
            "{}: fixed points for {} from {from} to {to}",
            study.title,
            varied.parameter()
        );
        let model = p.model.clone();
        #[cfg(feature = "figures")]
        let shown = {
            let memories = study.recall.as_ref().map(|r| (r.layer, &r.memories));
            let asked = self.show.as_deref();
            let read = asked.map(|show| Shown::read(show, &study.network, memories));
            read.transpose().map_err(Failure::bad)?
        };
        let mut asked = Question::new(clock, (study, origin), "continue", &self.place)?;
        let found = asked
            .ask_watched(|watch| continuation_watched(&|v| varied.network(v), &settings, watch));
        let found = found.map_err(Failure::bad)?;
        if found.branches.is_empty() && !found.is_interrupted {
            return Err(Failure::failed(
                "no branch of fixed points was found in this range: --starts and --values look farther, [start] of the model says where to begin",
            ));
        }
        let mut answer = branches_answer(&found);
        #[cfg(feature = "figures")]
        let shown = shown.unwrap_or_else(|| Shown::widest(&study.network, &found));
        #[cfg(feature = "figures")]
        if let Some(plot) = branches_plot(&found, &shown, (&study.title, &varied.parameter())) {
            let plot = Plot::Branches(plot);
            answer
                .figures
                .0
                .push(("branches".into(), plot, Style::default()));
        }
        answer.document["attractor"] = json!(env!("CARGO_PKG_VERSION"));
        answer.document["model"] = json!(model);
        answer.document["varied"] =
            json!({ "paths": self.param, "from": self.from, "to": self.to });
        answer.document["sentence"] = json!(answer.sentence);
        if !study.stimulus.additions().is_empty() {
            answer
                .notes
                .push("[[stimulus]] is left out, the input stands still".into());
        }
        let table = || {
            outln!("{head}");
            tables::branches(&found, &self.at);
        };
        let exit = match found.is_interrupted {
            true => Exit::Interrupted,
            false => Exit::Fine,
        };
        asked.finish(study, answer, table, exit)
    }
}
