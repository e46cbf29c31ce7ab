import FoundationEssentials
import PluginHost
import TestSupport
import Testing

@testable import PluginHostCommands

@Suite("The report as a page")
struct ReportPageTests {
    static let evil = "<script>alert('x')</script>\"&\u{202e}"

    /// A report in which all that a plugin can say is an attack.
    static var attack: HostReport {
        var status = HostDouble.status
        var plugin = PluginGraphTests.plugin(evil, "1.0.0\(evil)", needs: [evil, "other\(evil)@1.0.0"])
        (plugin.name, plugin.state, plugin.isolation, plugin.lastError) = (evil, evil, evil, evil)
        status.plugins = [plugin]
        status.host.troubles = [evil]
        status.host.pluginDirectories = [evil]
        var crash = CrashReport(plugin: evil)
        (crash.signal, crash.message, crash.method, crash.summary) = (evil, evil, evil, evil)
        (crash.output, crash.backtrace) = ([evil], ["Thread 0 crashed:", evil])
        let events = [PluginEvent.Kind.loaded, .reloadCompleted, .reloadFailed, .rollbackTriggered, .crashed, .error]
            .map { kind in
                var event = PluginEvent(kind, plugin: evil, generation: 1)
                (event.error, event.reason, event.path) = (evil, evil, evil)
                event.phases = [ReloadResult.Phase(name: evil, seconds: 0.25)]
                return event
            }
        let span = HealthSpan(level: evil, details: evil, generation: 1, time: Date())
        return HostReport(time: Date(), status: status, events: events, health: [evil: [span]], crashes: [crash])
    }

    @Test("has nothing of a plugin's own in its structure")
    func escapes() {
        let page = ReportPage(Self.attack).text
        #expect(!page.contains("<script"))
        #expect(!page.contains("alert('x')"))
        #expect(!page.contains("\u{202e}"))
        #expect(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"))
    }

    @Test("names no address, and forbids the browser to load or run anything")
    func isSelfContained() {
        let page = ReportPage(Self.attack).text
        for word in [
            "http:", "https:", "src=", "href=", "url(", "@import", "<link", "<img", "<iframe", " on", "javascript:",
        ] {
            // Words of people may have "on" in them; attributes have a sign behind.
            let isThere = word == " on" ? page.contains(#/ on[a-z]+="/#) : page.contains(word)
            #expect(!isThere, "\(word)")
        }
        #expect(page.contains("default-src &#39;none&#39;; style-src &#39;sha256-"))
    }

    @Test("says so where there is nothing to show")
    func empty() {
        var status = HostDouble.status
        status.plugins = []
        let page = ReportPage(HostReport(time: Date(), status: status, events: [], health: [:], crashes: [])).text
        for text in [
            "There is no plugin.", "No load, reload, failure or crash is kept.", "No reload is kept with its steps.",
            "No plugin was asked for its health in this run.", "No call was measured in this run.",
            "No plugin needs another.", "No crash is kept.",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        #expect(!page.contains("<svg"))
    }

    @Test("has a picture and a table of everything")
    func shows() {
        let reload = ReportMarkTests.event(.reloadCompleted, 3, generation: 2) {
            $0.success = true
            $0.durationSeconds = 0.5
            $0.holdSeconds = 0.002
            $0.phases = [.init(name: "load", seconds: 0.25), .init(name: "drain", seconds: 0.001)]
        }
        var status = HostDouble.status
        status.plugins.append(PluginGraphTests.plugin("shop", needs: ["counter"]))
        let span = HealthSpan(level: "healthy", details: "all is well", generation: 2, time: Date())
        let page = ReportPage(
            HostReport(
                time: Date(),
                status: status,
                events: [reload],
                health: ["counter": [span]],
                crashes: [HostDouble.crash]
            )
        ).text
        for id in ["timeline", "phases", "health", "dependencies"] {
            let section = page.components(separatedBy: "<section id=\"\(id)\"")[1].components(
                separatedBy: "</section>"
            )[0]
            #expect(section.contains("<svg viewBox") && section.contains("role=\"img\""), "\(id)")
            #expect(section.contains("<table>") && section.contains("<caption>"), "\(id)")
        }
        #expect(page.contains("<title>load: 250 ms</title>") && page.contains("<td>2 ms</td>"))
        #expect(page.contains("counter needs") == false && page.contains("shop needs counter"))
        #expect(page.contains("was ended by SIGSEGV, in increment"))
        #expect(page.contains("all is well"))
    }

    @Test(
        "stays what it is in a real browser, whatever plugins say",
        .enabled(if: Browser.path != nil, "there is no Chromium"),
        .mayBlock
    )
    func inBrowser() throws {
        let directory = try TemporaryDirectory()
        try directory.write(ReportPage(Self.attack).text, to: "report.html")
        let (document, complaints) = try Browser.open("\(directory.path)/report.html")
        #expect(complaints.isEmpty, "\(complaints)")
        #expect(!document.contains("<script"))
        #expect(document.contains("&lt;script&gt;alert('x')&lt;/script&gt;"))
        // Sections and rows are those of the page, and no more.
        #expect(document.components(separatedBy: "<section ").count == 8)
        #expect(document.hasSuffix("</body></html>\n") || document.hasSuffix("</body></html>"))
    }
}
