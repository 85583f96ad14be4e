"""Real data that ships with the package, each file with its licence and its checksum."""
