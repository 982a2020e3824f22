//! What must hold for every quote and every negotiation, tried on very many.

mod agreement;
mod carts;
mod fitted;
mod locales;
mod negotiation;
mod properties;
mod reference;
mod worked;
