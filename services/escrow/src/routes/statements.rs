//! Statements: the entries of an account, page by page, in JSON and CSV, with the top-ups that paid for each spend (E14).

use std::sync::Arc;

use aide::{
    axum::{
        ApiRouter,
        routing::{get, get_with},
    },
    transform::TransformOperation,
};
use axum::{
    Json,
    extract::State,
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
};
use earnest_base::{AccountId, Count};
use earnest_kit::{Caller, PathParameters, Problem, QueryParameters, produces};
use earnest_ledger::{AccountNumber, Entry, Fact as LedgerFact, Ledger, RunningStatement};
use earnest_settlement::{Fact, Refusal};
use http::{HeaderValue, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::accounts::AccountPath;
use crate::{answers::in_media_type, office::Office, problem};

pub(super) fn routes() -> ApiRouter<Office> {
    let csv = from_fn_with_state(&["text/csv"][..], produces);
    let as_csv = ApiRouter::new().api_route("/accounts/{account}/statement.csv", get_with(comma, as_lines)).layer(csv);
    ApiRouter::new().api_route("/accounts/{account}/statement", get(json)).merge(as_csv)
}

fn as_lines(route: TransformOperation<'_>) -> TransformOperation<'_> {
    let route = route.description("The same page as CSV; the header Link names the next one, where there is one.");
    in_media_type(route, "text/csv", "seq, at, transfer, kind, counterpart, change, available, paid-from")
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PageQuery {
    /// Only entries after the fact of this number.
    #[serde(default)]
    after: u64,
    /// At most so many entries: 1 to 1000, and 100 without it.
    limit: Option<Count<1, 1000>>,
}

/// How many entries a page has where nobody says it.
const PAGE: u64 = 100;

/// A page of a statement.
#[derive(Debug, Serialize, JsonSchema)]
struct Page {
    /// The account.
    account: AccountId,
    /// The entries, the oldest first.
    #[schemars(with = "Vec<serde_json::Value>")]
    entries: Vec<Row>,
    /// What to pass as `after` for the next page; none where this is the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

/// An entry, with the account on the other side by its id.
#[derive(Debug, Serialize)]
struct Row {
    #[serde(flatten)]
    entry: Entry,
    #[serde(rename = "counterpart-account")]
    counterpart_account: AccountId,
}

/// How far a statement was read.
#[derive(Debug, Clone)]
pub(crate) struct Reached {
    running: RunningStatement,
    /// How many facts about the account are in it.
    facts: usize,
}

/// How many facts are read at once. The writer waits for so many entries, and no more.
const READ: usize = 256;

async fn page(office: &Office, caller: Caller, account: AccountId, query: &PageQuery) -> Result<Page, Problem> {
    let (number, seqs) = numbers(office, caller, account.clone()).await?;
    let limit = usize::try_from(limit(query)).unwrap_or(usize::MAX);
    let (mut entries, after) = (Vec::<Row>::new(), query.after);
    let begin = || Arc::new(Reached { running: RunningStatement::of(number), facts: 0 });
    let reached = office.before.statements.find(&(number, after)).unwrap_or_else(begin);
    let Reached { mut running, facts: mut done } = (*reached).clone();
    // Where the page ends: entries of one fact stay together, so that `after` can name the fact.
    let (mut cut, mut next) = (None, None);
    for seqs in seqs.get(done..).unwrap_or_default().chunks(READ) {
        let before = Reached { running: running.clone(), facts: done };
        let facts = facts(office, seqs).await?;
        let read = office.read(move |settlement, _| rows(settlement.ledger(), running, &facts, after)).await?;
        let (on, rows) = read?;
        running = on;
        done += seqs.len();
        entries.extend(rows);
        cut = cut.or_else(|| entries.get(limit - 1).map(|last| last.entry.seq));
        next = cut.filter(|cut| entries.last().is_some_and(|last| last.entry.seq > *cut));
        if let Some(next) = next {
            // The next page goes on from here, where it is asked for soon.
            office.before.statements.keep((number, next), before);
            break;
        }
    }
    if let Some(cut) = cut {
        entries.retain(|row| row.entry.seq <= cut);
    }
    Ok(Page { account, entries, next })
}

/// The entries of the next facts, so far as they come after one.
fn rows(
    ledger: &Ledger,
    mut running: RunningStatement,
    facts: &[(u64, LedgerFact)],
    after: u64,
) -> Result<(RunningStatement, Vec<Row>), Problem> {
    let entries = running.entries(ledger, facts.iter().map(|(seq, fact)| (*seq, fact)));
    let entries = entries.map_err(|error| problem::statement(&error))?;
    let rows = entries.into_iter().filter(|entry| entry.seq > after).map(|entry| {
        let counterpart_account = ledger.account_id(entry.counterpart).map_err(|error| problem::id(&error))?;
        Ok(Row { entry, counterpart_account })
    });
    Ok((running, rows.collect::<Result<_, Problem>>()?))
}

fn limit(query: &PageQuery) -> u64 {
    query.limit.map_or(PAGE, Count::value)
}

/// The account's number, and those of the facts about it, for who may see it.
async fn numbers(office: &Office, caller: Caller, account: AccountId) -> Result<(AccountNumber, Vec<u64>), Problem> {
    let asking = office.clone();
    let found = office
        .read(move |settlement, _| {
            let view = settlement.ledger().account_view(&account)?;
            let intake = asking.intake_of(&caller);
            let seen = intake.callers().may_see(view.owner(), settlement, intake.now);
            seen.then(|| (view.number, view.facts().to_vec()))
        })
        .await?;
    found.ok_or_else(|| problem::refused(Refusal::Unknown("an account of yours")))
}

/// The facts of these numbers, in their order. Numbers that stand together are read together.
async fn facts(office: &Office, seqs: &[u64]) -> Result<Vec<(u64, LedgerFact)>, Problem> {
    let mut facts = Vec::with_capacity(seqs.len());
    let mut seqs = seqs.iter().copied().peekable();
    while let Some(mut first) = seqs.next() {
        let mut last = first;
        while let Some(next) = seqs.next_if(|next| (*next - first) < READ as u64) {
            last = next;
        }
        // A batch that does not fit whole comes with the next read.
        while first <= last {
            let count = usize::try_from(last - first + 1).unwrap_or(READ);
            let read = office.facts(first, count).await?;
            let Some((end, ..)) = read.last() else { break };
            first = end.seq + 1;
            for (place, _, fact) in read {
                if let Fact::Ledger(fact) = fact {
                    facts.push((place.seq, fact));
                }
            }
        }
    }
    Ok(facts)
}

async fn json(
    State(office): State<Office>,
    caller: Caller,
    PathParameters(path): PathParameters<AccountPath>,
    QueryParameters(query): QueryParameters<PageQuery>,
) -> Result<Json<Page>, Problem> {
    page(&office, caller, path.account, &query).await.map(Json)
}

async fn comma(
    State(office): State<Office>,
    caller: Caller,
    PathParameters(path): PathParameters<AccountPath>,
    QueryParameters(query): QueryParameters<PageQuery>,
) -> Result<Response, Problem> {
    let page = page(&office, caller, path.account, &query).await?;
    let mut out = "seq,at,transfer,kind,counterpart,change,available,paid-from\n".to_owned();
    for row in &page.entries {
        out.push_str(&line(row));
    }
    let mut response = ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], out).into_response();
    if let Some(after) = page.next {
        let next = format!("<?after={after}&limit={}>; rel=\"next\"", limit(&query));
        let next = HeaderValue::from_str(&next).map_err(|error| problem::fault(&error))?;
        response.headers_mut().insert(header::LINK, next);
    }
    Ok(response)
}

/// A line. Ids hold no comma, quote or line end, and begin with letters, so that no spreadsheet takes one for a formula.
fn line(row: &Row) -> String {
    let Row { entry, counterpart_account } = row;
    let sign = if entry.credit { "" } else { "-" };
    let kind = serde_json::to_value(entry.kind).ok();
    let kind = kind.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    let parts: Vec<String> = entry
        .paid_from
        .iter()
        .map(|part| {
            let source = serde_json::to_value(&part.source).unwrap_or_default();
            let id = source.get("id").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
            format!("{id} {}", part.amount.minor())
        })
        .collect();
    let (seq, at, transfer) = (entry.seq, entry.at, &entry.transfer);
    let (change, available) = (entry.amount.minor(), entry.available.minor());
    let paid = parts.join("; ").replace([',', '"', '\n', '\r'], " ");
    format!("{seq},{at},{transfer},{kind},{counterpart_account},{sign}{change},{available},{paid}\n")
}
