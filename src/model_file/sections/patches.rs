//! `[layers.NAME.patches]`, starts of pictures, and which patches of them are masked.

use super::layers::indices;
use crate::learning::Masks;
use crate::model_file::keys::{PATCHES, PICTURES};
use crate::model_file::{Field, MAX_ENTRIES, Place, Resolver, Value};
use crate::network::{Layer, Masked, Patches};

/// How the tokens of layer `name` are seen as pictures; none if that is not said, or is wrong.
pub(super) fn read(
    field: &Field<'_>,
    (name, shape): (&str, Option<&[usize]>),
    resolver: &mut Resolver<'_>,
) -> Option<Patches> {
    let mut table = field.section(&PATCHES)?;
    let (picture, size) = (table.required("picture"), table.required("size"));
    let arrays = ["embed", "read_out"].map(|key| (key, table.required(key)));
    let biases =
        ["embed_bias", "mask", "position", "read_out_bias"].map(|key| (key, table.key(key)));
    let mean = table.key("mean");
    table.finish();
    let sides = |field: &Field<'_>| match field.each(|f| f.count(MAX_ENTRIES))?[..] {
        [rows, columns] => Some([rows, columns]),
        _ => {
            let why = format!(
                "{} is two numbers: rows and columns of pixels",
                field.name()
            );
            field.error(why).none()
        }
    };
    let (sides, cut) = (sides(&picture), sides(&size));
    let (sides, cut, shape) = (sides?, cut?, shape?);
    let pixels = sides[0].checked_mul(sides[1]);
    if pixels.is_none_or(|n| n > MAX_ENTRIES) {
        let why = format!("a picture may have at most {MAX_ENTRIES} pixels");
        return picture.error(why).none();
    }
    let dims = shape.last().copied().unwrap_or(0);
    let own = match Patches::new(sides, cut, dims) {
        Ok(own) => own,
        Err(why) => return size.refuse(why).none(),
    };
    if let Err(why) = own.fits(shape) {
        return field.refuse(why).none();
    }
    let mut values = Vec::new();
    let mut complete = true;
    for (key, shape) in own.parameters() {
        let all = arrays.iter().chain(&biases);
        let given = all.into_iter().find(|(k, f)| *k == key && f.is_present());
        let Some((_, given)) = given else {
            values.extend(vec![0.0; shape.iter().product()]);
            continue;
        };
        let place = Place::exact(format!("{key} of the patches of layer `{name}`"), &shape);
        match super::array(given, &place, resolver) {
            Some(array) => values.extend(array.data),
            None => complete = false,
        }
    }
    let own = match mean.is_present() {
        true => {
            let what = format!("the mean picture of layer `{name}`");
            let array = super::array(&mean, &Place::neurons(what, &sides), resolver)?;
            own.mean(array.data)
        }
        false => Ok(own),
    };
    let own = own.and_then(|own| {
        if complete {
            own.with(values).map(Some)
        } else {
            Ok(None)
        }
    });
    own.map_err(|why| drop(field.refuse(why))).ok().flatten()
}

/// So many patches, drawn, or those that are named; none if it is absent or wrong.
pub(super) fn masks(field: &Field<'_>, tokens: usize) -> Option<Masks> {
    let masks = match field.value()?.value {
        Value::Integer(_) | Value::Float(_) => {
            Masks::Drawn(field.whole(0..=MAX_ENTRIES as u64)? as usize)
        }
        _ => Masks::These(indices(field, tokens, "token")?),
    };
    match masks.check(tokens) {
        Ok(()) => Some(masks),
        Err(why) => field.refuse(why).none(),
    }
}

/// The pictures of a start, `{ pictures = "first", masked = 8 }`; `seed` is that of the model.
pub(super) fn pictures(
    field: &Field<'_>,
    (layer, seed): (&Layer, u64),
    resolver: &mut Resolver<'_>,
) -> Option<Vec<Masked>> {
    let mut table = field.section(&PICTURES)?;
    let (data, masked) = (table.key("pictures"), table.key("masked"));
    let seed = table.key("seed").seed().unwrap_or(seed);
    table.finish();
    let name = &layer.name;
    let Some(patches) = &layer.patches else {
        let why = format!("layer `{name}` is not seen as pictures");
        let help = format!("[layers.{name}.patches] says how; states are {{ each = … }}");
        return field.error(why).help(help).none();
    };
    let hiding = match masked.is_present() {
        true => Some(masks(&masked, patches.tokens())?),
        false => None,
    };
    let what = format!("pictures of layer `{name}`, one a row,");
    let place = Place::rows(what, None, &patches.picture());
    let rows = super::array(&data, &place, resolver)?.data;
    if rows.is_empty() {
        let why = format!("there is no picture of layer `{name}` in it: it has no rows");
        return data.error(why).none();
    }
    let one = |(k, pixels): (usize, &[f64])| Masked {
        pixels: pixels.to_vec(),
        is_masked: match &hiding {
            Some(masks) => masks.of(patches.tokens(), seed, [k, 0]),
            None => vec![false; patches.tokens()],
        },
    };
    let all = rows.chunks_exact(patches.pixels()).enumerate();
    Some(all.map(one).collect())
}
