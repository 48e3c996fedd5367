import Records

/// A command line that names what is not there.
struct WrongCall: ReportableError {
  let message: String
  let remedy: String?

  var code: String { "command.usage" }
  var exitStatus: Records.ExitStatus { .usage }
}
