//! Branches of fixed points along a parameter.
//!
//! A family of networks, one for every value p of a parameter, has fixed points `r(x, p) = τẋ = 0` that lie on curves. A curve is
//! followed by its arclength s, so that it may turn round (Keller 1977): from a point with the tangent t the next one solves
//!
//! ```text
//! r(x, p) = 0,    t·(u − u₀) = Δs,    u = (x/S, (p − from)/(to − from))
//! ```
//!
//! by Newton's method, with the exact Jacobian ∂r/∂x and ∂r/∂p by differences of `r`; S is the size of the states. On the way
//! are
//!
//! | | what happens | known by |
//! |---|---|---|
//! | fold | the curve turns round; two fixed points meet | dp/ds and one eigenvalue change sign |
//! | pitchfork | a second curve crosses, which turns round there | one of the two alone changes sign |
//! | transcritical | a second curve crosses, and neither turns round | the eigenvalue alone changes sign |
//! | Hopf | a periodic orbit is born | the real part of a complex pair changes sign |
//!
//! Keller, H. B. (1977). Numerical solution of bifurcation and nonlinear eigenvalue problems. In *Applications of Bifurcation
//! Theory*, 359–384. Kuznetsov, Y. A. (2004). *Elements of Applied Bifurcation Theory*, chapter 10.

mod answer;
mod diagram;
mod event;
mod follow;
mod locate;
mod search;
mod slices;
mod starts;
mod switch;
mod system;
mod tidy;

pub use answer::{Bifurcation, Branch, BranchPoint, Diagram, End, Slice, Special};
pub use diagram::{Continuation, MOST_NEURONS, continuation, continuation_watched};
