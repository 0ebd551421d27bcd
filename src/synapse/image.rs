//! Layers that are images, `[channels, height, width]`, and windows over them: what convolution and pooling are described by.

use super::Joined;
use crate::kernels::Windows;
use crate::lagrangian::{Axis, Parameters};
use crate::number::exact;
use crate::refusal::Refusal;

/// Most rows or columns of a stride, a window or a border of zeros: more than any image has.
const MOST: f64 = 65_536.0;

/// Channels, rows and columns of an image.
pub type Shape = [usize; 3];

/// Two whole numbers, of the rows and of the columns, or one for both; none where nothing is said.
pub(super) fn pair(
    p: &mut dyn Parameters,
    name: &'static str,
    least: f64,
) -> Result<Option<[usize; 2]>, Refusal> {
    let Some(array) = p.array(name, &[Axis::Each(2, "direction")])? else {
        return Ok(None);
    };
    let holds = |v: &f64| v.fract() == 0.0 && (least..=MOST).contains(v);
    if let Some(wrong) = array.data.iter().find(|v| !holds(v)) {
        let why = format!(
            "must be whole numbers from {least} to {MOST}, of rows and of columns or one for both; {} is none",
            exact(*wrong)
        );
        return Err(p.refuse(Refusal::new(name, why)));
    }
    // Whole and in range, so the conversion is exact.
    Ok(match array.data[..] {
        [rows, columns] => Some([rows as usize, columns as usize]),
        _ => None,
    })
}

/// The channels of a layer, if it is an image.
pub(super) fn channels(layer: &Joined) -> Axis {
    match layer.shape[..] {
        [channels, _, _] => Axis::Each(channels, "channel"),
        _ => Axis::Any,
    }
}

/// The shape of the first layer, which must be an image.
pub(super) fn first(p: &mut dyn Parameters, layers: &[Joined]) -> Result<Shape, Refusal> {
    let shape = layers.first().map_or(&[][..], |layer| &layer.shape);
    <[usize; 3]>::try_from(shape).map_err(|_| {
        let why =
            format!("must have the axes [channels, height, width]; the first layer has {shape:?}");
        let help = match shape {
            [h, w] => format!("an image of one channel is written size = [1, {h}, {w}]"),
            _ => "write three numbers as the size of the layer".to_owned(),
        };
        p.refuse(Refusal::new("layers", why).help(help))
    })
}

/// Refuses a second layer that is not of the shape that comes out of the first.
pub(super) fn fits(p: &mut dyn Parameters, layers: &[Joined], made: Shape) -> Result<(), Refusal> {
    let found = layers.get(1).map_or(&[][..], |layer| &layer.shape);
    if found == made {
        return Ok(());
    }
    let why = format!(
        "do not fit: what the first sends has the shape {made:?}, the second has {found:?}"
    );
    let help = format!("the size of the second layer that would fit is {made:?}");
    Err(p.refuse(Refusal::new("layers", why).help(help)))
}

/// Windows over an image; `name` is what they are called.
pub(super) fn windows(
    name: &'static str,
    image: [usize; 2],
    size: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
) -> Result<Windows, Refusal> {
    let by = |[a, b]: [usize; 2]| format!("{a} × {b}");
    if padding.iter().zip(&size).any(|(p, k)| p >= k && *p > 0) {
        let why = format!(
            "of {} is not smaller than the {name} of {}: places would see nothing but zeros",
            by(padding),
            by(size)
        );
        return Err(Refusal::new("padding", why).help("write less than the size of the kernel"));
    }
    Windows::new(image, size, stride, padding).ok_or_else(|| {
        let padded = [0, 1].map(|k| image[k].saturating_add(padding[k].saturating_mul(2)));
        let none = [size, stride].concat().contains(&0);
        let why = match none {
            true => format!(
                "and its stride must not be empty, they are {} and {}",
                by(size),
                by(stride)
            ),
            false if padding == [0, 0] => {
                format!("of {} is larger than the image of {}", by(size), by(image))
            }
            false => format!(
                "of {} is larger than the image of {}, which has {} with its padding",
                by(size),
                by(image),
                by(padded)
            ),
        };
        let help = match none {
            true => "write whole numbers above 0".to_owned(),
            false => format!("a smaller {name} fits, or a larger image"),
        };
        Refusal::new(name, why).help(help)
    })
}
