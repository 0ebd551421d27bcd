//! How units flip, and how warm it is: keys of `[solve]`.

use crate::dynamics::{Fall, Flipping, Method, Order, Rule, Temperature, Ties};
use crate::model_file::keys::TEMPERATURE;
use crate::model_file::{Field, Table, Value};

/// The keys that are read here.
const KEYS: [&str; 4] = ["rule", "ties", "order", "temperature"];

pub(super) fn read(table: &mut Table<'_>, method: &Method) -> Flipping {
    let mut flipping = Flipping::default();
    let fields = KEYS.map(|key| table.key(key));
    let [rule, ties, order, temperature] = &fields;
    if let Some(rule) = word(rule, &Rule::WORDS) {
        flipping.rule = rule;
    }
    flipping.ties = word(ties, &Ties::WORDS);
    if let Some(order) = self::order(order) {
        flipping.order = order;
    }
    if let Some(t) = self::temperature(temperature) {
        if let Err(why) = t.check() {
            temperature.refuse(why);
        }
        flipping.temperature = t;
    }
    // Under noise the currents of the layers may be what is random.
    if method.is_warm && method.flips && !temperature.is_present() {
        let why = format!("{} needs a temperature", method.name);
        let help = match method.name {
            "annealing" => "temperature = { from = 2, to = 0.1, sweeps = 100 }",
            _ => "temperature = 1.0; method = \"asynchronous\" is that of temperature 0",
        };
        temperature.error(why).help(help);
    }
    // Whatever the method, at temperature 0 nothing is drawn.
    let cold = flipping.temperature == Temperature::Constant(0.0);
    let taken = |key: &str| method.flips || (key == "temperature" && (method.is_noisy() || cold));
    let mut all = KEYS.iter().zip(&fields);
    if let Some((key, field)) = all.find(|(key, f)| f.is_present() && !taken(key)) {
        let (typed, name) = (field.name(), method.name);
        let error = field.error(match *key {
            "temperature" => {
                format!("{typed} belongs to methods that draw at random, {name} does not")
            }
            _ => format!("{typed} belongs to methods whose units flip, {name} moves states"),
        });
        error.help(match *key {
            "temperature" => "sra and euler-maruyama move states under noise; glauber, metropolis and annealing flip units of layers of step, sign and one-hot",
            _ => "method = \"asynchronous\" flips units of layers of step, sign and one-hot",
        });
    }
    flipping
}

fn word<T: Copy>(field: &Field<'_>, words: &[(&'static str, T)]) -> Option<T> {
    let names: Vec<&str> = words.iter().map(|w| w.0).collect();
    let word = field.word(&names)?;
    words.iter().find(|w| w.0 == word).map(|w| w.1)
}

fn order(field: &Field<'_>) -> Option<Order> {
    if let Value::String(_) = field.value()?.value {
        return Order::named(field.word(&Order::WORDS)?);
    }
    let neurons = field.each(|n| n.seed().map(|n| n as usize))?;
    Some(Order::Listed(neurons))
}

fn temperature(field: &Field<'_>) -> Option<Temperature> {
    match field.value()?.value {
        Value::List(_) => field.each(Field::number).map(Temperature::Listed),
        Value::Table(_) => {
            let mut table = field.section(&TEMPERATURE)?;
            let keys = ["from", "to", "sweeps"].map(|key| table.key(key));
            for key in keys.iter().filter(|key| !key.is_present()) {
                let why = format!("a temperature that falls needs {}", key.name());
                key.error(why)
                    .help("temperature = { from = 2, to = 0.1, sweeps = 100 }");
            }
            let [from, to, sweeps] = &keys;
            let (from, to) = (from.number(), to.number());
            let sweeps = sweeps.whole(1..=u64::MAX);
            let by = word(&table.key("by"), &Fall::WORDS);
            table.finish();
            Some(Temperature::Falling {
                from: from?,
                to: to?,
                sweeps: sweeps?,
                by: by.unwrap_or(Fall::Geometric),
            })
        }
        _ => field.number().map(Temperature::Constant),
    }
}
