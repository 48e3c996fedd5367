import Platform

/// A small ext4 file system in a file, to be filled up and to lose power.
final class Volume {
  /// Where it is mounted.
  let path: String
  private let image: String
  private let outputs: String

  /// - Returns: nil where no loop device can be had.
  init?(in folder: String, megabytes: Int) throws {
    path = "\(folder)/volume"
    // Beside the folder, which is searched for secrets after every try.
    image = "\(folder).volume"
    outputs = "\(folder)/outputs"
    guard geteuid() == 0, program("mkfs.ext4") != nil, program("mount") != nil else { return nil }
    try makeFolder(path)
    let descriptor = open(image, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0, ftruncate(descriptor, off_t(megabytes << 20)) == 0, close(descriptor) == 0 else {
      throw HarnessError.system("cannot make \(image)")
    }
    guard try call("mkfs.ext4", "-q", "-F", "-m", "0", image, outputs: outputs).status == 0 else { return nil }
    guard try mount() else { return nil }
  }

  private func mount() throws -> Bool { try call("mount", "-o", "loop", image, path, outputs: outputs).status == 0 }

  /// Removes all that is on it.
  func empty() throws { try call("sh", "-c", "rm -rf '\(path)'/*", outputs: outputs) }

  var freeBytes: Int {
    var facts = statvfs()
    guard statvfs(path, &facts) == 0 else { return 0 }
    return Int(facts.f_bavail) * Int(facts.f_frsize)
  }

  private var ballast: String { "\(path)/ballast" }

  func fill(leaving bytes: Int) throws {
    let descriptor = open(ballast, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw HarnessError.system("cannot fill the volume") }
    defer { close(descriptor) }
    var size = 0
    // Blocks that note where the file's blocks are need room too.
    while freeBytes > bytes {
      let more = max(4096, (freeBytes - bytes) & ~4095)
      guard posix_fallocate(descriptor, off_t(size), off_t(more)) == 0 else { break }
      size += more
    }
  }

  /// Makes a folder `space` on it that belongs to who owns another one.
  func give(to owner: String) throws {
    var facts = stat()
    try makeFolder("\(path)/space", mode: 0o700)
    guard stat(owner, &facts) == 0, chown("\(path)/space", facts.st_uid, facts.st_gid) == 0 else {
      throw HarnessError.system("cannot give \(path) away")
    }
  }

  func free() throws {
    guard unlink(ballast) == 0 else { throw HarnessError.system("cannot empty the volume") }
  }

  /// What was not synced is gone, and nothing can be written any more.
  func losePower() throws {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(folder) }
    // FS_IOC_SHUTDOWN, without a flush of the log
    var flag: UInt32 = 2
    guard folder >= 0, ioctl(folder, 0x8004_587D, &flag) == 0 else {
      throw HarnessError.system("no shutdown of \(path)")
    }
  }

  /// As a machine that starts again finds it.
  func remount() throws {
    guard try call("umount", path, outputs: outputs).status == 0, try mount() else {
      throw HarnessError("\(path) cannot be mounted again")
    }
  }

  func remove() {
    _ = try? call("umount", path, outputs: outputs)
    unlink(image)
  }
}
