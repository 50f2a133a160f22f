"""The staff desk."""
