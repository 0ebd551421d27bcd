//! What is told and kept of basins: maps, fractions, and recall against damage.

mod kept;
mod words;

use serde_json::json;

use crate::number::exact;
use crate::report::Answer;
use crate::study::{BasinAnswers, Study};
use kept::{
    fractions_arrays, fractions_document, map_arrays, map_document, radius_arrays, radius_document,
};
use words::{fractions_sentence, map_sentence, radius_sentence, reached_notes};

/// Everything that is kept of it.
pub fn basins_answer(study: &Study, asked: &BasinAnswers) -> Answer {
    let mut document = json!({
        "title": study.title,
        "neurons": study.network.size(),
        "interrupted": asked.is_interrupted(),
    });
    let mut arrays = Vec::new();
    let mut sentences = Vec::new();
    let mut notes = Vec::new();
    if let Some(mapped) = &asked.map {
        document["map"] = map_document(mapped);
        arrays.extend(map_arrays(&mapped.map));
        sentences.push(map_sentence(&mapped.map));
    }
    if let Some(counted) = &asked.fractions {
        document["fractions"] = fractions_document(study, counted);
        arrays.extend(fractions_arrays(&counted.fractions));
        sentences.push(fractions_sentence(study, counted));
    }
    for reached in asked.reached() {
        notes.extend(reached_notes(reached));
    }
    if let Some(measured) = &asked.radius {
        document["radius"] = radius_document(measured);
        arrays.extend(radius_arrays(&measured.curves));
        sentences.push(radius_sentence(measured));
        let moving: u64 = measured.curves.restless.iter().flatten().sum();
        if moving > 0 && !measured.curves.is_interrupted {
            notes.push(format!(
                "{moving} cues were not at rest by t = {}, which count as not recalled",
                exact(measured.curves.until)
            ));
        }
    }
    if asked.is_interrupted() {
        sentences.push("interrupted".into());
    }
    notes.dedup();
    let sentence = sentences.join("; ");
    document["notes"] = json!(notes);
    document["sentence"] = json!(sentence);
    Answer {
        document,
        arrays,
        #[cfg(feature = "figures")]
        figures: figures(study, asked),
        notes,
        sentence,
        ..Answer::default()
    }
}

#[cfg(feature = "figures")]
fn figures(study: &Study, asked: &BasinAnswers) -> crate::report::Plots {
    use crate::report::pictures::{fractions_plot, map_plots, radius_plot};
    let (mut plots, mut notes) = (Vec::new(), Vec::new());
    if let Some(mapped) = &asked.map {
        (plots, notes) = map_plots(study, mapped);
    }
    if let Some(counted) = &asked.fractions {
        match fractions_plot(study, counted) {
            Some(plot) => plots.push(("fractions", plot)),
            None => notes.push(
                "there is no figure of the fractions: there are no basins, or too many for bars"
                    .into(),
            ),
        }
    }
    if let Some(measured) = &asked.radius {
        plots.push(("radius", radius_plot(study, measured)));
    }
    let styled = plots.into_iter();
    let styled = styled.map(|(name, plot)| (name.to_owned(), plot, study.style.clone()));
    (styled.collect(), notes)
}
