"""What an office says about itself: settings, hours, modes and the frame of every page."""
