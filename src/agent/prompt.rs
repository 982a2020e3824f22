//! stub
use crate::agent::entry::ModelRequest;
use crate::base::fingerprint::Fingerprint;
/// stub
pub struct Prompts;
/// stub
pub struct PromptValues { /// s
 pub shop_name: String, /// s
 pub language: crate::base::language::Language, /// s
 pub currency: crate::base::money::Currency, /// s
 pub policies: Vec<(String, String)> }
impl Prompts {
/// stub
 pub fn load() -> anyhow::Result<Self> { Ok(Self) }
/// s
 pub fn system(&self, _: &PromptValues) -> (String, Fingerprint) { (String::new(), Fingerprint::of(b"")) }
/// s
 pub fn request_fingerprint(&self, _: &ModelRequest) -> Fingerprint { Fingerprint::of(b"") } }
