//! The same work as people do it on PostgreSQL: plain tables and a transaction for each step, and a stored function for
//! each step with many clients.

use sqlx::{Connection, PgConnection};

use super::drive::{Cell, millis, now};
use crate::postgres::Postgres;

const ACCOUNTS: i64 = 10_000;
/// A hold is canceled when so many operations came after it.
const LATER: i64 = 64;
const CLIENTS: i64 = 32;
/// How many operations one client does in a round, half of them holds.
const ALONE: i64 = 600;
/// How many each of many clients does.
const TOGETHER: i64 = 120;

/// Accounts, holds with their state, and a row for each movement. The functions do one step each, as a transaction.
const SCHEMA: &str = "
    CREATE TABLE accounts (
        id text PRIMARY KEY, available bigint NOT NULL CHECK (available >= 0), held bigint NOT NULL CHECK (held >= 0));
    CREATE TABLE holds (
        id text PRIMARY KEY, contract text NOT NULL UNIQUE, payer text NOT NULL REFERENCES accounts,
        payee text NOT NULL REFERENCES accounts, amount bigint NOT NULL CHECK (amount > 0), state text NOT NULL);
    CREATE TABLE transfers (
        id text PRIMARY KEY, hold text NOT NULL REFERENCES holds, amount bigint NOT NULL,
        at timestamptz NOT NULL DEFAULT now());
    INSERT INTO accounts SELECT 'account:' || n, 100000000000, 0 FROM generate_series(0, 9999) AS n;
    CREATE FUNCTION open_hold(hold text, contract text, payer text, payee text, cents bigint) RETURNS void AS $$
    BEGIN
        UPDATE accounts SET available = available - cents, held = held + cents WHERE id = payer AND available >= cents;
        IF NOT FOUND THEN RAISE EXCEPTION 'expected enough money'; END IF;
        INSERT INTO holds VALUES (hold, contract, payer, payee, cents, 'held');
        INSERT INTO transfers VALUES (hold || ':hold', hold, cents);
    END $$ LANGUAGE plpgsql;
    CREATE FUNCTION cancel_hold(wanted text) RETURNS void AS $$
    DECLARE found_hold holds;
    BEGIN
        UPDATE holds SET state = 'refunded' WHERE id = wanted AND state = 'held' RETURNING * INTO found_hold;
        IF NOT FOUND THEN RAISE EXCEPTION 'expected an open hold'; END IF;
        UPDATE accounts SET available = available + found_hold.amount, held = held - found_hold.amount
            WHERE id = found_hold.payer;
        INSERT INTO transfers VALUES (wanted || ':refund', wanted, found_hold.amount);
    END $$ LANGUAGE plpgsql;
    ANALYZE";

/// One client, a transaction of plain statements for each step.
pub(super) async fn transactions(postgres: &Postgres) -> anyhow::Result<Cell> {
    postgres.schema(SCHEMA).await?;
    let mut connection = postgres.connect().await?;
    for number in 0..LATER {
        open(&mut connection, number).await?;
    }
    let (mut commits, begun) = (Vec::new(), now());
    for number in LATER..LATER + ALONE / 2 {
        let sent = now();
        open(&mut connection, number).await?;
        commits.push(millis(sent));
        let sent = now();
        cancel(&mut connection, number - LATER / 2).await?;
        commits.push(millis(sent));
    }
    let rate = ALONE as f64 / begun.elapsed().as_secs_f64();
    connection.close().await?;
    Ok(Cell { rate, commits })
}

