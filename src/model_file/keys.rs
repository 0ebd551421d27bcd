//! The keys of a model file, each listed once: the reader asks for no other, and the schema and the tables of the
//! documentation are made from this list. Keys of Lagrangians, synapses and figures stand in the lists of those.

use crate::dynamics::{Fall, Method, Order, Rule, Ties};
use super::array::Gives;
use crate::key::{Form, NEEDED, Section, key, section};
use crate::learning::Nudge;
use crate::learning::rules;
use crate::monitor::Mode;
use crate::stimulus::Interpolation;
use crate::style::Format;

use Form::*;

const SEED: Form = Whole(0, None);
const COUNT: Form = Whole(1, None);
const SIZE: Form = Either(&[Text, Positive]);
const SHAPE: Form = List(&COUNT, 1, None);
const PATHS: Form = Either(&[Text, List(&Text, 1, None)]);

const FROM_ZERO: &str = "0";

pub static FILE: Section = section("a model file", &[
    key("title", Text, "what it is, for figures and results", "`\"untitled\"`"),
    key("patterns", Named(&Array), "arrays with names", "none"),
    key("layers", Named(&Table(&LAYER)), "the layers, a table each", NEEDED),
    key("synapses", Either(&[List(&Synapse, 0, None), Synapse]), "the synapses, a table each", "none"),
    key("start", Table(&START), "where the network starts", "at 0"),
    key("starts", Either(&[List(&Table(&START), 0, None), Table(&START)]), "the same, several", "none"),
    key("stimulus", List(&Stimulus, 0, None), "what is added to the input over time, a table each", "nothing"),
    key("recall", Table(&RECALL), "what counts as recalled", "nothing"),
    key("solve", Table(&SOLVE), "how it is integrated and watched", "see there"),
    key("learn", Table(&LEARN), "how it learns, for [`attractor train`](learning.md)", "it does not"),
    key("weights", Text, "a directory of `attractor train`, or an `.npz`: its arrays stand in the place of those of the same names, `synapses.0.weights`, `layers.hidden.input`", "none"),
    key("ensemble", Table(&ENSEMBLE), "many starts", "`start`"),
    key("sweep", Table(&SWEEP), "what varies from ensemble to ensemble", "nothing"),
    key("figures", List(&Figure, 0, None), "the figures, a table each", "the energy; the patterns where `recall` asks about pictures"),
    key("style", Table(&STYLE), "how figures look", "chosen"),
]);

/// `[layers.NAME]`.
pub static LAYER: Section = section("a layer", &[
    key("size", Either(&[COUNT, SHAPE]), "number of neurons, or a shape: `[tokens, dims]`, `[channels, height, width]`; the Lagrangian acts along the last axis", NEEDED),
    key("lagrangian", Lagrangian, "a name (`\"relu\"`) or a table with its `kind` and parameters", NEEDED),
    key("tau", Array, "time constants, above 0", "1"),
    key("leak", Array, "k ≥ 0", "1"),
    key("energy_weight", Array, "d > 0", "1"),
    key("input", Array, "I, the bias included", FROM_ZERO),
    key("noise", Array, "σ, [white noise](noise.md) of the current, `τ dx = … dt + σ dW`; methods `sra` and `euler-maruyama`", FROM_ZERO),
    key("clamped", Selection, "neurons that stay at their start: `\"all\"`, `\"0..32\"` or a list; of a group that shares a Lagrangian, all or none", "none"),
    key("patches", Table(&PATCHES), "how tokens are seen as pictures, [below](#patches)", "they are not"),
]);

