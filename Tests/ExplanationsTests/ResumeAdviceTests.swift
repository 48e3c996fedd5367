import Records
import Testing

@testable import Engine

@Suite("The advice to resume") struct ResumeAdviceTests {
  @Test("is given after every error but those after which a resume cannot succeed")
  func everyCode() {
    var never: Set<String> = []
    var ifBegun: Set<String> = []
    var withFlag: Set<String> = []
    for error in EveryError.all {
      switch ResumeAdvice(after: error) {
      case .resume: break
      case .startNewRun: never.insert(error.code)
      case .resumeIfBegun: ifBegun.insert(error.code)
      case .resumeRejecting, .resumeByFlag: withFlag.insert(error.code)
      }
    }
    #expect(withFlag == ["run.budget", "run.withheld", "load.deletes"])
    #expect(
      ifBegun == [
        "run.table", "load.foreign", "load.grants", "load.newer", "load.published", "load.schema", "load.unlogged",
      ])
    #expect(
      never == [
        "archive.damaged", "archive.exists", "archive.manifest", "archive.missing", "archive.name", "archive.option",
        "archive.otherSource", "archive.unlisted", "archive.untrusted", "load.damaged", "load.ledger", "load.overtaken",
        "pipeline.invalid",
        "pipeline.unreadable", "postgres.identifier", "postgres.misuse", "postgres.settings", "run.ahead",
        "run.balance", "run.dataset", "run.neverFound", "run.nothingFound", "run.otherPlan", "run.otherSource",
        "run.otherTarget", "run.rejects",
        "run.replay", "run.state", "run.superseded", "run.taken", "run.unverifiable", "source.changed",
        "source.damaged", "source.empty",
        "source.encoding", "source.malformed", "source.missing", "source.notAFile", "source.outside", "source.packed",
        "source.pointer",
        "source.staged",
        "source.tooLarge", "source.truncated", "source.window", "stage.damaged", "stage.foreign", "stage.format",
        "stage.incomplete", "stage.missing", "stage.tooLarge", "validate.row", "validate.rule",
        "verify.fields", "verify.record",
      ])
    #expect(ResumeAdvice(after: CancellationError()) == .resume)
  }

  @Test("is never given after an exit status 9, and always after an interruption")
  func statuses() {
    for error in EveryError.all where error.exitStatus == .resume {
      #expect(ResumeAdvice(after: error) == .startNewRun)
    }
    for error in EveryError.all where error.exitStatus == .interrupted {
      #expect(ResumeAdvice(after: error) == .resume)
    }
  }
}
