// swift-tools-version: 6.3
import PackageDescription

/// A plugin is a dynamic product of its own: one `.so` with one exported factory.
func plugin(_ name: String) -> Product {
    .library(name: name, type: .dynamic, targets: [name])
}

let package = Package(
    name: "swift-plugin-host",
    products: [
        .library(name: "PluginSDK", targets: ["PluginSDK"]),
        .library(name: "PluginTesting", targets: ["PluginTesting"]),
        .library(name: "CPluginABI", targets: ["CPluginABI"]),
        .library(name: "PluginHost", targets: ["PluginHost"]),
        .executable(name: "plugin-host", targets: ["plugin-host"]),
        .executable(name: "plugin-runner", targets: ["plugin-runner"]),
        .executable(name: "plugin-host-benchmarks", targets: ["plugin-host-benchmarks"]),
        plugin("Counter"), plugin("Greeter"), plugin("WordCount"), plugin("Reverse"),
        plugin("Notes"), plugin("LineGateway"), plugin("EventTally"), plugin("LoadWatch"), plugin("Reception"),
        plugin("CounterV2"), plugin("Adaptable"), plugin("Gauge"), plugin("SwiftGauge"), plugin("Listener"),
        plugin("Trapping"), plugin("Contributor"),
    ],
    targets: [
        // The contract, and what lies below the host.
        .target(name: "CPluginABI"),
        .target(name: "CLinux"),
        .target(name: "CDigest"),
        .target(name: "CCrashRecord"),
        .target(name: "CCallScope"),
        .target(name: "CCallCounts"),
        .target(name: "LinuxSystem", dependencies: ["CLinux", "CDigest"]),
        .target(name: "RunnerSandbox", dependencies: ["LinuxSystem", "CLinux"]),

        // What loads an image and runs its instance, in the host and in a runner.
        .target(name: "PluginLoading", dependencies: ["CPluginABI", "CCallScope", "LinuxSystem"]),

        // What a host and its runners say to each other, and the runner.
        .target(name: "RunnerProtocol", dependencies: ["PluginLoading", "LinuxSystem", "CLinux"]),
        .target(
            name: "PluginRunner",
            dependencies: [
                "RunnerProtocol", "RunnerSandbox", "PluginLoading", "LinuxSystem", "CLinux", "CPluginABI", "CCallScope",
            ]
        ),
        .executableTarget(name: "plugin-runner", dependencies: ["PluginRunner", "LinuxSystem"]),

        // The products.
        .target(name: "PluginSDK", dependencies: ["CPluginABI"]),
        .target(name: "PluginTesting", dependencies: ["PluginSDK", "CPluginABI"]),
        .target(
            name: "PluginHost",
            dependencies: [
                "CPluginABI", "CCrashRecord", "CCallScope", "CCallCounts", "PluginLoading", "RunnerProtocol",
                "RunnerSandbox", "LinuxSystem",
            ]
        ),
        .target(
            name: "PluginConformance",
            dependencies: ["PluginHost", "PluginLoading", "LinuxSystem", "CLinux", "CPluginABI"]
        ),
        .target(
            name: "PluginHostCommands",
            dependencies: ["PluginHost", "PluginConformance", "LinuxSystem"],
            resources: [.embedInCode("Templates/rust_counter.rs")]
        ),
        .executableTarget(name: "plugin-host", dependencies: ["PluginHostCommands"]),

        // The benchmarks, and what they are measured against.
        .target(name: "CBenchmarkFloor", dependencies: ["CPluginABI"]),
        .target(
            name: "PluginHostBenchmarks",
            dependencies: ["PluginHost", "LinuxSystem", "CLinux", "CBenchmarkFloor"]
        ),
        .executableTarget(name: "plugin-host-benchmarks", dependencies: ["PluginHostBenchmarks"]),

        // Plugins: samples to start from, and fixtures that misbehave on request.
        .target(name: "Counter", dependencies: ["PluginSDK"], path: "SamplePlugins/Counter"),
        .target(name: "Greeter", dependencies: ["PluginSDK"], path: "SamplePlugins/Greeter"),
        .target(name: "WordCount", dependencies: ["PluginSDK"], path: "SamplePlugins/WordCount"),
        .target(name: "LoadWatch", dependencies: ["PluginSDK"], path: "SamplePlugins/LoadWatch"),
        .target(name: "Reception", dependencies: ["PluginSDK"], path: "SamplePlugins/Reception"),
        .target(name: "Reverse", dependencies: ["CPluginABI"], path: "SamplePlugins/Reverse"),
        .target(name: "Notes", dependencies: ["PluginSDK"], path: "SamplePlugins/Notes"),
        .target(name: "LineGateway", dependencies: ["PluginSDK"], path: "SamplePlugins/LineGateway"),
        .target(name: "EventTally", dependencies: ["CPluginABI"], path: "SamplePlugins/EventTally"),
        .target(name: "CounterV2", dependencies: ["PluginSDK"], path: "Tests/Fixtures/CounterV2"),
        .target(name: "Behaviour", path: "Tests/Fixtures/Behaviour"),
        .target(name: "Adaptable", dependencies: ["CPluginABI", "Behaviour"], path: "Tests/Fixtures/Adaptable"),
        .target(name: "Gauge", dependencies: ["CPluginABI"], path: "Tests/Fixtures/Gauge"),
        .target(name: "Listener", dependencies: ["CPluginABI"], path: "Tests/Fixtures/Listener"),
        .target(name: "SwiftGauge", dependencies: ["PluginSDK"], path: "Tests/Fixtures/SwiftGauge"),
        .target(name: "Contributor", dependencies: ["PluginSDK"], path: "Tests/Fixtures/Contributor"),
        .target(name: "Trapping", dependencies: ["PluginSDK", "Behaviour"], path: "Tests/Fixtures/Trapping"),

        // A process that does what tests tell it to.
        .executableTarget(
            name: "runner-probe",
            dependencies: ["RunnerSandbox", "LinuxSystem", "CLinux"],
            path: "Tests/Fixtures/RunnerProbe"
        ),

        // Plugins are not dependencies of the tests: two of them define the same factory and do not link together. The
        // tests find them beside the test bundle.
        .testTarget(name: "CPluginABITests", dependencies: ["CPluginABI"], exclude: ["Golden"]),
        .testTarget(name: "LinuxSystemTests", dependencies: ["LinuxSystem", "CLinux", "TestSupport"]),
        .testTarget(name: "RunnerProtocolTests", dependencies: ["RunnerProtocol", "PluginLoading", "LinuxSystem"]),
        .testTarget(name: "RunnerSandboxTests", dependencies: ["RunnerSandbox", "LinuxSystem", "TestSupport"]),
        .testTarget(name: "PluginSDKTests", dependencies: ["PluginSDK", "CPluginABI"]),
        .testTarget(name: "PluginTestingTests", dependencies: ["PluginTesting", "PluginSDK", "CPluginABI"]),
        .testTarget(
            name: "PluginHostTests",
            dependencies: [
                "PluginHost", "PluginHostCommands", "PluginLoading", "RunnerProtocol", "RunnerSandbox", "LinuxSystem",
                "CPluginABI", "CCrashRecord", "TestSupport",
            ],
            exclude: ["Fuzzing/Driver", "Fuzzing/Corpus"]
        ),
        .testTarget(
            name: "PluginHostCommandsTests",
            dependencies: ["PluginHostCommands", "PluginHost", "LinuxSystem", "TestSupport"]
        ),
        .testTarget(
            name: "PluginConformanceTests",
            dependencies: ["PluginConformance", "PluginHostCommands", "LinuxSystem", "TestSupport"]
        ),
        .testTarget(name: "PluginHostBenchmarksTests", dependencies: ["PluginHostBenchmarks"]),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["PluginHost", "PluginHostCommands", "RunnerSandbox", "LinuxSystem", "CLinux", "TestSupport"]
        ),
        .target(name: "TestSupport", dependencies: ["LinuxSystem"], path: "Tests/Support"),
    ],
    swiftLanguageModes: [.v6]
)

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

// For .ci/fuzz alone: the readers that the tests run are the fuzzer's too, so they leave the tests for this build.
if Context.environment["PLUGIN_HOST_FUZZ"] != nil {
    package.targets.removeAll { $0.type == .test }
    package.targets.append(
        .executableTarget(
            name: "plugin-host-fuzz",
            dependencies: ["PluginHost", "PluginHostCommands", "LinuxSystem"],
            path: "Tests/PluginHostTests/Fuzzing",
            exclude: ["Corpus", "FuzzTests.swift", "Mutation.swift"],
            sources: ["Readers", "Driver"]
        )
    )
}

// One place for the settings. Plugins compile as an author's would, without strict memory safety, and so do tests.
for target in package.targets {
    let isOutside = target.path != nil
    switch target.type {
    case .regular where !isOutside, .executable where !isOutside:
        target.swiftSettings = swiftSettings + [.strictMemorySafety()]
    case .regular, .executable, .test: target.swiftSettings = swiftSettings
    default: break
    }
}