/// `[layers.NAME.patches]`.
pub static PATCHES: Section = section("`patches`", &[
    key("picture", List(&COUNT, 2, Some(2)), "rows and columns of a picture", NEEDED),
    key("size", List(&COUNT, 2, Some(2)), "rows and columns of a patch", NEEDED),
    key("embed", Array, "W_e, dimensions × pixels of a patch", NEEDED),
    key("embed_bias", Array, "b_e, one number for each dimension", FROM_ZERO),
    key("mask", Array, "the token of a masked patch, one number for each dimension", FROM_ZERO),
    key("position", Array, "pos, tokens × dimensions", FROM_ZERO),
    key("read_out", Array, "W_d, pixels of a patch × dimensions", NEEDED),
    key("read_out_bias", Array, "c, tokens × pixels of a patch", FROM_ZERO),
    key("mean", Array, "m, the mean picture; `{ mean_of = … }` makes one of pictures", FROM_ZERO),
]);

/// Which patches are masked.
const MASKED: Form = Either(&[COUNT, Selection]);

/// `[start]` and `[[starts]]`.
pub static START: Section = Section {
    others: Some(Start),
    ..section("a start", &[key("name", Text, "what the set of starts is called", "`start`")])
};

/// The starts `{ each = … }` of a layer.
pub static EACH: Section = section("a list of starts", &[key("each", Array, "one start for each row", NEEDED)]);

/// The starts `{ pictures = … }` of a layer that is seen as pictures.
pub static PICTURES: Section = section("a start of pictures", &[
    key("pictures", Array, "a start for each picture, one a row", NEEDED),
    key("masked", MASKED, "so many patches, drawn for each picture, or their numbers from 0", "none"),
    key("seed", SEED, "of the masks", "that of `[solve]`"),
]);

/// The keys of a cue.
pub static CUE: Section = section("a cue", &[
    key("pattern", SEED, "one memory by its number from 0", "this or `patterns` is needed"),
    key("patterns", Selection, "several: `\"all\"`, `\"0..10\"` or a list", ""),
    key("of", Array, "the name of the patterns", "those of `[recall]`"),
    key("noise", NotNegative, "standard deviation of normal noise", FROM_ZERO),
    key("flip", Fraction, "fraction of signs turned; of units that flip the other value is taken", FROM_ZERO),
    key("mask", Fraction, "fraction hidden, from the end: of a picture the lower part", FROM_ZERO),
    key("hidden", Selection, "which neurons are hidden", "none"),
    key("fill", Number, "what hidden neurons become", "0; the lower value of units that flip"),
    key("clamp", Flag, "`true`: the visible neurons are clamped", "`false`"),
    key("each", COUNT, "how many cues of each pattern; noise and flips are drawn anew for each", "1"),
    key("in", Words(|| vec!["x", "g"]), "`\"x\"`: the damaged pattern is the state; `\"g\"`: it is the activation, and the state is the one that has it. Refused where there is no such state or not just one (±1 for tanh, 0 for relu): `of = { scaled = \"xi\", by = 0.9 }` stays inside", "`\"x\"`"),
    key("seed", SEED, "of the damage", "that of `[solve]`"),
]);

/// The same in `[ensemble]`.
pub static DAMAGED: Section = Section {
    base: Some(&CUE),
    ..section("damaged patterns", &[key("layer", Text, "whose patterns they are", "that of `[recall]`")])
};

/// What `kind` of a stimulus may be, with its keys besides `layer` and `kind`, those that it needs first. Without a kind it is a step.
pub const STIMULI: [(&str, &[&str], &[&str]); 4] = [
    ("step", &["from", "add"], &["until"]),
    ("ramp", &["from", "until", "add"], &[]),
    ("sine", &["add", "period"], &["from", "until", "phase"]),
    ("sampled", &["times", "samples"], &["add", "interpolation"]),
];

