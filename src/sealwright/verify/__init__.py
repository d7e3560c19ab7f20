"""Verifying: does what is sealed open on the cluster that it is meant for?"""
