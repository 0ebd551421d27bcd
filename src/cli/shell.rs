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

pub(super) fn schema() -> Result<Exit, Failure> {
    print(format!("{:#}\n", crate::model_file::schema()).as_bytes())
}

fn print(text: &[u8]) -> Result<Exit, Failure> {
    outln!("{}", String::from_utf8_lossy(text).trim_end_matches('\n'));
    Ok(Exit::Fine)
}