/// `[[stimulus]]`, all kinds together: [`STIMULI`] says which has which.
pub static STIMULUS: Section = section("a stimulus", &[
    key("layer", Text, "to whose input it is added", NEEDED),
    key("kind", Words(|| STIMULI.map(|k| k.0).to_vec()), "how it changes", "`\"step\"`"),
    key("add", Array, "what is added", "see its kind"),
    key("from", Number, "when it begins", "the first time of the run"),
    key("until", Number, "when it ends", "the last time of the run"),
    key("period", Positive, "of a sine", ""),
    key("phase", Number, "of a sine, in radians", FROM_ZERO),
    key("times", Array, "at which there are samples, rising", ""),
    key("samples", Array, "one number for each time, which multiplies `add`; or one row for each time, with a number for each neuron", ""),
    key("interpolation", Words(|| Interpolation::WORDS.map(|w| w.0).to_vec()), "between samples: a straight line, or each holds until the next", "`\"linear\"`"),
]);

pub static RECALL: Section = Section {
    one_of: &["within", "overlap"],
    ..section("`recall`", &[
        key("layer", Text, "whose activation is compared", NEEDED),
        key("of", Array, "its memories", NEEDED),
        key("within", Positive, "recalled is what ends at most this far from the memory (Euclidean distance of the activations)", "this or `overlap` is needed"),
        key("overlap", Number, "recalled is what ends with a larger overlap than this (cosine of the angle between activation and memory): 0.9 is usual", ""),
    ])
};

/// `[solve]`.
pub static SOLVE: Section = section("`solve`", &[
    key("until", Words(|| vec!["rest", "time"]), "`\"rest\"` or `\"time\"`", "`\"time\"` if `t_end` is given, else `\"rest\"`"),
    key("until_energy", Number, "it also ends at the first step whose end has an energy of at most this: what an optimisation problem is solved at", "none"),
    key("t_end", Number, "last time", ""),
    key("t_max", Number, "the time by which it must rest", "1000"),
    key("t_start", Number, "first time", FROM_ZERO),
    key("method", Words(Method::all_names), "a [method](methods.md)", "`auto`"),
    key("rtol", Positive, "relative tolerance of a step", "1e-6"),
    key("atol", Positive, "absolute tolerance of a step", "1e-9"),
    key("step", Positive, "first step; the step of a method without error control", "chosen; a sweep, 1, where units flip"),
    key("max_step", Positive, "longest step", "none"),
    key("max_steps", COUNT, "most steps tried", "100000"),
    key("save", Either(&[Words(|| vec!["final", "steps"]), Table(&SAVE)]), "which states are kept: `\"steps\"`, `\"final\"`, `{ every = 0.1 }`, `{ at = [0, 1, 5] }`", "`\"steps\"`"),
    key("lyapunov", Words(|| Mode::WORDS.iter().map(|(w, _)| *w).collect()), "what the [monitor](monitor.md) does: `\"reject\"`, `\"stop\"`, `\"warn\"`, `\"record\"`, `\"off\"`", "`\"reject\"`; `\"stop\"` for a method that takes no step back (fixed step, another program), with which `\"reject\"` is refused"),
    key("rest_atol", Positive, "at rest when \\|τẋ\\| < atol + rtol \\|x\\| for a time constant", "1e-8"),
    key("rest_rtol", Positive, "the same", "1e-6"),
    key("seed", SEED, "of the damage of cues without one of their own, and of what methods draw on the way", FROM_ZERO),
    key("rule", Words(|| Rule::WORDS.map(|w| w.0).to_vec()), "when a [unit flips](flips.md) at temperature 0: `\"difference\"`, where the energy falls by it, exactly; `\"field\"`, where its field `I + Σ currents`, own term included, has the other sign", "`\"difference\"`"),
    key("ties", Words(|| Ties::WORDS.map(|w| w.0).to_vec()), "what a unit does that is drawn neither way: `\"down\"`, `\"up\"`, `\"keep\"`", "`\"down\"` for 0/1, `\"keep\"` for ±1 and groups"),
    key("order", Either(&[Words(|| Order::WORDS.to_vec()), List(&SEED, 1, None)]), "in which units are asked: `\"random\"`, any at any time; `\"random-permutation\"`, each once a sweep; `\"cyclic\"`; `\"layers\"`, all units of a layer at once; or a list of neurons, counted through all layers", "`\"random\"`"),
    key("temperature", Either(&[NotNegative, Table(&TEMPERATURE), List(&NotNegative, 1, None)]), "T of `glauber` and `metropolis`, and of `sra` and `euler-maruyama`, where [`e^(−E/T)` is stationary](noise.md); of `annealing` one that falls, `{ from = 2, to = 0.1, sweeps = 100 }`, or a list with one for each sweep, and 0 after them", "0"),
    key("threads", Whole(0, Some(1024)), "0 for one on each core", FROM_ZERO),
    key("max_output", COUNT, "most bytes of states kept", "2 GiB"),
]);

