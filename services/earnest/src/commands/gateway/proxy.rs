//! `earnest gateway proxy`: puts a price on somebody's endpoint.

use clap::{Args, ValueEnum};
use earnest_base::{HttpUrl, Text};
use earnest_gateway::Config;
use earnest_paywall::{SellAccept, SellMethod, SellRoute};

/// Sell one route of an existing HTTP endpoint, without touching it: a gateway whose listener asks for payment, and
/// forwards what is paid.
///
/// A request is forwarded once its payment is verified and reserved; the answer goes out once the payment is settled. What
/// no price names is not forwarded. For more routes, list them in the configuration under `sell.routes`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  earnest gateway proxy --upstream http://127.0.0.1:8000 --path /report --price '0.25 ORC' --pay-to account:fed-local:ola
  earnest gateway proxy --upstream http://127.0.0.1:8000 --path '/files/{*rest}' --method get --method head \\
      --price '0.01 ORC' --pay-to account:fed-local:ola --set public-url=https://api.example")]
pub(crate) struct Proxy {
    /// Where paid requests go; the path is added.
    #[arg(long, value_name = "URL")]
    upstream: HttpUrl,
    /// The path that is sold: /report, /users/{id}, /files/{*rest}.
    #[arg(long, default_value = "/{*path}")]
    path: String,
    /// The methods that are sold; GET alone where none is named.
    #[arg(long = "method", value_name = "METHOD", value_enum, ignore_case = true)]
    methods: Vec<Method>,
    /// What one request costs, such as '0.25 ORC'. Several are several ways to pay, each with its --pay-to.
    #[arg(long, required = true)]
    price: Vec<String>,
    /// Whom it is paid to: an account of the ledger, or an address.
    #[arg(long, required = true, value_name = "ACCOUNT")]
    pay_to: Vec<String>,
    /// What is sold, in words.
    #[arg(long, value_name = "TEXT")]
    description: Option<Text>,
    /// The media type of the answer.
    #[arg(long, value_name = "TYPE")]
    mime_type: Option<Text>,
    /// Ask every payment for a payment identifier.
    #[arg(long)]
    identifier_required: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
}

impl Proxy {
    /// The configuration that sells it.
    pub(super) fn sell(&self, config: Config) -> Config {
        let ways = self.price.iter().zip(self.pay_to.iter().chain(std::iter::repeat(&self.pay_to[0])));
        let mut ways = ways.map(|(price, pay_to)| SellAccept { price: price.clone(), pay_to: pay_to.clone() });
        let Some(SellAccept { price, pay_to }) = ways.next() else { return config };
        let methods = match self.methods.as_slice() {
            [] => vec![SellMethod::Get],
            named => named.iter().map(|method| method.sold()).collect(),
        };
        let route = SellRoute {
            path: self.path.clone(),
            methods,
            upstream: self.upstream.clone(),
            price,
            pay_to,
            accepts: ways.collect(),
            description: self.description.clone(),
            mime_type: self.mime_type.clone(),
            identifier_required: self.identifier_required,
            unbound: false,
            forwards_authorization: false,
            answer_within_secs: 15,
            early_delivery: None,
        };
        let mut config = config;
        config.sell.routes.push(route);
        config
    }
}

impl Method {
    const fn sold(self) -> SellMethod {
        match self {
            Self::Get => SellMethod::Get,
            Self::Head => SellMethod::Head,
            Self::Post => SellMethod::Post,
            Self::Put => SellMethod::Put,
            Self::Patch => SellMethod::Patch,
            Self::Delete => SellMethod::Delete,
        }
    }
}
