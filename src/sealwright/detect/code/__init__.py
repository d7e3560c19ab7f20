"""Languages that build manifests: Terraform, Jsonnet, CUE, and programs (cdk8s, Pulumi, operators)."""
