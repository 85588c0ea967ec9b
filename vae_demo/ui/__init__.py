"""The page: one file a tab, built from plain functions over tensors."""
