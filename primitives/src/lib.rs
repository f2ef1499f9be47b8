//! Types and traits that the SmartLayer pallets share.
#![cfg_attr(not(feature = "std"), no_std)]
