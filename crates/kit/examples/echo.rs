//! A service in thirty lines: `cargo run -p earnest-kit --example echo`, and stop it with Ctrl-C.

use aide::axum::{ApiRouter, routing::post};
use earnest_kit::{App, Caller, Class, Layers, Server, ServerSettings, Stop, Strict, Verifier, telemetry};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Settings {
    server: ServerSettings,
    log: telemetry::LogSettings,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Note {
    text: String,
}

async fn echo(caller: Caller, Strict(note): Strict<Note>) -> String {
    format!("{} says {}", caller.subject(), note.text)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let configured = Layers::default().environment("EARNEST_ECHO_", std::env::vars()).load::<Settings>()?;
    telemetry::install(&configured.value.log)?;
    eprint!("{}", configured.show());
    let routes = ApiRouter::new().api_route("/echo", post(echo));
    let app = App::new("echo", env!("CARGO_PKG_VERSION")).routes(Class::signed(Verifier::in_memory()), routes);
    let server = Server::bind(&configured.value.server).await?;
    eprintln!("http://{}/openapi.json", server.address());
    Ok(server.serve(app, Stop::on_signals()).await?)
}
