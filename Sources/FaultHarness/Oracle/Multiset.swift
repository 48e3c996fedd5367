/// Rows compared as multisets, by the fingerprints of their lines: what is missing, what is there too often, what is
/// there and belongs nowhere.
struct Multiset {
  var lost = 0
  var doubled = 0
  var foreign = 0

  var isEqual: Bool { lost == 0 && doubled == 0 && foreign == 0 }

  init(expected: [UInt64], actual: [UInt64]) {
    var left: [UInt64: Int] = [:]
    for line in expected { left[line, default: 0] += 1 }
    for line in actual {
      if let count = left[line] {
        left[line] = count - 1
        if count <= 0 { doubled += 1 }
      } else {
        foreign += 1
      }
    }
    for count in left.values where count > 0 { lost += count }
  }
}