/// A temperature that falls.
pub static TEMPERATURE: Section = section("`temperature`", &[
    key("from", NotNegative, "that of the first sweep", NEEDED),
    key("to", NotNegative, "that of the last one", NEEDED),
    key("sweeps", COUNT, "in how many it falls", NEEDED),
    key("by", Words(|| Fall::WORDS.map(|w| w.0).to_vec()), "`\"factor\"`, the same from sweep to sweep, or `\"difference\"`", "`\"factor\"`"),
]);

pub static SAVE: Section = Section {
    one_of: &["every", "at"],
    ..section("`save`", &[
        key("every", Positive, "the time between two states", ""),
        key("at", List(&Number, 1, None), "the times, rising", ""),
    ])
};

/// `[learn]`.
pub static LEARN: Section = section("`learn`", &[
    key("rule", Words(rules), "the [rule](learning.md#rules)", NEEDED),
    key("layer", Text, "the layer that is held at the data; one with `patches` begins as them", NEEDED),
    key("data", Array, "the examples, one a row: states of that layer, or [pictures](#pictures)", NEEDED),
    key("target", Text, "the layer of which something is wanted", "none; the rules but `boltzmann` need it"),
    key("targets", Array, "what is wanted: activations of that layer, one row for each example; or a number for each, its class, counted from 0", "none"),
    key("coded", List(&Number, 2, Some(2)), "activations of a neuron whose class it is not, and whose it is", "`[0, 1]`"),
    key("train", Selection, "rows to learn from", "all that are not named below"),
    key("choose", Selection, "rows that tell after each epoch how well it goes; nothing is learnt from them", "none"),
    key("test", Selection, "rows that are looked at once, at the end", "none"),
    key("epochs", COUNT, "how often all rows are gone through", NEEDED),
    key("batch", COUNT, "rows of a batch", "50"),
    key("optimiser", Either(&[Words(optimisers), Table(&OPTIMISER)]), "what makes of a gradient a change: a word, or a table", "`\"adam\"`"),
    key("synapses", Either(&[Words(|| vec!["all"]), List(&SEED, 1, None)]), "which synapses learn, by their numbers from 0", "all that can"),
    key("inputs", Either(&[Words(|| vec!["all", "none"]), List(&Text, 1, None)]), "whose inputs (biases) learn, by layer", "`\"all\"`, but not of the layer of the data unless the rule is `boltzmann`"),
    key("lagrangians", Either(&[Words(|| vec!["all", "none"]), List(&Text, 1, None)]), "whose Lagrangians learn, by layer, with the rule `adjoint`: gamma, as its logarithm, and delta of `layer-norm` and `spherical-norm`", "`\"none\"`"),
    key("fixed", List(&Text, 1, None), "arrays that stay as they are, as `weights.npz` names them: `synapses.0.beta`", "none"),
    key("keep_zeros", Flag, "`true`: weights that are 0 stay 0. A diagonal of zeros of a recurrent synapse does in any case", "`false`"),
    key("keep", Words(|| vec!["last", "best"]), "which weights are kept: of the last epoch, or of that with the best score on `choose`", "`\"last\"`"),
    key("shift", SEED, "pictures are moved by up to so many pixels, anew in each epoch", FROM_ZERO),
    key("seed", SEED, "of all that is drawn", "that of `[solve]`"),
    key("nudge", Positive, "b of `equilibrium-propagation`", "0.1"),
    key("sides", Words(|| SIDES.map(|w| w.0).to_vec()), "where that nudges to: `\"both\"`, with an error of order b², or `\"one\"`, of order b", "`\"both\"`"),
    key("step", Positive, "length of a step of `adjoint`", "that of `[solve]`"),
    key("steps", COUNT, "steps of `adjoint`", "10"),
    key("masked", MASKED, "which patches of each picture `adjoint` learns to fill in: so many, drawn anew in each epoch, or their numbers from 0", "none; needed with `patches`"),
    key("chains", COUNT, "persistent chains of `boltzmann`", "100"),
    key("sweeps", COUNT, "sweeps of `boltzmann` for a batch", "1"),
    key("temperature", Either(&[Positive, Table(&RAMP)]), "T of `dense-memory`, an overlap: about 0.7 times the number of pixels", ""),
    key("power", COUNT, "m of `dense-memory`: the loss is the power 2m of what is wrong", "1"),
]);

