//! The lines of a bank's file: CSV with a line of names (RFC 4180), or JSON lines. Every fault names its place.

use std::collections::BTreeMap;

use earnest_base::Timestamp;
use earnest_signing::{Limits, read};

use super::notice;

/// One line, its values by their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    line: usize,
    values: BTreeMap<String, String>,
}

impl Row {
    pub(super) fn text(&self, name: &str) -> &str {
        self.given(name).unwrap_or_default()
    }

    /// A value, where one is given.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    pub(super) fn parse<T: std::str::FromStr>(&self, name: &str, expected: &str) -> Result<T, String> {
        self.text(name).parse().map_err(|_| self.expected(name, expected))
    }

    pub(super) fn moment(&self, name: &str) -> Result<Timestamp, String> {
        notice::moment(self.text(name)).ok_or_else(|| self.expected(name, "a day such as 2026-04-01, or a moment"))
    }

    pub(super) fn expected(&self, name: &str, what: &str) -> String {
        format!("expected {what} as `{name}` in line {}", self.line)
    }
}

/// The lines of a file, which has these names at least.
///
/// # Errors
/// What was expected, and in which line.
pub(super) fn rows(bytes: &[u8], names: &[&str]) -> Result<Vec<Row>, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count();
        format!("expected UTF-8 in line {line}")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('{') { json_lines(text, names) } else { csv(text, names) }
}

fn json_lines(text: &str, names: &[&str]) -> Result<Vec<Row>, String> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(line, text)| {
            let json = read(text.as_bytes(), Limits::DOCUMENT);
            let json = json.map_err(|_| format!("expected a JSON object in line {line}"))?;
            let object = json.as_object().ok_or_else(|| format!("expected a JSON object in line {line}"))?;
            let value = |name: &str| object.get(name).and_then(notice::text).map(str::to_owned);
            let values = object.iter().filter_map(|member| Some((member.name.to_string(), value(&member.name)?)));
            complete(Row { line, values: values.collect() }, names)
        })
        .collect()
}

fn csv(text: &str, names: &[&str]) -> Result<Vec<Row>, String> {
    let mut records = records(text)?.into_iter();
    let Some((_, header)) = records.next() else { return Err("expected a line of names in line 1".to_owned()) };
    let header: Vec<String> = header.iter().map(|name| name.trim().to_ascii_lowercase()).collect();
    if let Some(missing) = names.iter().find(|name| !header.iter().any(|found| found == *name)) {
        return Err(format!("expected a column `{missing}` in line 1"));
    }
    let twice = header.iter().enumerate().any(|(place, name)| header.iter().take(place).any(|other| other == name));
    if twice {
        return Err("expected each column once in line 1".to_owned());
    }
    records
        .map(|(line, record)| {
            if record.len() != header.len() {
                return Err(format!("expected {} values in line {line}", header.len()));
            }
            let values = header.iter().cloned().zip(record.iter().map(|value| value.trim().to_owned()));
            complete(Row { line, values: values.collect() }, names)
        })
        .collect()
}

fn complete(row: Row, names: &[&str]) -> Result<Row, String> {
    match names.iter().find(|name| **name != "account" && row.given(name).is_none()) {
        Some(missing) => Err(row.expected(missing, "a value")),
        None => Ok(row),
    }
}

/// The records of a CSV text, each with the line that it begins in.
fn records(text: &str) -> Result<Vec<(usize, Vec<String>)>, String> {
    let (mut records, mut record, mut value) = (Vec::new(), Vec::new(), String::new());
    let (mut line, mut begun, mut quoted) = (1, 1, false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                value.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if value.is_empty() => quoted = true,
            '"' => return Err(format!("expected a quotation mark at the beginning of a value in line {line}")),
            ',' if !quoted => record.push(std::mem::take(&mut value)),
            '\r' if !quoted && characters.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut value));
                take(&mut records, begun, std::mem::take(&mut record));
                line += 1;
                begun = line;
            }
            other => {
                line += usize::from(other == '\n');
                value.push(other);
            }
        }
    }
    if quoted {
        return Err(format!("expected a quotation mark that ends the value of line {begun}"));
    }
    record.push(value);
    take(&mut records, begun, record);
    Ok(records)
}

/// Takes a record; an empty line is none.
fn take(records: &mut Vec<(usize, Vec<String>)>, line: usize, record: Vec<String>) {
    if record.iter().any(|value| !value.trim().is_empty()) {
        records.push((line, record));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: &[&str] = &["booking", "amount", "account"];

    fn of(text: &str) -> Result<Vec<Vec<String>>, String> {
        let rows = rows(text.as_bytes(), NAMES)?;
        Ok(rows.iter().map(|row| NAMES.iter().map(|name| row.text(name).to_owned()).collect()).collect())
    }

    #[test]
    fn csv_and_json_lines_say_the_same() {
        let expected = Ok(vec![
            vec!["b1".to_owned(), "500.00".to_owned(), "top-up:1".to_owned()],
            vec!["b2".to_owned(), "0.1".to_owned(), "rent, \"may\"".to_owned()],
            vec!["b3".to_owned(), "7".to_owned(), String::new()],
        ]);
        let csv =
            "\u{feff}Amount,booking,account,more\r\n500.00,b1,top-up:1,x\r\n\r\n0.1,b2,\"rent, \"\"may\"\"\",\n7,b3,,";
        assert_eq!(of(csv), expected);
        let json = "{\"booking\":\"b1\",\"amount\":500.00,\"account\":\"top-up:1\"}\n\n\
                    {\"booking\":\"b2\",\"amount\":\"0.1\",\"account\":\"rent, \\\"may\\\"\",\"more\":[1]}\n\
                    {\"booking\":\"b3\",\"amount\":7}";
        assert_eq!(of(json), expected);
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_place() {
        for (text, fault) in [
            ("", "expected a line of names in line 1"),
            ("booking,amount\nb1,5", "expected a column `account` in line 1"),
            ("booking,amount,account,amount\n", "expected each column once in line 1"),
            ("booking,amount,account\nb1,5,a\nb2,5", "expected 3 values in line 3"),
            ("booking,amount,account\nb1,\"5,a\n", "expected a quotation mark that ends the value of line 2"),
            ("booking,amount,account\nb1,5\"6,a", "expected a quotation mark at the beginning of a value in line 2"),
            ("booking,amount,account\n,5,a", "expected a value as `booking` in line 2"),
            ("{\"booking\":\"b1\",\"amount\":5}\n{\"booking\":\"b1\"", "expected a JSON object in line 2"),
            ("{\"booking\":\"b1\"}", "expected a value as `amount` in line 1"),
            ("{\"booking\":\"b1\",\"amount\":5,\"amount\":6}", "expected a JSON object in line 1"),
        ] {
            assert_eq!(of(text), Err(fault.to_owned()), "{text:?}");
        }
        assert_eq!(rows(b"booking,amount,account\nb\xff,1,a", NAMES), Err("expected UTF-8 in line 2".to_owned()));
    }
}
