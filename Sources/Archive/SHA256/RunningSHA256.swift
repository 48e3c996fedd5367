import CCrypto

/// A SHA-256 hash of bytes that come piece by piece. It has one owner and is freed with it.
public struct RunningSHA256: ~Copyable {
  private let context: OpaquePointer

  public init() {
    context = EVP_MD_CTX_new()
    succeeded(EVP_DigestInit_ex(context, EVP_sha256(), nil))
  }

  deinit { EVP_MD_CTX_free(context) }

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    succeeded(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
  }

  /// The hash of everything that it was given so far. More may follow.
  public var sum: SHA256Sum {
    let copy = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(copy) }
    succeeded(EVP_MD_CTX_copy_ex(copy, context))
    return SHA256Sum { digest in succeeded(EVP_DigestFinal_ex(copy, digest, nil)) }
  }
}

extension SHA256Sum {
  /// The hash of `bytes`.
  public init(of bytes: UnsafeRawBufferPointer) {
    self.init { digest in succeeded(EVP_Digest(bytes.baseAddress, bytes.count, digest, nil, EVP_sha256(), nil)) }
  }
}

/// SHA-256 fails only where there is no memory left, or where libcrypto was set up without it.
private func succeeded(_ status: Int32) { precondition(status == 1, "libcrypto has no SHA-256") }
