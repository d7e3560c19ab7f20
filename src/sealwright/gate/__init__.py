"""Deciding what counts: inline allowances; later baselines, waivers and what a change touched."""
