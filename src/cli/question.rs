//! The frame of the commands that ask something of a network: where the answer goes, and how they end.

use std::path::Path;
use std::time::Instant;

use serde_json::Value;

use super::failure::Failure;
use super::flags::Place;
use super::job::Job;
use super::origin::Origin;
use super::progress::Reporter;
use super::{Exit, interrupt};
use crate::analysis::Watch;
use crate::dynamics::Interrupt;
use crate::network::Certificate;
use crate::record::TRAINING;
use crate::report::{Answer, AnswerDirectory, Provenance, manifest, of_data};
use crate::study::Study;

/// A question that is being asked.
pub(super) struct Question<'a> {
    pub job: Job<'a>,
    directory: AnswerDirectory,
    /// Of the network; none of a file of data.
    certificate: Option<Certificate>,
}

impl<'a> Question<'a> {
    /// Of a model that began to be read at `clock`: `kind` is the command. The place of the answer is claimed before the work.
    pub fn new(
        clock: Instant,
        (study, origin): (&Study, Origin),
        kind: &'static str,
        place: &'a Place,
    ) -> Result<Self, Failure> {
        let certificate = study.admit()?;
        let mut asked = Question::of_data(clock, origin, kind, place)?;
        asked.job.note(study.notes(&certificate));
        asked.certificate = Some(certificate);
        Ok(asked)
    }

    /// Of a model, where `left` may take up what an earlier answer left in the directory, before that is claimed; what it does not take up
    /// is thrown away.
    pub fn going_on<T>(
        (clock, study): (Instant, &Study),
        origin: Origin,
        (kind, left): (
            &'static str,
            impl FnOnce(&Path) -> Result<Option<T>, Failure>,
        ),
        place: &'a Place,
    ) -> Result<(Self, Option<T>), Failure> {
        let certificate = study.admit()?;
        let job = Job::new(clock, origin, kind, place)?;
        let found = left(&job.out)?;
        let directory = AnswerDirectory::go_on(&job.out, TRAINING, found.is_some());
        let directory = directory.map_err(Failure::bad)?;
        let mut asked = Question {
            job,
            directory,
            certificate: None,
        };
        asked.job.note(study.notes(&certificate));
        asked.certificate = Some(certificate);
        Ok((asked, found))
    }

    /// Of a file of data instead of a network.
    pub fn of_data(
        clock: Instant,
        origin: Origin,
        kind: &'static str,
        place: &'a Place,
    ) -> Result<Self, Failure> {
        let job = Job::new(clock, origin, kind, place)?;
        let directory = AnswerDirectory::claim(&job.out).map_err(Failure::bad)?;
        Ok(Question {
            job,
            directory,
            certificate: None,
        })
    }

    /// Where the answer is until it is finished.
    pub fn partial_path(&self) -> &Path {
        self.directory.partial_path()
    }

    /// Does the work that Ctrl-C may end.
    pub fn ask<R>(&mut self, work: impl FnOnce(&'static Interrupt) -> R) -> R {
        let done = work(interrupt::watch());
        self.job.stop_the_clock();
        done
    }

    /// The same for work of which nothing is kept until it is whole: Ctrl-C ends the process at once.
    pub fn ask_whole<R>(&mut self, work: impl FnOnce() -> R) -> R {
        interrupt::end_at_once();
        let done = work();
        self.job.stop_the_clock();
        done
    }

    /// The same for work that is kept as it goes.
    pub fn ask_keeping<R>(
        &mut self,
        work: impl FnOnce(&'static Interrupt, &mut AnswerDirectory) -> R,
    ) -> R {
        let done = work(interrupt::watch(), &mut self.directory);
        self.job.stop_the_clock();
        done
    }

    /// The same for work that tells how far it is.
    pub fn ask_watched<R>(&mut self, work: impl FnOnce(&Watch<'_>) -> R) -> R {
        let progress = Reporter::counting(self.job.place.style(), 1);
        let tell = |told| progress.told(told);
        let done = self.ask(|interrupt| {
            work(&Watch {
                interrupt,
                tell: &tell,
            })
        });
        progress.finish();
        done
    }

    /// Prints the answer where a document is asked for, else `table`; keeps it, and says what came of it.
    pub fn finish(
        self,
        study: &Study,
        answer: Answer,
        table: impl FnOnce(),
        exit: Exit,
    ) -> Result<Exit, Failure> {
        self.end(answer, table, exit, |p, own| manifest(study, p, [own]))
    }

    /// The same of a file of data, or of a problem, that is called `title`.
    pub fn finish_data(
        self,
        title: &str,
        answer: Answer,
        table: impl FnOnce(),
        exit: Exit,
    ) -> Result<Exit, Failure> {
        self.end(answer, table, exit, |p, own| of_data(title, p, [own]))
    }

    fn end(
        self,
        answer: Answer,
        table: impl FnOnce(),
        exit: Exit,
        manifest: impl FnOnce(&Provenance, Value) -> Value,
    ) -> Result<Exit, Failure> {
        let mut job = self.job;
        match job.place.json {
            true => job.print(&answer.document),
            false => table(),
        }
        job.note(answer.notes.iter().cloned());
        let sentence = answer.sentence.clone();
        let own = job.about(self.certificate.as_ref(), &sentence);
        let manifest = manifest(&job.provenance, own);
        let (path, notes) = self
            .directory
            .keep(answer, manifest, exit == Exit::Interrupted)?;
        job.note(notes);
        job.say(format_args!("kept in {}", path.display()));
        Ok(job.close(&sentence, exit))
    }
}
