internal import LinuxSystem

/// What a file is, for people and for programs that ask before they deploy it.
package struct InspectionReport: Codable, Hashable, Sendable {
    package var path: String
    /// `plugin`, or the code of the refusal.
    package var verdict: String
    /// The refusal in words; `nil` for a plugin.
    package var message: String?
    /// How many bytes the file has.
    package var size: Int?
    /// The SHA-256 of the content in hexadecimal digits.
    package var build: String?
    package var buildID: String?
    package var machine: String?
    /// Whether the file exports the factory.
    package var exportsFactory = false
    package var manifest: ImageManifest?
    package var neededLibraries: [String] = []
    /// Whether a host with the default policy would trust the file, and why not; `nil` if there is no file.
    package var trust: String?
    /// The C structs that its Swift code has imported.
    package var structLayouts: [String: StructLayout] = [:]

    /// Whether a host would load the file.
    package var isPlugin: Bool { verdict == Self.pluginVerdict }

    private static let pluginVerdict = "plugin"

    /// Looks at a file; whatever is wrong with it is the report.
    package static func of(path: String) -> InspectionReport {
        do throws(PluginError) {
            let walk = TrustWalk(path)
            var report = of(try ImageFile.read(walk, path), path: path)
            report.trust = TrustReport.summary(of: walk, rule: .forThisProcess())
            return report
        } catch {
            return InspectionReport(path: path, verdict: error.code.name, message: error.message)
        }
    }

    private static func of(_ bytes: [UInt8], path: String) -> InspectionReport {
        var report = InspectionReport(path: path, verdict: pluginVerdict)
        report.size = bytes.count
        do throws(PluginError) {
            let image = try ImageInspector.inspect(bytes, path: path)
            report.build = image.build.description
            report.structLayouts = image.structLayouts
        } catch {
            report.verdict = error.code.name
            report.message = error.message
            report.build = SHA256(of: bytes).description
        }
        report.addDetails(bytes)
        return report
    }

    /// Adds what can be told of a refused file, too.
    private mutating func addDetails(_ bytes: [UInt8]) {
        machine = (try? ELFHeader(ELFBytes(bytes)))?.machine.description
        guard let image = try? ELFImage(bytes) else { return }
        buildID = image.buildID
        neededLibraries = image.neededLibraries
        if let table = try? ELFDynamicTable(image) {
            exportsFactory = image.dynamicSymbol(ImageInspector.factoryName, table)?.isExported ?? false
        }
        if let section = image.section(named: ImageInspector.manifestSection) {
            manifest = try? ImageManifest(section: image.contents(of: section))
        }
    }

    private init(path: String, verdict: String, message: String? = nil) {
        self.path = path
        self.verdict = verdict
        self.message = message
    }
}
