"""Kubeconfig files, as kubectl reads them: which cluster, which user, and how they know each other.

Source: Kubernetes documentation, "Organizing Cluster Access Using kubeconfig Files"; client-go tools/clientcmd.
A file that lies in the repository being worked on is data from strangers: see `choice`.
"""
