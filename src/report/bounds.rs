//! Are the tables of a design within what may be kept?

use crate::model_file::Design;
use crate::refusal::Refusal;

/// That the rows of a design, the tables that are made of them and, with `arrays`, its starts are not too much.
///
/// # Errors
/// What is, and what to try.
pub fn bounds(design: &Design, arrays: bool) -> Result<(), Refusal> {
    let (study, count) = (&design.first.study, design.count());
    let allowed = study.max_output;
    let bytes = 16 * (design.first.columns().words() as u64 + 1);
    if bytes.checked_mul(count).is_none_or(|all| all > allowed) {
        let why = format!(
            "take {bytes} bytes each while the tables are written, more than the {allowed} bytes allowed together"
        );
        let help = format!(
            "run {} or fewer, keep less (keep, overlaps of [ensemble]), or raise --max-output",
            allowed / bytes
        );
        return Err(Refusal::new(format!("the rows of {count} trajectories"), why).help(help));
    }
    let states = count.saturating_mul(8 * study.network.size() as u64);
    if arrays && design.sweep.is_none() && states > allowed {
        let why = format!("take {states} bytes, more than the {allowed} allowed");
        let help = "leave it out, or raise --max-output";
        return Err(Refusal::new("the starts of --save-arrays", why).help(help));
    }
    Ok(())
}
