import Testing

/// Every test of this module lies in here: each starts processes, so one goes on at a time.
@Suite("The command line", .serialized) enum CommandLineTests {}
