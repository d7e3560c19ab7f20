"""Policy packs: data, one YAML file each."""
