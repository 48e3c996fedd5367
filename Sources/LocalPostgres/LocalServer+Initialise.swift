import Platform

extension LocalServer {
  /// Makes the data folder, under another name first: one that is there is complete.
  func initialise(_ state: StateFolder, with binaries: ServerBinaries) throws(LocalServerError) {
    let partial = "data.partial"
    let place = state.folder.path(of: partial)
    if try state.folder.folder(partial, of: state.account) != nil {
      // The folder itself lies in ours, and is ours to remove.
      try run("/bin/sh", ["-c", "rm -rf -- \"$0\"/* \"$0\"/.[!.]*", place], in: state)
      try state.folder.removeEmptyFolder(partial)
    }
    try state.folder.makeFolder(partial, for: state.account)
    var arguments = [
      "--pgdata=\(place)", "--username=\(LocalServer.defaultName)", "--encoding=UTF8", "--locale=C",
      "--auth-local=trust", "--auth-host=reject", "--no-instructions",
    ]
    // Upper and lower case of all letters, in the order of bytes.
    if let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil) {
      freelocale(locale)
      arguments.append("--lc-ctype=C.UTF-8")
    }
    if serverSettings["fsync"] == "off" { arguments.append("--no-sync") }
    try run(binaries.path("initdb"), arguments, in: state, patience: .seconds(600))
    try state.folder.rename(partial, to: "data")
  }

  /// What the server is told beside its defaults. Durability stays on; the rest is for bulk loading on a machine that
  /// has other things to do too.
  ///
  /// It lies outside of the data folder, where only that account may write, and includes the file there.
  func writeConfiguration(_ state: StateFolder) throws(LocalServerError) {
    var settings = [
      "listen_addresses": "", "unix_socket_directories": socketFolder, "unix_socket_permissions": "0700",
      "port": "5432", "max_connections": "50", "shared_buffers": "128MB", "maintenance_work_mem": "128MB",
      "wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "4GB", "checkpoint_timeout": "15min",
      "jit": "off", "timezone": "UTC", "log_timezone": "UTC", "lc_messages": "C",
      // Role and ledger are both called sluice: with "$user" first, a table made by hand would land in the ledger.
      "search_path": "public",
    ]
    settings.merge(serverSettings) { _, named in named }
    let lines = settings.sorted { $0.key < $1.key }.map { "\($0.key) = '\(quoted($0.value))'\n" }
    try state.folder.write(
      "# Written at every start.\ninclude 'data/postgresql.conf'\n" + lines.joined(), to: "sluice.conf")
  }

  private func quoted(_ value: String) -> String {
    String(value.flatMap { $0 == "'" || $0 == "\\" ? [$0, $0] : [$0] })
  }

  /// Runs a program of the server to its end, with its output in the log.
  func run(
    _ executable: String, _ arguments: [String], in state: StateFolder, patience: Duration = .seconds(150)
  ) throws(LocalServerError) {
    let log = try state.folder.openFile("server.log", O_WRONLY | O_APPEND)
    let command = Command(executable: executable, arguments: arguments, account: state.account, patience: patience)
    let status = try command.run(output: log)
    guard status == 0 else {
      throw LocalServerError(
        .command, "\(executable.split(separator: "/").last ?? "") failed with status \(status)", place: stateFolder,
        remedy: "see \(logFile)", detail: logTail)
    }
  }
}
