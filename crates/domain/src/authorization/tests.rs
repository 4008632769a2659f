mod answer;
mod counters;
mod fixtures;
mod issue;
mod open;
mod replay;
mod states;
