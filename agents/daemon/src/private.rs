//! What only the operator may call.

use crate::{Stop, http::Answer, stopped};
use hyper::{
	Method, Response, StatusCode,
	body::Incoming,
	header::{self, HeaderValue},
	server::conn::http1,
	service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{convert::Infallible, time::Duration};
use tokio::net::TcpListener;

/// Serves the operator until the program ends. `answer` returns the text for a method and a path, or what is wrong.
pub async fn serve<F>(
	listener: TcpListener,
	mut stop: Stop,
	answer: impl Fn(Method, String) -> F + Clone + Send + 'static,
) where
	F: Future<Output = Result<String, String>> + Send,
{
	loop {
		let accepted = tokio::select! {
			accepted = listener.accept() => accepted,
			() = stopped(&mut stop) => return,
		};
		let Ok((stream, _)) = accepted else {
			tokio::time::sleep(Duration::from_millis(100)).await;
			continue;
		};
		let answer = answer.clone();
		let service = service_fn(move |request: hyper::Request<Incoming>| {
			let text = answer(request.method().clone(), request.uri().to_string());
			async move { Ok::<_, Infallible>(respond(text.await)) }
		});
		tokio::spawn(async move {
			let mut server = http1::Builder::new();
			let server = server.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(30));
			drop(server.serve_connection(TokioIo::new(stream), service).await);
		});
	}
}

fn respond(text: Result<String, String>) -> Answer {
	let (status, text) = match text {
		Ok(text) => (StatusCode::OK, text),
		Err(error) => (StatusCode::BAD_REQUEST, error),
	};
	let mut response = Response::new(format!("{}\n", text.trim_end()).into_bytes().into());
	*response.status_mut() = status;
	let text = HeaderValue::from_static("text/plain; version=0.0.4");
	response.headers_mut().insert(header::CONTENT_TYPE, text);
	response
}
