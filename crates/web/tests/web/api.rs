//! API v1 as a bank's own portal calls it: the router in this process, a typed client.

mod any_body;
mod authorizations;
mod client;
mod description;
mod keys;
mod logons;
mod refusals;
mod strictness;
