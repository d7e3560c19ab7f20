"""What a conversion changes in kustomizations: generators that become manifests, resources, names that follow."""
