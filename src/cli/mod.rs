//! The command line: flags, exit codes, progress. The only code that prints.

mod arrays;
mod associate;
mod barriers;
mod basins;
mod check;
mod continuation;
mod describe;
mod ensemble;
mod estimate;
mod failure;
mod finish;
mod fixed_points;
mod flags;
mod gallery;
mod heads;
mod interrupt;
mod job;
mod kept;
mod layer;
mod list;
mod lookup;
mod new;
mod origin;
mod out;
mod phase_plane;
mod plot;
mod pool;
mod progress;
mod question;
mod read;
mod run;
mod shell;
mod solve;
mod tables;
mod told;
mod train;
mod words;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Everything went as it should.
    Fine = 0,
    /// The run failed, or the energy rose.
    Failed = 1,
    /// The model or the command makes no sense.
    BadModel = 2,
    /// Some of many trajectories did not end as they should.
    Flagged = 3,
    /// Stopped by Ctrl-C.
    Interrupted = 130,
}

/// Simulates energy-based neural networks and watches their energy fall.
#[derive(Debug, Parser)]
#[command(name = "attractor", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Integrate a model, watch its energy, and keep arrays, figures and a manifest.
    Run(run::Run),
    /// Integrate many starts of a model, or a sweep of its parameters, and keep a row for each trajectory.
    Ensemble(ensemble::Ensemble),
    /// Parse, validate and certify a model, without integrating it.
    Check(check::Check),
    /// Print layers, synapses, equations and the certificate of a model.
    Describe(describe::Describe),
    /// List the fixed points of a model: attractors, saddles and maxima, with their energies and eigenvalues.
    FixedPoints(fixed_points::FixedPoints),
    /// Map the basins of attraction of a model, count their fractions, and measure what memories are recalled from.
    Basins(basins::Basins),
    /// Tell the barriers between the attractors of a model: over which saddles the lowest ways lead, and how high they are.
    Barriers(barriers::BarriersOf),
    /// Follow the fixed points of a model along a parameter: branches, where they turn and cross, what is stable.
    Continue(continuation::Continue),
    /// Draw a plane of a model: nullclines, streamlines, trajectories, fixed points, separatrices, energy.
    PhasePlane(phase_plane::Plane),
    /// Tell how many keys the heads of a transformer average, and of which kind they are.
    Heads(heads::HeadsOf),
    /// Associate states with stored patterns by a Hopfield layer, arrays in and arrays out.
    Associate(associate::Associate),
    /// Pool bags of instances by the queries of a Hopfield layer.
    Pool(pool::Pool),
    /// Look states up in a training set: labels as values, beta by their likelihood.
    Lookup(lookup::Lookup),
    /// Let a model learn what its [learn] says, and keep the weights.
    Train(train::Train),
    /// Solve an optimisation problem by a network, and say how well.
    Solve(solve::Solve),
    /// Draw the figures of a run again, without integrating.
    Plot(plot::Plot),
    /// Draw the figures of every model that is part of the program.
    Gallery(gallery::Gallery),
    /// Write a copy of a model that is part of the program, to start from.
    New(new::New),
    /// List Lagrangians, synapses, solvers or models.
    List(list::List),
    /// Print the JSON Schema of model files, or of problem files, for editors.
    Schema(shell::Schema),
    /// Print completions for a shell.
    Completions(shell::Completions),
    /// Print the manual page.
    Man,
}

impl Command {
    fn execute(&self) -> Result<Exit, Failure> {
        match self {
            Command::Run(run) => run.execute(),
            Command::Ensemble(ensemble) => ensemble.execute(),
            Command::Check(check) => check.execute(),
            Command::Barriers(barriers) => barriers.execute(),
            Command::FixedPoints(fixed_points) => fixed_points.execute(),
            Command::Basins(basins) => basins.execute(),
            Command::Continue(continuation) => continuation.execute(),
            Command::PhasePlane(plane) => plane.execute(),
            Command::Heads(heads) => heads.execute(),
            Command::Associate(associate) => associate.execute(),
            Command::Pool(pool) => pool.execute(),
            Command::Lookup(lookup) => lookup.execute(),
            Command::Train(train) => train.execute(),
            Command::Solve(solve) => solve.execute(),
            Command::New(new) => new.execute(),
            Command::List(list) => Ok(list.execute()),
            Command::Describe(describe) => describe.execute(),
            Command::Plot(plot) => plot.execute(),
            Command::Gallery(gallery) => gallery.execute(),
            Command::Schema(schema) => schema.execute(),
            Command::Completions(completions) => completions.execute(),
            Command::Man => shell::man(),
        }
    }
}

/// Runs the command of the process.
pub fn main() -> ExitCode {
    let ended = match Arguments::try_parse() {
        Ok(arguments) => arguments.command.execute(),
        Err(error) => {
            let _ = error.print();
            // Help and version are not errors; clap prints either where it belongs.
            Ok(match error.use_stderr() {
                true => Exit::BadModel,
                false => Exit::Fine,
            })
        }
    };
    let exit = ended.unwrap_or_else(|failure| {
        failure.print();
        failure.exit
    });
    let exit = match exit {
        Exit::Fine if !out::is_complete() => Exit::Failed,
        exit => exit,
    };
    ExitCode::from(exit as u8)
}
