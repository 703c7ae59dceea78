"""The test questions: asked after each change of what search reads, and shown to those who write."""
