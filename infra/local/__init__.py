"""The whole system on one machine: emulator, HTTP server and their supervisor."""
