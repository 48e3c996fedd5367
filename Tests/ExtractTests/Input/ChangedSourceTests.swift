import Foundation
import Platform
import Testing

@testable import Extract

@Suite("A source that changes while it is read")
struct ChangedSourceTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = try folder.write(sampleText(1000))
  }

  /// What is said after `change` happened to a source that was just opened.
  private func message(after change: () throws -> Void) throws -> String? {
    let input = try SourceInput(path: path)
    try input.checkUnchanged()
    try change()
    let error = #expect(throws: ExtractError.self) { try input.checkUnchanged() }
    #expect(error?.code == "source.changed")
    #expect(error?.place == path)
    return error?.message
  }

  @Test("is noticed when it grows")
  func grows() throws {
    let message = try message { try folder.append([0x20], to: path) }
    #expect(message == "the file grew from 1000 to 1001 bytes while it was read")
  }

  @Test("is noticed when it shrinks")
  func shrinks() throws {
    let message = try message { try #require(truncate(path, 10) == 0) }
    #expect(message == "the file shrank from 1000 to 10 bytes while it was read")
  }

  @Test("is noticed when another file takes its name")
  func replaced() throws {
    let other = try folder.write(sampleText(1000), to: "other")
    let message = try message { try #require(rename(other, path) == 0) }
    #expect(message == "the file was replaced by another one while it was read")
  }

  @Test("is noticed when it is removed")
  func removed() throws {
    let message = try message { try #require(unlink(path) == 0) }
    #expect(message == "the file was removed while it was read")
  }

  @Test("is noticed when it is written to and keeps its size")
  func rewritten() throws {
    let message = try message { try setModified(seconds: 1) }
    #expect(message == "the file was written to while it was read")
  }

  @Test("is noticed when somebody sets the time of writing back")
  func timeSetBack() throws {
    try setModified(seconds: 1)
    let message = try message {
      // The clock that stamps files may stand still for some milliseconds.
      let before = try FileStatus(at: path)
      repeat { try setModified(seconds: 1) } while try FileStatus(at: path).changed == before.changed
    }
    #expect(message == "the file was changed: its name, links, permissions or times while it was read")
  }

  private func setModified(seconds: Int) throws {
    let time = timespec(tv_sec: seconds, tv_nsec: 0)
    try #require(utimensat(AT_FDCWD, path, [time, time], 0) == 0)
  }
}
