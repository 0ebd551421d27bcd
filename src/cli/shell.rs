//! `attractor schema`, `completions` and `man`: texts that other programs read.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Arguments, Exit};
use crate::cli::out::{errln, outln};

/// Completions for a shell.
#[derive(Args, Debug)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub fn execute(&self) -> Exit {
        let mut out = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "attractor", &mut out);
        print(&out)
    }
}

/// The manual page, in roff.
pub(super) fn man() -> Exit {
    let mut out = Vec::new();
    match clap_mangen::Man::new(Arguments::command()).render(&mut out) {
        Ok(()) => print(&out),
        Err(error) => {
            errln!("error: {error}");
            Exit::Failed
        }
    }
}

/// The JSON Schema of model files.
pub(super) fn schema() -> Exit {
    print(format!("{:#}\n", crate::model_file::schema()).as_bytes())
}

fn print(text: &[u8]) -> Exit {
    outln!("{}", String::from_utf8_lossy(text).trim_end_matches('\n'));
    Exit::Fine
}
