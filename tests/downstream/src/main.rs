//! Reads answers, one a line: `200 {…}` came over HTTP with that status, `rpc {…}` over RPC. Says what each means;
//! why one is refused goes to the standard error.

use std::io::{self, BufRead as _};

use downstream::payments::{over_http, over_rpc, show};

fn main() -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        println!("{}", say(&line?));
    }
    Ok(())
}

fn say(line: &str) -> String {
    let (how, body) = line.split_once(' ').unwrap_or((line, ""));
    let known = if how == "rpc" { over_rpc(body) } else { over_http(how.parse().unwrap_or_default(), body) };
    known.map_or_else(
        |error| {
            eprintln!("{error}");
            "refused".to_owned()
        },
        |known| show(&known),
    )
}
