//! A small HTTP client for one connection that stays open: the load must cost less than what it measures.

use std::net::SocketAddr;

use anyhow::Context as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::house::{APP_SECRET, PHONE_NUMBER_ID};

/// A connection to the server.
pub struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(to: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(to).await.context("connecting to the server")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, request: Vec::with_capacity(2048), answer: Vec::with_capacity(1024) })
    }

    /// Posts one message of a shopper's, signed, and returns the status of the answer.
    pub async fn message(&mut self, shopper: u64, number: u64, text: &str) -> anyhow::Result<u16> {
        let body = webhook(shopper, number, text);
        let mut mac = Hmac::<Sha256>::new_from_slice(APP_SECRET.as_bytes())?;
        mac.update(body.as_bytes());
        let signature = hex::encode(mac.finalize().into_bytes());
        let head = format!(
            "POST /hooks/whatsapp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             x-hub-signature-256: sha256={signature}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        self.request.clear();
        self.request.extend_from_slice(head.as_bytes());
        self.request.extend_from_slice(body.as_bytes());
        self.exchange().await
    }

    /// Asks for a page and returns the status of the answer.
    pub async fn get(&mut self, path: &str) -> anyhow::Result<u16> {
        self.request.clear();
        self.request.extend_from_slice(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").as_bytes());
        self.exchange().await
    }

    async fn exchange(&mut self) -> anyhow::Result<u16> {
        self.stream.write_all(&self.request).await?;
        self.answer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.answer).await?;
            anyhow::ensure!(read > 0, "the server closed the connection");
            if let Some(status) = whole(&self.answer)? {
                return Ok(status);
            }
        }
    }
}

/// The status of an answer that has come whole.
fn whole(answer: &[u8]) -> anyhow::Result<Option<u16>> {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return Ok(None) };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(Ok(0), str::parse)?;
    let status = head.split(' ').nth(1).context("an answer without a status")?.parse()?;
    Ok((body.len() >= length).then_some(status))
}

/// One text message as WhatsApp tells of it. The same number from the same shopper is the same message.
fn webhook(shopper: u64, number: u64, text: &str) -> String {
    format!(
        "{{\"object\":\"whatsapp_business_account\",\"entry\":[{{\"id\":\"800900100\",\"changes\":[{{\"field\":\
         \"messages\",\"value\":{{\"messaging_product\":\"whatsapp\",\"metadata\":{{\"display_phone_number\":\
         \"525550001111\",\"phone_number_id\":\"{PHONE_NUMBER_ID}\"}},\"contacts\":[{{\"profile\":{{\"name\":\
         \"Shopper {shopper}\"}},\"wa_id\":\"{phone}\"}}],\"messages\":[{{\"from\":\"{phone}\",\"id\":\
         \"wamid.{shopper}.{number}\",\"timestamp\":\"{now}\",\"type\":\"text\",\"text\":{{\"body\":\"{text}\"}}\
         }}]}}}}]}}]}}",
        phone = phone(shopper),
        now = trato::base::clock::Clock::machine().now().timestamp(),
    )
}

/// The number of a shopper's phone.
pub fn phone(shopper: u64) -> String {
    format!("52155{shopper:08}")
}
