"""Rendering of replies as Discord messages, components and modals."""
