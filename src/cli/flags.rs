//! Flags that say what a model file can say too: they become overrides of it.

use std::path::PathBuf;

use clap::Args;

use super::progress::Style;
use crate::dynamics::Method;

#[derive(Args, Debug)]
pub(super) struct Flags {
    #[arg(long, value_name = "NAME", allow_hyphen_values = true, help = methods())]
    method: Option<String>,
    /// Relative tolerance of a step [default: 1e-6]
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    rtol: Option<String>,
    /// Absolute tolerance of a step [default: 1e-9]
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    atol: Option<String>,
    /// Integrate to this time, at rest or not
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    t_end: Option<String>,
    /// Most steps to try [default: 100000]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    max_steps: Option<String>,
    /// Seed of the damage of cues
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    seed: Option<String>,
    /// Threads; 0 for one on each core
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    threads: Option<String>,
    /// What to do when the energy rises: off, record, warn, reject, stop [default: reject]
    #[arg(long, value_name = "MODE", allow_hyphen_values = true)]
    lyapunov: Option<String>,
    /// Most bytes of states to be kept [default: 2 GiB]
    #[arg(long, value_name = "BYTES", allow_hyphen_values = true)]
    max_output: Option<String>,
    /// Replace any value of the model: --set layers.hidden.tau=0.2 (may be repeated)
    #[arg(long, value_name = "PATH=VALUE", allow_hyphen_values = true)]
    set: Vec<String>,
}

/// What is kept of trajectories, and where.
#[derive(Args, Debug)]
pub(super) struct Output {
    #[command(flatten)]
    pub place: Place,
    /// Write tables as CSV as well
    #[arg(long)]
    pub csv: bool,
    /// Write arrays.npz as well: patterns, weights, inputs and starts as they were made
    #[arg(long)]
    pub save_arrays: bool,
}

/// Where something is kept, and what is said.
#[derive(Args, Debug)]
pub(super) struct Place {
    /// The directory [default: in runs/, by the name of the model]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace what the directory holds, be it of another model
    #[arg(long)]
    pub force: bool,
    /// Print what came of it as one JSON document on stdout
    #[arg(long)]
    pub json: bool,
    /// Say nothing on stderr but errors
    #[arg(long)]
    pub quiet: bool,
    /// How progress is shown on stderr
    #[arg(long, value_enum, default_value_t = Style::Auto)]
    progress: Style,
}

impl Place {
    /// How progress is shown: not at all where nothing is to be said.
    pub fn style(&self) -> Style {
        match self.quiet {
            true => Style::None,
            false => self.progress,
        }
    }
}

/// `Method: auto, … (adaptive); rk4, … (fixed step)`, from the list.
fn methods() -> String {
    let [adaptive, fixed] = [true, false].map(|a| Method::names(a).join(", "));
    format!("Method: {adaptive} (adaptive); {fixed} (fixed step)")
}

/// Overrides `path=value`.
#[derive(Debug, Default)]
pub(super) struct Overrides {
    pub all: Vec<String>,
    /// How many of them, the first ones, are typed behind `--set`; the others are flags.
    pub typed: usize,
}

impl Flags {
    /// As overrides, `--set` first.
    pub fn overrides(&self) -> Overrides {
        let mut all = self.set.clone();
        let flags = [
            ("method", &self.method),
            ("rtol", &self.rtol),
            ("atol", &self.atol),
            ("t_end", &self.t_end),
            ("max_steps", &self.max_steps),
            ("seed", &self.seed),
            ("threads", &self.threads),
            ("lyapunov", &self.lyapunov),
            ("max_output", &self.max_output),
        ];
        for (name, value) in flags {
            all.extend(value.iter().map(|value| format!("solve.{name}={value}")));
        }
        if self.t_end.is_some() {
            all.push("solve.until=time".into());
        }
        let typed = self.set.len();
        Overrides { all, typed }
    }
}
