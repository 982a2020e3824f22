//! What a WhatsApp webhook costs before it is stored: the signature over the raw body, and reading it.

use std::hint::black_box;

use criterion::Criterion;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::SecretString;
use sha2::Sha256;
use trato::base::clock::Time;
use trato::channels::whatsapp::{parse, signature};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const BODY: &str = r#"{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{
"messaging_product":"whatsapp","metadata":{"display_phone_number":"525550001111","phone_number_id":"106540352242922"},
"contacts":[{"profile":{"name":"Luc\u00eda P\u00e9rez"},"wa_id":"5215550002222","user_id":"MX.8f3kLucia"}],
"messages":[{"from":"5215550002222","from_user_id":"MX.8f3kLucia","id":"wamid.HBgNNTIxNTU1MDAwMjIyMhUCABIYFDNBQzA",
"timestamp":"1790000000","type":"text","text":{"body":"Hola, \u00bftienen la camiseta azul en talla M? Mi n\u00famero es 55 5000 2222"}}]},
"field":"messages"}]}]}"#;

/// Verify and read one message: 50 µs.
pub fn benchmark(criterion: &mut Criterion) -> anyhow::Result<()> {
    let secrets = [SecretString::from(SECRET)];
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes())?;
    mac.update(BODY.as_bytes());
    let header = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    let now: Time = "2026-11-20T12:00:00Z".parse()?;
    signature::verify(BODY.as_bytes(), Some(&header), &secrets)?;
    anyhow::ensure!(parse::parse(BODY.as_bytes(), now)?.events.len() == 1, "the sample is one message");
    criterion.bench_function("verify and read a WhatsApp message", |bencher| {
        bencher.iter(|| {
            let body = black_box(BODY.as_bytes());
            signature::verify(body, Some(&header), &secrets).map(|()| parse::parse(body, now))
        });
    });
    Ok(())
}
