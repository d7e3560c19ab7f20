"""What `sealwright convert` is made of: its options, its run, and what a person sees of it."""