/// `optimiser` of `[learn]`.
pub static OPTIMISER: Section = section("an optimiser", &[
    key("kind", Words(optimisers), "`\"sgd\"`, `\"momentum\"`, `\"adam\"`, or `\"normalised\"`, of which no weight of a row moves further than the rate", "`\"adam\"`"),
    key("rate", Positive, "how fast", "0.001; of `normalised` 0.02"),
    key("fall", Words(|| vec!["none", "cosine", "factor"]), "how the rate falls: to 0 on half of a cosine until the last epoch, or by a factor after each epoch", "`\"none\"`"),
    key("factor", Fraction, "that factor", "0.998"),
    key("warm_up", SEED, "batches in which the rate rises from 0", FROM_ZERO),
    key("keep", Either(&[Fraction, List(&Fraction, 2, Some(2))]), "what `momentum` and `normalised` keep of the last step; of `adam` two numbers, what it keeps of the mean gradient and of its mean square", "0.9; of `normalised` 0.6, of `adam` `[0.9, 0.999]`"),
    key("decay", NotNegative, "part of every weight that is lost, times the rate", FROM_ZERO),
    key("clip", Positive, "a gradient with a larger norm is scaled to this one", "none"),
    key("limit", Positive, "no weight leaves ± this", "none"),
]);

/// A temperature that changes with the epochs.
pub static RAMP: Section = section("`temperature`", &[
    key("from", Positive, "that of the first epoch", NEEDED),
    key("to", Positive, "that from epoch `epochs` on", NEEDED),
    key("epochs", COUNT, "in how many it goes there", NEEDED),
]);

/// The sides of a nudge.
pub const SIDES: [(&str, Nudge); 2] = [("both", Nudge::Symmetric), ("one", Nudge::OneSided)];

fn rules() -> Vec<&'static str> {
    crate::learning::KINDS.iter().map(|k| k.name).collect()
}

fn optimisers() -> Vec<&'static str> {
    crate::learning::Form::WORDS.iter().map(|w| w.0).collect()
}

