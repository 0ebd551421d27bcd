//! Lists of numbers that may hold NaN or infinities: JSON has none, so there they stand as words.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Word {
    Number(f64),
    Name(String),
}

pub(super) fn serialize<S: Serializer>(values: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(values.iter().map(|v| {
        if v.is_finite() {
            Word::Number(*v)
        } else {
            Word::Name(format!("{v}"))
        }
    }))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<f64>, D::Error> {
    let words = Vec::<Word>::deserialize(deserializer)?;
    let number = |word| match word {
        Word::Number(v) => Ok(v),
        Word::Name(name) => name.parse().map_err(serde::de::Error::custom),
    };
    words.into_iter().map(number).collect()
}
