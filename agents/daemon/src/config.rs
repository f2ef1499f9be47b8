use serde::de::DeserializeOwned;
use std::path::Path;

/// Reads a configuration in TOML, and returns it with the folder to which its paths are relative.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<(T, &Path), String> {
	let shown = path.display();
	let text =
		std::fs::read_to_string(path).map_err(|error| format!("the configuration {shown} cannot be read: {error}"))?;
	let config = toml::from_str(&text).map_err(|error| format!("the configuration {shown} is wrong: {error}"))?;
	Ok((config, path.parent().unwrap_or(Path::new("."))))
}
