//! Mistakes, collected until all of them are known.

use std::cell::RefCell;

use super::Span;
use super::nearest::suggestion;
use crate::refusal::Refusal;

/// Mistakes beyond these are counted rather than read.
const CROWD: usize = 50;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// Where it is; `None` for the file as a whole.
    pub span: Option<Span>,
    /// What is wrong, as the headline.
    pub message: String,
    /// A few words beside the caret; may be empty.
    pub label: String,
    /// What to try.
    pub help: Option<String>,
}

/// All mistakes so far. Shared by every cursor of a file, hence the cell.
#[derive(Debug, Default)]
pub struct Diagnostics {
    pub(super) found: RefCell<Vec<Diagnostic>>,
}

/// A mistake that is being described; it is recorded when this goes out of scope.
#[derive(Debug)]
pub struct Pending<'a> {
    to: &'a Diagnostics,
    // An Option so that Drop can move it out.
    what: Option<Diagnostic>,
}

impl Diagnostics {
    /// None so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records a mistake: `diagnostics.error(span, "…").label("…").help("…");`
    pub fn error(&self, span: impl Into<Option<Span>>, message: impl Into<String>) -> Pending<'_> {
        Pending {
            to: self,
            what: Some(Diagnostic {
                span: span.into(),
                message: message.into(),
                label: String::new(),
                help: None,
            }),
        }
    }

    /// A mistake that is recorded already.
    pub(super) fn nothing(&self) -> Pending<'_> {
        Pending {
            to: self,
            what: None,
        }
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.found.borrow().len()
    }

    /// Are there so many that nobody reads what another one could have meant? Looking for that would take longer than
    /// all else.
    pub fn is_crowded(&self) -> bool {
        self.len() > CROWD
    }

    /// What `word` probably meant, as a help line; none where there are too many mistakes to look.
    pub(super) fn suggestion(&self, word: &str, known: &[&str]) -> Option<String> {
        (!self.is_crowded()).then(|| suggestion(word, known))?
    }

    /// Records a refusal of what stands at this place.
    pub fn refuse(&self, span: impl Into<Option<Span>>, refusal: Refusal) -> Pending<'_> {
        let why = format!("{} {}", refusal.place(), refusal.why);
        self.error(span, why).maybe_help(refusal.help)
    }
}

impl Pending<'_> {
    /// A few words beside the caret.
    pub fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(what) = &mut self.what {
            what.label = text.into();
        }
        self
    }

    /// What to try.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        if let Some(what) = &mut self.what {
            what.help = Some(text.into());
        }
        self
    }

    /// Nothing: for whoever gives up here.
    pub fn none<T>(self) -> Option<T> {
        None
    }

    /// What to try, if there is something.
    pub fn maybe_help(self, text: Option<String>) -> Self {
        match text {
            Some(text) => self.help(text),
            None => self,
        }
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if let Some(what) = self.what.take() {
            self.to.found.borrow_mut().push(what);
        }
    }
}
