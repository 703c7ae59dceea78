"""Going live and out of use."""
