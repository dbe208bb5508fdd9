//! Numbers within bounds.

use serde_json::{Number, Value};

use super::format;
use super::merged::Merged;
use super::seed::Seed;
use crate::model::rule::Limit;

/// The constraints on a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) is_integer: bool,
    /// The integers of the format; both ends are included.
    pub(super) integers: (i128, i128),
    /// The least value, and whether it is excluded.
    pub(super) least: Option<(f64, bool)>,
    /// The greatest value, and whether it is excluded.
    pub(super) most: Option<(f64, bool)>,
    /// `multipleOf`.
    pub(super) step: Option<f64>,
}

impl Bounds {
    /// The bounds that these schemas have together.
    pub(super) fn of(merged: &Merged<'_>, is_integer: bool) -> Self {
        let formats = merged.schemas.iter().filter_map(|schema| schema.format.as_deref());
        let integers = formats
            .map(|format| format::integers(Some(format)))
            .fold(format::integers(None), |all, one| if one == format::integers(None) { all } else { one });
        let mut bounds = Self { is_integer, integers, least: None, most: None, step: None };
        for limit in merged.limits() {
            match limit {
                Limit::Minimum(bound, is_excluded) => {
                    let is_tighter = bounds.least.is_none_or(|(least, was)| *bound > least || *bound == least && !was);
                    bounds.least = if is_tighter { Some((*bound, *is_excluded)) } else { bounds.least };
                }
                Limit::Maximum(bound, is_excluded) => {
                    let is_tighter = bounds.most.is_none_or(|(most, was)| *bound < most || *bound == most && !was);
                    bounds.most = if is_tighter { Some((*bound, *is_excluded)) } else { bounds.most };
                }
                Limit::MultipleOf(step) => bounds.step = Some(bounds.step.map_or(*step, |other| other.max(*step))),
                _ => {}
            }
        }
        bounds
    }
}

/// Numbers that probably satisfy the bounds, the best first.
pub(super) fn candidates(bounds: &Bounds, name: &[String], seed: &mut Seed) -> Vec<Value> {
    let mut candidates = Vec::new();
    let (usual_least, usual_most) = usual(name);
    if bounds.is_integer {
        let (least, most) = integers(bounds);
        if least <= most {
            let (from, to) = window((least, most), (usual_least, usual_most));
            candidates.push(integer(seed.between(from, to)));
            candidates.extend([integer(least), integer(most)]);
        }
    } else {
        candidates.extend(floats(bounds, (usual_least, usual_most), seed));
    }
    if let Some(step) = bounds.step {
        let stepped = multiples(bounds, step, seed);
        candidates.splice(0..0, stepped);
    }
    candidates
}

/// The part of a range that is usual for a name, if there is one, else the part next to it.
fn window((least, most): (i128, i128), usual: (i128, i128)) -> (i128, i128) {
    let (from, to) = (least.max(usual.0), most.min(usual.1));
    if from <= to {
        return (from, to);
    }
    let width = usual.1 - usual.0;
    if least > usual.1 { (least, most.min(least.saturating_add(width))) } else { (least.max(most - width), most) }
}

fn usual(name: &[String]) -> (i128, i128) {
    match name.last().map_or("", String::as_str) {
        "age" => (18, 80),
        "year" => (1990, 2025),
        "month" => (1, 12),
        "day" => (1, 28),
        "page" | "offset" => (1, 5),
        "limit" | "size" | "count" | "quantity" | "qty" => (1, 50),
        "percent" | "percentage" | "rate" | "ratio" => (1, 100),
        "port" => (8000, 8999),
        "latitude" | "lat" => (-60, 60),
        "longitude" | "lng" | "lon" => (-170, 170),
        "timestamp" | "epoch" => (1_704_067_200, 1_735_603_200),
        "price" | "amount" | "total" | "cost" => (1, 500),
        _ => (1, 1000),
    }
}

