import Testing

@testable import Validate

@Suite("KeyHasher")
struct KeyHasherTests {
  /// The reference vectors of SipHash-2-4-128: key 00…0f, input 00, 01, 02, …
  @Test("is SipHash-2-4 with 128 bits")
  func vectors() {
    let fresh = KeyHasher(k0: 0x0706_0504_0302_0100, k1: 0x0F0E_0D0C_0B0A_0908)
    #expect(fresh.hash == KeyHash(high: 0xE6A8_25BA_047F_81A3, low: 0x9302_55C7_1472_F66D))
    var one = fresh
    one.append(UInt8(0))
    #expect(one.hash == KeyHash(high: 0x44AF_996B_D8C1_87DA, low: 0x45FC_229B_1159_7634))
  }

  @Test("gives the same hash however the bytes are cut")
  func cuts() {
    let bytes = (0..<61).map { UInt8($0) }
    let fresh = KeyHasher(k0: 1, k1: 2)
    var whole = fresh
    bytes.withUnsafeBytes { whole.append($0) }
    for cut in bytes.indices {
      var parts = fresh
      for byte in bytes[..<cut] { parts.append(byte) }
      Array(bytes[cut...]).withUnsafeBytes { parts.append($0) }
      #expect(parts.hash == whole.hash, "cut at \(cut)")
    }
  }

  @Test("draws a key of its own")
  func ownKey() {
    #expect(KeyHasher().hash != KeyHasher().hash)
  }
}
