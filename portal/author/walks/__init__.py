"""The page of tests: the walks of a draft, how they end, and which of them end differently from what readers see."""