#[allow(clippy::cast_possible_truncation)] // a float beyond the range becomes its end
fn integers(bounds: &Bounds) -> (i128, i128) {
    let (mut least, mut most) = bounds.integers;
    if let Some((bound, is_excluded)) = bounds.least {
        let first = bound.ceil() as i128;
        least = least.max(if is_excluded && bound.fract() == 0.0 { first + 1 } else { first });
    }
    if let Some((bound, is_excluded)) = bounds.most {
        let last = bound.floor() as i128;
        most = most.min(if is_excluded && bound.fract() == 0.0 { last - 1 } else { last });
    }
    (least, most)
}

#[allow(clippy::cast_precision_loss)] // the bounds of names are small
fn floats(bounds: &Bounds, usual: (i128, i128), seed: &mut Seed) -> Vec<Value> {
    let (low, high) = (usual.0 as f64, usual.1 as f64);
    let bound = |bound: Option<(f64, bool)>| bound.map(|(bound, _)| bound);
    let (least, most) = (bound(bounds.least), bound(bounds.most));
    let (from, to) = match (least, most) {
        (Some(least), Some(most)) => (least.max(low).min(most), most.min(high).max(least)),
        (Some(least), None) => (least.max(low), least.max(high)),
        (None, Some(most)) => (most.min(low), most.min(high)),
        (None, None) => (low, high),
    };
    let share = seed.below(9000) as f64 / 10_000.0 + 0.05;
    let inside = from + (to - from) * share;
    let cents = (inside * 100.0).round() / 100.0;
    let middle = |one: Option<f64>, other: Option<f64>| Some(f64::midpoint(one?, other?));
    let ends = [least, most, middle(least, most), least.map(|least| least + 1.0), most.map(|most| most - 1.0)];
    [cents, inside].into_iter().chain(ends.into_iter().flatten()).filter_map(float).collect()
}

/// Multiples of a step within the bounds.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // candidates are checked afterwards
fn multiples(bounds: &Bounds, step: f64, seed: &mut Seed) -> Vec<Value> {
    let least = bounds.least.map_or(f64::NEG_INFINITY, |(bound, _)| bound);
    let most = bounds.most.map_or(f64::INFINITY, |(bound, _)| bound);
    let (mut first, mut last) = ((least / step).ceil(), (most / step).floor());
    if first.is_infinite() && last.is_infinite() {
        (first, last) = (1.0, 20.0);
    } else if first.is_infinite() {
        first = last - 20.0;
    } else if last.is_infinite() || last - first > 20.0 {
        (first, last) = if first <= 1.0 && last >= 20.0 { (1.0, 20.0) } else { (first, first + 20.0) };
    }
    if first > last {
        return Vec::new();
    }
    let chosen = first + seed.below((last - first) as usize + 1) as f64;
    let value = |times: f64| {
        // 3 * 0.1 is not 0.3 in binary; the division gives the nearest float.
        let inverse = (1.0 / step).round();
        let is_inverse = step < 1.0 && (inverse * step - 1.0).abs() < 1e-9;
        let value = if is_inverse { times / inverse } else { times * step };
        if value.fract() == 0.0 && value.abs() < 9.0e15 { Some(integer(value as i128)) } else { float(value) }
    };
    [chosen, first, first + 1.0, last, last - 1.0, 0.0].into_iter().filter_map(value).collect()
}

/// An integer as JSON.
pub(super) fn integer(number: i128) -> Value {
    match (i64::try_from(number), u64::try_from(number)) {
        (Ok(number), _) => number.into(),
        (Err(_), Ok(number)) => number.into(),
        (Err(_), Err(_)) => Value::Null,
    }
}

/// A finite number as JSON.
pub(super) fn float(number: f64) -> Option<Value> {
    Number::from_f64(number).map(Value::Number)
}

/// Whether an integer, also one that is written as `1.0`, is within a range.
pub(super) fn fits(value: &Value, (least, most): (i128, i128)) -> bool {
    let number = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
    #[allow(clippy::cast_precision_loss)] // a float is compared as a float
    match (number, value.as_f64()) {
        (Some(number), _) => (least..=most).contains(&number),
        (None, Some(number)) => number >= least as f64 && number <= most as f64,
        (None, None) => true,
    }
}
