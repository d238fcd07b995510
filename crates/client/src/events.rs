//! Streams of events (server-sent events), as a client reads them.

use reqwest::Response;

use crate::{ClientError, connection::told};

/// No event is larger.
const EVENT_BYTES: usize = 4 << 20;

/// An event of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its place: whoever comes again names the last one that they have.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// What it says.
    pub data: String,
}

/// A stream of events.
#[derive(Debug)]
pub struct Events {
    answer: Response,
    buffer: Vec<u8>,
}

impl Events {
    pub(crate) const fn new(answer: Response) -> Self {
        Self { answer, buffer: Vec::new() }
    }

    /// The next event; `None` where the service ended the stream, as it does when it stops.
    ///
    /// # Errors
    /// [`ClientError::Lost`] where the connection broke or fell silent, [`ClientError::Answer`] where what came is no event.
    pub async fn next(&mut self) -> Result<Option<Event>, ClientError> {
        loop {
            while let Some(block) = block(&mut self.buffer) {
                if let Some(event) = event(&block)? {
                    return Ok(Some(event));
                }
            }
            match self.answer.chunk().await.map_err(|error| ClientError::Lost(told(&error)))? {
                Some(chunk) => self.buffer.extend_from_slice(&chunk),
                None => return Ok(None),
            }
            if self.buffer.len() > EVENT_BYTES {
                return Err(ClientError::TooLarge(EVENT_BYTES));
            }
        }
    }
}

/// Takes the first whole event, or comment, off the buffer.
fn block(buffer: &mut Vec<u8>) -> Option<Vec<u8>> {
    let end = buffer.windows(2).position(|pair| pair == b"\n\n")?;
    let rest = buffer.split_off(end + 2);
    Some(std::mem::replace(buffer, rest))
}

/// The event of a block; none where it is a comment.
fn event(block: &[u8]) -> Result<Option<Event>, ClientError> {
    let text = std::str::from_utf8(block).map_err(|_| ClientError::Answer("no UTF-8 was found".to_owned()))?;
    let (mut id, mut name, mut data) = (None, "", Vec::new());
    for line in text.lines() {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" => id = value.parse().ok(),
            "event" => name = value,
            "data" => data.push(value),
            _ => {}
        }
    }
    if data.is_empty() {
        return Ok(None);
    }
    let id = id.ok_or_else(|| ClientError::Answer("an event without its number was found".to_owned()))?;
    Ok(Some(Event { id, name: name.to_owned(), data: data.join("\n") }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_wherever_the_chunks_are_cut() {
        let stream = b": hello\n\nid: 1\nevent: topped-up\ndata: {\"a\":\ndata: 1}\n\n:\n\nid:2\ndata:x\n\nid: 3\nda";
        let mut buffer = Vec::new();
        let mut events = Vec::new();
        for byte in stream {
            buffer.push(*byte);
            while let Some(block) = block(&mut buffer) {
                events.extend(event(&block).unwrap());
            }
        }
        let of = |id, name: &str, data: &str| Event { id, name: name.to_owned(), data: data.to_owned() };
        assert_eq!(events, [of(1, "topped-up", "{\"a\":\n1}"), of(2, "", "x")]);
        assert!(event(b"data: x\n\n").is_err());
    }
}
