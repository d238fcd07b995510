//! When a plan runs: gaps, overlaps, days that there are not, runs that were missed.

use earnest_base::{Seconds, Timestamp};
use earnest_workflow::{Command, Day, Missed, Occurrence, Schedule, Timetable, What, Workflows};

use crate::samples::{SHOP, buyer, name, plan};

fn schedule(zone: &str, time: &str, missed: Missed) -> Schedule {
    let (zone, time) = (zone.parse().unwrap(), time.parse().unwrap());
    Schedule::daily(name("arca-run:morning"), zone, time, missed, Seconds::new(900).unwrap()).unwrap()
}

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn a_local_time_is_one_moment_of_a_day_or_none() {
    for (zone, time, on, expected) in [
        ("Europe/Warsaw", "06:00", "2026-04-01", Some("2026-04-01T04:00:00Z")),
        ("Europe/Warsaw", "06:00", "2026-01-15", Some("2026-01-15T05:00:00Z")),
        // Clocks go from 02:00 to 03:00: the offset from before counts.
        ("Europe/Warsaw", "02:30", "2026-03-29", Some("2026-03-29T01:30:00Z")),
        ("Europe/Warsaw", "03:00", "2026-03-29", Some("2026-03-29T01:00:00Z")),
        // Clocks go from 03:00 back to 02:00: the first 02:30 counts.
        ("Europe/Warsaw", "02:30", "2026-10-25", Some("2026-10-25T00:30:00Z")),
        ("America/New_York", "02:30", "2026-03-08", Some("2026-03-08T07:30:00Z")),
        ("America/New_York", "01:30", "2026-11-01", Some("2026-11-01T05:30:00Z")),
        // Half an hour.
        ("Australia/Lord_Howe", "02:15", "2026-10-04", Some("2026-10-03T15:45:00Z")),
        // Midnight does not exist.
        ("America/Santiago", "00:00", "2026-09-06", Some("2026-09-06T04:00:00Z")),
        // Samoa left a day out.
        ("Pacific/Apia", "06:00", "2011-12-29", Some("2011-12-29T16:00:00Z")),
        ("Pacific/Apia", "06:00", "2011-12-30", None),
        ("Pacific/Apia", "06:00", "2011-12-31", Some("2011-12-30T16:00:00Z")),
        ("Asia/Kolkata", "00:00", "2026-04-01", Some("2026-03-31T18:30:00Z")),
        ("UTC", "23:59", "9999-12-29", Some("9999-12-29T23:59:00Z")),
        // The zones' data end a little before the calendar.
        ("UTC", "23:59", "9999-12-31", None),
    ] {
        let found = schedule(zone, time, Missed::Skip).occurrence(day(on)).map(|next| next.at.to_string());
        assert_eq!(found.as_deref(), expected, "{time} on {on} in {zone}");
    }
}

