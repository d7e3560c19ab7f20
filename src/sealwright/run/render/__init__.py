"""Rendering what stands in a repository as its cluster gets it, with the programs that do it there, and nothing else.

kustomize and helm are started without a network, without plug-ins, without the caller's environment and with limits;
what a kustomization names outside of the repository is refused before anything is started.
"""
