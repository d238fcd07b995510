//! What a person in a browser sees of a demand: a page without scripts, readable in light and dark.

use std::fmt::Write;

use earnest_x402::{v2::PaymentRequired, v2::PaymentRequirements};

use crate::price::{Asset, Shown};

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Payment required</title>
<style>
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #ffffff; --card: #f3f5f7; --line: #d5dae0; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ebee; --soft: #a2abb5; --paper: #14171a; --card: #1e2226; --line: #363c43; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 system-ui, sans-serif; }
main { max-width: 40rem; margin: 0 auto; padding: 3rem 1.25rem; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .5rem; }
p { margin: .75rem 0; }
.soft { color: var(--soft); }
ul { list-style: none; margin: 1.5rem 0; padding: 0; }
li { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; margin: .75rem 0; }
.price { font-size: 1.5rem; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .5rem 0 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
code { font: .9375em ui-monospace, monospace; overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
"#;

/// The page of a demand.
pub(crate) fn of(demand: &PaymentRequired, assets: &[Asset]) -> String {
    let mut page = String::from(HEAD);
    let described = demand.resource.description.as_deref().unwrap_or("This page is for sale.");
    let _ = writeln!(page, "<h1>Payment required</h1>\n<p>{}</p>", Escaped(described));
    let _ = writeln!(page, "<p class=\"soft\"><code>{}</code></p>", Escaped(demand.resource.url.as_str()));
    if let Some(error) = &demand.error {
        let _ = writeln!(page, "<p>Your last payment was not taken: <code>{}</code>.</p>", Escaped(error));
    }
    let many = if demand.accepts.len() > 1 { "Pay in one of these ways:" } else { "It costs:" };
    let _ = writeln!(page, "<p>{many}</p>\n<ul>");
    for offered in &demand.accepts {
        way(&mut page, offered.value(), assets);
    }
    page.push_str(
        "</ul>
<p>A browser cannot pay by itself. Open this address with a wallet or an agent that speaks x402: it reads the
header <code>PAYMENT-REQUIRED</code> of this answer, signs one payment, and sends the same request again with
<code>PAYMENT-SIGNATURE</code>. You are charged only once the answer is ready.</p>
</main>
</body>
</html>
",
    );
    page
}

fn way(page: &mut String, offered: &PaymentRequirements, assets: &[Asset]) {
    let asset = assets.iter().find(|asset| asset.network == offered.network && asset.id == offered.asset);
    let price = asset.map_or_else(
        || format!("{} {}", offered.amount, offered.asset),
        |asset| Shown(&offered.amount, asset).to_string(),
    );
    let _ = writeln!(
        page,
        "<li><div class=\"price\">{}</div>\n<dl><dt>to</dt><dd><code>{}</code></dd>\n<dt>on</dt><dd><code>{}</code></dd>\n\
         <dt>within</dt><dd>{} seconds</dd></dl></li>",
        Escaped(&price),
        Escaped(offered.pay_to.as_str()),
        Escaped(offered.network.as_str()),
        offered.max_timeout_seconds,
    );
}

/// A text between tags or quotes.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.chars().try_for_each(|letter| match letter {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            other => f.write_char(other),
        })
    }
}
