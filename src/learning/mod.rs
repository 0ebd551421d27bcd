//! What networks learn, and by which rule.

pub mod rules;
