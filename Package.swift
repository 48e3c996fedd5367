// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

/// A module of Sluice: what it may import is exactly what stands here.
func module(_ name: String, _ imports: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
  .target(name: name, dependencies: imports, resources: resources, swiftSettings: strict)
}

func tests(of name: String, _ imports: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name)] + imports, swiftSettings: strict)
}

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let collections = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
  name: "sluice",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "sluice", targets: ["sluice"]),
    .library(name: "JSONStream", targets: ["JSONStream"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    // System libraries
    .systemLibrary(
      name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
    .systemLibrary(
      name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl"])]),
    .systemLibrary(name: "CMalloc"),

    // Ground floor: no module of ours below it
    module("Platform", [system]),
    .target(name: "CStructuralScan"),
    // Not by pkg-config: SwiftPM warns of the -pthread in re2.pc
    .target(name: "CPattern", linkerSettings: [.linkedLibrary("re2")]),
    module("Patterns", ["CPattern"]),
    module("FlowControl", ["Platform", collections]),
    module("Scalars", ["Platform"]),
    module("Records", ["Scalars"]),
    module("Explanations", ["Records"]),
    module("JSONStream", ["CStructuralScan", "Scalars"]),

    // First floor: one outside world each
    module("PipelineSpec", ["Platform", "Records", "Scalars", "Patterns", yams]),
    module("Postgres", ["Platform", "Records", "CLibPQ", logging]),
    module("LocalPostgres", ["Platform", "Postgres", "Records"]),
    module("Archive", ["Platform", "Records", "CZstd", "CCrypto"]),

    // What is kept of a run, and where it goes
    module("Reports", ["Records", "Archive"]),
    module("RejectFiles", ["Archive", "Records", "Reports", "Scalars"]),
    module("Databases", ["Postgres", "LocalPostgres", "PipelineSpec", "Records", logging]),

    // The five stages: none imports another
    module("Extract", ["Platform", "Records", "Scalars", "JSONStream", "PipelineSpec", "CZstd", "CZlib"]),
    module("Transform", ["Platform", "Records", "Scalars", "JSONStream", "PipelineSpec"]),
    module("Validate", ["Platform", "Records", "Scalars", "PipelineSpec", "Patterns"]),
    module("Load", ["Records", "PipelineSpec", "Postgres"]),
    module("Verify", ["Platform", "Records", "Postgres"]),

    // The run, and the command line
    module(
      "Engine",
      [
        "Platform", "FlowControl", "Records", "PipelineSpec", "Postgres", "LocalPostgres", "Archive", "Reports",
        "RejectFiles",
        "Databases", "Extract", "Transform", "Validate", "Load", "Verify", logging,
      ]),
    .executableTarget(
      name: "sluice",
      dependencies: [
        "Platform", "Engine", "Reports", "RejectFiles", "PipelineSpec", "Records", "Archive", "LocalPostgres",
        "Explanations",
        "CMalloc", arguments, logging,
      ],
      swiftSettings: strict),

    // One seeded generator of sample data, shared by demo, tests and benchmarks
    module("SampleData", ["Records"]),
    .executableTarget(
      name: "sluice-sample", dependencies: ["Platform", "SampleData", arguments], swiftSettings: strict),

    // Tests
    .target(
      name: "TestSupport", dependencies: ["LocalPostgres", "Postgres", "Records"], path: "Tests/TestSupport",
      swiftSettings: strict),
    tests(of: "CStructuralScan"),
    tests(of: "Patterns"),
    tests(of: "FlowControl", ["Platform"]),
    tests(of: "Records"),
    tests(of: "JSONStream", ["Scalars"]),
    tests(of: "PipelineSpec", ["Platform", "Records"]),
    tests(of: "Postgres", ["FlowControl", "LocalPostgres", "Records", "TestSupport", logging]),
    tests(of: "LocalPostgres", ["Platform", "Postgres", "TestSupport"]),
    tests(of: "Archive", ["Platform", "Records"]),
    tests(of: "Reports", ["Archive", "Records"]),
    tests(of: "RejectFiles", ["Archive", "Records", "Reports"]),
    tests(of: "Extract", ["Platform", "Records", "JSONStream", "PipelineSpec", "CZlib", "CZstd"]),
    tests(of: "Transform", ["Records", "Scalars", "JSONStream", "PipelineSpec", "Postgres", "TestSupport"]),
    tests(of: "Validate", ["Platform", "Records", "Scalars", "PipelineSpec"]),
    tests(of: "Load", ["PipelineSpec", "Postgres", "Records", "TestSupport"]),
    tests(of: "Verify", ["Platform", "Records", "Postgres", "LocalPostgres", "TestSupport"]),
    tests(of: "SampleData", ["Platform", "Records"]),
    tests(
      of: "Explanations",
      [
        "Records", "PipelineSpec", "Postgres", "LocalPostgres", "Archive", "Extract", "Transform", "Validate", "Load",
        "Verify", "Engine", "Reports",
      ]),
    tests(
      of: "Engine",
      [
        "Archive", "Databases", "Reports", "RejectFiles", "Extract", "Transform", "Validate", "Load", "Records",
        "Scalars",
        "PipelineSpec", "Postgres", "LocalPostgres", "SampleData", "TestSupport", logging,
      ]),
    tests(
      of: "sluice", ["Explanations", "LocalPostgres", "Postgres", "Records", "SampleData", "TestSupport", arguments]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

// Inputs that chance has damaged: each target in a process of its own, which may be ended by one
#if os(Linux)
  package.targets += [
    module(
      "FuzzHarness",
      [
        "Platform", "Archive", "Engine", "LocalPostgres", "PipelineSpec", "Records", "RejectFiles", "Reports",
        "SampleData",
      ]),
    .executableTarget(
      name: "sluice-fuzz", dependencies: ["FuzzHarness", arguments], swiftSettings: strict),
    .testTarget(name: "FuzzTests", dependencies: ["FuzzHarness", "TestSupport", "sluice-fuzz"], swiftSettings: strict),
  ]
#endif

// Faults, provoked while the built program runs: with strace, loop devices and /proc
#if os(Linux)
  package.targets += [
    module("FaultHarness", ["Platform", "Archive", "LocalPostgres", "Postgres"]),
    .executableTarget(
      name: "sluice-faults", dependencies: ["Platform", "FaultHarness", arguments], swiftSettings: strict),
    .testTarget(
      name: "FaultTests", dependencies: ["FaultHarness", "LocalPostgres", "Postgres"], swiftSettings: strict),
  ]
#endif