pub static ENSEMBLE: Section = section("`ensemble`", &[
    key("states", Array, "an array, one start a row, of all neurons in the order of the layers: `{ file = \"starts.npy\" }`", ""),
    key("grid", List(&Table(&AXIS), 1, None), "`[{ layer = \"neurons\", neuron = 0, from = -1.0, to = 1.0, points = 100 }, …]`: every combination, both ends among them, the last axis running fastest", ""),
    key("random", List(&Table(&DRAW), 1, None), "`[{ layer = \"neurons\", draw = \"normal\", mean = 0.0, std = 1.0 }]`; `\"uniform\"` (`low` 0, `high` 1), `\"sign\"` (−1 or 1); every neuron by itself", ""),
    key("damaged", Table(&DAMAGED), "a cue as in `[start]`, with `patterns` and `each`; `layer` (that of `[recall]`)", ""),
    key("count", COUNT, "how many are drawn; belongs to `random`, which needs it", ""),
    key("seed", SEED, "of what is drawn, or damaged without a seed of its own", "that of `[solve]`"),
    key("keep", Words(|| vec!["outcomes", "states"]), "`\"outcomes\"`, or `\"states\"`: the final state of each too", "`\"outcomes\"`"),
    key("overlaps", Words(|| vec!["nearest", "all"]), "`\"nearest\"`, or `\"all\"`: the overlap with every memory; needs `[recall]`", "`\"nearest\"`"),
    key("fixed_points", Words(|| vec!["examine", "count"]), "`\"examine\"`: distinct ends are counted, and their stability is examined; `\"count\"`: only counted, cheaper for large networks", "`\"examine\"`"),
]);

pub static AXIS: Section = section("an axis of the grid", &[
    key("layer", Text, "whose neuron", NEEDED),
    key("neuron", SEED, "its number in the layer, from 0", NEEDED),
    key("from", Number, "first value", NEEDED),
    key("to", Number, "last value", NEEDED),
    key("points", COUNT, "how many values", NEEDED),
]);

/// An entry of `random` of `[ensemble]`.
pub static DRAW: Section = section("a draw", &[
    key("layer", Text, "whose neurons", NEEDED),
    key("draw", Words(draws), "the distribution; `\"units\"`: units that flip in any of their states, each as likely", NEEDED),
    key("mean", Number, "of the normal one", FROM_ZERO),
    key("std", NotNegative, "of the normal one", "1"),
    key("low", Number, "lower end of the uniform one", FROM_ZERO),
    key("high", Number, "upper end of the uniform one", "1"),
    key("activity", Number, "probability of a 1, of bits", "0.5"),
]);

fn laws() -> Vec<&'static str> {
    vec!["normal", "uniform", "sign", "bits"]
}

fn draws() -> Vec<&'static str> {
    [laws(), vec!["units"]].concat()
}

pub static SWEEP: Section = Section {
    one_of: &["vary", "replicate"],
    ..section("`sweep`", &[
        key("vary", List(&Table(&VARY), 1, None), "the parameters, a table each", "needed, or `replicate`"),
        key("replicate", Either(&[Table(&REPLICATE), List(&Table(&REPLICATE), 1, None)]), "what is drawn anew and averaged over: `{ key = \"patterns.xi.seed\", count = 20 }`, seeds 1 to 20; see below", "none"),
        key("combine", Words(|| vec!["grid", "zip", "random"]), "`\"grid\"`: all combinations; `\"zip\"`: first values, second values, …; `\"random\"`: drawn anew for each point", "`\"grid\"`"),
        key("draws", COUNT, "the number of points; for `\"random\"`, which needs it", ""),
        key("seed", SEED, "of these draws", "that of `[solve]`"),
    ])
};

pub static VARY: Section = section("a parameter of the sweep", &[
    key("key", PATHS, "its path, as for `--set`: `\"layers.hidden.tau\"`, `\"synapses.0.potential.beta\"`, `\"patterns.xi.shape.0\"` (how many patterns); or several that have one value", NEEDED),
    key("values", List(&Any, 1, None), "a list of anything that may stand there", ""),
    key("from", Number, "in place of `values`: the first number; `\"random\"` draws between `from` and `to` and needs no `points`", ""),
    key("to", Number, "the last number", ""),
    key("points", COUNT, "how many numbers, both ends among them", ""),
    key("spacing", Words(|| vec!["linear", "log"]), "`\"linear\"` or `\"log\"`, which makes the figure's axis logarithmic too", "`\"linear\"`"),
    key("label", Text, "its name in the figure", "the end of the path"),
    key("labels", List(&Text, 1, None), "names of its values, in legends and, where the values are tables, in `sweep.csv`", "the values"),
    key("replicate", Flag, "`true`: this parameter is averaged over, as by `replicate` of `[sweep]`", "`false`"),
]);

