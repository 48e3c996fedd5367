import Archive
import Platform

extension Oracle {
  private var folder: String { "\(bench.runs)/\(run)" }

  /// O4, O5 and O6: frames join to the source, hashes match, the manifest's chain holds, nothing half-written is left.
  func files() throws -> [Finding] {
    var findings: [Finding] = []
    let outputs = bench.outputs
    let joined = try call(
      "sh", "-c", "zstd -dcq \(RunLayout.archive(of: "events")) | cmp - '\(bench.folder)/events.json'", in: folder,
      outputs: outputs
    )
    if joined.status != 0 { findings.append(Finding("O4", "the backup is not the source: \(joined.summary)")) }
    let sums = try call("sha256sum", "-c", "--quiet", RunLayout.checksums, in: folder, outputs: outputs)
    if sums.status != 0 { findings.append(Finding("O4", "sha256sum: \(sums.summary)")) }
    let chain = try bench.sluice(["backup", "verify", run, "--run-dir", bench.runs]).wait()
    if chain.status != 0 { findings.append(Finding("O5", "backup verify: \(chain.summary)")) }
    let report = readText("\(folder)/\(RunLayout.report)") ?? ""
    if report.firstMatch(of: /"outcome" *: *"verified"/) == nil {
      findings.append(Finding("O1", "\(RunLayout.report) does not say verified"))
    }
    let partial = FaultHarness.files(under: folder).filter(RunLayout.isPartial)
    if !partial.isEmpty { findings.append(Finding("O6", "half-written files are left: \(partial)")) }
    for path in FaultHarness.files(under: folder) {
      var facts = stat()
      if stat(path, &facts) == 0, facts.st_mode & 0o077 != 0 {
        findings.append(Finding("O6", "\(path) is open to others"))
      }
    }
    return findings
  }

  /// O7: the secret is in no file of the case, and in no line of the server's log.
  static func secrecy(_ bench: Bench, _ endings: [Ended]) -> [Finding] {
    var findings: [Finding] = []
    let secret = Array(bench.server.secret.utf8)
    for path in FaultHarness.files(under: bench.folder) where path != bench.sourcePath && has(path, secret) {
      findings.append(Finding("O7", "the secret is in \(path)"))
    }
    for ended in endings where !ended.leaks.isEmpty {
      findings.append(Finding("O7", "the secret is among the arguments of \(ended.leaks)"))
    }
    for ended in endings where (ended.output + ended.errors).contains(bench.server.secret) {
      findings.append(Finding("O7", "the secret is in what was printed"))
    }
    return findings
  }

  private static func has(_ path: String, _ secret: [UInt8]) -> Bool {
    guard let bytes = readBytes(path) else { return false }
    var rest = bytes[...]
    while let place = rest.firstIndex(of: secret[0]) {
      if rest[place...].starts(with: secret) { return true }
      rest = rest[(place + 1)...]
    }
    return false
  }

  /// O9: no process held more memory than it may.
  static func memory(_ bench: Bench, _ endings: [Ended]) -> [Finding] {
    let peak = endings.map(\.peakBytes).max() ?? 0
    if peak <= bench.memoryLimit { return [] }
    return [Finding("O9", "\(peak >> 20) MiB were held; \(bench.memoryLimit >> 20) are allowed")]
  }
}
