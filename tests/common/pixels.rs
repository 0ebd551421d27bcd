//! PNG files as their pixels.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, Encoder};

/// A picture of red, green and blue.
pub struct Pixels {
    pub width: u32,
    pub height: u32,
    pub rgb: Vec<[u8; 3]>,
}

impl Pixels {
    pub fn of(file: &[u8]) -> Pixels {
        let mut reader = Decoder::new(Cursor::new(file)).read_info().unwrap();
        assert_eq!(
            reader.output_color_type(),
            (ColorType::Rgb, BitDepth::Eight)
        );
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut bytes).unwrap();
        Pixels {
            width: frame.width,
            height: frame.height,
            rgb: bytes.as_chunks().0.to_vec(),
        }
    }

    pub fn at(&self, x: u32, y: u32) -> [u8; 3] {
        self.rgb[(y * self.width + x) as usize]
    }

    /// Is there nothing but white along its edges?
    pub fn has_margins(&self) -> bool {
        let (w, h) = (self.width, self.height);
        let blank = |x, y| self.at(x, y) == [255; 3];
        (0..w).all(|x| blank(x, 0) && blank(x, h - 1))
            && (0..h).all(|y| blank(0, y) && blank(w - 1, y))
    }
}

/// A PNG of such samples.
pub fn png(color: ColorType, depth: BitDepth, size: (u32, u32), samples: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, size.0, size.1);
    encoder.set_color(color);
    encoder.set_depth(depth);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(samples).unwrap();
    writer.finish().unwrap();
    file
}
