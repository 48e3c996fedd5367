// The C library under one name, whatever the system calls it, and the error numbers of its calls: no other module
// imports either by another.
#if canImport(Glibc)
  @_exported import Glibc
#elseif canImport(Musl)
  @_exported import Musl
#else
  @_exported import Darwin
#endif
@_exported import SystemPackage
