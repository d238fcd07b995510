//! What was measured, as rows.

use super::drive::Cell;
use crate::report::{Measured, percentile, ratio, rounded};

/// What the results of a size are called, and the share of the log that SQLite is to reach.
struct Names {
    log: &'static str,
    sqlite: &'static str,
    sqlite_writer: &'static str,
    postgres: &'static str,
    postgres_writer: &'static str,
    aim: Option<f64>,
}

macro_rules! names {
    ($batch:literal, $aim:expr) => {
        Names {
            log: concat!("log, batch ", $batch),
            sqlite: concat!("SQLite, batch ", $batch),
            sqlite_writer: concat!("SQLite through the writer, ", $batch),
            postgres: concat!("PostgreSQL, batch ", $batch),
            postgres_writer: concat!("PostgreSQL through the writer, ", $batch),
            aim: $aim,
        }
    };
}

/// 150,000, 50,000 and 5,000 operations a second at batches of 256, 32 and 1, where the log does 455,852, 166,273 and 6,537.
const NAMES: [Names; 4] =
    [names!("1", Some(0.77)), names!("32", Some(0.30)), names!("256", Some(0.33)), names!("2048", None)];
/// Which of the sizes is held beside other databases.
const MIDDLE: usize = 2;
/// The share of SQLite that PostgreSQL is to reach there, and how many times the stored function SQLite is to be.
const OF_SQLITE: f64 = 0.3;
const OF_FUNCTION: f64 = 20.0;

/// What was measured of a size, round by round.
#[derive(Default)]
pub(super) struct Sized {
    pub(super) log: Vec<Cell>,
    pub(super) sqlite: Vec<Cell>,
    pub(super) sqlite_writer: Vec<Cell>,
    pub(super) postgres: Vec<Cell>,
    pub(super) postgres_writer: Vec<Cell>,
}

/// What was measured, round by round.
#[derive(Default)]
pub(super) struct Cells {
    pub(super) sizes: [Sized; NAMES.len()],
    pub(super) lives: Vec<Cell>,
    pub(super) tables: Vec<Cell>,
    pub(super) function: Vec<Cell>,
}

impl Cells {
    pub(super) fn results(&self) -> Vec<Measured> {
        let mut results = Vec::new();
        for (names, cells) in NAMES.iter().zip(&self.sizes) {
            results.extend(cells.results(names));
        }
        let sqlite = &self.sizes[MIDDLE].sqlite;
        results.push(Measured { unit: "commands/s", ..row("open, deliver, accept; SQLite, 256", &self.lives) });
        if self.function.is_empty() {
            return results;
        }
        let postgres = &self.sizes[MIDDLE].postgres;
        results.extend([
            beside(row("PostgreSQL beside SQLite", postgres), "SQLite, batch 256", postgres, sqlite, Some(OF_SQLITE)),
            row("tables, a transaction a step", &self.tables),
            row("stored function, 32 clients", &self.function),
            beside(row("SQLite beside tables", sqlite), "tables, a transaction a step", sqlite, &self.tables, None),
            beside(
                row("SQLite beside the function", sqlite),
                "stored function, 32 clients",
                sqlite,
                &self.function,
                Some(OF_FUNCTION),
            ),
        ]);
        results
    }
}

impl Sized {
    fn results(&self, names: &Names) -> Vec<Measured> {
        let beside_log = |name, cells: &[Cell], aim| beside(row(name, cells), names.log, cells, &self.log, aim);
        let mut results = vec![
            row(names.log, &self.log),
            beside_log(names.sqlite, &self.sqlite, names.aim),
            beside_log(names.sqlite_writer, &self.sqlite_writer, names.aim),
        ];
        if !self.postgres.is_empty() {
            results.push(beside_log(names.postgres, &self.postgres, None));
            results.push(beside_log(names.postgres_writer, &self.postgres_writer, None));
        }
        results
    }
}

fn row(name: &'static str, cells: &[Cell]) -> Measured {
    let commits: Vec<f64> = cells.iter().flat_map(|cell| &cell.commits).copied().collect();
    let of = |percent| Some(rounded(percentile(&commits, percent)));
    let value = rounded(percentile(&rates(cells), 50));
    Measured { name, unit: "operations/s", value, p50: of(50), p99: of(99), ..Measured::default() }
}

fn beside(row: Measured, name: &'static str, cells: &[Cell], others: &[Cell], aim: Option<f64>) -> Measured {
    let others = rates(others);
    row.beside(name, percentile(&others, 50), ratio(&rates(cells), &others), aim)
}

fn rates(cells: &[Cell]) -> Vec<f64> {
    cells.iter().map(|cell| cell.rate).collect()
}
