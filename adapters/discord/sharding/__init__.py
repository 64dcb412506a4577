"""Shards shared among the instances that run on one database."""
