// What .ci/sanitize appends to a copy of the manifest for its short form: the suites where bytes and pointers are, and of
// everything else only what they use.
let suites: [String: [String]] = [
    "CPluginABITests": [],
    "LinuxSystemTests": [],
    "RunnerProtocolTests": [],
    "PluginHostTests": ["Calls", "Fuzzing", "Loading", "State"],
    "PluginHostCommandsTests": ["Support", "ControlServerTests.swift", "LineSplitterTests.swift"],
    "IntegrationTests": ["Support", "ReloadTests.swift"],
]
package.products = [plugin("Adaptable")]
var needed = Set(suites.keys).union(["Adaptable"])
var rest = Array(needed)
while let name = rest.popLast(), let target = package.targets.first(where: { $0.name == name }) {
    if let sources = suites[name], !sources.isEmpty { target.sources = sources }
    for case .byNameItem(let other, _) in target.dependencies where needed.insert(other).inserted { rest.append(other) }
}
package.targets.removeAll { !needed.contains($0.name) }
