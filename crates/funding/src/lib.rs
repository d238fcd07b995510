//! Top-ups and payouts under a gateway's terms (seed 002; decisions E5, E14). Pure.
