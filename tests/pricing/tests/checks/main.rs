//! What must hold for every quote, tried on very many.

mod agreement;
mod carts;
mod locales;
mod properties;
mod reference;
mod worked;
