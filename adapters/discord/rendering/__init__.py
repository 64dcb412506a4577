"""Replies as Discord messages, components and modals."""