pub static REPLICATE: Section = section("a replicate of the sweep", &[
    key("key", PATHS, "where the seed stands; or several places that get the same", NEEDED),
    key("values", List(&SEED, 1, None), "the seeds", ""),
    key("count", COUNT, "in place of `values`: how many seeds", ""),
    key("first", SEED, "the first of them", "1"),
]);

/// `[[figures]]`: what all kinds have; the keys of each stand in the list of figures.
pub static FIGURE: Section = Section {
    base: Some(&STYLE),
    ..section("a figure", &[
        key("kind", Words(figures), "what is drawn", NEEDED),
        key("title", Either(&[Text, Flag]), "a title of its own, or whether there is one", "made"),
        key("subtitle", Either(&[Text, Flag]), "the line below it, likewise", "made"),
    ])
};

/// `[style]`, and what figures have of it.
pub static STYLE: Section = section("`style`", &[
    key("width", SIZE, "of the whole figure: `\"8.5cm\"`, `\"85mm\"`, `\"3.35in\"`, `\"240pt\"`, or a number of cm (2 to 200)", "what the figure needs (180 mm for figures over time)"),
    key("height", SIZE, "of the whole figure", "follows from the width"),
    key("font", SIZE, "size of numbers and legends, `\"8pt\"` or a number of points (3 to 72); titles, lines and marks grow with it", "7.4 pt"),
    key("title", Flag, "`false` leaves out the title; in a `[[figures]]` entry also a text", "`true`"),
    key("subtitle", Flag, "`false` leaves out the line of parameters; in a `[[figures]]` entry also a text", "`true`"),
    key("colors", Either(&[Text, List(&Text, 1, None)]), "`\"okabe-ito\"`, `\"tol-bright\"`, `\"tol-muted\"`, `\"grey\"`, or a list: `[\"#0072b2\", \"#e69f00\"]`. Vermillion stays for what went wrong", "`\"okabe-ito\"`"),
    key("format", Either(&[FORMAT, List(&FORMAT, 1, None)]), "`\"png\"`, `\"svg\"`, `\"pdf\"` or a list of them", "`\"png\"`"),
    key("resolution", SIZE, "dots per inch of a PNG (30 to 2400)", "254"),
]);

/// The kinds of figures that this program draws.
fn figures() -> Vec<&'static str> {
    #[cfg(feature = "figures")]
    return crate::picture::KINDS.iter().map(|k| k.name).collect();
    #[cfg(not(feature = "figures"))]
    Vec::new()
}

const FORMAT: Form = Words(|| Format::ALL.map(Format::word).to_vec());

