"""What follows from stays: whom one meets or has just missed, and which residents hear that somebody comes."""