async fn open(connection: &mut PgConnection, number: i64) -> anyhow::Result<()> {
    let [hold, contract, payer, payee] = names(number);
    let mut transaction = connection.begin().await?;
    let taken = sqlx::query(
        "UPDATE accounts SET available = available - $2, held = held + $2 WHERE id = $1 AND available >= $2",
    );
    let taken = taken.bind(&payer).bind(600_i64).execute(&mut *transaction).await?;
    anyhow::ensure!(taken.rows_affected() == 1, "expected enough money");
    let held = sqlx::query("INSERT INTO holds VALUES ($1, $2, $3, $4, $5, 'held')");
    held.bind(&hold).bind(contract).bind(payer).bind(payee).bind(600_i64).execute(&mut *transaction).await?;
    let moved = sqlx::query("INSERT INTO transfers VALUES ($1, $2, $3)");
    moved.bind(format!("{hold}:hold")).bind(hold).bind(600_i64).execute(&mut *transaction).await?;
    Ok(transaction.commit().await?)
}

async fn cancel(connection: &mut PgConnection, number: i64) -> anyhow::Result<()> {
    let [hold, ..] = names(number);
    let mut transaction = connection.begin().await?;
    let ended =
        sqlx::query_as("UPDATE holds SET state = 'refunded' WHERE id = $1 AND state = 'held' RETURNING payer, amount");
    let (payer, amount): (String, i64) = ended.bind(&hold).fetch_one(&mut *transaction).await?;
    let back = sqlx::query("UPDATE accounts SET available = available + $2, held = held - $2 WHERE id = $1");
    back.bind(payer).bind(amount).execute(&mut *transaction).await?;
    let moved = sqlx::query("INSERT INTO transfers VALUES ($1, $2, $3)");
    moved.bind(format!("{hold}:refund")).bind(hold).bind(amount).execute(&mut *transaction).await?;
    Ok(transaction.commit().await?)
}

/// Many clients, each calling a function for each step.
pub(super) async fn function(postgres: &Postgres) -> anyhow::Result<Cell> {
    postgres.schema(SCHEMA).await?;
    let mut connections = Vec::new();
    for client in 0..CLIENTS {
        let mut connection = postgres.connect().await?;
        // Two holds stay open for each client, which makes as many for all as elsewhere; and statements are prepared.
        for number in [0, 1] {
            open_by_function(&mut connection, client * TOGETHER + number).await?;
        }
        connections.push((client, connection));
    }
    let begun = now();
    let clients: Vec<_> = connections.into_iter().map(|(client, mine)| tokio::spawn(calls(client, mine))).collect();
    let mut commits = Vec::new();
    for client in clients {
        commits.extend(client.await??);
    }
    let rate = (CLIENTS * TOGETHER) as f64 / begun.elapsed().as_secs_f64();
    Ok(Cell { rate, commits })
}

async fn calls(client: i64, mut connection: PgConnection) -> anyhow::Result<Vec<f64>> {
    let mut times = Vec::new();
    for number in 2..2 + TOGETHER / 2 {
        let sent = now();
        open_by_function(&mut connection, client * TOGETHER + number).await?;
        times.push(millis(sent));
        let sent = now();
        let [hold, ..] = names(client * TOGETHER + number - 2);
        sqlx::query("SELECT cancel_hold($1)").bind(hold).execute(&mut connection).await?;
        times.push(millis(sent));
    }
    Ok(times)
}

async fn open_by_function(connection: &mut PgConnection, number: i64) -> anyhow::Result<()> {
    let [hold, contract, payer, payee] = names(number);
    let call = sqlx::query("SELECT open_hold($1, $2, $3, $4, $5)");
    call.bind(hold).bind(contract).bind(payer).bind(payee).bind(600_i64).execute(connection).await?;
    Ok(())
}

/// Hold, contract, payer's account and payee's.
fn names(number: i64) -> [String; 4] {
    let payer = number * 7_919 % ACCOUNTS;
    let payee = (payer + 4_001) % ACCOUNTS;
    [
        format!("hold:0195f0c2-7c5f-7d0f-8a3b-{number:012}"),
        format!("contract:0195f0c2-7c5f-7d0f-8a3b-{number:012}"),
        format!("account:{payer}"),
        format!("account:{payee}"),
    ]
}
