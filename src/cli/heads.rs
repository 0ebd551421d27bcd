//! `attractor heads`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::Exit;
use super::arrays::ArrayFile;
use super::failure::Failure;
use super::flags::Place;
use super::origin::Origin;
use super::out::outln;
use super::question::Question;
use crate::analysis::{AttentionWeights, Heads, heads};
use crate::dynamics::Interrupt;
use crate::record::Array;
use crate::refusal::Refusal;
use crate::report::{HeadsFound, heads_answer};

#[derive(Args, Debug)]
pub(super) struct HeadsOf {
    /// The file: .npz, or .npy of one array; each array is (.., tokens, tokens), as (layers, heads, tokens, tokens)
    file: PathBuf,
    /// Only this array of the .npz; may be given several times [default: all but the mask]
    #[arg(long, value_name = "NAME")]
    array: Vec<String>,
    /// An array of the .npz that says which keys a query may look at, 0 where not; its axes are the last ones of the weights, as
    /// (tokens) or (tokens, tokens) [default: zeros of the weights say what is padding, and whether the attention is causal]
    #[arg(long, value_name = "NAME")]
    mask: Option<String>,
    /// The part of a query's weight that its k largest weights hold
    #[arg(
        long,
        value_name = "X",
        default_value_t = 0.9,
        allow_hyphen_values = true
    )]
    mass: f64,
    #[command(flatten)]
    place: Place,
}

impl HeadsOf {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let clock = Instant::now();
        let (file, sha256) = ArrayFile::read(&self.file).map_err(Failure::bad)?;
        let named = !self.array.is_empty() || self.mask.is_some();
        if named && file.is_alone() {
            let why = "names an array of an .npz, and a .npy holds one";
            let what = if self.array.is_empty() {
                "--mask"
            } else {
                "--array"
            };
            let help = "write both with numpy.savez(path, a=…, mask=…)";
            return Err(Failure::bad(Refusal::new(what, why).help(help)));
        }
        let names = self.names(&file)?;
        let mask = self.mask.as_deref().map(|name| file.array(name));
        let mask = mask.transpose().map_err(Failure::bad)?;
        let origin = Origin::data(&self.file, sha256);
        let mut asked = Question::of_data(clock, origin, "heads", &self.place)?;
        let found = asked.ask(|interrupt| self.each(&file, &names, mask.as_ref(), interrupt));
        let found = found?;
        let exit = match found.is_interrupted {
            true => Exit::Interrupted,
            false => Exit::Fine,
        };
        let answer = heads_answer(&found);
        asked.finish_data(&found.title, answer, || print(&found), exit)
    }

    /// The arrays that are asked for.
    fn names(&self, file: &ArrayFile) -> Result<Vec<String>, Failure> {
        if self.array.is_empty() {
            let mut names = file.names().map_err(Failure::bad)?;
            names.retain(|name| Some(name) != self.mask.as_ref());
            if names.is_empty() {
                let place = self.file.display();
                let why = Refusal::new(format!("{place}"), "has no array of attention");
                return Err(Failure::bad(
                    why.help("write it with numpy.savez(path, a=…)"),
                ));
            }
            return Ok(names);
        }
        let mut names = self.array.clone();
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        Ok(names)
    }

    fn each(
        &self,
        file: &ArrayFile,
        names: &[String],
        mask: Option<&Array>,
        interrupt: &Interrupt,
    ) -> Result<HeadsFound, Failure> {
        let title = self.file.file_name().unwrap_or(self.file.as_os_str());
        let mut found = HeadsFound {
            title: title.to_string_lossy().into_owned(),
            mass: self.mass,
            arrays: Vec::new(),
            is_interrupted: false,
        };
        for name in names {
            // One at a time: together they may be larger than the memory.
            let weights = file.array(name).map_err(Failure::bad)?;
            let of = AttentionWeights {
                name,
                shape: &weights.shape,
                weights: &weights.data,
                mask: mask.map(|m| (&m.shape[..], &m.data[..])),
            };
            match heads(&of, self.mass, interrupt).map_err(Failure::bad)? {
                Some(heads) => found.arrays.push((name.clone(), heads)),
                None => {
                    found.is_interrupted = true;
                    break;
                }
            }
        }
        Ok(found)
    }
}

fn print(found: &HeadsFound) {
    for (k, (name, of)) in found.arrays.iter().enumerate() {
        if k > 0 {
            outln!("");
        }
        let (layers, heads, tokens) = (of.layers, of.heads, of.tokens);
        outln!("{name}: {layers} × {heads} heads, {tokens} tokens");
        outln!("layer  kinds 1/2/3/4  median k of each head");
        for layer in 0..of.layers {
            let kinds = of.kinds(layer).map(|n| n.to_string()).join("/");
            outln!("{:5}  {kinds:13}  {}", layer + 1, medians(of, layer));
        }
    }
}

fn medians(of: &Heads, layer: usize) -> String {
    let own = of.all.iter().skip(layer * of.heads).take(of.heads);
    let all: Vec<String> = own.map(|h| h.median.to_string()).collect();
    all.join(" ")
}
