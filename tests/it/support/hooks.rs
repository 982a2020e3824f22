//! Knocking at the hooks without the sandbox: any body, rightly or wrongly signed.

use std::sync::LazyLock;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use trato::app::rig::{APP_SECRET, WEBHOOK_SECRET};
use trato::base::clock::Clock;

use crate::support::World;

/// Shared, because building a client reads every root certificate.
static CLIENT: LazyLock<reqwest::Client> = LazyLock::new(reqwest::Client::new);

/// What Meta's app signs.
pub fn signed_by_meta(body: &[u8]) -> String {
    format!("sha256={}", hmac_hex(APP_SECRET, &[body]))
}

/// What Stripe signs now.
pub fn signed_by_stripe(body: &[u8]) -> String {
    signed_by_stripe_with(WEBHOOK_SECRET, Clock::machine().now().timestamp(), body)
}

/// What somebody with this secret signs at this time.
pub fn signed_by_stripe_with(secret: &str, at: i64, body: &[u8]) -> String {
    format!("t={at},v1={}", hmac_hex(secret, &[at.to_string().as_bytes(), b".", body]))
}

fn hmac_hex(secret: &str, parts: &[&[u8]]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    for part in parts {
        mac.update(part);
    }
    hex::encode(mac.finalize().into_bytes())
}

impl World {
    /// Posts to a path of the server's; gives the status.
    pub async fn post(&self, path: &str, header: Option<(&str, &str)>, body: Vec<u8>) -> u16 {
        let url = format!("http://{}{path}", self.rig.server.address);
        let mut request = CLIENT.post(url).body(body).header("content-type", "application/json");
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        request.send().await.unwrap().status().as_u16()
    }

    /// A body as Meta would send it.
    pub async fn whatsapp(&self, body: &[u8]) -> u16 {
        let signature = signed_by_meta(body);
        self.post("/hooks/whatsapp", Some(("x-hub-signature-256", &signature)), body.to_vec()).await
    }

    /// A body as Stripe would send it to this shop.
    pub async fn stripe(&self, shop: &str, body: &[u8]) -> u16 {
        let signature = signed_by_stripe(body);
        self.post(&format!("/hooks/stripe/{shop}"), Some(("stripe-signature", &signature)), body.to_vec()).await
    }

    /// The status of the answer to so many bytes, read while they are still being sent.
    pub async fn flooded(&self, path: &str, bytes: usize) -> u16 {
        let stream = TcpStream::connect(self.rig.server.address).await.unwrap();
        let (mut read, mut write) = stream.into_split();
        let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {bytes}\r\n\r\n");
        let sending = tokio::spawn(async move {
            write.write_all(head.as_bytes()).await.unwrap();
            // The server may have answered and hung up before it was all sent.
            write.write_all(&vec![b' '; bytes]).await.ok();
            write
        });
        let mut answer = [0; 12];
        read.read_exact(&mut answer).await.unwrap();
        drop(sending);
        std::str::from_utf8(&answer[9..]).unwrap().parse().unwrap()
    }

    /// A page of the inbox, for whoever has this cookie.
    pub async fn open_as(&self, cookie: &str, path: &str) -> String {
        let url = format!("http://{}{path}", self.rig.server.address);
        let answer = CLIENT.get(url).header("cookie", cookie).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        answer.text().await.unwrap()
    }

    /// A button of the inbox, pressed by whoever has this cookie; gives the status.
    pub async fn press(&self, cookie: &str, path: &str, csrf: &str) -> u16 {
        let url = format!("http://{}{path}", self.rig.server.address);
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let answer = http.post(url).header("cookie", cookie).form(&[("csrf", csrf)]).send().await.unwrap();
        answer.status().as_u16()
    }

    /// The token that forms of the inbox carry for whoever has this cookie.
    pub async fn csrf(&self, cookie: &str) -> String {
        let page = self.open_as(cookie, "/inbox").await;
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    /// Opens a page of the server's in a browser; gives the status and the page.
    pub async fn open(&self, path: &str) -> (u16, String) {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("http://{}{path}", self.rig.server.address)
        };
        let answer = CLIENT.get(url).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

/// A body of WhatsApp's with these messages of one person.
pub fn batch(phone_number_id: &str, phone: &str, messages: &[Value]) -> Value {
    let contact = json!({ "profile": { "name": "Nora Paz" }, "wa_id": phone });
    json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": "800", "changes": [{ "field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "15550100001", "phone_number_id": phone_number_id },
            "contacts": [contact],
            "messages": messages,
        }}]}],
    })
}

/// A body that says what somebody of the shop wrote to this person in the WhatsApp Business app.
pub fn echo(id: &str, phone_number_id: &str, phone: &str, words: &str) -> Value {
    let at = Clock::machine().now().timestamp().to_string();
    json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": "800", "changes": [{ "field": "smb_message_echoes", "value": {
            "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "15550100001", "phone_number_id": phone_number_id },
            "message_echoes": [{ "from": "15550100001", "to": phone, "id": id, "timestamp": at, "type": "text",
                                 "text": { "body": words } }],
        }}]}],
    })
}

/// A text of this person.
pub fn text(id: &str, phone: &str, words: &str) -> Value {
    let at = Clock::machine().now().timestamp().to_string();
    json!({ "from": phone, "id": id, "timestamp": at, "type": "text", "text": { "body": words } })
}
