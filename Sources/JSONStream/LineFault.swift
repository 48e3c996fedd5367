/// Judges one line of NDJSON by itself, so that it is refused for the same reason wherever it was kept.
public enum LineFault {
  /// What is wrong with a line, at which of its bytes; nil where it holds exactly one value.
  /// - Parameter line: without its line feed.
  public static func find(in line: UnsafeRawBufferPointer, depthLimit: Int) -> JSONFault? {
    let size = ScanMemory.size(ofText: line.count)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
    defer { memory.deallocate() }
    let scan = ScanMemory(memory, ofText: line.count)
    scan.text.copyMemory(from: line)
    scan.fillPadding(from: line.count)
    var scanner = StructuralScanner()
    var count = scanner.scan(
      UnsafeRawBufferPointer(scan.text), 0..<ScanMemory.scanned(line.count), into: scan.index, count: 0)
    scanner.finish(at: line.count)
    let end = scanner.fault?.offset ?? line.count
    while count > 0, Int(scan.index[count - 1] & placeMask) >= end { count -= 1 }
    let text = IndexedText(
      bytes: UnsafeRawBufferPointer(rebasing: scan.text[..<end]),
      index: UnsafeBufferPointer(rebasing: scan.index[..<count]), links: scan.links, isFinal: scanner.fault == nil)
    var checker = ValueChecker(depthLimit: depthLimit)
    return fault(of: text, &checker)?.named(in: line) ?? scanner.fault
  }

  private static func fault(of text: IndexedText, _ checker: inout ValueChecker) -> JSONFault? {
    switch checker.check(text, from: 0) {
    case .invalid(let fault): fault
    case .complete(let next, _, _) where next < text.index.count:
      JSONFault(.sameLine, at: Int(text.index[next] & placeMask))
    case .complete: nil
    case .incomplete: text.isFinal ? JSONFault(.unfinishedLine, at: text.bytes.count) : nil
    }
  }
}
