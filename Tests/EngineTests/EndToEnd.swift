import Postgres
import Records
import TestSupport
import Testing

/// Every test of this module lies in here: a run takes threads and connections, so one goes on at a time.
@Suite("A run, end to end", .serialized) enum EndToEnd {}
