//! The eye: from places in space to places on the page, without perspective.

use crate::figure::Point;

/// A place in space: across, up the plane, height; the plane from −1 to 1 on either axis.
pub(super) type Place = [f64; 3];

/// Where one looks from, infinitely far away.
#[derive(Clone, Copy)]
pub(super) struct View {
    /// Sine and cosine of azimuth and elevation.
    azimuth: Point,
    elevation: Point,
}

impl View {
    /// Of degrees.
    pub fn new([azimuth, elevation]: [f64; 2]) -> View {
        View {
            azimuth: azimuth.to_radians().sin_cos(),
            elevation: elevation.to_radians().sin_cos(),
        }
    }

    /// On a page whose x runs right and y down.
    pub fn at(&self, [x, y, z]: Place) -> Point {
        let ((sa, ca), (se, ce)) = (self.azimuth, self.elevation);
        (ca * y - sa * x, se * (ca * x + sa * y) - ce * z)
    }

    /// The way to the eye, of length 1.
    pub fn eye(&self) -> Place {
        let ((sa, ca), (se, ce)) = (self.azimuth, self.elevation);
        [ca * ce, sa * ce, se]
    }

    /// How near the eye a place of the plane is: what is farther is painted first.
    pub fn nearness(&self, x: f64, y: f64) -> f64 {
        let (sa, ca) = self.azimuth;
        ca * x + sa * y
    }

    /// The corner of the plane that is nearest to the eye.
    pub fn front(&self) -> Point {
        let (sa, ca) = self.azimuth;
        (1f64.copysign(ca), 1f64.copysign(sa))
    }

    /// The corner of the plane that is farthest to the left on the page.
    pub fn left(&self) -> Point {
        let corners = [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)];
        let along = |(x, y): &Point| self.at([*x, *y, 0.0]).0;
        let least = corners.iter().min_by(|a, b| along(a).total_cmp(&along(b)));
        least.copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_straight_above_a_surface_is_a_map_and_from_the_front_a_profile() {
        let near = |a: Point, b: Point| (a.0 - b.0).abs() < 1e-15 && (a.1 - b.1).abs() < 1e-15;
        // x to the right, y up the page.
        let above = View::new([-90.0, 90.0]);
        assert!(near(above.at([0.5, 0.25, 7.0]), (0.5, -0.25)));
        let front = View::new([-90.0, 0.0]);
        assert!(near(front.at([0.5, 7.0, 0.25]), (0.5, -0.25)));
        assert!(front.nearness(0.0, -1.0) > front.nearness(0.0, 1.0));
    }

    #[test]
    fn the_way_to_the_eye_is_no_way_on_the_page() {
        let view = View::new([-50.0, 30.0]);
        let at = view.at(view.eye());
        assert!(at.0.abs() < 1e-15 && at.1.abs() < 1e-15);
    }
}