/// The tables that may stand for an array, each with the key that says which it is.
pub static ARRAYS: [(&str, Section); 11] = [
    ("file", section("an array", &[
        key("file", Text, "the path, relative to the model file", NEEDED),
        key("key", Text, "the array's name in an `.npz`", "where there is one only"),
        key("rows", Selection, "which rows", "all"),
        key("columns", Selection, "which columns", "all"),
        key("transpose", Flag, "whether it is turned round after that", "`false`"),
        key("scale", Number, "a factor, after that", "1"),
        key("shift", Number, "what is added, after that", FROM_ZERO),
    ])),
    ("random", section("an array", &[
        key("random", Words(laws), "the distribution", NEEDED),
        key("seed", SEED, "of the draws", FROM_ZERO),
        key("shape", List(&SEED, 0, None), "where the place does not say it", ""),
        key("mean", Number, "of the normal one", FROM_ZERO),
        key("std", NotNegative, "of the normal one", "1"),
        key("low", Number, "lower end of the uniform one", FROM_ZERO),
        key("high", Number, "upper end of the uniform one", "1"),
        key("activity", Number, "probability of a 1, of bits", "0.5"),
        key("symmetric", Flag, "whether the upper triangle is mirrored", "`false`"),
        key("zero_diagonal", Flag, "whether the diagonal is 0", "`false`"),
    ])),
    ("hebbian", section("an array", &[
        key("hebbian", Array, "ξ, one pattern a row: scale·ξᵀξ", NEEDED),
        key("to", Array, "η, what each pattern calls up, in the layer that receives: scale·ηᵀξ", "ξ"),
        key("next", SEED, "by how many patterns further the one is that a pattern calls up, the first following the last: a sequence", FROM_ZERO),
        key("scale", Number, "the factor", "1/N"),
        key("zero_diagonal", Flag, "whether the diagonal is 0", "`false`"),
    ])),
    ("rule", section("an array", &[
        key("rule", Words(|| rules::list().iter().map(|r| r.name).collect()), "how weights are learned from patterns", NEEDED),
        key("patterns", Array, "ξ, one pattern a row, ±1 or 0/1", NEEDED),
        key("gives", Words(|| Gives::WORDS.map(|w| w.0).to_vec()), "what of that: the weights, or the input that neurons need with them", "`\"weights\"`"),
        key("zero_diagonal", Flag, "whether the diagonal is 0", "`true` for `hebb`, `false` for `projection`"),
        key("activity", Number, "a, the part of the neurons that is active in a pattern, for `covariance`", "that of the patterns"),
        key("margin", NotNegative, "κ of the perceptrons", FROM_ZERO),
        key("sweeps", COUNT, "how often the perceptrons go through all patterns at most", "1000"),
    ])),
    ("half_norm_of", section("an array", &[
        key("half_norm_of", Array, "ξ, one pattern a row: sign·½‖ξ_μ‖²", NEEDED),
        key("sign", Number, "the factor", "−1"),
    ])),
    ("identity", section("an array", &[key("identity", Number, "a multiple of the unit matrix", NEEDED)])),
    ("stack", section("an array", &[key("stack", List(&Array, 1, None), "arrays below each other, each flattened to a row", NEEDED)])),
    ("scaled", section("an array", &[
        key("scaled", Array, "x: by·x + shift", NEEDED),
        key("by", Number, "the factor", NEEDED),
        key("shift", Number, "what is added after that", FROM_ZERO),
    ])),
    ("one_of", section("an array", &[
        key("one_of", Whole(1, None), "values of a group: every row is 0 but for a 1 in each group of so many numbers", NEEDED),
        key("offset", NotNegative, "c: the chance of value k = 1, 2, … is in proportion to 1/(k + c)", "all alike"),
        key("shape", List(&SEED, 0, None), "where the place does not say it", ""),
        key("seed", SEED, "of the draws", FROM_ZERO),
    ])),
    ("clipped", section("an array", &[
        key("clipped", Array, "patterns, one a row: 1 for two neurons that are both active (not 0) in some pattern, else 0", NEEDED),
        key("groups", Whole(1, None), "neurons of a group, among which all is 0", "1: the diagonal is 0"),
    ])),
    ("mean_of", section("an array", &[key("mean_of", Array, "the mean of all rows", NEEDED)])),
];

/// The tables of keys that the documentation has, each under the name that it is marked with there.
pub static SECTIONS: [(&str, &Section); 15] = [
    ("file", &FILE), ("layer", &LAYER), ("cue", &CUE), ("recall", &RECALL), ("solve", &SOLVE),
    ("ensemble", &ENSEMBLE), ("sweep", &SWEEP), ("vary", &VARY), ("replicate", &REPLICATE), ("style", &STYLE),
    ("learn", &LEARN), ("optimiser", &OPTIMISER), ("ramp", &RAMP), ("patches", &PATCHES), ("pictures", &PICTURES),
];
