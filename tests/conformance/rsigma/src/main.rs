//! Asks rsigma which events Sigma rules match: a JSON object a line in, one out.
//!
//! In: `rules` (a YAML stream as text) and `events` (JSON objects). Out: `matched`, for each event whether any rule
//! matches it, or `error`, rsigma's words where it refuses the rules.

use std::io::{BufRead, Write};

use rsigma_eval::Engine;
use rsigma_eval::event::JsonEvent;
use serde_json::{Value, json};

fn answer(line: &str) -> Result<Vec<bool>, String> {
    let asked: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let rules = asked["rules"].as_str().ok_or("no rules")?;
    let collection = rsigma_parser::parse_sigma_yaml(rules).map_err(|error| error.to_string())?;
    if let Some(error) = collection.errors.first() {
        return Err(error.to_string());
    }
    let mut engine = Engine::new();
    engine.add_collection(&collection).map_err(|error| error.to_string())?;
    let events = asked["events"].as_array().ok_or("no events")?;
    Ok(events.iter().map(|event| !engine.evaluate(&JsonEvent::borrow(event)).is_empty()).collect())
}

fn main() -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let told = match answer(&line?) {
            Ok(matched) => json!({ "matched": matched }),
            Err(error) => json!({ "error": error }),
        };
        writeln!(output, "{told}")?;
        output.flush()?;
    }
    Ok(())
}
