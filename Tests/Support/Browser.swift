internal import Foundation

/// A real browser without a window, where there is one.
package enum Browser {
    /// The program.
    package static let path: String? = ["chromium", "chromium-browser", "google-chrome"]
        .flatMap { name in ["/usr/bin/\(name)", "/usr/local/bin/\(name)"] }
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// Opens a page of the disk, and gives the document that has come of it and what the browser says of errors in it.
    package static func open(_ page: String) throws -> (document: String, complaints: [String]) {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("browser-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let (output, errors) = (place.appendingPathComponent("out"), place.appendingPathComponent("err"))
        for file in [output, errors] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path ?? "")
        process.arguments = [
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--user-data-dir=\(place.path)/profile",
            "--enable-logging=stderr", "--dump-dom", "file://\(page)",
        ]
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let lines = String(decoding: try Data(contentsOf: errors), as: UTF8.self).split(separator: "\n").map(
            String.init
        )
        return (String(decoding: try Data(contentsOf: output), as: UTF8.self), lines.filter { $0.contains("CONSOLE") })
    }
}
