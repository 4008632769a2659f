//! Where a request came from. Forwarded headers are believed from listed proxies only.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::Extensions;
use axum::http::HeaderMap;
use warifu_app::Origin;
use warifu_domain::person::Channel;

use crate::state::WebSettings;

/// The request's ID, set by the outermost layer and repeated in logs, records and error pages.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The address of whoever asks.
#[must_use]
pub fn client_address(
    settings: &WebSettings,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> IpAddr {
    let peer = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip());
    if !settings.trusted_proxies.contains(&peer) {
        return peer;
    }
    let forwarded = headers
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok());
    // The last entry is what the trusted proxy itself saw; earlier ones anybody can write.
    let last = forwarded.and_then(|list| list.rsplit(',').next());
    last.and_then(|address| address.trim().parse().ok())
        .unwrap_or(peer)
}

/// Phones and tablets by their user agent. It only chooses which of two equally strict logon rows
/// applies; it proves nothing.
#[must_use]
pub fn channel(headers: &HeaderMap) -> Channel {
    let agent = headers
        .get("user-agent")
        .and_then(|value| value.to_str().ok());
    let mobile = agent.is_some_and(|a| a.contains("Mobile") || a.contains("Android"));
    if mobile {
        Channel::Smartphone
    } else {
        Channel::Pc
    }
}

/// All of it, as use cases take it.
#[must_use]
pub fn origin(settings: &WebSettings, headers: &HeaderMap, extensions: &Extensions) -> Origin {
    let request_id = extensions
        .get::<RequestId>()
        .map_or_else(String::new, |id| id.0.clone());
    Origin {
        address: client_address(settings, headers, extensions).to_string(),
        channel: channel(headers),
        request_id,
    }
}
