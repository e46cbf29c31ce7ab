internal import Glibc
internal import LinuxSystem

extension StateDirectory {
    /// What the journals of a state directory tell, read without locking, making or changing anything.
    package struct JournalSurvey: Hashable, Sendable {
        /// The builds that are set aside, by the plugins' ids.
        package var quarantines: [String: PluginStatus.Quarantine] = [:]
        /// The journals that can't be read, with the reason.
        package var damaged: [String: String] = [:]
        /// The journals that were set aside because they were damaged.
        package var setAside: [String] = []

        package init() {}
    }

    /// Reads the journals of all plugins, in a directory that a host may be using.
    package static func surveyJournals(in path: String) throws(PluginError) -> JournalSurvey {
        let known: [String]
        do {
            known = try Directory.namesIfThere("\(path)/plugins").filter(isFileName)
        } catch {
            throw .storage("list the plugins in", "\(path)/plugins", error)
        }
        var survey = JournalSurvey()
        for id in known.sorted() {
            let directory = "\(path)/plugins/\(id)"
            let names = (try? Directory.names(directory)) ?? []
            survey.setAside += names.filter { $0.hasPrefix("journal.json.damaged-") }.sorted().map {
                "\(directory)/\($0)"
            }
            guard names.contains("journal.json") else { continue }
            do {
                let bytes = try FileCalls.live.read("\(directory)/journal.json", limit: 64 << 20)
                let journal = try JSONCoding.decode(PluginJournal.self, from: bytes)
                survey.quarantines[id] = journal.quarantine
            } catch let error as PluginError {
                survey.damaged["\(directory)/journal.json"] = error.message
            } catch {
                survey.damaged["\(directory)/journal.json"] = "\(error)"
            }
        }
        return survey
    }
}