#[test]
fn the_next_run_is_the_first_after_the_moment() {
    let warsaw = schedule("Europe/Warsaw", "02:30", Missed::Skip);
    for (now, expected) in [
        ("2026-03-28T01:29:59Z", "2026-03-28T01:30:00Z"),
        ("2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z"),
        ("2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"),
        ("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
    ] {
        assert_eq!(warsaw.next(moment(now)).unwrap().at, moment(expected), "{now}");
    }
    let apia = schedule("Pacific/Apia", "06:00", Missed::Skip);
    assert_eq!(apia.next(moment("2011-12-29T16:00:00Z")).unwrap().day, day("2011-12-31"));
    assert_eq!(schedule("UTC", "00:00", Missed::Skip).next(Timestamp::LAST), None);
}

#[test]
fn a_year_has_one_run_a_day_in_every_zone() {
    for zone in ["Europe/Warsaw", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca"] {
        for time in ["00:00", "02:30", "23:59"] {
            let schedule = schedule(zone, time, Missed::Skip);
            let runs: Vec<Occurrence> = schedule.after(day("2025-12-31")).take(365).collect();
            assert!(runs.windows(2).all(|pair| pair[0].at < pair[1].at), "{zone} {time}");
            assert_eq!(runs.last().unwrap().day, day("2026-12-31"), "{zone} {time}");
            let mut now = runs[0].at;
            for expected in &runs[1..] {
                assert_eq!(schedule.next(now), Some(*expected), "{zone} {time}");
                now = expected.at;
            }
        }
    }
}

#[test]
fn what_was_missed_is_left_out_or_runs_once_or_some_of_it() {
    let all = |at_most: u64| Missed::RunAll { at_most: earnest_base::Count::new(at_most).unwrap() };
    // Looked at on the 1st; it is the 5th, at once after the time or hours later.
    for (missed, now, starts, skips) in [
        (Missed::Skip, "2026-04-05T06:00:00Z", &[5][..], 3),
        (Missed::Skip, "2026-04-05T06:14:59Z", &[5], 3),
        (Missed::Skip, "2026-04-05T06:15:00Z", &[], 4),
        (Missed::RunOnce, "2026-04-05T06:00:00Z", &[5], 3),
        (Missed::RunOnce, "2026-04-05T09:00:00Z", &[5], 3),
        (Missed::RunOnce, "2026-04-05T05:59:59Z", &[4], 2),
        (all(2), "2026-04-05T06:00:00Z", &[3, 4, 5], 1),
        (all(2), "2026-04-05T09:00:00Z", &[4, 5], 2),
        (all(9), "2026-04-05T09:00:00Z", &[2, 3, 4, 5], 0),
    ] {
        let due = schedule("UTC", "06:00", missed).due(day("2026-04-01"), moment(now)).unwrap();
        let days: Vec<Day> = starts.iter().map(|number| day(&format!("2026-04-0{number}"))).collect();
        assert_eq!(due.start.iter().map(|next| next.day).collect::<Vec<_>>(), days, "{missed:?} {now}");
        assert_eq!(due.skipped.len(), skips, "{missed:?} {now}");
    }
    assert_eq!(schedule("UTC", "06:00", Missed::Skip).due(day("2026-04-01"), moment("2026-04-02T05:59:59Z")), None);
}

#[test]
fn a_schedule_starts_one_run_a_day_however_often_it_is_asked() {
    let timetable =
        Timetable { schedule: schedule("Europe/Warsaw", "06:05", Missed::RunOnce), plan: plan(SHOP), buyer: buyer() };
    let mut flows = Workflows::new();
    let tell = |flows: &mut Workflows, command: &Command, now: &str| -> usize {
        let facts = flows.decide(command, moment(now)).unwrap().facts;
        facts.iter().for_each(|fact| flows.apply(fact).unwrap());
        facts.iter().filter(|fact| matches!(fact.what, What::Run { .. })).count()
    };
    let set = Command::Schedule { timetable: Box::new(timetable.clone()) };
    tell(&mut flows, &set, "2026-04-01T05:00:00Z");
    assert_eq!(flows.next_due(), Some(moment("2026-04-02T04:05:00Z")));
    assert_eq!(tell(&mut flows, &set, "2026-04-01T05:01:00Z"), 0);
    assert_eq!(tell(&mut flows, &Command::Advance, "2026-04-02T04:04:59Z"), 0);
    // Somebody started the day's run by hand: it is that run.
    let run = timetable.schedule.run_of(day("2026-04-02")).unwrap();
    assert_eq!(run.as_str(), "arca-run:morning:2026-04-02");
    let by_hand = Command::Start { run: run.clone(), plan: Box::new(plan(SHOP)), buyer: buyer() };
    assert_eq!(tell(&mut flows, &by_hand, "2026-04-02T04:00:00Z"), 1);
    assert_eq!(tell(&mut flows, &Command::Advance, "2026-04-02T04:05:00Z"), 0);
    assert_eq!(tell(&mut flows, &Command::Advance, "2026-04-02T04:05:00Z"), 0);
    assert_eq!(flows.runs().count(), 1);
    // The first run times out beside it; the next day has a run of its own.
    while flows.next_due().is_some_and(|due| due <= moment("2026-04-03T04:05:00Z")) {
        tell(&mut flows, &Command::Advance, "2026-04-03T04:05:00Z");
    }
    let runs: Vec<(&str, &str)> = flows.runs().map(|run| (run.id.as_str(), run.state.as_str())).collect();
    assert_eq!(
        runs,
        [("arca-run:morning:2026-04-02", "timed-out"), ("arca-run:morning:2026-04-03", "waiting-for-approval")]
    );
    tell(&mut flows, &Command::Unschedule { schedule: name("arca-run:morning") }, "2026-04-03T04:06:00Z");
    assert_eq!(flows.timetables().count(), 0);
}

#[test]
fn zones_days_and_times_have_one_form() {
    assert!("Europe/Nowhere".parse::<earnest_workflow::Zone>().is_err());
    for wrong in ["2026-4-1", "2026-02-29", "26-04-01", "2026-04-01 ", "-001-01-01"] {
        assert!(wrong.parse::<Day>().is_err(), "{wrong}");
    }
    for wrong in ["6:05", "24:00", "06:60", "06:05:00", "+6:05"] {
        assert!(wrong.parse::<earnest_workflow::LocalTime>().is_err(), "{wrong}");
    }
    let long = Schedule::daily(
        name(&"a".repeat(241)),
        "UTC".parse().unwrap(),
        "06:05".parse().unwrap(),
        Missed::Skip,
        Seconds::new(1).unwrap(),
    );
    assert!(long.is_err());
}
