//! A contest: programs that run in turn, and what each took beside the first.

use std::path::Path;
use std::process::Command;

use crate::Failure;

/// Programs that do the same.
pub(crate) struct Contest {
    title: &'static str,
    rounds: usize,
    /// What the times are printed in: so many nanoseconds, and what that is called.
    unit: (f64, &'static str),
    /// What the names of the times begin with in what a program prints; none where it prints only one.
    measures: &'static [&'static str],
    contestants: Vec<Contestant>,
}

struct Contestant {
    name: &'static str,
    command: Vec<String>,
    /// What the ratio to the first is not to exceed.
    bound: Option<f64>,
    /// What it printed, each round.
    lines: Vec<String>,
}

impl Contest {
    pub(crate) fn new(title: &'static str, rounds: usize, nanoseconds: f64, unit: &'static str) -> Self {
        Self { title, rounds, unit: (nanoseconds, unit), measures: &[""], contestants: Vec::new() }
    }

    pub(crate) fn measures(mut self, measures: &'static [&'static str]) -> Self {
        self.measures = measures;
        self
    }

    pub(crate) fn with(mut self, name: &'static str, command: Vec<String>, bound: Option<f64>) -> Self {
        self.contestants.push(Contestant { name, command, bound, lines: Vec::new() });
        self
    }

    /// Whether the words on the command line ask for it: they all do where there is none.
    pub(crate) fn is_wanted(&self, words: &[String]) -> bool {
        words.is_empty() || words.iter().any(|word| self.title.contains(word.as_str()))
    }

    /// Runs it and prints its table, if the words ask for it.
    pub(crate) fn hold(mut self, words: &[String]) -> Result<(), Failure> {
        if !self.is_wanted(words) {
            return Ok(());
        }
        self.run()?;
        self.measures.iter().try_for_each(|measure| self.print(measure))
    }

    /// Runs it.
    pub(crate) fn run(&mut self) -> Result<(), Failure> {
        if let Ok(rounds) = std::env::var("ROUNDS") {
            self.rounds = rounds.parse::<usize>()?.max(1);
        }
        for _ in 0..self.rounds {
            for contestant in &mut self.contestants {
                let (program, arguments) = contestant.command.split_first().ok_or("no command")?;
                contestant.lines.push(run(Command::new(program).args(arguments))?);
            }
        }
        self.compare_checksums()
    }

    /// All who read the objects must have read the same.
    fn compare_checksums(&self) -> Result<(), Failure> {
        let lines = self.contestants.iter().flat_map(|contestant| &contestant.lines);
        let mut sums: Vec<&str> = lines.filter_map(|line| field(line, "checksum")).collect();
        sums.sort_unstable();
        sums.dedup();
        if sums.len() > 1 { Err(format!("{}: checksums differ: {sums:?}", self.title).into()) } else { Ok(()) }
    }

    fn print(&self, measure: &str) -> Result<(), Failure> {
        println!("\n{} {measure}: {}, median (least, most) of {} rounds; ratios", self.title, self.unit.1, self.rounds);
        println!("  {:34} {:>26}  {:>6} {:>6}  {:>6}  peak", "", "time", "clock", "CPU", "bound");
        for (row, contestant) in self.rows(measure)?.iter().zip(&self.contestants) {
            let time = format!("{:.2} ({:.2}, {:.2})", row.median, row.least, row.most);
            let processor = row.processor.map_or_else(String::new, |ratio| format!("{ratio:.3}"));
            let bound = contestant.bound.map_or_else(String::new, |bound| format!("{bound:.2}"));
            let peak = row.peak.map_or_else(String::new, |peak| format!("{peak:.1} MiB"));
            println!("  {:34} {time:>26}  {:6.3} {processor:>6}  {bound:>6}  {peak}", row.name, row.clock);
        }
        Ok(())
    }

    /// The figures of all contestants.
    pub(crate) fn rows(&self, measure: &str) -> Result<Vec<Row>, Failure> {
        let first = &self.contestants[0];
        let rows = self.contestants.iter().map(|contestant| {
            let wall = times(contestant, measure, "wall_ns", "min")?;
            let processor = match times(contestant, measure, "cpu_ns", "") {
                Ok(times) => Some(ratio(&times, &self::times(first, measure, "cpu_ns", "")?)),
                Err(_) => None,
            };
            let clock = ratio(&wall, &times(first, measure, "wall_ns", "min")?);
            let mut sorted: Vec<f64> = wall.iter().map(|time| time / self.unit.0).collect();
            let median = median(&mut sorted);
            let (least, most) = (sorted[0], sorted[sorted.len() - 1]);
            Ok(Row { name: contestant.name, median, least, most, clock, processor, peak: peak(contestant) })
        });
        rows.collect()
    }
}

/// What a contestant took.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
    /// The time on the clock, and that on the processor, beside the first contestant's.
    pub(crate) clock: f64,
    pub(crate) processor: Option<f64>,
    /// The most memory that it took, in MiB.
    pub(crate) peak: Option<f64>,
}

/// A command.
pub(crate) fn program(program: &Path, arguments: &[&str]) -> Vec<String> {
    let mut command = vec![program.to_string_lossy().into_owned()];
    command.extend(arguments.iter().map(|argument| String::from(*argument)));
    command
}

/// The times of all rounds: `measure_name`, or `name` where there is one measure only, or `measure_other`.
fn times(contestant: &Contestant, measure: &str, name: &str, other: &str) -> Result<Vec<f64>, Failure> {
    let names = if measure.is_empty() {
        [name.to_string(), name.to_string()]
    } else {
        [format!("{measure}_{name}"), format!("{measure}_{other}")]
    };
    let found = contestant.lines.iter().map(|line| {
        let value = names.iter().find_map(|name| field(line, name));
        Ok(value.ok_or_else(|| format!("no {} in {line}", names[0]))?.parse()?)
    });
    found.collect()
}

/// The most memory that it took in any round, in MiB.
fn peak(contestant: &Contestant) -> Option<f64> {
    let kib = contestant.lines.iter().filter_map(|line| field(line, "peak_kib")?.parse::<f64>().ok());
    kib.reduce(f64::max).map(|kib| kib / 1024.0)
}

/// The median of the ratios in the same round.
fn ratio(times: &[f64], first: &[f64]) -> f64 {
    median(&mut times.iter().zip(first).map(|(time, first)| time / first).collect::<Vec<_>>())
}

/// The one in the middle, of times that are in order then.
fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Runs a command to its end and gives what it prints.
pub(crate) fn run(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// What stands behind `name=` in a line.
pub(crate) fn field<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    line.split_whitespace().find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
}
