//! Floats of 16 bits (IEEE 754 binary16), which files hold and no arithmetic here needs.

use std::io::{self, Read};

use npyz::{DType, DTypeError, Deserialize, Endianness, TypeRead};

/// Its bits: sign, five of the exponent, ten of the fraction.
pub(super) struct Half(u16);

impl Half {
    /// The number, exactly.
    pub fn value(&self) -> f64 {
        let (exponent, fraction) = (i32::from((self.0 >> 10) & 31), f64::from(self.0 & 1023));
        let size = match exponent {
            0 => fraction * (-24f64).exp2(),
            31 if fraction == 0.0 => f64::INFINITY,
            31 => f64::NAN,
            _ => (1024.0 + fraction) * f64::from(exponent - 25).exp2(),
        };
        if self.0 >> 15 == 0 { size } else { -size }
    }
}

/// Its bytes, the lower one first or not.
pub(super) struct Bytes {
    big: bool,
}

impl Deserialize for Half {
    type TypeReader = Bytes;

    fn reader(dtype: &DType) -> Result<Bytes, DTypeError> {
        let big = matches!(dtype, DType::Plain(kind) if kind.endianness() == Endianness::Big);
        Ok(Bytes { big })
    }
}

impl TypeRead for Bytes {
    type Value = Half;

    fn read_one<R: Read>(&self, mut bytes: R) -> io::Result<Half> {
        let mut two = [0; 2];
        bytes.read_exact(&mut two)?;
        Ok(Half(if self.big {
            u16::from_be_bytes(two)
        } else {
            u16::from_le_bytes(two)
        }))
    }
}
