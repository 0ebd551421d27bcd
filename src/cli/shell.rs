//! `attractor schema`, `completions` and `man`: texts that other programs read.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::failure::Failure;
use super::{Arguments, Exit};
use crate::cli::out::outln;

#[derive(Args, Debug)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let mut out = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "attractor", &mut out);
        print(&out)
    }
}

pub(super) fn man() -> Result<Exit, Failure> {
    let mut out = Vec::new();
    let man = clap_mangen::Man::new(Arguments::command());
    man.render(&mut out).map_err(Failure::failed)?;
    print(&out)
}

#[derive(Args, Debug)]
pub(super) struct Schema {
    /// That of problem files
    #[arg(long)]
    problems: bool,
}

impl Schema {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let schema = match self.problems {
            true => crate::problem::schema(),
            false => crate::model_file::schema(),
        };
        print(format!("{schema:#}\n").as_bytes())
    }
}

fn print(text: &[u8]) -> Result<Exit, Failure> {
    outln!("{}", String::from_utf8_lossy(text).trim_end_matches('\n'));
    Ok(Exit::Fine)
}
